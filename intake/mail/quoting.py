"""What the writer wrote anew, apart from the mail that was answered, the signature and added notices; lines in, lines out.

The first rule outranks all others: no word of the writer is cut. A line counts as quoted only on a client's own mark, a
quote mark, or an intro or header block beyond doubt; in doubt all is new. Linear: every line is looked at a bounded
number of times (popular reply parsers back-track for minutes on eighteen kilobytes).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from intake.mail import intros, phrases, signatures
from intake.mail.lines import Line, text_of

MAX_LINES = 5_000
MAX_CHARACTERS = 200 * 1024
"""How far down quotes are looked for; what comes after is what the last line before was: quoted below a cut, else new."""


@dataclass(frozen=True, slots=True)
class Split:
    """A text taken apart; every line of it is in exactly one of the four (but the code of files within the text)."""

    new: str
    quoted: str
    signature: str
    notices: tuple[str, ...] = ()
    inner: tuple[Line, ...] = field(default=())
    inner_header: dict[str, str] = field(default_factory=dict)
    inner_kind: str = ""


@dataclass(frozen=True, slots=True)
class _Cut:
    """The quoted mail runs from line `at` to the end, its own text from `inner`; `kind` "forwarded", "original" or ""."""

    at: int
    inner: int
    header: dict[str, str] = field(default_factory=dict)
    kind: str = ""


Manner = Literal["reply", "forward", "fresh"]
"""What the header says the mail is. In a fresh mail nothing without a client's mark is taken for a quote: a person who
copies in what was said to them ("On Monday Dr X wrote: …") goes on in their own words where no reader could tell."""


def split(lines: list[Line], *, manner: Manner = "reply") -> Split:
    """Take a mail's lines apart. In a forward a bare header block begins what was passed on."""
    lines = _intros_on_their_own(lines)
    head = _readable(lines)
    cut = _cut(head, manner)
    if cut.at == len(head):
        cut = _Cut(len(lines), len(lines))
    inside = cut.at < len(lines) and cut.kind != "forwarded" and _answers_inside(lines[: cut.at])
    end = len(lines) if inside else cut.at
    quoted = [n >= end for n in range(len(lines))]
    _mark_quotes(lines, min(end, len(head)), quoted, manner)
    new = [n for n in range(end) if not quoted[n] and lines[n].mark != "file"]
    notices = signatures.notices_in(lines, new)
    kept = [n for n in new if n not in notices]
    tail = signatures.begins(lines, kept)
    signature = kept[tail:]
    kept = kept[:tail]
    return Split(
        new=text_of([lines[n] for n in kept]),
        quoted=text_of([lines[n] for n in range(len(lines)) if quoted[n]]),
        signature=text_of([lines[n] for n in signature]),
        notices=tuple(text for n in sorted(notices) if (text := lines[n].text.strip())),
        inner=tuple(lines[cut.inner :]) if cut.kind else (),
        inner_header=cut.header,
        inner_kind=cut.kind,
    )


def _intros_on_their_own(lines: list[Line]) -> list[Line]:
    """The lines, with an intro that a phone put behind the last words of the writer on a line of its own."""
    out: list[Line] = []
    for at, line in enumerate(lines):
        found = (
            intros.SHARED_LINE.search(line.text)
            if not line.depth and 20 < len(line.text) < 500 and line.text[-1:] == ":"
            else None
        )
        if found and (_quotes_follow(lines, at + 1) or intros.has_email(found[1])):
            out += [Line(line.text[: found.start()], 0, line.mark), Line(found[1], 0)]
        else:
            out.append(line)
    return out


def _readable(lines: list[Line]) -> list[Line]:
    """The lines within the limits."""
    size = 0
    for at, line in enumerate(lines[:MAX_LINES]):
        size += len(line.text)
        if size > MAX_CHARACTERS:
            return lines[: max(at, 1)]
    return lines[:MAX_LINES]


def _cut(lines: list[Line], manner: Manner) -> _Cut:
    """Where the quoted mail begins that runs to the end; at the number of lines where there is none."""
    whole = "\n".join(line.text for line in lines).lower()
    above = tuple(
        phrase for phrase in phrases.REPLY_ABOVE if phrase in whole
    )  # asked of each line only if it is anywhere
    last_quote = cache(lambda: _last_real_quote(lines))  # asked at most once, and seldom
    said = False  # the writer has said something above
    for at, line in enumerate(lines):
        if not line.text.strip():
            continue
        if line.mark in ("cut", "perhaps"):
            client = _client_cut(lines, at, manner, said)
            if client is not None:
                return client
        if line.depth and not (manner == "forward" and intros.separator_kind(line)):
            continue  # some programs mark also what they pass on as quoted
        found = _announced(lines, at, manner, above) or (
            _bare(lines, at, manner, said, last_quote) if manner != "fresh" else None
        )
        if found is not None:
            return found
        said = said or not intros.is_rule(line)
    return _Cut(len(lines), len(lines))


def _answers_inside(said: list[Line]) -> bool:
    """Whether the writer says that they wrote on within the mail they answer, where no reader could tell their words."""
    words = intros.plain(" ".join(line.text for line in said[:30] if not line.depth))
    near = any(place in words for place in phrases.ANSWERS_WHERE)  # the patterns are dear, these are not
    return near and phrases.ANSWERS_INSIDE.search(words) is not None


def _announced(lines: list[Line], at: int, manner: Manner, above: tuple[str, ...]) -> _Cut | None:
    """A cut at a line whose words say that the rest is another mail: "Original Message", "reply above this line"."""
    text = lines[at].text
    if above and len(text) < 240 and any(phrase in text.lower() for phrase in above):
        return _Cut(_back_over_rules(lines, at), at + 1)
    if (
        len(text) < 60
        and intros.plain(text).strip(" -_*:") in phrases.PREVIOUS_REPLIES
        and _back_over_rules(lines, at) < at
    ):
        return _Cut(_back_over_rules(lines, at), at + 1)
    kind = intros.separator_kind(lines[at])
    if not kind:
        return None
    below = _next_text(lines, at + 1)
    size, header = intros.header_block_at(lines, below) if below < len(lines) else (0, {})
    if manner == "forward":
        kind = "forwarded"
    return _Cut(at, below + size, header, kind)


def _bare(lines: list[Line], at: int, manner: Manner, said: bool, last_quote: Callable[[], int]) -> _Cut | None:
    """A cut at a header block or reply intro that only its form gives away; the writer must have said something above."""
    size, header = intros.header_block_at(lines, at)
    if size and (manner == "forward" or said):
        return _Cut(_back_over_rules(lines, at), at + size, header, "forwarded" if manner == "forward" else "original")
    span, sure = intros.intro_at(lines, at)
    if not (span and sure and said) or _quotes_follow(lines, at + span):
        return None
    return _Cut(at, at + span) if _has_address(lines, at, span) or at + span > last_quote() else None


def _client_cut(lines: list[Line], at: int, manner: Manner, said: bool) -> _Cut | None:
    """A cut at the client's own mark, with the header block near it if there is one."""
    for place in range(at, min(at + 12, len(lines))):
        size, header = intros.header_block_at(lines, place)
        if size:
            return _Cut(at, place + size, header, "forwarded" if manner == "forward" else "original")
    return _Cut(at, at) if said and lines[at].mark == "cut" else None


def _last_real_quote(lines: list[Line]) -> int:
    """The last line that is quoted or an intro with an address, -1 if none: an intro without one above it is only the
    writer's own sentence ("On Monday Dr X wrote: …")."""
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].depth:
            return at
        if "@" in lines[at].text and any(
            intros.intro_at(lines, start)[1] for start in range(max(0, at - 2), at + 1) if lines[start].text.strip()
        ):
            return at
    return -1


def _mark_quotes(lines: list[Line], cut: int, quoted: list[bool], manner: Manner) -> None:
    """Mark the quoted runs before the cut, each with the intro above it.

    A fresh mail answers nothing: where no mail is announced in it, ">" is how its writer begins a line."""
    at = 0
    runs: list[tuple[int, int, int]] = []
    while at < cut:
        if not lines[at].depth and lines[at].mark != "block":
            at += 1
            continue
        end = at
        while end < cut and (_continues(lines, end, at) or _lost_its_mark(lines, end)):
            end += 1
        intro = _intro_above(lines, at)
        if lines[at].depth or intro < at:  # a block without a client's mark is a quote only under an intro
            runs.append((intro, at, end))
        at = max(end, at + 1)
    answers = manner != "fresh" or cut < len(lines) or any(intro < at for intro, at, _ in runs)
    for intro, at, end in runs:
        if (answers and not (intro == at and _is_list(lines, at))) or not lines[at].is_typed:
            quoted[intro:end] = [True] * (end - intro)


def _is_list(lines: list[Line], at: int) -> bool:
    """Whether the marked run at `at` is a list of the writer's: right under their own words with a colon, which name no mail."""
    above = lines[at - 1].text.strip() if at else ""
    return above.endswith(":") and not (
        intros.has_date(above) or intros.has_email(above) or any(c.isdigit() for c in above)
    )


def _continues(lines: list[Line], at: int, start: int) -> bool:
    """Whether the run of quoted (or block) lines from `start` goes on at `at`; blank lines within it belong to it."""
    line = lines[at]
    if line.depth or (line.mark == "block" and lines[start].mark == "block"):
        return True
    return not line.text.strip() and at + 1 < len(lines) and lines[at + 1].depth > 0


def _lost_its_mark(lines: list[Line], at: int) -> bool:
    """The rest of a long quoted line that was wrapped without a mark: it goes on in the middle of a sentence."""
    if at < 1 or at + 1 >= len(lines) or not lines[at - 1].depth or not lines[at + 1].depth or lines[at].depth:
        return False
    before, text = lines[at - 1].bare, lines[at].text.strip()
    return len(before) >= 65 and before[-1] not in ".!?:;" and text[:1].islower() and len(text) < 78


def _intro_above(lines: list[Line], at: int) -> int:
    """Where the intro of the quoted run at `at` begins; `at` if it has none."""
    last = at - 1
    blanks = 0
    while last >= 0 and not lines[last].text.strip() and blanks < 3:
        last -= 1
        blanks += 1
    if last < 0 or lines[last].depth:
        return at
    best = at
    for start in range(last, max(-1, last - 6), -1):
        if not lines[start].text.strip() or lines[start].depth:
            break
        span, _ = intros.intro_at(lines, start)
        if span and start + span == last + 1:
            best = start
            if intros.plain(lines[start].text).startswith(("on ", "am ", "le ", "el ", "il ", "den ", "op ", "em ")):
                break
    if best == at:
        size, _ = max((intros.header_block_at(lines, s) for s in range(max(0, last - 8), last + 1)), key=lambda f: f[0])
        if size:
            return next(s for s in range(max(0, last - 8), last + 1) if intros.header_block_at(lines, s)[0])
    return best


def _quotes_follow(lines: list[Line], at: int) -> bool:
    at = _next_text(lines, at)
    return at < len(lines) and lines[at].depth > 0


def _has_address(lines: list[Line], at: int, span: int) -> bool:
    return any(intros.has_email(line.text) for line in lines[at : at + span])


def _next_text(lines: list[Line], at: int) -> int:
    while at < len(lines) and not lines[at].text.strip():
        at += 1
    return at


def _back_over_rules(lines: list[Line], at: int) -> int:
    """Take the line of dashes or underscores above a header block with it."""
    above = at - 1
    while above >= 0 and not lines[above].text.strip():
        above -= 1
    return above if above >= 0 and intros.is_rule(lines[above]) and not lines[above].depth else at
