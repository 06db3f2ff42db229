"""What staff write into the diary themselves: a follow-up of their own, and more time for one that is pending."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from tracker import diary, promises, working_days
from tracker.actors import Actor
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.model import Case, FollowUp
from tracker.store import Tx
from tracker.triage.frame import begin, finish, said
from tracker.working_days import Due

NOT_TO_PUT_OFF: Final = {
    "page_duty": "somebody must take the case now",
    **dict.fromkeys((*promises.WARNED, *promises.WARNINGS), "the law sets that time"),
}


def add_follow_up(
    tx: Tx, ref: str, what: str, within: str, *, actor: Actor, seen: int | None = None, desk: Desk, now: datetime
) -> Case:
    """Be reminded of `what` after a span such as "5 working days". Raises Refused where the span cannot be read."""
    case = begin(tx, ref, "follow_up", actor=actor, seen=seen, desk=desk)
    what = said(what, "what to be reminded of", limit=500)
    due = _after(within, now, desk)
    row = diary.add(tx, case, due_at=due.at, why=f"{what} (asked by {actor.name}). {due.why}", now=now)
    detail = {"follow_up": row.kind, "due_at": due.at.isoformat(), "what": what}
    return finish(tx, case, "follow_up_added", actor=actor, desk=desk, now=now, detail=detail)


def snooze(
    tx: Tx,
    ref: str,
    kind: str,
    within: str,
    reason: str,
    *,
    actor: Actor,
    seen: int | None = None,
    desk: Desk,
    now: datetime,
) -> Case:
    """Put off a pending follow-up; the new time counts from now. Refused for pages and for clocks that the law sets."""
    case = begin(tx, ref, "snooze", actor=actor, seen=seen, desk=desk)
    reason = said(reason, "why it can wait", limit=2000)
    if kind in NOT_TO_PUT_OFF:
        raise Refused(f"This cannot be put off: {NOT_TO_PUT_OFF[kind]}.")
    pending = {row.kind: row for row in tx.scalars(
        select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.state == "pending"))}  # fmt: skip
    if kind not in pending:
        known = ", ".join(sorted(pending)) or "none"
        raise Refused(f"{case.ref} awaits no {kind[:60]!r}; it awaits: {known}.")
    row, due = pending[kind], _after(within, now, desk)
    if due.at <= row.due_at:
        raise Refused("That would not put it off: it is due later already.")
    if kind.startswith("own_"):
        row.due_at = due.at
    detail = {"follow_up": kind, "until": due.at.isoformat(), "reason": reason}
    return finish(tx, case, diary.PUT_OFF, actor=actor, desk=desk, now=now, detail=detail)


def _after(within: str, now: datetime, desk: Desk) -> Due:
    try:
        return working_days.due(within, now, desk.hours)
    except ValueError:
        raise Refused(f"{within[:60]!r} is not a span; write for example 5 working days, or 2 working hours.") from None
