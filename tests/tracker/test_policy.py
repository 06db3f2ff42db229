"""From what a message is about to what is done with it."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.desk import a_desk, the_field
from tracker.desk import RoleRule, RouteMatch, RouteRule
from tracker.policy import URGENCIES, higher, route
from tracker.submission import AcknowledgementKind, Reading, Urgency

DESK = a_desk(
    routes=(
        RouteRule(id="urgent", when=RouteMatch(urgency=("immediate",)), channel="urgent", tell=("duty_manager",)),
        RouteRule(id="about_us", when=RouteMatch(kind=("complaint_about_us",)), channel="few", restricted=True),
        RouteRule(id="rest", channel="triage", tell=("postgraduate_dean", "quality_manager")),
    ),
    roles=(
        RoleRule(id="postgraduate_dean", title="Postgraduate dean", may=(), called=("PGD",)),
        RoleRule(id="quality_manager", title="Quality manager", may=()),
    ),
)
FLAGS = tuple(flag.id for flag in the_field().routing.red_flags)


def a_reading(**changes: Any) -> Reading:
    return Reading(**({"opens_case": True, "kind": "concern"} | changes))


def a_conflict(*words: str) -> Reading:
    return a_reading(red_flags=("person_named_is_recipient",), because={"person_named_is_recipient": words})


readings = st.builds(
    a_reading,
    urgency=st.sampled_from(get_args(Urgency)),
    acknowledgement=st.sampled_from(get_args(AcknowledgementKind)),
    red_flags=st.lists(st.sampled_from(FLAGS), max_size=3, unique=True).map(tuple),
)


@given(readings)
def test_an_urgency_is_raised_and_never_lowered(reading: Reading) -> None:
    assert higher(reading.urgency, route(reading, desk=DESK).urgency) == route(reading, desk=DESK).urgency


@given(readings, st.sampled_from(FLAGS))
def test_one_red_flag_more_never_makes_a_case_less_urgent(reading: Reading, flag: str) -> None:
    more = reading.model_copy(update={"red_flags": (*reading.red_flags, flag)})
    before, after = route(reading, desk=DESK).urgency, route(more, desk=DESK).urgency
    assert URGENCIES.index(after) >= URGENCIES.index(before)


@given(readings)
def test_a_crisis_beats_every_other_acknowledgement(reading: Reading) -> None:
    grave = reading.model_copy(update={"red_flags": (*reading.red_flags, "self_harm")})
    assert route(grave, desk=DESK).acknowledgement == "crisis"


@pytest.mark.parametrize(
    ("change", "rule", "channel"),
    [
        ({"red_flags": ("patient_harm_now",)}, "urgent", "urgent"),
        ({"kind": "complaint_about_us"}, "about_us", "few"),
        ({}, "rest", "triage"),
    ],
)
def test_the_first_rule_that_matches_names_the_channel(change: dict[str, Any], rule: str, channel: str) -> None:
    way = route(a_reading(**change), desk=DESK)
    assert (way.rule, way.channel) == (rule, channel)


def test_what_is_for_few_eyes_is_restricted_by_its_flag() -> None:
    assert route(a_reading(red_flags=("sexual_misconduct",)), desk=DESK).restricted
    assert not route(a_reading(), desk=DESK).restricted


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("my complaint is about the Postgraduate Dean", ("quality_manager",)),
        ("the PGD laughed at me", ("quality_manager",)),
        ("the upgds system failed", ("postgraduate_dean", "quality_manager")),
        ("pgd is a patient group direction", ("postgraduate_dean", "quality_manager")),
        ("please tell the postgraduate dean and not the quality manager", ("postgraduate_dean",)),
    ],
)
def test_whoever_is_complained_of_is_not_told(words: str, told: tuple[str, ...]) -> None:
    way = route(a_conflict(words), desk=DESK)
    assert way.tell == told
    assert set(way.why["left_out"]) == {"postgraduate_dean", "quality_manager"} - set(told)
    assert way.kept()["left_out"] == way.why["left_out"]


ROLES = (
    RoleRule(id="postgraduate_dean", title="Postgraduate dean", may=("read",), level_up_to=4, called=("the dean",),
             members=("d",)),
    RoleRule(id="associate_dean", title="Associate dean", may=("read",), level_up_to=3, members=("a",)),
    RoleRule(id="duty_manager", title="Duty manager", may=("read",), level_up_to=2, members=("m",)),
    RoleRule(id="quality_manager", title="Quality manager", may=("read",), called=("quality team", "your team"), members=("q",)),
    RoleRule(id="tpd", title="Training programme director", may=("read",), members=("t",)),
    RoleRule(id="dme", title="Director of medical education", may=("read",), members=("e",)),
    RoleRule(id="head_of_school", title="Head of School", may=("read",), members=("h",)),
)  # fmt: skip
EVERYONE = tuple(role.id for role in ROLES)


@pytest.mark.parametrize(
    ("words", "out"),
    [
        ("the tpd is the person who shouts", "tpd"),
        ("he is the Director of Medical Education himself", "dme"),
        ("the head of school is married to her", "head_of_school"),
        ("the duty manager told me to keep quiet", "duty_manager"),
        ("the quality team laughed at us", "quality_manager"),
    ],
)
def test_each_role_that_a_rule_tells_is_left_out_where_it_is_complained_of(words: str, out: str) -> None:
    desk = a_desk(routes=(RouteRule(id="all", channel="few", tell=EVERYONE),), roles=ROLES)
    assert set(EVERYONE) - set(route(a_conflict(words), desk=desk).tell) == {out}


def test_where_nobody_is_left_to_tell_the_most_senior_of_the_others_is() -> None:
    desk = a_desk(routes=(RouteRule(id="all", channel="few", tell=("associate_dean",)),), roles=ROLES)
    way = route(a_conflict("my complaint is about the associate dean"), desk=desk)
    assert (way.tell, way.why["instead"]) == (("postgraduate_dean",), ["postgraduate_dean"])
    everybody = (*ROLES[1:3], RoleRule(id="all", title="All", may=("read",), members=("*",)))
    few = route(a_conflict("about the associate dean"), desk=replace(desk, roles=everybody))
    assert few.tell == ("duty_manager",), "never everybody, where somebody else is there"
    both = route(a_conflict("the associate dean and the dean himself"), desk=desk)
    assert both.tell == ("duty_manager",)


def test_a_role_complained_of_before_stays_left_out_of_every_later_route() -> None:
    desk = a_desk(routes=(RouteRule(id="all", channel="few", tell=EVERYONE),), roles=ROLES)
    way = route(a_reading(red_flags=("self_harm",)), desk=desk, out=["duty_manager"])
    assert "duty_manager" not in way.tell
    assert way.left_out == ("duty_manager",)


@given(readings, st.sets(st.sampled_from(EVERYONE)), st.text(max_size=60))
def test_nobody_complained_of_is_ever_told_and_somebody_always_is(reading: Reading, out: set[str], words: str) -> None:
    desk = a_desk(routes=(RouteRule(id="all", channel="few", tell=("tpd", "dme")),), roles=ROLES)
    conflict = reading.model_copy(
        update={
            "red_flags": (*reading.red_flags, "person_named_is_recipient"),
            "because": {"person_named_is_recipient": (words,)},
        }
    )
    way = route(conflict, desk=desk, out=out)
    assert not set(way.tell) & set(way.left_out)
    assert way.tell or len(way.left_out) == len(ROLES)


def test_the_first_event_can_say_the_rule_and_all_that_follows_from_it() -> None:
    why = route(a_reading(red_flags=("patient_harm_now",), isf=(2, 2), themes=("patient_safety",)), desk=DESK).why
    assert (why["rule"], why["urgency"], why["channel"], why["told"]) == (
        "urgent",
        "immediate",
        "urgent",
        ["duty_manager"],
    )
    assert (why["acknowledgement"], why["isf"]) == ("crisis", [2, 2])
    assert why["isf_rests_on"] == ["patient_harm_now", "patient_safety"]


def test_a_level_is_proposed_for_concerns_only() -> None:
    assert route(a_reading(isf=(1, 2)), desk=DESK).isf_proposed == (1, 2)
    assert route(a_reading(kind="enquiry", isf=(1, 2)), desk=DESK).isf_proposed is None
