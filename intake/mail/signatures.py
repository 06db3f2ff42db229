"""Where the writer's signature begins, and which lines a mail program or gateway added; only lines, no mail.

Careful to a fault: lines are taken for a signature only at the very end of what is new: after a mark everybody uses
("-- "), after a closing formula with few short lines, in a client's own signature element, or where a phone speaks
of itself. A sentence is never part of one.
"""

import re

from intake.mail import intros, phrases
from intake.mail.lines import Line

_MAX_LINES = 30
_MAX_AFTER_FORMULA = 10
_FOOTER_RULE = re.compile(r"^\s{0,3}(?:_{2,60}|-{3,60}|={3,60}|\*{3,60})\s*$")
_FOOTER = re.compile(r"mailing list|unsubscribe|https?://|www\.|@|visit the topic", re.I)
_DASHED_NAME = re.compile(
    r"^\s{0,3}(?:[/~]|[-\u2013\u2014]{1,2})\s?[^\W\d_][\w.'’\-]{0,30}(?: [^\W\d_][\w.'’\-]{0,30}){0,3}\s*$"
)
_PHONE = re.compile(r"(?:\+|\(?0)[\d\s()/.\-]{7,20}")


def notices_in(lines: list[Line], new: list[int]) -> set[int]:
    """Lines added by gateways at the top (external-sender banners), by their number."""
    found: set[int] = set()
    head = [n for n in new if lines[n].text.strip()][:6]
    for n in head:
        words = intros.plain(lines[n].text)
        if len(words) < 600 and words.startswith(phrases.BANNERS):
            found.add(n)
    return found


def begins(lines: list[Line], new: list[int]) -> int:
    """Index into `new` where the signature begins; its length where there is none."""
    end = len(new)
    while end and not lines[new[end - 1]].text.strip():
        end -= 1
    starts = [
        _marked(lines, new, end),
        _dashes(lines, new, end),
        _footer(lines, new, end),
        _phone_says(lines, new, end),
    ]
    start = min(starts)
    start = min(start, _formula(lines, new, start), _dashed_name(lines, new, start))
    return len(new) if start >= end or not _text_before(lines, new, start) else start


def _marked(lines: list[Line], new: list[int], end: int) -> int:
    """A client's own signature element that ends the text."""
    start = end
    while start and (lines[new[start - 1]].mark == "signature" or not lines[new[start - 1]].text.strip()):
        start -= 1
    return start if any(lines[n].mark == "signature" for n in new[start:end]) else end


def _dashes(lines: list[Line], new: list[int], end: int) -> int:
    """The "-- " line (RFC 3676 section 4.3), also as clients damage it."""
    for at in range(max(1, end - _MAX_LINES), end):
        if lines[new[at]].text.rstrip("\r\n\xa0") in ("-- ", "--", "—", "– ") and all(
            len(lines[new[n]].text) <= 400 for n in range(at, end)
        ):
            return at
    return end


def _footer(lines: list[Line], new: list[int], end: int) -> int:
    """What a mailing list or program hangs on below a rule."""
    for at in range(max(1, end - 8), end):
        if _FOOTER_RULE.match(lines[new[at]].text):
            rest = [lines[new[n]].text for n in range(at + 1, end)]
            if rest and any(_FOOTER.search(line) for line in rest) and all(len(line) < 200 for line in rest):
                return at
    return end


def _phone_says(lines: list[Line], new: list[int], end: int) -> int:
    """ "Sent from my iPhone" and its kin, within the last lines."""
    for at in range(max(0, end - 6), end):
        words = intros.plain(lines[new[at]].text).lstrip("-—_ ")
        if words.startswith(phrases.SENT_FROM) and len(words.split()) <= 14 and ", " not in words:
            return at
    return end


def _formula(lines: list[Line], new: list[int], end: int) -> int:
    """A closing formula on a line of its own with short lines after it: name, role, telephone."""
    while end and not lines[new[end - 1]].text.strip():
        end -= 1
    after = 0
    for at in range(end - 1, max(0, end - 2 * _MAX_AFTER_FORMULA) - 1, -1):
        text = lines[new[at]].text.strip()
        words = intros.plain(text).rstrip(" ,.!;:-")
        if words in phrases.VALEDICTIONS:
            return at if after or len(words) > 2 else end
        if not text:
            continue
        after += 1
        if after > _MAX_AFTER_FORMULA or not _looks_like_a_name(text):
            return end
    return end


def _dashed_name(lines: list[Line], new: list[int], end: int) -> int:
    """ "/Anna" or "- Anna" as the last line."""
    while end and not lines[new[end - 1]].text.strip():
        end -= 1
    if end < 2 or not _DASHED_NAME.match(lines[new[end - 1]].text):
        return end
    return end - 1 if not lines[new[end - 2]].text.strip() else end


def _looks_like_a_name(text: str) -> bool:
    """Short and no sentence: what stands under a closing formula, never a postscript."""
    words = text.split()
    if len(text) > 80 or text.lower().startswith(("ps", "p.s", "pps", "nb", "n.b")):
        return False
    if text[-1] in "?!" or (text[-1] in ".:" and len(words) > 4):
        return False
    return len(words) <= 9 or bool(_PHONE.search(text)) or "@" in text or "|" in text


def _text_before(lines: list[Line], new: list[int], at: int) -> bool:
    return any(lines[n].text.strip() for n in new[:at])
