"""What was heard, verbatim: keep it, claim it for reading, settle it, set it aside, hear it again.

The only room that touches `inbound`. What a message means is not known here.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update

from tracker.errors import NotFound, Refused
from tracker.model import Inbound, InboundContent
from tracker.store import Tx

ERROR_WORDS = 300

_FIND = select(Inbound.id).where(Inbound.sha256 == bindparam("of"), Inbound.recipient == bindparam("for_whom"))
_COUNT_REPEAT = update(Inbound).where(Inbound.id == bindparam("row")).values(repeats=Inbound.repeats + 1)
_INSERT = insert(Inbound)
_INSERT_CONTENT = insert(InboundContent)


@dataclass(frozen=True)
class Kept:
    """Where a message was kept; `repeat` says that the very same bytes for the same recipient were there already."""

    id: int
    repeat: bool


@dataclass(frozen=True)
class Claimed:
    """An inbound row that the caller may read until its lease is over.

    `attempts` counts this one too; `failures` are those of them that are known to have failed.
    """

    id: int
    channel: str
    source: str
    recipient: str
    envelope: dict[str, Any]
    content: bytes
    received_at: datetime
    attempts: int
    failures: int


def keep(
    tx: Tx,
    *,
    channel: str,
    source: str,
    recipient: str,
    envelope: dict[str, Any],
    content: bytes,
    message_id: str,
    now: datetime,
) -> Kept:
    """Keep the bytes as they came. The same bytes for the same recipient are kept once; a repeat is counted.

    Never keyed by Message-ID: a stranger could send a guessed one first, so that the real mail were dropped.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    known = tx.execute(_FIND, {"of": sha256, "for_whom": recipient}).scalar()
    if known is not None:
        tx.execute(_COUNT_REPEAT, {"row": known})
        return Kept(known, repeat=True)
    result = tx.execute(
        _INSERT.returning(Inbound.id),
        {
            "channel": channel,
            "source": source,
            "recipient": recipient,
            "envelope": envelope,
            "sha256": sha256,
            "size": len(content),
            "message_id": message_id,
            "received_at": now,
            "state": "heard",
            "attempts": 0,
            "failures": 0,
            "repeats": 0,
        },
    )
    row: int = result.scalar_one()
    tx.execute(_INSERT_CONTENT, {"inbound_id": row, "content": content})
    return Kept(row, repeat=False)


def claim_one(tx: Tx, *, now: datetime, lease: timedelta) -> Claimed | None:
    """Take the oldest message that nobody reads now, and count the attempt; None where none waits."""
    free = or_(Inbound.lease_until.is_(None), Inbound.lease_until < now)
    row = tx.scalar(
        select(Inbound)
        .where(Inbound.state == "heard", free)
        .order_by(Inbound.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.attempts += 1
    row.lease_until = now + lease
    content = tx.scalar(select(InboundContent.content).where(InboundContent.inbound_id == row.id))
    return Claimed(
        row.id,
        row.channel,
        row.source,
        row.recipient,
        row.envelope,
        content or b"",
        row.received_at,
        row.attempts,
        row.failures,
    )


def settle(tx: Tx, inbound_id: int, *, outcome: str, case_id: int | None = None, reason: str | None = None) -> None:
    """The message was read. outcome: opened, joined, filed, repeat."""
    row = _row(tx, inbound_id)
    row.state = "read"
    row.outcome = outcome
    row.case_id = case_id
    row.reason = reason
    row.lease_until = None


def give_back(tx: Tx, inbound_id: int, *, reason: str, until: datetime | None = None) -> None:
    """Reading failed this time; another attempt may be made after `until`."""
    row = _row(tx, inbound_id)
    if row.state == "heard":
        row.failures += 1
        row.lease_until = until
        row.reason = reason[:ERROR_WORDS]


def set_aside(tx: Tx, inbound_id: int, *, reason: str, case_id: int | None) -> Inbound:
    """Quarantine: no further attempt is made until a person asks for one. The original stays where it is."""
    row = _row(tx, inbound_id)
    row.state = "quarantined"
    row.outcome = "quarantined"
    row.reason = reason[:ERROR_WORDS]
    row.case_id = case_id
    row.lease_until = None
    return row


def replay(tx: Tx, inbound_id: int) -> None:
    """Hear a message again that was set aside or filed. Raises Refused where it opened or joined a case."""
    row = _row(tx, inbound_id)
    if row.state == "heard":
        raise Refused(f"Message {inbound_id} is waiting to be read already.")
    if row.state == "read" and row.outcome in {"opened", "joined"}:
        raise Refused(f"Message {inbound_id} was read and is on a case; reading it again would tell it twice.")
    row.state = "heard"
    row.outcome = None
    row.attempts = 0
    row.failures = 0
    row.lease_until = None
    row.reason = "replayed"


def already_read(tx: Tx, inbound_id: int) -> Inbound | None:
    """An earlier message with the very same bytes, sent to another of our addresses and read already."""
    row = _row(tx, inbound_id)
    return tx.scalar(
        select(Inbound)
        .where(Inbound.sha256 == row.sha256, Inbound.id != row.id, Inbound.state == "read")
        .order_by(Inbound.id)
        .limit(1)
    )


def heard_at(tx: Tx, inbound_id: int) -> datetime:
    """When the message came in."""
    return _row(tx, inbound_id).received_at


def waiting(tx: Tx) -> int:
    """How many messages wait to be read."""
    return tx.scalar(select(func.count()).select_from(Inbound).where(Inbound.state == "heard")) or 0


def _row(tx: Tx, inbound_id: int) -> Inbound:
    row = tx.get(Inbound, inbound_id)
    if row is None:
        raise NotFound(f"There is no message {inbound_id}; `qualitydesk inbound list` shows those there are.")
    return row
