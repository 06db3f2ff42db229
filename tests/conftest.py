"""What every test may ask for: databases of both kinds and the servers around the desk; helpers live in tests/servers."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine

from tests.servers.postgres import Cluster, programs
from tests.servers.relay import Relay
from tests.servers.slack import SlackServer
from tests.tracker.desk import empty_tables
from tracker.model import Base

# A busy machine is no fault of ours: only a law that is broken fails a property test, not a slow example.
settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

# Every row goes and every number begins at one again; much quicker than TRUNCATE, which makes all files anew.
EMPTIED = """
SET LOCAL session_replication_role = replica;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'DELETE FROM ' || quote_ident(name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        EXECUTE 'ALTER SEQUENCE ' || quote_ident(name) || ' RESTART';
    END LOOP;
END $$
"""

# All that is made while tests are collected stays until the end: there is no garbage to look for in it, then or later.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first. Each of several workers takes a stretch of the list, so that each stretch gets its share of them."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.get_closest_marker("slow")]
    quick = [item for item in items if not item.get_closest_marker("slow")]
    items[:] = [
        item
        for worker in range(workers)
        for item in (
            *long[worker::workers],
            *quick[len(quick) * worker // workers : len(quick) * (worker + 1) // workers],
        )
    ]


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
    path.write_bytes(empty_tables())
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
        path = tmp_path / "desk.sqlite3"
        path.write_bytes(empty_tables())
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_with_tables")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(EMPTIED)
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
