"""Requirements as they stood at a moment, for papers: open, due, overdue, issued and closed; nothing is decided here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.evidence.period import Period
from tracker.evidence.scope import EVERYWHERE, Scope
from tracker.model import RegisterPlace, Requirement
from tracker.register import past
from tracker.register.requirements import ENDED, FORCEFUL, Stood
from tracker.store import Tx

KINDS = {
    "IMR": "Immediate mandatory requirement",
    "MR": "Mandatory requirement",
    "REC": "Recommendation",
    "GP": "Good practice",
}


@dataclass(frozen=True)
class Asked:
    """A requirement, with the place it is about. `steps` is its history up to the moment asked for, oldest first."""

    ref: str
    kind: str
    place: RegisterPlace
    standards: tuple[str, ...]
    affected_group: tuple[str, ...]
    opened_at: datetime
    steps: tuple[Stood, ...]

    @property
    def state(self) -> str:
        return self.steps[-1].state

    @property
    def due_at(self) -> datetime | None:
        return self.steps[-1].due_at

    @property
    def closed_at(self) -> datetime | None:
        """When it ended, None where it was open at the moment asked for."""
        return self.steps[-1].since if self.state in ENDED else None

    def is_open(self) -> bool:
        """Whether the provider still owes it; recommendations and good practice are owed by nobody."""
        return self.closed_at is None and self.kind in FORCEFUL

    def was_open(self, at: datetime) -> bool:
        """The same for an earlier moment."""
        state = next((step.state for step in reversed(self.steps) if step.since < at), None)
        return self.kind in FORCEFUL and state is not None and state not in ENDED

    def overdue(self, at: datetime) -> bool:
        return self.is_open() and self.due_at is not None and self.due_at < at


def asked(tx: Tx, scope: Scope, *, at: datetime, since: datetime | None = None) -> list[Asked]:
    """Requirements issued before `at`, the earliest due first; with `since`, none that had ended before it.

    Columns only: findings and actions are for the requirement's own page.
    """
    query = select(
        Requirement.id, Requirement.ref, Requirement.kind, Requirement.standards, Requirement.affected_group,
        Requirement.opened_at, Requirement.place_id,
    ).where(Requirement.opened_at < at)  # fmt: skip
    places = {place.id: place for place in tx.scalars(select(RegisterPlace)) if scope.has_place(place)}
    history = past.requirements(tx, before=at, places=None if scope == EVERYWHERE else places)
    query = query if scope == EVERYWHERE else query.where(Requirement.place_id.in_(places))
    found = []
    for number, ref, kind, standards, group, opened_at, place_id in tx.execute(query):
        if place_id in places and number in history:
            place, steps = places[place_id], history[number]
            row = Asked(ref, kind, place, tuple(standards), tuple(group), opened_at, steps)
            if since is None or row.closed_at is None or row.closed_at >= since:
                found.append(row)
    return sorted(found, key=lambda row: (row.due_at is None, row.due_at or row.opened_at, row.ref))


def due_within(rows: list[Asked], period: Period) -> list[Asked]:
    """Those still owed that fall due within a period."""
    return [row for row in rows if row.is_open() and period.holds(row.due_at)]
