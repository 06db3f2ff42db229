"""From what a message is about to what is done with it."""

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
    ],
)
def test_whoever_is_complained_of_is_not_told(words: str, told: tuple[str, ...]) -> None:
    reading = a_reading(red_flags=("person_named_is_recipient",), because={"person_named_is_recipient": (words,)})
    way = route(reading, desk=DESK)
    assert way.tell == told
    assert set(way.why["left_out"]) == {"postgraduate_dean", "quality_manager"} - set(told)


def test_a_level_is_proposed_for_concerns_only() -> None:
    assert route(a_reading(isf=(1, 2)), desk=DESK).isf_proposed == (1, 2)
    assert route(a_reading(kind="enquiry", isf=(1, 2)), desk=DESK).isf_proposed is None
