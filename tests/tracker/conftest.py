"""The triage room as a fixture, on both databases: made once, copied or emptied for every test, which is quicker."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.servers.postgres import Cluster
from tests.tracker.desk import a_store
from tests.tracker.room import Room, triage_desk
from tracker.model import Base
from tracker.store import Store


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no row."""
    folder = tmp_path_factory.mktemp("tables")
    a_store(folder).close()
    return folder / "desk.sqlite3"


@pytest.fixture(scope="session")
def shared_database(postgres: Cluster) -> Iterator[str]:
    """A PostgreSQL database with all tables, shared by the tests that ask for a room."""
    url = postgres.fresh_database()
    a_store(url).close()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    """A triage room on an empty database."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "desk.sqlite3")
        url = f"sqlite:///{copy}"
    else:
        url = emptied(request.getfixturevalue("shared_database"))
    store = Store(url)
    yield Room(store, triage_desk())
    store.close()


def emptied(url: str) -> str:
    """The same database without a row in any table."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()
    return url
