"""Small numbers stay hidden, also from a reader who can add and take away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.evidence.small import WITHHELD, about, hide_small, rounded, shown

COUNTS = st.lists(st.integers(0, 40), max_size=12)
AT_LEAST = st.integers(1, 10)


@given(COUNTS, AT_LEAST)
def test_no_small_part_is_ever_shown(parts: list[int], at_least: int) -> None:
    hidden = hide_small(parts, at_least)
    assert all(part is None or part == 0 or part >= at_least for part in hidden.parts)


@given(COUNTS, AT_LEAST)
def test_what_is_shown_is_true(parts: list[int], at_least: int) -> None:
    hidden = hide_small(parts, at_least)
    assert all(said in (None, part) for said, part in zip(hidden.parts, parts, strict=True))
    assert hidden.total in (None, sum(parts))


@given(COUNTS, AT_LEAST)
def test_each_hidden_part_could_still_be_large(parts: list[int], at_least: int) -> None:
    """A reader who takes what is shown from the total cannot tell that any one hidden part is small."""
    hidden = hide_small(parts, at_least)
    unseen = [part for said, part in zip(hidden.parts, parts, strict=True) if said is None]
    if unseen and hidden.total is not None:
        rest = hidden.total - sum(part for part in hidden.parts if part is not None)
        assert rest - (len(unseen) - 1) >= at_least
        assert len(unseen) > 1


@given(COUNTS, AT_LEAST)
def test_nothing_is_hidden_where_nothing_is_small(parts: list[int], at_least: int) -> None:
    large = [part for part in parts if part == 0 or part >= at_least]
    assert hide_small(large, at_least).parts == tuple(large)


def test_a_lone_small_part_takes_the_next_smallest_with_it() -> None:
    assert hide_small([10, 1, 7], 3).parts == (10, None, None)


def test_the_total_goes_where_nothing_else_can_hide_a_part() -> None:
    assert hide_small([2], 3).total is None
    assert hide_small([1, 1], 3).total is None


def test_a_count_below_nought_is_refused() -> None:
    with pytest.raises(ValueError, match="never below nought"):
        hide_small([-1], 3)


@given(st.integers(0, 400), AT_LEAST)
def test_a_rounded_count_is_near_and_a_small_one_is_nought(count: int, at_least: int) -> None:
    near = rounded(count, at_least)
    assert abs(near - count) < at_least
    assert (near == 0) == (count < at_least)
    assert near % (2 * at_least - 1) == 0


@given(st.integers(0, 60), st.integers(0, 60), st.integers(2, 8))
def test_no_difference_of_two_rounded_counts_tells_a_small_number(part: int, rest: int, at_least: int) -> None:
    """Whoever sees a whole and one of two parts cannot tell how many are in the other."""
    whole, seen = rounded(part + rest, at_least), rounded(part, at_least)
    near = range(-at_least + 1, at_least)
    could_be = {w - p for w in (whole + each for each in near) for p in (seen + each for each in near) if 0 <= p <= w}
    assert rest in could_be
    if rest < at_least:
        assert len(could_be) >= at_least


@given(st.integers(0, 40), st.integers(2, 8))
def test_a_rounded_count_in_print_does_not_tell_nought_from_few(count: int, at_least: int) -> None:
    assert about(count, at_least) == (about(0, at_least) if count < at_least else rounded(count, at_least))


@given(st.integers(0, 40), AT_LEAST)
def test_a_count_alone_is_shown_or_withheld(count: int, at_least: int) -> None:
    assert shown(count, at_least) == (WITHHELD if 0 < count < at_least else count)
