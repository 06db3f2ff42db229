"""What staff do to a case among themselves: take, assign, move on, note, link, correct, exclude; nothing here leaves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select

from tracker import cards, lifecycle, policy
from tracker.actors import Actor, admit
from tracker.desk import Desk
from tracker.errors import NotAllowed, Refused
from tracker.history import record
from tracker.model import Case, CaseLink, Exclusion, Message
from tracker.raising import read_again
from tracker.store import Tx
from tracker.triage.correcting import checked, standards_of
from tracker.triage.frame import begin, finish, said

ROUTED_BY: Final = frozenset({"kind", "urgency", "red_flags", "themes", "specialty", "provider", "affected_group"})


def take(tx: Tx, ref: str, *, actor: Actor, seen: int | None, desk: Desk, now: datetime) -> Case:
    """Make the case one's own; a new case becomes triaged. Refused where somebody has it: that is what assign is for."""
    case = begin(tx, ref, "take", actor=actor, seen=seen, desk=desk)
    _open_only(case)
    if case.owner in actor.known_as():
        raise Refused(f"{case.ref} is yours already.")
    if case.owner is not None:
        raise Refused(f"{case.owner} has {case.ref}; assign it if it should change hands.")
    case.owner = actor.name
    return finish(tx, case, "taken", actor=actor, desk=desk, now=now, to=_triaged(case))


def assign(
    tx: Tx,
    ref: str,
    to: str,
    *,
    holder: Actor | None = None,
    actor: Actor,
    seen: int | None,
    desk: Desk,
    now: datetime,
) -> Case:
    """Give the case to a member of staff. Refused where that person is walled off from it.

    `holder`: the person with their roles, where they are known; then who may not open the case cannot be given it.
    """
    case = begin(tx, ref, "assign", actor=actor, seen=seen, desk=desk)
    _open_only(case)
    to = said(to, "who should have the case", limit=200)
    if tx.scalar(select(Exclusion.id).where(Exclusion.case_id == case.id, Exclusion.staff == to).limit(1)) is not None:
        raise Refused(f"{to} may not work on {case.ref}; choose somebody else.")
    if holder is not None:
        _can_have(tx, case, holder, desk)
    if case.owner == to:
        raise Refused(f"{to} has {case.ref} already.")
    before, case.owner = case.owner, to
    return finish(
        tx, case, "assigned", actor=actor, desk=desk, now=now, to=_triaged(case), detail={"owner": to, "before": before}
    )


def move_to(
    tx: Tx, ref: str, status: str, reason: str = "", *, actor: Actor, seen: int | None, desk: Desk, now: datetime
) -> Case:
    """Say where the work stands, e.g. awaiting_provider. Ending a case is `resolve`, joining two is `merge`."""
    case = begin(tx, ref, "take", actor=actor, seen=seen, desk=desk)
    _open_only(case)
    if status not in lifecycle.STATUSES or status in lifecycle.ENDED or status == "new":
        working = ", ".join(name for name in lifecycle.STATUSES if name not in lifecycle.ENDED and name != "new")
        raise Refused(f"A case can be moved to one of: {working}.")
    if status == case.status:
        raise Refused(f"{case.ref} is {lifecycle.WORDS[status]} already.")
    return finish(tx, case, "moved", actor=actor, desk=desk, now=now, to=status, detail={"reason": reason.strip()})


def note(tx: Tx, ref: str, text: str, *, actor: Actor, seen: int | None = None, desk: Desk, now: datetime) -> Case:
    """Write something down on the case for staff only; it never leaves."""
    case = begin(tx, ref, "note", actor=actor, seen=seen, desk=desk, merged_too=True)
    text = said(text, "the note")
    tx.add(
        Message(
            case_id=case.id,
            direction="internal",
            kind="note",
            channel="desk",
            staff=actor.name,
            text=text,
            new_text=text,
            trust="verified",
            at=now,
        )
    )
    return finish(tx, case, "noted", actor=actor, desk=desk, now=now)


def link(
    tx: Tx,
    ref: str,
    other_ref: str,
    reason: str = "",
    *,
    actor: Actor,
    seen: int | None = None,
    desk: Desk,
    now: datetime,
) -> Case:
    """Mark two cases as related, so that whoever opens one sees the other. Nothing is joined and nobody is told."""
    case = begin(tx, ref, "link", actor=actor, seen=seen, desk=desk, merged_too=True)
    other = begin(tx, other_ref, "link", actor=actor, seen=None, desk=desk, merged_too=True)
    if case.id == other.id:
        raise Refused("A case cannot be linked to itself.")
    ends = {case.id, other.id}
    known = tx.scalars(
        select(CaseLink).where(CaseLink.kind == "related", or_(CaseLink.case_id.in_(ends), CaseLink.other_id.in_(ends)))
    )
    if any({row.case_id, row.other_id} == ends for row in known):
        raise Refused(f"{case.ref} and {other.ref} are linked already.")
    tx.add(
        CaseLink(case_id=case.id, other_id=other.id, kind="related", why=reason.strip() or f"linked by {actor.name}")
    )
    record(tx, other, actor=actor.name, kind="linked", detail={"other": case.ref}, now=now)
    return finish(tx, case, "linked", actor=actor, desk=desk, now=now, detail={"other": other.ref})


def correct(
    tx: Tx,
    ref: str,
    changes: Mapping[str, str | Sequence[str] | None],
    reason: str = "",
    *,
    actor: Actor,
    seen: int | None,
    desk: Desk,
    now: datetime,
) -> Case:
    """Put right what the desk understood wrongly, such as place, kind, urgency or flags, and route the case anew.

    Recorded as one event `corrected` with `before` and `after` (the same labels in both, only those that changed, as they stand
    in the columns of the case), `reason` (may be ""), and where the urgency moved also `from` and `to`. The standards follow
    the themes unless they are corrected themselves (`standards_before` says what they were); a level is corrected by `level`.

    Raises Refused naming the field and the nearest known value where a value is not one of the field's data.
    """
    case = begin(tx, ref, "correct", actor=actor, seen=seen, desk=desk)
    values = checked(changes, desk.field)
    before = {name: getattr(case, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        raise Refused(f"{case.ref} says so already.")
    urgency_before, standards_before = case.urgency, case.standards
    for name, value in changed.items():
        setattr(case, name, value)
    case.provider_first = case.provider[0] if case.provider else None
    case.specialty_first = case.specialty[0] if case.specialty else None
    if "themes" in changed and "standards" not in changed:
        case.standards = standards_of(case.themes, desk.field)
    if changed.keys() & ROUTED_BY:
        _route_again(tx, case, keep_urgency="urgency" in changed, desk=desk, now=now)
    detail: dict[str, Any] = {
        "before": {name: before[name] for name in changed},
        "after": changed,
        "reason": reason.strip(),
    }
    if case.urgency != urgency_before:
        detail |= {"from": urgency_before, "to": case.urgency}
    if "standards" not in changed and case.standards != standards_before:
        detail["standards_before"] = standards_before
    return finish(tx, case, "corrected", actor=actor, desk=desk, now=now, detail=detail)


def _route_again(tx: Tx, case: Case, *, keep_urgency: bool, desk: Desk, now: datetime) -> None:
    """What a case is about decides who is told; a person's word on its urgency stands, else flags may raise it."""
    labels = {name: getattr(case, name) for name in ROUTED_BY}
    kept = case.reading.get("route", {}).get("left_out", ())
    out = kept if policy.CONFLICT in case.red_flags else ()
    way = policy.route(read_again(case, **labels), desk=desk, out=out)
    if not keep_urgency:
        case.urgency = way.urgency
    case.reading = {**case.reading, "route": way.kept()}
    case.restricted = way.restricted
    cards.move(tx, case, way.channel, now=now)


def exclude(
    tx: Tx, ref: str, staff: str, why: str, *, actor: Actor, seen: int | None = None, desk: Desk, now: datetime
) -> Case:
    """Wall a member of staff off from the case (conflict of interest); a case they own becomes unowned."""
    case = begin(tx, ref, "exclude", actor=actor, seen=seen, desk=desk, merged_too=True)
    staff, why = said(staff, "whom to keep away", limit=200), said(why, "why", limit=2000)
    if staff == actor.name:
        raise Refused("Ask somebody else to wall you off, so that the case is in other hands first.")
    if tx.scalar(select(Exclusion.id).where(Exclusion.case_id == case.id, Exclusion.staff == staff)) is not None:
        raise Refused(f"{staff} is walled off from {case.ref} already.")
    tx.add(Exclusion(case_id=case.id, staff=staff, why=why))
    if case.owner == staff:
        case.owner = None
    return finish(tx, case, "excluded", actor=actor, desk=desk, now=now, detail={"staff": staff})


def _can_have(tx: Tx, case: Case, holder: Actor, desk: Desk) -> None:
    try:
        admit(tx, case, holder, desk)
    except NotAllowed:
        raise Refused(f"{holder.name} may not work on {case.ref}; choose somebody else.") from None
    if not holder.may("take"):
        raise Refused(f"{holder.name} holds no role that takes cases; choose somebody else.")


def _open_only(case: Case) -> None:
    if not lifecycle.is_open(case):
        raise Refused(f"{case.ref} is {lifecycle.WORDS[case.status]}; reopen it first.")


def _triaged(case: Case) -> str:
    return "triaged" if case.status == "new" else case.status
