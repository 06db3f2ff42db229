"""How the reading box and its parent talk: frames of JSON and bytes on a socket, each with its length; no pickle, no meaning.

A frame is four bytes with the length of the head, the head (a JSON object whose "blobs" lists lengths), and the blobs.
"""

import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any, Final

_LENGTH: Final = struct.Struct(">I")
HEAD_BYTES: Final = 1024 * 1024


class FrameFault(Exception):
    """What came is no frame, or larger than allowed."""


def send(
    wire: socket.socket, head: dict[str, Any], blobs: Sequence[bytes] = (), *, deadline: float | None = None
) -> None:
    """Send one frame. `deadline` is a time of `time.monotonic()`. Raises TimeoutError, OSError."""
    text = json.dumps(head | {"blobs": [len(blob) for blob in blobs]}).encode("ascii")
    for part in (_LENGTH.pack(len(text)) + text, *blobs):
        wire.settimeout(_left(deadline))
        wire.sendall(part)


def receive(
    wire: socket.socket, *, deadline: float | None = None, limit: int | None = None
) -> tuple[dict[str, Any], list[bytes]]:
    """Wait for one frame of at most `limit` bytes. Raises EOFError, TimeoutError, FrameFault, OSError."""
    (length,) = _LENGTH.unpack(_exactly(wire, _LENGTH.size, deadline))
    if length > HEAD_BYTES:
        raise FrameFault("a head too large")
    text = _exactly(wire, length, deadline)
    try:
        head = json.loads(text)
        lengths = [int(blob) for blob in head.pop("blobs")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise FrameFault("no head") from None
    if min(lengths, default=0) < 0 or (limit is not None and sum(lengths) > limit):
        raise FrameFault("blobs too large")
    return head, [_exactly(wire, blob, deadline) for blob in lengths]


def _exactly(wire: socket.socket, length: int, deadline: float | None) -> bytes:
    # Memory grows with what comes, not with what was announced.
    parts: list[bytes] = []
    while length:
        wire.settimeout(_left(deadline))
        part = wire.recv(min(length, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
