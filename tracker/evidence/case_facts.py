"""Reports counted and timed for papers: opened, ended, overdue, and how long people waited; reading them is in `reports`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from sqlalchemy import func, select

from tracker.desk import Desk, PromiseRule
from tracker.evidence.period import Period
from tracker.evidence.reports import Report
from tracker.lifecycle import ENDED
from tracker.model import Parcel
from tracker.occasions import TO_PROVIDERS
from tracker.overdue import unkept
from tracker.promises import CaseFacts, within
from tracker.store import Tx
from tracker.working_days import due

HEARD: Final = ("closed", "follow_up/update_to_reporter", "reply")
"""Letters that tell a reporter what became of their report."""
USUAL: Final = ("first_human_read", "personal_reply", "update_to_reporter")
"""What is promised to whoever reports where the case's route does not say."""


@dataclass(frozen=True)
class Wait:
    """How long one thing took over many cases: the median, and how many kept the promise. `rows` are the cases that count."""

    rows: tuple[str, ...]
    kept: tuple[str, ...]
    median: timedelta | None


def opened(rows: Iterable[Report], period: Period) -> list[Report]:
    """Those opened within the period."""
    return [row for row in rows if period.holds(row.opened_at)]


def ended(rows: Iterable[Report], period: Period) -> list[Report]:
    """Those ended within the period."""
    return [row for row in rows if row.status in ENDED and period.holds(row.closed_at)]


def open_at(rows: Iterable[Report], at: datetime) -> list[Report]:
    """Those open at a moment."""
    return [row for row in rows if row.opened_at < at and (row.closed_at is None or row.closed_at >= at)]


def overdue(tx: Tx, rows: Iterable[Report], *, at: datetime, desk: Desk) -> list[Report]:
    """Those of which a promise was not kept in time and still not at `at`: to be read, to be answered, to be told news."""
    still_open = open_at(rows, at)
    news = _last_letters(tx, at)
    return [row for row in still_open if unkept(_clocked(row, news.get(row.id)), at=at, desk=desk, kinds=USUAL)]


def acknowledged(rows: Iterable[Report], desk: Desk) -> Wait:
    """From a message until its acknowledgement had left; the promise is `[quality_register] acknowledged_within`."""
    return _wait([(row, row.acknowledged_at) for row in rows], acknowledging(desk), desk)


def acknowledging(desk: Desk) -> PromiseRule:
    """By when an acknowledgement should have left. It leaves by itself: papers measure it, and no clock rings for it."""
    return PromiseRule(within=desk.register.acknowledged_within)


def read(rows: Iterable[Report], desk: Desk) -> Wait:
    """From a message until a person first acted on its case; the promise is `first_human_read`."""
    return _wait([(row, row.first_read_at) for row in rows], desk.promises.get("first_human_read"), desk)


def answered(rows: Iterable[Report], desk: Desk) -> Wait:
    """From a message until a person had first written back; the promise is `personal_reply`."""
    return _wait([(row, row.first_response_at) for row in rows], desk.promises.get("personal_reply"), desk)


def heard_back(tx: Tx, rows: list[Report], *, at: datetime) -> dict[str, datetime]:
    """The refs of cases whose reporter was told what became of it before `at`, and when that was first."""
    query = (
        select(Parcel.case_id, func.min(Parcel.sent_at))
        .where(Parcel.occasion.in_(HEARD), Parcel.state == "sent", Parcel.person_id.is_not(None), Parcel.sent_at < at)
        .group_by(Parcel.case_id)
    )
    first = {case_id: sent_at for case_id, sent_at in tx.execute(query) if sent_at is not None}
    return {row.ref: first[row.id] for row in rows if row.id in first}


def told(rows: list[Report], heard: dict[str, datetime]) -> Wait:
    """From a message until its reporter was told what became of it; `kept` are all who were."""
    took = {row.ref: heard[row.ref] - row.opened_at for row in rows if row.ref in heard}
    return Wait(tuple(row.ref for row in rows), tuple(took), _median(took))


def _last_letters(tx: Tx, at: datetime) -> dict[int, datetime]:
    """When a letter to its reporter last left before `at`, by case."""
    query = (
        select(Parcel.case_id, func.max(Parcel.sent_at))
        .where(
            Parcel.person_id.is_not(None),
            Parcel.state == "sent",
            Parcel.sent_at < at,
            Parcel.occasion.not_in(TO_PROVIDERS),
        )
        .group_by(Parcel.case_id)
    )
    return {case_id: sent_at for case_id, sent_at in tx.execute(query) if case_id and sent_at is not None}


def _clocked(row: Report, last_letter: datetime | None) -> CaseFacts:
    """What the clocks of a reporter's promises look at."""
    return CaseFacts(
        status=row.status,
        kind=row.kind,
        urgency=row.urgency,
        promised=row.promised or USUAL,
        opened_at=row.opened_at,
        status_since=row.opened_at,
        unread_since=row.opened_at if row.first_read_at is None else None,
        answered=row.first_response_at is not None,
        last_letter_at=last_letter,
    )


def _wait(rows: Iterable[tuple[Report, datetime | None]], rule: PromiseRule | None, desk: Desk) -> Wait:
    took, kept = {}, []
    for row, at in rows:
        if at is not None:
            took[row.ref] = at - row.opened_at
            if rule is not None and at <= due(within(rule, row.urgency), row.opened_at, desk.hours).at:
                kept.append(row.ref)
    return Wait(tuple(took), tuple(kept), _median(took))


def _median(took: dict[str, timedelta]) -> timedelta | None:
    return timedelta(seconds=median(each.total_seconds() for each in took.values())) if took else None
