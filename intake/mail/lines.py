"""A line of a mail's text with its quoting depth, and plain text (also format=flowed) as such lines."""

import re
from dataclasses import dataclass

from intake.mail import phrases

_MARKS = re.compile(r"(?:[ \t]{0,3}[>\uff1e])+")


@dataclass(frozen=True, slots=True)
class Line:
    """`text` as written, marks included; `depth` how often it is quoted; `mark` is what a client says of it.

    Marks: "cut" where the mail it answers begins ("perhaps": if the header of that mail follows), "block" in a block that
    may be a quote, "signature" in one, "file" in the code of a file within the text.
    """

    text: str
    depth: int = 0
    mark: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether the depth is told by marks in the text, which a person may type too, not by a client's HTML."""
        return self.depth > 0 and _MARKS.match(self.text) is not None

    @property
    def bare(self) -> str:
        """The text without its quote marks and without blanks around it."""
        if self.depth:
            found = _MARKS.match(self.text)
            if found:
                return self.text[found.end() :].strip()
        return self.text.strip()


def lines_of(text: str) -> list[Line]:
    """Lines of plain text; a leading ">" (or several, with blanks) is a quote mark, ">From " is not, nor is the end
    of an address that the line before left open ("… <a@b" / ">:")."""
    out: list[Line] = []
    before = ""
    for line in text.split("\n"):
        depth = 0
        if line[:1] in ">\uff1e \t" and (found := _MARKS.match(line[:200])):
            depth = found[0].count(">") + found[0].count("\uff1e")
            if line.rstrip().endswith("<<"):
                depth = 0  # >>> an eye-catcher <<<
            if depth == 1 and (
                line.startswith(">From ")
                or (_left_open(before) and line.rstrip().endswith(":"))
                or _ends_an_intro(line)
            ):
                depth = 0
        out.append(Line(line, depth))
        before = line
    return out


def _ends_an_intro(line: str) -> bool:
    """Whether the line is only the end of an address and a verb: "> wrote:"."""
    return len(line) < 30 and line.rstrip().endswith(":") and line.strip("> :\t").lower() in phrases.WROTE


def _left_open(line: str) -> bool:
    opened = line.rfind("<")
    return opened >= 0 and ">" not in line[opened:] and not line.startswith(">")


def unquoted(lines: list[Line]) -> list[Line]:
    """The lines one quoting level up: what a quoted mail looked like to its own reader."""
    out: list[Line] = []
    for line in lines:
        text = line.text.lstrip(" \t")
        marked = line.depth > 0 and text[:1] in (">", "\uff1e")
        text = text[1:].removeprefix(" ") if marked else line.text
        out.append(Line(text, max(0, line.depth - 1), line.mark))
    return out


def text_of(lines: list[Line]) -> str:
    """The lines joined, without blank lines around and with at most two blank lines in a row."""
    out: list[str] = []
    blank = 0
    for line in lines:
        if line.text.strip():
            blank = 0
        else:
            blank += 1
            if blank > 2:
                continue
        out.append(line.text.rstrip())
    return "\n".join(out).strip("\n")


def unflowed(text: str, *, delsp: bool) -> str:
    """format=flowed text (RFC 3676) with its soft line ends undone; `delsp` drops the blank that marked them."""
    out: list[str] = []
    paragraph = ""
    depth_before = -1
    for raw in text.split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")
        if depth != depth_before and depth_before >= 0 and paragraph:
            out.append(_marked(paragraph, depth_before))
            paragraph = ""
        if line == "-- ":
            if paragraph:
                out.append(_marked(paragraph, depth))
                paragraph = ""
            out.append(_marked(line, depth))
        elif line.endswith(" "):
            paragraph += line[:-1] if delsp else line
        else:
            out.append(_marked(paragraph + line, depth))
            paragraph = ""
        depth_before = depth
    if paragraph:
        out.append(_marked(paragraph, max(depth_before, 0)))
    return "\n".join(out)


def _marked(line: str, depth: int) -> str:
    return f"{'>' * depth} {line}" if depth and line else ">" * depth + line
