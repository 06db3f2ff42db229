"""What came in and what goes out, as plain data: rows of `inbound` and of the outbox, and one original."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from tracker.errors import NotFound
from tracker.model import Case, Inbound, InboundContent, Parcel
from tracker.queries.masking import masked
from tracker.store import Tx


def inbound_list(tx: Tx, *, state: str = "", limit: int = 0) -> Iterator[dict[str, Any]]:
    """What was heard, newest first; `state` heard, read or quarantined."""
    query = select(Inbound, Case.ref).outerjoin(Case, Case.id == Inbound.case_id).order_by(Inbound.id.desc())
    if state:
        query = query.where(Inbound.state == state)
    if limit:
        query = query.limit(limit)
    for row, ref in tx.execute(query.execution_options(yield_per=1000)):
        yield _inbound(row, ref)


def inbound_show(tx: Tx, inbound_id: int) -> tuple[dict[str, Any], bytes]:
    """One message as in the list, and its bytes as received. Raises NotFound."""
    row = tx.get(Inbound, inbound_id)
    if row is None:
        raise NotFound(f"There is no message {inbound_id}; `qualitydesk inbound list` shows those there are.")
    ref = tx.scalar(select(Case.ref).where(Case.id == row.case_id))
    content = tx.scalar(select(InboundContent.content).where(InboundContent.inbound_id == row.id))
    return _inbound(row, ref), content or b""


def outbox_list(tx: Tx, *, state: str = "", channel: str = "", limit: int = 0) -> Iterator[dict[str, Any]]:
    """Letters and Slack posts, newest first."""
    query = select(Parcel, Case.ref).outerjoin(Case, Case.id == Parcel.case_id).order_by(Parcel.id.desc())
    if state:
        query = query.where(Parcel.state == state)
    if channel:
        query = query.where(Parcel.channel == channel)
    if limit:
        query = query.limit(limit)
    for row, ref in tx.execute(query.execution_options(yield_per=1000)):
        yield _parcel(row, ref)


def outbox_show(tx: Tx, parcel_id: int) -> dict[str, Any]:
    """One parcel as in the list, with what it says; never whom it goes to. Raises NotFound."""
    row = tx.get(Parcel, parcel_id)
    if row is None:
        raise NotFound(f"There is no parcel {parcel_id}; `qualitydesk outbox list` shows those there are.")
    ref = tx.scalar(select(Case.ref).where(Case.id == row.case_id))
    return {**_parcel(row, ref), "content": row.content}


def _inbound(row: Inbound, ref: str | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "channel": row.channel,
        "source": row.source,
        "state": row.state,
        "outcome": row.outcome,
        "attempts": row.attempts,
        "repeats": row.repeats,
        "reason": row.reason,
        "size": row.size,
        "sha256": row.sha256,
        "received_at": row.received_at.isoformat(),
        "message_id": row.message_id,
        "case_ref": ref,
    }


def _parcel(row: Parcel, ref: str | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "channel": row.channel,
        "occasion": row.occasion,
        "state": row.state,
        "case_ref": ref,
        "attempts": row.attempts,
        "may_have_left": row.may_have_left,
        "last_error": masked(row.last_error, ()) if row.last_error else None,
        "message_id": row.message_id,
        "made_at": row.made_at.isoformat(),
        "due_at": row.due_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at is not None else None,
    }
