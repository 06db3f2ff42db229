"""A mail comes in: answered, read, acknowledged, answered again, promised, kept; the whole service watched from outside."""

import email
import email.policy
import re
import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.servers.mail import DESK, REPORTER, letter, out_of_office, send
from tests.servers.relay import Relay
from tests.servers.service import DeskProcess, write_config

pytestmark = pytest.mark.slow


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def when_heard(desk: DeskProcess, number: int) -> list[dict[str, Any]]:
    """What was heard, newest first, once there are `number` messages and all are read."""

    def all_read(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return rows if len(rows) == number and all(row["state"] == "read" for row in rows) else []

    return desk.cli_until(all_read, "inbound", "list", what=f"{number} messages to be read")


def test_a_concern_from_the_first_word_to_the_promise_kept(tmp_path: Path, database_url: str, relay: Relay) -> None:
    with DeskProcess(write_config(tmp_path, database_url, relay_port=relay.port, clock=True)) as desk:
        case, acknowledgement = a_concern_is_acknowledged(desk, relay)
        the_same_mail_twice_is_one_case(desk)
        a_stranger_is_turned_away_at_the_door(desk)
        a_machine_is_filed_and_never_answered(desk, relay)
        an_answer_joins_its_case(desk, case, acknowledgement)
        a_promise_shows_its_sum_and_comes_due_once(desk, case)
        a_person_takes_the_case_and_the_promise_is_kept(desk, case)
        a_reply_waits_and_leaves_in_their_words(desk, relay, case)


def a_concern_is_acknowledged(desk: DeskProcess, relay: Relay) -> tuple[dict[str, Any], EmailMessage]:
    mail = letter(subject="ZEBRA on nights", message_id="<zebra@learner.example>")
    assert send(desk.smtp_port, mail, REPORTER, [DESK]).code == 250
    sent = relay.wait_for(1)[0]
    (case,) = desk.cases(1)
    acknowledgement = parsed(sent.raw)
    assert sent.envelope_from == ""
    assert case["ref"] in str(acknowledgement["Subject"])
    assert "ZEBRA" not in sent.raw.decode("latin-1")
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    assert acknowledgement["X-Auto-Response-Suppress"] == "All"
    assert acknowledgement["In-Reply-To"] == "<zebra@learner.example>"
    assert str(acknowledgement["To"]) == REPORTER
    assert [part.get_content_type() for part in acknowledgement.iter_parts()] == ["text/plain", "text/html"]
    return case, acknowledgement


def the_same_mail_twice_is_one_case(desk: DeskProcess) -> None:
    mail = letter(subject="ZEBRA on nights", message_id="<zebra@learner.example>")
    assert send(desk.smtp_port, mail, REPORTER, [DESK]).code == 250
    (heard,) = when_heard(desk, 1)
    assert heard["repeats"] == 1
    assert len(desk.cases(1)) == 1


def a_stranger_is_turned_away_at_the_door(desk: DeskProcess) -> None:
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=10) as client:
        client.ehlo()
        client.mail(REPORTER)
        code, text = client.rcpt("someone@elsewhere.example")
    assert (code, text.startswith(b"5.1.1")) == (550, True)


def a_machine_is_filed_and_never_answered(desk: DeskProcess, relay: Relay) -> None:
    assert send(desk.smtp_port, out_of_office(), "", [DESK]).code == 250
    filed = when_heard(desk, 2)[0]
    assert (filed["outcome"], filed["case_ref"]) == ("filed", None)
    assert "rule" in filed["reason"]
    assert len(relay.letters) == 1


def an_answer_joins_its_case(desk: DeskProcess, case: dict[str, Any], acknowledgement: EmailMessage) -> None:
    reply_to = re.search(r"[^<\s]+@[^>\s]+", str(acknowledgement["Reply-To"]))
    assert reply_to
    answer = letter(
        "It was the same again last night.",
        subject="Re: " + str(acknowledgement["Subject"]),
        to=reply_to[0],
        in_reply_to=str(acknowledgement["Message-ID"]),
    )
    assert send(desk.smtp_port, answer, REPORTER, [reply_to[0]]).code == 250
    joined = when_heard(desk, 3)[0]
    assert (joined["outcome"], joined["case_ref"]) == ("joined", case["ref"])
    assert len(desk.cases(1)) == 1


def a_promise_shows_its_sum_and_comes_due_once(desk: DeskProcess, case: dict[str, Any]) -> None:
    assert "working day" in case["next_due"]["why"] or "day 1" in case["next_due"]["why"]
    desk.move_clock("+6d")

    def reminded(pages: list[dict[str, Any]]) -> dict[str, Any] | None:
        (shown,) = pages
        return shown if any(event["kind"] == "reminded" for event in shown["events"]) else None

    shown = desk.cli_until(reminded, "case", "show", case["ref"], what="the reminder")
    assert shown is not None
    fired = [row for row in shown["follow_ups"] if row["what"] == "first_human_read" and row["state"] == "fired"]
    assert len(fired) == 1


def a_person_takes_the_case_and_the_promise_is_kept(desk: DeskProcess, case: dict[str, Any]) -> None:
    assert desk.run("case", "take", case["ref"], "--as", "kim").returncode == 0
    (shown,) = desk.cli("case", "show", case["ref"])
    assert shown["owner"] == "kim"
    pending = {row["what"] for row in shown["follow_ups"] if row["state"] == "pending"}
    assert "first_human_read" not in pending
    assert "personal_reply" in pending


def a_reply_waits_and_leaves_in_their_words(desk: DeskProcess, relay: Relay, case: dict[str, Any]) -> None:
    words = "We have asked the rota team to call you."
    done = desk.run("case", "reply", case["ref"], words, "--as", "kim")
    assert done.returncode == 0, done.stderr
    assert len(relay.letters) == 1
    desk.move_clock("+7d")
    reply = parsed(relay.wait_for(2)[1].raw)
    body = reply.get_body(("plain",))
    assert body is not None
    assert words in body.get_content()
    assert reply["Auto-Submitted"] is None
