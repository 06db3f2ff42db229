"""Content-Transfer-Encodings undone, the honest and the broken ones; nothing here knows parts or charsets."""

import binascii
import re

_BASE64_ALPHABET = re.compile(rb"[^A-Za-z0-9+/=]+")
_BASE64_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]")
_PAD = re.compile(rb"=+")
_SOFT_BLANKS = re.compile(rb"=[ \t]+(?=\r?\n)")
_UU_BEGIN = re.compile(rb"(?m)^begin(?:-base64)? ([0-7]{3,4}) ([^\r\n]{1,255})\r?$")


def decode(raw: bytes, encoding: str) -> tuple[bytes, str]:
    """Bytes of a part's body as they were before transfer, and a fault in words ("" if there is none)."""
    name = encoding.split(";")[0].strip(" \t\"'").lower()
    if name == "base64":
        return from_base64(raw)
    if name in ("quoted-printable", "quotedprintable", "qp"):
        return binascii.a2b_qp(_SOFT_BLANKS.sub(b"=", raw)), ""
    if name in ("x-uuencode", "x-uue", "uuencode", "uue"):
        files = uuencoded(raw)
        return (files[0][1], "") if files else (raw, "uuencoded part without its begin line")
    if name in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "unknown"):
        return raw, ""
    return raw, "unknown transfer encoding"


def from_base64(raw: bytes) -> tuple[bytes, str]:
    """Base64 with foreign characters skipped and several padded runs joined; what is no base64 at all stays as it is."""
    compact = raw.translate(None, b" \t\r\n\v\f")
    padding = compact.find(b"=")
    spaced = raw.count(b" ") * 12 > len(raw) > 40
    padded_inside = padding >= 0 and bool(compact[padding:].strip(b"=") or padding < len(compact) - 2)
    if not (spaced or padded_inside or len(compact) % 4 or _BASE64_FOREIGN.search(compact)):
        return binascii.a2b_base64(compact), ""  # as nearly all is: nothing to repair, nothing copied twice
    del compact
    whole, raw = raw, _until_padding(_until_boundary(raw))
    kept = _BASE64_ALPHABET.sub(b"", raw)
    visible = len(raw) - raw.count(b"\n") - raw.count(b"\r") - raw.count(b" ") - raw.count(b"\t")
    prose = raw.count(b" ") * 12 > len(raw) > (40 if raw == whole else 0)
    if (visible and len(kept) * 10 < visible * 9) or prose:
        return whole, "declared base64 and is not"
    runs = [run for run in _PAD.split(kept) if run]
    fault = "" if len(kept) == visible and len(runs) <= 1 and raw == whole else "foreign characters in base64"
    out = bytearray()
    for run in runs:
        usable = len(run) - 1 if len(run) % 4 == 1 else len(run)
        out += binascii.a2b_base64(run[:usable] + b"=" * (-usable % 4))
    return bytes(out), fault


def _until_boundary(raw: bytes) -> bytes:
    """Base64 up to the line with a boundary that the mail's structure does not know (damaged, or of a part around it)."""
    found = raw.find(b"--")
    return raw if found < 0 else raw[: max(raw.rfind(b"\n", 0, found), raw.rfind(b"\r", 0, found)) + 1]


def _until_padding(raw: bytes) -> bytes:
    """Base64 up to its padding where what follows is no base64 (a damaged boundary, an epilogue)."""
    padding = raw.find(b"=")
    if padding < 0:
        return raw
    rest = raw[padding:].lstrip(b"= \t\r\n")
    return raw[: padding + 2] if _BASE64_FOREIGN.search(rest[:2000]) else raw


def uuencoded(raw: bytes) -> list[tuple[str, bytes, int, int]]:
    """Files uuencoded inside a text: (name, content, start, end) with offsets of the whole block; at most 50."""
    found: list[tuple[str, bytes, int, int]] = []
    at = 0
    while len(found) < 50 and (begin := _UU_BEGIN.search(raw, at)):
        content, end, good = _uu_lines(raw, begin.end())
        at = end
        if good:
            found.append((begin[2].decode("utf-8", "replace").strip(), content, begin.start(), end))
    return found


def _uu_lines(raw: bytes, at: int) -> tuple[bytes, int, bool]:
    """Decoded lines from `at` to "end", the offset after it, and whether any line was truly uuencoded."""
    out = bytearray()
    good = 0
    at = raw.find(b"\n", at) + 1 or len(raw)
    while at < len(raw):
        stop = raw.find(b"\n", at) + 1 or len(raw)
        line = raw[at:stop].rstrip(b"\r\n")
        if line.strip() == b"end":
            return bytes(out), stop, good > 0
        if line.strip() and line != b"`":
            size = (line[0] - 32) & 63
            try:
                out += binascii.a2b_uu(line)
            except binascii.Error:
                length = (size * 4 + 5) // 3  # workaround for encoders that leave trailing garbage
                try:
                    out += binascii.a2b_uu(line[: length + 1])
                except binascii.Error:
                    return bytes(out), at, good > 0
            good += 1
        at = stop
    return bytes(out), at, good > 0
