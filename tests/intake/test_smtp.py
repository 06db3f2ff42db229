"""The door's conversation: who may knock, what is kept, what is answered."""

import hashlib
import smtplib
import ssl
import threading

import pytest
import structlog

from intake.smtp import DoorSettings, MailDoor
from tests.servers.door import Shelf, Wire, open_door
from tests.servers.mail import DESK, letter, send
from tests.servers.relay import CERTIFICATE
from tests.servers.waiting import wait_until
from tracker.desk import LimitRules
from tracker.errors import StoreUnavailable

TOKEN = "abcdefghijklmnopqrstuvwxyz23456723"


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_a_mail_is_kept_as_it_came_and_its_answer_names_it(shelf: Shelf) -> None:
    raw = letter()
    with open_door(shelf) as (_, port):
        reply = send(port, raw)
    (content, envelope), *more = shelf.mails
    assert (content, more) == (raw, [])
    assert reply.code == 250
    assert reply.text == f"2.0.0 stored {hashlib.sha256(raw).hexdigest()[:12]}"
    assert envelope.mail_from == "sam.reporter@learner.example"
    assert envelope.rcpt_to == (DESK,)
    assert envelope.peer == "127.0.0.1"


def test_the_answer_waits_until_the_mail_is_kept(shelf: Shelf) -> None:
    shelf.hold = True
    with open_door(shelf) as (_, port), Wire(port, timeout=0.3) as wire:
        wire.begin()
        wire.send(b"Subject: x\r\n\r\nx\r\n.\r\n")
        with pytest.raises(TimeoutError):
            wire.hear()
        shelf.let_go()


@pytest.mark.parametrize(
    "address",
    [
        DESK,
        DESK.upper(),
        f"quality+{TOKEN}@desk.example",
        f"Quality+{TOKEN.upper()}@Desk.Example",
        "postmaster@desk.example",
        "abuse@desk.example",
        "postmaster",
    ],
)
def test_mail_to_us_is_let_in(shelf: Shelf, address: str) -> None:
    with open_door(shelf) as (_, port), Wire(port) as wire:
        wire.say("MAIL FROM:<sam@learner.example>")
        assert wire.say(f"RCPT TO:<{address}>").startswith("250 2.1.5 ")


@pytest.mark.parametrize(
    "address",
    [
        "someone@desk.example",
        "quality@elsewhere.example",
        "quality@desk.example.evil.example",
        "quality@sub.desk.example",
        f"other+{TOKEN}@desk.example",
        f"quality+{TOKEN}@elsewhere.example",
        "quality+@desk.example",
        "quality+a/b@desk.example",
        "../../etc@desk.example",
        "quality",
        "postmaster@elsewhere.example",
        '"<!channel>"@desk.example',
    ],
)
def test_mail_to_others_is_turned_away_at_rcpt(shelf: Shelf, address: str) -> None:
    with open_door(shelf) as (_, port), Wire(port) as wire:
        wire.say("MAIL FROM:<sam@learner.example>")
        assert wire.say(f"RCPT TO:<{address}>") == "550 5.1.1 No such address here"
        assert wire.say("DATA").startswith("503 5.5.1 ")


def test_the_null_sender_is_no_sender(shelf: Shelf) -> None:
    with open_door(shelf) as (_, port):
        assert send(port, letter(), sender="").code == 250
    assert shelf.mails[0][1].mail_from == ""


@pytest.mark.parametrize("sender", ["a..b@phone.example", '"odd name"@x.example', "a@[", "no-at-sign", "(@x.example"])
def test_an_odd_sender_is_no_reason_to_turn_a_report_away(shelf: Shelf, sender: str) -> None:
    with open_door(shelf) as (_, port), Wire(port) as wire:
        assert wire.say(f"MAIL FROM:<{sender}> BODY=8BITMIME").startswith("250 ")
        wire.say(f"RCPT TO:<{DESK}>")
        wire.say("DATA")
        wire.send(b"x\r\n.\r\n")
        assert wire.hear().startswith("250 ")
    assert shelf.mails[0][1].mail_from == sender


def test_one_mail_to_several_of_our_addresses_is_kept_once(shelf: Shelf) -> None:
    other = f"Quality+{TOKEN}@desk.example"
    with open_door(shelf) as (_, port):
        send(port, letter(), recipients=(other, DESK))
        send(port, letter(), recipients=(DESK, other.lower()))
    assert [envelope.rcpt_to for _, envelope in shelf.mails] == [(other, DESK), (DESK, other.lower())]
    assert {envelope.recipient for _, envelope in shelf.mails} == {f"quality+{TOKEN}@desk.example,{DESK}"}


def test_lmtp_answers_once_for_each_recipient_that_was_accepted(shelf: Shelf) -> None:
    with open_door(shelf, protocol="lmtp") as (_, port):
        reply = send(port, letter(), recipients=(DESK, "nobody@desk.example", "abuse@desk.example"), lmtp=True)
    assert [code for code, _ in reply.each] == [250, 250]
    assert len(shelf.mails) == 1


def test_lmtp_speaks_as_rfc_2033_asks(shelf: Shelf) -> None:
    with open_door(shelf, protocol="lmtp") as (_, port), Wire(port, greet="LHLO") as wire:
        offered = wire.offered.split("\n")
        assert {"250 PIPELINING", "250 ENHANCEDSTATUSCODES", "250 8BITMIME"} <= set(offered)
        assert wire.say("EHLO client.example").startswith("502 5.5.1 ")
        assert wire.say("HELO client.example").startswith("502 5.5.1 ")
        wire.say("MAIL FROM:<sam@learner.example>")
        assert wire.say("DATA").startswith("503 5.5.1 ")


def test_lmtp_says_too_big_once_for_each_recipient(shelf: Shelf) -> None:
    limits = LimitRules(message_bytes=1000)
    with open_door(shelf, protocol="lmtp", limits=limits) as (_, port), Wire(port, greet="LHLO") as wire:
        wire.begin(DESK, "abuse@desk.example")
        wire.send((b"x" * 78 + b"\r\n") * 20 + b".\r\n")
        assert [wire.hear()[:9], wire.hear()[:9]] == ["552 5.3.4"] * 2
        assert wire.say("NOOP").startswith("250 ")


def test_what_is_offered_is_what_is_true(shelf: Shelf) -> None:
    with open_door(shelf, hostname="desk.example") as (_, port), Wire(port) as wire:
        assert wire.banner == "220 desk.example ESMTP"
        assert wire.offered.split("\n") == [
            "250 desk.example",
            f"250 SIZE {LimitRules().message_bytes}",
            "250 8BITMIME",
            "250 SMTPUTF8",
            "250 PIPELINING",
            "250 ENHANCEDSTATUSCODES",
        ]
        for command in ("VRFY quality", "EXPN staff", "HELP", "AUTH PLAIN", "NONSENSE <secret words>", "NOOP", "RSET"):
            answer = wire.say(command)
            assert answer[4:9] in {"2.0.0", "2.5.0", "5.5.1", "5.5.2"}
            assert "secret" not in answer


@pytest.mark.parametrize(
    "fault", [StoreUnavailable("the database is locked"), ValueError("I was harassed\r\nby Dr X"), KeyError("x")]
)
@pytest.mark.parametrize("late", [False, True])
def test_a_fault_of_ours_is_temporary_and_tells_nothing(shelf: Shelf, fault: Exception, late: bool) -> None:
    with open_door(shelf) as (_, port), Wire(port) as wire, structlog.testing.capture_logs() as logs:
        wire.begin()
        shelf.fault, shelf.hold = (None, True) if late else (fault, False)
        wire.send(b"Subject: my report\r\n\r\nwords\r\n.\r\n")
        if late:
            wait_until(lambda: shelf.mails)
            shelf.let_go(fault)
        assert wire.hear() == "451 4.3.0 Temporary failure, please retry"
        assert "harassed" not in str(logs)
        shelf.fault, shelf.hold = None, False
        assert wire.begin().startswith("354 ")
        wire.send(b"Subject: again\r\n\r\nwords\r\n.\r\n")
        assert wire.hear().startswith("250 ")


def test_a_store_that_never_answers_does_not_keep_the_sender_for_ever(shelf: Shelf) -> None:
    shelf.hold = True
    with open_door(shelf, keep_seconds=0.1) as (_, port):
        assert send(port, letter()).code == 451
        shelf.let_go()


def test_a_sender_who_hangs_up_after_the_dot_does_not_undo_the_keeping(shelf: Shelf) -> None:
    shelf.hold = True
    with open_door(shelf) as (door, port):
        with Wire(port) as wire:
            wire.begin()
            wire.send(b"x\r\n.\r\nQUIT\r\n")
            wait_until(lambda: shelf.mails)
        wait_until(lambda: door.sessions == 0)
        # Were it cancelled, answering it would raise.
        shelf.let_go()
        shelf.hold = False
        assert send(port, letter()).code == 250


def test_nothing_a_sender_says_reaches_a_log(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    shelf.fault = ValueError("canary")
    with open_door(shelf) as (_, port), Wire(port) as wire, structlog.testing.capture_logs() as logs:
        wire.say("CANARY one two")
        wire.begin(sender="canary@learner.example")
        wire.send(b"Subject: canary\r\n\r\ncanary\r\n.\r\n")
        wire.hear()
        wire.say("MAIL FROM:<canary@learner.example> NONSENSE=canary")
    assert "canary" not in (caplog.text + str(logs)).lower()
    assert [log["event"] for log in logs] == ["door.failed"]


def test_too_many_recipients_are_asked_to_come_separately(shelf: Shelf) -> None:
    with open_door(shelf, limits=LimitRules(recipients=2)) as (_, port), Wire(port) as wire:
        wire.say("MAIL FROM:<sam@learner.example>")
        answers = [wire.say(f"RCPT TO:<{DESK}>")[:9] for _ in range(3)]
    assert answers == ["250 2.1.5", "250 2.1.5", "452 4.5.3"]


def test_a_disk_without_reserve_says_later_at_mail_and_recovers_alone(shelf: Shelf) -> None:
    free = [1000]
    limits = LimitRules(free_disk_bytes=500)
    with open_door(shelf, limits=limits, free_bytes=lambda: free[0]) as (_, port), Wire(port) as wire:
        assert wire.say("MAIL FROM:<sam@learner.example> SIZE=900").startswith("452 4.3.1 ")
        assert wire.say("MAIL FROM:<sam@learner.example> SIZE=400").startswith("250 ")
        wire.say("RSET")
        free[0] = 499
        assert wire.say("MAIL FROM:<sam@learner.example>").startswith("452 4.3.1 ")
        free[0] = 10_000
        assert wire.say("MAIL FROM:<sam@learner.example>").startswith("250 ")


def test_starttls_is_offered_and_noted_where_there_is_a_certificate(shelf: Shelf) -> None:
    with open_door(shelf, tls=_certified()) as (door, port):
        client = smtplib.SMTP("127.0.0.1", port, timeout=10)
        client.starttls(context=ssl.create_default_context(cafile=str(CERTIFICATE)))
        client.sendmail("sam@learner.example", [DESK], letter())
        client.quit()
        wait_until(lambda: door.sessions == 0)
    assert shelf.mails[0][1].tls.startswith("TLS")


def test_commands_slipped_in_before_tls_are_forgotten(shelf: Shelf) -> None:
    with open_door(shelf, tls=_certified()) as (_, port):
        client = smtplib.SMTP("127.0.0.1", port, timeout=10)
        client.ehlo()
        client.sock.sendall(b"STARTTLS\r\nMAIL FROM:<evil@x.example>\r\n")
        assert client.getreply()[0] == 220
        context = ssl.create_default_context(cafile=str(CERTIFICATE))
        client.sock = context.wrap_socket(client.sock, server_hostname="127.0.0.1")
        client.file = None
        client.ehlo_resp = None
        assert client.ehlo()[0] == 250
        assert client.mail("sam@learner.example")[0] == 250
        client.close()


def test_closing_answers_the_mail_in_hand_and_turns_newcomers_away(shelf: Shelf) -> None:
    shelf.hold = True
    with open_door(shelf) as (door, port), Wire(port) as idle, Wire(port) as busy:
        busy.begin()
        busy.send(b"x\r\n.\r\n")
        wait_until(lambda: shelf.mails)
        closing = threading.Thread(target=door.stop)
        closing.start()
        assert idle.hear().startswith("421 4.3.2 ")
        with Wire(port, greet="") as newcomer:
            assert newcomer.banner.startswith("421 4.3.2 ")
        shelf.let_go()
        assert busy.hear().startswith("250 2.0.0 stored ")
        assert busy.hear().startswith("421 4.3.2 ")
        closing.join(10)
        assert not door.alive


def test_closing_does_not_wait_for_a_sender_who_dawdles(shelf: Shelf) -> None:
    with open_door(shelf, farewell_seconds=0.2) as (door, port), Wire(port) as wire:
        wire.begin()
        wire.send(b"half a mail")
        door.stop()
        assert not door.alive
    assert shelf.mails == []


def test_a_taken_port_is_told_at_the_start(shelf: Shelf) -> None:
    with open_door(shelf) as (_, port):
        second = MailDoor(shelf.keep, DoorSettings(inboxes=(DESK,), port=port))
        with pytest.raises(OSError, match="address already in use"):
            second.start()
        assert not second.alive


def _certified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_name("key.pem"))
    return context
