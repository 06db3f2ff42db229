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
    limit = min(end, at + MAX_HEADER_BLOCK)
    current: list[bytes] = []
    name = ""
    strays = 0
    from_at: int | None = None
    while at < end:
        if at >= limit or len(fields) >= MAX_HEADERS:
            budget.fault("header block over its limit: the rest of it was left out")
            gap = re.compile(rb"\r?\n[ \t]*\r?\n").search(raw, at, end)
            at = gap.end() if gap else end
            break
        found = _LINE.match(raw, at, end)
        assert found is not None
        line = found[0]
        stripped = line.rstrip(b"\r\n")
        if not stripped.strip(b" \t"):
            at = found.end()
            if stripped and name and strays < _MAX_STRAYS and _goes_on(raw, at, end):
                strays += (
                    1  # a folded line of blanks alone (RFC 5322 section 4.2): programs that fold long lists leave them
                )
                continue
            break
        if line[:1] in b" \t" and name:
            current.append(b"\n" + stripped)
            at = found.end()
            continue
        head = _HEADER.match(stripped)
        if head is None:
            if current and current[-1].rstrip().endswith(b";") and b"=" in stripped:  # a parameter that lost its blank
                current.append(b"\n " + stripped)
                at = found.end()
                continue
            strays += 1
            if from_at is None:
                missing = top and fields and not any(key == "from" for key, _ in fields)
                from_at = _place_of_from(raw, found.end(), end) if missing else -1
            if strays > _MAX_STRAYS or not (found.end() <= from_at or _fields_follow(raw, found.end(), end)):
                if not fields and top:
                    budget.fault("no header")
                elif fields:
                    budget.fault("no blank line after the header")
                break
            budget.fault("a header line without its name was left out")
            current.append(b"\n " + stripped)
            at = found.end()
            continue
        if name:
            fields.append((name, b"".join(current)))
        name = head[1].decode("ascii").lower()
        current = [stripped[head.end() :]]
        at = found.end()
    if name:
        fields.append((name, b"".join(current)))
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
