"""A small bar chart as a PNG: two bars a day with their numbers, drawn point by point; no library, no words of any case; pure."""

import struct
import zlib
from collections.abc import Sequence
from typing import Final

from bot.slack.glyphs import GLYPHS, WIDTH

Colour = tuple[int, int, int]

WHITE: Final[Colour] = (255, 255, 255)
INK: Final[Colour] = (33, 43, 50)
LINE: Final[Colour] = (216, 221, 224)
OPENED: Final[Colour] = (0, 94, 184)
ENDED: Final[Colour] = (255, 184, 28)
"""Blue and amber: told apart also without colour, by lightness and by place."""

WIDE: Final = 960
HIGH: Final = 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 20, 70, 60


class Canvas:
    """Points of one colour each, row by row."""

    def __init__(self, wide: int, high: int) -> None:
        self.wide, self.high = wide, high
        self._rows = [bytearray(bytes(WHITE) * wide) for _ in range(high)]

    def fill(self, left: int, top: int, wide: int, high: int, colour: Colour) -> None:
        """A rectangle, cut off at the edges."""
        first, last = max(left, 0), min(left + wide, self.wide)
        if last <= first:
            return
        for row in self._rows[max(top, 0) : max(min(top + high, self.high), 0)]:
            row[first * 3 : last * 3] = bytes(colour) * (last - first)

    def write(self, text: str, left: int, top: int, colour: Colour, *, size: int = 2) -> None:
        """A line of text; what has no glyph is a gap."""
        for place, character in enumerate(text.upper()):
            x = left + place * (WIDTH + 1) * size
            for row, bits in enumerate(GLYPHS.get(character, ())):
                for column, bit in enumerate(bits):
                    if bit == "#":
                        self.fill(x + column * size, top + row * size, size, size, colour)

    def png(self) -> bytes:
        """The picture as a PNG file (W3C PNG specification: 8 bits a channel, RGB, no filter)."""
        raw = b"".join(b"\0" + bytes(row) for row in self._rows)
        head = struct.pack(">IIBBBBB", self.wide, self.high, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def bars(days: Sequence[tuple[str, int, int]]) -> bytes:
    """The PNG of these days: a label, how many were opened, how many ended."""
    canvas = Canvas(WIDE, HIGH)
    canvas.write("Opened", _LEFT, 20, OPENED, size=3)
    canvas.fill(_LEFT + text_width("Opened", 3) + 10, 20, 21, 21, OPENED)
    second = _LEFT + 220
    canvas.write("Ended", second, 20, INK, size=3)
    canvas.fill(second + text_width("Ended", 3) + 10, 20, 21, 21, ENDED)
    base = HIGH - _BOTTOM
    canvas.fill(_LEFT, base, WIDE - _LEFT - _RIGHT, 2, LINE)
    if not days:
        return canvas.png()
    most = max(1, *(max(opened, ended) for _, opened, ended in days))
    step = (WIDE - _LEFT - _RIGHT) // len(days)
    wide = max(step // 3, 2)
    for place, (label, opened, ended) in enumerate(days):
        left = _LEFT + place * step + (step - 2 * wide) // 2
        for number, colour, x in ((opened, OPENED, left), (ended, ENDED, left + wide)):
            high = (base - _TOP) * number // most
            canvas.fill(x, base - high, wide - 2, high, colour)
            if number:
                canvas.write(str(number), x + (wide - text_width(str(number), 2)) // 2, base - high - 20, INK)
        canvas.write(label, _LEFT + place * step + (step - text_width(label, 2)) // 2, base + 16, INK)
    return canvas.png()


def text_width(text: str, size: int) -> int:
    """How many points wide a line of text is."""
    return len(text) * (WIDTH + 1) * size


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
