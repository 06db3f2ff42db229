"""Many people on one case at the same time: nothing is lost, and the history has a line for each."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.tracker.room import Room
from tracker import triage
from tracker.errors import Refused, Stale


def test_fifty_at_once_leave_fifty_lines_and_fifty_revisions(room: Room) -> None:
    case = room.hear()
    before = room.case(case.ref).revision
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda n: room.do(triage.note, case.ref, f"note {n}", by="adam"), range(50)))
    noted = [event.revision for event in room.events(case.ref) if event.kind == "noted"]
    assert noted == list(range(before + 1, before + 51))
    assert room.case(case.ref).revision == before + 50


def test_of_many_who_take_a_case_one_has_it(room: Room) -> None:
    case = room.hear()

    def try_to_take(name: str) -> str | None:
        try:
            return room.do(triage.take, case.ref, by=name, seen=None).owner
        except Refused:
            return None

    with ThreadPoolExecutor(4) as people:
        owners = [owner for owner in people.map(try_to_take, ["mary", "dora", "duncan", "gwen"]) if owner]
    assert owners == [room.case(case.ref).owner]


def test_of_two_forms_with_the_same_revision_the_second_is_stale(room: Room) -> None:
    case = room.hear()
    seen = room.case(case.ref).revision
    room.do(triage.level, case.ref, 1, "first", by="mary", seen=seen)
    with pytest.raises(Stale, match="mary: level set"):
        room.do(triage.level, case.ref, 2, "second", by="dora", seen=seen)
    assert room.case(case.ref).isf == 1
