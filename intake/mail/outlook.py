"""An OutlookMessage (winmail.dat, .msg) seen as header fields, words and files, so that it is read like any other mail."""

from email.utils import format_datetime

from intake.mail import mapi, msg, tnef
from intake.mail.header_block import MAX_HEADER_BLOCK
from intake.mail.mapi import OutlookMessage, Properties
from intake.mail.mime import Part, header_fields
from intake.mail.ole import SIGNATURE as OLE_SIGNATURE


def opened(content: bytes) -> OutlookMessage | None:
    """The message within a file's bytes if it is a winmail.dat or .msg; None for anything else."""
    if content.startswith(tnef.SIGNATURE):
        return tnef.read(content)
    if content.startswith(OLE_SIGNATURE):
        return msg.read(content)
    return None


def top_of(message: OutlookMessage) -> Part:
    """The header as a part without body: the transport's own where the message kept it, else made of its properties."""
    kept = message.text(mapi.TRANSPORT_HEADERS).encode("utf-8", "replace")[:MAX_HEADER_BLOCK]
    fields = header_fields(kept.strip() + b"\r\n\r\n") if kept.strip() else []
    fields = [(name, value) for name, value in fields if not name.startswith("content-")]
    present = {name for name, _ in fields}
    made = {
        "subject": message.text(mapi.SUBJECT),
        "from": _sender(message),
        "to": _recipients(message, 1) or message.text(mapi.DISPLAY_TO),
        "cc": _recipients(message, 2) or message.text(mapi.DISPLAY_CC),
        "message-id": message.text(mapi.MESSAGE_ID),
        "in-reply-to": message.text(mapi.IN_REPLY_TO),
        "date": _date(message),
    }
    fields += [
        (name, value.encode("utf-8", "replace")) for name, value in made.items() if value and name not in present
    ]
    return Part(fields, b"")


def _sender(message: OutlookMessage) -> str:
    name = message.text(mapi.SENDER_NAME) or message.text(mapi.SENT_NAME)
    candidates = (mapi.SENDER_SMTP, mapi.SENT_SMTP, mapi.SENDER_EMAIL, mapi.SENT_EMAIL)
    return _mailbox(name, next((v for n in candidates if "@" in (v := message.text(n))), ""))


def _recipients(message: OutlookMessage, kind: int) -> str:
    found = [r for r in message.recipients[:1000] if r.get(mapi.RECIPIENT_TYPE, 1) == kind]
    return ", ".join(box for r in found if (box := _recipient(r)))


def _recipient(properties: Properties) -> str:
    email = next((str(v) for n in (mapi.SMTP, mapi.EMAIL) if "@" in str(v := properties.get(n, ""))), "")
    return _mailbox(str(properties.get(mapi.DISPLAY_NAME, "")), email)


def _mailbox(name: str, email: str) -> str:
    name = name.replace('"', "'").replace("\\", "").strip("'")
    if not email:
        return f'"{name}"' if name else ""
    return f'"{name}" <{email}>' if name and name != email else f"<{email}>"


def _date(message: OutlookMessage) -> str:
    value = message.properties.get(mapi.CLIENT_SUBMIT_TIME)
    at = mapi.instant(value) if isinstance(value, int) and value else None
    return format_datetime(at) if at else ""
