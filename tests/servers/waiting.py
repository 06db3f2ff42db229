"""Waiting for something to become true, with a deadline; what is waited for lives elsewhere."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds: a busy machine is slow, and only a test that fails waits so long."""


def wait_until(predicate: Callable[[], T], timeout: float = PATIENCE, *, what: str = "the awaited thing") -> T:
    """Return the first true value of `predicate()`; raise AssertionError naming `what` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        if value := predicate():
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {timeout:g} s")
        time.sleep(0.01)
