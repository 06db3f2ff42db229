"""What happened to a case, line by line: the only place that writes events and moves a case's revision."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import object_session

from tracker.model import Case, Event
from tracker.store import Tx


def record(tx: Tx, case: Case, *, actor: str, kind: str, detail: dict[str, Any], now: datetime) -> Event:
    """Add one line to the history of `case` and move its revision on by one, so that its card is redrawn.

    `detail` holds labels, pseudonyms and reasons, and for a routing the few words it rests on; never an address or a name.
    """
    if object_session(case) is None:
        tx.add(case)
        tx.flush()
    case.revision += 1
    case.changed_at = now
    event = Event(case_id=case.id, at=now, actor=actor, kind=kind, revision=case.revision, detail=detail)
    tx.add(event)
    return event
