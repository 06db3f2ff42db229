"""One connection at the door: aiosmtpd's SMTP and LMTP with its defaults made safe; what is answered is in `hooks`.

Leans on aiosmtpd 1.4: `_getaddr`, `_reset_timeout`, `_reader`, `_tls_protocol`. The tests of this package hold it to that.
"""

# ruff: noqa: ARG002, N802 - aiosmtpd finds its commands by these names and calls them all alike

import asyncio
import collections
import time
from collections.abc import Callable
from typing import Any, Final

from aiosmtpd.smtp import SMTP

from intake.smtp import answers
from intake.smtp.addresses import path_of
from intake.smtp.content import BytesInFlight, NotTaken, read_content
from intake.smtp.hooks import Hooks
from intake.smtp.settings import DoorSettings

PIECE: Final = 64 * 1024
COMMAND_BYTES: Final = 1024
# Mail may come in any number over one connection; the rest is courtesy, and a session's length is bounded by itself.
CALLS: Final = {"*": 20, "NOOP": 1000, "RSET": 10_000, "MAIL": 10_000, "RCPT": 100_000, "DATA": 10_000}
DATA_START_SECONDS: Final = 60
DATA_BYTES_PER_SECOND: Final = 4096


class DoorSession(SMTP):
    """`left` is called once when the connection is gone. `idle_seconds` says how long a silent session may stay now."""

    # aiosmtpd makes it the size of the stream's buffer; how long a line of a mail may be is our own limit.
    line_length_limit = PIECE

    def __init__(
        self,
        settings: DoorSettings,
        hooks: Hooks,
        in_flight: BytesInFlight,
        *,
        left: Callable[["DoorSession"], None],
        idle_seconds: Callable[[], float],
    ) -> None:
        # aiosmtpd's are one dictionary for all connections, grown by each EHLO (measured); ours are this connection's own.
        self.command_size_limits = collections.defaultdict(lambda: COMMAND_BYTES)
        self._settings = settings
        self._in_flight = in_flight
        self._left = left
        self._idle_seconds = idle_seconds
        self._busy = False
        self._farewell = ""
        self._greeting = False
        self._lifetime: asyncio.TimerHandle | None = None
        super().__init__(
            hooks,
            hostname=settings.hostname,
            ident="LMTP" if settings.protocol == "lmtp" else "ESMTP",
            data_size_limit=settings.limits.message_bytes,
            enable_SMTPUTF8=settings.smtputf8,
            tls_context=settings.tls,
            timeout=settings.limits.idle_seconds,
            command_call_limit=CALLS,
            loop=asyncio.get_running_loop(),
        )

    @property
    def replies(self) -> int:
        """How many replies follow the dot."""
        return 1

    def leave(self, farewell: str) -> None:
        """Say goodbye: now, or when the mail that is coming in has been answered."""
        self._farewell = self._farewell or farewell
        if not self._busy:
            self._hang_up()

    def abort(self) -> None:
        transport: Any = self._original_transport or self.transport
        if transport is not None:
            transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._lifetime is None:
            seconds = self._settings.limits.session_seconds
            self._lifetime = self.loop.call_later(seconds, self.leave, answers.SESSION_OVER)

    def connection_lost(self, error: Exception | None) -> None:
        if self._lifetime is not None:
            self._lifetime.cancel()
        self._left(self)
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        if self.transport is None:
            raise asyncio.CancelledError  # the sender has gone; there is nobody left to answer
        await super().push(status if self._greeting or isinstance(status, bytes) else answers.with_code(status))

    async def smtp_EHLO(self, hostname: str) -> None:
        self._greeting = True
        try:
            await super().smtp_EHLO(hostname)
        finally:
            self._greeting = False
        self.command_size_limits.clear()  # aiosmtpd adds to MAIL's at every EHLO

    async def smtp_DATA(self, arg: str) -> None:
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        self._busy = True
        replies, hang_up = self.replies, False
        try:
            with self._in_flight.share() as share:
                answer = await self._take(share)
        except NotTaken as refusal:
            answer, hang_up = refusal.answer, refusal.hang_up
        except Exception as error:  # noqa: BLE001 - aiosmtpd would go on and take the rest of the mail for commands
            answer, hang_up = await self.handle_exception(error), True
        finally:
            self._busy = False
            self.envelope = self._create_envelope()
        self._reset_timeout()
        await self.push("\r\n".join([answer] * replies))
        if hang_up or self._farewell:
            self._hang_up()

    async def _take(self, share: int) -> str:
        began, size = time.monotonic(), 0

        async def arrived(count: int) -> None:
            nonlocal began, size
            size += count
            waits = time.monotonic()
            self._reset_timeout(self._settings.data_seconds)
            await self._in_flight.add(share, count)
            began += time.monotonic() - waits  # the time in which we made the sender wait is not the sender's
            allowed = min(self._settings.data_seconds, DATA_START_SECONDS + size / DATA_BYTES_PER_SECOND)
            self._reset_timeout(max(0.001, began + allowed - time.monotonic()))

        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self._reset_timeout(min(self._settings.data_seconds, DATA_START_SECONDS))
        limits = self._settings.limits
        content = await read_content(
            self._reader, size_limit=limits.message_bytes, line_limit=limits.line_bytes, arrived=arrived
        )
        assert self.envelope is not None
        self.envelope.content = content
        # aiosmtpd's timer would hang up on a sender who waits for our commit.
        self._reset_timeout(self._settings.keep_seconds + DATA_START_SECONDS)
        return str(await self._call_handler_hook("DATA"))

    async def smtp_VRFY(self, arg: str) -> None:
        await self.push(answers.CANNOT_VERIFY)

    async def smtp_EXPN(self, arg: str) -> None:
        await self.push(answers.NOT_OFFERED)

    async def smtp_HELP(self, arg: str) -> None:
        await self.push(answers.NOT_OFFERED)

    async def smtp_AUTH(self, arg: str) -> None:
        await self.push(answers.NOT_OFFERED)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # aiosmtpd's own goes through the header parser of `email`, which raises, is slow, and refuses what people do use.
        return path_of(arg)

    def _reset_timeout(self, duration: float | None = None) -> None:
        super()._reset_timeout(duration or self._idle_seconds())

    def _hang_up(self) -> None:
        transport: Any = self.transport
        if transport is None or transport.is_closing():
            return
        if self._farewell:
            transport.write(self._farewell.encode("ascii") + b"\r\n")
        transport.close()


class LmtpSession(DoorSession):
    """RFC 2033: LHLO instead of EHLO, and after the dot one reply for each recipient that was accepted."""

    @property
    def replies(self) -> int:
        return len(self.envelope.rcpt_tos) if self.envelope else 1

    async def smtp_LHLO(self, hostname: str) -> None:
        await super().smtp_EHLO(hostname)

    async def smtp_EHLO(self, hostname: str) -> None:
        await self.push(answers.NOT_OFFERED)

    async def smtp_HELO(self, hostname: str) -> None:
        await self.push(answers.NOT_OFFERED)
