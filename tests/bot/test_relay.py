"""Letters through a real relay that misbehaves when told: what is certain, what is not, and what never goes out."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.relay import SmtpRelay
from bot.settings import RelaySettings
from tests.servers.relay import CERTIFICATE, Relay
from tracker.outbox import Deferred, Outcome, Refused, Sent, Uncertain

LETTER = b"Subject: We have your report\r\n\r\n.a line with a dot\r\nand another\r\n"


def a_relay(port: int, *, host: str = "127.0.0.1", lease: float = 30, **keys: Any) -> SmtpRelay:
    return SmtpRelay(RelaySettings(host=host, port=port, **keys), hello="desk.example", lease=lease)


def send(relay: SmtpRelay, *, to: str = "sam@learner.example", before: Callable[[], None] = lambda: None) -> Outcome:
    return relay.send(LETTER, message_id="1@desk.example", mail_from="", to=to, before_dot=before)


def test_a_letter_arrives_as_it_was_written_with_the_null_sender(relay: Relay) -> None:
    ours = a_relay(relay.port)
    assert isinstance(send(ours), Sent)
    ours.close()
    (letter,) = relay.letters
    assert (letter.raw, letter.envelope_from, letter.rcpts) == (LETTER, "", ("sam@learner.example",))
    assert relay.said("EHLO")[0].argument == "desk.example"


def test_the_connection_is_kept_and_a_relay_that_closed_it_meanwhile_costs_nothing(relay: Relay) -> None:
    ours = a_relay(relay.port)
    assert isinstance(send(ours), Sent)
    assert isinstance(send(ours), Sent)
    assert len(relay.said("EHLO")) == 1
    relay.refuse_connections()
    relay.accept_connections()
    assert isinstance(send(ours), Sent)
    ours.close()
    assert len(relay.letters) == 3


@pytest.mark.parametrize("step", ["RCPT", "DATA", "dot"])
def test_a_relay_that_says_later_is_asked_later_over_the_same_connection(relay: Relay, step: Any) -> None:
    relay.answer_next("451 4.7.1 greylisted", at=step)
    ours = a_relay(relay.port)
    outcome = send(ours)
    assert isinstance(outcome, Deferred)
    assert "451 4.7.1" in outcome.why
    assert ours.reachable
    assert isinstance(send(ours), Sent)
    ours.close()
    assert len(relay.letters) == 1


@pytest.mark.parametrize("step", ["MAIL", "EHLO"])
@pytest.mark.parametrize("code", ["451 4.3.0 no", "550 5.7.1 no"])
def test_a_relay_that_takes_nothing_from_us_fails_no_letter(relay: Relay, step: Any, code: str) -> None:
    relay.answer_next(code, at=step, times=2)
    ours = a_relay(relay.port)
    assert isinstance(send(ours), Deferred)
    assert not ours.reachable
    relay.behave()
    assert isinstance(send(ours), Sent)
    assert ours.reachable
    ours.close()


def test_a_recipient_that_does_not_exist_is_refused_for_good_without_repeating_the_relays_words(relay: Relay) -> None:
    relay.answer_next("550 5.1.1 <sam@learner.example> unknown", at="RCPT")
    ours = a_relay(relay.port)
    outcome = send(ours)
    ours.close()
    assert outcome == Refused("The relay refused it (550 5.1.1 at RCPT).", bad_address=True)


def test_a_policy_of_the_relay_does_not_make_the_address_a_bad_one(relay: Relay) -> None:
    relay.answer_next("554 5.7.1 access denied", at="RCPT")
    ours = a_relay(relay.port)
    outcome = send(ours)
    ours.close()
    assert isinstance(outcome, Refused)
    assert not outcome.bad_address


def test_only_a_break_after_the_dot_is_uncertain(relay: Relay) -> None:
    ours = a_relay(relay.port)
    relay.hang_up_after_dot()
    assert isinstance(send(ours), Uncertain)
    assert len(relay.letters) == 1
    for step in ("MAIL", "RCPT", "DATA"):
        relay.hang_up_next(at=step, times=2)
        assert isinstance(send(ours), Deferred), step
        relay.behave()
    assert len(relay.letters) == 1
    ours.close()


def test_a_relay_silent_after_the_dot_is_uncertain_within_its_time(relay: Relay) -> None:
    relay.hang(at="dot", seconds=5)
    assert isinstance(send(a_relay(relay.port, dot_timeout_seconds=0.3)), Uncertain)


def test_a_relay_silent_before_its_greeting_is_only_a_delay(relay: Relay) -> None:
    relay.hang(at="banner", seconds=5)
    ours = a_relay(relay.port, timeout_seconds=0.3)
    assert isinstance(send(ours), Deferred)
    assert not ours.reachable


def test_a_dialogue_never_outlives_the_claim_on_its_letter(relay: Relay) -> None:
    relay.hang(at="dot", seconds=5)
    assert isinstance(send(a_relay(relay.port, lease=0.5, dot_timeout_seconds=100)), Uncertain)


def test_a_relay_that_is_down_is_a_delay(relay: Relay) -> None:
    relay.refuse_connections()
    ours = a_relay(relay.port)
    assert isinstance(send(ours), Deferred)
    assert not ours.reachable


def test_nothing_is_sent_where_the_store_cannot_write_down_that_it_may_leave(relay: Relay) -> None:
    def unavailable() -> None:
        raise RuntimeError("no disk")

    ours = a_relay(relay.port)
    with pytest.raises(RuntimeError):
        send(ours, before=unavailable)
    assert relay.letters == []
    assert isinstance(send(ours), Sent)
    ours.close()


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nRSET",
        "a@b.example>",
        "<a@b.example",
        "a b@c.example",
        '"a"@b.example',
        "@x:a@b.example",
        "a@",
        "",
    ],
)
def test_an_address_that_is_none_never_reaches_the_wire(relay: Relay, address: str) -> None:
    assert send(a_relay(relay.port), to=address) == Refused(
        "The address is not one that mail can be sent to.", bad_address=True
    )
    assert relay.commands == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_letter_travels_over_verified_tls_with_a_login(tls: Any) -> None:
    with Relay(tls=tls, user="desk", password="a secret") as relay:
        ours = a_relay(relay.port, tls=tls, ca_file=CERTIFICATE, username="desk", password="a secret")
        assert isinstance(send(ours), Sent)
        ours.close()
        assert relay.letters[0].tls
        assert relay.letters[0].login == "desk"


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_cannot_be_trusted_stops_the_letter(tls: Any) -> None:
    with Relay(tls=tls) as relay:
        ours = a_relay(relay.port, tls=tls)
        outcome = send(ours)
        assert isinstance(outcome, Deferred)
        assert "CERTIFICATE_VERIFY_FAILED" in outcome.why
        assert not relay.said("MAIL")


def test_a_relay_without_tls_gets_nothing_in_the_clear(relay: Relay) -> None:
    ours = a_relay(relay.port, tls="starttls")
    assert isinstance(send(ours), Deferred)
    assert not relay.said("MAIL")


def test_a_wrong_login_is_a_delay_that_keeps_the_password_to_itself() -> None:
    with Relay(tls="starttls", user="desk", password="right") as relay:
        ours = a_relay(relay.port, tls="starttls", ca_file=CERTIFICATE, username="desk", password="a wrong one")
        outcome = send(ours)
        assert isinstance(outcome, Deferred)
        assert "login" in outcome.why
        assert "a wrong one" not in repr((outcome, ours))


def test_an_address_beyond_ascii_goes_only_to_a_relay_that_can_carry_it(relay: Relay) -> None:
    ours = a_relay(relay.port)
    assert isinstance(send(ours, to="søren@learner.example"), Sent)
    ours.close()
    with Relay(smtputf8=False) as old:
        theirs = a_relay(old.port)
        assert isinstance(send(theirs, to="søren@learner.example"), Refused)
        theirs.close()


def test_the_check_greets_without_sending(relay: Relay, tmp_path: Path) -> None:
    assert a_relay(relay.port).check() is None
    assert relay.said("EHLO")
    assert not relay.said("MAIL")
    relay.refuse_connections()
    assert "cannot be reached" in (a_relay(relay.port).check() or "")


def test_something_that_speaks_no_smtp_is_a_delay() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert isinstance(send(a_relay(server.getsockname()[1], timeout_seconds=2)), Deferred)
        thread.join()
