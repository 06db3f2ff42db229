"""Which card hangs where and which revision it shows; what it says is in `card_facts`, and Slack is not known here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, CursorResult, Select, and_, or_, select, update

from tracker.model import Card, Case
from tracker.store import Tx

LIVE, LEAVING, LEFT = "live", "leaving", "left"
WAITS: Final = (2, 5, 15, 60, 300)
ERROR_WORDS: Final = 300


@dataclass(frozen=True)
class CardJob:
    """A card that its claimer must redraw: it shows `shown_revision` where the case is at `revision`.

    `attempts` counts this claim too. With no `ts` and more than one attempt, an earlier post may hang unknown to us.
    `leaving`: the case's card hangs elsewhere now; this one is to say so and nothing else.
    """

    card_id: int
    case_id: int
    ref: str
    channel: str
    posted_in: str | None
    ts: str | None
    shown_revision: int
    revision: int
    attempts: int
    leaving: bool = False


def ensure(tx: Tx, case: Case, channel: str, *, now: datetime) -> Card:
    """The card of the case in a channel (name or id), hung up (with nothing on it yet) where there is none."""
    card = tx.scalar(select(Card).where(Card.case_id == case.id, Card.slack_channel == channel))
    if card is None:
        card = Card(case_id=case.id, slack_channel=channel, due_at=now)
        tx.add(card)
        tx.flush()
    return card


def move(tx: Tx, case: Case, channel: str, *, now: datetime) -> Card:
    """The case's one live card hangs in this channel from now on; those in other channels take their content away.

    What was said below an old card stays known as said on the case.
    """
    card = ensure(tx, case, channel, now=now)
    if card.state != LIVE:
        card.state, card.shown_revision, card.due_at = LIVE, 0, now
    for old in tx.scalars(select(Card).where(Card.case_id == case.id, Card.id != card.id)).all():
        if old.ts is None and not old.attempts:
            tx.delete(old)
        else:
            old.state, old.due_at = LEAVING, now
    return card


def hangs_in(tx: Tx, case_id: int) -> str:
    """The channel (name or id) of the case's live card, "" where it has none."""
    found = select(Card.slack_channel).where(Card.case_id == case_id, Card.state == LIVE).order_by(Card.id.desc())
    return tx.scalar(found.limit(1)) or ""


def untrue(now: datetime) -> Select[int]:
    """The numbers of cards that do not say what they should and may be redrawn now."""
    stale = or_(and_(Card.state == LIVE, Card.shown_revision < Case.revision), Card.state == LEAVING)
    return select(Card.id).join(Case, Case.id == Card.case_id).where(stale, Card.due_at <= now, _free(now))


def claim_stale(tx: Tx, *, now: datetime, lease: timedelta) -> CardJob | None:
    """Take the card that has waited longest among those that do not show their case as it is; None where all are true."""
    row = tx.execute(
        untrue(now)
        .with_only_columns(Card, Case.ref, Case.revision)
        .order_by(Card.due_at, Card.id)
        .limit(1)
        .with_for_update(of=Card, skip_locked=True)
    ).first()
    if row is None:
        return None
    card, ref, revision = row
    # Two nodes may have read the same row: only one of them finds it still free here.
    taken = tx.execute(
        update(Card)
        .where(Card.id == card.id, _free(now))
        .values(lease_until=now + lease, attempts=Card.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(taken, CursorResult)
    if taken.rowcount != 1:
        return None
    return CardJob(
        card.id, card.case_id, ref, card.slack_channel, card.posted_in, card.ts, card.shown_revision, revision,
        card.attempts + 1, card.state == LEAVING,
    )  # fmt: skip


def settle(
    tx: Tx,
    card_id: int,
    *,
    shown_revision: int = 0,
    posted_in: str | None = None,
    ts: str | None = None,
    left: bool = False,
    error: str | None = None,
    retry_after: float | None = None,
    now: datetime,
) -> None:
    """Give the card back: it shows `shown_revision` at `posted_in`/`ts`, or `error` says why it does not.

    `left`: it says that the card hangs elsewhere, and is done with unless it was called back meanwhile.

    After an error it is due again after `retry_after` seconds, or after a wait that grows with the attempts.
    """
    card = tx.get_one(Card, card_id)
    card.lease_until = None
    if left and error is None and card.state == LEAVING:
        card.state = LEFT
    if error is None:
        card.posted_in, card.ts = posted_in, ts
        card.shown_revision = max(card.shown_revision, shown_revision)
        card.attempts = 0
        card.last_error = None
        card.due_at = now
        return
    wait = retry_after if retry_after is not None else WAITS[min(max(card.attempts, 1), len(WAITS)) - 1]
    card.last_error = error[:ERROR_WORDS]
    card.due_at = now + timedelta(seconds=wait)


def wake(tx: Tx, *, now: datetime) -> None:
    """Slack works again: cards that wait after trouble need not wait any longer."""
    tx.execute(
        update(Card)
        .where(Card.last_error.is_not(None), Card.due_at > now, Card.lease_until.is_(None))
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


def forget_post(tx: Tx, card_id: int) -> None:
    """The message is gone from Slack: the next drawing posts anew."""
    card = tx.get_one(Card, card_id)
    card.ts = None
    card.posted_in = None
    card.shown_revision = 0


def hang_in(tx: Tx, channel: str, ts: str) -> bool:
    """Whether the Slack message `ts` of a channel is one of our cards, or may be one that we have not written down yet."""
    known = select(Card.id).where(or_(Card.posted_in == channel, Card.posted_in.is_(None)))
    return tx.scalar(known.where(or_(Card.ts == ts, Card.ts.is_(None) & (Card.attempts > 0))).limit(1)) is not None


def channels(tx: Tx) -> frozenset[str]:
    """Every channel that a card was meant for or hangs in, by name or id."""
    names = tx.execute(select(Card.slack_channel, Card.posted_in).distinct())
    return frozenset(name for row in names for name in row if name)


def faults(tx: Tx) -> list[tuple[str, str]]:
    """(reference, error) of every card that could not be drawn the last time."""
    rows = tx.execute(
        select(Case.ref, Card.last_error)
        .join(Case, Case.id == Card.case_id)
        .where(Card.last_error.is_not(None))
        .order_by(Card.id)
    )
    return [(ref, error or "") for ref, error in rows]


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Card.lease_until.is_(None), Card.lease_until < now)
