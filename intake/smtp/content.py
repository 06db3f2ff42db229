"""What comes between 354 and the lone dot, taken in large pieces; bounded in size, in lines and over all sessions.

Says the same as reading line by line: only CRLF.CRLF ends a mail, a doubled dot at the start of a line is single again, and
every other byte, bare CR and LF too, is kept as it came (RFC 5321, 4.5.2).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

from intake.smtp import answers

END: Final = b"\r\n.\r\n"
CRLF: Final = b"\r\n"
DOT: Final = b".\r\n"
HOPELESS: Final = 4
"""How many times a limit is overrun before we stop listening for the end, at which we could have said so politely."""


class NotTaken(Exception):
    """The content came to its end, or will not, and is not kept; `answer` says why. `hang_up`: the end never came."""

    def __init__(self, answer: str, *, hang_up: bool = False) -> None:
        super().__init__(answer)
        self.answer = answer
        self.hang_up = hang_up


async def read_content(
    reader: asyncio.StreamReader, *, size_limit: int, line_limit: int, arrived: Callable[[int], Awaitable[None]]
) -> bytes:
    """Read up to the lone dot and return the mail. What was pipelined behind it stays in the reader.

    `arrived` is told of each piece's length and may make us wait (the sender then waits too). Raises NotTaken where the
    mail is larger than `size_limit` bytes on the wire or a line (up to its LF) longer than `line_limit`; nothing of it is in
    memory then.
    """
    # The content begins at the start of a line: with the line end of DATA before it, one search finds every end.
    # StreamReader has no public way to put back; aiosmtpd itself empties the same buffer at STARTTLS.
    reader._buffer[:0] = CRLF  # type: ignore[attr-defined]
    pieces: list[bytes] = []
    ruler = _Ruler(size_limit, line_limit)
    ended = False
    while not ended:
        try:
            piece, ended = await reader.readuntil(END), True
        except asyncio.LimitOverrunError as overrun:
            piece = await reader.readexactly(overrun.consumed)
        ruler.measure(piece)
        if ruler.fault:
            pieces.clear()
            if ruler.hopeless and not ended:
                raise NotTaken(ruler.fault, hang_up=True)
        else:
            pieces.append(piece)
            await arrived(len(piece))
    if ruler.fault:
        raise NotTaken(ruler.fault)
    pieces[-1] = pieces[-1][: -len(DOT)]
    pieces[0] = pieces[0][len(CRLF) :]
    whole = b"".join(pieces)
    del pieces
    # Both give back the same object where there is no dot to take away, as in nearly every mail.
    return whole.removeprefix(b".").replace(b"\r\n.", CRLF)


class _Ruler:
    """Measures what came so far: its size on the wire and its longest line. `fault` is the answer once one is too much."""

    def __init__(self, size_limit: int, line_limit: int) -> None:
        self.fault = ""
        self.hopeless = False
        self._size_limit = size_limit
        self._line_limit = line_limit
        self._size = -len(END)
        self._line = 0

    def measure(self, piece: bytes) -> None:
        self._size += len(piece)
        # A bare LF ends a line here: mail from systems that know no CR would else be one line from end to end.
        longest = self._line + len(piece)
        if longest > self._line_limit:
            first, *rest = map(len, piece.split(b"\n"))
            longest = max(self._line + first, *rest, 0)
        last = piece.rfind(b"\n")
        self._line = self._line + len(piece) if last < 0 else len(piece) - last - 1
        if not self.fault and longest > self._line_limit:
            self.fault = answers.LINE_TOO_LONG
        if not self.fault and self._size > self._size_limit:
            self.fault = answers.TOO_BIG
        self.hopeless = self._size > HOPELESS * self._size_limit or self._line > HOPELESS * self._line_limit


class BytesInFlight:
    """How much mail is in memory over all sessions, not yet answered. One event loop only.

    Beyond `limit` bytes every session but the one that began first is made to wait, so that at least one always comes to
    its end; memory is bounded by the limit and one mail more.
    """

    def __init__(self, limit: int) -> None:
        self.total = 0
        self._limit = limit
        self._shares: dict[int, int] = {}
        self._numbers = iter(range(2**63))
        self._less = asyncio.Event()

    @contextmanager
    def share(self) -> Iterator[int]:
        """A session's part, from 354 to the answer."""
        number = next(self._numbers)
        self._shares[number] = 0
        try:
            yield number
        finally:
            self.total -= self._shares.pop(number)
            self._less.set()
            self._less = asyncio.Event()

    async def add(self, share: int, count: int) -> None:
        """Count what arrived, and wait while there is too much of it."""
        self._shares[share] += count
        self.total += count
        while self.total > self._limit and share != next(iter(self._shares)):
            await self._less.wait()
