"""What the writer wrote anew, apart from the mail that was answered, the signature and added notices; lines in, lines out.

The first rule outranks all others: no word of the writer is cut. A line counts as quoted only on a client's own mark, a
quote mark, or an intro or header block beyond doubt; in doubt all is new. Linear: every line is looked at a bounded
number of times (popular reply parsers back-track for minutes on eighteen kilobytes).
"""

from dataclasses import dataclass, field
from typing import Literal

from intake.mail import intros, phrases, signatures
from intake.mail.lines import Line, text_of

MAX_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Split:
    """A text taken apart; every line of it is in exactly one of the four."""

    new: str
    quoted: str
    signature: str
    notices: tuple[str, ...] = ()
    inner: tuple[Line, ...] = field(default=())
    inner_header: dict[str, str] = field(default_factory=dict)
    inner_kind: str = ""


Manner = Literal["reply", "forward", "fresh"]
"""What the header says the mail is. In a fresh mail nothing without a client's mark is taken for a quote: a person who
copies in what was said to them ("On Monday Dr X wrote: …") goes on in their own words where no reader could tell."""


def split(lines: list[Line], *, manner: Manner = "reply") -> Split:
    """Take a mail's lines apart. In a forward a bare header block begins what was passed on."""
    if len(lines) > MAX_LINES:
        head = split(lines[:MAX_LINES], manner=manner)
        rest = text_of(lines[MAX_LINES:])
        return Split(f"{head.new}\n{rest}".strip(), head.quoted, head.signature, head.notices)
    cut, start, header, kind = _cut(lines, manner)
    quoted = [n >= cut for n in range(len(lines))]
    _mark_quotes(lines, cut, quoted)
    new = [n for n in range(cut) if not quoted[n] and lines[n].mark != "file"]
    notices = signatures.notices_in(lines, new)
    kept = [n for n in new if n not in notices]
    tail = signatures.begins(lines, kept)
    signature = kept[tail:]
    kept = kept[:tail]
    return Split(
        new=text_of([lines[n] for n in kept]),
        quoted=text_of([lines[n] for n in range(len(lines)) if quoted[n]]),
        signature=text_of([lines[n] for n in signature]),
        notices=tuple(lines[n].text.strip() for n in sorted(notices)),
        inner=tuple(lines[start:]) if kind else (),
        inner_header=header,
        inner_kind=kind,
    )


def _cut(lines: list[Line], manner: Manner) -> tuple[int, int, dict[str, str], str]:
    """Where the quoted mail begins that runs to the end, where its own text begins, its header, and "forwarded",
    "original" or "" for how it came in; (number of lines, …) where there is none."""
    for at, line in enumerate(lines):
        if not line.text.strip():
            continue
        if line.mark == "cut":
            return _client_cut(lines, at, manner)
        if line.depth:
            continue
        words = intros.plain(line.text)
        if len(words) < 200 and any(p in words for p in phrases.REPLY_ABOVE):
            return _back_over_rules(lines, at), at + 1, {}, ""
        if words.strip(" -_*:") in phrases.PREVIOUS_REPLIES and _back_over_rules(lines, at) < at:
            return _back_over_rules(lines, at), at + 1, {}, ""
        kind = intros.separator_kind(line)
        if kind:
            header_at = _next_text(lines, at + 1)
            size, header = intros.header_block_at(lines, header_at) if header_at < len(lines) else (0, {})
            if size or kind == "original" or _rest_is_quoted(lines, at + 1):
                if kind == "forwarded" and not size and _rest_is_quoted(lines, at + 1):
                    return at, header_at, {}, kind
                return (
                    at,
                    header_at + size,
                    header,
                    "forwarded" if kind == "forwarded" or manner == "forward" else "original",
                )
            if kind == "forwarded":
                return at, header_at, {}, kind
        if manner == "fresh":
            continue
        size, header = intros.header_block_at(lines, at)
        if size and (manner == "forward" or _something_before(lines, _back_over_rules(lines, at))):
            return _back_over_rules(lines, at), at + size, header, "forwarded" if manner == "forward" else "original"
        span, sure = intros.intro_at(lines, at)
        if span and sure and not _quotes_follow(lines, at + span) and _something_before(lines, at):
            return at, at + span, {}, ""
    return len(lines), len(lines), {}, ""


def _client_cut(lines: list[Line], at: int, manner: Manner) -> tuple[int, int, dict[str, str], str]:
    for place in range(at, min(at + 12, len(lines))):
        size, header = intros.header_block_at(lines, place)
        if size:
            return at, place + size, header, "forwarded" if manner == "forward" else "original"
    if not _something_before(lines, at):
        return len(lines), len(lines), {}, ""
    return at, at, {}, ""


def _mark_quotes(lines: list[Line], cut: int, quoted: list[bool]) -> None:
    """Mark the quoted runs before the cut, each with the intro above it."""
    at = 0
    while at < cut:
        if not lines[at].depth and lines[at].mark != "block":
            at += 1
            continue
        end = at
        while end < cut and (_continues(lines, end, at) or _lost_its_mark(lines, end)):
            end += 1
        intro = _intro_above(lines, at)
        if lines[at].depth or intro < at:  # a block without a client's mark is a quote only under an intro
            for n in range(intro, end):
                quoted[n] = True
        at = max(end, at + 1)


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


def _rest_is_quoted(lines: list[Line], at: int) -> bool:
    return all(line.depth or not line.text.strip() for line in lines[at : at + 200]) and at < len(lines)


def _something_before(lines: list[Line], at: int) -> bool:
    return any(line.text.strip() and not line.depth for line in lines[:at])


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
