"""Everything that is known of a place, a trust or a school, gathered for its paper; how it is said is not known here."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.desk import Desk
from tracker.evidence import case_facts, comments, rating_facts, requirement_facts, survey_facts
from tracker.evidence.comments import Counted
from tracker.evidence.conflicts import conflicts
from tracker.evidence.period import Period
from tracker.evidence.rating_facts import Step
from tracker.evidence.reports import Report, reports
from tracker.evidence.requirement_facts import Asked
from tracker.evidence.scope import Scope, Wording
from tracker.evidence.survey_facts import Answer
from tracker.model import Evidence, Intervention, RegisterPlace, Session
from tracker.register import past
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
    """A dated item of evidence: its kind (an id of evidence.toml), its source, and staff's own words."""

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
    cases: tuple[Report, ...]
    answers: tuple[Answer, ...]
    comments: tuple[Counted, ...]
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
    linked = past.linked(tx, ids, before=at)
    cases = case_facts.opened(reports(tx, scope, since=year.start, before=at, linked=linked), year)
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
        tuple(standing), tuple(requirements), tuple(cases), tuple(answers), tuple(comments.counted(tx, scope, at=at)),
        tuple(visits), tuple(_items(tx, ids, at)), found,
    )  # fmt: skip


def _visits(tx: Tx, places: list[int], at: datetime) -> list[Visit]:
    """Dates of reviews and meetings as they stood, the newest first."""
    query = select(Intervention).where(Intervention.place_id.in_(places), Intervention.made_at < at)
    then = past.reviews(tx, before=at)
    found = []
    for row in tx.scalars(query):
        was = then.get(row.id)
        if was is None:
            continue
        days, report = was.sessions, ""
        if was.as_printed:
            printed = select(Session.held_on, Session.state).where(Session.intervention_id == row.id)
            days = dict(tx.execute(printed).all())
            report = f"issued {row.reported_on:%Y-%m-%d}" if row.reported_on else ""
        elif was.reported_on is not None:
            report = f"issued {was.reported_on:%Y-%m-%d}"
        elif was.is_held and row.report_due_on is not None:
            report = f"due {row.report_due_on:%Y-%m-%d}"
        kind = (row.kind or row.kind_raw).replace("_", " ")
        found += [Visit(row.ref, kind, day, state, report) for day, state in days.items() if state != "cancelled"]
    return sorted(found, key=lambda visit: (-visit.held_on.toordinal(), visit.ref))


def _items(tx: Tx, places: list[int], at: datetime) -> list[Item]:
    """Items of evidence, newest first. Those that rest on a case are left out: their words could say whose it is."""
    query = (
        select(Evidence)
        .where(Evidence.place_id.in_(places), Evidence.added_at < at, Evidence.case_id.is_(None))
        .order_by(Evidence.happened_on.desc(), Evidence.id)
    )
    return [Item(f"evidence {row.id}", row.kind, row.happened_on, row.summary, row.source) for row in tx.scalars(query)]
