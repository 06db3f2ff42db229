"""Due times: the worked examples of the field's rules, and the laws that hold for any time, holiday list and pause."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracker.desk import the_field
from tracker.desk import Hours, HoursRules
from tracker.errors import ConfigurationFault
from tracker.working_days import (
    due,
    earlier_opening,
    hours_from,
    is_open,
    is_working_day,
    next_opening,
    parse_within,
    received_day,
    written_day,
    written_time,
)

LONDON = ZoneInfo("Europe/London")
HOLIDAYS = {row.date: row.name for row in the_field().calendar.bank_holidays}
HOURS = hours_from(HoursRules(), HOLIDAYS)

moments = st.timedeltas(timedelta(0), timedelta(days=2700)).map(
    lambda passed: datetime(2024, 1, 2, tzinfo=UTC) + passed
)
counts = st.integers(0, 30)
spans = st.builds(
    lambda length, start: (start, start + length), st.timedeltas(timedelta(0), timedelta(days=40)), moments
)
promised = st.sampled_from(
    [
        "10 minutes",
        "72 hours",
        "1 working hour",
        "9 working hours",
        "same working day",
        "1 working day",
        "20 working days",
        "1 calendar month",
    ]
)


def london(*when: int) -> datetime:
    return datetime(*when, tzinfo=LONDON)  # type: ignore[misc, arg-type]  # the parts of a date and a time


@pytest.mark.parametrize(
    ("received", "within", "expected"),
    [
        (london(2026, 11, 23, 10, 0), "1 working day", london(2026, 11, 24, 17, 0)),
        (london(2026, 11, 23, 17, 0), "1 working day", london(2026, 11, 24, 17, 0)),
        (london(2026, 11, 23, 17, 0, 1), "1 working day", london(2026, 11, 25, 17, 0)),
        (london(2026, 11, 23, 3, 0), "1 working day", london(2026, 11, 24, 17, 0)),
        (london(2026, 11, 27, 10, 0), "1 working day", london(2026, 11, 30, 17, 0)),
        (london(2026, 11, 28, 10, 0), "1 working day", london(2026, 12, 1, 17, 0)),
        (london(2026, 11, 23, 10, 0), "same working day", london(2026, 11, 23, 17, 0)),
        (london(2026, 11, 28, 10, 0), "same working day", london(2026, 11, 30, 17, 0)),
        (london(2026, 12, 24, 12, 0), "2 working days", london(2026, 12, 30, 17, 0)),
        (london(2026, 11, 23, 16, 30), "1 working hour", london(2026, 11, 24, 9, 30)),
        (london(2026, 11, 23, 16, 0), "1 working hour", london(2026, 11, 23, 17, 0)),
        (london(2026, 11, 23, 16, 59), "10 minutes", london(2026, 11, 23, 17, 9)),
        (london(2026, 12, 24, 16, 0), "9 working hours", london(2026, 12, 29, 17, 0)),
    ],
)
def test_a_worked_example_of_the_rules_comes_out_as_by_hand(
    received: datetime, within: str, expected: datetime
) -> None:
    assert due(within, received, HOURS).at == expected.astimezone(UTC)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (london(2026, 11, 23, 22, 0), date(2026, 12, 23)),
        (london(2026, 8, 31, 10, 0), date(2026, 9, 30)),
        (london(2026, 1, 31, 10, 0), date(2026, 3, 2)),
        (london(2026, 11, 25, 10, 0), date(2026, 12, 29)),
        (london(2028, 1, 31, 10, 0), date(2028, 2, 29)),
        (london(2026, 11, 28, 10, 0), date(2026, 12, 29)),
    ],
)
def test_a_legal_month_runs_from_the_true_day_and_ends_on_a_working_day(received: datetime, expected: date) -> None:
    assert due("1 calendar month", received, HOURS).at == datetime.combine(expected, time(17), LONDON).astimezone(UTC)


def test_the_sum_names_cut_off_day_one_and_each_holiday() -> None:
    why = due("3 working days", london(2026, 3, 27, 18, 12), HOURS).why
    assert why == (
        "Received Friday 27 March 2026 at 6.12pm, after 5pm, so it counts as Monday 30 March 2026; "
        "day 1 is Tuesday 31 March; day 3 is Thursday 2 April; due Thursday 2 April 2026 at 5pm."
    )
    easter = due("3 working days", london(2026, 4, 3, 9, 0), HOURS).why
    assert easter.startswith(
        "Received Friday 3 April 2026 at 9am, on Good Friday, so it counts as Tuesday 7 April 2026;"
    )
    assert easter.endswith("; skipped Easter Monday 6 April.")


def test_a_month_that_ends_on_a_holiday_says_so() -> None:
    why = due("1 calendar month", london(2026, 11, 25, 10, 0), HOURS).why
    assert (
        "is Friday 25 December 2026; Christmas Day 25 December is not a working day; due Tuesday 29 December 2026"
        in why
    )


def test_a_year_without_listed_holidays_is_said_and_no_fault() -> None:
    assert due("1 working day", london(2032, 3, 1, 9, 0), HOURS).why.endswith("; no bank holidays are listed for 2032.")
    assert "no bank holidays" not in due("1 working day", london(2031, 3, 3, 9, 0), HOURS).why


@pytest.mark.parametrize(
    ("received", "opening_utc"),
    [
        (datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 10, 26, 17, tzinfo=UTC)),
        (datetime(2026, 10, 22, 12, tzinfo=UTC), datetime(2026, 10, 23, 16, tzinfo=UTC)),
        (datetime(2027, 3, 25, 12, tzinfo=UTC), datetime(2027, 3, 30, 16, tzinfo=UTC)),
        (datetime(2027, 3, 24, 12, tzinfo=UTC), datetime(2027, 3, 25, 17, tzinfo=UTC)),
    ],
)
def test_five_in_the_afternoon_stays_five_over_both_clock_changes(received: datetime, opening_utc: datetime) -> None:
    assert due("1 working day", received, HOURS).at == opening_utc


def test_elapsed_time_is_exact_through_the_hour_that_comes_twice() -> None:
    begun = datetime(2026, 10, 25, 0, 55, tzinfo=UTC)
    assert due("10 minutes", begun.astimezone(LONDON), HOURS).at == begun + timedelta(minutes=10)
    assert due("72 hours", begun.astimezone(LONDON), HOURS).at == begun + timedelta(hours=72)


def test_both_half_past_ones_of_the_autumn_night_count_the_same_and_differ_by_an_hour() -> None:
    first, second = (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=fold) for fold in (0, 1))
    assert due("1 working day", first, HOURS).at == due("1 working day", second, HOURS).at
    apart = due("10 minutes", second, HOURS).at - due("10 minutes", first, HOURS).at
    assert apart == timedelta(hours=1)


def test_a_night_shift_office_that_opens_at_a_time_that_does_not_exist_opens_at_the_next_minute_that_does() -> None:
    odd = Hours(LONDON, time(1, 30), time(5), frozenset(range(7)), {})
    assert next_opening(datetime(2027, 3, 28, 0, 0, tzinfo=UTC), odd) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_pause_over_two_closing_times_moves_the_due_day_by_two() -> None:
    pause = (london(2026, 11, 24, 12, 0), london(2026, 11, 26, 9, 0))
    paused = due("3 working days", london(2026, 11, 23, 10, 0), HOURS, pauses=[pause])
    assert paused.at == london(2026, 11, 30, 17, 0).astimezone(UTC)
    assert "the clock stood still once" in paused.why


def test_a_pause_over_the_longer_night_counts_all_its_hours() -> None:
    pause = (london(2026, 10, 24, 12, 0), london(2026, 10, 25, 12, 0))
    begun = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)
    assert due("72 hours", begun, HOURS, pauses=[pause]).at == begun + timedelta(hours=72 + 25)


def test_the_legal_clock_stops_while_we_wait_for_an_answer() -> None:
    pause = (london(2026, 11, 24, 12, 0), london(2026, 11, 27, 9, 0))
    assert due("1 calendar month", london(2026, 11, 23, 10, 0), HOURS, pauses=[pause]).at.date() == date(2026, 12, 29)


@pytest.mark.parametrize("wrong", ["", "soon", "-1 working days", "1.5 hours", "3 fortnights", "99999 minutes"])
def test_a_span_that_cannot_be_read_is_refused_with_the_units(wrong: str) -> None:
    with pytest.raises(ValueError, match="working days"):
        parse_within(wrong)


def test_impossible_office_hours_are_all_named_at_once() -> None:
    rules = HoursRules(opens=time(17), closes=time(9), working_days=(), timezone="Europe/Nowhere")
    with pytest.raises(ConfigurationFault) as raised:
        hours_from(rules, {})
    assert [fault.split(":")[0] for fault in raised.value.faults] == [
        "[hours]",
        "[hours] working_days",
        "[hours] timezone",
    ]


@pytest.mark.parametrize(
    ("at", "words"),
    [((9, 0), "9am"), ((17, 30), "5.30pm"), ((12, 0), "midday"), ((0, 0), "midnight"), ((0, 5), "12.05am"), ((12, 5), "12.05pm")],
)  # fmt: skip
def test_times_are_written_as_the_service_manual_does(at: tuple[int, int], words: str) -> None:
    assert written_time(london(2026, 6, 1, *at), HOURS) == words


def test_a_day_is_written_in_full_in_local_time() -> None:
    assert written_day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), HOURS) == "Wednesday 1 July 2026"


def test_an_extra_closing_day_of_the_team_is_skipped_and_named() -> None:
    hours = hours_from(HoursRules(extra_holidays=(date(2026, 11, 24),)), HOLIDAYS)
    assert due("1 working day", london(2026, 11, 23, 10, 0), hours).why.endswith(
        "skipped extra closing day 24 November."
    )


@given(moments, promised)
def test_nothing_is_due_before_it_began(start: datetime, within: str) -> None:
    assert due(within, start, HOURS).at >= start


@given(moments, st.timedeltas(timedelta(0), timedelta(days=20)), promised)
def test_what_arrives_later_is_never_due_earlier(start: datetime, later: timedelta, within: str) -> None:
    assert due(within, start, HOURS).at <= due(within, start + later, HOURS).at


@given(moments, counts)
def test_working_days_end_at_closing_time_of_a_day_that_is_worked(start: datetime, count: int) -> None:
    local = due(f"{count} working days", start, HOURS).at.astimezone(LONDON)
    assert local.time() == HOURS.closes
    assert is_working_day(local.date(), HOURS)


@given(moments, counts)
def test_the_count_of_working_days_is_the_count(start: datetime, count: int) -> None:
    first, last = received_day(start, HOURS), due(f"{count} working days", start, HOURS).at.astimezone(LONDON).date()
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    assert sum(is_working_day(day, HOURS) for day in days) == count


@given(moments, counts, counts)
def test_working_days_add_up(start: datetime, one: int, other: int) -> None:
    halfway = due(f"{one} working days", start, HOURS).at
    assert due(f"{other} working days", halfway, HOURS).at == due(f"{one + other} working days", start, HOURS).at


@given(moments, st.integers(0, 60), st.integers(0, 60))
def test_working_hours_add_up_and_end_within_office_time(start: datetime, one: int, other: int) -> None:
    halfway = due(f"{one} working hours", start, HOURS).at
    whole = due(f"{one + other} working hours", start, HOURS).at
    assert due(f"{other} working hours", halfway, HOURS).at in {whole, next_opening(whole, HOURS)}
    assert is_open(whole, HOURS) or is_open(whole - timedelta(microseconds=1), HOURS)


@settings(max_examples=200)
@given(moments, promised, st.lists(spans, max_size=4), spans)
def test_a_further_pause_never_brings_a_due_time_nearer(
    start: datetime, within: str, pauses: list[tuple[datetime, datetime]], more: tuple[datetime, datetime]
) -> None:
    assert due(within, start, HOURS, pauses=[*pauses, more]).at >= due(within, start, HOURS, pauses=pauses).at


@given(moments, promised, st.lists(spans, max_size=4), st.randoms())
def test_the_order_and_overlap_of_pauses_do_not_matter(
    start: datetime, within: str, pauses: list[tuple[datetime, datetime]], chance: object
) -> None:
    shuffled = [*pauses, *pauses]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert due(within, start, HOURS, pauses=shuffled) == due(within, start, HOURS, pauses=pauses)


@given(moments, promised)
def test_a_pause_after_the_due_time_changes_nothing(start: datetime, within: str) -> None:
    plain = due(within, start, HOURS)
    later = (plain.at + timedelta(minutes=1), plain.at + timedelta(days=9))
    assert due(within, start, HOURS, pauses=[later]) == plain


@given(moments)
def test_the_next_opening_is_open_and_not_before(at: datetime) -> None:
    opening = next_opening(at, HOURS)
    assert opening >= at
    assert is_open(opening, HOURS)
    assert opening == at or not is_open(at, HOURS)


@given(moments, st.integers(1, 12))
def test_the_opening_some_working_days_earlier_is_that_many_days_before(at: datetime, count: int) -> None:
    early = earlier_opening(at, count, HOURS).astimezone(LONDON)
    days = (
        early.date() + timedelta(days=number) for number in range((at.astimezone(LONDON).date() - early.date()).days)
    )
    assert early.time() == HOURS.opens
    assert sum(is_working_day(day, HOURS) for day in days) == count


@given(moments, promised)
def test_the_zone_in_which_a_time_is_told_does_not_matter(start: datetime, within: str) -> None:
    assert due(within, start.astimezone(ZoneInfo("Asia/Tokyo")), HOURS) == due(within, start, HOURS)
