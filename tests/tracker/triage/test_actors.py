"""Who holds which role, who may open a restricted case, and who is walled off."""

from dataclasses import replace

import pytest

from tests.tracker.room import Room, triage_desk
from tracker import triage
from tracker.desk import RoleRule
from tracker.errors import NotAllowed
from tracker.triage import actor_for


def roles(**given: object) -> list[str]:
    return [role.id for role in actor_for(triage_desk(), **{"name": "", **given}).roles]  # type: ignore[arg-type]


def test_a_role_is_held_by_name_by_slack_id_or_by_user_group() -> None:
    assert roles(name="mary") == ["manager"]
    assert roles(name="max", slack_user="U0MAX") == ["manager"]
    assert roles(name="nobody", groups=("S0MANAGERS",)) == ["manager"]
    assert roles(name="nobody") == []


def test_a_star_gives_a_role_to_every_full_member_and_to_no_guest() -> None:
    everyone = RoleRule(id="all", title="All", may=("note",), members=("*",))
    desk = replace(triage_desk(), roles=(everyone,))
    assert actor_for(desk, name="anyone").may("note")
    assert not actor_for(desk, name="anyone", full_member=False).may("note")


def test_a_guest_holds_no_role_even_where_one_lists_them() -> None:
    assert roles(name="max", slack_user="U0MAX", full_member=False) == []


def test_nobody_can_call_themselves_the_star_or_the_desk() -> None:
    everyone = RoleRule(id="all", title="All", may=("note",), members=("*",))
    named = RoleRule(id="some", title="Some", may=("note",), members=("mary",))
    assert actor_for(replace(triage_desk(), roles=(named,)), name="*").roles == ()
    assert actor_for(replace(triage_desk(), roles=(everyone,)), name="desk").roles == ()


def test_a_verb_without_the_right_to_it_is_refused_and_changes_nothing(room: Room) -> None:
    case = room.hear()
    with pytest.raises(NotAllowed, match="adam holds Administrator, which does not include the right to level"):
        room.do(triage.level, case.ref, 1, "because", by="adam", seen=None)
    with pytest.raises(NotAllowed, match="stranger holds no role"):
        room.do(triage.note, case.ref, "hello", by="stranger")
    assert room.case(case.ref).revision == case.revision


def test_a_restricted_case_opens_only_to_the_roles_it_is_told_to(room: Room) -> None:
    case = room.hear(red_flags=("patient_harm_now",))
    assert case.restricted
    with pytest.raises(NotAllowed, match="is not available to mary"):
        room.do(triage.take, case.ref, by="mary", seen=None)
    assert room.do(triage.take, case.ref, by="dora", seen=None).owner == "dora"


def test_a_restricted_case_whose_roles_nobody_holds_does_not_wait_unseen(room: Room) -> None:
    case = room.hear(red_flags=("safeguarding",))
    assert case.restricted
    assert room.do(triage.take, case.ref, by="mary", seen=None).owner == "mary"


def test_whoever_is_complained_of_cannot_open_the_case_by_any_of_their_roles(room: Room) -> None:
    case = room.hear(
        red_flags=("person_named_is_recipient",), because={"person_named_is_recipient": ["the postgraduate dean"]}
    )
    with pytest.raises(NotAllowed, match="not available"):
        room.do(triage.take, case.ref, by="dora", seen=None)
    assert room.do(triage.take, case.ref, by="gwen", seen=None).owner == "gwen"


def test_excluded_staff_are_told_only_that_the_case_is_not_available(room: Room) -> None:
    case = room.hear()
    room.do(triage.take, case.ref, by="mary", seen=None)
    walled = room.do(triage.exclude, case.ref, "mary", "her supervisor is named", by="dora")
    assert walled.owner is None
    with pytest.raises(NotAllowed, match=f"^{case.ref} is not available to mary.$"):
        room.do(triage.note, case.ref, "hello", by="mary")


def test_a_wall_holds_whether_staff_come_by_name_or_from_slack(room: Room) -> None:
    case = room.hear()
    room.do(triage.exclude, case.ref, "U0MAX", "conflict of interest", by="dora")
    by_slack = actor_for(room.desk, name="max", slack_user="U0MAX")
    with pytest.raises(NotAllowed, match="not available"):
        room.store.write(lambda tx: triage.note(tx, case.ref, "hello", actor=by_slack, desk=room.desk, now=room.now))
