"""What of the register falls due and when: rows planned and settled; what firing them does is in `clock`."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from tracker import working_days
from tracker.desk import Desk, Hours
from tracker.model import Rating, RegisterDue
from tracker.register.events import Subject
from tracker.store import Tx

WORDS: Final = {
    "review": "its rating is to be looked at again",
    "soon": "it falls due soon",
    "due": "it is due",
    "late": "it is overdue",
    "assess": "what the provider sent is to be assessed",
    "conditions": "its conditions are to be looked at",
    "visit_soon": "it is planned soon",
    "report": "its report is due",
}


def plan_at(
    tx: Tx, subject: Subject, subject_id: int, kind: str, at: datetime, why: str, *, now: datetime
) -> RegisterDue:
    """Put a due time down, or wake the same one that was settled before. A time that is past fires at once."""
    row = tx.scalar(
        select(RegisterDue).where(
            RegisterDue.subject == subject,
            RegisterDue.subject_id == subject_id,
            RegisterDue.kind == kind,
            RegisterDue.due_at == at,
        )
    )
    if row is None:
        row = RegisterDue(subject=subject, subject_id=subject_id, kind=kind, due_at=at, why=why, made_at=now)
        tx.add(row)
    row.state, row.why, row.settled_at, row.settled_why = "pending", why, None, None
    tx.flush()
    return row


def plan_on(
    tx: Tx, subject: Subject, subject_id: int, kind: str, day: date, why: str, *, desk: Desk, now: datetime
) -> RegisterDue:
    """The same for a day: when the office opens on it, or on the working day before where nobody works on it."""
    return plan_at(tx, subject, subject_id, kind, opening_of(day, desk.hours), why, now=now)


def opening_of(day: date, hours: Hours) -> datetime:
    """When the office opens on a day; where nobody works on it, on the last working day before it (UTC)."""
    while not working_days.is_working_day(day, hours):
        day -= timedelta(days=1)
    return working_days.next_opening(datetime.combine(day, hours.opens, hours.zone), hours)


def closing_of(day: date, hours: Hours) -> datetime:
    """Closing time on a day, working or not, with its zone."""
    return datetime.combine(day, hours.closes, hours.zone)


def before(at: datetime, count: int, hours: Hours) -> datetime:
    """When the office opens so many working days before the day of `at` (UTC)."""
    return working_days.earlier_opening(at, count, hours)


def settle(tx: Tx, subject: Subject, subject_id: int, *, why: str, now: datetime, kinds: Sequence[str] = ()) -> int:
    """Let what is pending fall away because it is not awaited any more; of some kinds only, if given. Returns how many."""
    query = select(RegisterDue).where(
        RegisterDue.subject == subject, RegisterDue.subject_id == subject_id, RegisterDue.state == "pending"
    )
    rows = tx.scalars(query.where(RegisterDue.kind.in_(kinds)) if kinds else query).all()
    for row in rows:
        row.state, row.settled_at, row.settled_why = "done", now, why
    return len(rows)


def settle_place_ratings(tx: Tx, place_id: int, *, why: str, now: datetime) -> None:
    """No earlier rating of the place is to be looked at again."""
    for rating_id in tx.scalars(select(Rating.id).where(Rating.place_id == place_id)).all():
        settle(tx, "rating", rating_id, why=why, now=now)


def pending(tx: Tx, *, until: datetime | None = None, subject: Subject | None = None) -> Sequence[RegisterDue]:
    """What is due next, soonest first; up to a moment and of one subject, if given."""
    query = select(RegisterDue).where(RegisterDue.state == "pending").order_by(RegisterDue.due_at, RegisterDue.id)
    if until is not None:
        query = query.where(RegisterDue.due_at <= until)
    return tx.scalars(query.where(RegisterDue.subject == subject) if subject else query).all()


def midnight(day: date, hours: Hours) -> datetime:
    """The first moment of a day, local time."""
    return datetime.combine(day, time(0), hours.zone)
