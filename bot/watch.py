"""Is the desk well? Threads that must turn, ages that must stay in bounds, figures to draw; nothing is repaired here."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.clock import Clock
from bot.now import Now
from bot.settings import Settings
from bot.worker import Worker
from tracker.errors import StoreUnavailable
from tracker.queries import Bounds, status
from tracker.store import Store

STUCK_SECONDS = 900.0


def bounds_of(settings: Settings) -> Bounds:
    """The bounds of `[watch]` as the tracker wants them."""
    watch = settings.watch
    return Bounds(
        clock=watch.clock_seconds,
        unread=watch.unread_seconds,
        unsent=watch.unsent_seconds,
        overdue=watch.overdue_seconds,
        slack=watch.slack_seconds,
        unscanned=watch.unscanned_seconds if settings.scan.on else None,
    )


class Watch:
    """Looks at the threads of this process and at the rows of all. `doors` are asked whether they are open."""

    def __init__(
        self,
        store: Store,
        now: Now,
        bounds: Bounds,
        *,
        workers: Sequence[Worker],
        clock: Clock | None,
        doors: dict[str, Callable[[], bool]],
        slack_on: bool,
    ) -> None:
        self._store = store
        self._now = now
        self._bounds = bounds
        self._workers = workers
        self._clock = clock
        self._doors = doors
        self._slack_on = slack_on

    def dead(self) -> list[str]:
        """Reasons why this process must be restarted: a thread ended, or has not moved for very long. Empty: it turns."""
        reasons = [f"The worker {worker.name} has ended." for worker in self._workers if not worker.alive]
        reasons += [
            f"The worker {worker.name} is stuck."
            for worker in self._workers
            if worker.alive and worker.age > STUCK_SECONDS
        ]
        if not self._store.writer_alive:
            reasons.append("The writer of the database has ended.")
        if self._clock is not None and self._clock.age > max(self._bounds.clock, 4 * self._clock.slowest):
            reasons.append("The clock stands still.")
        return reasons

    def ready(self) -> dict[str, Any]:
        """`ok`, `reasons`, `ages`, `counts`: whether this node's doors are open and the whole desk is within its bounds."""
        try:
            with self._store.reading() as tx:
                said = status(tx, now=self._now(), bounds=self._bounds, slack_on=self._slack_on)
        except StoreUnavailable as error:
            said = {"ok": False, "reasons": [str(error)], "ages": {}, "counts": {}}
        closed = [f"The {name} door is closed." for name, is_open in self._doors.items() if not is_open()]
        reasons = [*self.dead(), *closed, *said["reasons"]]
        return {**said, "ok": not reasons, "reasons": reasons}


class Figures(Collector):
    """The figures for Prometheus, read when asked for. No personal data: names of things, ages and counts."""

    def __init__(self, watch: Watch, workers: Sequence[Worker]) -> None:
        self._watch = watch
        self._workers = workers

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        said = self._watch.ready()
        yield GaugeMetricFamily("qualitydesk_ok", "1 where the desk is well.", value=float(said["ok"]))
        ages = GaugeMetricFamily("qualitydesk_age_seconds", "Age of the oldest thing of a kind.", labels=["what"])
        for name, age in said["ages"].items():
            if age is not None:
                ages.add_metric([name], age)
        yield ages
        counts = GaugeMetricFamily("qualitydesk_count", "How many there are of a kind.", labels=["what"])
        for name, count in said["counts"].items():
            counts.add_metric([name], count)
        yield counts
        steps = CounterMetricFamily("qualitydesk_worker_steps", "Steps that did something.", labels=["worker"])
        faults = CounterMetricFamily("qualitydesk_worker_faults", "Steps that failed.", labels=["worker"])
        for worker in self._workers:
            steps.add_metric([worker.name], worker.steps)
            faults.add_metric([worker.name], worker.faults)
        yield steps
        yield faults
