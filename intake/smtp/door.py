"""The door itself: a loop on a thread of its own that listens, counts who is in, and closes without dropping a mail."""

import asyncio
import collections
import logging
import threading
import time
from typing import Any, Final, TypeVar

import structlog

from intake.memory import return_large_blocks
from intake.smtp import answers
from intake.smtp.content import BytesInFlight
from intake.smtp.hooks import Hooks
from intake.smtp.session import DoorSession, LmtpSession
from intake.smtp.settings import DoorSettings, Keep

BACKLOG: Final = 256
CROWDED_SHARE: Final = 0.8
CROWDED_IDLE_SECONDS: Final = 30
QUIET_SECONDS: Final = 10
T = TypeVar("T")
log = structlog.get_logger()


class MailDoor:
    """Listens between `start()` and `stop()`. `keep` is called in the door's thread with each mail and must not block.

    While the door closes, new sessions hear 421, and every mail whose dot has come is answered.
    """

    def __init__(self, keep: Keep, settings: DoorSettings) -> None:
        self._settings = settings
        self._hooks = Hooks(settings, keep)
        self._in_flight = BytesInFlight(settings.limits.bytes_in_flight)
        self._sessions: dict[DoorSession, str] = {}
        self._from: collections.Counter[str] = collections.Counter()
        self._closing = False
        self._quiet_until = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._turn, name="mail-door", daemon=True)
        self._server: asyncio.Server | None = None

    @property
    def alive(self) -> bool:
        """Whether the door's thread turns; False before `start()` and after `stop()`."""
        return self._thread.is_alive()

    @property
    def sessions(self) -> int:
        return len(self._sessions)

    @property
    def bytes_in_flight(self) -> int:
        return self._in_flight.total

    def start(self) -> int:
        """Open the door and return the port it listens on. Raises OSError where it cannot have that port."""
        # At its usual levels aiosmtpd logs addresses, commands and every line of a mail.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
        return_large_blocks()
        self._loop.set_exception_handler(self._fault_in_loop)
        self._thread.start()
        try:
            return asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        except BaseException:
            self._end_loop()
            raise

    def stop(self) -> None:
        """Close the door; returns when the mails in hand are answered, or after `farewell_seconds`."""
        if not self._thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._end_loop()

    def _turn(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> int:
        self._server = await self._loop.create_server(
            lambda: _Threshold(self), self._settings.host, self._settings.port, backlog=BACKLOG
        )
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _close(self) -> None:
        self._closing = True
        for session in list(self._sessions):
            session.leave(answers.CLOSING)
        deadline = self._loop.time() + self._settings.farewell_seconds
        while self._sessions and self._loop.time() < deadline:
            await asyncio.sleep(0.01)
        assert self._server is not None
        self._server.close()
        for session in list(self._sessions):
            session.abort()
        await asyncio.sleep(0)
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._loop.shutdown_asyncgens()

    def refusal(self, address: str) -> str:
        """Why a newcomer from this address may not come in, "" if it may."""
        limits = self._settings.limits
        if self._closing:
            return answers.CLOSING
        if len(self._sessions) >= limits.sessions or self._from[address] >= limits.sessions_per_address:
            self._say_seldom("door.crowded", sessions=len(self._sessions))
            return answers.CROWDED
        return ""

    def admit(self, address: str) -> DoorSession:
        """A session for a newcomer, counted until its connection is gone."""
        kind = LmtpSession if self._settings.protocol == "lmtp" else DoorSession
        session = kind(self._settings, self._hooks, self._in_flight, left=self._left, idle_seconds=self._idle_seconds)
        self._sessions[session] = address
        self._from[address] += 1
        return session

    def _left(self, session: DoorSession) -> None:
        address = self._sessions.pop(session, None)
        if address is not None:
            self._from[address] -= 1
            if not self._from[address]:
                del self._from[address]

    def _idle_seconds(self) -> float:
        limits = self._settings.limits
        crowded = len(self._sessions) > CROWDED_SHARE * limits.sessions
        return min(limits.idle_seconds, CROWDED_IDLE_SECONDS) if crowded else limits.idle_seconds

    def _fault_in_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # asyncio would write a traceback each time: thousands a second while no file descriptor is free (measured).
        error = context.get("exception")
        if not isinstance(error, (ConnectionError, asyncio.CancelledError)):
            self._say_seldom("door.loop_fault", fault=type(error).__name__ if error else "unknown")

    def _say_seldom(self, event: str, **facts: object) -> None:
        if time.monotonic() >= self._quiet_until:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning(event, **facts)


class _Threshold(asyncio.Protocol):
    """Where a connection stands before it is let in: turned away cheaply, or handed to a session of its own."""

    def __init__(self, door: MailDoor) -> None:
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) and peer else ""
        refusal = self._door.refusal(address)
        if refusal:
            transport.write(refusal.encode("ascii") + b"\r\n")
            transport.close()
            return
        session = self._door.admit(address)
        transport.set_protocol(session)
        session.connection_made(transport)
