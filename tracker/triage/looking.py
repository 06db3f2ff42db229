"""What a case is about that no card may say: shown to a person who may open it, for a written reason that is recorded first."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from tracker.actors import Actor
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.history import record
from tracker.model import Case, Event
from tracker.store import Tx
from tracker.triage.frame import begin, said
from tracker.triage.revealing import SHORTEST_REASON

LOOKED: Final = "looked"
LOOKED_FOR: Final = timedelta(hours=8)
"""For how long a reason that was written down counts: a day's work on the case."""


def look(tx: Tx, ref: str, reason: str, *, actor: Actor, desk: Desk, now: datetime) -> Case:
    """Record that this person looks at the labels of a case that its card does not show, and why.

    To be shown only after the transaction is committed. Who reported is not part of it: that is `reveal`.
    """
    case = begin(tx, ref, "read", actor=actor, seen=None, desk=desk, merged_too=True)
    reason = said(reason, "why you need to see it", limit=2000)
    if len(reason) < SHORTEST_REASON:
        raise Refused("Please write in a few words why you need to see it; it is recorded.")
    record(tx, case, actor=actor.name, kind=LOOKED, detail={"reason": reason}, now=now)
    return case


def has_looked(tx: Tx, case: Case, actor: Actor, *, now: datetime) -> bool:
    """Whether this person wrote down a reason within the last hours."""
    lately = select(Event.id).where(
        Event.case_id == case.id, Event.kind == LOOKED, Event.actor == actor.name, Event.at > now - LOOKED_FOR,
        Event.at <= now,
    )  # fmt: skip
    return tx.scalar(lately.limit(1)) is not None
