"""Follow-ups that staff add themselves, and those they put off."""

import pytest
from sqlalchemy import select

from tests.tracker.room import Room
from tracker import triage
from tracker.errors import Refused
from tracker.model import FollowUp


def follow_up(room: Room, kind: str) -> FollowUp:
    (row,) = room.ask(select(FollowUp).where(FollowUp.kind == kind, FollowUp.state == "pending"))
    assert isinstance(row, FollowUp)
    return row


def test_a_follow_up_of_ones_own_survives_every_other_change(room: Room) -> None:
    case = room.hear()
    room.do(triage.add_follow_up, case.ref, "Ring the ward", "5 working days", by="mary")
    room.do(triage.take, case.ref, by="mary", seen=None)
    own = follow_up(room, "own_1")
    assert own.why.startswith("Ring the ward (asked by mary).")


def test_a_span_that_cannot_be_read_is_refused_with_an_example(room: Room) -> None:
    case = room.hear()
    with pytest.raises(Refused, match="for example 5 working days"):
        room.do(triage.add_follow_up, case.ref, "Ring the ward", "soonish", by="mary")


def test_a_promise_put_off_is_due_later_and_says_so(room: Room) -> None:
    case = room.hear()
    before = follow_up(room, "personal_reply").due_at
    room.do(triage.snooze, case.ref, "personal_reply", "10 working days", "the consultant is away", by="mary")
    after = follow_up(room, "personal_reply")
    assert after.due_at > before
    assert "Put off by a person" in after.why


def test_an_own_follow_up_can_be_put_off_too(room: Room) -> None:
    case = room.hear()
    room.do(triage.add_follow_up, case.ref, "Ring the ward", "1 working day", by="mary")
    before = follow_up(room, "own_1").due_at
    room.do(triage.snooze, case.ref, "own_1", "5 working days", "nobody there", by="mary")
    assert follow_up(room, "own_1").due_at > before


def test_what_cannot_wait_is_not_put_off(room: Room) -> None:
    case = room.hear(red_flags=("patient_harm_now",))
    with pytest.raises(Refused, match="somebody must take the case now"):
        room.do(triage.snooze, case.ref, "page_duty", "1 working day", "busy", by="dora")


def test_only_what_is_awaited_can_be_put_off_and_only_to_later(room: Room) -> None:
    case = room.hear()
    with pytest.raises(Refused, match=r"it awaits: .*personal_reply"):
        room.do(triage.snooze, case.ref, "chase_provider", "1 working day", "busy", by="mary")
    with pytest.raises(Refused, match="due later already"):
        room.do(triage.snooze, case.ref, "personal_reply", "10 minutes", "busy", by="mary")
