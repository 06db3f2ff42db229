"""What the door is told at the start, and what it hands over with each mail; nothing here listens or stores."""

import ssl
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from intake.mail import message_id_of
from tracker import inbound
from tracker.desk import LimitRules
from tracker.inbound import Kept
from tracker.store import Store, Tx

SOURCE = "door"


@dataclass(frozen=True)
class DoorSettings:
    """`inboxes` are our addresses. Port 0 takes a free one. `free_bytes` says how much room the database's disk has,
    None where that is not ours to watch. `data_seconds` is the longest that one mail's content may take to come in,
    `keep_seconds` the longest that a sender waits for our commit before it is told to try again."""

    inboxes: tuple[str, ...]
    host: str = "127.0.0.1"
    port: int = 0
    protocol: Literal["smtp", "lmtp"] = "smtp"
    hostname: str = "localhost"
    limits: LimitRules = field(default_factory=LimitRules)
    smtputf8: bool = True
    tls: ssl.SSLContext | None = None
    free_bytes: Callable[[], int] | None = None
    data_seconds: float = 600
    keep_seconds: float = 60
    farewell_seconds: float = 7


@dataclass(frozen=True)
class DoorEnvelope:
    """What the sender's machine said around one mail, as clean text. `mail_from` is "" for the null sender."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    peer: str = ""
    helo: str = ""
    tls: str = ""
    protocol: str = "smtp"

    @property
    def recipient(self) -> str:
        """Those of our addresses it came to, as one key: the same bytes to the same addresses are a repeat."""
        return ",".join(sorted({address.lower() for address in self.rcpt_to}))

    def as_json(self) -> dict[str, Any]:
        return {
            "mail_from": self.mail_from,
            "rcpt_to": list(self.rcpt_to),
            "peer": self.peer,
            "helo": self.helo,
            "tls": self.tls,
            "protocol": self.protocol,
        }


Keep: TypeAlias = Callable[[bytes, DoorEnvelope], "Future[Kept]"]


def keeper(store: Store, now: Callable[[], datetime]) -> Keep:
    """The door's way into the store: one job a mail, answered after its commit. Raises StoreUnavailable at once or later."""

    def keep(content: bytes, envelope: DoorEnvelope) -> "Future[Kept]":
        received_at = now()

        def job(tx: Tx) -> Kept:
            return inbound.keep(
                tx,
                channel="mail",
                source=SOURCE,
                recipient=envelope.recipient,
                envelope=envelope.as_json(),
                content=content,
                message_id=message_id_of(content),
                now=received_at,
            )

        return store.submit(job)

    return keep
