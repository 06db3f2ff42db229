"""The Socket Mode door: connections, envelopes and acknowledgements, and how they break; payloads are made elsewhere."""

import asyncio
import contextlib
import itertools
import json
import secrets
import socket
import struct
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.servers.loops import LoopThread
from tests.servers.slack.inhabitants import APP

Kind = Literal["events_api", "interactive", "slash_commands"]
Reason = Literal["warning", "refresh_requested", "link_disabled"]


@dataclass(frozen=True)
class Ack:
    """What the bot acknowledged an envelope with ({} for nothing), and how many seconds after it was sent."""

    payload: dict[str, Any]
    seconds: float


@dataclass
class Delivery:
    """One attempt to hand over an envelope; `ack` is None where none was heard in time."""

    kind: Kind
    payload: dict[str, Any]
    envelope_id: str
    retry_attempt: int
    at: datetime
    ack: Ack | None = None


@dataclass(eq=False)
class Connection:
    """One open socket of the bot. `silent`: nothing goes either way; `leaving`: it was told to go and gets no more."""

    socket: ServerConnection
    silent: bool = False
    leaving: bool = False
    opened: float = field(default_factory=time.monotonic)


class SocketDoor:
    """Listens on an ephemeral loopback port until `close()`. Methods may be called from any thread but the loop's."""

    def __init__(self, *, ack_seconds: float) -> None:
        self.ack_seconds = ack_seconds
        self.connections: list[Connection] = []
        self.deliveries: list[Delivery] = []
        self.handshakes_refused = 0
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._turns = itertools.count()
        self._refuse_until = 0.0
        self._acks_to_lose = 0
        self._loop = LoopThread("slack-sockets")
        self._server: Server = self._loop.run(self._listen())
        self.port: int = next(iter(self._server.sockets)).getsockname()[1]

    def close(self) -> None:
        self._loop.run(self._stop())
        self._loop.close()

    def open_connection(self) -> dict[str, Any]:
        """Answer `apps.connections.open`: an address that can be used once."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self.port}/link/?ticket={ticket}&app_id={APP}"}

    # Handing over

    def deliver(
        self,
        kind: Kind,
        payload: dict[str, Any],
        *,
        timeout: float | None = None,
        retry_attempt: int = 0,
        retry_reason: str = "",
    ) -> Ack | None:
        """Give one envelope to one connection and return its acknowledgement, None if none came in time."""
        seconds = self.ack_seconds if timeout is None else timeout
        work = self._deliver(kind, payload, seconds, retry_attempt, retry_reason)
        return self._loop.run(work, timeout=seconds + 10)

    def deliver_later(self, kind: Kind, payload: dict[str, Any]) -> None:
        """The same without waiting; the acknowledgement is seen in `deliveries`."""
        asyncio.run_coroutine_threadsafe(self._deliver(kind, payload, self.ack_seconds, 0, ""), self._loop.loop)

    async def _deliver(
        self, kind: Kind, payload: dict[str, Any], seconds: float, retry_attempt: int, retry_reason: str
    ) -> Ack | None:
        started = time.monotonic()
        envelope: dict[str, Any] = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry_attempt, "retry_reason": retry_reason}
        delivery = Delivery(kind, payload, envelope["envelope_id"], retry_attempt, datetime.now(UTC))
        self.deliveries.append(delivery)
        heard = self._waiting[delivery.envelope_id] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                connection = await self._some_connection()
                if not connection.silent:
                    await connection.socket.send(json.dumps(envelope))
                delivery.ack = Ack(await heard, time.monotonic() - started)
        except (TimeoutError, ConnectionClosed):
            pass  # no acknowledgement: the delivery says so
        finally:
            self._waiting.pop(delivery.envelope_id, None)
        return delivery.ack

    async def _some_connection(self) -> Connection:
        """One of those that are open, in turns; a silent one only where no other is left, as Slack cannot tell."""
        while True:
            staying = [connection for connection in self.connections if not connection.leaving]
            speaking = [connection for connection in staying if not connection.silent]
            if choice := speaking or staying:
                return choice[next(self._turns) % len(choice)]
            await asyncio.sleep(0.01)

    # Breaking

    def disconnect(self, reason: Reason = "refresh_requested", *, close_after: float = 0.1) -> None:
        """Tell every connection to go; all but a `warning` are closed by us `close_after` seconds later."""
        self._loop.run(self._disconnect(reason, close_after))

    def reset_sockets(self) -> None:
        """Cut every connection as a network fault does, without a closing frame."""
        self._loop.call(lambda: [self._reset(connection) for connection in list(self.connections)])

    def silence(self) -> None:
        """Let the open connections go dead without closing: pings, acknowledgements and envelopes go nowhere."""

        def quiet() -> None:
            for connection in self.connections:
                connection.silent = True
                connection.socket.transport.pause_reading()

        self._loop.call(quiet)

    def refuse_sockets(self, seconds: float) -> None:
        """Answer every handshake with 503 for so long; the address in hand is spent by trying."""
        self._refuse_until = time.monotonic() + seconds

    def lose_acks(self, times: int = 1) -> None:
        """Do not hear the next acknowledgements, so that what was handled counts as never delivered."""
        self._acks_to_lose += times

    async def _disconnect(self, reason: Reason, close_after: float) -> None:
        going = list(self.connections)
        farewell = json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-test"}})
        for connection in going:
            connection.leaving = reason != "warning"
            with contextlib.suppress(ConnectionClosed):
                await connection.socket.send(farewell)
        if reason != "warning":
            await asyncio.sleep(close_after)
            await asyncio.gather(*(connection.socket.close() for connection in going))

    @staticmethod
    def _reset(connection: Connection) -> None:
        raw = connection.socket.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.leaving = True
        connection.socket.transport.abort()

    # Serving

    async def _listen(self) -> Server:
        return await serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._admit,
            compression=None,
            ping_interval=None,
            close_timeout=0.2,
            max_size=None,
        )

    async def _stop(self) -> None:
        for connection in list(self.connections):
            if connection.silent:
                connection.socket.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        known = ticket in self._tickets
        self._tickets.discard(ticket)
        if time.monotonic() < self._refuse_until:
            self.handshakes_refused += 1
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "not now\n")
        if not known:
            self.handshakes_refused += 1
            return connection.respond(HTTPStatus.UNAUTHORIZED, "this address has been used\n")
        return None

    async def _serve(self, opened: ServerConnection) -> None:
        connection = Connection(opened)
        self.connections.append(connection)
        hello = {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "applink-test", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP},
        }
        try:
            await opened.send(json.dumps(hello))
            async for raw in opened:
                self._hear(json.loads(raw))
        except ConnectionClosed:
            pass  # cut by either side: it is no longer among the connections, which is all there is to say
        finally:
            self.connections.remove(connection)

    def _hear(self, said: dict[str, Any]) -> None:
        waiting = self._waiting.get(str(said.get("envelope_id")))
        if waiting is None or waiting.done():
            return
        if self._acks_to_lose > 0:
            self._acks_to_lose -= 1
            return
        waiting.set_result(said.get("payload") or {})
