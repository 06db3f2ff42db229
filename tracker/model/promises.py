"""Tables of what is owed: parcels that must leave, follow-ups, cards to be redrawn, and marks of the last time."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.model.base import Base, Detail


class Parcel(Base):
    """Something that must leave. state: queued, sending, sent, held, failed, withheld, cancelled.

    `content` is the letter without its address (that is looked up at sending), or a Slack post. A letter's Message-ID and
    date are fixed here, so that a repeat has the same bytes.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_queued",
            "due_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    occasion: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    machine_made: Mapped[bool] = mapped_column(default=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="queued", index=True)
    content: Mapped[Detail]
    message_id: Mapped[str] = mapped_column(default="", index=True)
    due_at: Mapped[datetime]
    made_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    provider_id: Mapped[str | None]
    may_have_left: Mapped[bool] = mapped_column(default=False)


class FollowUp(Base):
    """Something promised for later. state: pending, fired, done, cancelled. `why` is the sum behind the date."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index(
            "uq_follow_ups_pending",
            "case_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_follow_ups_due", "due_at", sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    step: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime]
    why: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_why: Mapped[str | None]


class Card(Base):
    """The Slack message that mirrors a case, and which revision it shows (0: none yet).

    state: live; leaving (the case's card hangs elsewhere now, and this one still has to say so); left.
    """

    __tablename__ = "cards"
    __table_args__ = (UniqueConstraint("case_id", "slack_channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    slack_channel: Mapped[str]
    state: Mapped[str] = mapped_column(default="live", server_default="live")
    posted_in: Mapped[str | None]
    ts: Mapped[str | None] = mapped_column(index=True)
    shown_revision: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


class Mark(Base):
    """The last time or place something was seen: the clock's last tick, Slack's last contact, a channel's last message."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
