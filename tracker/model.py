"""The tables, as mapped classes; no queries and no rules live here.

Times are UTC with zone. Text is cleaned of NUL and lone surrogates at the door (`clean_text` guards once more). Only `people`
names a person: every other row carries the person's id, and shows the pseudonym.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Detail = dict[str, Any]
Names = list[str]


def clean_text(value: str) -> str:
    """The text without what a database refuses: NUL and lone surrogates (shown as U+FFFD)."""
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8") if value else value


class Utc(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps it without zone, so the zone is put back on reading. Refuses naive times."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Clean(TypeDecorator[str]):
    """Text that went through `clean_text` on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else clean_text(value)


class Base(DeclarativeBase):
    """Base of all tables; names of constraints are fixed so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Clean, datetime: Utc, Detail: JSON, Names: JSON, bytes: LargeBinary}


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
    lease_until: Mapped[datetime | None]
    reason: Mapped[str | None]
    repeats: Mapped[int] = mapped_column(default=0)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)


class InboundContent(Base):
    """The bytes as received; apart from `inbound`, so that looking for unread rows does not walk over them."""

    __tablename__ = "inbound_content"

    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes]


class Person(Base):
    """Everything that identifies a person, and only here. `muted` says why no machine-made letter may go there."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str | None] = mapped_column(unique=True)
    slack_user: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    muted: Mapped[str | None]
    first_seen_at: Mapped[datetime]


class Case(Base):
    """One report and what became of it. `revision` counts its changes; `ref` is random and never an authenticator."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_place", "provider_first", "specialty_first"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    urgency: Mapped[str]
    restricted: Mapped[bool] = mapped_column(default=False)
    isf_proposed: Mapped[Names | None] = mapped_column(JSON)
    isf: Mapped[int | None]
    isf_state: Mapped[str | None]
    isf_awaiting: Mapped[Detail | None]
    raiser_role: Mapped[str] = mapped_column(default="unknown")
    affected_group: Mapped[Names] = mapped_column(default=list)
    grade: Mapped[str | None]
    provider: Mapped[Names] = mapped_column(default=list)
    provider_first: Mapped[str | None]
    site: Mapped[Names] = mapped_column(default=list)
    hei: Mapped[Names] = mapped_column(default=list)
    department: Mapped[str | None]
    specialty: Mapped[Names] = mapped_column(default=list)
    specialty_first: Mapped[str | None]
    themes: Mapped[Names] = mapped_column(default=list)
    standards: Mapped[Names] = mapped_column(default=list)
    red_flags: Mapped[Names] = mapped_column(default=list)
    anonymity: Mapped[str] = mapped_column(default="open")
    summary: Mapped[str] = mapped_column(default="")
    reading: Mapped[Detail] = mapped_column(default=dict)
    owner: Mapped[str | None] = mapped_column(index=True)
    acknowledgement_kind: Mapped[str] = mapped_column(default="none")
    acknowledgement_why: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    first_read_at: Mapped[datetime | None]
    first_response_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    revision: Mapped[int] = mapped_column(default=1)


class CaseLink(Base):
    """Two cases that a person should look at together; kind: possibly_related, related. Never joins anything by itself."""

    __tablename__ = "case_links"
    __table_args__ = (UniqueConstraint("case_id", "other_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    why: Mapped[str]


class CasePerson(Base):
    """A person's part in a case. role: reporter, proxy, about, provider_lead, recipient, bystander."""

    __tablename__ = "case_people"
    __table_args__ = (UniqueConstraint("case_id", "person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str]
    anonymity: Mapped[str] = mapped_column(default="open")
    consent: Mapped[str] = mapped_column(default="not_asked")


class Exclusion(Base):
    """A member of staff who may neither see nor work on a case (conflict of interest)."""

    __tablename__ = "exclusions"
    __table_args__ = (UniqueConstraint("case_id", "staff"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    staff: Mapped[str]
    why: Mapped[str]


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


class AttachmentRow(Base):
    """A file that came with a message: its name is data, its type was found by content."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    filename: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    inline: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str]


class Event(Base):
    """One line of a case's history; append only. `detail` holds pseudonyms and labels, never an address."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    revision: Mapped[int]
    detail: Mapped[Detail] = mapped_column(default=dict)


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
    made_at: Mapped[datetime]
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
    """The Slack message that mirrors a case, and which revision it shows (0: none yet)."""

    __tablename__ = "cards"
    __table_args__ = (UniqueConstraint("case_id", "slack_channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    slack_channel: Mapped[str]
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
