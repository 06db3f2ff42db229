"""Merging as a view: a pointer with a reason that can be taken away again; messages and reporters stay where they are.

Reporters of merged cases never learn of each other: nobody is written to, and an answer goes only to its own reporter.
"""

from datetime import datetime

from sqlalchemy import select

from tracker import matching
from tracker.actors import Actor, admit
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.finding import find
from tracker.history import record
from tracker.model import Case, Event
from tracker.store import Tx
from tracker.triage.frame import begin, finish, said


def merge(
    tx: Tx, ref: str, into: str, reason: str, *, actor: Actor, seen: int | None, desk: Desk, now: datetime
) -> Case:
    """Let `into` speak for the case from now on; new mail about it is shown there. Returns the merged case.

    `into` may itself be merged: its head is meant. Raises Refused where the two are one case already.
    """
    case = begin(tx, ref, "merge", actor=actor, seen=seen, desk=desk)
    reason = said(reason, "why the two belong together", limit=2000)
    head = tx.get_one(Case, matching.head_of(tx, find(tx, into, lock=True).id))
    admit(tx, head, actor, desk)
    if head.id == case.id:
        raise Refused(f"{case.ref} and {head.ref} are one case already.")
    case.merged_into = head.id
    record(tx, head, actor=actor.name, kind="merged_in", detail={"other": case.ref, "reason": reason}, now=now)
    detail = {"into": head.ref, "reason": reason}
    return finish(tx, case, "merged", actor=actor, desk=desk, now=now, to="merged", detail=detail)


def unmerge(tx: Tx, ref: str, reason: str, *, actor: Actor, seen: int | None, desk: Desk, now: datetime) -> Case:
    """Undo a merge: the case stands alone again, closed if it was closed before, else triaged."""
    case = begin(tx, ref, "merge", actor=actor, seen=seen, desk=desk, merged_too=True)
    if case.merged_into is None:
        raise Refused(f"{case.ref} is not merged.")
    reason = said(reason, "why the two do not belong together", limit=2000)
    head = tx.get(Case, case.merged_into)
    last = tx.scalar(
        select(Event).where(Event.case_id == case.id, Event.kind == "merged").order_by(Event.id.desc()).limit(1)
    )
    was_ended = last is not None and last.detail.get("from") in {"closed", "passed_on"}
    case.merged_into = None
    if head is not None:
        record(tx, head, actor=actor.name, kind="unmerged_from", detail={"other": case.ref, "reason": reason}, now=now)
    to = "closed" if was_ended else "triaged"
    return finish(tx, case, "unmerged", actor=actor, desk=desk, now=now, to=to, detail={"reason": reason})
