"""The service as a process: what it promises to whoever starts, watches and stops it."""

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import mail
from tests.servers.relay import Relay
from tests.servers.service import COMMAND, STOP_SECONDS, DeskProcess, write_config
from tests.servers.waiting import wait_until
from tracker import schema

CANARY = "Zyzzyva"


def page(desk: DeskProcess, path: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{desk.http_port}{path}", timeout=5) as answer:
            status, body = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            status, body = error.code, error.read().decode()
    return status, json.loads(body) if body.startswith("{") else body


def open_cases(desk: DeskProcess) -> int:
    """How many cases are open, by the cheapest way to ask."""
    found = re.search(r'qualitydesk_count{what="open_cases"} (\d+)', page(desk, "/metrics")[1])
    return int(found[1]) if found else 0


def posts(desk: DeskProcess) -> int:
    """How many parcels were kept back; Slack is off, so reminders are."""
    found = re.search(r'qualitydesk_count{what="withheld"} (\d+)', page(desk, "/metrics")[1])
    return int(found[1]) if found else 0


def a_config(folder: Path, **keys: Any) -> Path:
    return write_config(folder, sqlite(folder), **keys)


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'desk.sqlite3'}"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return a_config(tmp_path)


@pytest.fixture(scope="module")
def outside() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, outside: Relay) -> Iterator[DeskProcess]:
    """One desk for the tests that do not end it; its relay is `outside`."""
    with DeskProcess(a_config(tmp_path_factory.mktemp("desk"), relay_port=outside.port)) as desk:
        yield desk
        desk.stop()


def test_it_starts_on_nothing_and_says_what_is_open(desk: DeskProcess) -> None:
    (ready,) = desk.log("ready")
    assert ready["smtp_port"] > 0
    assert ready["http_port"] > 0
    assert ready["slack"] is False
    assert page(desk, "/healthz") == (200, {"ok": True, "reasons": []})
    assert wait_until(lambda: page(desk, "/readyz")[0] == 200)
    assert page(desk, "/nothing")[0] == 404
    for name in ("desk.sqlite3", "desk.sqlite3.key"):
        assert (desk.config.parent / name).stat().st_mode & 0o077 == 0, f"{name} is open to others"


def test_a_mail_becomes_a_case_and_a_letter_and_no_word_of_it_a_line_of_the_log(
    desk: DeskProcess, outside: Relay
) -> None:
    raw = mail.letter(f"{CANARY} has cancelled our teaching.", subject=f"About {CANARY}")
    assert mail.send(desk.smtp_port, raw).code == 250
    (letter,) = outside.wait_for(1)
    assert letter.rcpts == (mail.REPORTER,)
    wait_until(lambda: desk.log("parcel"))
    metrics = page(desk, "/metrics")[1]
    said = desk.log_path.read_text()
    assert open_cases(desk) == 1
    assert CANARY not in letter.raw.decode() + metrics + said
    assert mail.REPORTER not in metrics + said


def test_a_port_that_is_taken_is_said_in_a_sentence(desk: DeskProcess) -> None:
    again = DeskProcess(desk.config, environment={"QUALITYDESK_MAIL__LISTEN__PORT": str(desk.smtp_port)})
    done = again.run("serve", timeout=60)
    assert done.returncode == 1
    assert "is another desk running?" in done.stderr


def test_two_desks_may_share_one_database(desk: DeskProcess) -> None:
    before = open_cases(desk)
    with DeskProcess(desk.config) as other:
        for number in range(6):
            port = (desk, other)[number % 2].smtp_port
            assert mail.send(port, mail.letter(f"Report {number}."), f"p{number}@learner.example").code == 250
        wait_until(lambda: open_cases(desk) == before + 6)
        other.stop()


@pytest.mark.slow
def test_it_leaves_within_its_time_even_while_a_relay_hangs(tmp_path: Path, relay: Relay) -> None:
    config = a_config(tmp_path, relay_port=relay.port)
    relay.hang(at="dot", seconds=30)
    with DeskProcess(config) as desk:
        assert mail.send(desk.smtp_port, mail.letter()).code == 250
        wait_until(lambda: relay.said("dot"))
        desk.stop()
        desk.start()
        # It may have left: nobody sends it again without a person.
        assert [row["state"] for row in desk.cli("outbox", "list") if row["channel"] == "mail"] == ["sending"]
        desk.stop()


@pytest.mark.slow
def test_the_same_signal_twice_is_no_worse_than_once(config: Path) -> None:
    with DeskProcess(config) as desk:
        process = desk._process
        assert process is not None
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_SECONDS) == 0


@pytest.mark.slow
def test_a_part_may_run_alone_and_one_that_does_not_exist_is_refused(config: Path) -> None:
    with DeskProcess(config, only="door,http") as desk:
        assert mail.send(desk.smtp_port, mail.letter()).code == 250
        assert desk.cli("inbound", "list")[0]["state"] == "heard"
        desk.stop()
    with DeskProcess(config, only="reader,http") as desk:
        assert desk.smtp_port == 0
        wait_until(lambda: open_cases(desk) == 1)
        desk.stop()
    done = DeskProcess(config).run("serve", "--only", "teapot")
    assert done.returncode == 1
    assert "the parts are door, reader" in done.stderr


@pytest.mark.slow
def test_a_database_of_another_version_is_not_touched(tmp_path: Path) -> None:
    config = a_config(tmp_path)
    schema.upgrade(sqlite(tmp_path))
    engine = schema._engine(sqlite(tmp_path))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    engine.dispose()
    done = DeskProcess(config).run("serve")
    assert done.returncode == 1
    assert "does not know" in done.stderr


@pytest.mark.slow
def test_a_bad_configuration_ends_with_78_and_every_fault(tmp_path: Path) -> None:
    config = a_config(tmp_path, extra="[retry]\nwait = [1]\n[caps]\nletters_per_hour = 0\n")
    done = DeskProcess(config).run("serve")
    assert done.returncode == 78
    assert 'retry.wait: no such key; did you mean "waits"?' in done.stderr
    assert "caps.letters_per_hour: " in done.stderr


@pytest.mark.slow
def test_a_moved_clock_moves_the_whole_service(tmp_path: Path) -> None:
    config = a_config(tmp_path, clock=True)
    with DeskProcess(config) as desk:
        assert mail.send(desk.smtp_port, mail.letter()).code == 250
        wait_until(lambda: open_cases(desk) == 1)
        assert desk.cli("case", "list")[0]["next_due"]["what"] == "first_human_read"
        desk.move_clock("+7d")
        wait_until(lambda: desk.log("clock.jumped"))
        wait_until(lambda: posts(desk) > 0)
        (case,) = desk.cli("case", "list")
        assert any(event["kind"] == "reminded" for event in desk.cli("case", "show", case["ref"])[0]["events"])
        desk.stop()


@pytest.mark.slow
def test_check_names_a_relay_that_is_not_there(tmp_path: Path, relay: Relay) -> None:
    config = a_config(tmp_path, relay_port=relay.port)
    desk = DeskProcess(config)
    assert desk.run("check").returncode == 0
    relay.refuse_connections()
    done = desk.run("check", "--json")
    assert done.returncode == 1
    assert "mail.relay: The relay cannot be reached" in done.stdout


@pytest.mark.slow
def test_it_goes_on_when_nobody_reads_what_it_says(config: Path) -> None:
    ours, theirs = os.pipe()
    process = subprocess.Popen([str(COMMAND), "--config", str(config), "serve"], stderr=theirs, cwd=config.parent)
    os.close(theirs)
    with os.fdopen(ours) as said:
        ready = next(line for line in map(json.loads, said) if line["event"] == "ready")
    # The pipe is closed now: every line it logs fails.
    assert mail.send(ready["smtp_port"], mail.letter()).code == 250
    desk = DeskProcess(config)
    desk.http_port = ready["http_port"]
    wait_until(lambda: open_cases(desk) == 1)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(STOP_SECONDS) == 0
