"""Asking a clamd whether bytes hold a virus, by its INSTREAM command; which files are asked about is decided elsewhere.

The protocol is described in clamd(8): `zINSTREAM`, chunks of a length (four bytes, big-endian) and as many bytes, a length of
zero; the answer is one line that ends with NUL.
"""

import re
import socket
import time
from collections.abc import Iterator
from typing import Final

CHUNK_BYTES: Final = 64 * 1024
ANSWER_BYTES: Final = 4096
_HOST_PORT: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.\-]+)):(\d{1,5})")
_FOUND: Final = re.compile(r"stream: (.{1,300}) FOUND")


class ScanFailed(Exception):
    """The scanner did not say whether the bytes are clean; the text says why and has nothing of them in it."""


def place_of(where: str) -> str | tuple[str, int]:
    """A path of a unix socket, or host and port ("127.0.0.1:3310", "[::1]:3310"). Raises ValueError where it is neither."""
    if where.startswith("/"):
        return where
    found = _HOST_PORT.fullmatch(where)
    if found is None or not 0 < int(found[3]) < 65536:
        raise ValueError("must be the path of a unix socket or host:port")
    return found[1] or found[2], int(found[3])


class Clamd:
    """One scanner; each question is a connection of its own. `seconds` bounds a whole question and its answer."""

    def __init__(self, where: str, *, seconds: float) -> None:
        self._place = place_of(where)
        self._seconds = seconds

    def ping(self) -> None:
        """Raises ScanFailed unless a clamd answers."""
        answer = self._ask(iter((b"zPING\0",)))
        if answer != "PONG":
            raise ScanFailed("what answers there is no clamd")

    def scan(self, content: bytes) -> str:
        """The scanner's name of what it found in `content`, "" where it found nothing. Raises ScanFailed."""
        answer = self._ask(_stream(content))
        if answer == "stream: OK":
            return ""
        found = _FOUND.fullmatch(answer)
        if found:
            return "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in found[1])
        raise ScanFailed(
            "the file is over the scanner's size limit" if "size limit" in answer else "it gave no verdict"
        )

    def _ask(self, pieces: Iterator[bytes]) -> str:
        deadline = time.monotonic() + self._seconds
        try:
            with self._connected() as wire:
                try:
                    for piece in pieces:
                        wire.settimeout(_left(deadline))
                        wire.sendall(piece)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # it may have answered before it hung up: over its size limit it does
                return _answer(wire, deadline)
        except TimeoutError:
            raise ScanFailed(f"it took longer than {self._seconds:g} s") from None
        except OSError as error:
            raise ScanFailed(f"it cannot be reached ({type(error).__name__})") from None

    def _connected(self) -> socket.socket:
        if isinstance(self._place, tuple):
            return socket.create_connection(self._place, timeout=self._seconds)
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(self._seconds)
        try:
            wire.connect(self._place)
        except OSError:
            wire.close()
            raise
        return wire


def _stream(content: bytes) -> Iterator[bytes]:
    yield b"zINSTREAM\0"
    view = memoryview(content)
    for at in range(0, len(view), CHUNK_BYTES):
        piece = view[at : at + CHUNK_BYTES]
        yield len(piece).to_bytes(4, "big") + piece
    yield bytes(4)


def _answer(wire: socket.socket, deadline: float) -> str:
    """One line up to its NUL. Raises ScanFailed where it ends before."""
    heard = b""
    while b"\0" not in heard:
        wire.settimeout(_left(deadline))
        more = wire.recv(ANSWER_BYTES)
        if not more or len(heard) > ANSWER_BYTES:
            raise ScanFailed("it hung up without an answer")
        heard += more
    return heard.split(b"\0")[0].decode("utf-8", "replace").strip()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
