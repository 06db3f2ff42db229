"""Claim a parcel, deliver it, write down what became of it; how a letter or a post travels is in `relay` and `bot.slack`."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.log import facts_of
from bot.mime import compose, postal, return_path
from bot.now import Now
from bot.relay import Relay
from tracker import outbox, waiting
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.store import Store, Tx

PAUSES = (1.0, 2.0, 4.0, 5.0)
Deliver = Callable[[outbox.ClaimedParcel], outbox.Outcome | None]
log = structlog.get_logger()


def deliver_one(store: Store, relay: Relay, desk: Desk, now: Now) -> bool:
    """Deliver the letter that has been due longest; False when none may leave now."""

    def by_mail(parcel: outbox.ClaimedParcel) -> outbox.Outcome | None:
        to = postal(parcel.to)
        if to is None:
            return outbox.Refused("There is no address that mail can be sent to.", bad_address=bool(parcel.to))
        try:
            letter = outbox.LetterContent.model_validate(parcel.content)
            composed = compose(letter, to=to, sender=desk.letters_from, team=desk.team)
        except Exception as error:  # noqa: BLE001 - a letter nobody can put together must be seen, not tried for ever
            log.error(  # noqa: TRY400 - a traceback would show the letter
                "letter.broken", id=parcel.id, **facts_of(error)
            )
            return outbox.Refused(f"The letter cannot be put together ({type(error).__name__}).")
        try:
            return relay.send(
                composed,
                message_id=letter.message_id,
                mail_from=return_path(letter),
                to=to,
                before_dot=lambda: store.write(lambda tx: outbox.about_to_send(tx, parcel.id, attempt=parcel.attempts)),
            )
        except Refused:
            return None  # another courier has it: our claim was taken back while the relay was slow

    return _deliver(store, "mail", by_mail, desk, now)


def post_one(store: Store, deliver: Deliver, desk: Desk, now: Now) -> bool:
    """Deliver the Slack post that has been due longest; False when none may leave now."""

    def by_slack(parcel: outbox.ClaimedParcel) -> outbox.Outcome | None:
        try:
            store.write(lambda tx: outbox.about_to_send(tx, parcel.id, attempt=parcel.attempts))
        except Refused:
            return None
        return deliver(parcel)

    return _deliver(store, "slack", by_slack, desk, now)


def _deliver(store: Store, channel: str, deliver: Deliver, desk: Desk, now: Now) -> bool:
    with store.reading() as tx:
        if not waiting.parcel(tx, channel=channel, now=now()):
            return False
    lease = timedelta(seconds=desk.lease.sending)

    def claim(tx: Tx) -> outbox.ClaimedParcel | None:
        return outbox.claim_one(tx, channel=channel, now=now(), lease=lease)

    parcel = store.write(claim)
    if parcel is None:
        return False
    outcome = deliver(parcel)
    if outcome is None:
        return True

    def settle(tx: Tx) -> None:
        outbox.settle(tx, parcel.id, outcome, desk=desk, now=now(), attempt=parcel.attempts)

    store.write(settle)
    log.info(
        "parcel", id=parcel.id, channel=channel, occasion=parcel.occasion, outcome=type(outcome).__name__.lower(),
        attempt=parcel.attempts,
    )  # fmt: skip
    return True


class Courier:
    """Delivers letters over one relay connection, and spares a relay that is down: it is asked again after `PAUSES` (never
    longer than the first wait of `[retry]`), not for every letter that waits."""

    def __init__(self, store: Store, relay: Relay, desk: Desk, now: Now) -> None:
        self._store = store
        self._relay = relay
        self._desk = desk
        self._now = now
        self._not_before = 0.0
        self._failures = 0

    def step(self) -> bool:
        """Deliver one letter; False when none may leave now."""
        if time.monotonic() < self._not_before:
            return False
        did = deliver_one(self._store, self._relay, self._desk, self._now)
        if not did:
            self._relay.rest()
        elif self._relay.reachable:
            if self._failures:
                log.info("relay", reachable=True)
            self._failures = 0
        else:
            if not self._failures:
                log.error("relay", reachable=False)
            pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
            self._not_before = time.monotonic() + min([pause, *self._desk.retry.waits[:1]])
            self._failures += 1
        return did

    def close(self) -> None:
        self._relay.close()
