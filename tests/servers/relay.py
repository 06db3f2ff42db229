"""A real SMTP relay on loopback that keeps what it accepts and misbehaves when told; how we send is tested elsewhere."""

import asyncio
import hmac
import logging
import ssl
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.loops import LoopThread
from tests.servers.ports import HeldPort

Step = Literal["banner", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot"]
Tls = Literal["none", "starttls", "implicit"]

CERTIFICATE = Path(__file__).parent / "certificates" / "certificate.pem"
"""What a client must trust to believe the relay's TLS."""

# aiosmtpd logs each command and traceback of a session; a test's output is no place for them.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Letter:
    """One accepted letter. `envelope_from` is "" for the null sender; `raw` is as sent, without the dots' stuffing."""

    envelope_from: str
    rcpts: tuple[str, ...]
    raw: bytes
    at: datetime
    tls: bool
    login: str | None

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass(frozen=True)
class Command:
    """One thing a client said: the verb, its argument and when ("dot" for the end of a letter, "banner" for arriving)."""

    verb: str
    argument: str
    at: datetime


@dataclass
class Fault:
    """What goes wrong at one step, and how many times more; `answer` None means the proper answer."""

    at: Step
    times: int
    answer: str | None = None
    seconds: float = 0.0
    hang_up: bool = False
    keep: bool = False


@dataclass
class Script:
    """The faults still to come, oldest first."""

    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        with self.lock:
            self.faults.append(fault)

    def take(self, step: str) -> Fault | None:
        with self.lock:
            fault = next((fault for fault in self.faults if fault.at == step), None)
            if fault is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
            return fault

    def clear(self) -> None:
        with self.lock:
            self.faults.clear()


class Relay:
    """A relay that runs between `with Relay() as relay:` and the end of the block, on `relay.port`.

    `letters` holds what it accepted, `commands` all that clients said, `sessions` how often one came. Faults are
    served in the order they were asked for, each `times` times, and then the relay behaves again.
    """

    def __init__(
        self,
        *,
        tls: Tls = "none",
        user: str | None = None,
        password: str | None = None,
        smtputf8: bool = True,
        size_limit: int = 25_000_000,
    ) -> None:
        self.letters: list[Letter] = []
        self.commands: list[Command] = []
        self.sessions = 0
        self.host = "127.0.0.1"
        self._tls = tls
        self._login = (user, password) if user is not None and password is not None else None
        self._smtputf8 = smtputf8
        self._size_limit = size_limit
        self._context: ssl.SSLContext | None = None
        if tls != "none":
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_name("key.pem"))
        self._script = Script()
        self._changed = threading.Condition()
        self._open: set[_Session] = set()
        self._held = HeldPort()
        self._loop: LoopThread | None = None
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        return self._held.number

    def __enter__(self) -> Self:
        self._loop = LoopThread("relay")
        self.accept_connections()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.refuse_connections()
        assert self._loop is not None
        self._loop.close()
        self._held.close()

    # What it is told to do

    def answer_next(self, answer: str, *, at: Step, times: int = 1) -> None:
        """Answer the next `times` of a step with this line, for example "451 4.3.0 later"; a 421 also hangs up."""
        self._script.add(Fault(at, times, answer=answer, hang_up=answer.startswith("421")))

    def hang_up_after_dot(self, times: int = 1) -> None:
        """Keep the letter, then drop the connection without an answer: the sender cannot know."""
        self._script.add(Fault("dot", times, hang_up=True, keep=True))

    def hang_up_next(self, *, at: Step, times: int = 1) -> None:
        """Drop the connection at this step without an answer and without keeping anything."""
        self._script.add(Fault(at, times, hang_up=True))

    def hang(self, *, at: Step, seconds: float, times: int = 1) -> None:
        """Wait before the proper answer of a step; at "dot" the letter has been kept by then."""
        self._script.add(Fault(at, times, seconds=seconds, keep=True))

    def behave(self) -> None:
        """Forget the faults that have not been served yet."""
        self._script.clear()

    def refuse_connections(self) -> None:
        """Be down: drop who is connected and refuse who comes, on the same port, until `accept_connections()`."""
        assert self._loop is not None
        self._loop.run(self._stop_listening())

    def accept_connections(self) -> None:
        """Be up (again)."""
        assert self._loop is not None
        if self._server is None:
            self._server = self._loop.run(self._listen())

    # What was heard

    def wait_for(self, n: int, timeout: float = 10.0) -> list[Letter]:
        """Return the letters once there are at least `n`; raise AssertionError after `timeout` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.letters) >= n, timeout):
                raise AssertionError(f"the relay has {len(self.letters)} letters after {timeout:g} s, not {n}")
            return list(self.letters)

    def said(self, verb: str) -> list[Command]:
        """Every time a client said this verb."""
        return [command for command in self.commands if command.verb == verb]

    # What the sessions call, in the loop's thread

    async def _listen(self) -> asyncio.Server:
        implicit = self._context if self._tls == "implicit" else None
        return await asyncio.get_running_loop().create_server(
            lambda: _Session(self), sock=self._held.listener(), ssl=implicit
        )

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for session in list(self._open):
            session.drop()
        await asyncio.sleep(0)

    def _heard(self, verb: str, argument: str) -> None:
        self.commands.append(Command(verb, argument, datetime.now(UTC)))

    def _keep(self, letter: Letter) -> None:
        with self._changed:
            self.letters.append(letter)
            self._changed.notify_all()


class _Session(SMTP):
    """One client's connection: asks the script before each step, else lets aiosmtpd answer."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        super().__init__(
            _Handler(relay),
            hostname="relay.example",
            ident="ESMTP",
            data_size_limit=relay._size_limit,
            enable_SMTPUTF8=relay._smtputf8,
            tls_context=relay._context if relay._tls == "starttls" else None,
            require_starttls=relay._tls == "starttls",
            auth_require_tls=relay._tls == "starttls",
            authenticator=self._authenticate_login,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._relay._open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._relay._open.discard(self)
        super().connection_lost(error)

    def drop(self) -> None:
        transport = self._original_transport or self.transport
        if isinstance(transport, asyncio.Transport):
            transport.abort()

    async def _handle_client(self) -> None:
        self._relay.sessions += 1
        if await self._step("banner", ""):
            await super()._handle_client()

    async def push(self, status: Any) -> None:
        if self.transport is None:
            raise asyncio.CancelledError  # the client has gone; there is nobody left to answer
        await super().push(status)

    async def _step(self, step: Step, argument: str) -> bool:
        """Serve a fault of this step; True when aiosmtpd should go on and answer properly."""
        self._relay._heard(step, argument)
        fault = self._relay._script.take(step)
        if fault is None:
            return True
        await asyncio.sleep(fault.seconds)
        if fault.answer is not None:
            await self.push(fault.answer)
        if fault.hang_up:
            await self._hang_up()
        return fault.answer is None

    async def _hang_up(self) -> None:
        assert self.transport is not None
        self.transport.close()
        raise asyncio.CancelledError

    async def _say(self, step: Step, proper: Callable[[str], Awaitable[None]], argument: str | None) -> None:
        if await self._step(step, argument or ""):
            await proper(argument)  # type: ignore[arg-type]  # aiosmtpd passes None for "no argument"

    async def smtp_EHLO(self, arg: str | None) -> None:
        await self._say("EHLO", super().smtp_EHLO, arg)

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        await self._say("STARTTLS", super().smtp_STARTTLS, arg)

    async def smtp_AUTH(self, arg: str | None) -> None:
        await self._say("AUTH", super().smtp_AUTH, arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        await self._say("MAIL", super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        await self._say("RCPT", super().smtp_RCPT, arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        await self._say("DATA", super().smtp_DATA, arg)

    def _authenticate_login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: Any
    ) -> AuthResult:
        wanted = self._relay._login
        if wanted is None or not isinstance(auth_data, LoginPassword):
            return AuthResult(success=False, handled=False)
        given = (auth_data.login.decode(), auth_data.password.decode())
        right = all(hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(given, wanted, strict=True))
        return AuthResult(success=right, handled=False, auth_data=auth_data)


class _Handler:
    """aiosmtpd's hooks: what is advertised, who may send, and what is kept."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    async def handle_EHLO(
        self, server: _Session, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in responses if self._relay._login or not line.startswith("250-AUTH")]

    async def handle_MAIL(
        self, server: _Session, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._relay._login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, server: _Session, session: Session, envelope: Envelope) -> str:
        relay = self._relay
        relay._heard("dot", "")
        fault = relay._script.take("dot")
        letter = Letter(
            envelope_from="" if envelope.mail_from == "<>" else str(envelope.mail_from),
            rcpts=tuple(envelope.rcpt_tos),
            raw=bytes(envelope.original_content or b""),
            at=datetime.now(UTC),
            tls=session.ssl is not None or relay._tls == "implicit",
            login=relay._login[0] if relay._login and session.authenticated else None,
        )
        if fault is None or fault.keep:
            relay._keep(letter)
        if fault is not None:
            await asyncio.sleep(fault.seconds)
            if fault.answer is not None and not fault.hang_up:
                return fault.answer
            if fault.answer is not None:
                await server.push(fault.answer)
            if fault.hang_up:
                await server._hang_up()
        return f"250 2.0.0 kept as {len(relay.letters)}"
