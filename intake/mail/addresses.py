"""Address lists, read strictly enough to decide by and loosely enough to lose nobody; no header names, no lookups.

The grammar is RFC 5322 section 3.4 with its obsolete forms (groups, routes, comments) and what broken clients write.
One scan, no recursion: linear in the length of the header. Identity is never taken from a display name, and a list
that a strict reader would refuse says so in its second value.
"""

import re

from intake.mail.headers import decoded, one_line
from tracker.submission import Address

_MAX = 1000
_SPECIAL = re.compile(r'["(<>,;:\[]')
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u0080-\U0010ffff]+"
_PLAIN = re.compile(rf"{_LOCAL}@[A-Za-z0-9.\-_\u0080-\U0010ffff]+|{_LOCAL}@\[[^\]\s]{{1,80}}\]")
_INSIDE = re.compile(r"[^\s<>(),;:\"]{1,120}@[^\s<>()\[\],;:\"]{1,250}")
_SINGLE_QUOTED = re.compile(r"\s*'[^'<>@]{1,100}'(?=[^'<>@,]{0,60}<)")
_FLAT_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)", re.S)
_QUOTED_LOCAL = re.compile(r'"[^"]{1,200}"@')
_QUOTES = re.compile(r'^["\']+|["\']+$')


def addresses_of(value: str) -> tuple[Address, ...]:
    """Every mailbox of an address header as (name, email), at most 1000; groups give their members."""
    return tuple(_scan(value))


def is_one_plain_address(value: str) -> bool:
    """Whether a From header is exactly one mailbox without group, route, encoded or quoted address: safe to decide by."""
    found = list(_scan(value))
    if len(found) != 1 or not _PLAIN.fullmatch(found[0].email):
        return False
    angle = value.rfind("<")
    address = value[angle + 1 : value.rfind(">")] if angle >= 0 else _uncommented(value)
    return address.strip().lower() == found[0].email.lower() and value.count("<") <= 1 + value.count('"')


def tidy_email(text: str) -> str:
    """An addr-spec as found, without blanks and brackets, lower-case in its domain; "" where there is no @."""
    text = one_line(text).strip(" \t<>,;").lstrip("[")
    if not _QUOTED_LOCAL.match(text):
        text = text.strip("'\"").removeprefix("mailto:").removeprefix("MAILTO:")
        text = (
            text.split(":", 1)[1] if text.startswith("@") and ":" in text else text
        )  # an obsolete route: <@relay:who@where>
        text = text.replace(" ", "")
    local, at, domain = text.rpartition("@")
    return f"{local}@{domain.strip().rstrip('.').lower()}" if at and local and domain.strip() else ""


class _Mailbox:
    """The pieces of one list entry while the scan goes over it."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None
        self.quoted = False

    def close(self) -> list[Address]:
        """The mailboxes of the entry: one, none, or several that only blanks divide."""
        text = "".join(self.words).strip()
        if self.angle is None and not self.quoted and text.count("@") > 1 and not _INSIDE.sub("", text).strip():
            return [Address(email=tidy_email(one)) for one in _INSIDE.findall(text)]
        found = self._mailbox(text)
        return [found] if found else []

    def _mailbox(self, text: str) -> Address | None:
        if self.angle is not None:
            angle = _uncommented(self.angle) if "(" in self.angle else self.angle
            email = tidy_email(decoded(angle) if "=?" in angle else angle)
            if not email and "@" in text:
                return _loose(text)
            name = text or " ".join(self.comments)
            if not email and not name and not self.angle.strip():
                return None
            return Address(name=_name(name), email=email)
        if not text:
            return None
        if "=?" in text and "@" not in text:
            text = decoded(text)
        if not self.quoted and (found := _INSIDE.search(text)):
            rest = (text[: found.start()] + text[found.end() :]).strip()
            return Address(name=_name(rest or " ".join(self.comments)), email=tidy_email(found[0]))
        if "@" in text:
            return Address(name=_name(" ".join(self.comments)), email=tidy_email(text))
        if found := _INSIDE.search(" ".join(self.comments)):
            return Address(name=_name(text), email=tidy_email(found[0]))
        return Address(name=_name(text), email="")


def _loose(text: str) -> Address:
    found = _INSIDE.search(text)
    return Address(
        name=_name(text.replace(found[0], "") if found else text), email=tidy_email(found[0]) if found else ""
    )


def _name(text: str) -> str:
    return _QUOTES.sub("", decoded(text[:2000])).strip()[:500]


def _scan(value: str) -> list[Address]:
    out: list[Address] = []
    box = _Mailbox()
    at = 0
    size = len(value)
    last_quote, last_close, last_bracket = value.rfind('"'), value.rfind(")"), value.rfind(">")

    def settle() -> None:
        nonlocal box
        out.extend(box.close())
        box = _Mailbox()

    while at < size and len(out) < _MAX:
        found = _SPECIAL.search(value, at)
        if not found:
            box.words.append(value[at:])
            break
        if found[0] == "," and (single := _SINGLE_QUOTED.match(value, at)) and not "".join(box.words).strip():
            box.words.append(single[0])  # 'Rossi, Anna' via a list: single quotes are no quotes, but people mean them
            at = single.end()
            continue
        box.words.append(value[at : found.start()])
        at = found.start() + 1
        char = found[0]
        if char == '"' and at <= last_quote:
            text, at = _quoted(value, at)
            box.quoted = box.quoted or value[at : at + 1] == "@"
            box.words.append(text if value[at : at + 1] != "@" else f'"{text}"')
        elif char == "(" and at <= last_close:
            text, at = _comment(value, at)
            box.comments.append(text)
        elif char == "<" and at <= last_bracket and (close := value.find(">", at)) >= 0:
            if box.angle is not None:
                settle()
            box.angle = value[at:close]
            at = close + 1
        elif char == "<":
            box.angle = re.split(r"[,;\s]", value[at:], maxsplit=1)[0]
            at += len(box.angle)
        elif char == "," or (char == ";" and _ends_an_entry(box)):
            settle()
        elif char == ":" and box.angle is None and "@" not in "".join(box.words):
            box = _Mailbox()  # the name of a group
        elif char == "[" and (close := value.find("]", at)) >= 0 and "".join(box.words).endswith("@"):
            box.words.append(value[at - 1 : close + 1])
            at = close + 1
        elif char not in ">;":
            box.words.append(char)
    settle()
    return out


def _ends_an_entry(box: _Mailbox) -> bool:
    return True if box.angle is not None else "@" in "".join(box.words) or not "".join(box.words).strip()


def _quoted(value: str, at: int) -> tuple[str, int]:
    """The words of a quoted string that begins at `at`, and the offset behind its closing quote."""
    out: list[str] = []
    while True:
        close = value.find('"', at)
        if close < 0:
            return "".join(out) + value[at:], len(value)
        slash = value.find("\\", at, close)
        if slash < 0:
            return "".join(out) + value[at:close], close + 1
        out.append(value[at:slash] + value[slash + 1 : slash + 2])
        at = slash + 2


def _comment(value: str, at: int) -> tuple[str, int]:
    """The text of a comment (they nest) that begins at `at`, and the offset behind it."""
    depth, start = 1, at
    for found in re.compile(r"\\.|[()]", re.S).finditer(value, at):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return value[start : found.start()], found.end()
    return value[start:], len(value)


def _uncommented(value: str) -> str:
    for _ in range(5):
        value, changed = _FLAT_COMMENT.subn("", value)
        if not changed:
            break
    return value
