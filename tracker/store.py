"""The engine, its pragmas, and the one way to write: `Store.write(job)`; no tables and no queries live here.

On SQLite one thread owns the only writing connection. It takes what waits, runs each job in its own savepoint, commits once,
and only then answers: raw mails and finished readings share a commit and its flush. On PostgreSQL every job has a connection
of the pool and a transaction of its own.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tracker.errors import StoreUnavailable

Tx: TypeAlias = Session
T = TypeVar("T")
Job: TypeAlias = Callable[[Tx], T]

BATCH = 64
BUSY_SECONDS = 10
PG_TRIES = 4
RETRIED_SQLSTATES = frozenset({"40001", "40P01", "57P01", "57P02", "57P03", "08006", "08003", "08000"})


def _unavailable(error: DBAPIError) -> StoreUnavailable:
    """Says the class and SQLSTATE only: the driver's own text can hold addresses and report text."""
    sqlstate = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or "unknown"
    return StoreUnavailable(f"The database cannot take work now ({type(error).__name__}, {sqlstate}); try again later.")


def sqlite_engine(url: str, *, writer: bool, patience: int = BUSY_SECONDS) -> Engine:
    """An engine with our pragmas. The writer begins IMMEDIATE, so that it waits for its turn instead of losing updates.

    `patience` is for how many seconds it waits for others to finish writing.
    """
    # A reader is a snapshot: it may begin deferred, and may not write.
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": patience, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={patience * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"query_only={'OFF' if writer else 'ON'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


class Store:
    """Where everything is kept. Thread-safe. `write` never runs while the caller waits for a network.

    `after_commit` holds callables that are told of each commit (workers' bells); they must be quick and never raise.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.after_commit: list[Callable[[], None]] = []
        self._closed = False
        if self.is_sqlite:
            self._reader = sqlite_engine(url, writer=False)
            self._writer = _SqliteWriter(sqlite_engine(url, writer=True), self._ring)
            self._pool: ThreadPoolExecutor | None = None
        else:
            self._reader = create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=12, max_overflow=8)
            self._pool = ThreadPoolExecutor(6, thread_name_prefix="store")

    def submit(self, job: Job[T]) -> "Future[T]":
        """Queue `job`; the future answers after the commit, with its result or with what it raised."""
        if self._closed:
            raise StoreUnavailable("The desk is closing; try again later.")
        if self._pool is None:
            return self._writer.submit(job)
        return self._pool.submit(self._write_pooled, job)

    def write(self, job: Job[T]) -> T:
        """Run `job(tx)` in a transaction and return its result after the commit.

        Raises whatever `job` raises (nothing is kept then), or StoreUnavailable when the database cannot take it.
        """
        if self._pool is None:
            return self.submit(job).result()
        return self._write_pooled(job)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A session for reading; what it changes is never kept. Raises StoreUnavailable."""
        try:
            with Session(self._reader, expire_on_commit=False) as tx:
                yield tx
        except DBAPIError as error:
            raise _unavailable(error) from None

    def close(self) -> None:
        """Finish what is queued, then let go of all connections."""
        self._closed = True
        if self._pool is None:
            self._writer.close()
        else:
            self._pool.shutdown(wait=True)
        self._reader.dispose()

    @property
    def writer_alive(self) -> bool:
        """False once the writing thread has died: then nothing can be kept and the process must be restarted."""
        return self._pool is not None or self._writer.alive

    def _ring(self) -> None:
        for tell in self.after_commit:
            tell()

    def _write_pooled(self, job: Job[T]) -> T:
        tries = PG_TRIES
        while True:
            tries -= 1
            committing = False
            try:
                with Session(self._reader, expire_on_commit=False) as tx:
                    result = job(tx)
                    tx.flush()
                    committing = True
                    tx.commit()
            except IntegrityError:
                # Two nodes met on one unique row; the second look finds the row that won.
                if not tries:
                    raise
            except DBAPIError as error:
                # A failure while committing has an unknown outcome: only the unique keys may sort out a repeat.
                sqlstate = getattr(error.orig, "sqlstate", None)
                again = error.connection_invalidated or sqlstate in RETRIED_SQLSTATES
                if committing or not again or not tries:
                    raise _unavailable(error) from None
            else:
                self._ring()
                return result


class _SqliteWriter:
    """The thread that owns the writing connection: takes what waits, a savepoint each, one commit, then answers."""

    def __init__(self, engine: Engine, ring: Callable[[], None]) -> None:
        self._engine = engine
        self._ring = ring
        self._queue: queue.SimpleQueue[tuple[Job[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def submit(self, job: Job[T]) -> "Future[T]":
        if threading.current_thread() is self._thread:
            raise RuntimeError("a job may not wait for another job of the same writer")
        if not self.alive:
            raise StoreUnavailable("The writer of the database has stopped; restart the desk.")
        future: Future[T] = Future()
        self._queue.put((job, future))
        return future

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        open_for_work = True
        while open_for_work:
            batch: list[tuple[Job[Any], Future[Any]]] = []
            item = self._queue.get()
            while item is not None:
                batch.append(item)
                if len(batch) >= BATCH or self._queue.empty():
                    break
                item = self._queue.get()
            open_for_work = item is not None
            if batch:
                self._run_batch(batch)

    def _run_batch(self, batch: list[tuple[Job[Any], Future[Any]]]) -> None:
        # A job whose asker has gone before it began is dropped; once begun it cannot be taken back.
        wanted = [(job, future) for job, future in batch if future.set_running_or_notify_cancel()]
        answers: list[Callable[[], None]] = []
        try:
            with self._engine.connect() as connection, connection.begin():
                answers = [_run_in_savepoint(connection, job, future) for job, future in wanted]
        except Exception as error:  # noqa: BLE001 - the writer must outlive any job; every asker is told
            # Nothing of the batch was kept. The connection may be in a state we cannot know: take a new one next time.
            self._engine.dispose()
            problem = _unavailable(error) if isinstance(error, DBAPIError) else error
            answers = [partial(future.set_exception, problem) for _, future in wanted]
        else:
            self._ring()
        for answer in answers:
            answer()


def _run_in_savepoint(connection: Connection, job: Job[Any], future: "Future[Any]") -> Callable[[], None]:
    """Run one job; what it raises rolls back only its savepoint. Returns the answer to give after the commit."""
    try:
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as tx:
            result = job(tx)
            tx.commit()
    except Exception as error:
        if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError):
            raise
        return partial(future.set_exception, error)
    return partial(future.set_result, result)
