"""The risk score: twenty-five fields, four bands, and a suggestion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.desk import the_field
from tracker.errors import Refused
from tracker.register.risk import score

RISK = the_field().isf.risk
fives = st.integers(1, 5)


@given(fives, fives)
def test_every_field_of_the_matrix_has_the_band_whose_limits_hold_it(impact: int, likelihood: int) -> None:
    found = score(impact, likelihood, RISK)
    (band,) = (each for each in RISK.band if each.min <= impact * likelihood <= each.max)
    assert (found.score, found.band, found.suggests) == (impact * likelihood, band.name, band.suggested_isf)


@given(fives, fives, fives)
def test_more_impact_never_suggests_less(impact: int, more: int, likelihood: int) -> None:
    low, high = sorted((impact, more))
    assert max(score(low, likelihood, RISK).suggests) <= max(score(high, likelihood, RISK).suggests)


@pytest.mark.parametrize(("impact", "likelihood"), [(0, 1), (6, 1), (1, 0), (1, 6), (-1, -1)])
def test_what_is_off_the_scale_is_refused(impact: int, likelihood: int) -> None:
    with pytest.raises(Refused, match="goes from 1"):
        score(impact, likelihood, RISK)
