"""Parcels leave once, and every end of a delivery is written down."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.courier import Courier, deliver_one, post_one
from bot.relay import SmtpRelay
from bot.settings import RelaySettings
from tests.servers.relay import Relay
from tests.servers.waiting import wait_until
from tests.tracker.desk import MONDAY, a_case, a_desk, a_person, a_store
from tracker import outbox, waiting
from tracker.desk import RetryRules
from tracker.letters import Letter
from tracker.model import Mark, Parcel
from tracker.store import Store, Tx

NOW = MONDAY
DESK = a_desk(retry=RetryRules(waits=(60,)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def ours(relay: Relay) -> Iterator[SmtpRelay]:
    ours = SmtpRelay(RelaySettings(host="127.0.0.1", port=relay.port), hello="desk.example", lease=30)
    yield ours
    ours.close()


def now() -> datetime:
    return NOW


def a_letter(store: Store, *, to: str = "sam@learner.example", key: str = "one") -> int:
    def write(tx: Tx) -> int:
        case = a_case(tx, DESK, reporter=to)
        return outbox.enqueue_letter(
            tx,
            case=case,
            person=a_person(tx, DESK, to),
            occasion="acknowledgement/standard",
            letter=Letter(subject="We have your report", text="Thank you.\n", html="<p>Thank you.</p>"),
            dedupe_key=key,
            now=NOW,
            desk=DESK,
        ).id

    return store.write(write)


def parcel(store: Store, parcel_id: int) -> Parcel:
    with store.reading() as tx:
        row = tx.scalars(select(Parcel).where(Parcel.id == parcel_id)).one()
        tx.expunge(row)
        return row


def test_a_letter_leaves_and_the_parcel_says_so(store: Store, relay: Relay, ours: SmtpRelay) -> None:
    letter = a_letter(store)
    assert deliver_one(store, ours, DESK, now)
    assert not deliver_one(store, ours, DESK, now)
    (arrived,) = relay.wait_for(1)
    assert arrived.envelope_from == ""
    assert arrived.message["Auto-Submitted"] == "auto-replied"
    assert arrived.message["Message-ID"] == f"<{parcel(store, letter).message_id}>"
    assert parcel(store, letter).state == "sent"


def test_a_letter_the_relay_wants_later_waits_as_configured(store: Store, relay: Relay, ours: SmtpRelay) -> None:
    relay.answer_next("451 4.7.1 greylisted", at="RCPT")
    letter = a_letter(store)
    assert deliver_one(store, ours, DESK, now)
    waits = parcel(store, letter)
    assert waits.state == "queued"
    assert timedelta(seconds=48) <= waits.due_at - NOW <= timedelta(seconds=72)
    assert not deliver_one(store, ours, DESK, now)
    assert deliver_one(store, ours, DESK, lambda: NOW + timedelta(seconds=73))
    assert len(relay.letters) == 1
    assert parcel(store, letter).state == "sent"


def test_a_letter_that_may_have_left_is_held_for_a_person(store: Store, relay: Relay, ours: SmtpRelay) -> None:
    relay.hang_up_after_dot()
    letter = a_letter(store)
    assert deliver_one(store, ours, DESK, now)
    assert parcel(store, letter).state == "held"
    assert not deliver_one(store, ours, DESK, now)
    store.write(lambda tx: outbox.release(tx, letter, actor="kim", now=NOW, desk=DESK))
    assert deliver_one(store, ours, DESK, now)
    first, second = relay.wait_for(2)
    assert first.raw == second.raw


def test_a_bad_address_ends_its_letter_and_no_other(store: Store, relay: Relay, ours: SmtpRelay) -> None:
    relay.answer_next("550 5.1.1 no such user", at="RCPT")
    bad, good = a_letter(store), a_letter(store, to="kim@learner.example", key="two")
    assert deliver_one(store, ours, DESK, now)
    assert deliver_one(store, ours, DESK, now)
    assert parcel(store, bad).state == "failed"
    assert "550 5.1.1" in (parcel(store, bad).last_error or "")
    assert parcel(store, good).state == "sent"


def test_a_relay_that_is_down_is_not_asked_for_every_letter_that_waits(
    store: Store, relay: Relay, ours: SmtpRelay
) -> None:
    letters = [a_letter(store, to=f"p{number}@learner.example", key=str(number)) for number in range(5)]
    relay.refuse_connections()
    courier = Courier(store, ours, DESK, now)
    assert courier.step()
    assert not courier.step()
    assert [parcel(store, letter).attempts for letter in letters] == [1, 0, 0, 0, 0]


def test_nothing_leaves_while_the_outbox_is_paused(store: Store, relay: Relay, ours: SmtpRelay) -> None:
    a_letter(store)
    store.write(lambda tx: tx.add(Mark(name=waiting.OUTBOX_PAUSED, at=NOW)))
    assert not deliver_one(store, ours, DESK, now)
    assert relay.letters == []


def test_a_letter_nobody_can_put_together_ends_where_a_person_sees_it(store: Store, ours: SmtpRelay) -> None:
    letter = a_letter(store)

    def spoil(tx: Tx) -> None:
        tx.get_one(Parcel, letter).content = {"subject": "no more than this"}

    store.write(spoil)
    assert deliver_one(store, ours, DESK, now)
    assert parcel(store, letter).state == "failed"


def test_a_courier_whose_claim_was_taken_back_sends_nothing(store: Store, relay: Relay, ours: SmtpRelay) -> None:
    """The relay was so slow that another courier may have the letter now."""
    letter = a_letter(store)
    relay.hang(at="DATA", seconds=1)
    courier = threading.Thread(target=deliver_one, args=(store, ours, DESK, now))
    courier.start()
    wait_until(lambda: relay.said("DATA"))
    store.write(lambda tx: outbox.take_back_expired(tx, now=NOW + timedelta(days=1), desk=DESK))
    courier.join()
    assert relay.letters == []
    assert parcel(store, letter).state == "queued"


def test_a_post_is_marked_before_it_leaves_and_settled_after(store: Store) -> None:
    def write(tx: Tx) -> int:
        return outbox.enqueue_post(
            tx, case=None, channel="quality-triage", occasion="digest", text="3 cases", dedupe_key="d", now=NOW
        ).id

    post = store.write(write)
    seen = []

    def deliver(claimed: outbox.ClaimedParcel) -> outbox.Outcome:
        seen.append(parcel(store, claimed.id).may_have_left)
        return outbox.Sent("C1/1.2")

    assert post_one(store, deliver, DESK, now)
    assert not post_one(store, deliver, DESK, now)
    assert seen == [True]
    assert parcel(store, post).provider_id == "C1/1.2"
