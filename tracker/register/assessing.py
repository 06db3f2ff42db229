"""What becomes of a requirement after it was issued: answers, assessment, more time, closing; sending it is elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from tracker import diary, lifecycle
from tracker.actors import Actor, need
from tracker.desk import Desk
from tracker.errors import NotFound, Refused
from tracker.model import Case, RegisterPlace, Requirement, Response
from tracker.register import chasing, due_dates, dues
from tracker.register.requirements import AWAITS_PROVIDER, ENDED, became, find, locked_one, note, open_one
from tracker.store import Tx
from tracker.triage.frame import said

BY_HAND: Final = "by_hand"
_CHANGEABLE: Final = ("their_ref", "owner_role", "contact", "evidence_wanted")


def respond(tx: Tx, ref: str, summary: str, *, actor: Actor, desk: Desk, now: datetime) -> Requirement:
    """Note an answer that came by telephone, at a meeting or on paper, in staff's own words."""
    row = open_one(tx, ref, actor)
    summary = said(summary, "what they answered", limit=8000)
    tx.add(Response(requirement_id=row.id, how=BY_HAND, taken=True, summary=summary, entered_by=actor.name, at=now))
    answered(tx, row, how=BY_HAND, actor=actor.name, desk=desk, now=now)
    return row


def take_response(tx: Tx, response_id: int, *, actor: Actor, desk: Desk, now: datetime) -> Requirement:
    """Say that a message which was only offered is an answer to its requirement."""
    need(actor, "require")
    response = tx.get(Response, response_id)
    if response is None:
        raise NotFound(f"There is no response {response_id}.")
    row = locked_one(tx, tx.get_one(Requirement, response.requirement_id).ref, actor)
    if response.taken:
        raise Refused(f"Response {response_id} counts already.")
    response.taken, response.entered_by = True, actor.name
    answered(tx, row, how=response.how, actor=actor.name, desk=desk, now=now)
    return row


def answered(tx: Tx, row: Requirement, *, how: str, actor: str, desk: Desk, now: datetime) -> None:
    """An answer counts: while one was awaited the requirement has evidence to assess, else the history says that more came."""
    if row.state in AWAITS_PROVIDER:
        became(tx, row, "evidence_received", actor=actor, now=now, detail={"how": how})
        chasing.plan(tx, row, desk=desk, now=now)
    else:
        note(tx, row, "answered", actor=actor, now=now, detail={"how": how})


def assess(
    tx: Tx, ref: str, words: str, *, sufficient: bool, due: str = "", actor: Actor, desk: Desk, now: datetime
) -> Requirement:
    """Judge what the provider sent. Insufficient evidence awaits more, by a new day if one is given, else at once.

    Sufficient evidence closes nothing by itself: `close` does, with a person's reason.
    """
    row = open_one(tx, ref, actor)
    row.assessment = said(words, "the assessment", limit=8000)
    if row.state != "evidence_received":
        raise Refused(f"{row.ref} is {row.state.replace('_', ' ')}; there is no answer to assess.")
    if sufficient:
        if due:
            raise Refused("Sufficient evidence awaits nothing more, so it has no new due date.")
        note(tx, row, "assessed", actor=actor.name, now=now, detail={"sufficient": True})
        dues.settle(tx, "requirement", row.id, why="it was assessed", now=now, kinds=["assess"])
        return row
    if due:
        _due_again(row, due, desk, now)
    became(tx, row, "evidence_insufficient", actor=actor.name, now=now, detail={"due": row.due_why})
    chasing.plan(tx, row, desk=desk, now=now)
    return row


def extend(tx: Tx, ref: str, due: str, reason: str, *, actor: Actor, desk: Desk, now: datetime) -> Requirement:
    """Give more time, with the reason. Raises Refused where the new day is not later, or an answer is there already."""
    row = open_one(tx, ref, actor)
    reason = said(reason, "the reason", limit=2000)
    if row.state not in AWAITS_PROVIDER:
        raise Refused(f"{row.ref} is {row.state.replace('_', ' ')}; assess what came before giving more time.")
    before = row.due_at
    if before is None:
        raise Refused(f"{row.ref} is not due, so it cannot be extended.")
    _due_again(row, due, desk, now)
    if row.due_at is None or row.due_at <= before:
        raise Refused("More time means a later day than now.")
    detail = {"reason": reason, "was_due": before.isoformat(), "due": row.due_why}
    became(tx, row, "extended", actor=actor.name, now=now, detail=detail)
    chasing.plan(tx, row, desk=desk, now=now)
    return row


def close(
    tx: Tx,
    ref: str,
    reason: str,
    *,
    conditions: Sequence[str] = (),
    look_again_on: date | None = None,
    actor: Actor,
    desk: Desk,
    now: datetime,
) -> Requirement:
    """Close it, with what was found; with conditions, and a day on which they are looked at, where it closes on them."""
    row = open_one(tx, ref, actor)
    reason = said(reason, "what was found", limit=8000)
    row.conditions = [each.strip() for each in conditions if each.strip()]
    if look_again_on is not None and not row.conditions:
        raise Refused("Only conditions are looked at again; name them.")
    row.assessment = reason
    state = "closed_with_conditions" if row.conditions else "closed"
    detail = {"reason": reason, "conditions": row.conditions}
    _end(tx, row, state, detail, actor=actor, desk=desk, now=now)
    if look_again_on is not None:
        if dues.closing_of(look_again_on, desk.hours) <= now:
            raise Refused("The day on which the conditions are looked at is past.")
        why = f"Closed with conditions: {'; '.join(row.conditions)}"
        dues.plan_on(tx, "requirement", row.id, "conditions", look_again_on, why, desk=desk, now=now)
    return row


def supersede(tx: Tx, ref: str, by: str, reason: str, *, actor: Actor, desk: Desk, now: datetime) -> Requirement:
    """Let another requirement of the same provider take its place, as an IMR becomes an MR."""
    row = open_one(tx, ref, actor)
    other = find(tx, by)
    if other.id == row.id or other.state in ENDED:
        raise Refused(f"{other.ref} cannot take its place: it is {'the same' if other.id == row.id else 'ended'}.")
    if _provider_of(tx, other) != _provider_of(tx, row):
        raise Refused(f"{other.ref} is another provider's.")
    row.superseded_by_id = other.id
    detail = {"by": other.ref, "reason": said(reason, "the reason", limit=2000)}
    _end(tx, row, "superseded", detail, actor=actor, desk=desk, now=now)
    return row


def reopen(tx: Tx, ref: str, due: str, reason: str, *, actor: Actor, desk: Desk, now: datetime) -> Requirement:
    """Await the provider again, by a new day: closed too early, or a condition was not kept."""
    row = locked_one(tx, ref, actor)
    if row.state not in ENDED or row.state == "superseded":
        raise Refused(f"{row.ref} is {row.state.replace('_', ' ')}; it cannot be reopened.")
    if not due.strip() and row.kind != "GP":
        raise Refused("Say by when it is now due.")
    detail = {"reason": said(reason, "the reason", limit=2000)}
    _due_again(row, due, desk, now)
    row.closed_at = row.closed_by = None
    dues.settle(tx, "requirement", row.id, why="it was reopened", now=now)
    became(tx, row, "open", actor=actor.name, now=now, detail=detail)
    case = tx.get(Case, row.case_id) if row.case_id else None
    if case is not None and not lifecycle.is_open(case):
        lifecycle.move(tx, case, "triaged", actor=actor.name, kind="reopened", now=now, detail={"requirement": row.ref})
        diary.replan(tx, case, desk=desk, now=now)
    chasing.plan(tx, row, desk=desk, now=now)
    return row


def change(tx: Tx, ref: str, values: Mapping[str, str], *, actor: Actor, desk: Desk, now: datetime) -> Requirement:
    """Put right what is known of it: their_ref, owner_role, contact, evidence_wanted."""
    row = open_one(tx, ref, actor)
    for name, value in values.items():
        if name not in _CHANGEABLE:
            raise Refused(f"{name[:40]} cannot be changed; these can: {', '.join(_CHANGEABLE)}.")
        if name == "contact" and value and value not in _contacts_beside(row, tx, desk):
            raise Refused(f"{value[:80]} is no contact of this provider.")
        setattr(row, name, value.strip())
    note(tx, row, "changed", actor=actor.name, now=now, detail={"fields": sorted(values)})
    return row


def responses(tx: Tx, requirement_id: int) -> Sequence[Response]:
    """What was answered and what was offered, oldest first."""
    return tx.scalars(select(Response).where(Response.requirement_id == requirement_id).order_by(Response.id)).all()


def _contacts_beside(row: Requirement, tx: Tx, desk: Desk) -> list[str]:
    provider = _provider_of(tx, row)
    return [contact.key for contact in desk.contacts if contact.provider == provider]


def _provider_of(tx: Tx, row: Requirement) -> str:
    return tx.get_one(RegisterPlace, row.place_id).provider


def _due_again(row: Requirement, due: str, desk: Desk, now: datetime) -> None:
    found = due_dates.due_for(row.kind, said(due, "the new due date", limit=60), now, desk.hours, desk.register)
    assert found is not None, "a due date was given"
    row.due_at, row.due_why = found.at, found.why


def _end(
    tx: Tx, row: Requirement, state: str, detail: Mapping[str, object], *, actor: Actor, desk: Desk, now: datetime
) -> None:
    row.closed_at, row.closed_by = now, actor.name
    became(tx, row, state, actor=actor.name, now=now, detail=detail)
    dues.settle(tx, "requirement", row.id, why=f"it is {state.replace('_', ' ')}", now=now)
    case = tx.get(Case, row.case_id) if row.case_id else None
    if case is not None and lifecycle.is_open(case):
        case.outcome = f"{row.ref} is {state.replace('_', ' ')}."
        lifecycle.move(tx, case, "closed", actor=actor.name, kind="resolved", now=now, detail={"requirement": row.ref})
        diary.replan(tx, case, desk=desk, now=now)
