"""Ratings of places as they stood at a moment and how they moved within a period, for papers; nothing is decided here."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select

from tracker.evidence.period import Period
from tracker.evidence.scope import Scope
from tracker.model import Rating, RegisterPlace
from tracker.store import Tx

Movement = Literal["new", "rising", "falling", "closed", "unchanged"]
STANDS = ("set", "provisional", "unchanged")


@dataclass(frozen=True)
class Step:
    """A rating that stood from `since` on. `ref` names its row."""

    id: int
    place: RegisterPlace
    level: int
    state: str
    since: datetime
    review_on: date | None

    @property
    def ref(self) -> str:
        return f"rating {self.id}"


@dataclass(frozen=True)
class Move:
    """How a place's rating moved within a period; `before` is None where it had none."""

    step: Step
    before: int | None
    movement: Movement


def steps(tx: Tx, scope: Scope, *, at: datetime) -> dict[int, list[Step]]:
    """Every step that stood up to `at`, by place id, oldest first."""
    found: dict[int, list[Step]] = {}
    rows = (
        select(Rating.id, Rating.level, Rating.state, Rating.decided_at, Rating.review_on, RegisterPlace)
        .join(RegisterPlace, RegisterPlace.id == Rating.place_id)
        .where(Rating.state.in_(STANDS), Rating.decided_at < at)
        .order_by(Rating.decided_at, Rating.id)
    )
    for rating_id, level, state, decided_at, review_on, place in tx.execute(rows):
        if decided_at is not None and scope.has_place(place):
            found.setdefault(place.id, []).append(Step(rating_id, place, level, state, decided_at, review_on))
    return found


def standing(history: dict[int, list[Step]]) -> list[Step]:
    """The last step of each place, the highest level first."""
    return sorted((each[-1] for each in history.values()), key=lambda step: (-step.level, step.place.key))


def moves(history: dict[int, list[Step]], period: Period) -> list[Move]:
    """One move for each place whose rating was decided within the period: from before it to its end."""
    found = []
    for each in history.values():
        before = [step for step in each if step.since < period.start]
        within = [step for step in each if period.holds(step.since)]
        if within:
            level = before[-1].level if before else None
            found.append(Move(within[-1], level, movement(level, within[-1].level)))
    return sorted(found, key=lambda move: (-move.step.level, move.step.place.key))


def movement(before: int | None, level: int) -> Movement:
    """What a step from one level to another is called in the paper. Falling to 0 closes the entry."""
    if before is None:
        return "new"
    if level == before:
        return "unchanged"
    if level == 0:
        return "closed"
    return "rising" if level > before else "falling"


def overdue_reviews(history: dict[int, list[Step]], *, on: date) -> list[Step]:
    """Standing ratings above 0 whose review was due before that day."""
    return [step for step in standing(history) if step.level > 0 and step.review_on is not None and step.review_on < on]
