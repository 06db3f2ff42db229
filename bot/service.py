"""The composition root: every room is put together here, started in order and stopped in order. Nothing else knows them all."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock, Rounds, Tick
from bot.courier import Courier, post_one
from bot.desk import make_desk
from bot.http import HttpDoor
from bot.log import setup
from bot.now import clock
from bot.parts import box_settings, door_settings, make_relay, second_reader
from bot.settings import Settings
from bot.watch import Figures, Watch, bounds_of
from bot.worker import Worker
from intake.box import Box
from intake.clamd import Clamd
from intake.reader import read_one
from intake.scan import scan_one
from intake.second_reader import ask_one
from intake.smtp import MailDoor, keeper
from tracker import schema, second_opinion, waiting
from tracker.errors import Refused, StoreUnavailable
from tracker.store import Store

if TYPE_CHECKING:
    from bot.slack.app import SlackSide

__all__ = ["PARTS", "Ready", "Service", "build", "make_desk", "prepare_database", "serve"]

PARTS = ("door", "reader", "courier", "clock", "slack", "http")
STOP_SECONDS = 8.0
"""How long the threads have to finish what they hold; a supervisor may kill after ten seconds."""
SILENT_COURIERS_SECONDS = 15.0
DIGEST_SECONDS = 20.0
PAPERS_SECONDS = 60.0
log = structlog.get_logger()


@dataclass(frozen=True)
class Ready:
    """What is open: the bound ports (None where that part does not run here) and whether Slack is on.

    `slack_port` is where Slack's own requests come in, None over Socket Mode.
    """

    smtp_port: int | None
    http_port: int | None
    slack: bool
    slack_port: int | None = None


class Service:
    """One node of the desk, made by `build`. `start` opens the doors last, `stop` closes them first."""

    def __init__(self, settings: Settings, parts: Collection[str]) -> None:
        self.settings = settings
        self.desk = make_desk(settings)
        self.now = clock(settings.test.clock_file)
        self.store = Store(settings.database_url)
        self._boxes: list[Box] = []
        self._couriers: list[Courier] = []
        self.workers: list[Worker] = []
        self.slack = self._slack_side() if settings.slack.on and "slack" in parts else None
        if "reader" in parts:
            self._add_readers()
            self._add_scanner()
            self._add_second_reader()
        if "courier" in parts:
            self._add_couriers()
        if self.slack is not None:
            self._add_slack_workers(self.slack)
        self.clock = _clock(self) if "clock" in parts else None
        self.door = MailDoor(keeper(self.store, self.now), door_settings(settings)) if "door" in parts else None
        self.watch = Watch(
            self.store,
            self.now,
            bounds_of(settings),
            workers=self.workers,
            clock=self.clock,
            doors={"mail": lambda: self.door is not None and self.door.alive} if self.door else {},
            slack_on=settings.slack.on,
        )
        figures = Figures(self.watch, self.workers)
        http = settings.http
        self.http = HttpDoor(http.host, http.port, self.watch, figures) if "http" in parts else None

    def start(self) -> Ready:
        """Start everything. Raises Refused where a port cannot be had, BoxBroken where nothing can be read."""
        self.store.after_commit.append(self._ring)
        for box in self._boxes:
            box.start()
        for worker in self.workers:
            worker.start()
        if self.clock is not None:
            self.clock.start()
        if self.slack is not None:
            _open(self.slack.start, "slack", self.settings.slack.host, self.settings.slack.port)
        listen, http = self.settings.mail.listen, self.settings.http
        http_port = _open(self.http.start, "http", http.host, http.port) if self.http else None
        smtp_port = _open(self.door.start, "mail.listen", listen.host, listen.port) if self.door else None
        return Ready(smtp_port, http_port, self.slack is not None, self.slack.port if self.slack else None)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Let nobody in, finish what is in hand, and let go of everything; what is not finished waits in the database."""
        deadline = time.monotonic() + seconds
        if self.door is not None:
            _all_within([self.door.stop], deadline)
        if self.clock is not None:
            self.clock.stop()
        for worker in self.workers:
            worker.leave()
        if self.slack is not None:
            _all_within([self.slack.stop], deadline)
        for worker in self.workers:
            if not worker.join(max(0.0, deadline - time.monotonic())):
                log.warning("worker.left_behind", worker=worker.name)
        closers: list[Callable[[], None]] = [box.close for box in self._boxes]
        closers += [courier.close for courier in self._couriers]
        closers += [self.http.stop] if self.http is not None else []
        _all_within([*closers, self.store.close], deadline)

    def _ring(self) -> None:
        for worker in self.workers:
            worker.ring()

    def _worker(self, name: str, step: Callable[[], bool]) -> None:
        self.workers.append(Worker(name, step, rest=self.settings.workers.rest_seconds))

    def _add_readers(self) -> None:
        attempts = self.settings.limits.reading_attempts
        for number in range(self.settings.workers.readers):
            box = Box(box_settings(self.settings))
            self._boxes.append(box)

            def step(box: Box = box) -> bool:
                with self.store.reading() as tx:
                    if not waiting.unread(tx, now=self.now()):
                        return False
                return read_one(self.store, box, self.desk, self.now, attempts=attempts)

            self._worker(f"reader-{number + 1}", step)

    def _add_scanner(self) -> None:
        scan = self.settings.scan
        if not scan.on:
            return
        clamd = Clamd(scan.clamd, seconds=scan.timeout_seconds)

        def step() -> bool:
            with self.store.reading() as tx:
                if not waiting.scan(tx, now=self.now()):
                    return False
            return scan_one(self.store, clamd, self.now, seconds=scan.timeout_seconds)

        self._worker("scanner", step)

    def _add_second_reader(self) -> None:
        endpoint = second_reader(self.settings)
        if endpoint is None:
            return
        most = self.settings.understand.second_reader.max_chars

        def step() -> bool:
            with self.store.reading() as tx:
                if not second_opinion.waiting(tx, now=self.now()):
                    return False
            return ask_one(self.store, endpoint, self.desk, self.now, most=most)

        self._worker("second-reader", step)

    def _add_couriers(self) -> None:
        for number in range(self.settings.workers.couriers):
            courier = Courier(self.store, make_relay(self.settings), self.desk, self.now)
            self._couriers.append(courier)
            self._worker(f"courier-{number + 1}", courier.step)

    def _slack_side(self) -> "SlackSide":
        # Imported here, since Slack's libraries cost a third of a second and much memory, and most trials have no Slack.
        from bot.slack.app import SlackSide

        return SlackSide(self.settings.slack, self.store, self.desk, self.now)

    def _add_slack_workers(self, slack: "SlackSide") -> None:
        def redraw() -> bool:
            with self.store.reading() as tx:
                if not waiting.card(tx, now=self.now()):
                    return False
            return slack.redraw_one()

        def fetch() -> bool:
            with self.store.reading() as tx:
                if not waiting.fetch(tx, now=self.now()):
                    return False
            return slack.fetch_one()

        self._worker("mirror", redraw)
        self._worker("fetcher", fetch)
        self._worker("poster", lambda: post_one(self.store, slack.deliver, self.desk, self.now))


def build(settings: Settings, only: Collection[str] | None = None) -> Service:
    """Put the parts together that shall run here (all unless `only` names some).

    Raises Refused for a part that does not exist, ConfigurationFault where field data or letters are at fault.
    """
    unknown = sorted(set(only or ()) - set(PARTS))
    if unknown:
        raise Refused(f"There is no part {', '.join(unknown)}; the parts are {', '.join(PARTS)}.")
    return Service(settings, PARTS if only is None else only)


def prepare_database(settings: Settings) -> None:
    """Make the tables of an empty database. Raises Refused where it has other tables than ours of this version."""
    try:
        state = schema.state(settings.database_url)
        if state == "empty":
            schema.upgrade(settings.database_url)
            state = schema.state(settings.database_url)
    except (DBAPIError, OSError) as error:
        raise StoreUnavailable(f"The database cannot be reached ({type(error).__name__}); is its url right?") from None
    if state == "behind":
        raise Refused("The database has the tables of an older version: make a backup, then run `qualitydesk migrate`.")
    if state != "current":
        raise Refused("The database has tables that this version does not know: is it a newer desk's, or not a desk's?")


def serve(settings: Settings, only: Collection[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT. Returns the exit code: 0 when asked to stop, 1 when a part of us has died."""
    # What people wrote to us is nobody else's on this machine.
    os.umask(0o077)
    setup(level=settings.log.level, form=settings.log.format)
    service = build(settings, only)
    prepare_database(settings)
    leaving = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        leaving.set()

    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, leave)
    try:
        _say_ready(service.start())
    except BaseException:
        service.stop()
        raise
    dead: list[str] = []
    while not dead and not leaving.wait(1.0):
        dead = service.watch.dead()
    if dead:
        log.error("dying", reasons=dead)
    code = 1 if dead else 0
    _leave_in_any_case(code)
    service.stop()
    log.info("stopped")
    return code


def _all_within(closers: Sequence[Callable[[], None]], deadline: float) -> None:
    """Run each on a thread of its own, and wait for them no longer than until `deadline`."""
    threads = [threading.Thread(target=close, daemon=True) for close in closers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.1, deadline - time.monotonic()))


def _say_ready(ready: Ready) -> None:
    said = {
        "event": "ready", "smtp_port": ready.smtp_port, "http_port": ready.http_port, "slack": ready.slack,
        "slack_port": ready.slack_port,
    }  # fmt: skip
    try:
        print(json.dumps(said), file=sys.stderr, flush=True)  # noqa: T201 - a promise to whoever started us, at any level of logging
    except (OSError, ValueError, AttributeError):
        log.warning("ready.unsaid")


def _leave_in_any_case(code: int) -> None:
    """A part that hangs must not keep us: everything it holds is a row with a lease, and waits for the next start."""
    timer = threading.Timer(STOP_SECONDS + 1.0, os._exit, (code,))
    timer.daemon = True
    timer.start()


def _open(start: Callable[[], int], section: str, host: str, port: int) -> int:
    try:
        return start()
    except OSError as error:
        raise Refused(
            f"[{section}] {host}:{port} cannot be opened ({error.strerror}); is another desk running?"
        ) from None


def _clock(service: Service) -> Clock:
    rounds = Rounds(service.store, service.desk, service.now)
    return Clock(
        [
            Tick("follow_ups", service.settings.workers.tick_seconds, rounds.follow_ups),
            Tick("digests", DIGEST_SECONDS, rounds.digests),
            Tick("papers", PAPERS_SECONDS, rounds.papers),
            Tick("silent_couriers", SILENT_COURIERS_SECONDS, rounds.silent_couriers),
        ]
    )
