"""Tables of what was heard: the bytes as they came, and the messages with their ids and files that were read from them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.model.base import Base, Detail, Names


class Inbound(Base):
    """What was heard, verbatim. state: heard, read, quarantined. outcome: opened, joined, filed, repeat, quarantined."""

    __tablename__ = "inbound"
    __table_args__ = (
        UniqueConstraint("sha256", "recipient"),
        Index("ix_inbound_heard", "id", sqlite_where=text("state = 'heard'"), postgresql_where=text("state = 'heard'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    source: Mapped[str]
    recipient: Mapped[str]
    envelope: Mapped[Detail]
    sha256: Mapped[str]
    size: Mapped[int]
    message_id: Mapped[str] = mapped_column(default="", index=True)
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="heard")
    outcome: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    reason: Mapped[str | None]
    repeats: Mapped[int] = mapped_column(default=0)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)


class InboundContent(Base):
    """The bytes as received; apart from `inbound`, so that looking for unread rows does not walk over them."""

    __tablename__ = "inbound_content"

    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes]


class Message(Base):
    """One thing said on a case. direction: in, out, internal; kind: correspondence, note, notice."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"), index=True)
    direction: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[str]
    external_id: Mapped[str] = mapped_column(default="", index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    staff: Mapped[str | None]
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    new_text: Mapped[str] = mapped_column(default="")
    automatic: Mapped[str | None]
    trust: Mapped[str] = mapped_column(default="unverified")
    trust_source: Mapped[str] = mapped_column(default="", server_default="")
    faults: Mapped[Names] = mapped_column(default=list)
    digest: Mapped[str] = mapped_column(default="", index=True)
    at: Mapped[datetime]


class MessageId(Base):
    """Every id seen in Message-ID, In-Reply-To and References (without < >), so that threads can be told apart later."""

    __tablename__ = "message_ids"
    __table_args__ = (UniqueConstraint("value", "message_id", "seen_in"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    seen_in: Mapped[str]


class Blob(Base):
    """The bytes of an attachment, once, under their own hash."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes]


class Scan(Base):
    """What a virus scanner said of a blob. state: waiting, clean, found. `since` is when the file came, `found` its finding."""

    __tablename__ = "scans"
    __table_args__ = (
        Index(
            "ix_scans_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting")
    found: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class Fetch(Base):
    """A file of a Slack message, by Slack's id, whose bytes have to be fetched. state: waiting, kept, refused.

    `url` is where Slack said that it lies ("": not said); `last_error` says what the last attempt came to.
    """

    __tablename__ = "fetches"
    __table_args__ = (
        Index(
            "ix_fetches_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True)
    file: Mapped[str]
    url: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class AttachmentRow(Base):
    """A file that came with a message: its name is data, its type was found by content. `sha256` is "" where it is not here."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    filename: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    inline: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(index=True)
