"""The migrations make exactly the tables of the model, at once or not at all, on both kinds of database."""

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from tracker import schema
from tracker.model import Base


def test_an_empty_database_becomes_a_current_one_with_the_tables_of_the_model(database_url: str) -> None:
    assert schema.state(database_url) == "empty"
    schema.upgrade(database_url)
    assert schema.state(database_url) == "current"
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(database_url: str) -> None:
    schema.upgrade(database_url)
    schema.upgrade(database_url)
    assert schema.state(database_url) == "current"


def test_several_at_once_are_safe(database_url: str) -> None:
    faults: list[Exception] = []

    def migrate() -> None:
        try:
            schema.upgrade(database_url)
        except Exception as error:  # noqa: BLE001 - the assertion below shows it
            faults.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert schema.state(database_url) == "current"


def test_an_older_newer_or_foreign_database_is_told_apart(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE recipes (name TEXT)"))
    assert schema.state(database_url) == "unknown"
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE recipes"))
    schema.upgrade(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    assert schema.state(database_url) == "unknown"
    engine.dispose()


def test_a_migration_that_breaks_half_way_leaves_the_database_as_it_was(database_url: str) -> None:
    """The last table cannot be made, so none is."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE message_ids (name TEXT)"))
    with pytest.raises(DBAPIError, match="message_ids"):
        schema.upgrade(database_url)
    assert inspect(engine).get_table_names() == ["message_ids"]
    engine.dispose()


def test_a_sqlite_file_gets_its_folder_and_looking_makes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "new" / "desk.sqlite3"
    assert schema.state(f"sqlite:///{file}") == "empty"
    assert not file.parent.exists()
    schema.upgrade(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
