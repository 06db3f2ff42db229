"""The time a paper is about: a calendar month or a year, with its bounds in the team's time zone; pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.errors import Refused


@dataclass(frozen=True)
class Period:
    """From `start` up to but not including `end` (aware, UTC). `key` as it was asked for, `words` for people."""

    key: str
    words: str
    start: datetime
    end: datetime
    zone: ZoneInfo

    @property
    def last_day(self) -> date:
        """The last day within it, in the team's time zone."""
        return (self.end.astimezone(self.zone) - timedelta(seconds=1)).date()

    def holds(self, at: datetime | None) -> bool:
        """Whether a moment lies within it."""
        return at is not None and self.start <= at < self.end


def month(key: str, zone: ZoneInfo) -> Period:
    """The month written "2026-11". Raises Refused where it is none."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", key)
    if not match or not (2000 <= int(match[1]) <= 2100 and 1 <= int(match[2]) <= 12):
        raise Refused(f'"{key}" is no month; write it as 2026-11.')
    return _months(int(match[1]), int(match[2]), 1, zone, key)


def year_to(period: Period) -> Period:
    """The twelve months that end with a month."""
    last = period.last_day
    months = last.year * 12 + last.month - 12
    found = _months(months // 12, months % 12 + 1, 12, period.zone, period.key)
    first = found.start.astimezone(period.zone)
    return Period(found.key, f"{first:%B %Y} to {last:%B %Y}", found.start, found.end, period.zone)


def year(key: str, zone: ZoneInfo) -> Period:
    """The year written "2026", or the training year "2026-27" from 1 August to 31 July. Raises Refused where it is none."""
    if re.fullmatch(r"20\d\d", key):
        return Period(key, key, _midnight(int(key), 1, zone), _midnight(int(key) + 1, 1, zone), zone)
    match = re.fullmatch(r"(20\d\d)-(\d\d)", key)
    if match and (int(match[1]) + 1) % 100 == int(match[2]):
        first = int(match[1])
        return Period(
            key, f"August {first} to July {first + 1}", _midnight(first, 8, zone), _midnight(first + 1, 8, zone), zone
        )
    raise Refused(f'"{key}" is no year; write it as 2026, or 2026-27 for August to July.')


def months_of(period: Period) -> tuple[Period, ...]:
    """The calendar months that begin within a period, oldest first."""
    found = []
    at = period.start
    while at < period.end:
        local = at.astimezone(period.zone)
        found.append(_months(local.year, local.month, 1, period.zone, f"{local:%Y-%m}"))
        at = found[-1].end
    return tuple(found)


def _months(year: int, month: int, count: int, zone: ZoneInfo, key: str) -> Period:
    after = year * 12 + month - 1 + count
    start = _midnight(year, month, zone)
    return Period(key, f"{start.astimezone(zone):%B %Y}", start, _midnight(after // 12, after % 12 + 1, zone), zone)


def _midnight(year: int, month: int, zone: ZoneInfo) -> datetime:
    return datetime(year, month, 1, tzinfo=zone).astimezone(UTC)
