"""Files that were kept before scanning was thought of wait for a scanner like all others."""

from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from tests.tracker.desk import MONDAY
from tracker import scans, schema
from tracker.model import Scan
from tracker.store import Store


def test_a_file_kept_by_an_older_version_waits_to_be_scanned(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        command.upgrade(schema._config(connection), "0002")
        connection.execute(text("INSERT INTO blobs (sha256, size, content) VALUES ('abc', 1, :x)").bindparams(x=b"x"))
    engine.dispose()
    schema.upgrade(database_url)
    store = Store(database_url)
    claimed = store.write(
        lambda tx: scans.claim_one(tx, now=MONDAY + timedelta(days=36500), lease=timedelta(seconds=1))
    )
    with store.reading() as tx:
        row = tx.get_one(Scan, "abc")
        assert row.since.tzinfo is not None
        assert scans.content_of(tx, "abc") == b"x"
    store.close()
    assert claimed == scans.ToScan("abc", 1)


@pytest.mark.parametrize(
    ("scan", "scanning", "state", "locked"),
    [
        (None, True, "not_kept", True),
        (None, False, "not_kept", True),
        (Scan(state="waiting"), True, "waiting", True),
        (Scan(state="waiting"), False, "not_scanned", False),
        (Scan(state="clean"), True, "clean", False),
        (Scan(state="clean"), False, "clean", False),
        (Scan(state="found", found="X"), True, "found", True),
        (Scan(state="found", found="X"), False, "found", True),
    ],
)
def test_what_is_locked(scan: Scan | None, scanning: bool, state: str, locked: bool) -> None:
    said = scans.standing(scan, scanning=scanning)
    assert (said["state"], said["locked"]) == (state, locked)


def test_a_verdict_is_given_once(tables_url: str) -> None:
    store = Store(tables_url)
    store.write(
        lambda tx: tx.execute(text("INSERT INTO blobs (sha256, size, content) VALUES ('abc', 1, :x)"), {"x": b"x"})
    )
    store.write(lambda tx: scans.begin(tx, "abc", now=MONDAY))
    store.write(lambda tx: scans.settle(tx, "abc", found="", now=MONDAY))
    store.write(lambda tx: scans.give_back(tx, "abc", why="late", now=MONDAY))
    store.write(lambda tx: scans.settle(tx, "abc", found="late", now=MONDAY))
    with store.reading() as tx:
        assert (tx.get_one(Scan, "abc").state, tx.get_one(Scan, "abc").last_error) == ("clean", None)
    store.close()
