"""Cards are claimed by one mirror at a time, oldest first, and remember what they show and what went wrong."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from tests.tracker.desk import MONDAY, a_case, a_desk, a_store
from tracker import cards
from tracker.history import record
from tracker.model import Base, Card, Case
from tracker.store import Store

LEASE = timedelta(seconds=60)
DESK = a_desk()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


def hang(store: Store, channel: str = "quality-triage") -> int:
    """A case with its card; returns the case's id."""

    def job(tx: Any) -> int:
        case = a_case(tx, DESK, now=MONDAY)
        cards.ensure(tx, case, channel, now=MONDAY)
        return case.id

    return store.write(job)


def claim(store: Store, later: float = 0) -> cards.CardJob | None:
    return store.write(lambda tx: cards.claim_stale(tx, now=MONDAY + timedelta(seconds=later), lease=LEASE))


def show(store: Store, job: cards.CardJob, **how: Any) -> None:
    given = {"shown_revision": job.revision, "posted_in": "C1", "ts": "1.1", "now": MONDAY} | how
    store.write(lambda tx: cards.settle(tx, job.card_id, **given))


def test_a_new_case_has_a_card_to_be_drawn(store: Store) -> None:
    hang(store)
    job = claim(store)
    assert job is not None
    assert (job.channel, job.ts, job.shown_revision, job.attempts) == ("quality-triage", None, 0, 1)


def test_a_case_has_one_card_a_channel(store: Store) -> None:
    case_id = hang(store)
    store.write(lambda tx: cards.ensure(tx, tx.get_one(Case, case_id), "quality-triage", now=MONDAY))
    store.write(lambda tx: cards.ensure(tx, tx.get_one(Case, case_id), "quality-urgent", now=MONDAY))
    with store.reading() as tx:
        assert len(tx.scalars(select(Card)).all()) == 2


def test_a_claimed_card_is_nobody_elses_until_its_lease_is_over(store: Store) -> None:
    hang(store)
    assert claim(store) is not None
    assert claim(store) is None
    again = claim(store, later=61)
    assert again is not None
    assert again.attempts == 2


def test_a_card_that_shows_its_case_is_left_alone_until_the_case_changes(store: Store) -> None:
    case_id = hang(store)
    job = claim(store)
    assert job is not None
    show(store, job)
    assert claim(store, later=1) is None
    store.write(lambda tx: record(tx, tx.get_one(Case, case_id), actor="desk", kind="noted", detail={}, now=MONDAY))
    again = claim(store, later=1)
    assert again is not None
    assert (again.ts, again.attempts) == ("1.1", 1)


def test_a_change_while_a_card_was_drawn_is_not_missed(store: Store) -> None:
    case_id = hang(store)
    job = claim(store)
    assert job is not None
    store.write(lambda tx: record(tx, tx.get_one(Case, case_id), actor="desk", kind="noted", detail={}, now=MONDAY))
    show(store, job)
    assert claim(store, later=1) is not None


def test_trouble_is_remembered_and_the_waits_grow(store: Store) -> None:
    hang(store)
    waits, at = [], 0.0
    for _ in range(7):
        job = claim(store, later=at)
        assert job is not None
        now = MONDAY + timedelta(seconds=at)
        store.write(lambda tx, it=job, when=now: cards.settle(tx, it.card_id, error="no", now=when))
        with store.reading() as tx:
            card = tx.scalars(select(Card)).one()
            waits.append((card.due_at - now).total_seconds())
            assert card.last_error == "no"
        assert claim(store, later=at) is None
        at += waits[-1]
    assert waits == [2, 5, 15, 60, 300, 300, 300]
    assert store.write(cards.faults)[0][1] == "no"


def test_slack_saying_how_long_to_wait_is_obeyed(store: Store) -> None:
    hang(store)
    job = claim(store)
    assert job is not None
    show(store, job, error="wait", retry_after=30.0)
    assert claim(store, later=29) is None
    assert claim(store, later=30) is not None


def test_the_card_that_waited_longest_comes_first(store: Store) -> None:
    first, second = hang(store), hang(store)
    taken = [claim(store), claim(store)]
    assert [job.case_id for job in taken if job] == [first, second]


def test_a_thread_is_known_by_its_card_and_by_one_that_may_be_it(store: Store) -> None:
    hang(store)
    assert not store.write(lambda tx: cards.hang_in(tx, "C1", "1.1"))
    job = claim(store)  # from here on its post may be in Slack without our knowing
    assert job is not None
    assert store.write(lambda tx: cards.hang_in(tx, "C1", "9.9"))
    show(store, job)
    assert store.write(lambda tx: cards.hang_in(tx, "C1", "1.1"))
    assert not store.write(lambda tx: cards.hang_in(tx, "C1", "9.9"))
    assert not store.write(lambda tx: cards.hang_in(tx, "C2", "1.1"))


def test_the_channels_of_cards_are_known_by_name_and_id(store: Store) -> None:
    hang(store)
    job = claim(store)
    assert job is not None
    show(store, job)
    assert store.write(cards.channels) == {"quality-triage", "C1"}


def test_a_claim_is_one_workers_on_both_databases(database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        engine = create_engine(database_url)
        Base.metadata.create_all(engine)
        engine.dispose()
    else:
        a_store(Path(database_url.removeprefix("sqlite:///")).parent).close()
    store = Store(database_url)
    try:
        ids = [hang(store) for _ in range(8)]
        jobs = [store.submit(lambda tx: cards.claim_stale(tx, now=MONDAY, lease=LEASE)) for _ in range(12)]
        found = [job.result() for job in jobs]
        taken = [job.case_id for job in found if job is not None]
        assert len(taken) == len(set(taken))
        assert set(taken) <= set(ids)
    finally:
        store.close()


def move(store: Store, case_id: int, channel: str) -> None:
    store.write(lambda tx: cards.move(tx, tx.get_one(Case, case_id), channel, now=MONDAY))


def states(store: Store) -> dict[str, str]:
    with store.reading() as tx:
        return {card.slack_channel: card.state for card in tx.scalars(select(Card))}


def test_a_card_that_moves_leaves_its_old_channel_once(store: Store) -> None:
    case_id = hang(store)
    job = claim(store)
    assert job is not None
    show(store, job)
    move(store, case_id, "quality-urgent")
    assert states(store) == {"quality-triage": "leaving", "quality-urgent": "live"}
    jobs = [claim(store), claim(store)]
    assert {job.channel: job.leaving for job in jobs if job} == {"quality-triage": True, "quality-urgent": False}
    for job in jobs:
        assert job is not None
        show(store, job, left=job.leaving)
    assert states(store) == {"quality-triage": "left", "quality-urgent": "live"}
    store.write(lambda tx: record(tx, tx.get_one(Case, case_id), actor="desk", kind="noted", detail={}, now=MONDAY))
    again = claim(store)
    assert again is not None
    assert again.channel == "quality-urgent"
    assert claim(store) is None


def test_a_card_that_was_never_hung_is_forgotten_when_it_moves(store: Store) -> None:
    case_id = hang(store)
    move(store, case_id, "quality-urgent")
    assert states(store) == {"quality-urgent": "live"}


def test_a_card_that_is_called_back_while_it_leaves_stays(store: Store) -> None:
    case_id = hang(store)
    job = claim(store)
    assert job is not None
    show(store, job)
    move(store, case_id, "quality-urgent")
    leaving = claim(store)
    assert leaving is not None
    assert leaving.leaving
    move(store, case_id, "quality-triage")
    show(store, leaving, left=True, shown_revision=0)
    assert states(store)["quality-triage"] == "live"
    back = claim(store)
    assert back is not None
    assert (back.channel, back.shown_revision) == ("quality-triage", 0)
