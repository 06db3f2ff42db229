"""The true reader in the box: what was kept of mail and Slack comes out as a Submission with its Reading."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.box import Box, BoxBroken, BoxSettings
from intake.slack import heard_command
from tests.servers.mail import DESK, bounce, letter, out_of_office
from tracker.errors import Unreadable

ENVELOPE = {"mail_from": "sam@learner.example", "rcpt_to": [DESK]}


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    box = Box(BoxSettings(inboxes=(DESK,)))
    box.start()
    yield box
    box.close()


def test_a_mail_comes_out_read_and_understood(box: Box) -> None:
    raw = letter(attachments=[("rota.pdf", "application/pdf", b"%PDF-1.7\0\xff")])
    submission, reading = box.read("mail", raw, ENVELOPE)
    assert submission.sender is not None
    assert (submission.channel, submission.sender.email) == ("mail", "sam.reporter@learner.example")
    assert (submission.envelope_from, submission.envelope_to) == ("sam@learner.example", (DESK,))
    assert "cancelled four weeks running" in submission.new_text
    assert [(file.filename, file.content) for file in submission.attachments] == [("rota.pdf", b"%PDF-1.7\0\xff")]
    assert (reading.opens_case, reading.kind) == (True, "concern")


def test_a_null_sender_is_a_machine_and_a_stored_mail_without_envelope_is_not(box: Box) -> None:
    null, _ = box.read("mail", letter(), ENVELOPE | {"mail_from": ""})
    stored, _ = box.read("mail", letter(), {"mail_from": None, "rcpt_to": [DESK]})
    assert null.automatic is not None
    assert stored.automatic is None
    assert stored.envelope_from == "sam.reporter@learner.example"


def test_machines_are_known_inside_the_box_too(box: Box) -> None:
    away, _ = box.read("mail", out_of_office(), ENVELOPE)
    failed, _ = box.read("mail", bounce(), ENVELOPE | {"mail_from": ""})
    assert away.automatic is not None
    assert failed.bounce is not None


def test_what_was_heard_in_slack_comes_out_too(box: Box) -> None:
    payload = {"team_id": "T0DESK", "user_id": "U0SAM", "channel_id": "C0HELP", "channel_name": "help"}
    heard = heard_command(payload, text="Our teaching was cancelled again.", trigger_id="1.2")
    submission, reading = box.read("slack", heard.content, heard.envelope)
    assert submission.slack is not None
    assert (submission.channel, submission.slack.user) == ("slack", "U0SAM")
    assert reading.opens_case


def test_what_has_no_reader_is_told_so(box: Box) -> None:
    with pytest.raises(Unreadable, match="no reader for the channel 'pigeon'"):
        box.read("pigeon", b"", {})
    with pytest.raises(Unreadable):
        box.read("slack", b"no json at all", {})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 5000,
        b"From: " + b'"' * 20_001 + b"\r\n\r\nx",
        b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nx",
        b"Subject: x\r\n\r\n" + b"On a b c " * 50_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)),
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
    ],
    ids=["nothing", "NUL", "quotes", "encoded words", "backtracking", "nested", "html"],
)
def test_known_poison_is_read_in_time(box: Box, raw: bytes) -> None:
    submission, _ = box.read("mail", raw, ENVELOPE)
    assert "\0" not in submission.text


def test_faulty_field_facts_are_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "grades.toml").write_text("grade = 3", encoding="utf-8")
    with pytest.raises(BoxBroken, match=r"grades\.toml"):
        Box(BoxSettings(inboxes=(DESK,), field_dir=tmp_path)).start()
