"""ask_one(): take a message that waits for a second opinion, ask, keep the answer; no transaction is open meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from intake.second_reader.endpoint import Endpoint, NoAnswer
from tracker import second_opinion
from tracker.desk import Desk
from tracker.errors import NotFound, StoreUnavailable
from tracker.store import Store

SPARE: Final = timedelta(seconds=30)
log = structlog.get_logger()


def ask_one(store: Store, endpoint: Endpoint, desk: Desk, now: Callable[[], datetime], *, most: int) -> bool:
    """Ask about the newest message that waits; True where there may be more, False where the caller should rest.

    A reader that is away, slow, broken or not in its senses changes nothing: it is asked again later, a few times. `most` is
    how many characters it is given.
    """
    try:
        return _ask_one(store, endpoint, desk, now, most)
    except StoreUnavailable:
        # The lease runs out, and it is asked then.
        log.warning("second_reader.store_unavailable")
        return False


def _ask_one(store: Store, endpoint: Endpoint, desk: Desk, now: Callable[[], datetime], most: int) -> bool:
    lease = timedelta(seconds=endpoint.seconds) + SPARE
    claimed = store.write(lambda tx: second_opinion.claim_one(tx, now=now(), lease=lease))
    if claimed is None:
        return False
    try:
        with store.reading() as tx:
            text = second_opinion.text_of(tx, claimed.message_id, desk=desk, most=most)
        opinion = endpoint.ask(text, desk.field)
    except NotFound:
        return True  # erased since it was claimed, and its row with it
    except NoAnswer as fault:
        log.warning("second_reader.no_answer", message=claimed.message_id, attempt=claimed.attempts, reason=str(fault))
        store.write(partial(second_opinion.give_back, message_id=claimed.message_id, why=str(fault), now=now()))
        return True
    raised = store.write(
        lambda tx: second_opinion.settle(tx, claimed.message_id, opinion, desk=desk, now=now()) is not None
    )
    log.info("second_reader.answered", message=claimed.message_id, raised=raised)
    return True
