"""`qualitydesk read` and `receive` on synthetic messages."""

import mailbox
from pathlib import Path

import pytest

from tests.bot.commands.line import Line

CONCERN = b"""From: Robin Vale <robin@trust.example>
To: quality@desk.example
Subject: Rota gaps
Date: Mon, 23 Nov 2026 09:00:00 +0000
Message-ID: <one@trust.example>

I am an ST4 in acute medicine. There has been no senior cover at night for weeks and supervision is poor.
"""
AWAY = b"""From: jo@trust.example
To: quality@desk.example
Subject: Automatic reply
Auto-Submitted: auto-replied
Message-ID: <two@trust.example>

I am away.
"""


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "concern.eml").write_bytes(CONCERN)
    (folder / "away.eml").write_bytes(AWAY)
    return folder


def test_each_file_is_read_into_one_object_and_a_bad_one_says_so(line: Line, mails: Path) -> None:
    missing = mails / "missing.eml"
    concern, away, none = line("read", mails / "concern.eml", mails / "away.eml", missing).json()
    assert concern["file"] == str(mails / "concern.eml")
    assert concern["subject"] == "Rota gaps"
    assert away["is_automated"]
    assert none == {"file": str(missing), "error": "No such file or directory"}


def test_reading_needs_no_configuration_and_stores_nothing(line: Line, mails: Path) -> None:
    line.config.unlink()
    assert line("read", mails / "concern.eml").json()[0]["message_id"] == "one@trust.example"
    assert not list(mails.parent.glob("*.sqlite3"))


def test_stored_mails_become_cases_and_a_second_time_changes_nothing(line: Line, mails: Path) -> None:
    assert line.json("receive", mails) == [{"kept": 2, "repeats": 0}]
    assert [row["outcome"] for row in line.json("inbound", "list")] == ["opened", "filed"]
    assert line.json("receive", mails) == [{"kept": 0, "repeats": 2}]
    assert len(line.json("case", "list")) == 1


def test_an_mbox_is_kept_for_a_service_to_read(line: Line, tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    box.add(CONCERN)
    box.add(AWAY)
    box.close()
    said = line("receive", tmp_path / "box", "--leave", "--source", "old inbox").out
    assert said == "2 kept, 0 were here already. They wait for the service.\n"
    assert {(row["state"], row["source"]) for row in line.json("inbound", "list")} == {("heard", "old inbox")}


def test_a_strange_inbox_or_a_missing_file_is_refused(line: Line, mails: Path) -> None:
    assert "none of our inboxes" in line("receive", mails, "--to", "other@desk.example", code=1).err
    assert "cannot be read" in line("receive", mails / "missing.eml", code=1).err
