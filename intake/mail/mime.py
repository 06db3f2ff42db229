"""The tree of parts of a mail, from bytes in any state of repair; no part is decoded or understood here.

Top-down: the outer boundary is sought first, so an inner multipart without its end cannot swallow its neighbours.
Each level costs one `bytes.find` pass, depth, parts and header block are capped: time is linear in the mail.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from intake.mail import smime, transfer
from intake.mail.header_block import MAX_HEADER_BLOCK, Budget, header_block
from intake.mail.headers import parameters, raw_text

MAX_DEPTH = 20

_BLANK_LINES = re.compile(rb"(?:[ \t]*\r?\n)*")
_MBOX = re.compile(rb">?From [^\r\n]{0,998}\r?\n")
_FIELD = re.compile(rb"\s{0,10}[A-Za-z][A-Za-z\-]{0,60}:")
_GUESSED = re.compile(
    rb"(?m)^--([^\s\-][^\r\n]{0,200}?|-{2,60}[^\s\-][^\r\n]{0,200}?)[ \t]*\r?\nContent-[A-Za-z]+[ \t]*:", re.I
)


@dataclass
class Part:
    """One node: its header fields (lower-case name, unfolded value) and either children or a body, still encoded.

    `seal` is "signed" (what was signed is the child) or "encrypted" for an S/MIME message, else ""."""

    headers: list[tuple[str, bytes]]
    source: bytes
    start: int = 0
    end: int | None = None
    children: list["Part"] = field(default_factory=list)
    default_type: str = "text/plain"
    seal: str = ""

    @property
    def body(self) -> bytes:
        """The body, cut out of the mail when it is asked for: mails within mails within mails are not copied at each level."""
        return self.source[self.start : self.end]

    def raw(self, name: str) -> bytes:
        """The first field of that name, b"" if there is none."""
        for key, value in self.headers:
            if key == name:
                return value
        return b""

    def all_raw(self, name: str) -> list[bytes]:
        return [value for key, value in self.headers if key == name]

    def header(self, name: str) -> str:
        return raw_text(self.raw(name))

    @cached_property
    def _type(self) -> tuple[str, dict[str, str]]:
        main, given = parameters(self.header("content-type"))
        return main, given

    @cached_property
    def _disposition(self) -> tuple[str, dict[str, str]]:
        return parameters(self.header("content-disposition"))

    @property
    def declared_type(self) -> str:
        """The content type as the header has it, "" without one."""
        return self._type[0]

    @property
    def content_type(self) -> str:
        """The content type to read the part by: the declared one, else the default of its place."""
        main = self._type[0]
        if main in ("text", "html", "text/"):
            return "text/html" if main == "html" else "text/plain"
        return (
            main
            if main.count("/") == 1 and not main.endswith("/")
            else self.default_type
            if not main
            else "application/octet-stream"
        )

    def parameter(self, name: str) -> str:
        return self._type[1].get(name, "")

    @property
    def charset(self) -> str:
        words = self.parameter("charset").split()
        return words[0] if words else ""

    @property
    def disposition(self) -> str:
        return self._disposition[0]

    @property
    def declared_name(self) -> str:
        """The file name the mail gives the part, as data; "" if none."""
        return self._disposition[1].get("filename") or self.parameter("name") or self._disposition[1].get("name", "")

    def walk(self) -> list["Part"]:
        """This part and all below it, depth first."""
        out, stack = [], [self]
        while stack:
            part = stack.pop()
            out.append(part)
            stack.extend(reversed(part.children))
        return out


def parse(raw: bytes, budget: Budget) -> Part:
    """The tree of a whole mail. Leading blank and mbox lines are skipped; CR alone counts as line end where no LF is."""
    raw, at = _begun(raw, budget)
    return _message(raw, at, len(raw), 0, budget, "text/plain", top=True)


def _begun(raw: bytes, budget: Budget) -> tuple[bytes, int]:
    """The mail with line ends that can be read, and where its header begins."""
    if b"\r" in raw[:4096] and b"\n" not in raw[:4096].rstrip(b"\n"):
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        budget.fault("lines end in CR alone")
    at = _BLANK_LINES.match(raw, 0, min(len(raw), 1 << 16)).end()  # type: ignore[union-attr]  # it matches nothing too
    mbox = _MBOX.match(raw, at)
    return raw, mbox.end() if mbox else at


def header_fields(raw: bytes) -> list[tuple[str, bytes]]:
    """The header fields at the start of `raw`, for readers that need no body; no value is looked into."""
    raw, at = _begun(raw[: MAX_HEADER_BLOCK + 4], budget := Budget())
    return header_block(raw, at, len(raw), budget, top=True)[0]


def _message(raw: bytes, at: int, end: int, depth: int, budget: Budget, default: str, *, top: bool = False) -> Part:
    headers, body = header_block(raw, at, end, budget, top=top)
    part = Part(headers, raw, body, end, default_type=default)
    budget.parts -= 1
    kind = part.content_type
    if kind.startswith("multipart/"):
        if depth >= MAX_DEPTH or budget.parts <= 0:
            budget.fault("parts nested or counted beyond the limit stay unopened")
        else:
            part.children = _children(raw, body, end, part, depth, budget)
    elif kind in ("message/rfc822", "message/global", "message/news"):
        if depth >= MAX_DEPTH or budget.parts <= 0:
            budget.fault("parts nested or counted beyond the limit stay unopened")
        elif _is_encoded(part):
            inner, _ = transfer.decode(raw[body:end], part.header("content-transfer-encoding"))
            part.children = _enclosed(inner, 0, len(inner), depth, budget)
        else:
            part.children = _enclosed(raw, body, end, depth, budget)
    elif kind in smime.KINDS or part.declared_name.lower() == "smime.p7m":
        _unseal(part, depth, budget)
    if part.children and kind.startswith("multipart/"):
        part.end = part.start
    return part


def _unseal(part: Part, depth: int, budget: Budget) -> None:
    """Take the part within a signed S/MIME message out; an encrypted one stays a file that says so."""
    content, _ = transfer.decode(part.body, part.header("content-transfer-encoding"))
    sealed = smime.opened(content)
    part.seal = sealed.kind
    if sealed.kind == "encrypted":
        budget.fault(smime.ENCRYPTED)
    elif sealed.content and not _FIELD.match(sealed.content):
        part.seal = ""  # a signed file that is no mail
    elif sealed.kind == "signed" and (not sealed.content or depth >= MAX_DEPTH or budget.parts <= 0):
        budget.fault("an S/MIME signature holds no content that could be read")
    elif sealed.kind == "signed":
        budget.fault("an S/MIME signature was taken off without being verified")
        part.children = [_message(sealed.content, 0, len(sealed.content), depth + 1, budget, "text/plain")]


def _enclosed(raw: bytes, at: int, end: int, depth: int, budget: Budget) -> list[Part]:
    """The mail within a message part, if there is one."""
    at = _BLANK_LINES.match(raw, at, min(end, at + 4096)).end()  # type: ignore[union-attr]
    mbox = _MBOX.match(raw, at, end)
    if at >= end:
        return []
    return [_message(raw, mbox.end() if mbox else at, end, depth + 1, budget, "text/plain")]


def _is_encoded(part: Part) -> bool:
    return part.header("content-transfer-encoding").strip().lower() in ("base64", "quoted-printable")


def _children(raw: bytes, at: int, end: int, part: Part, depth: int, budget: Budget) -> list[Part]:
    boundary = part.parameter("boundary").encode("utf-8", "replace")
    places = _delimiters(raw, at, end, boundary, budget) if boundary else []
    if not places and boundary.strip() != boundary:
        places = _delimiters(raw, at, end, boundary.strip(), budget)
    if not places:
        guessed = _GUESSED.search(raw, at, min(end, at + (1 << 20)))
        if guessed is None:
            budget.fault("a multipart without its boundary is read as one text")
            return []
        budget.fault("the boundary of a multipart was guessed")
        places = _delimiters(raw, at, end, guessed[1], budget)
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    children: list[Part] = []
    for number, (_, start, last) in enumerate(places):
        if last:
            break
        stop = places[number + 1][0] if number + 1 < len(places) else end
        if number + 1 >= len(places):
            budget.fault("the last boundary of a multipart is missing")
        if budget.parts <= 0:
            budget.fault("parts nested or counted beyond the limit stay unopened")
            break
        children.append(_message(raw, start, max(start, stop), depth + 1, budget, default))
    return children


def _delimiters(raw: bytes, at: int, end: int, boundary: bytes, budget: Budget) -> list[tuple[int, int, bool]]:
    """(end of the part before, start of the part after, whether it closes) for each delimiter line of `boundary`."""
    mark = b"--" + boundary
    places: list[tuple[int, int, bool]] = []
    seek = at
    while len(places) <= budget.parts + 1 and (place := raw.find(mark, seek, end)) >= 0:
        seek = place + len(mark)
        if place > at and raw[place - 1 : place] not in (b"\n", b"\r"):
            continue
        stop = raw.find(b"\n", seek, end)
        stop = end if stop < 0 else stop
        rest = raw[seek : min(stop, seek + 200)].strip(b" \t\r")
        closes = rest.startswith(b"--") and not rest.strip(b"-")
        if rest and not closes:
            continue
        before = place - 1 if place > at else place
        if raw[before - 1 : before] == b"\r" and before > at:
            before -= 1
        places.append((before, min(stop + 1, end), closes))
        if closes:
            break
    return places
