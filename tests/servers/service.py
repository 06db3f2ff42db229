"""The real service in a process of its own, started, stopped and killed from outside; only its command line is asked within."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.cli import main
from tests.servers.database import asking, noticing
from tests.servers.mail import DESK
from tests.servers.slack import APP_TOKEN, BOT_TOKEN
from tests.servers.waiting import PATIENCE, wait_until

COMMAND = Path(sys.executable).parent / "qualitydesk"
READY_SECONDS = 60.0
STOP_SECONDS = 15.0
"""How long SIGTERM may take: ten seconds are promised to whoever runs the service, on a machine that is not busy testing."""
T = TypeVar("T")


def write_config(
    folder: Path,
    database_url: str,
    *,
    relay_port: int | None = None,
    relay: Mapping[str, str] | None = None,
    slack_api_url: str | None = None,
    inboxes: Sequence[str] = (DESK,),
    protocol: str = "smtp",
    clock: bool = False,
    readers: int = 1,
    extra: str = "",
) -> Path:
    """Write `config.toml` into `folder` and return its path. Doors get port 0, so that the service takes free ones.

    `relay` adds keys of `[mail.relay]` as TOML text ({"tls": '"starttls"'}). `clock` lets the test move the service's
    clock. One of the `readers` does where it matters not that two could meet; the clock ticks often, so that no test has
    to wait for it. `extra` is TOML put at the end: whole tables that are not written here.
    """
    parts = [f"[database]\nurl = {json.dumps(database_url)}"]
    parts += [f"[[inbox]]\naddress = {json.dumps(address)}" for address in inboxes]
    parts += [f'[mail.listen]\nhost = "127.0.0.1"\nport = 0\nprotocol = {json.dumps(protocol)}']
    if relay_port is not None:
        keys = {"host": '"127.0.0.1"', "port": str(relay_port), **(relay or {})}
        parts += ["[mail.relay]\n" + "\n".join(f"{name} = {value}" for name, value in keys.items())]
    if slack_api_url is not None:
        parts += [
            f"[slack]\napi_url = {json.dumps(slack_api_url)}\n"
            f"bot_token = {json.dumps(BOT_TOKEN)}\napp_token = {json.dumps(APP_TOKEN)}"
        ]
    parts += ['[http]\nhost = "127.0.0.1"\nport = 0', f"[workers]\nreaders = {readers}\ntick_seconds = 0.5"]
    if clock:
        parts += ['[test]\nclock_file = "clock"']
    path = folder / "config.toml"
    path.write_text("\n\n".join([*parts, extra]) + "\n", encoding="utf-8")
    return path


class DeskProcess:
    """`qualitydesk --config FILE serve`, running between `with DeskProcess(config) as desk:` and the end of the block.

    `smtp_port` and `http_port` are those of its `ready` line. What it says goes to the file `log_path`. `environment`
    overrides single keys (`{"QUALITYDESK_TRIAGE__UNDO_SECONDS": "1"}`). It may be started again after `stop` or `kill`.
    """

    def __init__(self, config: Path, *, only: str | None = None, environment: Mapping[str, str] | None = None) -> None:
        self.config = config
        self.log_path = config.parent / f"serve-{id(self):x}.log"
        self.smtp_port = 0
        self.http_port = 0
        self._only = ["--only", only] if only else []
        self._environment = _clean_environment() | dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    # Starting and ending

    def start(self, timeout: float = READY_SECONDS) -> None:
        """Start and wait for the `ready` line; AssertionError with the end of the log where it does not come."""
        assert self._process is None, "it is running already"
        already = self.log_path.stat().st_size if self.log_path.exists() else 0
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [str(COMMAND), "--config", str(self.config), "serve", *self._only],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.config.parent,
                env=self._environment,
                start_new_session=True,
            )
        deadline = time.monotonic() + timeout
        while not (ready := self.log("ready", since=already)):
            code = self._process.poll()
            if code is not None or time.monotonic() > deadline:
                self._end()
            if code is not None:
                raise AssertionError(f"serve ended with code {code}:\n{self.log_end()}")
            if self._process is None:
                raise AssertionError(f"serve was not ready within {timeout:g} s:\n{self.log_end()}")
            time.sleep(0.02)
        self.smtp_port = int(ready[0].get("smtp_port") or 0)
        self.http_port = int(ready[0].get("http_port") or 0)

    @property
    def pid(self) -> int:
        assert self._process is not None, "it is not running"
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """SIGTERM; AssertionError unless it ends with code 0 in time."""
        assert self._process is not None, "it is not running"
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._end()
            raise AssertionError(f"serve did not end within {STOP_SECONDS:g} s of SIGTERM:\n{self.log_end()}") from None
        self._process = None
        assert code == 0, f"serve ended with code {code} after SIGTERM:\n{self.log_end()}"

    def kill(self) -> None:
        """SIGKILL to the service alone, as the kernel or a power cut would: nothing can be tidied up."""
        assert self._process is not None, "it is not running"
        self._process.kill()
        self._process.wait()
        self._end_of_session(self._process.pid)
        self._process = None

    # Asking

    def cli(self, *arguments: str, expect: int = 0) -> list[Any]:
        """Ask `qualitydesk --config FILE … --json` beside the service and return each line it prints, parsed.

        In this process: to start one for every question would take longer than all that is asked about.
        """
        said, complaints = io.StringIO(), io.StringIO()
        code: object = 0
        try:
            with self._surroundings(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(complaints):
                main(["--config", str(self.config), *arguments, "--json"])
        except SystemExit as left:
            code = left.code
        assert code == expect, f"{arguments} ended with code {code}:\n{complaints.getvalue()}"
        return [json.loads(line) for line in said.getvalue().splitlines() if line.strip()]

    def run(self, *arguments: str, timeout: float = 120.0) -> subprocess.CompletedProcess[str]:
        """Run any command in a process of its own and return all of it: code, output, complaints."""
        return subprocess.run(
            [str(COMMAND), "--config", str(self.config), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            cwd=self.config.parent,
            env=self._environment,
            check=False,
        )

    def cases(self, n: int = 1, timeout: float = PATIENCE) -> list[dict[str, Any]]:
        """The cases, once there are at least `n`."""
        with asking(self._database_url) as ask:
            wait_until(lambda: ask("SELECT count(*) FROM cases")[0][0] >= n, timeout, what=f"{n} case(s)")
        return self.cli("case", "list")

    def cli_until(self, seen: Callable[[list[Any]], T], *arguments: str, timeout: float = PATIENCE, what: str) -> T:
        """Run a command as `cli` does, again after each change of the database, until `seen` makes something of its lines."""
        with noticing(self._database_url) as changed:
            return wait_until(lambda: (changed() and seen(self.cli(*arguments))) or None, timeout, what=what)

    def move_clock(self, to: str) -> None:
        """Move the service's clock: an ISO time, or "+2h"; only where the configuration was written with `clock`."""
        (self.config.parent / "clock").write_text(to + "\n", encoding="utf-8")

    # What it said

    def log(self, event: str | None = None, *, since: int = 0) -> list[dict[str, Any]]:
        """The log's JSON lines, all or those of one event, from a byte offset on; other lines are passed over."""
        if not self.log_path.exists():
            return []
        lines = []
        for line in self.log_path.read_bytes()[since:].split(b"\n")[:-1]:
            with contextlib.suppress(ValueError):  # a line for people, or one that a crash cut short
                said = json.loads(line)
                if isinstance(said, dict) and event in (None, said.get("event")):
                    lines.append(said)
        return lines

    def log_end(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace")[-4000:] if self.log_path.exists() else ""

    # Within

    @contextlib.contextmanager
    def _surroundings(self) -> Iterator[None]:
        ours = dict(os.environ)
        os.environ.clear()
        os.environ.update(self._environment)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(ours)

    @property
    def _database_url(self) -> str:
        url = tomllib.loads(self.config.read_text(encoding="utf-8"))["database"]["url"]
        assert isinstance(url, str)
        return url

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._end_of_session(self._process.pid)
        self._process = None

    @staticmethod
    def _end_of_session(pid: int) -> None:
        """End what the service left behind in its own process group; ours is another."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _clean_environment() -> dict[str, str]:
    """Our environment without settings of another desk, and without proxies: everything a test talks to is loopback."""
    unwanted = ("http_proxy", "https_proxy", "all_proxy")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("QUALITYDESK_") and name.lower() not in unwanted
    }
