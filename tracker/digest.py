"""The morning's digest of a channel: numbers and a chart of the last days, once each working morning; never a word of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import func, or_, select

from tracker.desk import Desk, Hours
from tracker.lifecycle import ENDED
from tracker.model import Case, FollowUp, Parcel
from tracker.outbox import SLACK_OFF, enqueue_post
from tracker.overdue import Unkept, overdue
from tracker.store import Tx
from tracker.working_days import is_working_day, written_day

OCCASION: Final = "digest"
DAYS: Final = 10
LATEST: Final = timedelta(hours=4)
"""A desk that starts later than this after the hour lets the day's digest be: it would tell of a morning that is over."""


@dataclass(frozen=True)
class Row:
    """Of a case only what is counted. `due`: when its promise overdue longest was to be kept, else its earliest follow-up."""

    ref: str
    status: str
    owner: str | None
    awaits_second: bool
    opened_at: datetime
    closed_at: datetime | None
    due: datetime | None


@dataclass(frozen=True)
class Day:
    """How many cases were opened and ended on a working day and the days off after it."""

    day: date
    opened: int
    ended: int


def due_day(now: datetime, desk: Desk) -> date | None:
    """The day whose digest is to be posted now; None at night, on days off, and where none is wanted."""
    if desk.digest_at is None:
        return None
    local = now.astimezone(desk.hours.zone)
    at = datetime.combine(local.date(), desk.digest_at, desk.hours.zone)
    return local.date() if is_working_day(local.date(), desk.hours) and at <= local < at + LATEST else None


def post_due(tx: Tx, *, desk: Desk, now: datetime) -> int:
    """Queue the digest of every channel in which something was open or new this morning, once a day; returns how many.

    A channel whose first case comes later in the morning has its card, and needs no digest of it.
    """
    day = due_day(now, desk)
    if day is None or not desk.slack_on:
        return 0
    queued, morning, late = 0, _moment(day, desk.hours, desk), overdue(tx, desk=desk, now=now)
    for channel in dict.fromkeys(rule.channel for rule in desk.routes):
        key = f"{OCCASION}/{channel}/{day.isoformat()}"
        if tx.scalar(select(Parcel.id).where(Parcel.dedupe_key == key)) is not None:
            continue
        rows = _rows(tx, channel, now - timedelta(days=3 * DAYS), late)
        facts = numbers(rows, now=now, desk=desk)
        if not any(row.opened_at <= morning for row in rows) or not (facts["open_cases"] or facts["new"]):
            continue
        days = last_days(rows, now=now, hours=desk.hours)
        enqueue_post(
            tx,
            case=None,
            channel=channel,
            occasion=OCCASION,
            text=desk.letters.post(OCCASION, facts),
            blocks=(picture(days),),
            dedupe_key=key,
            now=now,
            withheld=None if desk.slack_on else SLACK_OFF,
        )
        queued += 1
    return queued


def numbers(rows: Sequence[Row], *, now: datetime, desk: Desk) -> dict[str, Any]:
    """What the digest says, as plain data for its template; pure."""
    hours = desk.hours
    today = now.astimezone(hours.zone).date()
    midnight, then = (
        _midnight(today + timedelta(days=1), hours),
        _midnight(_next(today, hours) + timedelta(days=1), hours),
    )
    last = _moment(_before(today, hours), hours, desk)
    still_open = [row for row in rows if row.status not in ENDED]
    unowned = sorted((row for row in still_open if row.owner is None), key=lambda row: row.opened_at)
    due = [row.due for row in still_open if row.due is not None]
    return {
        "digest_day": written_day(today, hours),
        "new": sum(row.opened_at >= last for row in rows),
        "open_cases": len(still_open),
        "unowned": len(unowned),
        "due_today": sum(now <= at < midnight for at in due),
        "overdue": sum(at < now for at in due),
        "to_come": sum(midnight <= at < then for at in due),
        "waiting_reporter": sum(row.status == "awaiting_reporter" for row in still_open),
        "waiting_provider": sum(row.status == "awaiting_provider" for row in still_open),
        "second": sum(row.awaits_second for row in still_open),
        "oldest_ref": unowned[0].ref if unowned else "",
        "oldest_day": written_day(unowned[0].opened_at, hours) if unowned else "",
    }


def last_days(rows: Sequence[Row], *, now: datetime, hours: Hours) -> list[Day]:
    """The working days before today, oldest first; what happened on a day off counts for the one before; pure."""
    today = now.astimezone(hours.zone).date()
    days = [today]
    while len(days) <= DAYS:
        days.insert(0, _before(days[0], hours))
    found = []
    for before, day in pairwise(days):
        start, end = _midnight(before, hours), _midnight(day, hours)
        found.append(
            Day(
                before,
                sum(start <= row.opened_at < end for row in rows),
                sum(row.closed_at is not None and start <= row.closed_at < end for row in rows),
            )
        )
    return found


def picture(days: Sequence[Day]) -> dict[str, Any]:
    """A block that stands for the chart of these days until it is drawn; its words say the same as the chart."""
    said = "; ".join(f"{each.day:%A} {each.day.day}: {each.opened} opened, {each.ended} ended" for each in days)
    return {
        "type": "image",
        "alt_text": f"Cases opened and ended on the last {len(days)} working days. {said}.",
        "chart": [[f"{each.day:%a} {each.day.day}", each.opened, each.ended] for each in days],
    }


def _rows(tx: Tx, channel: str, since: datetime, late: Mapping[int, Unkept]) -> list[Row]:
    due = (
        select(FollowUp.case_id, func.min(FollowUp.due_at).label("at"))
        .where(FollowUp.state == "pending")
        .group_by(FollowUp.case_id)
        .subquery()
    )
    found = tx.execute(
        select(
            Case.ref, Case.status, Case.owner, Case.isf_awaiting, Case.opened_at, Case.closed_at, due.c.at,
            Case.reading["route"]["channel"], Case.id,
        )
        .outerjoin(due, due.c.case_id == Case.id)
        .where(or_(Case.status.not_in(ENDED), Case.opened_at >= since, Case.closed_at >= since))
    )  # fmt: skip
    return [
        Row(ref, status, owner, bool(asked), opened_at, closed_at, late[number].due_at if number in late else at)
        for ref, status, owner, asked, opened_at, closed_at, at, its_channel, number in found
        if its_channel == channel
    ]


def _next(day: date, hours: Hours) -> date:
    day += timedelta(days=1)
    while not is_working_day(day, hours):
        day += timedelta(days=1)
    return day


def _before(day: date, hours: Hours) -> date:
    day -= timedelta(days=1)
    while not is_working_day(day, hours):
        day -= timedelta(days=1)
    return day


def _midnight(day: date, hours: Hours) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=hours.zone)


def _moment(day: date, hours: Hours, desk: Desk) -> datetime:
    return datetime.combine(day, desk.digest_at or hours.opens, hours.zone)
