"""What the mail door is tested with: a shelf that keeps mails as told, and a plain socket that speaks line by line."""

import hashlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from intake.smtp import DoorEnvelope, DoorSettings, MailDoor
from tests.servers.mail import DESK
from tracker.desk import LimitRules
from tracker.inbound import Kept

CHUNK = 1 << 16


class Shelf:
    """Keeps mails in memory, at once or when told. `fault` is raised instead; with `hold` set, answers wait for `let_go`."""

    def __init__(self) -> None:
        self.mails: list[tuple[bytes, DoorEnvelope]] = []
        self.fault: Exception | None = None
        self.hold = False
        self._waiting: list[Future[Kept]] = []
        self._lock = threading.Lock()

    def keep(self, content: bytes, envelope: DoorEnvelope) -> "Future[Kept]":
        if self.fault is not None:
            raise self.fault
        future: Future[Kept] = Future()
        with self._lock:
            self.mails.append((content, envelope))
            self._waiting.append(future)
        if not self.hold:
            self.let_go()
        return future

    def let_go(self, fault: Exception | None = None) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for number, future in enumerate(waiting, 1):
            if fault is None:
                future.set_result(Kept(number, repeat=False))
            else:
                future.set_exception(fault)

    @property
    def digests(self) -> set[str]:
        return {hashlib.sha256(content).hexdigest() for content, _ in self.mails}


@contextmanager
def open_door(shelf: Shelf, *, limits: LimitRules | None = None, **settings: Any) -> Iterator[tuple[MailDoor, int]]:
    """A door that is open for the length of the block, and its port."""
    settings.setdefault("inboxes", (DESK,))
    door = MailDoor(shelf.keep, DoorSettings(limits=limits or LimitRules(), **settings))
    port = door.start()
    try:
        yield door, port
    finally:
        door.stop()


class Wire:
    """A connection that sends what it is told and reads replies; `hear` gives a whole reply, "" when the door hung up."""

    def __init__(self, port: int, *, timeout: float = 10, greet: str = "EHLO") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self._heard = self._socket.makefile("rb")
        self.banner = self.hear()
        self.offered = self.say(f"{greet} client.example") if greet else ""

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._heard.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def pour(
        self, piece: bytes, *, pause: float = 0, seconds: float = 10, look: Callable[[], None] | None = None
    ) -> bool:
        """Send the same again and again, and say whether the door cut us off within `seconds`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                self.send(piece)
            except OSError:
                return True
            if look is not None:
                look()
            time.sleep(pause)
        return False

    def hear(self) -> str:
        lines: list[str] = []
        while True:
            try:
                line = self._heard.readline().decode("utf-8", "replace")
            except ConnectionResetError:
                return ""
            if not line:
                return ""
            assert re.match(r"\d{3}[ -].*\r\n\Z", line), f"not a reply: {line!r}"
            lines.append(line[:3] + " " + line[4:-2])
            if line[3] == " ":
                return "\n".join(lines)

    def say(self, command: str) -> str:
        self.send(command.encode() + b"\r\n")
        return self.hear()

    def begin(self, *recipients: str, sender: str = "sam@learner.example") -> str:
        """MAIL, RCPT and DATA; returns the answer to DATA."""
        self.say(f"MAIL FROM:<{sender}>")
        for recipient in recipients or (DESK,):
            self.say(f"RCPT TO:<{recipient}>")
        return self.say("DATA")
