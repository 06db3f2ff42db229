"""What follows from a reading: urgency, acknowledgement, level."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.understand.judge import acknowledgement_of, level_of, urgency_of
from intake.understand.kinds import KindFound
from tracker.field import load_field

FIELD = load_field()
FLAGS = [row.id for row in FIELD.routing.red_flags]
CONCERN = KindFound("concern", opens_case=True)
ORDER = ["none", "routine", "same_day", "immediate"]
FIRMNESS = ["none", "signpost", "standard", "information_rights", "sensitive", "crisis"]
flags = st.lists(st.sampled_from(FLAGS), unique=True)


@given(flags, st.sampled_from(FLAGS))
def test_a_further_red_flag_never_lowers_the_urgency(shown: list[str], more: str) -> None:
    before, after = urgency_of(FIELD, CONCERN, shown), urgency_of(FIELD, CONCERN, [*shown, more])
    assert ORDER.index(after) >= ORDER.index(before)


@given(flags, st.sampled_from(FLAGS))
def test_a_further_red_flag_never_softens_the_acknowledgement(shown: list[str], more: str) -> None:
    before, after = acknowledgement_of(FIELD, CONCERN, shown), acknowledgement_of(FIELD, CONCERN, [*shown, more])
    assert FIRMNESS.index(after) >= FIRMNESS.index(before)


@given(flags.filter(lambda shown: {"self_harm", "patient_harm_now"} & set(shown)))
def test_danger_is_answered_as_a_crisis_whatever_else_is_there(shown: list[str]) -> None:
    for kind in ("concern", "enquiry", "not_ours", "complaint_about_us", "information_rights"):
        found = KindFound(kind, opens_case=True)  # type: ignore[arg-type]
        assert acknowledgement_of(FIELD, found, shown) == "crisis"
        assert urgency_of(FIELD, found, shown) == "immediate"


@pytest.mark.parametrize("flag", ["information_rights", "person_named_is_recipient"])
def test_a_right_or_a_conflict_alone_is_routine(flag: str) -> None:
    assert urgency_of(FIELD, CONCERN, [flag]) == "routine"


def test_a_level_is_proposed_for_concerns_only() -> None:
    for kind, shown in itertools.product(("enquiry", "not_ours", "good_practice"), ([], ["safeguarding"])):
        assert level_of(KindFound(kind, opens_case=True), ["wellbeing"], shown, over=False) is None  # type: ignore[arg-type]
    assert level_of(CONCERN, ["handover"], [], over=False) == (1, 1)


def test_a_persons_own_health_has_no_level_and_a_matter_put_right_has_none_above_zero() -> None:
    assert level_of(CONCERN, ["wellbeing"], ["self_harm"], over=False) is None
    assert level_of(CONCERN, ["handover"], [], over=True) == (0, 0)
    assert level_of(CONCERN, ["patient_safety"], ["patient_harm_now"], over=True) == (2, 2)
