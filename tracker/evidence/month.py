"""Everything that the monthly committee paper speaks of, gathered in a few queries; how it is said is not known here."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.desk import Desk, PromiseRule
from tracker.evidence import case_facts, rating_facts, requirement_facts
from tracker.evidence.case_facts import Wait
from tracker.evidence.period import Period, month, months_of, year_to
from tracker.evidence.rating_facts import Move, Step
from tracker.evidence.reports import Report, reports
from tracker.evidence.requirement_facts import Asked
from tracker.evidence.scope import EVERYWHERE, Scope
from tracker.model import Intervention, RegisterPlace, Session
from tracker.register import past
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
    cases: tuple[Report, ...]
    overdue: tuple[Report, ...]
    acknowledged: Wait
    read: Wait
    answered: Wait
    told: Wait
    promises: Mapping[str, PromiseRule]
    reviews: tuple[Review, ...]
    trend: tuple[tuple[str, int, int, int], ...]

    @property
    def opened(self) -> list[Report]:
        return case_facts.opened(self.cases, self.period)

    @property
    def ended(self) -> list[Report]:
        return case_facts.ended(self.cases, self.period)

    @property
    def open(self) -> list[Report]:
        return case_facts.open_at(self.cases, self.at)


def gather(tx: Tx, period: Period, *, desk: Desk, now: datetime, scope: Scope = EVERYWHERE) -> MonthFacts:
    """Gather a month. What happened after its end is left out, so that the month stays what it was."""
    at = min(period.end, now)
    year = year_to(period)
    history = rating_facts.steps(tx, scope, at=at)
    requirements = requirement_facts.asked(tx, scope, at=at, since=year.start)
    cases = reports(tx, scope, since=year.start, before=at)
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
        overdue=tuple(case_facts.overdue(tx, cases, at=at, desk=desk)),
        acknowledged=case_facts.acknowledged(in_month, desk),
        read=case_facts.read(in_month, desk),
        answered=case_facts.answered(in_month, desk),
        told=case_facts.told(ended, heard),
        promises=dict(desk.promises) | {"acknowledged": case_facts.acknowledging(desk)},
        reviews=tuple(reviews(tx, period, following, scope, before=at)),
        trend=tuple(_trend(cases, requirements, year, at)),
    )  # fmt: skip


def _trend(
    cases: list[Report], requirements: list[Asked], year: Period, at: datetime
) -> list[tuple[str, int, int, int]]:
    zone = year.zone
    opened = Counter(f"{case.opened_at.astimezone(zone):%Y-%m}" for case in cases)
    ended = Counter(f"{case.closed_at.astimezone(zone):%Y-%m}" for case in cases if case.closed_at)
    found = []
    for each in months_of(year):
        end = min(each.end, at)
        owed = sum(row.was_open(end) for row in requirements)
        found.append((f"{each.start.astimezone(zone):%b %y}", opened[each.key], ended[each.key], owed))
    return found


def reviews(tx: Tx, first: Period, last: Period, scope: Scope, *, before: datetime) -> list[Review]:
    """Interventions with a date from the first day of one period to the last day of another, as they stood, oldest first."""
    begins, ends = first.start.astimezone(first.zone).date(), last.last_day
    rows = select(Intervention.id, Intervention.ref, Intervention.kind, Intervention.kind_raw, RegisterPlace).outerjoin(
        RegisterPlace, RegisterPlace.id == Intervention.place_id
    )
    then = past.reviews(tx, before=before)
    printed = _printed(tx, begins, ends)
    found = []
    for number, ref, kind, raw, place in tx.execute(rows):
        if number in then and (scope == EVERYWHERE or (place is not None and scope.has_place(place))):
            days = printed.get(number, {}) if then[number].as_printed else then[number].sessions
            found += [
                Review(ref, kind or raw, place, day, state)
                for day, state in days.items()
                if begins <= day <= ends and state != "cancelled"
            ]
    return sorted(found, key=lambda review: (review.held_on, review.ref))


def _printed(tx: Tx, begins: date, ends: date) -> dict[int, dict[date, str]]:
    """The dates of interventions in a span of days, by the intervention's id."""
    found: dict[int, dict[date, str]] = {}
    query = select(Session.intervention_id, Session.held_on, Session.state)
    for number, day, state in tx.execute(query.where(Session.held_on >= begins, Session.held_on <= ends)):
        found.setdefault(number, {})[day] = state
    return found
