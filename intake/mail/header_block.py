"""The header fields at the start of a mail or part, from bytes in any state of repair; their values are read in headers."""

import re
from dataclasses import dataclass, field

MAX_HEADER_BLOCK = 100 * 1024
MAX_HEADERS = 1000
MAX_PARTS = 500
MAX_CONTENT = 48 * 1024 * 1024
MAX_TEXT = 2 * 1024 * 1024
_MAX_STRAYS = 300

_HEADER = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[ \t]*")
_FAMILIAR = re.compile(rb"(?:From|To|Subject|Date|Message-ID|MIME-Version|Content-Type|Received)[ \t]{0,3}:", re.I)
_FROM = re.compile(rb"(?m)^From:[ \t]*[^\r\n]{0,400}@", re.I)
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_GAP = re.compile(rb"\n[ \t]*\r?\n")
_LINE = re.compile(rb"[^\n]*\n?")


@dataclass(slots=True)
class Budget:
    """What one mail may still cost; `faults` are sentences without content of the mail."""

    parts: int = MAX_PARTS
    content: int = MAX_CONTENT
    text: int = MAX_TEXT
    faults: list[str] = field(default_factory=list)

    def fault(self, sentence: str) -> None:
        if sentence not in self.faults and len(self.faults) < 50:
            self.faults.append(sentence)


def header_block(raw: bytes, at: int, end: int, budget: Budget, *, top: bool) -> tuple[list[tuple[str, bytes]], int]:
    """Fields from `at`, and where the body begins. A line that is no field ends the block, unless fields follow it."""
    fields: list[tuple[str, bytes]] = []
    current: list[bytes] = []  # the lines of the field being read
    limit = min(end, at + MAX_HEADER_BLOCK)
    strays = 0
    from_at: int | None = None

    def close() -> None:
        if current:
            fields.append((name, b"".join(current)))
            current.clear()

    name = ""
    while at < end:
        if at >= limit or len(fields) >= MAX_HEADERS:
            budget.fault("header block over its limit: the rest of it was left out")
            gap = _BLANK_LINE.search(raw, at, end)
            at = gap.end() if gap else end
            break
        found = _LINE.match(raw, at, end)
        assert found is not None
        line = found[0].rstrip(b"\r\n")
        if not line.strip(b" \t"):
            at = found.end()
            if line and current and strays < _MAX_STRAYS and _goes_on(raw, at, end):
                strays += (
                    1  # a folded line of blanks alone (RFC 5322 section 4.2): programs that fold long lists leave them
                )
                continue
            break
        head = _HEADER.match(line) if line[:1] not in b" \t" or not current else None
        if head is not None:
            close()
            name = head[1].decode("ascii").lower()
            current.append(line[head.end() :])
        elif current and (line[:1] in b" \t" or (current[-1].rstrip().endswith(b";") and b"=" in line)):
            current.append(b"\n " + line.lstrip(b" \t"))  # folded; a parameter on its own line may have lost its blank
        else:
            strays += 1
            if from_at is None:
                lacking = (
                    top and bool(fields or current) and name != "from" and not any(key == "from" for key, _ in fields)
                )
                from_at = _place_of_from(raw, found.end(), end) if lacking else -1
            if strays > _MAX_STRAYS or not (found.end() <= from_at or _fields_follow(raw, found.end(), end)):
                if fields or current:
                    budget.fault("no blank line after the header")
                elif top:
                    budget.fault("no header")
                break
            budget.fault("a header line without its name was joined to the one above")
            if current:
                current.append(b"\n " + line)
        at = found.end()
    close()
    return fields, at


def _goes_on(raw: bytes, at: int, end: int) -> bool:
    """Whether the next line is a folded one or a familiar field."""
    return raw[at : at + 1] in (b" ", b"\t") or _FAMILIAR.match(raw, at, end) is not None


def _fields_follow(raw: bytes, at: int, end: int) -> bool:
    """Whether the header goes on after a stray line: fields within three lines, or a familiar one below mere tokens."""
    fields = 0
    for number in range(100):
        found = _LINE.match(raw, at, min(end, at + 2000))
        if not found or not found[0].strip():
            return 0 < fields == min(number, 3)
        line = found[0]
        if line[:1] not in b" \t":
            if _FAMILIAR.match(line):
                return True
            if _HEADER.match(line) and b" " not in line.split(b":", 1)[0].strip():
                fields += 1
            elif b" " in line.strip():
                return False
        else:
            fields += number == fields
        if number == 2 and fields == 3:
            return True
        at = found.end()
    return False


def _place_of_from(raw: bytes, at: int, end: int) -> int:
    """Where a From field still comes before the first blank line, else -1: if so, folded lines lost their blanks."""
    gap = _GAP.search(raw, at, min(end, at + MAX_HEADER_BLOCK))
    found = _FROM.search(raw, at, gap.start() if gap else at)
    return found.start() if found else -1
