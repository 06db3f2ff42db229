"""The test relay behaves as a real one does, and misbehaves when told; how the desk sends is tested elsewhere."""

import smtplib
import ssl

import pytest

from tests.servers import mail
from tests.servers.relay import CERTIFICATE, Relay


def test_the_relay_keeps_what_it_accepts_as_it_was_sent(relay: Relay) -> None:
    raw = mail.letter(".a line that begins with a dot\nand another", subject="Dots")
    assert mail.send(relay.port, raw, "desk@desk.example", ["sam@learner.example", "kim@learner.example"]).code == 250
    (kept,) = relay.wait_for(1)
    assert kept.raw == raw
    assert kept.envelope_from == "desk@desk.example"
    assert kept.rcpts == ("sam@learner.example", "kim@learner.example")
    assert kept.message["Subject"] == "Dots"


def test_the_null_sender_is_recorded_as_an_empty_string(relay: Relay) -> None:
    mail.send(relay.port, mail.letter(), "")
    assert relay.wait_for(1)[0].envelope_from == ""


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot"])
def test_a_step_is_refused_as_often_as_told_and_then_accepted(relay: Relay, step: str) -> None:
    relay.answer_next("451 4.3.0 later", at=step, times=2)  # type: ignore[arg-type]
    answers = [mail.send(relay.port, mail.letter()) for _ in range(3)]
    assert [answer.code for answer in answers] == [451, 451, 250]
    assert answers[0].text == "4.3.0 later"
    assert len(relay.letters) == 1


def test_a_letter_may_be_kept_without_the_sender_ever_hearing_so(relay: Relay) -> None:
    relay.hang_up_after_dot()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mail.send(relay.port, mail.letter())
    assert len(relay.wait_for(1)) == 1


def test_a_connection_dropped_at_the_dot_keeps_nothing(relay: Relay) -> None:
    relay.hang_up_next(at="dot")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mail.send(relay.port, mail.letter())
    assert relay.letters == []


@pytest.mark.parametrize("step", ["banner", "dot"])
def test_a_hanging_relay_outlasts_the_patience_of_its_client(relay: Relay, step: str) -> None:
    relay.hang(at=step, seconds=30)  # type: ignore[arg-type]
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        mail.send(relay.port, mail.letter(), timeout=0.5)


def test_a_421_answer_ends_the_session(relay: Relay) -> None:
    relay.answer_next("421 4.3.2 going down", at="MAIL")
    with smtplib.SMTP("127.0.0.1", relay.port) as client:
        client.ehlo()
        assert client.mail("desk@desk.example")[0] == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()


def test_a_relay_that_is_down_refuses_and_comes_back_on_its_port(relay: Relay) -> None:
    relay.refuse_connections()
    with pytest.raises(ConnectionRefusedError):
        mail.send(relay.port, mail.letter())
    relay.accept_connections()
    assert mail.send(relay.port, mail.letter()).code == 250
    assert relay.sessions == 1


def test_starttls_is_required_and_carries_the_login() -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    with Relay(tls="starttls", user="desk", password="right") as relay:
        with smtplib.SMTP("localhost", relay.port) as client:
            client.ehlo()
            assert client.mail("desk@desk.example")[0] == 530
            client.starttls(context=trusting)
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("desk", "wrong")
            client.login("desk", "right")
            client.sendmail("desk@desk.example", ["sam@learner.example"], mail.letter())
        (kept,) = relay.letters
        assert kept.tls
        assert kept.login == "desk"


def test_implicit_tls_speaks_only_tls() -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    with Relay(tls="tls", user="desk", password="right") as relay:
        with smtplib.SMTP_SSL("localhost", relay.port, context=trusting) as client:
            assert client.docmd("MAIL FROM:<desk@desk.example>")[0] == 503
            client.login("desk", "right")
            client.sendmail("desk@desk.example", ["sam@learner.example"], mail.letter())
        assert relay.wait_for(1)[0].tls


def test_a_client_that_trusts_nobody_is_told_nothing_by_a_self_signed_relay() -> None:
    with Relay(tls="starttls") as relay:
        with pytest.raises(ssl.SSLCertVerificationError), smtplib.SMTP("localhost", relay.port) as client:
            client.starttls(context=ssl.create_default_context())
        assert relay.said("MAIL") == []
