"""Letters in a Maildir: whole, once, and readable by any mail program."""

import mailbox
from pathlib import Path

from bot.maildir import MaildirRelay
from tracker.outbox import Deferred, Sent

LETTER = b"Subject: Hello\r\n\r\nWords\r\n"


def put(relay: MaildirRelay, message_id: str = "1@desk.example") -> object:
    return relay.send(LETTER, message_id=message_id, mail_from="", to="sam@learner.example", before_dot=lambda: None)


def test_a_letter_is_there_for_any_program_that_reads_a_maildir(tmp_path: Path) -> None:
    assert isinstance(put(MaildirRelay(tmp_path / "letters")), Sent)
    (letter,) = mailbox.Maildir(tmp_path / "letters")
    assert letter["Subject"] == "Hello"
    assert letter["Delivered-To"] == "sam@learner.example"


def test_a_repeat_of_a_letter_is_not_written_twice(tmp_path: Path) -> None:
    relay = MaildirRelay(tmp_path)
    assert put(relay) == put(relay)
    put(relay, "2@desk.example")
    assert len(mailbox.Maildir(tmp_path)) == 2


def test_a_folder_that_cannot_be_written_is_a_delay(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("a file, not a folder")
    relay = MaildirRelay(tmp_path / "letters")
    assert isinstance(put(relay), Deferred)
    assert not relay.reachable
    assert relay.check() is not None
    assert MaildirRelay(tmp_path / "elsewhere").check() is None
