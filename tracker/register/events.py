"""The register's own history, line by line: the only place that writes register_events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from tracker.model import RegisterEvent
from tracker.store import Tx

Subject = Literal["place", "rating", "requirement", "intervention"]


def note(
    tx: Tx,
    subject: Subject,
    subject_id: int,
    kind: str,
    *,
    place_id: int | None,
    actor: str,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> RegisterEvent:
    """Add one line. `detail` holds labels, dates and staff's own words, never what a reporter wrote or who they are."""
    event = RegisterEvent(
        subject=subject, subject_id=subject_id, place_id=place_id, at=now, actor=actor, kind=kind, detail=detail or {}
    )
    tx.add(event)
    return event


def lines(tx: Tx, subject: Subject, subject_id: int) -> Sequence[RegisterEvent]:
    """The history of one thing, oldest first."""
    return tx.scalars(
        select(RegisterEvent)
        .where(RegisterEvent.subject == subject, RegisterEvent.subject_id == subject_id)
        .order_by(RegisterEvent.id)
    ).all()
