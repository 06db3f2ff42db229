"""Issuing requirements and sending them to the provider, each with a case of its own to write in; answers are `assessing`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from tracker import diary, lifecycle
from tracker.actors import Actor, need
from tracker.desk import Desk
from tracker.errors import NotFound, Refused
from tracker.finding import locked
from tracker.model import Case, RegisterEvent, RegisterPlace, Requirement
from tracker.opening import open_by_staff
from tracker.register import chasing, due_dates, events, interventions, places, refs, standards_map
from tracker.register.due_dates import KINDS
from tracker.register.places import Where
from tracker.store import Tx
from tracker.submission import Reading
from tracker.triage.frame import begin, finish, said
from tracker.triage.telling import keeps_secret, tell_provider
from tracker.working_days import written_day, written_time

STATES: Final = (
    "open",
    "evidence_received",
    "evidence_insufficient",
    "extended",
    "closed",
    "closed_with_conditions",
    "superseded",
)
AWAITS_PROVIDER: Final = ("open", "evidence_insufficient", "extended")
ENDED: Final = ("closed", "closed_with_conditions", "superseded")
FORCEFUL: Final = ("IMR", "MR")
BECAME: Final = "became_"
"""What the kind of an event begins with that changed a requirement's state."""


@dataclass(frozen=True)
class Order:
    """What is asked of a provider. `due` as `due_dates.due_for` reads it, `contact` PROVIDER/ROLE of `[[contact]]`."""

    kind: str
    finding: str
    action: str = ""
    evidence_wanted: str = ""
    standards: tuple[str, ...] = ()
    affected_group: tuple[str, ...] = ()
    owner_role: str = ""
    contact: str = ""
    due: str = ""
    intervention: str = ""
    from_case: str = ""
    their_ref: str = ""


def issue(tx: Tx, where: Where, order: Order, *, actor: Actor, desk: Desk, now: datetime) -> Requirement:
    """Put a requirement, recommendation or good practice on the register. Nothing is sent; `send` does that.

    One that is due has a case of its own, in which we write with the provider and where answers come in: nothing of the
    concern it grew out of can reach the provider by that way. Raises Refused, NotAllowed.
    """
    need(actor, "require")
    if order.kind not in KINDS:
        raise Refused(f"A requirement is one of {', '.join(KINDS)}.")
    finding = said(order.finding, "what was found", limit=8000)
    action = (
        said(order.action, "what the provider must do", limit=8000) if order.kind in FORCEFUL else order.action.strip()
    )
    if not where.provider:
        raise Refused("A requirement is of one provider; the wider system cannot answer.")
    contact = _contact(order.contact, where, desk)
    due = due_dates.due_for(order.kind, order.due, now, desk.hours, desk.register)
    place = places.place_for(tx, where, now=now)
    review = interventions.find(tx, order.intervention) if order.intervention else None
    row = Requirement(
        ref=refs.fresh(tx, "QR", desk.draw),
        kind=order.kind,
        place_id=place.id,
        intervention_id=review.id if review else None,
        standards=standards_map.checked(order.standards, desk.field),
        affected_group=list(order.affected_group),
        finding=finding,
        action=action,
        evidence_wanted=order.evidence_wanted.strip(),
        owner_role=order.owner_role.strip() or contact.partition("/")[2],
        contact=contact,
        their_ref=order.their_ref.strip(),
        due_at=due.at if due else None,
        due_why=due.why if due else "",
        opened_by=actor.name,
        opened_at=now,
    )
    if order.from_case:
        case = begin(tx, order.from_case, "require", actor=actor, seen=None, desk=desk)
        keeps_secret(tx, case, "\n".join((finding, action, row.evidence_wanted)))
        row.from_case_id = case.id
        detail = {"requirement": row.ref, "kind": row.kind}
        finish(tx, case, "requirement_issued", actor=actor, desk=desk, now=now, detail=detail)
    tx.add(row)
    tx.flush()
    if due is not None:
        row.case_id = _conversation(tx, row, place, actor, desk, now).id
    became(tx, row, "open", actor=actor.name, now=now, detail={"kind": row.kind, "due": row.due_why})
    chasing.plan(tx, row, desk=desk, now=now)
    return row


def send(tx: Tx, ref: str, *, actor: Actor, desk: Desk, now: datetime) -> Requirement:
    """Write it to the provider's contact. The letter waits `desk.undo_seconds`, so that it can be taken back.

    Raises Refused where there is no contact, where nothing is due, or where the words could tell who wrote to us.
    """
    row = open_one(tx, ref, actor)
    if not row.contact or row.case_id is None or row.due_at is None:
        raise Refused(f"{row.ref} names no contact of the provider; `qualitydesk requirement change {row.ref} contact=…`."
                      if row.case_id else f"{row.ref} has no due date, so there is nothing to be answered.")  # fmt: skip
    text = letter_words(row, desk)
    if row.from_case_id is not None:
        keeps_secret(tx, tx.get_one(Case, row.from_case_id), text)
    case = tx.get_one(Case, row.case_id)
    tell_provider(tx, case.ref, row.contact, text, actor=actor, seen=None, desk=desk, now=now)
    # The requirement has a due date of its own, so the case does not wait as for an ordinary question.
    detail = {"requirement": row.ref}
    lifecycle.move(tx, case, "action_plan", actor=actor.name, kind="status_changed", now=now, detail=detail)
    diary.replan(tx, case, desk=desk, now=now)
    note(tx, row, "sent", actor=actor.name, now=now, detail={"contact": row.contact})
    return row


def letter_words(row: Requirement, desk: Desk) -> str:
    """The requirement as the provider reads it, in plain text."""
    names = {outcome.id: outcome.name for outcome in desk.field.interventions.outcomes}
    assert row.due_at is not None, "only what is due is sent"
    due = f"{written_day(row.due_at, desk.hours)} at {written_time(row.due_at, desk.hours)}"
    titles = [f"{each}: {standards_map.title_of(each, desk.field)}" for each in row.standards]
    parts = [
        f"{names.get(row.kind, row.kind)} {row.ref}",
        f"What we found: {row.finding}",
        f"What we ask you to do: {row.action}" if row.action else "",
        f"What we would like to see: {row.evidence_wanted}" if row.evidence_wanted else "",
        "Standards (in short, not in their official wording): " + "; ".join(titles) if titles else "",
        f"Please answer by {due}.",
        f"Your own reference: {row.their_ref}" if row.their_ref else "",
    ]
    return "\n\n".join(part for part in parts if part)


def find(tx: Tx, ref: str, *, lock: bool = False) -> Requirement:
    """The requirement of a reference, however it was typed. Raises NotFound."""
    query = select(Requirement).where(Requirement.ref == (refs.normal(ref, "QR") or ""))
    row = tx.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if row is None:
        raise NotFound("There is no such requirement; `qualitydesk requirement list` shows those there are.")
    return row


def open_one(tx: Tx, ref: str, actor: Actor) -> Requirement:
    """The requirement, locked, for somebody with the right. Raises Refused where it has ended."""
    row = locked_one(tx, ref, actor)
    if row.state in ENDED:
        raise Refused(f"{row.ref} is {row.state.replace('_', ' ')}; reopen it first.")
    return row


def locked_one(tx: Tx, ref: str, actor: Actor) -> Requirement:
    """The requirement and its case, locked, for somebody with the right. The case first, as a mail that comes in does."""
    need(actor, "require")
    row = find(tx, ref)
    if row.case_id is not None:
        locked(tx, row.case_id)
    return find(tx, ref, lock=True)


def became(
    tx: Tx, row: Requirement, state: str, *, actor: str, now: datetime, detail: Mapping[str, Any]
) -> Requirement:
    """Move it to a state, with a line in its history. The only place that writes the state."""
    assert state in STATES
    before, row.state = row.state, state
    known = {"from": before, "to": state, "due_at": row.due_at.isoformat() if row.due_at else ""}
    note(tx, row, f"{BECAME}{state}", actor=actor, now=now, detail=dict(detail) | known)
    return row


def note(tx: Tx, row: Requirement, kind: str, *, actor: str, now: datetime, detail: dict[str, Any]) -> None:
    """A line in its history."""
    events.note(tx, "requirement", row.id, kind, place_id=row.place_id, actor=actor, now=now, detail=detail)


@dataclass(frozen=True)
class Stood:
    """How a requirement stood at a moment: its state, since when, and when it was due then."""

    state: str
    since: datetime
    due_at: datetime | None


def stood(tx: Tx, *, at: datetime) -> dict[int, Stood]:
    """How every requirement stood at that moment, by its id, read off the history; what was issued later is not there."""
    ranked = (
        select(
            RegisterEvent.id,
            func.row_number()
            .over(partition_by=RegisterEvent.subject_id, order_by=(RegisterEvent.at.desc(), RegisterEvent.id.desc()))
            .label("place_in_line"),
        )
        .where(
            RegisterEvent.subject == "requirement",
            RegisterEvent.kind.startswith(BECAME, autoescape=True),
            RegisterEvent.at <= at,
        )
        .subquery()
    )
    columns = (RegisterEvent.subject_id, RegisterEvent.kind, RegisterEvent.at, RegisterEvent.detail)
    newest = select(*columns).join(ranked, ranked.c.id == RegisterEvent.id).where(ranked.c.place_in_line == 1)
    return {
        subject_id: Stood(
            kind.removeprefix(BECAME), since, datetime.fromisoformat(detail["due_at"]) if detail["due_at"] else None
        )
        for subject_id, kind, since, detail in tx.execute(newest)
    }


def states(tx: Tx, *, at: datetime) -> dict[int, str]:
    """The state of every requirement at that moment, by its id."""
    return {subject_id: each.state for subject_id, each in stood(tx, at=at).items()}


def _contact(chosen: str, where: Where, desk: Desk) -> str:
    if not chosen:
        return ""
    keys = [contact.key for contact in desk.contacts if contact.provider == where.provider]
    if chosen not in keys:
        raise Refused(f"{chosen[:80]} is no contact of {where.provider}; there are: {', '.join(keys) or 'none'}.")
    return chosen


def _conversation(tx: Tx, row: Requirement, place: RegisterPlace, actor: Actor, desk: Desk, now: datetime) -> Case:
    reading = Reading(
        opens_case=True,
        kind="requirement_response",
        provider=(place.provider,),
        site=(place.site,) if place.site else (),
        specialty=(place.programme,) if place.programme else (),
        affected_group=tuple(row.affected_group),
        standards=tuple(row.standards),
        acknowledgement="none",
        summary=f"{row.kind} {row.ref} on {places.label(place, desk.field)}",
        reader="staff",
    )
    case = open_by_staff(tx, reading, actor=actor.name, detail={"requirement": row.ref}, desk=desk, now=now)
    lifecycle.move(
        tx, case, "action_plan", actor=actor.name, kind="status_changed", now=now, detail={"requirement": row.ref}
    )
    diary.replan(tx, case, desk=desk, now=now)
    return case
