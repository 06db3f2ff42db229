"""One client's conversation with the test relay: what is heard, kept and answered; starting and scripting is in relay."""

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
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as Client

Step = Literal["banner", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot"]
Tls = Literal["none", "starttls", "tls"]

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
        return message_from_bytes(self.raw, _class=EmailMessage, policy=policy.default)


@dataclass(frozen=True)
class Command:
    """One thing a client said: the verb, its argument and when ("dot" for a letter's end, "banner" for arriving)."""

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


class Script:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def take(self, step: Step) -> Fault | None:
        with self._lock:
            fault = next((fault for fault in self._faults if fault.at == step), None)
            if fault is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()


@dataclass(frozen=True)
class Terms:
    """What the relay offers and asks for: encryption, a login (None: nobody need log in), sizes."""

    tls: Tls
    context: ssl.SSLContext | None
    login: tuple[str, str] | None
    smtputf8: bool
    size_limit: int


@dataclass
class Heard:
    """What clients said and what was kept; `changed` is notified for each letter."""

    letters: list[Letter] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def say(self, verb: str, argument: str) -> None:
        self.commands.append(Command(verb, argument, datetime.now(UTC)))

    def keep(self, letter: Letter) -> None:
        with self.changed:
            self.letters.append(letter)
            self.changed.notify_all()


class Session(SMTP):
    """One client's connection: asks the script before each step, else lets aiosmtpd answer."""

    def __init__(self, terms: Terms, script: Script, heard: Heard, present: "set[Session]") -> None:
        self._terms, self._script, self._heard, self._present = terms, script, heard, present
        super().__init__(
            self,
            hostname="relay.example",
            ident="ESMTP",
            data_size_limit=terms.size_limit,
            enable_SMTPUTF8=terms.smtputf8,
            tls_context=terms.context if terms.tls == "starttls" else None,
            require_starttls=terms.tls == "starttls",
            auth_require_tls=terms.tls == "starttls",
            authenticator=self._log_in,
            loop=asyncio.get_running_loop(),
        )

    def drop(self) -> None:
        transport = self._original_transport or self.transport
        if isinstance(transport, asyncio.Transport):
            transport.abort()

    # The connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._present.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._present.discard(self)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if await self._go_on("banner"):
            await super()._handle_client()

    async def push(self, status: Any) -> None:
        if self.transport is None:
            raise asyncio.CancelledError  # the client has gone; there is nobody left to answer
        await super().push(status)

    # The steps

    async def _go_on(self, step: Step, argument: str | None = None) -> bool:
        """Serve a fault of this step; True when the proper answer should follow."""
        self._heard.say(step, argument or "")
        fault = self._script.take(step)
        if fault is None:
            return True
        await self._serve(fault)
        return fault.answer is None

    async def _serve(self, fault: Fault) -> None:
        await asyncio.sleep(fault.seconds)
        if fault.answer is not None:
            await self.push(fault.answer)
        if fault.hang_up:
            assert self.transport is not None
            self.transport.close()
            raise asyncio.CancelledError

    async def _step(self, step: Step, proper: Callable[[Any], Awaitable[None]], argument: str | None) -> None:
        if await self._go_on(step, argument):
            await proper(argument)

    async def smtp_EHLO(self, arg: str | None) -> None:
        await self._step("EHLO", super().smtp_EHLO, arg)

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        await self._step("STARTTLS", super().smtp_STARTTLS, arg)

    async def smtp_AUTH(self, arg: str | None) -> None:
        await self._step("AUTH", super().smtp_AUTH, arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        await self._step("MAIL", super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        await self._step("RCPT", super().smtp_RCPT, arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        await self._step("DATA", super().smtp_DATA, arg)

    # aiosmtpd's hooks

    async def handle_EHLO(
        self, server: SMTP, session: Client, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in responses if self._terms.login or not line.startswith("250-AUTH")]

    async def handle_MAIL(
        self, server: SMTP, session: Client, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._terms.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, server: SMTP, session: Client, envelope: Envelope) -> str:
        self._heard.say("dot", "")
        fault = self._script.take("dot")
        if fault is None or fault.keep:
            login = self._terms.login[0] if self._terms.login else None
            self._heard.keep(
                Letter(
                    envelope_from="" if envelope.mail_from == "<>" else str(envelope.mail_from),
                    rcpts=tuple(envelope.rcpt_tos),
                    raw=bytes(envelope.original_content or b""),
                    at=datetime.now(UTC),
                    tls=session.ssl is not None or self._terms.tls == "tls",
                    login=login,
                )
            )
        if fault is not None and fault.answer is not None and not fault.hang_up:
            return fault.answer
        if fault is not None:
            await self._serve(fault)
        return f"250 2.0.0 kept as {len(self._heard.letters)}"

    def _log_in(self, server: SMTP, session: Client, envelope: Envelope, mechanism: str, auth_data: Any) -> AuthResult:
        if self._terms.login is None or not isinstance(auth_data, LoginPassword):
            return AuthResult(success=False, handled=False)
        given = (auth_data.login, auth_data.password)
        right = all(hmac.compare_digest(a, b.encode()) for a, b in zip(given, self._terms.login, strict=True))
        return AuthResult(success=right, handled=False, auth_data=auth_data)
