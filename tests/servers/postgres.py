"""A throwaway PostgreSQL cluster for tests, where the machine has the programs; which tests use it is decided elsewhere."""

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from tests.servers.ports import HeldPort

OWNER = "postgres"
"""The server refuses to run as root; there it runs as this user."""


def programs() -> Path | None:
    """The folder that holds `initdb` and `postgres`, the newest version first; None where there is none we may run."""
    if os.geteuid() == 0 and not _known(OWNER):
        return None
    found = shutil.which("initdb")
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True
    )
    candidates = [*([Path(found).resolve().parent] if found else []), *folders]
    return next(
        (folder for folder in candidates if (folder / "initdb").exists() and (folder / "postgres").exists()), None
    )


class Cluster:
    """A cluster in a temporary folder, reached on a loopback port without a password, gone at the end of the block.

    The server is our own child process, so that killing it is known to have worked before it is started again.
    `fsync=False` is quicker and right for all tests but those that kill the server or the machine.
    """

    def __init__(self, programs: Path, *, fsync: bool = False) -> None:
        self._programs = programs
        self._fsync = fsync
        self._as_root = os.geteuid() == 0
        self._user = OWNER if self._as_root else getpass.getuser()
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="qd-postgres-"))
        self._log = self._folder / "log"
        if self._as_root:
            shutil.chown(self._folder, OWNER)
        self._held = HeldPort()
        try:
            self._initialise()
            self.start()
        except BaseException:
            self._tidy()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(immediate=True)
        self._tidy()

    @property
    def port(self) -> int:
        return self._held.number

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{self._user}@127.0.0.1:{self.port}/{database}"

    def fresh_database(self) -> str:
        """Make an empty database and return its URL for SQLAlchemy."""
        name = f"desk_{uuid.uuid4().hex[:12]}"
        self.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run one statement as the owner of the cluster."""
        with psycopg.connect(self.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement.encode())

    # Breaking

    def start(self, timeout: float = 60.0) -> None:
        """Start the server and wait until it takes connections."""
        safe = "on" if self._fsync else "off"
        small = (
            "shared_buffers=16MB",
            "max_connections=60",
            "wal_level=minimal",
            "max_wal_senders=0",
            "autovacuum=off",
        )
        settings = (f"fsync={safe}", f"full_page_writes={safe}", *small)
        options = [part for setting in settings for part in ("-c", setting)]
        command = ["postgres", "-D", "data", "-p", str(self.port), "-h", "127.0.0.1", "-k", str(self._folder), *options]
        self._server = self._popen(command)
        deadline = time.monotonic() + timeout
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{self._log_end()}")
            if self._server.poll() is not None:
                # A killed server's children hold its memory for a moment; until then no other can start.
                self._server = self._popen(command)
            time.sleep(0.05)

    def stop(self, *, immediate: bool = False) -> None:
        """Take the server down until `start()`; connections are refused meanwhile. `immediate` is without tidying up."""
        self._end(signal.SIGQUIT if immediate else signal.SIGINT)

    def kill(self) -> None:
        """Kill the server outright; `start()` then recovers from its log."""
        self._end(signal.SIGKILL)

    def restart(self, *, immediate: bool = False) -> None:
        """Restart the server; every connection is lost."""
        self.stop(immediate=immediate)
        self.start()

    def cut_connections(self) -> None:
        """End every session of others, as an administrator or a failing network does."""
        self.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    # Within

    def _initialise(self) -> None:
        command = ["initdb", "-D", "data", "-U", self._user, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        if self._popen(command).wait() != 0:
            raise RuntimeError(f"initdb failed:\n{self._log_end()}")

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(30)
            self._server = None

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _popen(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [str(self._programs / command[0]), *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=OWNER if self._as_root else None,
                group=pwd.getpwnam(OWNER).pw_gid if self._as_root else None,
                extra_groups=[] if self._as_root else None,
            )

    def _log_end(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]

    def _tidy(self) -> None:
        self._end(signal.SIGKILL)
        self._held.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _known(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
