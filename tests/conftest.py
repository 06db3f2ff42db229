"""What every test may ask for: databases of both kinds and the servers around the desk; helpers live in tests/servers."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine

from tests.servers.postgres import Cluster, programs
from tests.servers.relay import Relay
from tests.servers.slack import SlackServer
from tracker.model import Base
from tracker.store import sqlite_engine

# A busy machine is no fault of ours: only a law that is broken fails a property test, not a slow example.
settings.register_profile("desk", deadline=None)
settings.load_profile("desk")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL cluster for the whole run; skips where the machine has no PostgreSQL."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not on this machine, or there is no user to run them as")
    with Cluster(folder) as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'desk.sqlite3'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.fresh_database()
    yield url
    cluster.drop(url)


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no row, to be copied."""
    path = tmp_path_factory.mktemp("tables") / "desk.sqlite3"
    engine = sqlite_engine(f"sqlite:///{path}", writer=True)
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_with_tables(postgres: Cluster) -> str:
    """The URL of a PostgreSQL database with all tables; each test empties it before use."""
    url = postgres.fresh_database()
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def tables_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with all tables and no row, on both databases; quicker than making the tables anew."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("sqlite_with_tables"), tmp_path / "desk.sqlite3")
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_with_tables")
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    engine.dispose()
    return url


@pytest.fixture
def relay() -> Iterator[Relay]:
    """A relay that accepts everything until told otherwise."""
    with Relay() as running:
        yield running


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A Slack workspace with its inhabitants."""
    with SlackServer() as running:
        yield running
