"""Second opinions on messages, by another reader that the organisation runs itself."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Nothing that came before is asked about: only what comes from now on, and only where a second reader is configured."""
    op.create_table(
        "second_readings",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", TIME),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("answer", sa.JSON()),
        sa.Column("raised", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("settled_at", TIME),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_second_readings_message_id_messages", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_second_readings_case_id_cases"),
        sa.PrimaryKeyConstraint("message_id", name="pk_second_readings"),
    )
    op.create_index("ix_second_readings_case_id", "second_readings", ["case_id"])
    op.create_index(
        "ix_second_readings_waiting", "second_readings", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING
    )
