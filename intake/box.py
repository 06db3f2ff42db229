"""The reading box: a child process with limits, in which what strangers wrote is read; a bad mail costs only itself.

What is done inside is in `box_child`. Who reads what, and what a failure means for the message, is decided elsewhere.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from pydantic import ValidationError

import intake
from intake import frames
from tracker.errors import Unreadable
from tracker.submission import Reading, Submission

CHILD: Final = (sys.executable, "-B", "-m", "intake.box_child")
START_SECONDS: Final = 60
# The child needs no secret of ours, so it is not given our environment.
KEPT_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH")
log = structlog.get_logger()


class BoxBroken(Unreadable):
    """The box itself does not start: our fault, not the message's."""


@dataclass(frozen=True)
class BoxSettings:
    """`seconds` and `memory_bytes` bound the reading of one message, `reply_bytes` what may come out of the box."""

    inboxes: tuple[str, ...]
    authserv_id: str = ""
    arc_sealers: tuple[str, ...] = ()
    field_dir: Path | None = None
    seconds: float = 10
    memory_bytes: int = 512 * 1024 * 1024
    reply_bytes: int = 160 * 1024 * 1024

    def as_json(self) -> dict[str, Any]:
        return {
            "inboxes": list(self.inboxes),
            "authserv_id": self.authserv_id,
            "arc_sealers": list(self.arc_sealers),
            "field_dir": str(self.field_dir.resolve()) if self.field_dir else None,
            "seconds": self.seconds,
            "memory_bytes": self.memory_bytes,
        }


class Box:
    """One child process, started when first needed and again after it was killed. Thread-safe; reads one at a time."""

    def __init__(self, settings: BoxSettings, *, command: Sequence[str] = CHILD) -> None:
        self._settings = settings
        self._command = command
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def start(self) -> None:
        """Start the child now. Raises BoxBroken, with the reason, where it does not come up."""
        with self._lock:
            self._ready_child()

    def read(self, channel: str, content: bytes, envelope: dict[str, Any]) -> tuple[Submission, Reading]:
        """Read and understand one message. Raises Unreadable with a reason that has no content in it.

        After a hang, a crash, or an answer that makes no sense the child is gone and the next message gets a new one.
        """
        with self._lock:
            child = self._ready_child()
            try:
                head, blobs = child.ask({"channel": channel, "envelope": envelope}, content)
                fault = str(head.get("fault") or "")
                result = None if fault else _result(blobs)
            except TimeoutError:
                self._drop()
                raise Unreadable(f"reading took longer than {self._settings.seconds:g} s") from None
            except (frames.FrameFault, ValidationError, ValueError):
                self._drop()
                raise Unreadable("the reading box gave an answer that makes no sense") from None
            except (EOFError, OSError):
                raise Unreadable(f"reading {_how_it_ended(self._drop(wait=1))}") from None
            if head.get("leaving"):
                self._drop(wait=1)
            if result is None:
                raise Unreadable(f"reading failed: {fault}")
            return result

    def close(self) -> None:
        """End the child. The box may be used again; it then starts a new one."""
        with self._lock:
            self._drop()

    @property
    def pid(self) -> int | None:
        """The child's process number, None while there is none."""
        child = self._child
        return child.process.pid if child else None

    def _ready_child(self) -> "_Child":
        if self._child is not None and self._child.process.poll() is not None:
            self._drop()
        if self._child is None:
            self._child = _Child(self._settings, self._command)
            try:
                self._child.wake()
            except (OSError, EOFError, frames.FrameFault):
                ended = _how_it_ended(self._drop(wait=1))
                raise BoxBroken(f"the reading box does not start: it {ended}") from None
            except BoxBroken:
                self._drop()
                raise
        return self._child

    def _drop(self, *, wait: float = 0) -> int | None:
        """End the child, giving it `wait` seconds to end by itself; returns how it ended."""
        child, self._child = self._child, None
        return child.end(wait) if child else None


class _Child:
    """The process and the wire to it."""

    def __init__(self, settings: BoxSettings, command: Sequence[str]) -> None:
        self._settings = settings
        self._wire, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        try:
            # Its own session: a Ctrl-C at the terminal ends the desk in order, not its box under its hands. No output
            # of it is read but what comes by the wire: a traceback could show what somebody wrote.
            self.process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                list(command),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=Path(intake.__file__).parent.parent,
                env=environment | {"PYTHONUTF8": "1"},
                start_new_session=True,
            )
        except OSError as error:
            self._wire.close()
            raise BoxBroken(f"the reading box does not start: {type(error).__name__}") from None
        finally:
            theirs.close()

    def wake(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        frames.send(self._wire, self._settings.as_json(), deadline=deadline)
        head, _ = frames.receive(self._wire, deadline=deadline, limit=0)
        if head.get("fault"):
            raise BoxBroken(f"the reading box does not start: {head['fault']}")

    def ask(self, head: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
        deadline = time.monotonic() + self._settings.seconds
        frames.send(self._wire, head, [content], deadline=deadline)
        return frames.receive(self._wire, deadline=deadline, limit=self._settings.reply_bytes)

    def end(self, wait: float) -> int | None:
        self._wire.close()
        try:
            code = self.process.wait(wait) if wait else None
        except subprocess.TimeoutExpired:
            code = None
        if code is None:
            self.process.kill()
            self.process.wait()
        return code


def _result(blobs: list[bytes]) -> tuple[Submission, Reading]:
    """What the child said, with the attachments' bytes, which travel beside the JSON, put back."""
    said, understood, *contents = blobs
    submission = Submission.model_validate_json(said)
    if len(contents) != sum(file.content is not None for file in submission.attachments):
        raise ValueError("attachments missing")
    bytes_of = iter(contents)
    files = tuple(
        file if file.content is None else file.model_copy(update={"content": next(bytes_of)})
        for file in submission.attachments
    )
    return submission.model_copy(update={"attachments": files}), Reading.model_validate_json(understood)


def _how_it_ended(code: int | None) -> str:
    if code is None:
        return "was cut off"
    if code >= 0:
        return f"ended early (exit {code})"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
    return f"crashed ({name})"
