"""Outlook .msg files ([MS-OXMSG]) read into an OutlookMessage; the container below is in ole."""

import re

from intake.mail import mapi
from intake.mail.mapi import OutlookMessage, Properties
from intake.mail.ole import CompoundFile

_MAX_DEPTH = 5
_STREAM = re.compile(r"__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})$", re.I)


def read(raw: bytes) -> OutlookMessage | None:
    """The message of a .msg file; None where the bytes are none."""
    try:
        file = CompoundFile(raw)
    except ValueError:
        return None
    if "__properties_version1.0" not in file.children():
        return None
    return _message(file, 0, 32, 0)


def _message(file: CompoundFile, storage: int, header: int, depth: int) -> OutlookMessage:
    children = file.children(storage)
    message = OutlookMessage(properties=_properties(file, children, header))
    for name, number in sorted(children.items())[:3000]:
        if name.startswith("__recip_version1.0"):
            message.recipients.append(_properties(file, file.children(number), 8))
        elif name.startswith("__attach_version1.0"):
            inner = file.children(number)
            properties = _properties(file, inner, 8)
            embedded = inner.get("__substg1.0_3701000D")
            if embedded is not None and depth < _MAX_DEPTH:
                held = _message(file, embedded, 24, depth + 1)
                message.messages.append(held)
                message.attachments += held.attachments
            found = mapi.attachment_of(properties)
            if found is not None:
                message.attachments.append(found)
    return message


def _properties(file: CompoundFile, children: dict[str, int], header: int) -> Properties:
    out: Properties = {}
    fixed = file.stream(children["__properties_version1.0"]) if "__properties_version1.0" in children else b""
    for at in range(header, min(len(fixed) - 15, header + 16 * 2000), 16):
        kind, number = int.from_bytes(fixed[at : at + 2], "little"), int.from_bytes(fixed[at + 2 : at + 4], "little")
        if kind in (0x0003, 0x000B, 0x0002):
            out[number] = int.from_bytes(fixed[at + 8 : at + 12], "little")
        elif kind in (0x0040, 0x0014):
            out[number] = int.from_bytes(fixed[at + 8 : at + 16], "little")
    page = out.get(mapi.CODE_PAGE)
    code_page = f"cp{page}" if isinstance(page, int) else "cp1252"
    for name, entry in children.items():
        found = _STREAM.match(name)
        if not found:
            continue
        number, kind = int(found[1], 16), int(found[2], 16)
        if kind in (0x001E, 0x001F):
            out[number] = mapi.string(file.stream(entry), kind == 0x001F, code_page)
        elif kind == 0x0102:
            out[number] = file.stream(entry)
    return out
