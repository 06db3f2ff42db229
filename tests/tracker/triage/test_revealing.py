"""Who wrote to us: told by right, for a written reason, recorded first, and not often."""

from dataclasses import replace

import pytest

from tests.tracker.room import Room
from tracker import triage
from tracker.desk import RoleRule
from tracker.errors import NotAllowed, Refused
from tracker.triage.revealing import reveal

REASON = "Occupational health has to ring them today."


@pytest.fixture
def kept(room: Room) -> Room:
    revealing = tuple(
        RoleRule(**{**role.model_dump(), "may": (*role.may, "reveal")}) if role.id == "dean" else role
        for role in room.desk.roles
    )
    room.desk = replace(room.desk, roles=revealing, reveals_per_hour=2)
    return room


def test_the_reporter_is_told_and_the_reason_is_in_the_history(kept: Room) -> None:
    case = kept.hear(name="Robin Example")
    _, (who,) = kept.do(reveal, case.ref, REASON, by="dora")
    assert (who.name, who.address, who.part) == ("Robin Example", "robin@trust.example", "reporter")
    event = kept.events(case.ref)[-1]
    assert (event.kind, event.actor, event.detail["reason"]) == ("revealed", "dora", REASON)
    assert "Robin" not in str(event.detail)


def test_a_reveal_makes_nobodys_form_stale(kept: Room) -> None:
    case = kept.hear()
    kept.do(reveal, case.ref, REASON, by="dora")
    kept.do(triage.take, case.ref, by="mary", seen=case.revision)


@pytest.mark.parametrize("reason", ["", "   ", "need it"])
def test_without_a_reason_nothing_is_told(kept: Room, reason: str) -> None:
    case = kept.hear()
    with pytest.raises(Refused):
        kept.do(reveal, case.ref, reason, by="dora")
    assert "revealed" not in {event.kind for event in kept.events(case.ref)}


def test_the_right_is_needed_whatever_else_one_may_do(kept: Room) -> None:
    case = kept.hear()
    with pytest.raises(NotAllowed):
        kept.do(reveal, case.ref, REASON, by="mary")


def test_somebody_walled_off_is_told_nothing(kept: Room) -> None:
    case = kept.hear()
    kept.do(triage.exclude, case.ref, "dora", "Was their supervisor", by="mary")
    with pytest.raises(NotAllowed, match="not available"):
        kept.do(reveal, case.ref, REASON, by="dora")


def test_a_person_looks_up_only_so_many_an_hour(kept: Room) -> None:
    case = kept.hear()
    for _ in range(2):
        kept.do(reveal, case.ref, REASON, by="dora")
    with pytest.raises(Refused, match="2 reporters an hour"):
        kept.do(reveal, case.ref, REASON, by="dora")
    kept.do(reveal, case.ref, REASON, by="duncan")
    kept.later(hours=1, seconds=1)
    kept.do(reveal, case.ref, REASON, by="dora")
