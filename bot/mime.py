"""A letter and its recipient become the bytes that travel; the same letter always gives the same bytes. Sending is not here."""

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Final

from tracker.outbox import LetterContent, clean_line

_ATOM: Final = r"[^\s@<>\"(),:;\\\[\].\x00-\x20\x7f-\x9f]+"
_ADDRESS: Final = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+)")
LOCAL_LIMIT: Final = 64
ADDRESS_LIMIT: Final = 254
PLAIN_LINE: Final = 76


def postal(address: str) -> str | None:
    """The address as an envelope may carry it (its domain in ASCII), or None where we do not write to such a one.

    One anchored expression decides: no quoted local parts, comments, routes or control characters reach a relay.
    """
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
    found = _ADDRESS.fullmatch(plain)
    fits = found is not None and len(found["local"].encode()) <= LOCAL_LIMIT and len(plain.encode()) <= ADDRESS_LIMIT
    return plain if fits else None


def compose(content: LetterContent, *, to: str, sender: str, team: str) -> bytes:
    """The letter to `to` (a `postal` address): plain text first, HTML second, headers by RFC 5322 and RFC 3834."""
    mail = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    mail["From"] = Address(clean_line(team), addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = clean_line(content.subject)
    mail["Date"] = format_datetime(content.date)
    mail["Message-ID"] = f"<{content.message_id}>"
    if content.in_reply_to:
        mail["In-Reply-To"] = f"<{content.in_reply_to}>"
    if content.references:
        mail["References"] = " ".join(f"<{each}>" for each in content.references)
    if content.reply_to:
        mail["Reply-To"] = Address(addr_spec=content.reply_to)
    if content.auto_submitted:
        mail["Auto-Submitted"] = content.auto_submitted
        # Outlook and Exchange look at this one only.
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(content.text, charset="utf-8", cte=_encoding(content.text))
    if content.html:
        mail.add_alternative(content.html, subtype="html", charset="utf-8", cte=_encoding(content.html))
        mail.set_boundary(hashlib.sha256(content.message_id.encode()).hexdigest()[:32])
    return mail.as_bytes()


def return_path(content: LetterContent) -> str:
    """Where bounces go: nowhere for an answer by machine (RFC 3834 section 3.3), else to the case itself."""
    return "" if content.auto_submitted == "auto-replied" else content.reply_to


def _encoding(text: str) -> str:
    lines = text.split("\n")
    plain = text.isascii() and all(len(line) <= PLAIN_LINE and not line.startswith("From ") for line in lines)
    return "7bit" if plain else "quoted-printable"
