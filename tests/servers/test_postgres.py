"""The throwaway PostgreSQL gives empty databases and can be broken; how the desk's store bears it is tested elsewhere."""

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.servers.postgres import Cluster, programs


def test_every_test_gets_an_empty_database(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (name TEXT)"))  # would fail if it were there already
        connection.execute(text("INSERT INTO thing VALUES ('x')"))
    engine.dispose()


def test_what_was_committed_outlives_a_killed_server() -> None:
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL is not on this machine")
    with Cluster(folder, fsync=True) as cluster:
        url = cluster.fresh_database()
        engine = create_engine(url, pool_pre_ping=True)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE thing (name TEXT)"))
        cluster.kill()
        with pytest.raises(psycopg.OperationalError):
            cluster.execute("SELECT 1")
        cluster.start()
        with engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM thing")).scalar() == 0
            assert connection.execute(text("SHOW fsync")).scalar() == "on"
        engine.dispose()


def test_sessions_can_be_cut_from_outside(postgres: Cluster) -> None:
    url = postgres.fresh_database()
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        postgres.cut_connections()
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT 1"))
        connection.invalidate()
    engine.dispose()
    postgres.drop(url)
