"""Which rating stands, or stood at any moment, and the history of a place; nothing is changed here."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from tracker.desk import Hours
from tracker.model import Rating
from tracker.store import Tx


def end_of(day: date, hours: Hours) -> datetime:
    """The last moment of a day, local time: what stood on a day is what stood at its end."""
    return datetime.combine(day + timedelta(days=1), time(0), hours.zone).astimezone(UTC) - timedelta(microseconds=1)


def standing(tx: Tx, place_id: int, *, at: datetime) -> Rating | None:
    """The rating that stood at `at` (decided by then); None where the place was not rated yet."""
    return tx.scalar(
        select(Rating)
        .where(Rating.place_id == place_id, Rating.decided_at <= at)
        .order_by(Rating.decided_at.desc(), Rating.id.desc())
        .limit(1)
    )


def standings(tx: Tx, *, at: datetime) -> dict[int, Rating]:
    """The rating that stood at `at` of every rated place, by the place's id; one query however many places there are."""
    ranked = (
        select(
            Rating.id,
            func.row_number()
            .over(partition_by=Rating.place_id, order_by=(Rating.decided_at.desc(), Rating.id.desc()))
            .label("place_in_line"),
        )
        .where(Rating.decided_at <= at)
        .subquery()
    )
    newest = select(Rating).join(ranked, ranked.c.id == Rating.id).where(ranked.c.place_in_line == 1)
    return {rating.place_id: rating for rating in tx.scalars(newest)}


def history(tx: Tx, place_id: int, *, at: datetime) -> Sequence[Rating]:
    """Every decided step of a place up to `at`, oldest first."""
    return tx.scalars(
        select(Rating)
        .where(Rating.place_id == place_id, Rating.decided_at <= at)
        .order_by(Rating.decided_at, Rating.id)
    ).all()


def level_since(steps: Sequence[Rating]) -> datetime | None:
    """Since when the level of the last step has stood without a break; None without steps. Steps are oldest first."""
    since = None
    for step in reversed(steps):
        if step.level != steps[-1].level:
            break
        since = step.decided_at
    return since
