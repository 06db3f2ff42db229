"""What is before a person: only what they may see, the most urgent first, in piles."""

from datetime import timedelta

from sqlalchemy import select

from tests.tracker.room import Room
from tracker import triage
from tracker.errors import NotAllowed
from tracker.model import Case, Parcel
from tracker.triage import worklist


def tasks(room: Room, name: str) -> list[worklist.Task]:
    with room.store.reading() as tx:
        return worklist.tasks(tx, room.actor(name), room.desk, room.now)


def refs(room: Room, found: list[worklist.Task]) -> list[str]:
    by_id = {case.id: case.ref for case in room.ask(select(Case))}
    return [by_id[task.case_id] for task in found]


def test_the_most_urgent_is_first(room: Room) -> None:
    routine, urgent = room.hear(), room.hear(urgency="immediate")
    assert refs(room, tasks(room, "mary")) == [urgent.ref, routine.ref]


def test_a_restricted_case_is_before_those_it_is_kept_to_only(room: Room) -> None:
    case = room.hear(red_flags=["patient_harm_now"])
    assert refs(room, tasks(room, "dora")) == [case.ref]
    assert tasks(room, "mary") == []


def test_somebody_walled_off_does_not_see_it(room: Room) -> None:
    case = room.hear()
    room.do(triage.exclude, case.ref, "dora", "Conflict", by="mary")
    assert tasks(room, "dora") == []
    assert refs(room, tasks(room, "mary")) == [case.ref]


def test_what_is_seen_is_what_may_be_worked_on(room: Room) -> None:
    cases = [
        room.hear(red_flags=flags)
        for flags in ([], ["patient_harm_now"], ["safeguarding"], ["person_named_is_recipient"])
    ]
    for name in ("adam", "mary", "dora", "gwen", "nobody"):
        actor = room.actor(name)
        seen = set(refs(room, tasks(room, name)))
        with room.store.reading() as tx:
            for case in cases:
                allowed = actor.may("read")
                try:
                    triage.admit(tx, tx.get_one(Case, case.id), actor, room.desk)
                except NotAllowed:
                    allowed = False
                assert (case.ref in seen) == allowed, (name, case.red_flags)


def test_piles(room: Room) -> None:
    mine, late, waiting = room.hear(), room.hear(urgency="same_day"), room.hear()
    room.do(triage.take, mine.ref, by="dora", seen=None)
    room.do(triage.level, waiting.ref, 3, "Persistent", by="dora", seen=None)
    now = room.later(hours=5)
    found, dora = tasks(room, "dora"), room.actor("dora")

    def named(name: str) -> set[str]:
        return set(refs(room, worklist.pile(found, name, dora, now, room.desk)))

    assert named("mine") == {mine.ref}
    assert named("unowned") == {late.ref, waiting.ref}
    assert late.ref in named("overdue")
    assert named("second") == {waiting.ref}
    assert named("all") == {mine.ref, late.ref, waiting.ref}
    room.now -= timedelta(hours=5)
    today = worklist.pile(found, "today", dora, room.now, room.desk)
    assert late.ref in refs(room, today)


def test_narrowed_by_urgency_and_level(room: Room) -> None:
    one, other = room.hear(urgency="same_day"), room.hear()
    room.do(triage.level, one.ref, 1, "Minor", by="dora", seen=None)
    found = tasks(room, "dora")
    assert refs(room, worklist.narrowed(found, urgency="same_day")) == [one.ref]
    assert refs(room, worklist.narrowed(found, level="1")) == [one.ref]
    assert refs(room, worklist.narrowed(found, level="none")) == [other.ref]


def test_letters_that_wait_are_shown_to_whoever_may_release_them(room: Room) -> None:
    case = room.hear()
    (parcel,) = room.parcels(case.ref)
    room.store.write(lambda tx: setattr(tx.get_one(Parcel, parcel.id), "state", "held"))
    with room.store.reading() as tx:
        assert worklist.stuck(tx, room.actor("adam"), room.desk, most=5) == (0, [])
        total, (letter,) = worklist.stuck(tx, room.actor("mary"), room.desk, most=5)
    assert (total, letter.ref, letter.state) == (1, case.ref, "held")
    room.do(triage.send_after_all, letter.parcel_id, by="mary")
    assert room.parcels(case.ref)[0].state == "queued"
    room.do(triage.never_send, letter.parcel_id, by="mary")
    assert room.parcels(case.ref)[0].state == "cancelled"
