"""Which files are locked: what a virus scanner said of each, and what follows for its cases; the scanner itself is elsewhere.

A file leaves the desk only where `standing` says that it is not locked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select

from tracker.errors import NotFound
from tracker.finding import locked
from tracker.history import record
from tracker.model import AttachmentRow, Blob, Message, Scan
from tracker.store import Tx

WAITS: Final = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""Until the next attempt after one that failed; the last repeats, without end: a file is never skipped."""
WORDS: Final = 200


@dataclass(frozen=True)
class ToScan:
    """A file that the caller may have scanned until its lease is over."""

    sha256: str
    attempts: int


def begin(tx: Tx, sha256: str, *, now: datetime) -> None:
    """A new file waits for a scanner."""
    tx.add(Scan(sha256=sha256, since=now, due_at=now))


def take_in(tx: Tx, sha256: str, content: bytes, *, now: datetime) -> Scan:
    """Keep a file's bytes, once, and return what the scanner says of them; new ones wait for it."""
    if tx.get(Blob, sha256) is None:
        tx.add(Blob(sha256=sha256, size=len(content), content=content))
        tx.flush()
        begin(tx, sha256, now=now)
        tx.flush()
    return tx.get_one(Scan, sha256)


def claim_one(tx: Tx, *, now: datetime, lease: timedelta) -> ToScan | None:
    """Take the file that has been due longest; None where none is."""
    row = tx.scalar(
        select(Scan)
        .where(Scan.state == "waiting", Scan.due_at <= now, or_(Scan.lease_until.is_(None), Scan.lease_until < now))
        .order_by(Scan.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.attempts += 1
    row.lease_until = now + lease
    return ToScan(row.sha256, row.attempts)


def content_of(tx: Tx, sha256: str) -> bytes:
    """The bytes of a kept file. Raises NotFound."""
    content = tx.scalar(select(Blob.content).where(Blob.sha256 == sha256))
    if content is None:
        raise NotFound("There is no such file any more.")
    return content


def settle(tx: Tx, sha256: str, *, found: str, now: datetime) -> None:
    """The scanner has spoken. With `found` (its name of what is in the file) the file is locked for good, and every case
    it came to says so; with "" it is clean."""
    row = tx.get(Scan, sha256)
    if row is None or row.state != "waiting":
        return
    row.state = "found" if found else "clean"
    row.found = found[:WORDS]
    row.last_error = None
    row.lease_until = None
    row.settled_at = now
    if found:
        on = select(Message.case_id).join(AttachmentRow, AttachmentRow.message_id == Message.id)
        for case_id in tx.scalars(on.where(AttachmentRow.sha256 == sha256).distinct().order_by(Message.case_id)).all():
            tell(tx, case_id, row, now=now)


def tell(tx: Tx, case_id: int, scan: Scan, *, now: datetime) -> None:
    """Say on a case that a file of it is locked for good."""
    detail = {"file": scan.sha256[:12], "found": scan.found}
    record(tx, locked(tx, case_id), actor="desk", kind="file_locked", detail=detail, now=now)


def give_back(tx: Tx, sha256: str, *, why: str, now: datetime) -> None:
    """The scanner could not be asked or did not answer: the file stays locked and is tried again later."""
    row = tx.get(Scan, sha256)
    if row is not None and row.state == "waiting":
        row.lease_until = None
        row.last_error = why[:WORDS]
        row.due_at = now + WAITS[min(row.attempts, len(WAITS)) - 1]


def standing(scan: Scan | None, *, scanning: bool) -> dict[str, Any]:
    """`state`, `locked` and `why` of a file. state: clean, waiting, found, not_scanned, not_kept (`scan` None).

    `scanning`: a scanner is configured. Without one nothing is locked but what one has found before.
    """
    if scan is None:
        return {"state": "not_kept", "locked": True, "why": "its content was not kept"}
    if scan.state == "found":
        return {"state": "found", "locked": True, "why": f"the virus scanner found {scan.found}"}
    if scan.state == "clean":
        return {"state": "clean", "locked": False, "why": "the virus scanner found nothing"}
    if not scanning:
        return {"state": "not_scanned", "locked": False, "why": "no virus scanner is configured"}
    trouble = f"; the last attempt failed: {scan.last_error}" if scan.last_error else ""
    return {"state": "waiting", "locked": True, "why": f"it waits for the virus scanner{trouble}"}
