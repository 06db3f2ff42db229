"""The clock: APScheduler rings at intervals, and what is due is asked of the database; no promise is kept in here."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.log import facts_of
from bot.now import Now, real_now
from bot.reports import keeping
from tracker import digest, follow_up, outbox, waiting
from tracker.desk import Desk
from tracker.evidence import announcing
from tracker.model import Mark
from tracker.register import clock as register_clock
from tracker.store import Store, Tx

CLOCK_MARK = "clock.tick"
JUMP = timedelta(seconds=60)
log = structlog.get_logger()


@dataclass(frozen=True)
class Tick:
    """Something to do every so many seconds. It ends by itself when there is nothing left to do."""

    name: str
    every: float
    do: Callable[[], None]


class Clock:
    """Rings each tick on threads of its own. A tick that fails is logged and rings again; two never overlap.

    `age` is how long ago (in seconds, by a clock that cannot jump) the slowest tick was last begun.
    """

    def __init__(self, ticks: list[Tick]) -> None:
        self._ticks = ticks
        self._begun = {tick.name: time.monotonic() for tick in ticks}
        self.faults = 0
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(ticks))},
            # One late ring is enough for all that were missed, and it is never too late to ring.
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )

    def start(self) -> None:
        for tick in self._ticks:
            self._begun[tick.name] = time.monotonic()
            # An explicit first run: `None` would mean "never".
            self._scheduler.add_job(self._ring, "interval", args=(tick,), seconds=tick.every, next_run_time=real_now())
        self._scheduler.start()

    def stop(self) -> None:
        """No more rings; does not wait for one at hand."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    @property
    def age(self) -> float:
        return time.monotonic() - min(self._begun.values())

    @property
    def slowest(self) -> float:
        """The longest interval, in seconds: an age well beyond it means that the clock stands still."""
        return max(tick.every for tick in self._ticks)

    def _ring(self, tick: Tick) -> None:
        self._begun[tick.name] = time.monotonic()
        try:
            tick.do()
        except Exception as error:  # noqa: BLE001 - a tick that fails must not end the clock
            self.faults += 1
            log.error("tick.failed", tick=tick.name, **facts_of(error))  # noqa: TRY400 - its text can hold content
        finally:
            self._begun[tick.name] = time.monotonic()


class Rounds:
    """What the ticks do: fire what is due, take back what silent couriers hold, and leave a mark that the clock turns."""

    def __init__(self, store: Store, desk: Desk, now: Now) -> None:
        self._store = store
        self._desk = desk
        self._now = now
        self._seen: tuple[datetime, float] | None = None

    def follow_ups(self) -> None:
        """Fire every follow-up that is due, of cases and of the register, oldest first, then mark the time."""
        self._notice_jump()
        while self._due() and self._store.write(lambda tx: follow_up.fire_one(tx, desk=self._desk, now=self._now())):
            pass
        while self._register_due() and self._store.write(
            lambda tx: register_clock.fire_one(tx, desk=self._desk, now=self._now())
        ):
            pass
        self._store.write(self._mark)

    def digests(self) -> None:
        """Queue the morning's digests, once a working day for each channel."""
        now = self._now()
        if digest.due_day(now, self._desk) is not None:
            self._store.write(lambda tx: digest.post_due(tx, desk=self._desk, now=now))

    def papers(self) -> None:
        """Keep the paper of the month that is over, and announce it once for each meeting of the committee."""
        now = self._now()
        keeping.keep_last_month(self._store, desk=self._desk, now=now)
        if announcing.due_for(now, self._desk) is not None:
            self._store.write(lambda tx: announcing.announce_due(tx, desk=self._desk, now=now))

    def silent_couriers(self) -> None:
        """Take back parcels whose courier has not been heard of for a whole lease."""
        with self._store.reading() as tx:
            if not waiting.silent_parcel(tx, now=self._now()):
                return
        taken = self._store.write(lambda tx: outbox.take_back_expired(tx, now=self._now(), desk=self._desk))
        log.warning("parcels.taken_back", count=taken)

    def _due(self) -> bool:
        with self._store.reading() as tx:
            return waiting.follow_up(tx, now=self._now())

    def _register_due(self) -> bool:
        with self._store.reading() as tx:
            return register_clock.is_due(tx, now=self._now())

    def _mark(self, tx: Tx) -> None:
        tx.merge(Mark(name=CLOCK_MARK, value="", at=self._now()))

    def _notice_jump(self) -> None:
        """Say that the wall clock jumped; due times are rows, so nothing else follows from it."""
        now, steady = self._now(), time.monotonic()
        if self._seen is not None:
            jump = (now - self._seen[0]) - timedelta(seconds=steady - self._seen[1])
            if abs(jump) > JUMP:
                log.warning("clock.jumped", seconds=round(jump.total_seconds()))
        self._seen = (now, steady)
