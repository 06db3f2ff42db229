"""The one way to write: a savepoint each, one commit, answers after it."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import IntegrityError

from tracker.errors import Refused, StoreUnavailable
from tracker.model import Base, Mark, Person
from tracker.store import Store, Tx

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(tables_url: str) -> Iterator[Store]:
    store = Store(tables_url)
    yield store
    store.close()


def mark(name: str, value: str = "") -> Callable[[Tx], str]:
    def job(tx: Tx) -> str:
        tx.add(Mark(name=name, value=value, at=NOW))
        return name

    return job


def marks(store: Store) -> int:
    with store.reading() as tx:
        return tx.scalar(select(func.count()).select_from(Mark)) or 0


def test_a_job_is_kept_when_it_returns(store: Store) -> None:
    assert store.write(mark("a")) == "a"
    assert marks(store) == 1


def test_a_job_that_raises_keeps_nothing_and_harms_no_neighbour(store: Store) -> None:
    def refuse(tx: Tx) -> None:
        tx.add(Mark(name="never", at=NOW))
        tx.flush()
        raise Refused("not now")

    futures = [store.submit(mark("one")), store.submit(refuse), store.submit(mark("two"))]
    assert futures[0].result(10) == "one"
    with pytest.raises(Refused, match="not now"):
        futures[1].result(10)
    assert futures[2].result(10) == "two"
    assert marks(store) == 2


def test_many_writers_at_once_lose_no_update(store: Store) -> None:
    store.write(mark("counter", "0"))

    def add_one(tx: Tx) -> None:
        row = tx.get_one(Mark, "counter", with_for_update=True)
        row.value = str(int(row.value) + 1)

    threads = [threading.Thread(target=lambda: [store.write(add_one) for _ in range(25)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as tx:
        assert tx.get_one(Mark, "counter").value == "150"


def test_a_clash_of_unique_keys_is_the_askers_to_hear(store: Store) -> None:
    store.write(mark("a"))
    with pytest.raises(IntegrityError):
        store.write(mark("a"))
    assert store.write(mark("b")) == "b"


def test_bells_ring_after_the_commit_and_not_before(store: Store) -> None:
    seen: list[int] = []
    store.after_commit.append(lambda: seen.append(marks(store)))
    store.write(mark("a"))
    deadline = time.monotonic() + 5
    while not seen and time.monotonic() < deadline:
        time.sleep(0.01)
    assert seen[0] == 1


def test_text_that_a_database_refuses_is_cleaned(store: Store) -> None:
    store.write(mark("odd", "nul \0 and lone \ud800 surrogate"))
    with store.reading() as tx:
        assert tx.get_one(Mark, "odd").value == "nul \ufffd and lone \ufffd surrogate"


def test_a_time_without_zone_is_refused(store: Store) -> None:
    def naive(tx: Tx) -> None:
        tx.add(Mark(name="naive", at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the point of the test

    with pytest.raises(Exception, match="without zone"):
        store.write(naive)


def test_times_come_back_in_utc(store: Store) -> None:
    store.write(mark("a"))
    with store.reading() as tx:
        assert tx.get_one(Mark, "a").at == NOW
        assert tx.get_one(Mark, "a").at.tzinfo is UTC


def test_a_closed_store_says_later(store: Store) -> None:
    store.close()
    with pytest.raises(StoreUnavailable):
        store.submit(mark("late"))


class TestOnSqlite:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "desk.sqlite3"

    @pytest.fixture
    def store(self, path: Path) -> Iterator[Store]:
        url = f"sqlite:///{path}"
        engine = create_engine(url)
        Base.metadata.create_all(engine)
        engine.dispose()
        store = Store(url)
        yield store
        store.close()

    def test_commits_are_flushed_and_deletions_are_real(self, store: Store) -> None:
        def pragmas(tx: Tx) -> dict[str, object]:
            names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            return {name: tx.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

        assert store.write(pragmas) == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}

    def test_a_reader_cannot_write(self, store: Store) -> None:
        def sneak() -> None:
            with store.reading() as tx:
                tx.add(Mark(name="sneaky", at=NOW))
                tx.flush()

        with pytest.raises(StoreUnavailable):
            sneak()
        assert marks(store) == 0

    def test_a_job_that_waits_for_another_job_is_told_instead_of_hanging(self, store: Store) -> None:
        with pytest.raises(RuntimeError, match="may not wait"):
            store.write(lambda _tx: store.write(mark("inner")))

    def test_many_jobs_share_a_commit(self, store: Store) -> None:
        commits: list[int] = []
        store.after_commit.append(lambda: commits.append(1))
        gate = threading.Event()
        store.submit(lambda _tx: gate.wait(5))
        futures = [store.submit(mark(f"m{number}")) for number in range(60)]
        gate.set()
        for future in futures:
            future.result(10)
        assert len(commits) <= 4

    def test_a_lock_held_by_another_program_is_waited_for(self, store: Store, path: Path) -> None:
        store.write(mark("first"))
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        future = store.submit(mark("patient"))
        time.sleep(0.3)
        assert not future.done()
        other.execute("ROLLBACK")
        assert future.result(10) == "patient"
        other.close()

    def test_an_asker_who_has_gone_does_not_stop_the_writer(self, store: Store) -> None:
        gate = threading.Event()
        store.submit(lambda _tx: gate.wait(5))
        gone = store.submit(mark("gone"))
        assert gone.cancel()
        gate.set()
        assert store.write(mark("still here")) == "still here"
        assert store.writer_alive
        assert marks(store) == 1

    def test_an_error_never_shows_what_was_to_be_written(self, store: Store) -> None:
        def bad(tx: Tx) -> None:
            tx.add(Person(pseudonym="P", address="secret@example.org", first_seen_at=NOW))
            tx.connection().exec_driver_sql("INSERT INTO nowhere VALUES ('secret@example.org')")

        with pytest.raises(StoreUnavailable) as problem:
            store.write(bad)
        assert "secret" not in str(problem.value)
        assert problem.value.__cause__ is None
