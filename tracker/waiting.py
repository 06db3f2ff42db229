"""Is there work? Cheap looks that take nothing and write nothing, so that resting workers do not wake each other."""

from datetime import datetime

from sqlalchemy import or_, select

from tracker import cards
from tracker.model import Fetch, FollowUp, Inbound, Mark, Parcel, Scan
from tracker.store import Tx

OUTBOX_PAUSED = "outbox.paused"
"""The mark that keeps everything in the outbox, set after a restore until a person says that it may leave."""


def unread(tx: Tx, *, now: datetime) -> bool:
    """Whether a message waits that nobody reads."""
    free = or_(Inbound.lease_until.is_(None), Inbound.lease_until < now)
    return tx.scalar(select(Inbound.id).where(Inbound.state == "heard", free).limit(1)) is not None


def parcel(tx: Tx, *, channel: str, now: datetime) -> bool:
    """Whether something may leave by this channel now; nothing may while the outbox is paused."""
    due = select(Parcel.id).where(Parcel.state == "queued", Parcel.channel == channel, Parcel.due_at <= now)
    return tx.scalar(due.limit(1)) is not None and tx.get(Mark, OUTBOX_PAUSED) is None


def silent_parcel(tx: Tx, *, now: datetime) -> bool:
    """Whether somebody who took a parcel has not been heard of since."""
    silent = select(Parcel.id).where(Parcel.state == "sending", Parcel.lease_until < now)
    return tx.scalar(silent.limit(1)) is not None


def follow_up(tx: Tx, *, now: datetime) -> bool:
    """Whether a promise is due."""
    due = select(FollowUp.id).where(FollowUp.state == "pending", FollowUp.due_at <= now)
    return tx.scalar(due.limit(1)) is not None


def scan(tx: Tx, *, now: datetime) -> bool:
    """Whether a file waits for the virus scanner and may be asked about now."""
    free = or_(Scan.lease_until.is_(None), Scan.lease_until < now)
    return tx.scalar(select(Scan.sha256).where(Scan.state == "waiting", Scan.due_at <= now, free).limit(1)) is not None


def fetch(tx: Tx, *, now: datetime) -> bool:
    """Whether a file of Slack may be fetched now."""
    free = or_(Fetch.lease_until.is_(None), Fetch.lease_until < now)
    due = select(Fetch.attachment_id).where(Fetch.state == "waiting", Fetch.due_at <= now, free)
    return tx.scalar(due.limit(1)) is not None


def card(tx: Tx, *, now: datetime) -> bool:
    """Whether a card does not show its case as it is and may be redrawn."""
    return tx.scalar(cards.untrue(now).limit(1)) is not None
