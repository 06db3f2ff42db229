"""From the configuration to the desk's rules: every fault of field data and letters at once, and a key made once."""

import threading
from pathlib import Path

import pytest

from bot.config import load
from bot.desk import make_desk, signing_key
from tests.servers.service import write_config
from tracker.errors import ConfigurationFault


def test_the_desk_has_the_rules_of_the_configuration(tmp_path: Path) -> None:
    path = write_config(tmp_path, "sqlite:///desk.sqlite3", extra="[triage]\nundo_seconds = 5\n")
    desk = make_desk(load(path, {}))
    assert desk.undo_seconds == 5
    assert desk.letters_from == desk.inboxes[0]
    assert desk.key == bytes.fromhex((tmp_path / "desk.sqlite3.key").read_text())
    assert make_desk(load(path, {})).key == desk.key
    assert len(desk.hours.holidays) > 8


def test_faults_of_routes_field_and_letters_are_said_together(tmp_path: Path) -> None:
    for name in ("letters", "field"):
        (tmp_path / name).mkdir()
    (tmp_path / "letters" / "acknowledgement" / "standard").mkdir(parents=True)
    (tmp_path / "letters" / "acknowledgement" / "standard" / "mail.txt").write_text("{{ no_such_fact }}\n")
    path = write_config(
        tmp_path,
        "sqlite:///desk.sqlite3",
        extra='[templates]\ndir = "letters"\n[[route]]\nid = "a"\nchannel = "c"\nwhen = {red_flags = ["self_ham"]}\n',
    )
    with pytest.raises(ConfigurationFault) as refused:
        make_desk(load(path, {}))
    said = "\n".join(refused.value.faults)
    assert 'route[1] (a).when.red_flags: "self_ham" is not known; did you mean "self_harm"?' in said
    assert "mail.txt" in said


def test_a_key_is_made_once_however_many_start_at_a_time(tmp_path: Path) -> None:
    path, keys = tmp_path / "new" / "desk.key", []
    threads = [threading.Thread(target=lambda: keys.append(signing_key(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert path.stat().st_mode & 0o077 == 0
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("words", ["", "ab", "not hexadecimal"])
def test_a_key_that_is_none_is_refused_without_showing_it(tmp_path: Path, words: str) -> None:
    path = tmp_path / "desk.key"
    path.write_text(words)
    with pytest.raises(ConfigurationFault) as refused:
        signing_key(path)
    assert "secret.key_file" in str(refused.value)
    assert not words or words not in str(refused.value)
