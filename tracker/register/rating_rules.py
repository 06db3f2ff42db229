"""How a rating may move: the [[movement]] rules of isf.toml as a verdict on facts; pure, and it sets nothing.

Source of the levels and of movement both ways on triangulated evidence: the Intensive Support Framework as described by NHS
England's education quality teams; the steps and the kinds of evidence asked for are proposals (isf.toml says which).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

Asks = Literal["provisional", "set", "unchanged"]
ASKS: Final[tuple[str, ...]] = get_args(Asks)
LOWEST: Final = 0
HIGHEST: Final = 4
SUSPENDED: Final = 4
KINDS_NEEDED_DOWN: Final = 2


@dataclass(frozen=True)
class Stands:
    """The rating that stands now: its level, its state (provisional, set, unchanged) and since when that level has stood."""

    level: int
    state: str
    since: date


@dataclass(frozen=True)
class EvidenceFact:
    """An item of evidence: who speaks (`origin`), whether learners give their view, and when it was gathered."""

    id: int
    origin: str
    learner_feedback: bool
    happened_on: date


@dataclass(frozen=True)
class Move:
    """What somebody asks for. `changed_on`: when the provider's change took effect (down only).

    `gmc_agreed_on` and `review_booked_on` (the first date of a planned review of this place) matter only out of level 4.
    """

    to: int
    asks: Asks
    evidence: tuple[EvidenceFact, ...] = ()
    immediate_risk: bool = False
    doctors_affected: bool = False
    changed_on: date | None = None
    gmc_agreed_on: date | None = None
    review_booked_on: date | None = None


def faults(move: Move, stands: Stands | None, *, today: date) -> tuple[str, ...]:
    """Every reason why the move may not be made now, each a sentence for the person; empty where it may."""
    if not LOWEST <= move.to <= HIGHEST:
        return (f"ISF levels go from {LOWEST} to {HIGHEST}.",)
    if move.asks not in ASKS:
        return (f"A rating is asked to be one of {', '.join(ASKS)}.",)
    found = [f"Evidence {fact.id} lies in the future." for fact in move.evidence if fact.happened_on > today]
    if stands is None:
        if move.asks == "unchanged":
            found.append("Nothing stands yet that could be unchanged; propose it as provisional or set.")
        return tuple(found)
    if move.to == stands.level:
        found += _hold(move, stands)
    elif move.asks == "unchanged":
        found.append(f"Unchanged means ISF {stands.level}, which stands; this asks for ISF {move.to}.")
    elif move.to > stands.level:
        found += _up(move, stands)
    else:
        found += _down(move, stands, today)
    return tuple(found)


def level_of_authority(before: int | None, to: int) -> int:
    """The level that an approver must be allowed to set: the higher of old and new, as lowering weighs as much as raising."""
    return max(to, before if before is not None else LOWEST)


def unanswered(criteria: Sequence[str], answers: Sequence[tuple[str, bool, Sequence[int]]]) -> tuple[str, ...]:
    """What is missing from a criteria checklist, each a sentence. `answers`: (criterion, met, ids of evidence)."""
    given = {criterion: (met, evidence) for criterion, met, evidence in answers}
    found = [f"The criterion “{each}” is not answered." for each in criteria if each not in given]
    found += [f"“{each}” is no criterion of this level." for each in given if each not in criteria]
    found += [
        f"The criterion “{each}” is met by no evidence." for each, (met, shown) in given.items() if met and not shown
    ]
    if not any(met for met, _ in given.values()):
        found.append("At least one criterion of the level must be met.")
    return tuple(found)


def _hold(move: Move, stands: Stands) -> list[str]:
    if move.asks == "set" and stands.state != "provisional":
        return [f"ISF {stands.level} stands already; record it as unchanged."]
    return []


def _up(move: Move, stands: Stands) -> list[str]:
    if move.to - stands.level > 1 and not move.immediate_risk:
        return [
            f"From ISF {stands.level} to {move.to} is more than one step up: say that patients or learners are at "
            "immediate risk, or go one step at a time."
        ]
    return []


def _down(move: Move, stands: Stands, today: date) -> list[str]:
    found = []
    if stands.level - move.to > 1:
        found.append(f"A rating goes down one step at a time: from ISF {stands.level} to {stands.level - 1}.")
    if len({fact.origin for fact in move.evidence}) < KINDS_NEEDED_DOWN:
        found.append("Going down needs evidence of two independent kinds (two origins of evidence.toml).")
    if move.changed_on is None:
        found.append("Say when the provider's change took effect; learners must have spoken after it.")
    else:
        if move.changed_on > today:
            found.append("The provider's change lies in the future.")
        heard = max(move.changed_on, stands.since)
        if not any(fact.learner_feedback and heard < fact.happened_on <= today for fact in move.evidence):
            found.append(f"Going down needs feedback of learners from after {heard:%d %B %Y}.")
    if stands.level == SUSPENDED:
        found += _out_of_suspension(move, today)
    return found


def _out_of_suspension(move: Move, today: date) -> list[str]:
    found = []
    if move.review_booked_on is None or move.review_booked_on <= today:
        found.append("Lifting a suspension needs a follow-up review that is booked for a day to come.")
    if move.doctors_affected and (move.gmc_agreed_on is None or move.gmc_agreed_on > today):
        found.append("Lifting a suspension that affects doctors needs the day on which the GMC agreed.")
    return found
