"""Files that lie in Slack until they are fetched: which are due, and what became of each; fetching itself is elsewhere.

A file that was fetched is kept like one that came by mail: its bytes once, under their hash, locked until the virus scanner has
spoken. One that cannot be had is never passed over in silence: its case says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, or_, select

from tracker import scans
from tracker.finding import locked
from tracker.history import record
from tracker.model import AttachmentRow, Fetch, Message
from tracker.store import Tx
from tracker.submission import Attachment, Elsewhere

WAITS: Final = (
    timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1),
)  # fmt: skip
"""Until the next attempt after one that failed; the last repeats until GIVE_UP_AFTER."""
GIVE_UP_AFTER: Final = timedelta(hours=24)
WORDS: Final = 200
NOT_KEPT: Final = "file_not_kept"


@dataclass(frozen=True)
class ToFetch:
    """A file that the caller may fetch until its lease is over. `url` "": where it lies must be asked for."""

    attachment_id: int
    file: str
    url: str
    filename: str
    content_type: str
    size: int


def begin(tx: Tx, attachment: AttachmentRow, where: Elsewhere, *, now: datetime) -> None:
    """A file that was named by a message waits to be fetched."""
    tx.add(Fetch(attachment_id=attachment.id, file=where.file, url=where.url, since=now, due_at=now))


def claim_one(tx: Tx, *, now: datetime, lease: timedelta) -> ToFetch | None:
    """Take the file that has been due longest; None where none is."""
    free = or_(Fetch.lease_until.is_(None), Fetch.lease_until < now)
    row = tx.scalar(
        select(Fetch)
        .where(Fetch.state == "waiting", Fetch.due_at <= now, free)
        .order_by(Fetch.due_at, Fetch.attachment_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.attempts += 1
    row.lease_until = now + lease
    named = tx.get_one(AttachmentRow, row.attachment_id)
    return ToFetch(row.attachment_id, row.file, row.url, named.filename, named.content_type, named.size)


def keep(tx: Tx, attachment_id: int, file: Attachment, *, now: datetime) -> None:
    """The file is here: its bytes are kept, and wait for the virus scanner."""
    row, named = _waiting(tx, attachment_id), tx.get(AttachmentRow, attachment_id)
    if row is None or named is None:
        return
    assert file.content is not None, "a file over the size limit is refused before"
    named.content_type, named.size, named.sha256, named.note = file.content_type, file.size, file.sha256, file.note
    scan = scans.take_in(tx, file.sha256, file.content, now=now)
    if scan.state == "found":
        scans.tell(tx, _case_of(tx, named), scan, now=now)
    row.state = "kept"
    row.last_error = None
    row.lease_until = None
    row.settled_at = now


def refuse(tx: Tx, attachment_id: int, *, why: str, now: datetime) -> None:
    """The file cannot be had, now or later: it is noted on the message, and its case says so."""
    row, named = _waiting(tx, attachment_id), tx.get(AttachmentRow, attachment_id)
    if row is None or named is None:
        return
    row.state = "refused"
    row.last_error = why[:WORDS]
    row.lease_until = None
    row.settled_at = now
    named.note = f"not kept: {why[:WORDS]}"
    detail = {"file": row.file, "why": why[:WORDS]}
    record(tx, locked(tx, _case_of(tx, named)), actor="desk", kind=NOT_KEPT, detail=detail, now=now)


def give_back(tx: Tx, attachment_id: int, *, why: str, retry_after: float | None = None, now: datetime) -> None:
    """It did not work this time; it is tried again after `retry_after` seconds or a growing wait, for a day."""
    row = _waiting(tx, attachment_id)
    if row is None:
        return
    if now - row.since >= GIVE_UP_AFTER:
        refuse(tx, attachment_id, why=why, now=now)
        return
    wait = timedelta(seconds=retry_after) if retry_after is not None else WAITS[min(row.attempts, len(WAITS)) - 1]
    row.lease_until = None
    row.last_error = why[:WORDS]
    row.due_at = now + wait


def standing(fetch: Fetch | None) -> dict[str, Any] | None:
    """`state` (waiting, kept, refused) and `why` of a file of Slack; None for a file that came along with its message."""
    if fetch is None:
        return None
    trouble = f"; the last attempt failed: {fetch.last_error}" if fetch.last_error else ""
    says = {
        "waiting": f"it is being fetched from Slack{trouble}",
        "kept": "it was fetched from Slack",
        "refused": fetch.last_error or "",
    }
    return {"state": fetch.state, "why": says[fetch.state]}


def refused_on(tx: Tx, case_id: int) -> int:
    """How many files of a case could not be had."""
    on = select(func.count()).select_from(Fetch).join(AttachmentRow, AttachmentRow.id == Fetch.attachment_id)
    on = on.join(Message, Message.id == AttachmentRow.message_id)
    return tx.scalar(on.where(Message.case_id == case_id, Fetch.state == "refused")) or 0


def _waiting(tx: Tx, attachment_id: int) -> Fetch | None:
    """The row, unless it was erased or settled meanwhile."""
    row = tx.get(Fetch, attachment_id)
    return row if row is not None and row.state == "waiting" else None


def _case_of(tx: Tx, named: AttachmentRow) -> int:
    return tx.get_one(Message, named.message_id).case_id
