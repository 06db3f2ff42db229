"""A clamd on loopback that speaks INSTREAM faithfully, calls what holds MARK a virus, and misbehaves when told."""

import asyncio
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.servers.loops import LoopThread
from tests.servers.ports import HeldPort

MARK = b"QUALITY-DESK-TEST-VIRUS"
NAME = "Test.Signature-1"


@dataclass
class _Fault:
    answer: str | None = None
    seconds: float = 0
    hang_up: bool = False


class Clamd:
    """A scanner that runs between `with Clamd() as clamd:` and the end of the block; `where` is what a client is told.

    `scanned` holds what was streamed to it. Faults are served in the order they were asked for.
    """

    def __init__(self, *, path: str = "", size_limit: int = 25_000_000) -> None:
        self.scanned: list[bytes] = []
        self._path = path
        self._limit = size_limit
        self._faults: deque[_Fault] = deque()

    def __enter__(self) -> Self:
        self._held = HeldPort()
        self._loop = LoopThread("clamd")
        self._server: asyncio.Server | None = None
        self.accept_connections()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.refuse_connections()
        self._loop.close()
        self._held.close()

    @property
    def where(self) -> str:
        return self._path or f"127.0.0.1:{self._held.number}"

    # What it is told to do

    def answer_next(self, line: str) -> None:
        """Give this line as the next answer, whatever was asked."""
        self._faults.append(_Fault(answer=line))

    def be_slow_next(self, seconds: float) -> None:
        """Wait before the next answer."""
        self._faults.append(_Fault(seconds=seconds))

    def hang_up_next(self) -> None:
        """Drop the next connection once everything was heard, without an answer."""
        self._faults.append(_Fault(hang_up=True))

    def refuse_connections(self) -> None:
        """Be down, on the same port, until `accept_connections()`."""
        self._loop.run(self._stop())

    def accept_connections(self) -> None:
        """Be up (again)."""
        if self._server is None:
            self._server = self._loop.run(self._listen())

    async def _listen(self) -> asyncio.Server:
        if self._path:
            return await asyncio.start_unix_server(self._serve, self._path)
        return await asyncio.start_server(self._serve, sock=self._held.listener())

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await self._answer(reader)
            if line is not None:
                writer.write(line.encode() + b"\0")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # a client that gave up is part of what is tested
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> str | None:
        """The line to say, None to hang up."""
        command = await reader.readuntil(b"\0")
        said = "UNKNOWN COMMAND"
        if command == b"zPING\0":
            said = "PONG"
        elif command == b"zINSTREAM\0":
            content = b""
            while size := int.from_bytes(await reader.readexactly(4), "big"):
                if len(content) + size > self._limit:
                    return "INSTREAM size limit exceeded. ERROR"
                content += await reader.readexactly(size)
            self.scanned.append(content)
            said = f"stream: {NAME} FOUND" if MARK in content else "stream: OK"
        fault = self._faults.popleft() if self._faults else _Fault()
        await asyncio.sleep(fault.seconds)
        return None if fault.hang_up else fault.answer or said
