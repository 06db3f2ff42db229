"""Setting a level: by whom, with a reason, and by two different people where two are needed."""

import pytest

from tests.tracker.room import Room
from tracker import triage
from tracker.errors import NotAllowed, Refused


def test_a_level_within_ones_right_is_set_at_once_with_its_reason(room: Room) -> None:
    case = room.hear(isf=(1, 2))
    rated = room.do(
        triage.level, case.ref, 2, "two surveys agree", criteria=["Standards not met"], by="mary", seen=None
    )
    assert (rated.isf, rated.isf_state, rated.isf_awaiting, rated.status) == (2, "set", None, "triaged")
    detail = room.events(case.ref)[-1].detail
    assert (detail["reason"], detail["criteria"]) == ("two surveys agree", ["Standards not met"])


def test_a_level_without_a_reason_is_refused(room: Room) -> None:
    case = room.hear()
    with pytest.raises(Refused, match="the reason"):
        room.do(triage.level, case.ref, 1, " ", by="mary", seen=None)


def test_a_level_above_ones_right_is_refused(room: Room) -> None:
    case = room.hear()
    with pytest.raises(NotAllowed, match="up to 2; ISF 3 needs a higher role"):
        room.do(triage.level, case.ref, 3, "serious", by="mary", seen=None)
    with pytest.raises(NotAllowed, match="no role that may set a level"):
        room.do(triage.level, case.ref, 0, "calm", by="gwen", seen=None)


def test_the_highest_levels_need_two_different_people(room: Room) -> None:
    case = room.hear()
    asked = room.do(triage.level, case.ref, 3, "persistent risk", by="dora", seen=None)
    assert asked.isf is None
    assert asked.isf_awaiting is not None
    with pytest.raises(Refused, match="a second person must confirm"):
        room.do(triage.level, case.ref, 3, "persistent risk", by="dora", seen=None)
    rated = room.do(triage.level, case.ref, 3, "I agree", by="duncan", seen=None)
    assert (rated.isf, rated.isf_awaiting) == (3, None)
    detail = room.events(case.ref)[-1].detail
    assert (detail["asked_by"], detail["confirmed_by"]) == ("dora", "duncan")
    assert (detail["reason"], detail["confirmed_because"]) == ("persistent risk", "I agree")


def test_another_level_asked_for_is_a_new_request_not_a_confirmation(room: Room) -> None:
    case = room.hear()
    room.do(triage.level, case.ref, 3, "persistent risk", by="dora", seen=None)
    other = room.do(triage.level, case.ref, 4, "learners must leave", by="duncan", seen=None)
    assert other.isf is None
    assert other.isf_awaiting is not None
    assert (other.isf_awaiting["level"], other.isf_awaiting["by"]) == (4, "duncan")


def test_a_provisional_request_is_not_confirmed_by_a_final_one(room: Room) -> None:
    case = room.hear()
    room.do(triage.level, case.ref, 3, "until the visit", provisional=True, by="dora", seen=None)
    assert room.do(triage.level, case.ref, 3, "for good", by="duncan", seen=None).isf is None


def test_lowering_a_high_level_weighs_as_much_as_setting_it(room: Room) -> None:
    case = room.hear()
    for name in ("dora", "duncan"):
        room.do(triage.level, case.ref, 4, "not safe", by=name, seen=None)
    with pytest.raises(NotAllowed):
        room.do(triage.level, case.ref, 1, "better", by="mary", seen=None)
    assert room.do(triage.level, case.ref, 1, "better", by="dora", seen=None).isf == 4
    assert room.do(triage.level, case.ref, 1, "better", by="duncan", seen=None).isf == 1


def test_a_provisional_level_is_told_from_a_set_one(room: Room) -> None:
    case = room.hear()
    assert (
        room.do(triage.level, case.ref, 1, "unclear", provisional=True, by="mary", seen=None).isf_state == "provisional"
    )
    assert room.do(triage.level, case.ref, 1, "clear now", by="mary", seen=None).isf_state == "set"
    with pytest.raises(Refused, match="already"):
        room.do(triage.level, case.ref, 1, "again", by="mary", seen=None)


def test_there_are_five_levels(room: Room) -> None:
    case = room.hear()
    for wrong in (-1, 5):
        with pytest.raises(Refused, match="from 0 to 4"):
            room.do(triage.level, case.ref, wrong, "why not", by="dora", seen=None)
