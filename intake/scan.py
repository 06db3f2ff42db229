"""scan_one(): claim a kept file, have the scanner look at it, write down what it said; no transaction is open meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from intake.clamd import Clamd, ScanFailed
from tracker import scans
from tracker.errors import NotFound, StoreUnavailable
from tracker.store import Store

SPARE: Final = timedelta(seconds=30)
log = structlog.get_logger()


def scan_one(store: Store, clamd: Clamd, now: Callable[[], datetime], *, seconds: float) -> bool:
    """Have the longest waiting file scanned; True where there may be more, False where the caller should rest.

    A scanner that is away, slow or at a loss leaves the file locked, to be tried again. `seconds` is what a question may take.
    """
    try:
        return _scan_one(store, clamd, now, timedelta(seconds=seconds) + SPARE)
    except StoreUnavailable:
        # The lease runs out, and the file is scanned then.
        log.warning("scan.store_unavailable")
        return False


def _scan_one(store: Store, clamd: Clamd, now: Callable[[], datetime], lease: timedelta) -> bool:
    claimed = store.write(lambda tx: scans.claim_one(tx, now=now(), lease=lease))
    if claimed is None:
        return False
    try:
        with store.reading() as tx:
            content = scans.content_of(tx, claimed.sha256)
        found = clamd.scan(content)
    except NotFound:
        return True  # erased since it was claimed, and its row with it
    except ScanFailed as failed:
        log.warning("scan.failed", file=claimed.sha256[:12], attempt=claimed.attempts, reason=str(failed))
        store.write(partial(scans.give_back, sha256=claimed.sha256, why=str(failed), now=now()))
        return False
    if found:
        log.warning("scan.found", file=claimed.sha256[:12], what=found)
    store.write(partial(scans.settle, sha256=claimed.sha256, found=found, now=now()))
    return True
