"""Files that came with a mail: locked while the scanner is away; clean, or locked for good, when it is back."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.intake.mail.lessons import FOLDER
from tests.servers.clamd import MARK, NAME, Clamd
from tests.servers.mail import DESK, REPORTER, send
from tests.servers.service import DeskProcess, write_config

pytestmark = pytest.mark.slow


def with_files() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = REPORTER, DESK, "Rota at night"
    mail["Message-ID"] = "<files@learner.example>"
    mail["Authentication-Results"] = "mx.desk.example; dmarc=pass header.from=" + REPORTER.rpartition("@")[2]
    mail.set_content("There is no registrar at night. The rota is attached.")
    mail.add_attachment(b"a plain rota", maintype="application", subtype="octet-stream", filename="rota.bin")
    mail.add_attachment(b"x" * 99 + MARK, maintype="application", subtype="octet-stream", filename="odd.bin")
    return mail.as_bytes()


def test_files_are_locked_until_the_scanner_has_spoken(tmp_path: Path) -> None:
    with Clamd() as clamd:
        clamd.refuse_connections()
        extra = f'[scan]\nclamd = "{clamd.where}"\n\n[mail.trust]\nauthserv_id = "mx.desk.example"\n'
        config = write_config(tmp_path, f"sqlite:///{tmp_path / 'desk.sqlite3'}", clock=True, extra=extra)
        with DeskProcess(config) as desk:
            assert send(desk.smtp_port, with_files(), REPORTER, [DESK]).code == 250
            (case,) = desk.cases(1)

            show = ("case", "show", case["ref"])

            def tried(pages: list[dict[str, Any]]) -> dict[str, Any] | None:
                message: dict[str, Any] = pages[0]["messages"][0]
                return message if all("failed" in file["scan"]["why"] for file in message["attachments"]) else None

            message = desk.cli_until(tried, *show, what="the scanner to be asked")
            assert message is not None
            assert [file["scan"]["locked"] for file in message["attachments"]] == [True, True]
            assert (message["trust"], message["trust_source"]) == ("verified", "mx.desk.example: dmarc=pass")
            clamd.accept_connections()
            desk.move_clock("+1h")

            def spoken(pages: list[dict[str, Any]]) -> dict[str, Any] | None:
                files = pages[0]["messages"][0]["attachments"]
                return pages[0] if all(file["scan"]["state"] != "waiting" for file in files) else None

            page = desk.cli_until(spoken, *show, what="the scanner to speak")
            assert page is not None
            clean, found = (file["scan"] for file in page["messages"][0]["attachments"])
            assert (clean["state"], clean["locked"]) == ("clean", False)
            assert (found["state"], found["locked"]) == ("found", True)
            assert [event["kind"] for event in page["events"]].count("file_locked") == 1
            assert NAME in whys_of(page)


def whys_of(page: dict[str, Any]) -> str:
    return " ".join(file["scan"]["why"] for file in page["messages"][0]["attachments"])


def test_a_mail_that_nobody_can_read_is_a_case_for_today(tmp_path: Path) -> None:
    with DeskProcess(write_config(tmp_path, f"sqlite:///{tmp_path / 'desk.sqlite3'}")) as desk:
        raw = (FOLDER / "an_encrypted_smime_mail.eml").read_bytes()
        assert send(desk.smtp_port, raw, "anna@trust.example", [DESK]).code == 250
        (case,) = desk.cases(1)
        assert case["urgency"] == "same_day"
        assert "without readable words" in case["summary"]
        (page,) = desk.cli("case", "show", case["ref"])
        assert "no readable words" in page["messages"][0]["faults"]
