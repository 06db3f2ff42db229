"""OLE compound files ([MS-CFB]), as far as an Outlook .msg needs them: names of storages and the bytes of streams; bounded."""

from dataclasses import dataclass
from struct import Struct

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_ENTRIES = 20_000
_MAX_CHAIN = 500_000
_END = 0xFFFFFFFA  # this and above: no further sector
_ENTRY = Struct("<64sHBBIII16sIQQIQ")
_HEADER = Struct("<HHHHH6xIIIIIIIII")


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class CompoundFile:
    """A compound file opened from bytes. Raises ValueError where the header is none; damage inside gives short streams."""

    def __init__(self, raw: bytes) -> None:
        if not raw.startswith(SIGNATURE) or len(raw) < 512:
            raise ValueError("not a compound file")
        fields = _HEADER.unpack_from(raw, 24)
        self._raw = raw
        self._sector = 1 << min(max(fields[3], 7), 16)
        self._mini_sector = 1 << min(max(fields[4], 2), 12)
        directory, cutoff, mini_fat, difat, difat_count = fields[7], fields[9], fields[10], fields[12], 0
        self._cutoff = cutoff or 4096
        table = list(Struct("<109I").unpack_from(raw, 76))
        while difat < _END and difat_count < 1000:
            block = self._at(difat)
            numbers = Struct(f"<{len(block) // 4}I").unpack(block[: len(block) // 4 * 4])
            table += numbers[:-1]
            difat, difat_count = numbers[-1] if numbers else _END, difat_count + 1
        self._fat: list[int] = []
        for number in table[: _MAX_CHAIN // 128]:
            if number < _END:
                self._fat += self._numbers(self._at(number))
        self._mini_fat = self._numbers(self._chain(mini_fat))
        self._entries = self._read_entries(self._chain(directory))
        self._mini = self._chain(self._entries[0].start) if self._entries else b""

    def children(self, number: int = 0) -> dict[str, int]:
        """Names within a storage (0 is the root) with their entry numbers."""
        out: dict[str, int] = {}
        stack = [self._entries[number].child] if number < len(self._entries) else []
        seen: set[int] = set()
        while stack and len(seen) < _MAX_ENTRIES:
            at = stack.pop()
            if at >= len(self._entries) or at in seen:
                continue
            seen.add(at)
            entry = self._entries[at]
            out[entry.name] = at
            stack += [entry.left, entry.right]
        return out

    def stream(self, number: int) -> bytes:
        """The bytes of a stream."""
        entry = self._entries[number]
        if entry.kind != 2:
            return b""
        if entry.size < self._cutoff:
            return self._mini_chain(entry.start, entry.size)
        return self._chain(entry.start, entry.size)[: entry.size]

    def _at(self, sector: int) -> bytes:
        begin = (sector + 1) * self._sector
        return self._raw[begin : begin + self._sector]

    @staticmethod
    def _numbers(block: bytes) -> list[int]:
        return list(Struct(f"<{len(block) // 4}I").unpack(block[: len(block) // 4 * 4]))

    def _chain(self, sector: int, limit: int = 1 << 40) -> bytes:
        out: list[bytes] = []
        most = min(len(self._raw) // self._sector + 1, limit // self._sector + 1)
        while sector < _END and len(out) < most:
            out.append(self._at(sector))
            sector = self._fat[sector] if sector < len(self._fat) else _END
        return b"".join(out)

    def _mini_chain(self, sector: int, size: int) -> bytes:
        out: list[bytes] = []
        most = min(size, len(self._mini)) // self._mini_sector + 1
        while sector < _END and len(out) < most:
            begin = sector * self._mini_sector
            out.append(self._mini[begin : begin + self._mini_sector])
            sector = self._mini_fat[sector] if sector < len(self._mini_fat) else _END
        return b"".join(out)[:size]

    @staticmethod
    def _read_entries(block: bytes) -> list[_Entry]:
        out: list[_Entry] = []
        for at in range(0, min(len(block) // 128, _MAX_ENTRIES) * 128, 128):
            name, length, kind, _, left, right, child, _, _, _, _, start, size = _ENTRY.unpack_from(block, at)
            text = name[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            out.append(_Entry(text, kind, left, right, child, start, size & 0xFFFFFFFF))
        return out
