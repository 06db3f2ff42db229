"""How requirements, reviews and links stood at an earlier moment, read off the history that is only ever added to.

Rows say how things are now. A paper about a month that is over must say how they were then, whenever it is made.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from tracker.model import Case, RegisterEvent
from tracker.register.events import Subject
from tracker.register.requirements import BECAME, Stood
from tracker.store import Tx

_LINKS: Final = {"case_linked": True, "case_unlinked": False}


@dataclass
class Review:
    """A review before a moment: its dates with planned, held or cancelled, and the day on which its report was issued."""

    sessions: dict[date, str] = field(default_factory=dict)
    reported_on: date | None = None
    as_printed: bool = False

    @property
    def is_held(self) -> bool:
        """Whether every date of it was over, so that its report was awaited."""
        return "held" in self.sessions.values() and "planned" not in self.sessions.values()


def requirements(tx: Tx, *, before: datetime, places: Collection[int] | None = None) -> dict[int, tuple[Stood, ...]]:
    """Every step of every requirement before a moment, by its id, oldest first; what was issued later is not there.

    With `places` only of requirements of these places (ids).
    """
    found: dict[int, list[Stood]] = defaultdict(list)
    for number, kind, at, detail in _events(tx, "requirement", before, places):
        if kind.startswith(BECAME):
            due_at = datetime.fromisoformat(detail["due_at"]) if detail["due_at"] else None
            found[number].append(Stood(kind.removeprefix(BECAME), at, due_at))
    return {number: tuple(steps) for number, steps in found.items()}


def reviews(tx: Tx, *, before: datetime) -> dict[int, Review]:
    """Every review, visit and meeting before a moment, by its id; what was planned later is not there.

    Of a published one (`as_printed`) the dates are not here: they were entered whole and never change.
    """
    found: dict[int, Review] = {}
    for number, kind, _, detail in _events(tx, "intervention", before):
        review = found.setdefault(number, Review())
        match kind:
            case "planned":
                review.sessions |= {date.fromisoformat(day): "planned" for day in detail["dates"]}
            case "held":
                review.sessions[date.fromisoformat(detail["on"])] = "held"
            case "moved":
                review.sessions[date.fromisoformat(detail["from"])] = "cancelled"
                if detail["to"]:
                    review.sessions[date.fromisoformat(detail["to"])] = "planned"
            case "finished":
                review.reported_on = date.fromisoformat(detail["on"])
            case "cancelled":
                dropped = [day for day, state in review.sessions.items() if state == "planned"]
                review.sessions |= dict.fromkeys(dropped, "cancelled")
            case "entered":
                review.as_printed = True
    return found


def linked(tx: Tx, places: Collection[int], *, before: datetime) -> frozenset[int]:
    """The ids of the cases that people had linked to any of these places."""
    there: dict[tuple[int, str], bool] = {}
    for number, kind, _, detail in _events(tx, "place", before):
        if kind in _LINKS and number in places:
            there[number, detail["case"]] = _LINKS[kind]
    refs = sorted({ref for (_, ref), is_linked in there.items() if is_linked})
    return frozenset(tx.scalars(select(Case.id).where(Case.ref.in_(refs)))) if refs else frozenset()


def _events(
    tx: Tx, subject: Subject, before: datetime, places: Collection[int] | None = None
) -> Iterator[tuple[int, str, datetime, dict[str, Any]]]:
    query = (
        select(RegisterEvent.subject_id, RegisterEvent.kind, RegisterEvent.at, RegisterEvent.detail)
        .where(RegisterEvent.subject == subject, RegisterEvent.at < before)
        .order_by(RegisterEvent.at, RegisterEvent.id)
    )
    yield from tx.execute(query if places is None else query.where(RegisterEvent.place_id.in_(places)))
