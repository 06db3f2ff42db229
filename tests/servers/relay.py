"""A real SMTP relay on loopback that keeps what it accepts and misbehaves when told; its conversation is in smtp_session."""

import asyncio
import ssl
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.loops import LoopThread
from tests.servers.ports import HeldPort
from tests.servers.smtp_session import Command, Fault, Heard, Letter, Script, Session, Step, Terms, Tls

__all__ = ["CERTIFICATE", "Command", "Letter", "Relay"]

CERTIFICATE = Path(__file__).parent / "certificates" / "certificate.pem"
"""What a client must trust to believe the relay's TLS; it is for `localhost` and 127.0.0.1."""


class Relay:
    """A relay that runs between `with Relay() as relay:` and the end of the block, on `relay.port`.

    `letters` holds what it accepted, `commands` all that clients said. Faults are served in the order they were asked
    for, each `times` times, and then the relay behaves again. With `user` and `password` only that login may send.
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
        context = None
        if tls != "none":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_name("key.pem"))
        login = (user, password) if user is not None and password is not None else None
        self.host = "127.0.0.1"
        self._terms = Terms(tls, context, login, smtputf8, size_limit)
        self._script = Script()
        self._heard = Heard()
        self._present: set[Session] = set()

    def __enter__(self) -> Self:
        self._held = HeldPort()
        self._loop = LoopThread("relay")
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
    def port(self) -> int:
        return self._held.number

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
        self._loop.run(self._stop_listening())

    def accept_connections(self) -> None:
        """Be up (again)."""
        if self._server is None:
            self._server = self._loop.run(self._listen())

    # What was heard

    @property
    def letters(self) -> list[Letter]:
        return list(self._heard.letters)

    @property
    def commands(self) -> list[Command]:
        return list(self._heard.commands)

    @property
    def sessions(self) -> int:
        """How often a client has connected."""
        return len(self.said("banner"))

    def said(self, verb: str) -> list[Command]:
        """Every time a client said this verb."""
        return [command for command in self.commands if command.verb == verb]

    def wait_for(self, n: int, timeout: float = 60.0) -> list[Letter]:
        """Return the letters once there are at least `n`; raise AssertionError after `timeout` seconds."""
        with self._heard.changed:
            if not self._heard.changed.wait_for(lambda: len(self._heard.letters) >= n, timeout):
                raise AssertionError(f"the relay has {len(self._heard.letters)} letters after {timeout:g} s, not {n}")
        return self.letters

    # Within, in the loop's thread

    async def _listen(self) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(
            lambda: Session(self._terms, self._script, self._heard, self._present),
            sock=self._held.listener(),
            ssl=self._terms.context if self._terms.tls == "tls" else None,
        )

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for session in list(self._present):
            session.drop()
        await asyncio.sleep(0)
