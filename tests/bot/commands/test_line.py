"""The command line as a whole: exit codes, sentences instead of tracebacks, and a quick start."""

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import _where
from tests.bot.commands.line import CONFIG, Line
from tests.tracker.room import Room

COMMAND = Path(sys.executable).parent / "qualitydesk"
HEAVY = ("slack_bolt", "slack_sdk", "aiosmtpd", "apscheduler", "alembic", "prometheus_client")


@pytest.mark.parametrize(
    ("of", "commands"),
    [
        ((), "serve demo check read understand receive case inbound outbox status migrate backup restore"),
        (("case",), "list show take assign level note reply resolve reopen merge unmerge take-back"),
        (("inbound",), "list show replay"),
        (("outbox",), "list show release cancel pause resume"),
    ],
)
def test_every_promised_command_is_there(line: Line, of: tuple[str, ...], commands: str) -> None:
    said = line(*of, "--help").out
    assert [name for name in commands.split() if f"  {name}" not in said] == []


def test_a_refusal_is_one_sentence_and_leaves_with_1(line: Line, room: Room) -> None:
    said = line("case", "show", "QD-2222-222", code=1)
    assert said.err == "There is no case QD-2222-222; `qualitydesk case list` shows those there are.\n"
    assert said.out == ""


def test_wrong_usage_leaves_with_2(line: Line) -> None:
    assert "--as" in line("case", "take", "QD-2222-222", code=2).err
    assert line("nonsense", code=2).err
    assert line("case", "level", "QD-2222-222", "9", "--as", "mary", "--reason", "x", code=2).err


def test_a_bad_configuration_leaves_with_78_and_names_every_fault(line: Line) -> None:
    line.config.write_text(CONFIG + '\n[mail]\nteem = "x"\n[hours]\nopens = "25:00"\n', encoding="utf-8")
    said = line("case", "list", code=78)
    assert "mail.teem" in said.err
    assert "hours.opens" in said.err


def test_a_database_without_tables_says_what_to_do(line: Line) -> None:
    for command in (("case", "list"), ("status",), ("outbox", "list")):
        assert "qualitydesk migrate" in line(*command, code=1).err
    assert not (line.config.parent / "desk.sqlite3").exists()


@pytest.mark.parametrize(("version", "says"), [("0001", "run `qualitydesk migrate`"), ("9999", "a newer desk's")])
def test_a_database_of_another_version_says_what_to_do(line: Line, room: Room, version: str, says: str) -> None:
    with contextlib.closing(sqlite3.connect(line.config.parent / "desk.sqlite3")) as file, file:
        file.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        file.execute("INSERT INTO alembic_version VALUES (?)", (version,))
    for command in (("case", "list"), ("status",), ("case", "take", "QD-2222-222", "--as", "mary")):
        assert says in line(*command, code=1).err


def test_a_database_that_is_none_is_a_sentence_too(line: Line) -> None:
    (line.config.parent / "desk.sqlite3").write_bytes(b"This is not a database." * 100)
    said = line("case", "list", code=1)
    assert said.err.startswith("The database cannot take work now")
    assert "Traceback" not in said.err


def test_a_fault_of_ours_is_named_by_class_and_place_never_by_its_text() -> None:
    with pytest.raises(KeyError) as caught:
        {}["robin@trust.example"]
    assert _where(caught.value).startswith("KeyError at test_line.py:")
    assert "robin" not in _where(caught.value)


def test_a_reader_who_leaves_early_causes_no_traceback(line: Line, room: Room) -> None:
    for number in range(30):
        room.hear(sender=f"r{number}@trust.example")
    piped = subprocess.run(
        ["sh", "-c", f"'{COMMAND}' --config '{line.config}' case list --json | head -c 10"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert piped.stdout.startswith('{"ref": ')
    assert piped.stderr == ""


@pytest.mark.parametrize(
    ("command", "heavy"),
    # What is overdue is judged by the whole desk, letters included: a list of cases needs it.
    [
        (("--help",), (*HEAVY, "jinja2")),
        (("case", "list", "--json"), HEAVY),
        (("status", "--json"), (*HEAVY, "jinja2")),
    ],
)
def test_looking_loads_nothing_that_only_the_service_needs(
    line: Line, room: Room, command: tuple[str, ...], heavy: tuple[str, ...]
) -> None:
    script = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "--config", str(line.config), *command],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ran.stderr == "[]\n"
