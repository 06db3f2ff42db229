"""Asking the service's database from beside the service; writing to it is left to the service."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, text

# One number that every commit of anybody moves on.
MOVES_ON = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_wal_insert_lsn()"}


@contextmanager
def asking(url: str) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """A way to ask the database itself."""
    engine = create_engine(url)

    def ask(statement: str) -> list[tuple[Any, ...]]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    try:
        yield ask
    finally:
        engine.dispose()


@contextmanager
def noticing(url: str) -> Iterator[Callable[[], bool]]:
    """A way to learn whether anything was committed since one last asked; at first always true."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    seen: list[Any] = [None]
    try:
        # SQLite's number is true for one connection only, so it is kept.
        with engine.connect() as connection:
            statement = text(MOVES_ON[engine.dialect.name])

            def changed() -> bool:
                before, seen[0] = seen[0], connection.execute(statement).scalar()
                return bool(before != seen[0])

            yield changed
    finally:
        engine.dispose()
