"""S/MIME messages (RFC 8551) taken apart: the mail within a signed one, by a bounded walk; nothing is verified or decrypted.

Only the few lengths and tags of BER (X.690) that lead to the content are looked at, at most MAX_STEPS of them.
"""

from dataclasses import dataclass
from typing import Final, Literal

KINDS: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
ENCRYPTED: Final = "encrypted: nobody here can read what was written"
MAX_STEPS: Final = 200_000
_MAX_DEPTH: Final = 12
Kind = Literal["signed", "encrypted", ""]
_OIDS: Final[dict[bytes, Kind]] = {
    bytes.fromhex("2a864886f70d010702"): "signed",
    bytes.fromhex("2a864886f70d010703"): "encrypted",
    bytes.fromhex("2a864886f70d010706"): "encrypted",
    bytes.fromhex("2a864886f70d0109100117"): "encrypted",
}
_SEQUENCE, _OID, _OCTETS, _PIECES, _EXPLICIT, _END = 0x30, 0x06, 0x04, 0x24, 0xA0, 0x00


@dataclass(frozen=True)
class Sealed:
    """What kind of seal it is, and the mail part within a signed one; "" where the bytes are no such message."""

    kind: Kind
    content: bytes = b""


def opened(raw: bytes) -> Sealed:
    """The message that CMS bytes (RFC 5652) hold. Total; where the walk goes astray, what was found until then counts."""
    try:
        return _opened(_Walk(raw))
    except (IndexError, ValueError):
        return Sealed("")


def _opened(walk: "_Walk") -> Sealed:
    at, end = walk.into(0, len(walk.raw), _SEQUENCE)
    kind: Kind = _OIDS.get(walk.content(at, end, _OID), "")
    if kind != "signed":
        return Sealed(kind)
    try:
        at, end = walk.into(walk.after(at, end), end, _EXPLICIT)
        at, end = walk.into(at, end, _SEQUENCE)
        at = walk.after(walk.after(at, end), end)  # past the version and the digests' names
        at, end = walk.into(at, end, _SEQUENCE)
        at, end = walk.into(walk.after(at, end), end, _EXPLICIT)
        return Sealed("signed", b"".join(walk.octets(at, end)))
    except (IndexError, ValueError):
        return Sealed("signed")


class _Walk:
    """Steps over BER elements. Raises ValueError or IndexError where the bytes are none, or after too many steps."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._left = MAX_STEPS

    def into(self, at: int, end: int, tag: int) -> tuple[int, int]:
        """Where the content of the element at `at` begins, and where it ends at the latest."""
        found, start, stop = self._element(at, end)
        if found != tag:
            raise ValueError("another element was expected")
        return start, end if stop is None else stop

    def content(self, at: int, end: int, tag: int) -> bytes:
        start, stop = self.into(at, end, tag)
        return self.raw[start:stop]

    def after(self, at: int, end: int, depth: int = 0) -> int:
        """Where the next element begins."""
        _, start, stop = self._element(at, end)
        if stop is not None:
            return stop
        if depth >= _MAX_DEPTH:
            raise ValueError("nested too deep")
        while self.raw[start] or self.raw[start + 1]:
            start = self.after(start, end, depth + 1)
        return start + 2

    def octets(self, at: int, end: int, depth: int = 0) -> list[bytes]:
        """The pieces of the octet string at `at`; one that is cut off gives what there is of it."""
        found, start, stop = self._element(at, end)
        if found == _OCTETS and stop is not None:
            return [self.raw[start:stop]]
        if found != _PIECES or depth >= _MAX_DEPTH:
            raise ValueError("another element was expected")
        pieces: list[bytes] = []
        last = end if stop is None else stop
        while start < last and self.raw[start] != _END:
            pieces += self.octets(start, last, depth + 1)
            start = self.after(start, last)
        return pieces

    def _element(self, at: int, end: int) -> tuple[int, int, int | None]:
        """Tag, start of the content and its end (None: up to an end mark) of the element at `at`."""
        self._left -= 1
        if at >= end or self._left < 0:
            raise ValueError("the bytes ended, or the walk took too long")
        tag, size = self.raw[at], self.raw[at + 1]
        start = at + 2
        if size == 0x80:
            return tag, start, None
        if size > 0x80:
            count = size & 0x7F
            if count > 8:
                raise ValueError("a length that no file has")
            size = int.from_bytes(self.raw[start : start + count], "big")
            start += count
        return tag, start, min(start + size, end)
