"""What the Web API is told to get wrong, and when; what it gets right lives with the methods."""

import threading
from dataclasses import dataclass, field
from typing import Any

UNAVAILABLE_PAGE = "<html><head><title>503</title></head><body>Service Unavailable</body></html>"


@dataclass
class HttpFault:
    """How one method goes wrong, and how many times more.

    `perform`: the method's work is done first. `drop`: the connection is then cut instead of an answer.
    """

    method: str
    times: int
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | dict[str, Any] | None = None
    seconds: float = 0.0
    perform: bool = False
    drop: bool = False


class HttpFaults:
    """The faults still to come, oldest first; "*" stands for any method."""

    def __init__(self) -> None:
        self._faults: list[HttpFault] = []
        self._lock = threading.Lock()

    def add(self, fault: HttpFault) -> None:
        with self._lock:
            self._faults.append(fault)

    def take(self, method: str) -> HttpFault | None:
        with self._lock:
            fault = next((fault for fault in self._faults if fault.method in (method, "*")), None)
            if fault is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
