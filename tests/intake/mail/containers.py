"""Writers of the two Outlook containers, small as the tests need them: a winmail.dat and a compound file."""

from struct import pack


def tnef(*attributes: tuple[int, int, bytes]) -> bytes:
    """A winmail.dat of (level, tag, data) attributes."""
    out = b"\x78\x9f\x3e\x22" + pack("<H", 1)
    for level, tag, data in attributes:
        out += pack("<BII", level, tag, len(data)) + data + pack("<H", sum(data) & 0xFFFF)
    return out


def properties(*values: tuple[int, int, bytes]) -> bytes:
    """A MAPI property list of (number, type, bytes) with variable length."""
    out = pack("<I", len(values))
    for number, kind, data in values:
        out += pack("<HHII", kind, number, 1, len(data)) + data + b"\0" * (-len(data) % 4)
    return out


def compound(tree: dict[str, object]) -> bytes:
    """A compound file of nested storages (dict) and streams (bytes, each under 4 KiB: all live in the mini stream)."""
    entries: list[list[object]] = [["Root Entry", 5, -1, -1, -1, 0, 0]]
    mini, mini_fat = b"", list[int]()

    def add(parent: int, children: dict[str, object]) -> None:
        nonlocal mini
        last = -1
        for name, value in children.items():
            number = len(entries)
            entries.append([name, 1 if isinstance(value, dict) else 2, -1, -1, -1, 0, 0])
            if last < 0:
                entries[parent][4] = number
            else:
                entries[last][3] = number
            last = number
            if isinstance(value, dict):
                add(number, value)
            elif isinstance(value, bytes) and value:
                start, count = len(mini_fat), (len(value) + 63) // 64
                mini_fat.extend([*range(start + 1, start + count), 0xFFFFFFFE])
                mini += value.ljust(count * 64, b"\0")
                entries[number][5:] = [start, len(value)]

    add(0, tree)
    sectors: list[bytes] = [b""]  # the FAT, written last
    fat: list[int] = [0xFFFFFFFD]

    def chain(data: bytes) -> int:
        start = len(sectors)
        count = max(1, (len(data) + 511) // 512)
        for at in range(count):
            sectors.append(data[at * 512 : at * 512 + 512].ljust(512, b"\0"))
            fat.append(start + at + 1 if at + 1 < count else 0xFFFFFFFE)
        return start

    entries[0][5:] = [chain(mini), len(mini)]
    first_mini_fat = chain(b"".join(pack("<I", n) for n in mini_fat).ljust(512, b"\xff"))
    directory = b""
    for name, kind, left, right, child, start, size in entries:
        text = str(name).encode("utf-16-le") + b"\0\0"
        directory += text.ljust(64, b"\0") + pack("<HBB", len(text), kind, 1)
        directory += b"".join(pack("<I", n & 0xFFFFFFFF) for n in (left, right, child) if isinstance(n, int))
        directory += b"\0" * 36 + pack("<IQ", start, size)
    first_directory = chain(directory)
    sectors[0] = b"".join(pack("<I", n) for n in fat).ljust(512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += pack("<IIIIIIIII", 0, 1, first_directory, 0, 4096, first_mini_fat, 1, 0xFFFFFFFE, 0)
    header += pack("<I", 0) + b"\xff\xff\xff\xff" * 108
    return header + b"".join(sectors)
