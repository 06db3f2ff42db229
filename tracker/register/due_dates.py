"""When a requirement is due, and the sum behind it; pure.

Five working days for an immediate mandatory requirement are printed in a published one (interventions.toml, outcome IMR); other
mandatory requirements carry their own dates, often the quarterly days on which action plans come back.
"""

import re
from calendar import monthrange
from datetime import date, datetime
from typing import Final

from tracker import working_days
from tracker.desk import Hours, RegisterRules
from tracker.errors import Refused
from tracker.register.dues import closing_of
from tracker.working_days import Due, written_day, written_time

KINDS: Final = ("IMR", "MR", "REC", "GP")
RETURN: Final = "return"
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def due_for(kind: str, asked: str, now: datetime, hours: Hours, rules: RegisterRules) -> Due | None:
    """The due time of a requirement of this kind that is issued now; None where nothing is due.

    `asked` is "" (the kind's own time), a day (2026-12-01), "return" (the next day on which action plans come back) or a span
    ("10 working days"). Raises Refused where a date is missing, cannot be read or is past.
    """
    asked = asked.strip()
    if kind == "GP":
        if asked:
            raise Refused("Good practice has no due date.")
        return None
    if not asked:
        if kind == "MR":
            raise Refused("A mandatory requirement carries its own date: a day, a span of working days, or `return`.")
        return working_days.due(rules.imr_within, now, hours, since="Issued") if kind == "IMR" else None
    if asked == RETURN:
        day = next_return(now.astimezone(hours.zone).date(), rules)
        return _on(day, f"Action plans come back on {written_day(day, hours)}", now, hours)
    if _DATE.fullmatch(asked):
        try:
            day = date.fromisoformat(asked)
        except ValueError:
            raise Refused(f"There is no day {asked}.") from None
        return _on(day, f"The requirement says {written_day(day, hours)}", now, hours)
    try:
        return working_days.due(asked, now, hours, since="Issued")
    except ValueError as error:
        raise Refused(f"{error}; or a day such as 2026-12-01.") from None


def next_return(today: date, rules: RegisterRules) -> date:
    """The next day after today on which action plans come back."""
    if not rules.return_dates:
        raise Refused("No return dates are set ([quality_register] return_dates).")
    days = []
    for year in (today.year, today.year + 1):
        for text in rules.return_dates:
            month, day = (int(part) for part in text.split("-"))
            days.append(date(year, month, min(day, monthrange(year, month)[1])))
    return min(day for day in days if day > today)


def _on(day: date, said: str, now: datetime, hours: Hours) -> Due:
    at = closing_of(day, hours)
    if at <= now:
        raise Refused(f"{written_day(day, hours)} is past.")
    off = "" if working_days.is_working_day(day, hours) else ", which is not a working day"
    return Due(at, f"{said}{off}; due at {written_time(at, hours)}.")
