"""The triage room as a fixture, on both databases; on PostgreSQL one database is emptied between tests, which is quicker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.servers.postgres import Cluster
from tests.tracker.triage.room import Room, a_room
from tracker.model import Base


@pytest.fixture(scope="session")
def triage_database(postgres: Cluster) -> Iterator[str]:
    """The PostgreSQL database that the tests of this folder share."""
    url = postgres.fresh_database()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    if request.param == "sqlite":
        room = a_room(f"sqlite:///{tmp_path / 'desk.sqlite3'}")
    else:
        room = a_room(emptied(request.getfixturevalue("triage_database")))
    yield room
    room.store.close()


def emptied(url: str) -> str:
    """The same database without a row in any table."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return url
