"""What the door answers to EHLO, MAIL, RCPT and the dot; one object for all sessions. Bytes and connections are elsewhere."""

# ruff: noqa: ARG002, N802 - aiosmtpd finds its hooks by these names and calls them all alike

import asyncio
import hashlib
import ssl
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.faults import fault_of
from intake.smtp import answers
from intake.smtp.addresses import OurAddresses
from intake.smtp.settings import DoorEnvelope, DoorSettings, Keep
from tracker.errors import StoreUnavailable
from tracker.model import clean_text

SHORT_ID = 12
log = structlog.get_logger()


class Hooks:
    """aiosmtpd calls `handle_…`. A fault of ours is answered 451, which the sender's machine takes as "later"."""

    def __init__(self, settings: DoorSettings, keep: Keep) -> None:
        self._settings = settings
        self._keep = keep
        self._ours = OurAddresses(settings.inboxes)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        offered = [line[4:] for line in responses if not line.startswith(("250-AUTH", "250 "))]
        offered += ["PIPELINING", "ENHANCEDSTATUSCODES"]
        return [*(f"250-{line}" for line in offered[:-1]), f"250 {offered[-1]}"]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        free = self._settings.free_bytes
        if free is not None and free() - _declared_size(options) < self._settings.limits.free_disk_bytes:
            log.warning("door.no_room")
            return answers.NO_ROOM
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= self._settings.limits.recipients:
            return answers.TOO_MANY_RECIPIENTS
        if not self._ours.include(address):
            return answers.NOT_OURS
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, and say 250 only after its commit. Whatever goes wrong, the sender is told to come again."""
        content = envelope.content
        assert isinstance(content, bytes)
        try:
            kept = asyncio.wrap_future(self._keep(content, self._envelope(session, envelope)))
            # A sender who hangs up here must not undo the commit; nor must one who waits too long.
            kept.add_done_callback(_look_at)
            async with asyncio.timeout(self._settings.keep_seconds):
                await asyncio.shield(kept)
        except StoreUnavailable:
            log.warning("door.store_unavailable")
            return answers.TRY_AGAIN
        except Exception as error:  # noqa: BLE001 - an exception here would be told to the sender, and as a final no
            return self._failed(error)
        # Of the content, so that two logs can be compared; our own number would tell strangers how many write to us.
        return f"250 2.0.0 stored {hashlib.sha256(content).hexdigest()[:SHORT_ID]}"

    async def handle_exception(self, error: Exception) -> str:
        return self._failed(error)

    def _failed(self, error: Exception) -> str:
        log.error("door.failed", fault=fault_of(error))
        return answers.TRY_AGAIN

    def _envelope(self, session: Session, envelope: Envelope) -> DoorEnvelope:
        peer: Any = session.peer
        layer: Any = (session.ssl or {}).get("ssl_object")
        return DoorEnvelope(
            mail_from="" if envelope.mail_from in (None, "<>") else clean_text(str(envelope.mail_from)),
            rcpt_to=tuple(clean_text(address) for address in envelope.rcpt_tos),
            peer=str(peer[0]) if isinstance(peer, tuple) and peer else "",
            helo=clean_text(session.host_name or ""),
            tls=(layer.version() or "") if isinstance(layer, ssl.SSLObject) else "",
            protocol=self._settings.protocol,
        )


def _declared_size(options: list[str]) -> int:
    sizes = [option[5:] for option in options if option.startswith("SIZE=")]
    return int(sizes[0]) if sizes and sizes[0].isdigit() else 0


def _look_at(kept: "asyncio.Future[Any]") -> None:
    """A commit that failed after its sender had gone is nobody's surprise."""
    if not kept.cancelled():
        kept.exception()
