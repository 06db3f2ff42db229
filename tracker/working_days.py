"""When something falls due, and the sum behind it: working days, cut-off, bank holidays, calendar months, pauses; pure.

The rules are those of `calendar.toml`. What arrives after closing time or on a day that is not worked counts as received on
the next working day. Day 1 is the first working day after that; the target is met until closing time on its day. Legal
clocks run in calendar months from the true day of receipt and end on a working day. A working day or hour counts only while
the clock runs: of a paused day, what matters is whether the clock ran at closing time.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.desk import Hours, HoursRules
from tracker.errors import ConfigurationFault

Pause = tuple[datetime, datetime]
Unit = Literal["minute", "hour", "working hour", "working day", "calendar month", "same working day"]

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WITHIN: Final = re.compile(r"(\d{1,4}) (minute|hour|working hour|working day|calendar month)s?")
_DAY: Final = timedelta(days=1)
_MOST_SKIPPED_NAMED: Final = 6


@dataclass(frozen=True)
class Due:
    """A due time (aware, UTC) and the sum behind it, as a sentence that a person can check by hand."""

    at: datetime
    why: str


@dataclass(frozen=True)
class Within:
    """A span as promised: so many of a unit."""

    count: int
    unit: Unit


def parse_within(text: str) -> Within:
    """Read "1 working day", "2 working hours", "10 minutes", "24 hours", "1 calendar month" or "same working day".

    Raises ValueError with a sentence that says what may be written.
    """
    words = " ".join(text.lower().split())
    if words == "same working day":
        return Within(0, "same working day")
    match = _WITHIN.fullmatch(words)
    if match is None:
        units = ", ".join(f"{unit}s" for unit in get_args(Unit)[:-1])
        raise ValueError(f'"{text}" is no span of time; write a number and {units}, or "same working day"')
    return Within(int(match[1]), cast("Unit", match[2]))


def hours_from(rules: HoursRules, holidays: Mapping[date, str]) -> Hours:
    """Office hours ready for sums. Raises ConfigurationFault where no sum could ever end."""
    faults = []
    if rules.opens >= rules.closes:
        faults.append("[hours]: opens must be before closes")
    if not rules.working_days:
        faults.append("[hours] working_days: at least one day must be worked")
    try:
        zone = ZoneInfo(rules.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
        faults.append(f'[hours] timezone: there is no zone "{rules.timezone}"')
    if faults:
        raise ConfigurationFault(faults)
    return Hours(
        zone=zone,
        opens=rules.opens,
        closes=rules.closes,
        weekdays=frozenset(_WEEKDAYS.index(day) for day in rules.working_days),
        holidays=dict.fromkeys(rules.extra_holidays, "extra closing day") | dict(holidays),
    )


def is_working_day(day: date, hours: Hours) -> bool:
    """Whether the team works on this day."""
    return day.weekday() in hours.weekdays and day not in hours.holidays


def is_open(at: datetime, hours: Hours) -> bool:
    """Whether the office is open at this moment; the closing time itself is closed."""
    local = at.astimezone(hours.zone)
    return is_working_day(local.date(), hours) and hours.opens <= local.time() < hours.closes


def received_day(at: datetime, hours: Hours) -> date:
    """The working day on which something that arrived at `at` counts as received."""
    local = at.astimezone(hours.zone)
    late = local.time() > hours.closes
    return local.date() if is_working_day(local.date(), hours) and not late else _next_working(local.date(), hours)


def next_opening(at: datetime, hours: Hours) -> datetime:
    """`at` itself while the office is open, else the next moment at which it opens (UTC)."""
    if is_open(at, hours):
        return at.astimezone(UTC)
    local = at.astimezone(hours.zone)
    today = is_working_day(local.date(), hours) and local.time() < hours.opens
    return _opening(local.date() if today else _next_working(local.date(), hours), hours)


def earlier_opening(at: datetime, count: int, hours: Hours) -> datetime:
    """When the office opens on the day `count` working days before the day of `at` (UTC)."""
    day = at.astimezone(hours.zone).date()
    while count > 0:
        day -= _DAY
        count -= is_working_day(day, hours)
    return _opening(day, hours)


def due(within: str, start: datetime, hours: Hours, *, pauses: Sequence[Pause] = (), since: str = "Received") -> Due:
    """When `within` of `start` is over. Raises ValueError where `within` cannot be read.

    `pauses` are the times (from, to) in which the clock stood still; one that still lasts ends at the caller's now.
    `since` is the word with which the sum begins: what happened at `start`.
    """
    span = parse_within(within)
    still = _merged(pauses, start)
    match span.unit:
        case "minute" | "hour":
            length = timedelta(minutes=span.count) if span.unit == "minute" else timedelta(hours=span.count)
            at = _after_elapsed(length, start, still)
            why = f"{since} {_moment(start, hours)}; {_counted(span)} later it is {_moment(at, hours)}"
        case "working hour":
            at = _after_working(timedelta(hours=span.count), start, hours, still)
            why = f"{since} {_receipt(start, hours)}; after {_counted(span)} of office time it is {_moment(at, hours)}"
        case "calendar month":
            at, why = _after_months(span, start, hours, still, since)
        case "working day" | "same working day":
            at, why = _after_days(span, start, hours, still)
            why = f"{since} {why}"
    return Due(at, why + _paused(still, at) + _skipped(start, at, hours) + ".")


def written_day(at: datetime | date, hours: Hours) -> str:
    """The day in full, as NHS England writes it: "Tuesday 24 November 2026"."""
    day = at.astimezone(hours.zone).date() if isinstance(at, datetime) else at
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def written_time(at: datetime, hours: Hours) -> str:
    """The time as the NHS service manual writes it: "5.30pm", "9am", "midday", "midnight"."""
    local = at.astimezone(hours.zone)
    if (local.hour, local.minute) in {(0, 0), (12, 0)}:
        return "midday" if local.hour else "midnight"
    minutes = f".{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'pm' if local.hour >= 12 else 'am'}"


def _next_working(day: date, hours: Hours) -> date:
    day += _DAY
    while not is_working_day(day, hours):
        day += _DAY
    return day


def _opening(day: date, hours: Hours) -> datetime:
    return datetime.combine(day, hours.opens, hours.zone).astimezone(UTC)


def _closing(day: date, hours: Hours) -> datetime:
    return datetime.combine(day, hours.closes, hours.zone).astimezone(UTC)


def _merged(pauses: Sequence[Pause], start: datetime) -> list[Pause]:
    """The pauses after `start`, in order and without overlaps, in UTC: wall-clock sums would lose the hours of a change."""
    merged: list[Pause] = []
    begin = start.astimezone(UTC)
    for since, until in sorted((max(a.astimezone(UTC), begin), b.astimezone(UTC)) for a, b in pauses):
        if until <= since:
            continue
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged


def _after_elapsed(length: timedelta, start: datetime, pauses: list[Pause]) -> datetime:
    at = start.astimezone(UTC) + length
    for since, until in pauses:
        if since < at:
            at += until - since
    return at


def _after_working(length: timedelta, start: datetime, hours: Hours, pauses: list[Pause]) -> datetime:
    left = length
    at = start.astimezone(UTC)
    while True:
        for since, until in _running(next_opening(at, hours), hours, pauses):
            if left <= until - since:
                return since + left
            left -= until - since
        at = _closing(next_opening(at, hours).astimezone(hours.zone).date(), hours)


def _running(since: datetime, hours: Hours, pauses: list[Pause]) -> Iterator[Pause]:
    """The stretches from `since` to that day's closing time in which the clock runs."""
    closing = _closing(since.astimezone(hours.zone).date(), hours)
    for stop, again in pauses:
        if again <= since:
            continue
        if stop >= closing:
            break
        if stop > since:
            yield since, stop
        since = again
    if since < closing:
        yield since, closing


def _after_days(span: Within, start: datetime, hours: Hours, pauses: list[Pause]) -> tuple[datetime, str]:
    day = received_day(start, hours)
    counted = 0
    steps = ""
    while counted < span.count or _stands(_closing(day, hours), pauses):
        day = _next_working(day, hours)
        if _stands(_closing(day, hours), pauses):
            continue
        counted += 1
        if counted == 1 < span.count:
            steps = f"; day 1 is {_short_day(day)}"
        if counted >= span.count:
            break
    at = _closing(day, hours)
    if span.count:
        steps += f"; day {span.count} is {_short_day(day)}"
    return at, f"{_receipt(start, hours)}{steps}; due {written_day(day, hours)} at {written_time(at, hours)}"


def _stands(at: datetime, pauses: list[Pause]) -> bool:
    return any(since <= at < until for since, until in pauses)


def _after_months(span: Within, start: datetime, hours: Hours, pauses: list[Pause], since: str) -> tuple[datetime, str]:
    received = start.astimezone(hours.zone).date()
    month = received.month - 1 + span.count
    year, month = received.year + month // 12, month % 12 + 1
    day = date(year, month, min(received.day, monthrange(year, month)[1]))
    why = f"{since} {_moment(start, hours)}; {_counted(span)} from that day is {written_day(day, hours)}"
    for stop, again in pauses:
        if stop <= _closing(day, hours):
            day += again.astimezone(hours.zone).date() - stop.astimezone(hours.zone).date()
    moved = day
    while not is_working_day(moved, hours):
        moved += _DAY
    at = _closing(moved, hours)
    if moved != day:
        why += f"; {_named(day, hours)} is not a working day"
    return at, f"{why}; due {written_day(moved, hours)} at {written_time(at, hours)}"


def _counted(span: Within) -> str:
    return f"{span.count} {span.unit}{'' if span.count == 1 else 's'}"


def _moment(at: datetime, hours: Hours) -> str:
    return f"{written_day(at, hours)} at {written_time(at, hours)}"


def _short_day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _named(day: date, hours: Hours) -> str:
    name = hours.holidays.get(day)
    return f"{name} {day.day} {day:%B}" if name else _short_day(day)


def _receipt(start: datetime, hours: Hours) -> str:
    """How the moment of receipt becomes the day it counts for."""
    counts = received_day(start, hours)
    day = start.astimezone(hours.zone).date()
    said = _moment(start, hours)
    if counts == day:
        return said
    if is_working_day(day, hours):
        closing = written_time(_closing(day, hours), hours)
        reason = f"after {closing}"
    else:
        reason = f"on {hours.holidays[day]}" if day in hours.holidays else "not a working day"
    return f"{said}, {reason}, so it counts as {written_day(counts, hours)}"


def _paused(pauses: list[Pause], at: datetime) -> str:
    stood = sum(since < at for since, _ in pauses)
    times = {0: "", 1: "once"}.get(stood, f"{stood} times")
    return f"; the clock stood still {times}" if times else ""


def _skipped(start: datetime, at: datetime, hours: Hours) -> str:
    """The bank holidays on the way, and a warning where the list of them does not reach."""
    first, last = start.astimezone(hours.zone).date(), at.astimezone(hours.zone).date()
    met = [day for day in sorted(hours.holidays) if first < day <= last and day.weekday() in hours.weekdays]
    named = ", ".join(_named(day, hours) for day in met[:_MOST_SKIPPED_NAMED])
    if len(met) > _MOST_SKIPPED_NAMED:
        named += f" and {len(met) - _MOST_SKIPPED_NAMED} more"
    unknown = sorted({first.year, last.year} - {day.year for day in hours.holidays})
    warning = f"; no bank holidays are listed for {' and '.join(map(str, unknown))}" if unknown else ""
    return (f"; skipped {named}" if met else "") + warning
