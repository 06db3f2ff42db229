"""What every test may ask for: databases of both kinds and the servers around the desk; helpers live in tests/servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers.postgres import Cluster, programs
from tests.servers.relay import Relay
from tests.servers.slack import SlackServer

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
