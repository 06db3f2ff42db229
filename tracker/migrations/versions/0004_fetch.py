"""Files of Slack messages that are still to be fetched, and cards that have moved to another channel."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True)
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.add_column("cards", sa.Column("state", sa.Text(), nullable=False, server_default="live"))
    # Where a case has several cards, the last is the one of its present route.
    op.execute("UPDATE cards SET state = 'leaving' WHERE id NOT IN (SELECT MAX(id) FROM cards GROUP BY case_id)")
    op.create_table(
        "fetches",
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("lease_until", TIME),
        sa.Column("last_error", sa.Text()),
        sa.Column("settled_at", TIME),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name="fk_fetches_attachment_id_attachments", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attachment_id", name="pk_fetches"),
    )
    op.create_index("ix_fetches_waiting", "fetches", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING)
