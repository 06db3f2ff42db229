"""What a peer may cost us: sessions, memory, time. Every limit is reached here, and the door is open afterwards."""

import resource
import time
from pathlib import Path

import pytest
import structlog

from tests.servers.door import Shelf, Wire, open_door
from tests.servers.mail import DESK, letter, send
from tests.servers.waiting import wait_until
from tracker.desk import LimitRules

MIB = 1 << 20


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


class Memory:
    """How much more memory this process came to hold, at most, since the beginning."""

    def __init__(self) -> None:
        self.rise = 0
        self._before = self._resident()

    def look(self) -> None:
        self.rise = max(self.rise, self._resident() - self._before)

    @staticmethod
    def _resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_a_line_that_never_ends_is_cut_and_costs_no_memory(shelf: Shelf) -> None:
    with open_door(shelf) as (door, port), Wire(port) as wire:
        send(port, letter())
        wire.begin()
        memory = Memory()
        assert wire.pour(b"x" * MIB, look=memory.look)
        wait_until(lambda: door.sessions == 0)
        assert memory.rise < 40 * MIB
        assert send(port, letter()).code == 250
    assert len(shelf.mails) == 2


def test_a_long_line_is_taken_and_a_longer_one_refused_for_good(shelf: Shelf) -> None:
    with open_door(shelf, limits=LimitRules(line_bytes=MIB)) as (_, port), Wire(port) as wire:
        for length, answer in ((MIB - 1, "250 2.0.0"), (MIB, "554 5.6.0")):
            wire.begin()
            wire.send(b"x" * length + b"\r\n.\r\n")
            assert wire.hear()[:9] == answer


def test_a_command_that_never_ends_costs_no_memory_and_is_cut(shelf: Shelf) -> None:
    with open_door(shelf, limits=LimitRules(idle_seconds=1)) as (door, port), Wire(port) as wire:
        memory = Memory()
        assert wire.pour(b"x" * MIB, look=memory.look)
        assert memory.rise < 20 * MIB
        wait_until(lambda: door.sessions == 0)


def test_a_mail_beyond_the_limit_is_refused_whether_it_said_so_or_not(shelf: Shelf) -> None:
    with open_door(shelf, limits=LimitRules(message_bytes=MIB)) as (_, port), Wire(port) as wire:
        assert wire.say(f"MAIL FROM:<sam@learner.example> SIZE={2 * MIB}").startswith("552 5.3.4 ")
        wire.begin()
        wire.send((b"x" * 998 + b"\r\n") * 2000 + b".\r\n")
        assert wire.hear().startswith("552 5.3.4 ")
        wire.begin()
        wire.send(b"Subject: a short one\r\n\r\nx\r\n.\r\n")
        assert wire.hear().startswith("250 ")


def test_a_mail_without_end_is_told_so_and_cut(shelf: Shelf) -> None:
    with open_door(shelf, limits=LimitRules(message_bytes=MIB)) as (door, port), Wire(port) as wire:
        wire.begin()
        assert wire.pour((b"x" * 998 + b"\r\n") * 100)
        wait_until(lambda: door.sessions == 0)
    assert shelf.mails == []


def test_beyond_the_sessions_for_one_address_newcomers_are_asked_to_come_later(shelf: Shelf) -> None:
    limits = LimitRules(sessions=5, sessions_per_address=2)
    with open_door(shelf, limits=limits) as (door, port), structlog.testing.capture_logs() as logs:
        first, second = Wire(port), Wire(port)
        for _ in range(20):
            with Wire(port, greet="") as third:
                assert third.banner.startswith("421 4.7.0 ")
                assert third.hear() == ""
        first.close()
        wait_until(lambda: door.sessions == 1)
        assert send(port, letter()).code == 250
        second.close()
    assert [log["event"] for log in logs] == ["door.crowded"]


def test_a_crowd_leaves_room_again_when_it_goes(shelf: Shelf) -> None:
    limits = LimitRules(sessions=30, sessions_per_address=30)
    with open_door(shelf, limits=limits) as (door, port):
        crowd = [Wire(port, greet="") for _ in range(60)]
        assert sum(wire.banner.startswith("220 ") for wire in crowd) == 30
        assert sum(wire.banner.startswith("421 ") for wire in crowd) == 30
        for wire in crowd:
            wire.close()
        wait_until(lambda: door.sessions == 0)
        assert send(port, letter()).code == 250


def test_a_silent_session_is_closed(shelf: Shelf) -> None:
    with open_door(shelf, limits=LimitRules(idle_seconds=1)) as (_, port), Wire(port) as wire:
        began = time.monotonic()
        assert wire.hear() == ""
        assert 0.5 < time.monotonic() - began < 15


def test_talking_does_not_make_a_session_last_for_ever(shelf: Shelf) -> None:
    with open_door(shelf, limits=LimitRules(session_seconds=1)) as (door, port), Wire(port) as wire:
        answers = []
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and not (answers and answers[-1].startswith("421 ")):
            answers.append(wire.say("NOOP"))
            time.sleep(0.05)
        assert answers[-1].startswith("421 4.4.2 ")
        wait_until(lambda: door.sessions == 0)


def test_a_session_at_its_end_still_has_its_mail_answered(shelf: Shelf) -> None:
    shelf.hold = True
    with open_door(shelf, limits=LimitRules(session_seconds=1)) as (_, port), Wire(port) as wire:
        wire.begin()
        wire.send(b"x\r\n.\r\n")
        time.sleep(1.3)
        shelf.let_go()
        assert wire.hear().startswith("250 ")
        assert wire.hear().startswith("421 4.4.2 ")


def test_content_that_only_drips_is_cut(shelf: Shelf) -> None:
    with open_door(shelf, data_seconds=1) as (door, port), Wire(port) as wire:
        wire.begin()
        assert wire.pour(b"x", pause=0.05, seconds=5)
        wait_until(lambda: door.sessions == 0)
    assert shelf.mails == []


def test_too_many_greetings_end_a_session_and_change_no_limit_for_others(shelf: Shelf) -> None:
    with open_door(shelf) as (_, port), Wire(port) as other:
        with Wire(port) as wire:
            greetings = 1
            while wire.say("EHLO client.example").startswith("250 "):
                greetings += 1
        assert greetings == 20
        assert other.say("MAIL FROM:<" + "x" * 2000 + "@learner.example>").startswith("500 5.5.2 ")


def test_many_mails_over_one_connection_are_all_taken(shelf: Shelf) -> None:
    with open_door(shelf) as (_, port), Wire(port) as wire:
        for number in range(150):
            wire.begin()
            wire.send(b"Subject: %d\r\n\r\nx\r\n.\r\n" % number)
            assert wire.hear().startswith("250 ")
    assert len(shelf.mails) == 150


def test_bytes_in_flight_make_senders_wait_and_lose_nobody(shelf: Shelf) -> None:
    shelf.hold = True
    limits = LimitRules(bytes_in_flight=3 * MIB)
    body = (b"x" * 998 + b"\r\n") * 2000
    with open_door(shelf, limits=limits) as (door, port):
        wires = [Wire(port) for _ in range(4)]
        for wire in wires:
            wire.begin()
            wire.send(body[:MIB])
        wait_until(lambda: door.bytes_in_flight >= 3 * MIB)
        time.sleep(0.2)
        assert door.bytes_in_flight < 5 * MIB
        shelf.hold = False
        for wire in wires:
            wire.send(body[MIB:] + b".\r\n")
        assert [wire.hear()[:3] for wire in wires] == ["250"] * 4
        for wire in wires:
            wire.close()
        assert door.bytes_in_flight == 0
    assert {content for content, _ in shelf.mails} == {body}


def test_a_sender_to_nobody_of_ours_never_gets_to_send_content(shelf: Shelf) -> None:
    with open_door(shelf) as (_, port):
        assert send(port, letter(), recipients=("a@x.example", "b@x.example")).code == 550
        assert send(port, letter(), recipients=("a@x.example", DESK)).code == 250
    assert shelf.mails[0][1].rcpt_to == (DESK,)
