"""The outbox on both databases: once in, once claimed, never guessed, every end written on the case."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.tracker.desk import MONDAY, a_case, a_desk, a_person, the_letters
from tracker import outbox
from tracker.desk import Desk, RetryRules
from tracker.errors import NotFound, Refused
from tracker.model import Case, Event, FollowUp, Message, MessageId, Parcel, Person
from tracker.outbox import Deferred, LetterContent, PostContent, Sent, Uncertain
from tracker.store import Store, Tx
from tracker.tokens import case_of_token, cases_opened, split_plus

LEASE = timedelta(minutes=5)
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def store(tables_url: str) -> Iterator[Store]:
    """An empty store with all tables."""
    opened = Store(tables_url)
    yield opened
    opened.close()


@pytest.fixture
def desk() -> Desk:
    """A desk with the usual rules."""
    return a_desk()


def put_in(
    tx: Tx, desk: Desk, case: Case | None = None, *, occasion: str = "acknowledgement/standard", **more: Any
) -> Parcel:
    """A letter to the reporter of a case, which is opened where none is given."""
    case = case or a_case(tx, desk)
    person = tx.scalars(select(Person)).first()
    assert person is not None
    letter = the_letters().compose("reply", {"case_ref": case.ref, "words": "We are on it."})
    options: dict[str, Any] = {"dedupe_key": f"{occasion}:{case.id}", "now": MONDAY} | more
    return outbox.enqueue_letter(
        tx, case=case, person=person, occasion=occasion, letter=letter, desk=desk, **options
    )  # fmt: skip


def a_letter(store: Store, desk: Desk, **more: Any) -> int:
    """The id of a letter that waits in the outbox."""

    def job(tx: Tx) -> int:
        return put_in(tx, desk, **more).id

    return store.write(job)


def claimed(store: Store, now: datetime = MONDAY, channel: str = "mail") -> outbox.ClaimedParcel | None:
    return store.write(lambda tx: outbox.claim_one(tx, channel=channel, now=now, lease=LEASE))


def settled(store: Store, desk: Desk, parcel: int, outcome: outbox.Outcome, now: datetime = MONDAY) -> Parcel:
    store.write(lambda tx: outbox.settle(tx, parcel, outcome, desk=desk, now=now))
    return the_parcel(store, parcel)


def the_parcel(store: Store, parcel: int) -> Parcel:
    with store.reading() as tx:
        return tx.get_one(Parcel, parcel)


def the_case(store: Store) -> Case:
    with store.reading() as tx:
        return tx.scalars(select(Case)).one()


def history(store: Store) -> list[str]:
    with store.reading() as tx:
        return list(tx.scalars(select(Event.kind).order_by(Event.id)))


def posts(store: Store) -> list[Parcel]:
    with store.reading() as tx:
        return list(tx.scalars(select(Parcel).where(Parcel.channel == "slack").order_by(Parcel.id)))


def test_a_letter_carries_all_that_a_relay_needs_and_no_address(store: Store, desk: Desk) -> None:
    references = [f"<{number}@trust.example>" for number in range(30)]
    parcel = the_parcel(store, a_letter(store, desk, in_reply_to="<last@trust.example>", references=references))
    content = LetterContent.model_validate(parcel.content)
    assert content.in_reply_to == "last@trust.example"
    assert content.references[-1] == "last@trust.example"
    assert len(content.references) == 20
    assert content.auto_submitted == "auto-replied"
    assert content.date == MONDAY
    assert "ash.example" not in str(parcel.content)
    assert "@trust.example" not in content.text + content.html + content.subject


def test_reply_to_and_message_id_carry_the_capability_of_the_case(store: Store, desk: Desk) -> None:
    content = LetterContent.model_validate(the_parcel(store, a_letter(store, desk)).content)
    case = the_case(store)
    assert case_of_token(desk.key, split_plus(content.reply_to)[1]) == case.id
    assert cases_opened(desk.key, (), (content.message_id,), desk.domain) == (case.id,)


@pytest.mark.parametrize(
    ("occasion", "machine_made", "field"),
    [("acknowledgement/crisis", True, "auto-replied"), ("follow_up/x", True, "auto-generated"), ("reply", False, "")],
)
def test_machines_can_tell_who_wrote(store: Store, desk: Desk, occasion: str, machine_made: bool, field: str) -> None:
    parcel = the_parcel(store, a_letter(store, desk, occasion=occasion, machine_made=machine_made))
    assert parcel.content["auto_submitted"] == field


def test_the_same_letter_is_put_in_once(store: Store, desk: Desk) -> None:
    def job(tx: Tx) -> list[int]:
        case = a_case(tx, desk)
        return [put_in(tx, desk, case, dedupe_key="one").id for _ in range(3)]

    assert len(set(store.write(job))) == 1
    assert history(store) == ["opened", "letter_queued"]


def test_an_answer_to_a_letter_that_may_leave_finds_the_case(store: Store, desk: Desk) -> None:
    parcel = the_parcel(store, a_letter(store, desk))
    with store.reading() as tx:
        row = tx.scalars(select(MessageId)).one()
        message = tx.scalars(select(Message)).one()
    assert row.value == parcel.message_id == message.external_id
    assert message.direction == "out"
    assert message.automatic == "acknowledgement/standard"


def test_a_withheld_letter_is_no_message_until_it_is_released(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk, withheld="this address had 3 automatic letters in 24 hours")
    assert the_parcel(store, number).state == "withheld"
    assert claimed(store) is None
    with store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Message)) == 0
    store.write(lambda tx: outbox.release(tx, number, actor="robin", now=MONDAY, desk=desk))
    with store.reading() as tx:
        assert tx.scalars(select(Message)).one().external_id == the_parcel(store, number).message_id
    parcel = claimed(store)
    assert parcel is not None
    assert parcel.to == "ash.example@trust.example"
    assert history(store) == ["opened", "letter_withheld", "letter_released"]


def test_a_letter_is_claimed_by_one_of_many(store: Store, desk: Desk) -> None:
    numbers = {a_letter(store, desk, dedupe_key=f"letter {number}") for number in range(12)}
    taken: list[int] = []

    def work() -> None:
        while (parcel := claimed(store)) is not None:
            taken.append(parcel.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(numbers)


def test_no_change_of_a_case_is_lost_when_many_couriers_settle_at_once(store: Store, desk: Desk) -> None:
    def fill(tx: Tx) -> list[int]:
        case = a_case(tx, desk)
        return [put_in(tx, desk, case, occasion="reply", dedupe_key=f"letter {number}").id for number in range(8)]

    numbers = store.write(fill)
    while claimed(store) is not None:
        pass
    before = the_case(store).revision
    couriers = [threading.Thread(target=settled, args=(store, a_desk(), number, Sent("x"))) for number in numbers]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    assert the_case(store).revision == before + len(numbers)


def test_a_letter_answers_only_the_thread_with_its_own_reader(store: Store, desk: Desk) -> None:
    def job(tx: Tx) -> tuple[str, tuple[str, ...]]:
        case = a_case(tx, desk)
        ash, lead = (a_person(tx, desk, address) for address in ("ash.example@trust.example", "lead@hospital.example"))
        for person, external_id in ((ash, "first@trust.example"), (lead, "secret@hospital.example")):
            message = Message(
                case_id=case.id, direction="in", kind="correspondence", channel="mail", external_id=external_id,
                person_id=person.id, at=MONDAY,
            )  # fmt: skip
            tx.add(message)
            tx.flush()
            tx.add(MessageId(value="earlier@x.example", message_id=message.id, case_id=case.id, seen_in="References"))
        letter = put_in(tx, desk, case)
        answered, ids = outbox.thread_of(tx, case, ash)
        assert answered == letter.message_id
        return answered, ids

    answered, ids = store.write(job)
    assert ids == ("earlier@x.example", "first@trust.example", answered)


def test_what_is_not_due_stays_and_what_is_due_longest_goes_first(store: Store, desk: Desk) -> None:
    later = a_letter(store, desk, dedupe_key="later", due_at=MONDAY + timedelta(minutes=1))
    first = a_letter(store, desk, dedupe_key="first", due_at=MONDAY - timedelta(minutes=1))
    found = [claimed(store), claimed(store), claimed(store, MONDAY + timedelta(minutes=1))]
    assert [parcel.id if parcel else None for parcel in found] == [first, None, later]


def test_mail_and_slack_are_claimed_apart(store: Store, desk: Desk) -> None:
    a_letter(store, desk)
    assert claimed(store, channel="slack") is None
    assert claimed(store) is not None


def test_a_sent_acknowledgement_stamps_the_case_once(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    claimed(store)
    parcel = settled(store, desk, number, Sent("queued as 4F2"), MONDAY + timedelta(seconds=2))
    assert (parcel.state, parcel.provider_id, parcel.lease_until) == ("sent", "queued as 4F2", None)
    assert the_case(store).acknowledged_at == MONDAY + timedelta(seconds=2)
    settled(store, desk, number, Sent("again"), MONDAY + timedelta(hours=2))
    assert the_case(store).acknowledged_at == MONDAY + timedelta(seconds=2)
    assert history(store) == ["opened", "letter_queued", "acknowledged"]


def test_a_private_slack_message_acknowledges_too(store: Store, desk: Desk) -> None:
    def job(tx: Tx) -> int:
        case = a_case(tx, desk, reporter=None)
        person = a_person(tx, desk, "x@trust.example")
        person.slack_user = "U0ASH00001"
        return outbox.enqueue_post(
            tx, case=case, channel="C1", occasion="acknowledgement/standard", text="Thank you.", dedupe_key="k",
            now=MONDAY, person=person,
        ).id  # fmt: skip

    number = store.write(job)
    parcel = claimed(store, channel="slack")
    assert parcel is not None
    assert parcel.to == "U0ASH00001"
    assert PostContent.model_validate(parcel.content).channel == ""
    assert "U0ASH00001" not in str(parcel.content)
    settled(store, desk, number, Sent("1700000000.000100"))
    assert the_case(store).acknowledged_at == MONDAY


def test_a_greylisted_letter_waits_as_the_schedule_says_give_or_take_a_fifth(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    now = MONDAY
    before = the_parcel(store, number)
    for wait in (30, 60, 300, 900, 1800, 3600, 3600):
        assert claimed(store, now) is not None
        parcel = settled(store, desk, number, Deferred("450 4.2.0 greylisted"), now)
        assert parcel.state == "queued"
        assert 0.8 * wait <= (parcel.due_at - now).total_seconds() <= 1.2 * wait
        now = parcel.due_at
    after = the_parcel(store, number)
    assert (after.message_id, after.content) == (before.message_id, before.content)
    assert history(store).count("letter_deferred") == 1


def test_the_relays_own_wish_for_a_pause_is_kept(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    claimed(store)
    parcel = settled(store, desk, number, Deferred("429", retry_after=500.0))
    assert parcel.due_at == MONDAY + timedelta(seconds=500)


def test_a_letter_is_given_up_when_its_tries_add_up(store: Store) -> None:
    desk = a_desk(retry=RetryRules(waits=(30, 60), give_up_after=200))
    number = a_letter(store, desk)
    now, tries = MONDAY, 0
    while claimed(store, now) is not None:
        tries += 1
        now = settled(store, desk, number, Deferred("451 try later"), now).due_at
        assert tries < 10
    assert the_parcel(store, number).state == "failed"
    assert tries == 4
    assert history(store)[-1] == "letter_failed"


def test_a_refused_mailbox_is_muted_seen_and_becomes_a_task(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    claimed(store)
    why = "550 5.1.1 <ash.example@trust.example> no such user"
    parcel = settled(store, desk, number, outbox.Refused(why, bad_address=True))
    assert parcel.state == "failed"
    assert "ash.example" not in str(parcel.last_error)
    with store.reading() as tx:
        assert "550 5.1.1" in str(tx.scalars(select(Person)).one().muted)
        due = tx.scalars(select(FollowUp).where(FollowUp.state == "pending")).all()
        events = str([event.detail for event in tx.scalars(select(Event))])
    assert "acknowledge_by_hand" in {row.kind for row in due}
    assert "ash.example" not in events
    told = posts(store)
    assert [post.occasion for post in told] == ["remind/letter_not_delivered"]
    assert the_case(store).ref in told[0].content["text"]


def test_a_refusal_that_is_not_about_the_mailbox_mutes_nobody(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    claimed(store)
    settled(store, desk, number, outbox.Refused("554 5.7.1 the relay finds it too big"))
    with store.reading() as tx:
        assert tx.scalars(select(Person)).one().muted is None


def test_nobody_is_told_at_night_of_a_letter_that_failed_but_at_the_next_opening(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    claimed(store, NIGHT)
    settled(store, desk, number, outbox.Refused("550 no"), NIGHT)
    assert posts(store)[0].due_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_a_letter_that_may_have_left_is_held_and_shown(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    claimed(store)
    store.write(lambda tx: outbox.about_to_send(tx, number))
    assert the_parcel(store, number).may_have_left
    parcel = settled(store, desk, number, Uncertain("the relay hung up after the dot"))
    assert parcel.state == "held"
    assert claimed(store, MONDAY + timedelta(days=9)) is None
    assert history(store)[-1] == "letter_held"


def test_an_uncertain_letter_is_repeated_once_where_the_setting_asks_for_it(store: Store) -> None:
    desk = a_desk(retry=RetryRules(uncertain="repeat"))
    number = a_letter(store, desk)
    first = claimed(store)
    parcel = settled(store, desk, number, Uncertain("hung up"))
    assert parcel.state == "queued"
    second = claimed(store, parcel.due_at)
    assert first is not None
    assert second is not None
    assert (first.message_id, first.content) == (second.message_id, second.content)
    assert settled(store, desk, number, Deferred("451"), parcel.due_at).state == "queued"
    third = claimed(store, parcel.due_at + timedelta(days=1))
    assert third is not None
    assert settled(store, desk, number, Uncertain("hung up"), parcel.due_at).state == "held"


def test_a_sender_that_fell_silent_before_the_dot_costs_nothing(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    claimed(store)
    later = MONDAY + LEASE + timedelta(seconds=1)
    assert store.write(lambda tx: outbox.take_back_expired(tx, now=MONDAY + LEASE, desk=desk)) == 0
    assert store.write(lambda tx: outbox.take_back_expired(tx, now=later, desk=desk)) == 1
    assert the_parcel(store, number).state == "queued"
    assert claimed(store, later) is not None


def test_a_sender_that_fell_silent_after_the_dot_leaves_a_held_letter(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    claimed(store)
    store.write(lambda tx: outbox.about_to_send(tx, number))
    later = MONDAY + LEASE + timedelta(seconds=1)
    store.write(lambda tx: outbox.take_back_expired(tx, now=later, desk=desk))
    assert the_parcel(store, number).state == "held"


def test_a_slow_sender_may_not_send_what_was_taken_back(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    slow = claimed(store)
    later = MONDAY + LEASE + timedelta(seconds=1)
    store.write(lambda tx: outbox.take_back_expired(tx, now=later, desk=desk))
    assert slow is not None
    with pytest.raises(Refused, match="taken back"):
        store.write(lambda tx: outbox.about_to_send(tx, number))
    other = claimed(store, later)
    assert other is not None
    with pytest.raises(Refused, match="taken back"):
        store.write(lambda tx: outbox.about_to_send(tx, number, attempt=slow.attempts))
    store.write(lambda tx: outbox.about_to_send(tx, number, attempt=other.attempts))
    store.write(
        lambda tx: outbox.settle(tx, number, outbox.Refused("old news"), desk=desk, now=later, attempt=slow.attempts)
    )
    assert the_parcel(store, number).state == "sending"


def test_a_late_word_that_it_was_sent_ends_the_doubt(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    claimed(store)
    settled(store, desk, number, Uncertain("no answer in time"))
    assert settled(store, desk, number, Sent("4F2")).state == "sent"


def test_a_held_letter_is_released_with_the_same_words_and_id(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    first = claimed(store)
    settled(store, desk, number, Uncertain("hung up"))
    store.write(lambda tx: outbox.release(tx, number, actor="robin", now=MONDAY, desk=desk))
    again = claimed(store)
    assert first is not None
    assert again is not None
    assert (first.message_id, first.content) == (again.message_id, again.content)
    with store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Message)) == 1


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "cancelled"])
def test_only_what_waits_for_a_person_can_be_released(store: Store, desk: Desk, state: str) -> None:
    number = a_letter(store, desk)
    store.write(lambda tx: setattr(tx.get_one(Parcel, number), "state", state))
    with pytest.raises(Refused, match="nothing to release"):
        store.write(lambda tx: outbox.release(tx, number, actor="robin", now=MONDAY))


@pytest.mark.parametrize("state", ["sending", "sent", "failed", "cancelled"])
def test_what_has_left_or_ended_cannot_be_cancelled(store: Store, desk: Desk, state: str) -> None:
    number = a_letter(store, desk)
    store.write(lambda tx: setattr(tx.get_one(Parcel, number), "state", state))
    with pytest.raises(Refused, match="too late"):
        store.write(lambda tx: outbox.cancel(tx, number, actor="robin", now=MONDAY))


def test_a_cancelled_letter_that_never_left_is_no_message_of_the_case(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    store.write(lambda tx: outbox.cancel(tx, number, actor="robin", now=MONDAY, desk=desk))
    assert claimed(store) is None
    with store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Message)) == 0
        assert tx.scalar(select(func.count()).select_from(MessageId)) == 0
    assert history(store)[-1] == "letter_cancelled"


def test_a_cancelled_letter_that_may_have_left_stays_a_message(store: Store, desk: Desk) -> None:
    number = a_letter(store, desk)
    claimed(store)
    store.write(lambda tx: outbox.about_to_send(tx, number))
    settled(store, desk, number, Uncertain("hung up"))
    store.write(lambda tx: outbox.cancel(tx, number, actor="robin", now=MONDAY))
    with store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Message)) == 1


def test_what_is_not_there_is_said_in_a_sentence(store: Store) -> None:
    with pytest.raises(NotFound, match="There is no parcel 7"):
        store.write(lambda tx: outbox.cancel(tx, 7, actor="robin", now=MONDAY))


def test_a_letter_in_the_fallbacks_words_says_so_in_the_history(store: Store, desk: Desk) -> None:
    def job(tx: Tx) -> None:
        case = a_case(tx, desk)
        person = tx.scalars(select(Person)).one()
        letter = the_letters().compose("acknowledgement/standard", {"case_ref": case.ref})
        outbox.enqueue_letter(
            tx, case=case, person=person, occasion="acknowledgement/standard", letter=letter, dedupe_key="k",
            now=MONDAY, desk=desk,
        )  # fmt: skip

    store.write(job)
    with store.reading() as tx:
        event = tx.scalars(select(Event).where(Event.kind == "letter_queued")).one()
    assert event.detail["template_fault"] == "acknowledgement/standard: UndefinedError"
