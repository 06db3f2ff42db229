"""Everything that the monthly committee paper speaks of, gathered in a few queries; how it is said is not known here."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.desk import Desk
from tracker.evidence import case_facts, rating_facts, requirement_facts
from tracker.evidence.case_facts import Wait
from tracker.evidence.period import Period, month, months_of, year_to
from tracker.evidence.rating_facts import Move, Step
from tracker.evidence.requirement_facts import Asked
from tracker.evidence.scope import EVERYWHERE, Scope
from tracker.model import Case, Intervention, RegisterPlace, Session
from tracker.store import Tx


@dataclass(frozen=True)
class Review:
    """A date of an intervention: held or planned. `place` is None where the provider is none of ours."""

    ref: str
    kind: str
    place: RegisterPlace | None
    held_on: date
    state: str


@dataclass(frozen=True)
class MonthFacts:
    """What was so in a month and at its end. A month that is not over stands as at `at`, and `so_far` is true.

    `trend` is (month, reports opened, reports ended, requirements open at its end), twelve months, oldest first.
    """

    period: Period
    year: Period
    following: Period
    at: datetime
    so_far: bool
    steps: tuple[Step, ...]
    moves: tuple[Move, ...]
    overdue_reviews: tuple[Step, ...]
    requirements: tuple[Asked, ...]
    cases: tuple[Case, ...]
    overdue: tuple[Case, ...]
    acknowledged: Wait
    read: Wait
    answered: Wait
    told: Wait
    reviews: tuple[Review, ...]
    trend: tuple[tuple[str, int, int, int], ...]

    @property
    def opened(self) -> list[Case]:
        return case_facts.opened(self.cases, self.period)

    @property
    def ended(self) -> list[Case]:
        return case_facts.ended(self.cases, self.period)

    @property
    def open(self) -> list[Case]:
        return case_facts.open_at(self.cases, self.at)


def gather(tx: Tx, period: Period, *, desk: Desk, now: datetime, scope: Scope = EVERYWHERE) -> MonthFacts:
    """Gather a month. What happened after its end is left out, so that the month stays what it was."""
    at = min(period.end, now)
    year = year_to(period)
    history = rating_facts.steps(tx, scope, at=at)
    requirements = requirement_facts.asked(tx, scope, at=at, since=year.start)
    cases = case_facts.cases(tx, scope, since=year.start, until=at)
    in_month = case_facts.opened(cases, period)
    ended = case_facts.ended(cases, period)
    heard = case_facts.heard_back(tx, ended, at=at)
    following = month(f"{period.end.astimezone(period.zone):%Y-%m}", period.zone)
    return MonthFacts(
        period=period, year=year, following=following, at=at, so_far=now < period.end,
        steps=tuple(rating_facts.standing(history)),
        moves=tuple(rating_facts.moves(history, period)),
        overdue_reviews=tuple(rating_facts.overdue_reviews(history, on=at.astimezone(period.zone).date())),
        requirements=tuple(requirements),
        cases=tuple(cases),
        overdue=tuple(case_facts.overdue(tx, cases, at=at)),
        acknowledged=case_facts.acknowledged(in_month),
        read=case_facts.read(in_month, desk),
        answered=case_facts.answered(in_month, desk),
        told=case_facts.told(ended, heard),
        reviews=tuple(reviews(tx, period, following, scope)),
        trend=tuple(_trend(cases, requirements, year, at)),
    )  # fmt: skip


def _trend(cases: list[Case], requirements: list[Asked], year: Period, at: datetime) -> list[tuple[str, int, int, int]]:
    zone = year.zone
    opened = Counter(f"{case.opened_at.astimezone(zone):%Y-%m}" for case in cases)
    ended = Counter(f"{case.closed_at.astimezone(zone):%Y-%m}" for case in cases if case.closed_at)
    found = []
    for each in months_of(year):
        end = min(each.end, at)
        owed = sum(
            row.kind in requirement_facts.CHASED
            and row.opened_at < end
            and (row.closed_at is None or row.closed_at >= end)
            for row in requirements
        )
        found.append((f"{each.start.astimezone(zone):%b %y}", opened[each.key], ended[each.key], owed))
    return found


def reviews(tx: Tx, first: Period, last: Period, scope: Scope) -> list[Review]:
    """Interventions with a date from the first day of one period to the last day of another, oldest first."""
    query = (
        select(
            Intervention.ref, Intervention.kind, Intervention.kind_raw, Session.held_on, Session.state, RegisterPlace
        )
        .join(Session, Session.intervention_id == Intervention.id)
        .outerjoin(RegisterPlace, RegisterPlace.id == Intervention.place_id)
        .where(
            Session.held_on >= first.start.astimezone(first.zone).date(),
            Session.held_on <= last.last_day,
            Session.state != "cancelled",
        )
        .order_by(Session.held_on, Intervention.ref)
    )
    return [
        Review(ref, kind or raw, place, held_on, state)
        for ref, kind, raw, held_on, state, place in tx.execute(query)
        if scope == EVERYWHERE or (place is not None and scope.has_place(place))
    ]
