"""What is overdue stays so however often the clock fires over it, until the promise is kept; and not a moment longer."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.tracker.desk import a_desk
from tests.tracker.room import Room
from tracker import digest, follow_up, lifecycle, triage
from tracker.diary import case_facts, facts_of_open, replan
from tracker.model import Case, FollowUp, Message, Parcel
from tracker.overdue import overdue, unkept
from tracker.promises import CaseFacts, within
from tracker.queries import CaseFilter, case_list
from tracker.store import Tx
from tracker.triage import worklist
from tracker.working_days import due

DESK = a_desk()


def fire_all(room: Room) -> int:
    """Let the clock fire all that is due; returns how many rows it looked at."""
    count = 0
    while room.store.write(lambda tx: follow_up.fire_one(tx, desk=room.desk, now=room.now)):
        count += 1
        assert count < 200, "the diary never rests"
    return count


def late(room: Room, name: str = "mary") -> dict[str, str]:
    """What is overdue by reference: its kind, as far as a person's pile of it goes."""
    refs = {case.id: case.ref for case in room.ask(select(Case))}
    with room.store.reading() as tx:
        kinds = overdue(tx, desk=room.desk, now=room.now)
        actor = room.actor(name)
        found = worklist.pile(worklist.tasks(tx, actor, room.desk, room.now), "overdue", actor, room.now, room.desk)
    return {refs[task.case_id]: kinds[task.case_id].kind for task in found}


def pending(room: Room, kind: str) -> list[FollowUp]:
    return room.ask(select(FollowUp).where(FollowUp.state == "pending", FollowUp.kind == kind))


def day_by_day(room: Room, days: int) -> None:
    for _ in range(days):
        room.later(days=1)
        fire_all(room)


def test_a_case_nobody_has_read_is_overdue_whatever_reminder_is_pending(room: Room) -> None:
    case = room.hear()
    room.later(days=1, hours=8)
    assert fire_all(room)
    (row,) = pending(room, "first_human_read")
    assert (row.step, row.due_at > room.now) == (2, True)
    assert late(room) == {case.ref: "first_human_read"}


def test_it_is_overdue_still_when_the_last_reminder_has_fired(room: Room) -> None:
    case = room.hear()
    day_by_day(room, 8)
    assert pending(room, "first_human_read") == []
    assert late(room) == {case.ref: "first_human_read"}


def test_reading_keeps_one_promise_and_replying_the_other(room: Room) -> None:
    case = room.hear()
    day_by_day(room, 4)
    room.do(triage.take, case.ref, by="mary", seen=None)
    assert late(room) == {case.ref: "personal_reply"}
    room.do(triage.reply, case.ref, "Thank you; we have asked the trust.", by="mary", seen=None)
    assert late(room) == {}


def test_an_answer_that_has_not_come_is_overdue_after_the_provider_was_chased(room: Room) -> None:
    case = room.hear()

    def asked(tx: Tx) -> None:
        row = tx.get_one(Case, case.id)
        row.first_read_at = row.first_response_at = room.now
        lifecycle.move(tx, row, "awaiting_provider", actor="mary", kind="told_provider", now=room.now, detail={})
        replan(tx, row, desk=room.desk, now=room.now)

    room.store.write(asked)
    day_by_day(room, 11)
    assert late(room) == {}
    day_by_day(room, 4)
    assert [row.step for row in pending(room, "chase_provider")] == [2]
    assert late(room) == {case.ref: "chase_provider"}


def test_news_that_no_letter_could_bring_is_owed_still(room: Room) -> None:
    case = room.hear(sender="")

    def met(tx: Tx) -> None:
        row = tx.get_one(Case, case.id)
        row.first_read_at = row.first_response_at = room.now
        replan(tx, row, desk=room.desk, now=room.now)

    room.store.write(met)
    day_by_day(room, 31)
    assert [row.step for row in pending(room, "update_to_reporter")] == [2]
    assert late(room) == {case.ref: "update_to_reporter"}


def test_a_letter_to_the_reporter_brings_the_news_by_itself(room: Room) -> None:
    case = room.hear()
    room.do(triage.reply, case.ref, "Thank you.", by="mary", seen=None)
    day_by_day(room, 31)
    assert late(room) == {}


def test_later_words_that_nobody_has_read_are_overdue_too(room: Room) -> None:
    case = room.hear()
    room.do(triage.reply, case.ref, "Thank you.", by="mary", seen=None)
    room.later(days=1)
    message = Message(case_id=case.id, direction="in", kind="correspondence", channel="mail", at=room.now)

    def heard(tx: Tx) -> None:
        tx.add(message)
        replan(tx, tx.get_one(Case, case.id), desk=room.desk, now=room.now)

    room.store.write(heard)
    room.later(days=1, hours=8)
    fire_all(room)
    assert late(room) == {case.ref: "first_human_read"}


def test_putting_a_promise_off_does_not_keep_it(room: Room) -> None:
    case = room.hear()
    room.do(triage.reply, case.ref, "Thank you.", by="mary", seen=None)
    room.do(triage.snooze, case.ref, "update_to_reporter", "40 working days", "The trust looks into it", by="mary")
    day_by_day(room, 27)
    assert late(room) == {}
    day_by_day(room, 5)
    assert [row.step for row in pending(room, "update_to_reporter")] == [1]
    assert late(room) == {case.ref: "update_to_reporter"}


def test_another_urgency_is_judged_by_its_own_times(room: Room) -> None:
    case = room.hear(urgency="same_day")
    room.later(hours=30)
    fire_all(room)
    room.do(triage.correct, case.ref, {"urgency": "routine"}, by="mary", seen=None)
    room.later(hours=20)
    assert late(room) == {}


def test_an_ended_case_owes_nothing(room: Room) -> None:
    case = room.hear()
    day_by_day(room, 3)
    room.do(triage.resolve, case.ref, "Answered by telephone", by="mary", seen=None)
    assert late(room) == {}


def test_the_digest_and_the_list_of_cases_say_the_same(room: Room) -> None:
    case, kept = room.hear(), room.hear()
    day_by_day(room, 4)
    room.do(triage.reply, kept.ref, "Thank you.", by="mary", seen=None)
    with room.store.reading() as tx:
        (row,) = case_list(tx, CaseFilter(overdue=True), desk=room.desk, now=room.now)
    assert (row["ref"], row["overdue"]) == (
        case.ref, {"what": "first_human_read", "due_at": "2026-11-24T17:00:00+00:00"},
    )  # fmt: skip
    assert not row["next_due"]["late"]
    room.desk = replace(room.desk, digest_at=time(8, 45))
    room.now = datetime(2026, 11, 30, 8, 45, tzinfo=UTC)
    fire_all(room)
    room.store.write(lambda tx: digest.post_due(tx, desk=room.desk, now=room.now))
    (parcel,) = room.ask(select(Parcel).where(Parcel.occasion == "digest"))
    assert "1 overdue" in parcel.content["text"]


@given(
    st.integers(0, 330 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(0, 60 * 24),
    st.sampled_from(["immediate", "same_day", "routine", "none"]),
    st.booleans(),
    st.booleans(),
)
def test_a_promise_is_unkept_from_its_due_time_until_it_is_kept(
    opened: datetime, hours: int, urgency: str, read: bool, answered: bool
) -> None:
    at = opened + timedelta(hours=hours)
    facts = CaseFacts("new", "concern", urgency, ("first_human_read", "personal_reply"), opened, opened,
                      unread_since=None if read else opened, answered=answered)  # fmt: skip
    ends = {
        kind: due(within(DESK.promises[kind], urgency), opened, DESK.hours).at
        for kind, kept in (("first_human_read", read), ("personal_reply", answered))
        if not kept
    }
    assert {each.kind: each.due_at for each in unkept(facts, at=at, desk=DESK)} == {
        kind: end for kind, end in ends.items() if end < at
    }
    dues = {(kind, opened): end for kind, end in ends.items()}
    assert unkept(facts, at=at, desk=DESK, dues=dues) == unkept(facts, at=at, desk=DESK)


def test_facts_gathered_at_once_are_those_gathered_one_by_one(room: Room) -> None:
    first, second = room.hear(), room.hear(red_flags=["data_breach"], urgency="immediate")
    room.do(triage.reply, first.ref, "Which ward was it?", ask=True, by="mary", seen=None)
    day_by_day(room, 2)
    room.do(triage.snooze, second.ref, "personal_reply", "5 working days", "We wait for a name", by="dora")
    with room.store.reading() as tx:
        gathered = facts_of_open(tx, select(Case.id), now=room.now)
        each = {number: case_facts(tx, tx.get_one(Case, number), now=room.now) for number in (first.id, second.id)}
    assert gathered == each
