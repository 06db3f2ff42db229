"""Cases for papers: what was opened and ended, what it was about, and how long people waited; never what anybody wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, or_, select

from tracker.desk import Desk
from tracker.evidence.period import Period
from tracker.evidence.scope import NOT_REPORTS, Scope
from tracker.lifecycle import ENDED
from tracker.model import Case, FollowUp, Parcel
from tracker.store import Tx
from tracker.working_days import due

HEARD = ("closed", "follow_up/update_to_reporter", "reply")
"""Letters that tell a reporter what became of their report."""


@dataclass(frozen=True)
class Wait:
    """How long one thing took over many cases: the median, and how many kept the promise. `rows` are the cases that count."""

    rows: tuple[str, ...]
    kept: tuple[str, ...]
    median: timedelta | None


def cases(
    tx: Tx, scope: Scope, *, since: datetime, until: datetime, linked: frozenset[int] = frozenset()
) -> list[Case]:
    """Reports that were open at any time from `since` to before `until`, oldest first. Merged ones are counted in the other.

    Those that belong to the scope, and those `linked` to it by a person (ids).
    """
    query = (
        select(Case)
        .where(
            Case.opened_at < until,
            or_(Case.closed_at.is_(None), Case.closed_at >= since),
            Case.kind.not_in(NOT_REPORTS),
            Case.merged_into.is_(None),
        )
        .order_by(Case.opened_at, Case.id)
    )
    return [case for case in tx.scalars(query) if case.id in linked or scope.has_case(case)]


def opened(rows: Iterable[Case], period: Period) -> list[Case]:
    """Those opened within the period."""
    return [case for case in rows if period.holds(case.opened_at)]


def ended(rows: Iterable[Case], period: Period) -> list[Case]:
    """Those ended within the period."""
    return [case for case in rows if case.status in ENDED and period.holds(case.closed_at)]


def open_at(rows: Iterable[Case], at: datetime) -> list[Case]:
    """Those open at a moment."""
    return [case for case in rows if case.opened_at < at and (case.closed_at is None or case.closed_at >= at)]


def overdue(tx: Tx, rows: Iterable[Case], *, at: datetime) -> list[Case]:
    """Those with a follow-up that was due before `at` and still awaited then."""
    late = select(FollowUp.case_id).where(
        FollowUp.due_at < at,
        FollowUp.made_at < at,
        or_(FollowUp.state == "pending", FollowUp.settled_at >= at),
    )
    ids = set(tx.scalars(late))
    return [case for case in open_at(rows, at) if case.id in ids]


def acknowledged(rows: Iterable[Case]) -> Wait:
    """From a message until its acknowledgement had left; promised within ten minutes (`auto_ack` of sla.toml)."""
    counted = [case for case in rows if case.acknowledged_at is not None]
    took = {case.ref: _after(case, case.acknowledged_at) for case in counted}
    return _wait(took, {ref for ref, each in took.items() if each <= timedelta(minutes=10)})


def read(rows: Iterable[Case], desk: Desk) -> Wait:
    """From a message until a person first acted on its case; the promise is `first_human_read`."""
    counted = [case for case in rows if case.first_read_at is not None]
    took = {case.ref: _after(case, case.first_read_at) for case in counted}
    return _wait(took, {case.ref for case in counted if _kept(case, case.first_read_at, "first_human_read", desk)})


def answered(rows: Iterable[Case], desk: Desk) -> Wait:
    """From a message until a person had first written back; the promise is `personal_reply`."""
    counted = [case for case in rows if case.first_response_at is not None]
    took = {case.ref: _after(case, case.first_response_at) for case in counted}
    return _wait(took, {case.ref for case in counted if _kept(case, case.first_response_at, "personal_reply", desk)})


def heard_back(tx: Tx, rows: list[Case], *, at: datetime) -> dict[str, datetime]:
    """The refs of cases whose reporter was told what became of it before `at`, and when that was first."""
    query = (
        select(Parcel.case_id, func.min(Parcel.sent_at))
        .where(Parcel.occasion.in_(HEARD), Parcel.state == "sent", Parcel.person_id.is_not(None), Parcel.sent_at < at)
        .group_by(Parcel.case_id)
    )
    first = {case_id: sent_at for case_id, sent_at in tx.execute(query) if sent_at is not None}
    return {case.ref: first[case.id] for case in rows if case.id in first}


def told(rows: list[Case], heard: dict[str, datetime]) -> Wait:
    """From a message until its reporter was told what became of it; `kept` are all who were."""
    took = {case.ref: heard[case.ref] - case.opened_at for case in rows if case.ref in heard}
    return Wait(tuple(case.ref for case in rows), tuple(took), _median(took))


def _wait(took: dict[str, timedelta], kept: set[str]) -> Wait:
    return Wait(tuple(took), tuple(ref for ref in took if ref in kept), _median(took))


def _median(took: dict[str, timedelta]) -> timedelta | None:
    return timedelta(seconds=median(each.total_seconds() for each in took.values())) if took else None


def _after(case: Case, at: datetime | None) -> timedelta:
    assert at is not None
    return at - case.opened_at


def _kept(case: Case, at: datetime | None, promise: str, desk: Desk) -> bool:
    rule = desk.promises.get(promise)
    if rule is None or at is None:
        return False
    within = {"same_day": rule.within_same_day, "immediate": rule.within_immediate}.get(case.urgency) or rule.within
    return at <= due(within, case.opened_at, desk.hours).at
