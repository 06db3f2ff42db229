"""A case becomes graver and never less so; whoever is complained of stays out of it however it goes on."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intake.understand import Understanding
from tests.tracker.desk import a_store, the_field
from tests.tracker.room import Room, triage_desk
from tracker import triage
from tracker.actors import left_out
from tracker.desk import ContactRule, RoleRule, RouteMatch, RouteRule
from tracker.errors import NotAllowed, Refused
from tracker.model import Case
from tracker.raising import raise_case
from tracker.submission import Address, Submission

MAY = ("read", "take", "correct", "note")
ROLES = (
    RoleRule(id="dean", title="Postgraduate dean", may=MAY, level_up_to=4, members=("dora",), called=("the dean",)),
    RoleRule(id="associate", title="Associate dean", may=MAY, level_up_to=3, members=("abel",)),
    RoleRule(id="duty_manager", title="Duty manager", may=MAY, members=("dina",)),
    RoleRule(
        id="quality_manager", title="Quality manager", may=MAY, members=("mary",), called=("quality team", "your team")
    ),
    RoleRule(id="tpd", title="Training programme director", may=MAY, members=("tim",)),
    RoleRule(id="dme", title="Director of medical education", may=MAY, members=("dme",)),
    RoleRule(id="head_of_school", title="Head of School", may=MAY, members=("hal",)),
)
TOLD = ("associate", "tpd", "dme", "head_of_school", "duty_manager", "quality_manager")
ROUTES = (
    RouteRule(id="harm", when=RouteMatch(red_flags=("patient_harm_now", "self_harm")), channel="urgent",
              tell=("duty_manager", "associate"), promises=("page_duty", "first_human_read")),
    RouteRule(id="about_us", when=RouteMatch(kind=("complaint_about_us",)), channel="few", tell=("dean",), restricted=True),
    RouteRule(id="named", when=RouteMatch(red_flags=("person_named_is_recipient",)), channel="few", tell=TOLD, restricted=True),
    RouteRule(id="else", channel="triage", tell=("quality_manager",), promises=("personal_reply",)),
)  # fmt: skip
READER = Understanding(the_field())


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    store = a_store(tmp_path)
    yield Room(store, replace(triage_desk(), routes=ROUTES, roles=ROLES))
    store.close()


def heard(room: Room, text: str) -> Case:
    """A mail that our own rules read."""
    who = Address(name="Robin Vale", email="robin@trust.example")
    submission = Submission(channel="mail", sender=who, author=who, text=text, new_text=text)
    labels = READER.read(submission).model_dump()
    return room.hear_with(submission, "robin@trust.example", "Robin Vale", "", labels)


@pytest.mark.parametrize(
    ("text", "role", "person"),
    [
        ("I'm an ST4. My complaint is about our TPD, who shouts at us. Please don't tell the TPD.", "tpd", "tim"),
        ("I'm an ST4. He is also the DME, so I can't go to him about the bullying.", "dme", "dme"),
        ("My complaint is about the Head of School. Everything normally goes to the head of school himself.",
         "head_of_school", "hal"),
        ("I'm an F2. This is about the associate dean. Please do not send it to the associate dean.", "associate", "abel"),
    ],
)  # fmt: skip
def test_from_the_mail_to_the_door_the_one_complained_of_hears_nothing(
    room: Room, text: str, role: str, person: str
) -> None:
    case = heard(room, text)
    assert "person_named_is_recipient" in case.red_flags
    route = case.reading["route"]
    assert (role in route["left_out"], role in route["tell"]) == (True, False)
    with pytest.raises(NotAllowed):
        room.do(triage.take, case.ref, by=person, seen=None)
    assert room.case(case.ref).owner is None


def test_a_complaint_about_the_quality_team_goes_round_it(room: Room) -> None:
    case = room.hear(
        kind="complaint_about_us",
        red_flags=("person_named_is_recipient",),
        because={"person_named_is_recipient": ["someone in your team passed my name on"]},
    )
    assert case.reading["route"]["tell"] == ["dean"]
    assert "quality_manager" in left_out(case, room.desk)
    with pytest.raises(NotAllowed):
        room.do(triage.take, case.ref, by="mary", seen=None)


def test_a_duty_manager_complained_of_is_not_called_when_danger_follows(room: Room) -> None:
    case = room.hear(
        red_flags=("person_named_is_recipient",),
        because={"person_named_is_recipient": ["my complaint is about the duty manager"]},
    )
    danger(room, case)
    after = room.case(case.ref)
    assert (after.urgency, after.reading["route"]["tell"]) == (
        "immediate",
        [role for role in TOLD if role != "duty_manager"],
    )
    assert "duty_manager" in after.reading["route"]["left_out"]


def danger(room: Room, case: Case, **because: tuple[str, ...]) -> None:
    flags = ("self_harm", *because)

    def job(tx):  # type: ignore[no-untyped-def]
        row = tx.get_one(Case, case.id)
        words = {"self_harm": ("I cannot go on",), **because}
        return raise_case(tx, row, red_flags=flags, urgency="immediate", because=words, desk=room.desk, now=room.now)

    room.store.write(job)


def test_a_conflict_told_later_leaves_the_role_out_from_then_on(room: Room) -> None:
    case = room.hear()
    danger(room, case, person_named_is_recipient=("it is about the associate dean",))
    route = room.case(case.ref).reading["route"]
    assert (route["tell"], route["left_out"]) == (["duty_manager"], ["associate"])
    with pytest.raises(NotAllowed):
        room.do(triage.take, case.ref, by="abel", seen=None)


def test_promises_made_before_are_kept_when_a_case_is_raised(room: Room) -> None:
    case = room.hear()
    danger(room, case)
    assert set(room.case(case.ref).reading["route"]["promises"]) == {"personal_reply", "page_duty", "first_human_read"}


def test_an_urgency_that_a_person_lowered_is_not_raised_again_by_old_flags(room: Room) -> None:
    case = room.hear(red_flags=("self_harm",))
    room.do(triage.correct, case.ref, {"urgency": "routine"}, by="dina", seen=None)

    def job(tx):  # type: ignore[no-untyped-def]
        row = tx.get_one(Case, case.id)
        flags = ("self_harm", "information_rights")
        return raise_case(tx, row, red_flags=flags, urgency="none", because={}, desk=room.desk, now=room.now)

    room.store.write(job)
    assert room.case(case.ref).urgency == "routine"


def test_words_in_the_history_tell_nobody(room: Room) -> None:
    text = "I'm an ST4. Grace Ormsby-Quill, our TPD, is the problem. Please don't tell the TPD."
    case = heard(room, text)
    kept = str([event.detail for event in room.events(case.ref)]) + str(case.reading)
    assert "Ormsby" not in kept
    assert "Grace" not in kept
    assert "tpd" in kept.lower()


def test_a_providers_role_that_is_complained_of_is_not_written_to(room: Room) -> None:
    contacts = tuple(
        ContactRule(provider="RTD", role=role, address=f"{name}@trust.example")
        for role, name in (("Director of medical education", "dme"), ("Medical education manager", "manager"))
    )
    room.desk = replace(room.desk, contacts=contacts)
    told = {"person_named_is_recipient": ["the dme is the person who shouts"]}
    case = room.hear(red_flags=("person_named_is_recipient",), because=told, provider=("RTD",))
    assert [each.role for each in triage.contacts_of(case, room.desk)] == ["Medical education manager"]
    with pytest.raises(Refused, match="may be about that role"):
        triage.contact_of(case, room.desk, "RTD/Director of medical education")
    calm = room.hear(provider=("RTD",))
    assert len(triage.contacts_of(calm, room.desk)) == 2
    danger(room, calm, person_named_is_recipient=("it is about the medical education manager",))
    assert [each.role for each in triage.contacts_of(room.case(calm.ref), room.desk)] == [
        "Director of medical education"
    ]
