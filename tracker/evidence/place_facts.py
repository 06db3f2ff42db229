"""Everything that is known of a place, a trust or a school, gathered for its paper; how it is said is not known here."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.desk import Desk
from tracker.evidence import case_facts, rating_facts, requirement_facts, survey_facts
from tracker.evidence.conflicts import conflicts
from tracker.evidence.period import Period
from tracker.evidence.rating_facts import Step
from tracker.evidence.requirement_facts import Asked
from tracker.evidence.scope import Scope, Wording
from tracker.evidence.survey_facts import Answer
from tracker.model import Case, Evidence, Intervention, PlaceCase, RegisterPlace, Session
from tracker.store import Tx


@dataclass(frozen=True)
class Visit:
    """A date of an intervention, with how its report stands."""

    ref: str
    kind: str
    held_on: date
    state: str
    report: str


@dataclass(frozen=True)
class Item:
    """A dated item of evidence: its kind, its source, and staff's own words."""

    ref: str
    kind: str
    happened_on: date
    summary: str
    source: str


@dataclass(frozen=True)
class PlaceFacts:
    """A scope's whole story up to `at`. `year` is the twelve months in which reports are counted."""

    scope: Scope
    at: datetime
    year: Period
    history: tuple[Step, ...]
    standing: tuple[Step, ...]
    requirements: tuple[Asked, ...]
    cases: tuple[Case, ...]
    answers: tuple[Answer, ...]
    visits: tuple[Visit, ...]
    items: tuple[Item, ...]
    conflicts: tuple[str, ...]


def gather(
    tx: Tx, scope: Scope, year: Period, *, desk: Desk, at: datetime, at_least: int, one_place: bool
) -> PlaceFacts:
    """Gather what is known. For `one_place` what does not fit together is asked too: it needs one rating to ask about."""
    steps = rating_facts.steps(tx, scope, at=at)
    requirements = requirement_facts.asked(tx, scope, at=at)
    ids = [place.id for place in tx.scalars(select(RegisterPlace)) if scope.has_place(place)]
    linked = select(PlaceCase.case_id).where(PlaceCase.place_id.in_(ids), PlaceCase.removed_at.is_(None))
    reports = case_facts.cases(tx, scope, since=year.start, until=at, linked=frozenset(tx.scalars(linked)))
    cases = case_facts.opened(reports, year)
    answers = survey_facts.answers(tx, scope, at=at)
    visits = _visits(tx, ids, at)
    standing = rating_facts.standing(steps)
    today = at.astimezone(year.zone).date()
    themes = desk.field.routing.themes
    say = Wording(desk.field)
    found: tuple[str, ...] = ()
    if one_place:
        found = conflicts(
            level=standing[0].level if standing else None,
            answers=answers,
            cases=cases,
            requirements=requirements,
            planned=sum(visit.held_on > today for visit in visits),
            themes=themes,
            theme_words={theme.id: say.theme(theme.id) for theme in themes},
            at_least=at_least,
        )
    return PlaceFacts(
        scope, at, year,
        tuple(step for each in steps.values() for step in each),
        tuple(standing), tuple(requirements), tuple(cases), tuple(answers), tuple(visits), tuple(_items(tx, ids, at)), found,
    )  # fmt: skip


def _visits(tx: Tx, places: list[int], at: datetime) -> list[Visit]:
    query = (
        select(
            Intervention.ref, Intervention.kind, Intervention.kind_raw, Session.held_on, Session.state,
            Intervention.report_due_on, Intervention.reported_on,
        )
        .join(Session, Session.intervention_id == Intervention.id)
        .where(Intervention.place_id.in_(places), Intervention.made_at < at, Session.state != "cancelled")
        .order_by(Session.held_on.desc(), Intervention.ref)
    )  # fmt: skip
    return [
        Visit(
            ref, (kind or raw).replace("_", " "), held_on, state,
            f"issued {reported_on:%Y-%m-%d}" if reported_on else f"due {due_on:%Y-%m-%d}" if due_on else "",
        )
        for ref, kind, raw, held_on, state, due_on, reported_on in tx.execute(query)
    ]  # fmt: skip


def _items(tx: Tx, places: list[int], at: datetime) -> list[Item]:
    """Items of evidence, newest first. Those that rest on a case are left out: their words could say whose it is."""
    query = (
        select(Evidence)
        .where(Evidence.place_id.in_(places), Evidence.added_at < at, Evidence.case_id.is_(None))
        .order_by(Evidence.happened_on.desc(), Evidence.id)
    )
    return [
        Item(f"evidence {row.id}", row.kind.replace("_", " "), row.happened_on, row.summary, row.source)
        for row in tx.scalars(query)
    ]
