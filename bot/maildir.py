"""Letters into a Maildir, where no relay is set; a repeat of a letter finds its own file and is not written twice."""

import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

from tracker.outbox import Deferred, Outcome, Sent


class MaildirRelay:
    """Delivers by writing into `directory` (tmp, new, cur), each letter flushed before it appears in `new`."""

    reachable = True

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._host = socket.gethostname().replace("/", "_").replace(":", "_")

    def send(
        self, letter: bytes, *, message_id: str, mail_from: str, to: str, before_dot: Callable[[], None]
    ) -> Outcome:
        """Write one letter; Sent with its file name, or Deferred where the folder cannot take it."""
        name = f"{hashlib.sha256(f'{message_id} {to}'.encode()).hexdigest()[:24]}.{self._host}"
        try:
            for part in ("tmp", "new", "cur"):
                (self._directory / part).mkdir(parents=True, exist_ok=True, mode=0o700)
            if (self._directory / "new" / name).exists() or next((self._directory / "cur").glob(f"{name}*"), None):
                return Sent(name)
            before_dot()
            path = self._directory / "tmp" / name
            with path.open("wb") as file:
                file.write(b"Return-Path: <%s>\r\nDelivered-To: %s\r\n" % (mail_from.encode(), to.encode()))
                file.write(letter)
                file.flush()
                os.fsync(file.fileno())
            path.rename(self._directory / "new" / name)
            _sync(self._directory / "new")
        except OSError as error:
            self.reachable = False
            return Deferred(f"The letters folder cannot be written ({type(error).__name__}).")
        self.reachable = True
        return Sent(name)

    def check(self) -> str | None:
        """Prove that the folder can be written; None, or what is wrong with it."""
        try:
            (self._directory / "tmp").mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = self._directory / "tmp" / f".check-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            return f"cannot be written ({error.strerror})"
        return None

    def rest(self) -> None:
        """Nothing stays open."""

    def close(self) -> None:
        """Nothing stays open."""


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
