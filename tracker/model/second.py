"""The table of second opinions: which message waits for one, and what was answered, word for word."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.model.base import Base, Detail


class SecondReading(Base):
    """A second opinion on one message. state: waiting, answered, failed. `answer` is what the other reader said, in its words.

    `raised` says whether the case became graver by it.
    """

    __tablename__ = "second_readings"
    __table_args__ = (
        Index(
            "ix_second_readings_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str] = mapped_column(default="waiting")
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    reader: Mapped[str] = mapped_column(default="")
    answer: Mapped[Detail | None]
    raised: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str | None]
    settled_at: Mapped[datetime | None]
