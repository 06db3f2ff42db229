"""Where the writer's signature begins, and which lines a mail program or gateway added; only lines, no mail.

Careful to a fault: a line is taken for a signature only at the very end of what is new, after a mark everybody
uses ("-- "), after a closing formula with few short lines, or where a phone speaks of itself.
"""

import re

from intake.mail import intros, phrases
from intake.mail.lines import Line

_DASHES = re.compile(r"^\s{0,3}(?:--|—|__|-{2,3}\s?|_{2,}|\u2014)\s*$")
_MAX_LINES = 14


def notices_in(lines: list[Line], new: list[int]) -> set[int]:
    """Lines added by gateways (external-sender banners), by their number."""
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
    start = end
    for at in range(max(0, end - 40), end):
        text = lines[new[at]].text
        if text.rstrip("\r\n") in ("-- ", "--", "—", "--\xa0") and _short_until(lines, new, at + 1, end):
            return at if at else len(new)
    for at in range(end - 1, max(-1, end - 6), -1):
        words = intros.plain(lines[new[at]].text).lstrip("-—_ ")
        if words.startswith(phrases.SENT_FROM) and len(words) < 120:
            start = at
    return len(new) if start == end or not _text_before(lines, new, start) else start


def _short_until(lines: list[Line], new: list[int], start: int, end: int) -> bool:
    return end - start <= 30 and all(len(lines[new[n]].text) <= 400 for n in range(start, end))


def _text_before(lines: list[Line], new: list[int], at: int) -> bool:
    return any(lines[n].text.strip() for n in new[:at])
