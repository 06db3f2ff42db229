"""What the virus scanner says of each kept file, and whose word the trust in a message rests on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True)
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Every file that is kept already waits to be scanned, should a scanner ever be configured."""
    op.add_column("messages", sa.Column("trust_source", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "scans",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("lease_until", TIME),
        sa.Column("last_error", sa.Text()),
        sa.Column("settled_at", TIME),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_scans_sha256_blobs", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sha256", name="pk_scans"),
    )
    op.create_index("ix_scans_waiting", "scans", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"])
    op.execute(
        "INSERT INTO scans (sha256, state, found, attempts, since, due_at) "
        "SELECT sha256, 'waiting', '', 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM blobs"
    )
