"""read_one(): claim what was heard, read it in the box, receive it; what cannot be read is set aside where a person sees it.

No transaction is open while the box works. Reading is in `box_child`, and what a message means is decided in the tracker.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from intake.box import Box, BoxBroken
from intake.faults import fault_of
from tracker import inbound
from tracker.desk import Desk
from tracker.errors import StoreUnavailable, Unreadable
from tracker.inbound import Claimed
from tracker.opening import open_stub
from tracker.receive import receive
from tracker.store import Store, Tx
from tracker.submission import Reading, Submission

NEXT_TRY: Final = timedelta(seconds=3)
BROKEN_OFF: Final = 10
log = structlog.get_logger()


def read_one(store: Store, box: Box, desk: Desk, now: Callable[[], datetime], *, attempts: int = 3) -> bool:
    """Read the oldest message that waits; True where there may be more, False where the caller should rest.

    A message that fails `attempts` times is set aside and gets a case stub. One that was claimed BROKEN_OFF times more and
    never came to an end is set aside too: it may be what takes the whole process down. Raises nothing for a database that
    is away.
    """
    try:
        return _read_one(store, box, desk, now, attempts)
    except StoreUnavailable:
        # The lease runs out, and the message is read then.
        log.warning("reader.store_unavailable")
        return False


def _read_one(store: Store, box: Box, desk: Desk, now: Callable[[], datetime], attempts: int) -> bool:
    lease = timedelta(seconds=desk.lease.reading)
    claimed = store.write(lambda tx: inbound.claim_one(tx, now=now(), lease=lease))
    if claimed is None:
        return False
    if claimed.attempts > attempts + BROKEN_OFF:
        _failed(store, desk, claimed, "reading it was broken off each time", now, attempts)
        return True
    try:
        submission, reading = box.read(claimed.channel, claimed.content, claimed.envelope)
    except Unreadable as unreadable:
        _failed(store, desk, claimed, unreadable.reason, now, attempts)
        # A box that does not start is no fault of this message: the others need not follow it in haste.
        return not isinstance(unreadable, BoxBroken)
    try:
        store.write(partial(_receive, submission=submission, reading=reading, claimed=claimed, desk=desk, now=now()))
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not become an endless loop over one message
        _failed(store, desk, claimed, f"receiving failed: {fault_of(error)}", now, attempts)
    return True


def _receive(tx: Tx, *, submission: Submission, reading: Reading, claimed: Claimed, desk: Desk, now: datetime) -> None:
    receive(tx, submission, reading, inbound_id=claimed.id, desk=desk, now=now)


def _failed(
    store: Store, desk: Desk, claimed: Claimed, reason: str, now: Callable[[], datetime], attempts: int
) -> None:
    """Give the message back for another attempt, or, after the last one, set it aside and open a stub for a person."""
    last = claimed.failures + 1 >= attempts or claimed.attempts > attempts + BROKEN_OFF
    log.warning("reader.failed", message=claimed.id, attempt=claimed.attempts, last=last, reason=reason)
    if last:
        store.write(lambda tx: open_stub(tx, claimed.id, reason=reason, desk=desk, now=now()))
    else:
        # Others first: what fails once often fails again, slowly.
        store.write(lambda tx: inbound.give_back(tx, claimed.id, reason=reason, until=now() + NEXT_TRY))
