"""Due dates of requirements, and what their reports may print."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.desk import a_desk
from tracker.desk import RegisterRules
from tracker.errors import Refused
from tracker.register.due_dates import due_for, next_return
from tracker.register.printed import warnings

HOURS = a_desk().hours
RULES = RegisterRules()
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments)
def test_an_imr_is_due_on_a_working_day_after_exactly_five_of_them(now: datetime) -> None:
    found = due_for("IMR", "", now, HOURS, RULES)
    assert found is not None
    local = found.at.astimezone(HOURS.zone)
    assert local.weekday() in HOURS.weekdays
    assert local.date() not in HOURS.holidays
    assert timedelta(days=5) < found.at - now < timedelta(days=16)
    assert "day 5" in found.why


@given(days)
def test_the_next_return_date_is_the_nearest_one_to_come(today: date) -> None:
    found = next_return(today, RULES)
    assert today < found <= today + timedelta(days=92)
    assert (found.month, found.day) in {(3, 1), (6, 1), (9, 1), (12, 1)}


def test_a_return_date_that_a_month_does_not_have_is_its_last_day() -> None:
    assert next_return(date(2027, 1, 1), RegisterRules(return_dates=("02-30",))) == date(2027, 2, 28)
    with pytest.raises(Refused, match="No return dates"):
        next_return(date(2027, 1, 1), RegisterRules(return_dates=()))


def test_a_named_day_that_nobody_works_on_is_kept_and_said() -> None:
    found = due_for("MR", "2026-12-25", datetime(2026, 11, 23, 10, tzinfo=UTC), HOURS, RULES)
    assert found is not None
    assert found.at.date() == date(2026, 12, 25)
    assert "not a working day" in found.why


def test_how_long_is_a_setting() -> None:
    found = due_for(
        "IMR", "", datetime(2026, 11, 23, 10, tzinfo=UTC), HOURS, RegisterRules(imr_within="2 working days")
    )
    assert found is not None
    assert found.at.date() == date(2026, 11, 25)


@given(st.lists(days, max_size=4), st.none() | days)
def test_a_report_before_its_review_is_always_warned_of_and_nothing_sound_is(
    held: list[date], reported: date | None
) -> None:
    found = warnings(held, reported, today=date(2031, 1, 1))
    if reported and held and reported < max(held):
        assert any("cannot be right" in each for each in found)
    sound = not held or (max(held) - min(held) <= timedelta(days=366))
    if sound and (not reported or not held or timedelta(0) <= reported - max(held) <= timedelta(days=366)):
        assert found == ()
