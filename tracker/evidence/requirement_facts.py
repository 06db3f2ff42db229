"""Requirements as they stood at a moment, for papers: open, due, overdue, issued and closed; nothing is decided here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from tracker.evidence.period import Period
from tracker.evidence.scope import Scope
from tracker.model import RegisterPlace, Requirement
from tracker.store import Tx

CHASED = ("IMR", "MR")
KINDS = {
    "IMR": "Immediate mandatory requirement",
    "MR": "Mandatory requirement",
    "REC": "Recommendation",
    "GP": "Good practice",
}


@dataclass(frozen=True)
class Asked:
    """A requirement, with the place it is about. `closed_at` is None where it was open at the moment asked for."""

    ref: str
    kind: str
    state: str
    place: RegisterPlace
    standards: tuple[str, ...]
    affected_group: tuple[str, ...]
    due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None

    def is_open(self) -> bool:
        """Whether the provider still owes it; recommendations and good practice are owed by nobody."""
        return self.closed_at is None and self.kind in CHASED

    def overdue(self, at: datetime) -> bool:
        return self.is_open() and self.due_at is not None and self.due_at < at


def asked(tx: Tx, scope: Scope, *, at: datetime, since: datetime | None = None) -> list[Asked]:
    """Requirements issued before `at`, the earliest due first; with `since`, none that was closed before it.

    Columns only: findings and actions are for the requirement's own page.
    """
    query = (
        select(
            Requirement.ref, Requirement.kind, Requirement.state, Requirement.standards, Requirement.affected_group,
            Requirement.due_at, Requirement.opened_at, Requirement.closed_at, Requirement.place_id,
        )
        .where(Requirement.opened_at < at)
        .order_by(Requirement.due_at, Requirement.ref)
    )  # fmt: skip
    if since is not None:
        query = query.where(or_(Requirement.closed_at.is_(None), Requirement.closed_at >= since))
    places = {place.id: place for place in tx.scalars(select(RegisterPlace)) if scope.has_place(place)}
    found = []
    for ref, kind, state, standards, group, due_at, opened_at, closed_at, place_id in tx.execute(query):
        place = places.get(place_id)
        if place is not None:
            closed = closed_at if closed_at is not None and closed_at < at else None
            stands = state if closed is not None or not _ended(state) else "open"
            found.append(Asked(ref, kind, stands, place, tuple(standards), tuple(group), due_at, opened_at, closed))
    return found


def due_within(rows: list[Asked], period: Period) -> list[Asked]:
    """Those still owed that fall due within a period."""
    return [row for row in rows if row.is_open() and period.holds(row.due_at)]


def _ended(state: str) -> bool:
    return state in ("closed", "closed_with_conditions", "superseded")
