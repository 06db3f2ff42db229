"""Months and years in the team's time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Refused
from tracker.evidence.period import month, months_of, year, year_to

LONDON = ZoneInfo("Europe/London")


def test_a_month_begins_at_midnight_on_our_clock() -> None:
    july = month("2026-07", LONDON)
    assert july.start == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert july.end == datetime(2026, 7, 31, 23, tzinfo=UTC)
    assert (july.words, july.last_day) == ("July 2026", date(2026, 7, 31))


@given(st.integers(2001, 2099), st.integers(1, 12))
def test_months_follow_each_other_without_a_gap(number: int, which: int) -> None:
    here = month(f"{number}-{which:02}", LONDON)
    then = month(f"{here.end.astimezone(LONDON):%Y-%m}", LONDON)
    assert here.end == then.start
    assert len(months_of(year_to(here))) == 12
    assert months_of(year_to(here))[-1].end == here.end


def test_a_training_year_runs_from_august_to_july() -> None:
    found = year("2026-27", LONDON)
    assert (found.words, found.last_day) == ("August 2026 to July 2027", date(2027, 7, 31))
    assert year("2026", LONDON).last_day == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-00", "11-2026", "", "2026-1", "9999-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="no month"):
        month(text, LONDON)


@pytest.mark.parametrize("text", ["26", "2026-28", "2026-11-01", ""])
def test_what_is_no_year_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="no year"):
        year(text, LONDON)
