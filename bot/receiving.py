"""Putting stored messages through the same door as mail, and reading them here and now; what `qualitydesk receive` does."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from bot.parts import box_settings
from bot.settings import Settings
from intake.box import Box
from intake.files import keep_stored
from intake.reader import read_one
from tracker import inbound
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.store import Store

BETWEEN_TRIES = 0.2


def keep_files(
    store: Store, files: Iterable[Path], *, source: str, recipient: str, now: Callable[[], datetime]
) -> Counter[str]:
    """Keep every message of these files: how many were `kept` now, and how many were here already (`repeats`).

    Raises Refused naming the file that cannot be read; what came before it stays kept, and a second run repeats nothing.
    """
    counts: Counter[str] = Counter()
    for file in files:
        try:
            for kept in keep_stored(store, file, source=source, recipient=recipient, now=now):
                counts["repeats" if kept.repeat else "kept"] += 1
        except OSError as error:
            raise Refused(f"{file} cannot be read ({error.strerror or type(error).__name__}).") from None
    return counts


def read_all(store: Store, settings: Settings, desk: Desk, now: Callable[[], datetime]) -> None:
    """Read until no message waits, beside a service that may be reading too. What fails is set aside after its last try."""
    box = Box(box_settings(settings))
    try:
        while True:
            if read_one(store, box, desk, now, attempts=settings.limits.reading_attempts):
                continue
            with store.reading() as tx:
                if not inbound.waiting(tx):
                    return
            # Another reader has it, or it is given back for a moment.
            time.sleep(BETWEEN_TRIES)
    finally:
        box.close()
