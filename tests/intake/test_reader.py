"""Reading what was heard: into a case, or back for another try, or aside where a person sees it; never round and round."""

import os
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from intake.box import Box, BoxSettings
from intake.reader import BROKEN_OFF, read_one
from tests.servers.mail import DESK
from tests.tracker.desk import MONDAY, a_desk
from tracker import inbound, schema
from tracker.model import Case, Inbound
from tracker.store import Store

ODD = (sys.executable, "-B", "-m", "tests.servers.odd_box_child")


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = MONDAY

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tables_url: str) -> Iterator[Store]:
    store = Store(tables_url)
    yield store
    store.close()


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    box = Box(BoxSettings(inboxes=(DESK,), seconds=1), command=ODD)
    yield box
    box.close()


def hear(store: Store, content: bytes, clock: Clock) -> int:
    return store.write(
        lambda tx: inbound.keep(
            tx,
            channel="mail",
            source="test",
            recipient=DESK,
            envelope={"mail_from": "sam@learner.example", "rcpt_to": [DESK]},
            content=content,
            message_id="",
            now=clock(),
        )
    ).id


def row(store: Store, number: int) -> Inbound:
    with store.reading() as tx:
        heard = tx.get_one(Inbound, number)
        tx.expunge(heard)
        return heard


def cases(store: Store) -> int:
    with store.reading() as tx:
        return tx.scalar(select(func.count()).select_from(Case)) or 0


def test_a_message_becomes_a_case_and_then_nothing_waits(store: Store, box: Box, clock: Clock) -> None:
    number = hear(store, b"hello", clock)
    assert read_one(store, box, a_desk(), clock)
    assert not read_one(store, box, a_desk(), clock)
    heard = row(store, number)
    assert (heard.state, heard.outcome, heard.attempts, cases(store)) == ("read", "opened", 1, 1)


@pytest.mark.parametrize(
    ("order", "reason"),
    [(b"raise words", "ValueError"), (b"crash words", "SIGSEGV"), (b"hang words", "longer than 1 s")],
)
def test_what_cannot_be_read_is_tried_three_times_and_then_seen_by_a_person(
    store: Store, box: Box, clock: Clock, order: bytes, reason: str
) -> None:
    bad, good = hear(store, order, clock), hear(store, b"a good one", clock)
    read_one(store, box, a_desk(), clock)
    assert (row(store, bad).state, row(store, bad).attempts) == ("heard", 1)
    read_one(store, box, a_desk(), clock)
    assert row(store, good).state == "read", "what fails does not hold up what comes after it"
    for _ in range(2):
        clock.move(5)
        assert read_one(store, box, a_desk(), clock)
    heard = row(store, bad)
    assert (heard.state, heard.outcome, heard.attempts) == ("quarantined", "quarantined", 3)
    assert reason in (heard.reason or "")
    assert "words" not in (heard.reason or "")
    with store.reading() as tx:
        stub = tx.get_one(Case, heard.case_id)
        assert (stub.status, stub.acknowledgement_kind) == ("new", "none")
    clock.move(3600)
    assert not read_one(store, box, a_desk(), clock)
    assert cases(store) == 2


def test_a_stub_is_there_within_a_minute_of_the_mail(store: Store, box: Box, clock: Clock) -> None:
    hear(store, b"raise words", clock)
    seconds = 0
    while not cases(store):
        read_one(store, box, a_desk(), clock)
        clock.move(1)
        seconds += 1 + 10  # and as if each try had used up its time
    assert seconds < 120


def test_a_process_killed_a_few_times_costs_a_message_nothing_and_one_that_always_dies_is_set_aside(
    store: Store, box: Box, clock: Clock
) -> None:
    number = hear(store, b"hello", clock)
    for _ in range(3 + BROKEN_OFF):
        # What is left by a process that was killed while it read.
        store.write(lambda tx: inbound.claim_one(tx, now=clock(), lease=timedelta(seconds=60)))
        assert not read_one(store, box, a_desk(), clock)
        clock.move(61)
    assert read_one(store, box, a_desk(), clock)
    heard = row(store, number)
    assert (heard.state, heard.reason) == ("quarantined", "reading it was broken off each time")
    assert cases(store) == 1


def test_a_process_that_was_killed_once_while_reading_loses_nothing(store: Store, box: Box, clock: Clock) -> None:
    number = hear(store, b"hello", clock)
    store.write(lambda tx: inbound.claim_one(tx, now=clock(), lease=timedelta(seconds=60)))
    clock.move(61)
    assert read_one(store, box, a_desk(), clock)
    assert row(store, number).outcome == "opened"


def test_a_fault_of_ours_in_receiving_ends_before_a_person_and_says_no_word_of_the_message(
    store: Store, box: Box, clock: Clock
) -> None:
    number = hear(store, b"hello", clock)
    # A desk without routes cannot receive anything: a mistake of whoever runs it, not the sender's.
    broken = a_desk(draw=_no_chance)
    for _ in range(2):
        assert read_one(store, box, broken, clock)
        clock.move(5)
    assert row(store, number).state == "heard"
    assert "ZeroDivisionError at tests.intake.test_reader" in (row(store, number).reason or "")
    assert read_one(store, box, a_desk(), clock)
    assert row(store, number).outcome == "opened"


def test_a_box_that_does_not_start_lets_the_reader_rest_and_a_person_see_it(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    number = hear(store, b"hello", clock)
    broken = Box(BoxSettings(inboxes=("no-start@desk.example",)), command=ODD)
    for _ in range(3):
        assert not read_one(store, broken, a_desk(), clock)
        clock.move(5)
    heard = row(store, number)
    assert heard.state == "quarantined"
    assert "does not start" in (heard.reason or "")


def test_a_store_that_is_away_lets_the_reader_rest(box: Box, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite3"
    schema.upgrade(f"sqlite:///{path}")
    store = Store(f"sqlite:///{path}")
    store.close()
    assert not read_one(store, box, a_desk(), clock)


def test_two_readers_never_read_the_same_message(store: Store, clock: Clock) -> None:
    numbers = [hear(store, b"hello %d" % number, clock) for number in range(12)]
    boxes = [Box(BoxSettings(inboxes=(DESK,)), command=ODD) for _ in range(2)]

    def work(box: Box) -> None:
        while read_one(store, box, a_desk(draw=os.urandom), clock):
            pass

    threads = [threading.Thread(target=work, args=(box,)) for box in boxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for box in boxes:
        box.close()
    assert {(row(store, number).outcome, row(store, number).attempts) for number in numbers} == {("opened", 1)}
    assert cases(store) == 12


def _no_chance(count: int) -> bytes:
    return bytes(count // 0)


def test_a_message_is_read_after_the_process_was_killed_four_times(store: Store, box: Box, clock: Clock) -> None:
    number = hear(store, b"hello", clock)
    for _ in range(4):
        store.write(lambda tx: inbound.claim_one(tx, now=clock(), lease=timedelta(seconds=60)))
        clock.move(61)
    assert read_one(store, box, a_desk(), clock)
    assert row(store, number).outcome == "opened"
