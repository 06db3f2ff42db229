"""Tables of cases, of the people in them and of what happened to them."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.model.base import Base, Detail, Names


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
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
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
