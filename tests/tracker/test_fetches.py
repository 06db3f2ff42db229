"""Files that lie in Slack are claimed by one at a time, tried for a day, and then kept or refused for good, on both databases."""

import hashlib
from datetime import timedelta

from sqlalchemy import select

from tests.tracker.desk import MONDAY, a_case, a_desk
from tracker import fetches
from tracker.fetches import GIVE_UP_AFTER, WAITS
from tracker.model import AttachmentRow, Event, Fetch, Message
from tracker.store import Store, Tx
from tracker.submission import Attachment, Elsewhere

LEASE = timedelta(minutes=5)
CONTENT = b"%PDF-1.7"
FILE = Attachment(
    filename="rota.pdf", content_type="application/pdf", size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest(),
    content=CONTENT,
)  # fmt: skip


def named(store: Store) -> int:
    """A file that a note on a case names; returns its number."""

    def job(tx: Tx) -> int:
        case = a_case(tx, a_desk())
        note = Message(
            case_id=case.id, direction="internal", kind="note", channel="slack", staff="slack:U0ADA", at=MONDAY
        )
        tx.add(note)
        tx.flush()
        row = AttachmentRow(message_id=note.id, filename="rota.pdf", content_type="", size=0, sha256="")
        tx.add(row)
        tx.flush()
        fetches.begin(tx, row, Elsewhere(file="F1"), now=MONDAY)
        return row.id

    return store.write(job)


def claim(store: Store, after: timedelta = timedelta()) -> int | None:
    found = store.write(lambda tx: fetches.claim_one(tx, now=MONDAY + after, lease=LEASE))
    return found.attachment_id if found else None


def test_a_file_is_one_fetchers_until_its_lease_is_over_and_is_kept_once(tables_url: str) -> None:
    store = Store(tables_url)
    number = named(store)
    assert [claim(store), claim(store), claim(store, LEASE + timedelta(seconds=1))] == [number, None, number]
    for _ in range(2):
        store.write(lambda tx: fetches.keep(tx, number, FILE, now=MONDAY))
    store.write(lambda tx: fetches.refuse(tx, number, why="late", now=MONDAY))
    store.write(lambda tx: fetches.give_back(tx, number, why="later", now=MONDAY))
    with store.reading() as tx:
        row, fetch = tx.get_one(AttachmentRow, number), tx.get_one(Fetch, number)
        assert (row.sha256, row.content_type, fetch.state) == (FILE.sha256, "application/pdf", "kept")
        assert tx.scalars(select(Event).where(Event.kind == fetches.NOT_KEPT)).all() == []
    assert claim(store, timedelta(days=2)) is None
    store.close()


def test_it_is_tried_for_a_day_and_then_its_case_says_so(tables_url: str) -> None:
    store = Store(tables_url)
    number, passed = named(store), timedelta()
    waits = []
    while claim(store, passed) == number:
        store.write(lambda tx, at=MONDAY + passed: fetches.give_back(tx, number, why="Slack is away", now=at))
        with store.reading() as tx:
            fetch = tx.get_one(Fetch, number)
            if fetch.state == "refused":
                break
            waits.append(fetch.due_at - MONDAY - passed)
            passed += waits[-1]
    assert waits[:6] == [*WAITS, WAITS[-1]]
    assert GIVE_UP_AFTER <= passed < GIVE_UP_AFTER + WAITS[-1]
    with store.reading() as tx:
        (event,) = tx.scalars(select(Event).where(Event.kind == fetches.NOT_KEPT)).all()
        assert event.detail == {"file": "F1", "why": "Slack is away"}
        assert fetches.refused_on(tx, event.case_id) == 1
        assert tx.get_one(AttachmentRow, number).note == "not kept: Slack is away"
    store.close()
