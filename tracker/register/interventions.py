"""Reviews and meetings from plan to final report: dates, who was asked and who came, outcome; published ones are `reviews`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from tracker import working_days
from tracker.actors import Actor, need
from tracker.desk import Desk
from tracker.errors import NotFound, Refused
from tracker.model import Details, Intervention, Session
from tracker.register import dues, events, places, printed, refs, standards_map
from tracker.register.kinds_of_review import kind_of
from tracker.register.places import Where
from tracker.store import Tx
from tracker.triage.frame import said

FORMS: Final = ("review", "visit", "meeting", "report")
ENDED: Final = ("final", "cancelled")


@dataclass(frozen=True)
class Plan:
    """What is planned: `kind_raw` in any wording, `form` as programme-led monitoring counts it, `dates` of all its sessions."""

    kind_raw: str
    dates: tuple[date, ...]
    where: Where
    form: str = "review"
    plan_year: str = ""
    trigger: str = ""
    panel: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Attendance:
    """A group that was asked to a session, and how many came."""

    group: str
    asked: int | None
    came: int | None


def plan(tx: Tx, wanted: Plan, *, actor: Actor, desk: Desk, now: datetime) -> Intervention:
    """Put a review, visit, meeting or report into the year's plan; the team is reminded before each of its dates."""
    need(actor, "intervene")
    raw = said(wanted.kind_raw, "what kind of review it is", limit=200)
    if wanted.form not in FORMS:
        raise Refused(f"It is one of {', '.join(FORMS)}.")
    if not wanted.dates:
        raise Refused("A plan needs at least one date.")
    place = places.place_for(tx, wanted.where, now=now)
    row = Intervention(
        ref=refs.fresh(tx, "QV", desk.draw),
        place_id=place.id,
        provider=place.provider,
        provider_raw=places.trust_name(place.provider, desk.field),
        site_raw=place.site,
        group_raw=place.programme,
        kind=kind_of(raw, desk.field),
        kind_raw=raw,
        form=wanted.form,
        plan_year=wanted.plan_year or plan_year_of(min(wanted.dates)),
        trigger=wanted.trigger.strip(),
        panel=[each.strip() for each in wanted.panel if each.strip()],
        standards=standards_map.checked(wanted.standards, desk.field),
        note=wanted.note.strip(),
        made_by=actor.name,
        made_at=now,
    )
    tx.add(row)
    tx.flush()
    for day in sorted(set(wanted.dates)):
        tx.add(Session(intervention_id=row.id, held_on=day))
        _remind_before(tx, row, day, desk, now)
    tx.flush()
    _note(tx, row, "planned", actor, now, {"dates": [day.isoformat() for day in sorted(wanted.dates)]})
    return row


def hold(
    tx: Tx,
    ref: str,
    held_on: date,
    attendance: Sequence[Attendance] = (),
    note: str = "",
    until: date | None = None,
    *,
    actor: Actor,
    desk: Desk,
    now: datetime,
) -> Intervention:
    """Note that a session took place and who came. With the last one the clock of the report begins.

    An empty room is a finding: `came` 0 is kept, and None means that nobody counted.
    """
    row = _open(tx, ref, actor)
    if held_on > _today(now, desk):
        raise Refused("A session that is still to come was not held.")
    if until is not None and until < held_on:
        raise Refused("A session cannot end before it begins.")
    for each in attendance:
        if (each.asked is not None and each.asked < 0) or (each.came is not None and each.came < 0):
            raise Refused("A number of people cannot be less than nothing.")
    session = _session(tx, row, held_on)
    session.state, session.until, session.note = "held", until, note.strip()
    session.attendance = _counted(attendance)
    tx.flush()
    dues.settle(tx, "intervention", row.id, why="it took place", now=now, kinds=[f"visit_soon {held_on.isoformat()}"])
    _if_all_held(tx, row, desk, now)
    _note(tx, row, "held", actor, now, {"on": held_on.isoformat(), "attendance": session.attendance})
    return row


def move_session(
    tx: Tx, ref: str, old: date, new: date | None, reason: str, *, actor: Actor, desk: Desk, now: datetime
) -> Intervention:
    """Move a planned session to another day, or take it off the plan (`new` None)."""
    row = _open(tx, ref, actor)
    reason = said(reason, "the reason", limit=2000)
    found = next((each for each in sessions(tx, row.id) if each.held_on == old and each.state == "planned"), None)
    if found is None:
        raise Refused(f"{row.ref} has no planned session on {old:%d %B %Y}.")
    found.state = "cancelled"
    dues.settle(tx, "intervention", row.id, why="moved", now=now, kinds=[f"visit_soon {old.isoformat()}"])
    if new is not None:
        session = _session(tx, row, new)
        session.state = "planned"
        _remind_before(tx, row, new, desk, now)
    tx.flush()
    _if_all_held(tx, row, desk, now)
    detail = {"from": old.isoformat(), "to": new.isoformat() if new else "", "reason": reason}
    _note(tx, row, "moved", actor, now, detail)
    return row


def draft(tx: Tx, ref: str, drafted_on: date, *, actor: Actor, desk: Desk, now: datetime) -> Intervention:
    """Note that the report went out as a draft, to be checked for facts."""
    row = _open(tx, ref, actor)
    if row.state not in {"held", "draft"}:
        raise Refused(f"{row.ref} is {row.state}; a report is drafted after its sessions were held.")
    _not_to_come(drafted_on, now, desk)
    row.state, row.drafted_on = "draft", drafted_on
    _note(tx, row, "drafted", actor, now, {"on": drafted_on.isoformat()})
    return row


def finish(
    tx: Tx, ref: str, reported_on: date, outcome: str, *, actor: Actor, desk: Desk, now: datetime
) -> Intervention:
    """Note that the final report was issued, and what came of the review."""
    row = _open(tx, ref, actor)
    if row.state not in {"held", "draft"}:
        raise Refused(f"{row.ref} is {row.state}; a report is issued after its sessions were held.")
    _not_to_come(reported_on, now, desk)
    held = [each.held_on for each in sessions(tx, row.id) if each.state == "held"]
    if held and reported_on < max(held):
        raise Refused("The report cannot be older than the last session.")
    row.state, row.reported_on, row.outcome = "final", reported_on, said(outcome, "the outcome", limit=4000)
    dues.settle(tx, "intervention", row.id, why="the report was issued", now=now)
    _note(tx, row, "finished", actor, now, {"on": reported_on.isoformat(), "outcome": row.outcome})
    return row


def cancel(tx: Tx, ref: str, reason: str, *, actor: Actor, desk: Desk, now: datetime) -> Intervention:  # noqa: ARG001
    """Take it off the plan, with the reason."""
    row = _open(tx, ref, actor)
    reason = said(reason, "the reason", limit=2000)
    row.state = "cancelled"
    for each in sessions(tx, row.id):
        if each.state == "planned":
            each.state = "cancelled"
    dues.settle(tx, "intervention", row.id, why="it was cancelled", now=now)
    _note(tx, row, "cancelled", actor, now, {"reason": reason})
    return row


def find(tx: Tx, ref: str, *, lock: bool = False) -> Intervention:
    """The intervention of a reference, however it was typed. Raises NotFound."""
    query = select(Intervention).where(Intervention.ref == (refs.normal(ref, "QV") or ""))
    row = tx.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if row is None:
        raise NotFound("There is no such intervention; `qualitydesk intervention list` shows those there are.")
    return row


def sessions(tx: Tx, intervention_id: int) -> Sequence[Session]:
    """Its dates, in order."""
    return tx.scalars(select(Session).where(Session.intervention_id == intervention_id).order_by(Session.held_on)).all()


def plan_year_of(day: date) -> str:
    """The training year of a day, August to July, as `2026/27`."""
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}/{(first + 1) % 100:02}"


def _open(tx: Tx, ref: str, actor: Actor) -> Intervention:
    need(actor, "intervene")
    row = find(tx, ref, lock=True)
    if row.state in ENDED:
        raise Refused(f"{row.ref} is {row.state}; nothing more happens to it.")
    return row


def _session(tx: Tx, row: Intervention, day: date) -> Session:
    found = next((each for each in sessions(tx, row.id) if each.held_on == day), None)
    if found is None:
        found = Session(intervention_id=row.id, held_on=day)
        tx.add(found)
    return found


def _if_all_held(tx: Tx, row: Intervention, desk: Desk, now: datetime) -> None:
    """With the last session the intervention is held, and its report falls due."""
    found = sessions(tx, row.id)
    held = [each.until or each.held_on for each in found if each.state == "held"]
    if row.state != "planned" or not held or any(each.state == "planned" for each in found):
        return
    row.state = "held"
    due = working_days.due(
        desk.register.report_within, dues.closing_of(max(held), desk.hours), desk.hours, since="Last session"
    )
    row.report_due_on, row.report_due_why = due.at.astimezone(desk.hours.zone).date(), due.why
    dues.plan_at(tx, "intervention", row.id, "report", due.at, due.why, now=now)


def _remind_before(tx: Tx, row: Intervention, day: date, desk: Desk, now: datetime) -> None:
    at = dues.before(dues.closing_of(day, desk.hours), desk.register.visit_soon, desk.hours)
    if at > now:
        why = f"{desk.register.visit_soon} working days before {working_days.written_day(day, desk.hours)}."
        dues.plan_at(tx, "intervention", row.id, f"visit_soon {day.isoformat()}", at, why, now=now)


def _counted(attendance: Sequence[Attendance]) -> Details:
    return [{"group": each.group.strip(), "asked": each.asked, "came": each.came} for each in attendance]


def _not_to_come(day: date, now: datetime, desk: Desk) -> None:
    found = printed.warnings((), day, today=_today(now, desk))
    if found:
        raise Refused(" ".join(found))


def _today(now: datetime, desk: Desk) -> date:
    return now.astimezone(desk.hours.zone).date()


def _note(tx: Tx, row: Intervention, kind: str, actor: Actor, now: datetime, detail: dict[str, Any]) -> None:
    events.note(tx, "intervention", row.id, kind, place_id=row.place_id, actor=actor.name, now=now, detail=detail)
