"""Backup and restore of either database, and the pause of the outbox that a restore needs; no command line here."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, delete, make_url

from tracker.errors import Refused
from tracker.model import Mark
from tracker.waiting import OUTBOX_PAUSED

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.store import Tx

TOOL_SECONDS = 6 * 3600
MAGIC = b"SQLite format 3\0"


def pause_outbox(tx: Tx, *, now: datetime) -> None:
    """Set the mark that couriers look for: nothing leaves."""
    tx.merge(Mark(name=OUTBOX_PAUSED, value="", at=now))


def resume_outbox(tx: Tx) -> bool:
    """Take the mark away; False where there was none."""
    mark = tx.get(Mark, OUTBOX_PAUSED)
    if mark is None:
        return False
    tx.execute(delete(Mark).where(Mark.name == OUTBOX_PAUSED))
    return True


def backup(database_url: str, file: Path) -> None:
    """Copy the database into a new file that only its owner can read, while the service runs.

    SQLite's own online backup, or `pg_dump -Fc`. The signing key is not in it. Raises Refused.
    """
    url = make_url(database_url)
    _new_file(file)
    try:
        if url.get_backend_name() == "sqlite":
            source = _sqlite_path(url)
            with (
                closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as live,
                closing(sqlite3.connect(file)) as copy,
            ):
                live.backup(copy)
                _prove(copy)
        else:
            _run(["pg_dump", "--format=custom", "--no-owner", f"--file={file}", _plain(url)], url)
        with file.open("rb") as written:
            os.fsync(written.fileno())
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def restore(database_url: str, file: Path) -> None:
    """Fill an empty database from a backup. Raises Refused where it holds anything, or the file is not a sound backup.

    The caller pauses the outbox: letters sent after the backup was made would leave a second time.
    """
    url = make_url(database_url)
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    if url.get_backend_name() == "sqlite":
        _restore_sqlite(_sqlite_path(url, must_exist=False), file)
    else:
        _run(
            [
                "pg_restore",
                "--exit-on-error",
                "--single-transaction",
                "--no-owner",
                f"--dbname={_plain(url)}",
                str(file),
            ],
            url,
        )


def _restore_sqlite(target: Path, file: Path) -> None:
    with file.open("rb") as beginning:
        if beginning.read(len(MAGIC)) != MAGIC:
            raise Refused(f"{file} is not a backup of a SQLite database.")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with closing(sqlite3.connect(target)) as database:
        if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise Refused(f"{target} holds a database already; move it away first.")
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            _prove(copy)
            copy.backup(database)
    target.chmod(0o600)


def _prove(database: sqlite3.Connection) -> None:
    try:
        found = database.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Refused(f"The backup is damaged ({error.sqlite_errorname}).") from None
    if found != "ok":
        raise Refused("The backup is damaged: its pages do not fit together.")


def _sqlite_path(url: URL, *, must_exist: bool = True) -> Path:
    path = Path(url.database or "").resolve()
    if not url.database or (must_exist and not path.is_file()):
        raise Refused("There is no database file yet.")
    return path


def _new_file(file: Path) -> None:
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise Refused(f"{file} is there already; choose a new name.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be written ({error.strerror}).") from None


def _plain(url: URL) -> str:
    """The url as libpq reads it, without the password, which travels in the environment: argv is seen by all."""
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return plain.render_as_string(hide_password=False)


def _run(command: list[str], url: URL) -> None:
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=TOOL_SECONDS, check=False)  # noqa: S603
    except FileNotFoundError:
        raise Refused(f"{command[0]} is not installed; it comes with PostgreSQL's client programs.") from None
    if done.returncode:
        raise Refused(f"{command[0]} failed: {_reason(done.stderr)}")


def _reason(stderr: bytes) -> str:
    """The tool's last line. It speaks of tables and connections; rows are not in it."""
    lines = [line for line in stderr.decode("utf-8", "replace").splitlines() if "error" in line.lower()]
    return (lines or ["no reason given"])[0][:300]
