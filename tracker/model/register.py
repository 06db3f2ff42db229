"""Tables of the quality register: places, their ratings with evidence, requirements and interventions; surveys are in `surveys`.

What is not known is "" in the columns that name a place, so that two rows of one place cannot stand side by side.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.model.base import Base, Detail, Details, Names, Numbers


class RegisterPlace(Base):
    """What is rated. scope: organisation, site, department, programme, wider_system; `key` as `places.key_of` makes it."""

    __tablename__ = "places"
    __table_args__ = (Index("ix_places_provider", "provider", "programme"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    scope: Mapped[str]
    provider: Mapped[str] = mapped_column(default="")
    site: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")
    programme: Mapped[str] = mapped_column(default="", index=True)
    made_at: Mapped[datetime]


class PlaceCase(Base):
    """A case that a person linked to a place. It stays as history when it is taken off (`removed_at`)."""

    __tablename__ = "place_cases"
    __table_args__ = (UniqueConstraint("place_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    linked_by: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    linked_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Evidence(Base):
    """A dated item that speaks about a place. kind: an id of evidence.toml; `happened_on` is when it was gathered.

    `summary` is staff's own words, never a comment verbatim; `n` how many people stand behind it, where that is known.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_place", "place_id", "happened_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    kind: Mapped[str]
    happened_on: Mapped[date]
    summary: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    n: Mapped[int | None]
    standards: Mapped[Names] = mapped_column(default=list)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("survey_imports.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    intervention_id: Mapped[int | None] = mapped_column(ForeignKey("interventions.id"), index=True)
    added_by: Mapped[str]
    added_at: Mapped[datetime]


class Rating(Base):
    """One step of a rating. state: proposed, provisional, set, unchanged, withdrawn; `asks` is what a proposal asks to be.

    A rating stands from `decided_at` until the next one that stands. `criteria` are [{criterion, met, evidence: [ids]}],
    `before` is the level that stood when it was proposed, `changed_on` when the provider's change took effect.
    `review_on` and `review_why` count from the decision.
    """

    __tablename__ = "ratings"
    __table_args__ = (Index("ix_ratings_place", "place_id", "decided_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    level: Mapped[int]
    before: Mapped[int | None]
    state: Mapped[str] = mapped_column(default="proposed", index=True)
    asks: Mapped[str]
    reason: Mapped[str]
    criteria: Mapped[Details] = mapped_column(default=list)
    evidence: Mapped[Numbers] = mapped_column(default=list)
    provisional: Mapped[bool] = mapped_column(default=False)
    immediate_risk: Mapped[bool] = mapped_column(default=False)
    changed_on: Mapped[date | None]
    doctors_affected: Mapped[bool] = mapped_column(default=False)
    gmc_agreed_on: Mapped[date | None]
    follow_up_on: Mapped[date | None]
    intervention_id: Mapped[int | None] = mapped_column(ForeignKey("interventions.id"), index=True)
    impact: Mapped[int | None]
    likelihood: Mapped[int | None]
    controls: Mapped[str] = mapped_column(default="")
    further_actions: Mapped[str] = mapped_column(default="")
    standards: Mapped[Names] = mapped_column(default=list)
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    review_on: Mapped[date | None] = mapped_column(index=True)
    review_why: Mapped[str] = mapped_column(default="")


class RatingApproval(Base):
    """A person's yes to a proposed rating; where two are needed, the rating stands with the second."""

    __tablename__ = "rating_approvals"
    __table_args__ = (UniqueConstraint("rating_id", "approved_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id"), index=True)
    approved_by: Mapped[str]
    role: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime]


class TellTask(Base):
    """Somebody to tell of a rating, as a task for a person; nothing is ever sent from it. state: open, done, not_needed."""

    __tablename__ = "tell_tasks"
    __table_args__ = (UniqueConstraint("rating_id", "whom"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    whom: Mapped[str]
    state: Mapped[str] = mapped_column(default="open", index=True)
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    settled_why: Mapped[str | None]


class Intervention(Base):
    """A review or meeting, planned or held. `kind_raw` and the other `_raw` columns are as printed; `kind` is normalised or "".

    state: planned, held, draft, final, cancelled. `place_id` is None where the provider is not one of ours. `source_id` is the
    id it has in the file it came from. `panel` are roles, `warnings` what cannot be true in what was printed.
    """

    __tablename__ = "interventions"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[str | None] = mapped_column(unique=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    provider_raw: Mapped[str] = mapped_column(default="")
    header_provider_raw: Mapped[str] = mapped_column(default="")
    provider: Mapped[str] = mapped_column(default="", index=True)
    site_raw: Mapped[str] = mapped_column(default="")
    group_raw: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    kind_raw: Mapped[str] = mapped_column(default="")
    form: Mapped[str] = mapped_column(default="")
    plan_year: Mapped[str] = mapped_column(default="", index=True)
    office: Mapped[str] = mapped_column(default="")
    trigger: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="planned", index=True)
    panel: Mapped[Names] = mapped_column(default=list)
    concerns: Mapped[Names] = mapped_column(default=list)
    standards: Mapped[Names] = mapped_column(default=list)
    requirements_raw: Mapped[str] = mapped_column(default="")
    requirement_counts: Mapped[Detail] = mapped_column(default=dict)
    isf_raw: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    report_due_on: Mapped[date | None] = mapped_column(index=True)
    report_due_why: Mapped[str] = mapped_column(default="")
    drafted_on: Mapped[date | None]
    reported_on: Mapped[date | None]
    warnings: Mapped[Names] = mapped_column(default=list)
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class Session(Base):
    """A date of an intervention; `until` of a range. state: planned, held, cancelled. `attendance` [{group, asked, came}]."""

    __tablename__ = "intervention_sessions"
    __table_args__ = (UniqueConstraint("intervention_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    intervention_id: Mapped[int] = mapped_column(ForeignKey("interventions.id"), index=True)
    held_on: Mapped[date] = mapped_column(index=True)
    until: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="planned")
    attendance: Mapped[Details] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")


class Requirement(Base):
    """What a provider must do. kind: IMR, MR, REC, GP. `due_why` is the sum behind `due_at`.

    state: open, evidence_received, evidence_insufficient, extended, closed, closed_with_conditions, superseded. `case_id` is
    the case of its own in which we write with the provider and whose follow-ups chase it; `from_case_id` a concern it grew out
    of. `contact` is PROVIDER/ROLE of the provider's owner, `their_ref` the trust's own reference.
    """

    __tablename__ = "requirements"
    __table_args__ = (
        Index("ix_requirements_place", "place_id", "state"),
        Index("ix_requirements_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    intervention_id: Mapped[int | None] = mapped_column(ForeignKey("interventions.id"), index=True)
    from_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    standards: Mapped[Names] = mapped_column(default=list)
    affected_group: Mapped[Names] = mapped_column(default=list)
    finding: Mapped[str]
    action: Mapped[str] = mapped_column(default="")
    evidence_wanted: Mapped[str] = mapped_column(default="")
    owner_role: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    their_ref: Mapped[str] = mapped_column(default="", index=True)
    due_at: Mapped[datetime | None]
    due_why: Mapped[str] = mapped_column(default="")
    assessment: Mapped[str] = mapped_column(default="")
    conditions: Mapped[Names] = mapped_column(default=list)
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("requirements.id"), index=True)
    opened_by: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)


class Response(Base):
    """What a provider answered. how: token, our_reference, their_reference, by_hand; `taken` False: offered to a person only."""

    __tablename__ = "requirement_responses"
    __table_args__ = (UniqueConstraint("requirement_id", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirements.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    how: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    taken: Mapped[bool]
    summary: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[str]
    at: Mapped[datetime]


class RegisterEvent(Base):
    """One line of the register's history; append only. subject: place, rating, requirement, intervention."""

    __tablename__ = "register_events"
    __table_args__ = (Index("ix_register_events_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    subject_id: Mapped[int]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    kind: Mapped[str]
    detail: Mapped[Detail] = mapped_column(default=dict)


class RegisterDue(Base):
    """Something of the register that falls due. subject: rating, requirement, intervention. state: pending, fired, done.

    `why` is the sum behind the date.
    """

    __tablename__ = "register_dues"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "kind", "due_at"),
        Index(
            "ix_register_dues_due",
            "due_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    subject_id: Mapped[int]
    kind: Mapped[str]
    due_at: Mapped[datetime]
    why: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_why: Mapped[str | None]
