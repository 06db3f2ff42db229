"""A mail comes in: answered, read, acknowledged, mirrored, answered again; watched from outside only."""

import email
import email.policy
import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers.mail import DESK, REPORTER, letter, out_of_office, send
from tests.servers.relay import Relay
from tests.servers.service import DeskProcess, write_config
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(tmp_path: Path, database_url: str, relay: Relay) -> Iterator[DeskProcess]:
    with DeskProcess(write_config(tmp_path, database_url, relay_port=relay.port, clock=True)) as desk:
        yield desk


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_concern_is_acknowledged_and_its_answer_joins_the_case(desk: DeskProcess, relay: Relay) -> None:
    assert send(desk.smtp_port, letter(subject="ZEBRA on nights"), REPORTER, [DESK]).code == 250
    acknowledgement = relay.wait_for(1, 30)[0]
    assert acknowledgement.envelope_from == ""
    mail = parsed(acknowledgement.raw)
    (case,) = desk.cases(1)
    assert case["ref"] in str(mail["Subject"])
    assert "ZEBRA" not in acknowledgement.raw.decode("latin-1")
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert str(mail["To"]) == REPORTER
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]

    answer = letter(
        "It was the same again last night.",
        subject="Re: " + str(mail["Subject"]),
        to=str(mail["Reply-To"]),
        in_reply_to=str(mail["Message-ID"]),
    )
    reply_to = re.search(r"[^<\s]+@[^>\s]+", str(mail["Reply-To"]))
    assert reply_to
    assert send(desk.smtp_port, answer, REPORTER, [reply_to[0]]).code == 250
    joined = wait_until(
        lambda: [row for row in desk.cli("inbound", "list") if row["outcome"] == "joined"],
        20,
        what="the answer to join",
    )
    assert joined
    assert joined[0]["case_ref"] == case["ref"]
    assert len(desk.cases(1)) == 1
    assert len(relay.letters) == 1


def test_a_machine_is_never_answered_and_its_mail_is_filed_with_the_rule(desk: DeskProcess, relay: Relay) -> None:
    assert send(desk.smtp_port, out_of_office(), "", [DESK]).code == 250
    row = wait_until(lambda: [r for r in desk.cli("inbound", "list") if r["state"] == "read"], 20, what="it to be read")
    assert row
    assert (row[0]["outcome"], row[0]["case_ref"]) == ("filed", None)
    assert "rule" in row[0]["reason"]
    assert relay.letters == []


def test_a_stranger_to_our_addresses_is_turned_away_at_the_door(desk: DeskProcess) -> None:
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=10) as client:
        client.ehlo()
        client.mail(REPORTER)
        code, text = client.rcpt("someone@elsewhere.example")
    assert (code, text.startswith(b"5.1.1")) == (550, True)


def test_the_same_mail_twice_is_one_case(desk: DeskProcess, relay: Relay) -> None:
    mail = letter()
    for _ in range(2):
        assert send(desk.smtp_port, mail, REPORTER, [DESK]).code == 250
    relay.wait_for(1, 30)
    assert len(desk.cases(1)) == 1
    assert len(desk.cli("inbound", "list")) == 1


def test_the_promise_of_a_first_read_comes_due_once_and_says_so(desk: DeskProcess, relay: Relay) -> None:
    send(desk.smtp_port, letter(), REPORTER, [DESK])
    relay.wait_for(1, 30)
    (case,) = desk.cases(1)
    assert case["next_due"]["what"]
    assert case["next_due"]["why"]
    desk.move_clock("+6d")

    def reminders() -> list[dict[str, object]]:
        (shown,) = desk.cli("case", "show", case["ref"])
        return [event for event in shown["events"] if event["kind"] == "reminded"]

    assert wait_until(reminders, 30, what="the reminder")
    (shown,) = desk.cli("case", "show", case["ref"])
    fired = [row for row in shown["follow_ups"] if row["what"] == "first_human_read" and row["state"] == "fired"]
    assert len(fired) == 1


def test_taking_the_case_keeps_the_promise(desk: DeskProcess, relay: Relay) -> None:
    send(desk.smtp_port, letter(), REPORTER, [DESK])
    relay.wait_for(1, 30)
    (case,) = desk.cases(1)
    assert desk.run("case", "take", case["ref"], "--as", "kim").returncode == 0
    (shown,) = desk.cli("case", "show", case["ref"])
    assert shown["owner"] == "kim"
    states = {row["what"]: row["state"] for row in shown["follow_ups"]}
    assert states["first_human_read"] == "done"
    assert states["personal_reply"] == "pending"


def test_a_person_s_reply_waits_a_minute_and_then_leaves_in_their_words(desk: DeskProcess, relay: Relay) -> None:
    send(desk.smtp_port, letter(), REPORTER, [DESK])
    relay.wait_for(1, 30)
    (case,) = desk.cases(1)
    done = desk.run("case", "reply", case["ref"], "We have asked the rota team to call you.", "--as", "kim")
    assert done.returncode == 0, done.stderr
    assert len(relay.letters) == 1
    desk.move_clock("+2m")
    reply = relay.wait_for(2, 30)[1]
    assert "We have asked the rota team to call you." in parsed(reply.raw).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert parsed(reply.raw)["Auto-Submitted"] is None
