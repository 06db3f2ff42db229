"""winmail.dat ([MS-OXTNEF]): a flat list of attributes, read into an OutlookMessage; bounded, total, nothing decoded twice."""

from dataclasses import dataclass, field
from struct import Struct

from intake.mail import mapi
from intake.mail.mapi import OutlookMessage, Properties

SIGNATURE = b"\x78\x9f\x3e\x22"
_MAX_ATTRIBUTES = 5000
_MAX_PROPERTIES = 2000
_MAX_DEPTH = 5

_ATTRIBUTE = Struct("<BHHI")
_SUBJECT, _BODY, _MESSAGE_PROPERTIES, _CODE_PAGE = 0x8004, 0x800C, 0x9003, 0x9007
_ATTACH_DATA, _ATTACH_TITLE, _ATTACH_RENDER, _ATTACH_PROPERTIES = 0x800F, 0x8010, 0x9002, 0x9005
_FIXED = {
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x000A: 4,
    0x000B: 4,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")


@dataclass(slots=True)
class _File:
    title: str = ""
    data: bytes | None = None
    properties: Properties = field(default_factory=dict)


def read(raw: bytes, depth: int = 0) -> OutlookMessage | None:
    """The message a winmail.dat holds; None where the bytes are no TNEF. A cut or damaged end loses only itself."""
    if not raw.startswith(SIGNATURE):
        return None
    message = OutlookMessage()
    files: list[_File] = []
    code_page = "cp1252"
    at = 6
    for _ in range(_MAX_ATTRIBUTES):
        if at + _ATTRIBUTE.size > len(raw):
            break
        level, name, _kind, size = _ATTRIBUTE.unpack_from(raw, at)
        at += _ATTRIBUTE.size
        if level not in (1, 2) or at + size > len(raw) + 2:
            break
        data = raw[at : at + size]
        at += size + 2
        if name == _CODE_PAGE and len(data) >= 4:
            code_page = f"cp{int.from_bytes(data[:4], 'little')}"
        elif name == _SUBJECT:
            message.properties.setdefault(mapi.SUBJECT, mapi.string(data, False, code_page))
        elif name == _BODY:
            message.ansi_body = data.rstrip(b"\0")
        elif name == _MESSAGE_PROPERTIES:
            message.properties.update(_properties(data, code_page))
        elif name == _ATTACH_RENDER:
            files.append(_File())
        elif level == 2 and files:
            _take(files[-1], name, data, code_page)
    for file in files[:500]:
        _add(message, file, depth)
    return message


def _take(file: _File, name: int, data: bytes, code_page: str) -> None:
    if name == _ATTACH_TITLE:
        file.title = mapi.string(data, False, code_page)
    elif name == _ATTACH_DATA:
        file.data = data
    elif name == _ATTACH_PROPERTIES:
        file.properties = _properties(data, code_page)


def _add(message: OutlookMessage, file: _File, depth: int) -> None:
    held = file.properties.get(mapi.ATTACH_DATA)
    if isinstance(held, bytes) and held.startswith(_MESSAGE_INTERFACE) and depth < _MAX_DEPTH:
        inner = read(held[16:], depth + 1)
        if inner is not None:
            message.messages.append(inner)
            message.attachments += inner.attachments
    if file.data is None and isinstance(held, bytes):
        file.data = held
    found = mapi.attachment_of(file.properties, file.title, file.data)
    if found is not None:
        message.attachments.append(found)


def _properties(data: bytes, code_page: str) -> Properties:
    out: Properties = {}
    at = 4
    for _ in range(min(int.from_bytes(data[:4], "little"), _MAX_PROPERTIES)):
        if at + 4 > len(data):
            break
        kind, number = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        at += 4
        if number >= 0x8000:
            at = _behind_name(data, at)
        value, at = _value(data, at, kind, code_page)
        if at < 0:
            break
        if value is not None and number < 0x8000:
            out.setdefault(number, value)
    return out


def _behind_name(data: bytes, at: int) -> int:
    """Behind the GUID and the number or text of a named property."""
    by_text = int.from_bytes(data[at + 16 : at + 20], "little") == 1
    at += 20
    if not by_text:
        return at + 4
    size = int.from_bytes(data[at : at + 4], "little")
    return at + 4 + size + -size % 4


def _value(data: bytes, at: int, kind: int, code_page: str) -> tuple[mapi.Value | None, int]:
    """The first value of a property and the offset behind all its values; -1 where the type is unknown."""
    many, kind = bool(kind & 0x1000), kind & ~0x1000
    count = 1
    if many or kind in (_STRING8, _UNICODE, _OBJECT, _BINARY):
        count = int.from_bytes(data[at : at + 4], "little")
        at += 4
    if kind in _FIXED:
        size = _FIXED[kind]
        if count * size > len(data):
            return None, -1
        return int.from_bytes(data[at : at + size], "little"), at + count * size
    if kind not in (_STRING8, _UNICODE, _OBJECT, _BINARY) or count > _MAX_PROPERTIES:
        return (None, at) if kind == 1 else (None, -1)
    first: mapi.Value | None = None
    for _ in range(count):
        size = int.from_bytes(data[at : at + 4], "little")
        at += 4
        if at + size > len(data):
            return first, -1
        if first is None:
            raw = data[at : at + size]
            first = mapi.string(raw, kind == _UNICODE, code_page) if kind in (_STRING8, _UNICODE) else raw
        at += size + -size % 4
    return first, at
