"""The leads' channel is told that a rating waits for somebody's yes, and no longer once it does not; deciding is in `ratings`."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from tracker import outbox
from tracker.desk import Desk
from tracker.model import Parcel, Rating, RegisterPlace
from tracker.promises import when_heard
from tracker.register import places
from tracker.store import Tx

OCCASION: Final = "remind/rating"


def ask(tx: Tx, rating: Rating, *, agreed: int, needed: int, desk: Desk, now: datetime) -> None:
    """Queue one line: the level, the place, and how many must still agree. Without Slack `status` says it instead."""
    settle(tx, rating)
    if not desk.slack_on or not desk.register.channel:
        return
    facts = {
        "level": rating.level,
        "before": "" if rating.before is None else rating.before,
        "place": places.label(tx.get_one(RegisterPlace, rating.place_id), desk.field),
        "left": needed - agreed,
        "agreed": agreed,
    }
    outbox.enqueue_post(
        tx,
        case=None,
        channel=desk.register.channel,
        occasion=OCCASION,
        text=desk.letters.post(OCCASION, facts),
        dedupe_key=f"{_key(rating)}{agreed}",
        now=now,
        due_at=when_heard(now, desk.hours),
    )


def settle(tx: Tx, rating: Rating) -> None:
    """What has not left yet is not asked any more."""
    waiting = select(Parcel).where(
        Parcel.dedupe_key.startswith(_key(rating), autoescape=True), Parcel.state == "queued"
    )
    for parcel in tx.scalars(waiting):
        parcel.state = "cancelled"


def _key(rating: Rating) -> str:
    return f"rating/{rating.id}/waits/"
