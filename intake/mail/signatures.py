"""Where the writer's signature begins, and which lines a mail program, list or gateway added; only lines, no mail.

Careful to a fault: lines are taken for a signature only at the very end of what is new, after a mark everybody uses
("-- "), after a closing formula, in a client's own signature element, or where a phone speaks of itself; and never
where a line among them speaks: someone who writes "I cannot go on" under "Kind regards" has written it.
"""

import re

from intake.mail import intros, phrases
from intake.mail.lines import Line

_MAX_LINES = 30
_MAX_AFTER_FORMULA = 10
_FOOTER_RULE = re.compile(r"^\s{0,3}(?:_{2,60}|-{3,60}|={3,60}|\*{3,60})\s*$")
_FOOTER = re.compile(
    r"mailing list|mailinglist|unsubscribe|abmelden|listinfo|se désabonner|visit the topic|google groups", re.I
)
_DASHED_NAME = re.compile(
    r"^\s{0,3}(?:[/~]|[-\u2013\u2014]{1,2})\s?[^\W\d_][\w.'’\-]{0,30}(?: [^\W\d_][\w.'’\-]{0,30}){0,3}\s*$"
)
_CONTACT = re.compile(r"(?:\+|\(?0)[\d\s()/.\-]{7,20}|@|www\.|https?://|\|")
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_VOICE_WORDS = (
    "i i'm i’m i've i’ve i'd i’d i'll i’ll me my myself mine we we're us our he she him her his they them help please sorry "
    "don't don’t can't can’t cannot won't not ich mich mir mein meine wir uns er bitte hilfe je j'ai moi mon ma nous il elle aide"
)
_VOICE = frozenset(_VOICE_WORDS.split())


def speaks(text: str) -> bool:
    """Whether a line may be the writer speaking: it says "I", "he" or "please", or is a whole sentence."""
    words = [w.lower() for w in _WORD.findall(text[:500])]
    if not words:
        return False
    return (
        not _VOICE.isdisjoint(words) or (len(words) >= 9 and text.rstrip()[-1:] in ".?!") or text.rstrip()[-1:] in "?!"
    )


def notices_in(lines: list[Line], new: list[int]) -> set[int]:
    """Lines that a gateway put on top (external-sender banners) or a list hung on below, by their number."""
    return _banners(lines, new) | _list_footer(lines, new)


def _banners(lines: list[Line], new: list[int]) -> set[int]:
    found: set[int] = set()
    for at in [at for at, n in enumerate(new) if lines[n].text.strip()][:6]:
        words = intros.plain(lines[new[at]].text).lstrip("[*-# ")
        if len(words) > 700 or not words.startswith(phrases.BANNERS):
            continue
        for further in new[at : at + 6]:  # a banner ends with its paragraph
            if not lines[further].text.strip():
                break
            found.add(further)
    return found


def _list_footer(lines: list[Line], new: list[int]) -> set[int]:
    for at in range(max(1, len(new) - 10), len(new)):
        if _FOOTER_RULE.match(lines[new[at]].text):
            rest = [lines[n].text for n in new[at + 1 :]]
            if any(_FOOTER.search(line) for line in rest) and not any(_VOICE_ONLY.search(line) for line in rest):
                return set(new[at:])
    return set()


_VOICE_ONLY = re.compile(r"(?<![\w'’])(?:I|I'm|I’m|me|myself|help)(?![\w'’])")


def begins(lines: list[Line], new: list[int]) -> int:
    """Index into `new` where the signature begins; its length where there is none."""
    end = _trimmed(lines, new, len(new))
    start = _disclaimer(lines, new, end)
    start = min(start, _marked(lines, new, start), _dashes(lines, new, start), _phone_says(lines, new, start))
    start = min(start, _formula(lines, new, start), _dashed_name(lines, new, start))
    return len(new) if start >= end or not any(lines[n].text.strip() for n in new[:start]) else start


def _trimmed(lines: list[Line], new: list[int], end: int) -> int:
    while end and not lines[new[end - 1]].text.strip():
        end -= 1
    return end


def _silent(lines: list[Line], new: list[int], start: int, end: int) -> bool:
    """Whether nobody speaks in these lines, a phone's or gateway's own words aside."""
    return not any(speaks(text) and not _is_added(text) for n in new[start:end] if (text := lines[n].text.strip()))


def _is_added(text: str) -> bool:
    words = intros.plain(text).lstrip("-—_ ")
    return _is_sent_from(words) or any(phrase in words for phrase in phrases.DISCLAIMERS)


def _is_sent_from(words: str) -> bool:
    return words.startswith(phrases.SENT_FROM) and len(words.split()) <= 14 and ", " not in words


def _marked(lines: list[Line], new: list[int], end: int) -> int:
    """A client's own signature element that ends the text."""
    start = end
    while start and (lines[new[start - 1]].mark == "signature" or not lines[new[start - 1]].text.strip()):
        start -= 1
    found = any(lines[n].mark == "signature" for n in new[start:end])
    return start if found and not any(_VOICE_ONLY.search(lines[n].text) for n in new[start:end]) else end


def _dashes(lines: list[Line], new: list[int], end: int) -> int:
    """The "-- " line (RFC 3676 section 4.3), also as clients damage it."""
    for at in range(max(1, end - _MAX_LINES), end):
        if lines[new[at]].text.rstrip("\r\n\xa0") in ("-- ", "--", "—", "– ", "— ") and _silent(
            lines, new, at + 1, end
        ):
            return at
    return end


def _phone_says(lines: list[Line], new: list[int], end: int) -> int:
    """ "Sent from my iPhone" and its kin, within the last lines."""
    for at in range(max(0, end - 6), end):
        if _is_sent_from(intros.plain(lines[new[at]].text).lstrip("-—_ ")) and _silent(lines, new, at, end):
            return at
    return end


def _formula(lines: list[Line], new: list[int], end: int) -> int:
    """A closing formula on a line of its own with names and contacts after it."""
    end = _trimmed(lines, new, end)
    after = 0
    for at in range(end - 1, max(0, end - 2 * _MAX_AFTER_FORMULA) - 1, -1):
        text = lines[new[at]].text.strip()
        words = intros.plain(text).rstrip(" ,.!;:-")
        if words in phrases.VALEDICTIONS:
            return at if after or len(words) > 2 else end
        if text:
            after += 1
        if after > _MAX_AFTER_FORMULA or (text and not _looks_like_a_name(text)):
            return end
    return end


def _dashed_name(lines: list[Line], new: list[int], end: int) -> int:
    """ "/Anna" or "- Anna" as the last line."""
    end = _trimmed(lines, new, end)
    if end < 2 or not _DASHED_NAME.match(lines[new[end - 1]].text) or speaks(lines[new[end - 1]].text):
        return end
    return end - 1 if not lines[new[end - 2]].text.strip() else end


def _disclaimer(lines: list[Line], new: list[int], end: int) -> int:
    """The lawyers' paragraphs at the end: long, and in the words all of them use."""
    start = end
    while start:
        top = start - 1
        while top and lines[new[top - 1]].text.strip():
            top -= 1
        words = intros.plain(" ".join(lines[n].text for n in new[top : min(start, top + 60)]))
        told = sum(phrase in words for phrase in phrases.DISCLAIMERS)
        rule = bool(_FOOTER_RULE.match(words))
        if not rule and not (
            told and len(words) >= 80 and _VOICE_ONLY.search(" ".join(lines[n].text for n in new[top:start])) is None
        ):
            return start if start < end else end
        start = _trimmed(lines, new, top)
    return start or end


def _looks_like_a_name(text: str) -> bool:
    """Name, role, address or telephone: short, mostly capitalised, and no sentence."""
    words = _WORD.findall(text)
    if len(text) > 80 or text.lower().startswith(("ps", "p.s", "pps", "nb", "n.b")) or speaks(text):
        return False
    if _CONTACT.search(text):
        return True
    capital = sum(not w[0].islower() for w in words)
    return len(words) <= 9 and capital * 2 >= len(words) and (not text.isupper() or len(words) < 4)
