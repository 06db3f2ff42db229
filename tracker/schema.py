"""Bringing a database to the tables of this version, and telling which version it has; the steps are in `migrations/`."""

from pathlib import Path
from typing import Literal, TypeAlias

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text

from tracker.store import BUSY_SECONDS, sqlite_engine

State: TypeAlias = Literal["empty", "current", "behind", "unknown"]

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
LOCK = 0x51_44_45_53_4B
"""The advisory lock ("QDESK") that two migrations of one PostgreSQL database queue for."""

PATIENCE_SECONDS = 600
"""How long one migration of a SQLite file waits for another: a large one takes minutes."""


def upgrade(url: str) -> None:
    """Bring the database to this version in one transaction: killed half-way, it is as it was before.

    Two at once are safe: the second waits for the first and then finds nothing to do. Makes the folder of a SQLite file.
    """
    engine = _engine(url, patience=PATIENCE_SECONDS)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def state(url: str) -> State:
    """Which tables the database has: none, those of this version, those of an older one, or some we do not know.

    Raises sqlalchemy.exc.DBAPIError where the database cannot be reached.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and not Path(parsed.database).exists():
        return "empty"
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return _state(connection)
    finally:
        engine.dispose()


def _state(connection: Connection) -> State:
    script = ScriptDirectory.from_config(_config(connection))
    at = MigrationContext.configure(connection).get_current_heads()
    if not at:
        return "unknown" if inspect(connection).get_table_names() else "empty"
    if set(at) == set(script.get_heads()):
        return "current"
    known = {revision.revision for revision in script.walk_revisions()}
    return "behind" if set(at) <= known else "unknown"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _engine(url: str, *, patience: int = BUSY_SECONDS) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return sqlite_engine(url, writer=True, patience=patience)
