"""The quality register: places, ratings, requirements, interventions, evidence, surveys and papers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)
PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    """Make every table of the register, in an order in which each knows those that it points at."""
    op.create_table(
        "papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("as_of", TIME, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("announced_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_papers"),
    )
    op.create_index("ix_papers_kind", "papers", ["kind", "subject", "period"])
    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
        sa.UniqueConstraint("key", name="uq_places_key"),
    )
    op.create_index("ix_places_programme", "places", ["programme"])
    op.create_index("ix_places_provider", "places", ["provider", "programme"])
    op.create_table(
        "register_dues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("settled_at", TIME),
        sa.Column("settled_why", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_register_dues"),
        sa.UniqueConstraint("subject", "subject_id", "kind", "due_at", name="uq_register_dues_subject"),
    )
    op.create_index("ix_register_dues_due", "register_dues", ["due_at"], sqlite_where=PENDING, postgresql_where=PENDING)
    op.create_table(
        "survey_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_imports"),
        sa.UniqueConstraint("sha256", name="uq_survey_imports_sha256"),
    )
    op.create_table(
        "interventions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text()),
        sa.Column("place_id", sa.Integer()),
        sa.Column("provider_raw", sa.Text(), nullable=False),
        sa.Column("header_provider_raw", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("site_raw", sa.Text(), nullable=False),
        sa.Column("group_raw", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kind_raw", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("plan_year", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("panel", sa.JSON(), nullable=False),
        sa.Column("concerns", sa.JSON(), nullable=False),
        sa.Column("standards", sa.JSON(), nullable=False),
        sa.Column("requirements_raw", sa.Text(), nullable=False),
        sa.Column("requirement_counts", sa.JSON(), nullable=False),
        sa.Column("isf_raw", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("report_due_on", sa.Date()),
        sa.Column("report_due_why", sa.Text(), nullable=False),
        sa.Column("drafted_on", sa.Date()),
        sa.Column("reported_on", sa.Date()),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_interventions_place_id_places"),
        sa.PrimaryKeyConstraint("id", name="pk_interventions"),
        sa.UniqueConstraint("ref", name="uq_interventions_ref"),
        sa.UniqueConstraint("source_id", name="uq_interventions_source_id"),
    )
    op.create_index("ix_interventions_place_id", "interventions", ["place_id"])
    op.create_index("ix_interventions_plan_year", "interventions", ["plan_year"])
    op.create_index("ix_interventions_provider", "interventions", ["provider"])
    op.create_index("ix_interventions_report_due_on", "interventions", ["report_due_on"])
    op.create_index("ix_interventions_state", "interventions", ["state"])
    op.create_table(
        "place_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("linked_at", TIME, nullable=False),
        sa.Column("removed_at", TIME),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_place_cases_case_id_cases"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_place_cases_place_id_places"),
        sa.PrimaryKeyConstraint("id", name="pk_place_cases"),
        sa.UniqueConstraint("place_id", "case_id", name="uq_place_cases_place_id"),
    )
    op.create_index("ix_place_cases_case_id", "place_cases", ["case_id"])
    op.create_index("ix_place_cases_place_id", "place_cases", ["place_id"])
    op.create_table(
        "register_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer()),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_register_events_place_id_places"),
        sa.PrimaryKeyConstraint("id", name="pk_register_events"),
    )
    op.create_index("ix_register_events_at", "register_events", ["at"])
    op.create_index("ix_register_events_place_id", "register_events", ["place_id"])
    op.create_index("ix_register_events_subject", "register_events", ["subject", "subject_id"])
    op.create_table(
        "survey_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("survey", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("learner_level", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_survey_comments_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["survey_imports.id"], name="fk_survey_comments_import_id_survey_imports"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_survey_comments"),
    )
    op.create_index("ix_survey_comments_case_id", "survey_comments", ["case_id"])
    op.create_index("ix_survey_comments_import_id", "survey_comments", ["import_id"])
    op.create_index("ix_survey_comments_place", "survey_comments", ["provider", "programme", "survey", "year"])
    op.create_table(
        "survey_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("survey", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("report_by", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("learner_level", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("outlier", sa.Text(), nullable=False),
        sa.Column("mean", sa.Double()),
        sa.Column("lower", sa.Double()),
        sa.Column("upper", sa.Double()),
        sa.Column("n", sa.Integer()),
        sa.Column("benchmark_mean", sa.Double()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["survey_imports.id"], name="fk_survey_results_import_id_survey_imports"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_survey_results"),
    )
    op.create_index("ix_survey_results_import_id", "survey_results", ["import_id"])
    op.create_index("ix_survey_results_place", "survey_results", ["provider", "programme", "survey", "year"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer()),
        sa.Column("standards", sa.JSON(), nullable=False),
        sa.Column("import_id", sa.Integer()),
        sa.Column("case_id", sa.Integer()),
        sa.Column("intervention_id", sa.Integer()),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_evidence_case_id_cases"),
        sa.ForeignKeyConstraint(["import_id"], ["survey_imports.id"], name="fk_evidence_import_id_survey_imports"),
        sa.ForeignKeyConstraint(
            ["intervention_id"], ["interventions.id"], name="fk_evidence_intervention_id_interventions"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_evidence_place_id_places"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_case_id", "evidence", ["case_id"])
    op.create_index("ix_evidence_import_id", "evidence", ["import_id"])
    op.create_index("ix_evidence_intervention_id", "evidence", ["intervention_id"])
    op.create_index("ix_evidence_place", "evidence", ["place_id", "happened_on"])
    op.create_table(
        "intervention_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intervention_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attendance", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intervention_id"], ["interventions.id"], name="fk_intervention_sessions_intervention_id_interventions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_intervention_sessions"),
        sa.UniqueConstraint("intervention_id", "held_on", name="uq_intervention_sessions_intervention_id"),
    )
    op.create_index("ix_intervention_sessions_held_on", "intervention_sessions", ["held_on"])
    op.create_index("ix_intervention_sessions_intervention_id", "intervention_sessions", ["intervention_id"])
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("immediate_risk", sa.Boolean(), nullable=False),
        sa.Column("changed_on", sa.Date()),
        sa.Column("doctors_affected", sa.Boolean(), nullable=False),
        sa.Column("gmc_agreed_on", sa.Date()),
        sa.Column("follow_up_on", sa.Date()),
        sa.Column("intervention_id", sa.Integer()),
        sa.Column("impact", sa.Integer()),
        sa.Column("likelihood", sa.Integer()),
        sa.Column("controls", sa.Text(), nullable=False),
        sa.Column("further_actions", sa.Text(), nullable=False),
        sa.Column("standards", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", TIME, nullable=False),
        sa.Column("decided_at", TIME),
        sa.Column("review_on", sa.Date()),
        sa.Column("review_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intervention_id"], ["interventions.id"], name="fk_ratings_intervention_id_interventions"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_ratings_place_id_places"),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
    )
    op.create_index("ix_ratings_intervention_id", "ratings", ["intervention_id"])
    op.create_index("ix_ratings_place", "ratings", ["place_id", "decided_at"])
    op.create_index("ix_ratings_review_on", "ratings", ["review_on"])
    op.create_index("ix_ratings_state", "ratings", ["state"])
    op.create_table(
        "requirements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("intervention_id", sa.Integer()),
        sa.Column("from_case_id", sa.Integer()),
        sa.Column("case_id", sa.Integer()),
        sa.Column("standards", sa.JSON(), nullable=False),
        sa.Column("affected_group", sa.JSON(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("evidence_wanted", sa.Text(), nullable=False),
        sa.Column("owner_role", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("their_ref", sa.Text(), nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("due_why", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("superseded_by_id", sa.Integer()),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("closed_by", sa.Text()),
        sa.Column("closed_at", TIME),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_requirements_case_id_cases"),
        sa.ForeignKeyConstraint(["from_case_id"], ["cases.id"], name="fk_requirements_from_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["intervention_id"], ["interventions.id"], name="fk_requirements_intervention_id_interventions"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_requirements_place_id_places"),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["requirements.id"], name="fk_requirements_superseded_by_id_requirements"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_requirements"),
        sa.UniqueConstraint("ref", name="uq_requirements_ref"),
    )
    op.create_index("ix_requirements_case_id", "requirements", ["case_id"])
    op.create_index("ix_requirements_closed_at", "requirements", ["closed_at"])
    op.create_index("ix_requirements_due", "requirements", ["state", "due_at"])
    op.create_index("ix_requirements_from_case_id", "requirements", ["from_case_id"])
    op.create_index("ix_requirements_intervention_id", "requirements", ["intervention_id"])
    op.create_index("ix_requirements_opened_at", "requirements", ["opened_at"])
    op.create_index("ix_requirements_place", "requirements", ["place_id", "state"])
    op.create_index("ix_requirements_superseded_by_id", "requirements", ["superseded_by_id"])
    op.create_index("ix_requirements_their_ref", "requirements", ["their_ref"])
    op.create_table(
        "rating_approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["rating_id"], ["ratings.id"], name="fk_rating_approvals_rating_id_ratings"),
        sa.PrimaryKeyConstraint("id", name="pk_rating_approvals"),
        sa.UniqueConstraint("rating_id", "approved_by", name="uq_rating_approvals_rating_id"),
    )
    op.create_index("ix_rating_approvals_rating_id", "rating_approvals", ["rating_id"])
    op.create_table(
        "requirement_responses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer()),
        sa.Column("case_id", sa.Integer()),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_requirement_responses_case_id_cases"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_requirement_responses_message_id_messages"),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["requirements.id"], name="fk_requirement_responses_requirement_id_requirements"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_requirement_responses"),
        sa.UniqueConstraint("requirement_id", "message_id", name="uq_requirement_responses_requirement_id"),
    )
    op.create_index("ix_requirement_responses_case_id", "requirement_responses", ["case_id"])
    op.create_index("ix_requirement_responses_message_id", "requirement_responses", ["message_id"])
    op.create_index("ix_requirement_responses_requirement_id", "requirement_responses", ["requirement_id"])
    op.create_table(
        "tell_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("settled_at", TIME),
        sa.Column("settled_by", sa.Text()),
        sa.Column("settled_why", sa.Text()),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_tell_tasks_place_id_places"),
        sa.ForeignKeyConstraint(["rating_id"], ["ratings.id"], name="fk_tell_tasks_rating_id_ratings"),
        sa.PrimaryKeyConstraint("id", name="pk_tell_tasks"),
        sa.UniqueConstraint("rating_id", "whom", name="uq_tell_tasks_rating_id"),
    )
    op.create_index("ix_tell_tasks_place_id", "tell_tasks", ["place_id"])
    op.create_index("ix_tell_tasks_rating_id", "tell_tasks", ["rating_id"])
    op.create_index("ix_tell_tasks_state", "tell_tasks", ["state"])
