"""What Alembic runs: the steps on the connection and in the transaction that `tracker.schema` opened; nothing else."""

from alembic import context

from tracker.model import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite too can undo changed tables; Alembic would not believe it without a word.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
