"""The door and the real store: what was answered 250 is there, once, and a store in trouble is only ever "later"."""

import hashlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from intake.smtp import DoorSettings, MailDoor, keeper
from tests.servers.mail import DESK, letter, send
from tests.tracker.desk import MONDAY
from tracker import schema
from tracker.model import Inbound, InboundContent
from tracker.store import Store


@pytest.fixture
def store(tables_url: str) -> Iterator[Store]:
    store = Store(tables_url)
    yield store
    store.close()


@pytest.fixture
def port(store: Store) -> Iterator[int]:
    door = MailDoor(keeper(store, lambda: MONDAY), DoorSettings(inboxes=(DESK,)))
    yield door.start()
    door.stop()


def rows(store: Store) -> list[Inbound]:
    with store.reading() as tx:
        found = list(tx.scalars(select(Inbound).order_by(Inbound.id)))
        tx.expunge_all()
        return found


def test_each_mail_is_one_row_with_its_bytes_and_envelope(store: Store, port: int) -> None:
    raw = letter(message_id="<one@learner.example>")
    reply = send(port, raw, sender="")
    (row,) = rows(store)
    with store.reading() as tx:
        assert tx.scalar(select(InboundContent.content)) == raw
    assert (row.channel, row.recipient, row.message_id, row.state) == ("mail", DESK, "one@learner.example", "heard")
    assert row.sha256 == hashlib.sha256(raw).hexdigest()
    assert row.sha256.startswith(reply.text.rpartition(" ")[2])
    assert (row.envelope["mail_from"], row.envelope["rcpt_to"], row.received_at) == ("", [DESK], MONDAY)


def test_a_repeat_is_answered_alike_and_kept_once(store: Store, port: int) -> None:
    raw = letter()
    assert len({send(port, raw, recipients=(each,)).text for each in (DESK, DESK.upper(), DESK)}) == 1
    (row,) = rows(store)
    assert row.repeats == 2


def test_another_content_under_the_same_message_id_is_no_repeat(store: Store, port: int) -> None:
    for body in ("one", "two"):
        assert send(port, letter(body, message_id="<same@learner.example>")).code == 250
    assert len(rows(store)) == 2


def test_many_at_once_are_all_there(store: Store, port: int) -> None:
    mails = [letter(f"number {number}") for number in range(60)]
    with ThreadPoolExecutor(12) as threads:
        assert {reply.code for reply in threads.map(lambda raw: send(port, raw), mails)} == {250}
    assert {row.sha256 for row in rows(store)} == {hashlib.sha256(raw).hexdigest() for raw in mails}


def test_bytes_that_no_text_column_takes_are_kept(store: Store, port: int) -> None:
    raw = b"Message-ID: <\xff\x00@x>\r\n\r\n\x00\xed\xa0\x80\xff\r\n"
    assert send(port, raw).code == 250
    assert rows(store)[0].size == len(raw)


def test_a_database_locked_by_another_is_later_and_never_no(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite3"
    schema.upgrade(f"sqlite:///{path}")
    store = Store(f"sqlite:///{path}")
    door = MailDoor(keeper(store, lambda: MONDAY), DoorSettings(inboxes=(DESK,), keep_seconds=0.3))
    port = door.start()
    thief = sqlite3.connect(path, isolation_level=None)
    try:
        thief.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(5) as threads:
            mails = [letter(f"number {number}") for number in range(5)]
            assert {reply.code for reply in threads.map(lambda raw: send(port, raw), mails)} == {451}
        thief.execute("ROLLBACK")
        for raw in mails:
            assert send(port, raw).code == 250
        assert len(rows(store)) == 5
    finally:
        thief.close()
        door.stop()
        store.close()


def test_a_store_that_closes_while_mail_comes_loses_nothing_it_confirmed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    schema.upgrade(url)
    store = Store(url)
    door = MailDoor(keeper(store, lambda: MONDAY), DoorSettings(inboxes=(DESK,)))
    port = door.start()
    confirmed: set[str] = set()
    codes: set[int] = set()
    leaving = threading.Event()

    def deliver(name: int) -> None:
        number = 0
        while not leaving.is_set():
            number += 1
            raw = letter(f"{name} {number}")
            code = send(port, raw).code
            codes.add(code)
            if code == 250:
                confirmed.add(hashlib.sha256(raw).hexdigest())

    with ThreadPoolExecutor(4) as threads:
        work = [threads.submit(deliver, name) for name in range(4)]
        time.sleep(0.5)
        store.close()
        time.sleep(0.2)
        leaving.set()
        for each in work:
            each.result()
    door.stop()
    again = Store(url)
    try:
        assert confirmed <= {row.sha256 for row in rows(again)}
        assert codes == {250, 451}
    finally:
        again.close()
