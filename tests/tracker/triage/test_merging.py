"""A merge is a pointer with a reason: it can be undone, nobody is told, and reporters stay apart."""

import pytest
from sqlalchemy import select

from tests.tracker.room import Room
from tracker import matching, triage
from tracker.errors import Refused
from tracker.model import Case, FollowUp
from tracker.people import correspondent_of


def test_a_merge_points_to_the_head_and_tells_nobody(room: Room) -> None:
    one, head = room.hear(), room.hear(sender="jo@trust.example")
    parcels = len(room.parcels(one.ref)) + len(room.parcels(head.ref))
    merged = room.do(triage.merge, one.ref, head.ref, "the same rota", by="mary", seen=None)
    assert (merged.status, merged.merged_into) == ("merged", head.id)
    assert len(room.parcels(one.ref)) + len(room.parcels(head.ref)) == parcels
    assert room.events(head.ref)[-1].detail == {"other": one.ref, "reason": "the same rota"}


def test_reporters_stay_apart_and_an_answer_goes_only_to_ones_own(room: Room) -> None:
    one, head = room.hear(), room.hear(sender="jo@trust.example")
    room.do(triage.merge, one.ref, head.ref, "the same rota", by="mary", seen=None)
    with room.store.reading() as tx:
        first, second = correspondent_of(tx, one), correspondent_of(tx, head)
        tx.expunge_all()
    assert first is not None
    assert second is not None
    assert (first.address, second.address) == ("robin@trust.example", "jo@trust.example")
    room.do(triage.reply, one.ref, "Thank you, we look at it.", by="mary", seen=None)
    assert [parcel.person_id for parcel in room.parcels(one.ref, "reply")] == [first.id]


def test_merging_into_a_merged_case_means_its_head(room: Room) -> None:
    first, second, third = (room.hear(sender=f"{name}@trust.example") for name in ("a", "b", "c"))
    room.do(triage.merge, second.ref, third.ref, "same", by="mary", seen=None)
    assert room.do(triage.merge, first.ref, second.ref, "same", by="mary", seen=None).merged_into == third.id


def test_no_circle_can_be_made(room: Room) -> None:
    one, other = room.hear(), room.hear(sender="jo@trust.example")
    with pytest.raises(Refused, match="one case already"):
        room.do(triage.merge, one.ref, one.ref, "same", by="mary", seen=None)
    room.do(triage.merge, one.ref, other.ref, "same", by="mary", seen=None)
    with pytest.raises(Refused, match="one case already"):
        room.do(triage.merge, other.ref, one.ref, "same", by="mary", seen=None)
    with room.store.reading() as tx:
        assert matching.head_of(tx, one.id) == other.id


def test_work_on_a_merged_case_is_pointed_to_its_head(room: Room) -> None:
    one, head = room.hear(), room.hear(sender="jo@trust.example")
    room.do(triage.merge, one.ref, head.ref, "same", by="mary", seen=None)
    with pytest.raises(Refused, match=f"merged into {head.ref}"):
        room.do(triage.take, one.ref, by="mary", seen=None)


def test_a_merge_can_be_undone(room: Room) -> None:
    one, head = room.hear(), room.hear(sender="jo@trust.example")
    room.do(triage.merge, one.ref, head.ref, "same", by="mary", seen=None)
    alone = room.do(triage.unmerge, one.ref, "another ward after all", by="mary", seen=None)
    assert (alone.status, alone.merged_into, alone.closed_at) == ("triaged", None, None)
    assert room.events(head.ref)[-1].kind == "unmerged_from"
    with pytest.raises(Refused, match="is not merged"):
        room.do(triage.unmerge, one.ref, "again", by="mary", seen=None)


def test_a_closed_case_that_was_merged_is_closed_again_afterwards(room: Room) -> None:
    one, head = room.hear(), room.hear(sender="jo@trust.example")
    room.do(triage.resolve, one.ref, "done", by="mary", seen=None)
    room.do(triage.merge, one.ref, head.ref, "same", by="mary", seen=None)
    assert room.do(triage.unmerge, one.ref, "not the same", by="mary", seen=None).status == "closed"


def test_nobody_merges_into_a_case_they_may_not_open(room: Room) -> None:
    one, restricted = room.hear(), room.hear(sender="jo@trust.example", red_flags=("patient_harm_now",))
    with pytest.raises(Refused, match="not available"):
        room.do(triage.merge, one.ref, restricted.ref, "same", by="mary", seen=None)


def pending(room: Room, case: Case) -> set[str]:
    asked = select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.state == "pending")
    return {row.kind for row in room.ask(asked)}


def test_whoever_raised_a_merged_case_is_owed_news_until_its_head_is_closed(room: Room) -> None:
    one, head = room.hear(), room.hear(sender="jo@trust.example")
    room.do(triage.merge, one.ref, head.ref, "the same rota", by="mary", seen=None)
    assert pending(room, one) == {"update_to_reporter"}
    room.do(triage.resolve, head.ref, "The rota was changed.", by="mary", seen=None)
    assert pending(room, one) == set()
