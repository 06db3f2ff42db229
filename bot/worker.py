"""A thread that repeats a step until it says False, then rests until a bell or a timeout; what a step does is not known here."""

import threading
import time
from collections.abc import Callable

import structlog

from bot.log import facts_of
from tracker.errors import StoreUnavailable

BACK_OFF = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
log = structlog.get_logger()


class Worker:
    """Repeats `step` on a thread of its own. A step that raises is logged, counted and tried again after a while.

    `steps` counts steps that did something, `faults` steps that raised. All ages are in seconds.
    """

    def __init__(self, name: str, step: Callable[[], bool], *, rest: float) -> None:
        self.name = name
        self.steps = 0
        self.faults = 0
        self._step = step
        self._rest = rest
        self._in_a_row = 0
        self._bell = threading.Event()
        self._leaving = threading.Event()
        self._turned_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ring(self) -> None:
        """There may be work. Quick, and never raises."""
        self._bell.set()

    def leave(self) -> None:
        """Finish the step at hand, then end; does not wait."""
        self._leaving.set()
        self._bell.set()

    def join(self, timeout: float) -> bool:
        """Wait for the end; False where the step at hand is still busy after `timeout` seconds."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        """False where the thread ended although nobody told it to."""
        return self._thread.ident is None or self._thread.is_alive() or self._leaving.is_set()

    @property
    def age(self) -> float:
        """How long ago the last step began or ended."""
        return time.monotonic() - self._turned_at

    def _run(self) -> None:
        while not self._leaving.is_set():
            # Cleared before looking: a bell that rings while we look must not be lost.
            self._bell.clear()
            rest = self._rest
            try:
                while not self._leaving.is_set() and self._once():
                    self.steps += 1
                self._in_a_row = 0
            except Exception as error:  # noqa: BLE001 - one bad row must not end the work of all others
                rest = self._failed(error)
                if self._leaving.wait(rest):
                    return
                continue
            self._bell.wait(rest)

    def _once(self) -> bool:
        self._turned_at = time.monotonic()
        try:
            return self._step()
        finally:
            self._turned_at = time.monotonic()

    def _failed(self, error: Exception) -> float:
        rest = BACK_OFF[min(self._in_a_row, len(BACK_OFF) - 1)]
        self._in_a_row += 1
        self.faults += 1
        level = "warning" if isinstance(error, StoreUnavailable) else "error"
        getattr(log, level)("step.failed", worker=self.name, in_a_row=self._in_a_row, rest=rest, **facts_of(error))
        return rest
