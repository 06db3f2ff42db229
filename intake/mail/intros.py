"""What a single line or small block says about quoting: reply intros, header blocks, separators; the whole mail is in quoting.

Evidence is counted, never matched by one clever pattern: each test looks at a bounded number of short lines, so the
cost is linear whatever the text.
"""

import re
import unicodedata

from intake.mail import phrases
from intake.mail.lines import Line

_DECORATION = str.maketrans("", "", "*_\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_DECORATED = re.compile("[*_\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff]")
_LABELLED = re.compile("[:：]")
_EMAIL = re.compile(r"[^\s<>()\[\]:;,\"]{1,80}@[^\s<>()\[\]:;,\"]{2,120}|<mailto:[^>]{3,120}>|[\w.+\-]{1,60}@\.{2,3}")
_YEAR = re.compile(r"(?<!\d)(?:19[89]\d|20\d\d)(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}(?:[:.h]|시 ?|時)\d{2}(?!\d)")
_DAY = re.compile(r"(?<!\d)\d{1,4}[./\-]\d{1,2}[./\-]\d{2,4}(?!\d)|\d{1,2}月\d{1,2}日|\d{1,2}월 ?\d{1,2}일")
_MONTH_DAY = re.compile(
    r"(?<!\d)\d{1,2}(?:st|nd|rd|th|er|\.|\s+de|-)?\s?[-\s]?(?:jan|feb|mar|apr|may|mai|maj|jun|jul|aug|sep|oct|okt|nov|dec|dez|fév|avr|jui|aoû|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|fev|out|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек|tam|hel|maa|huh|tou|kes|hei|elo|syy|lok|mar|jou)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s\d{1,2}(?!\d)",
    re.I,
)
_VERB_PATTERN = (
    r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, phrases.WROTE), key=len, reverse=True)) + r")(?!\w)"
    r"|のメール|書きました|님이 작성|写道|寫道|写到"
)
_VERB = re.compile(_VERB_PATTERN, re.I)
_ENDS_WITH_VERB = re.compile(r"(?:" + _VERB_PATTERN + r")\W{0,3}$", re.I)
_STARTS = tuple(sorted((s + " " for s in phrases.INTRO_STARTS if s.strip()), key=len, reverse=True))
_RULE = re.compile(r"^[\s>]*[-_=*~#\u2010-\u2015\u2500\u2501]{3,}[\s]*$")
_DASHED = re.compile(r"^[\s>*_]*[-_=~#+*\u2010-\u2015]{1,80}\s*(.{2,120}?)\s*[-_=~#+*:\u2010-\u2015]{0,80}[\s*_]*$")
_LABEL = re.compile(
    r"^[\s*_>|]{0,20}([^\W\d_][^:：\n*]{0,30}?)[\s*_\u00a0]{0,6}[:：][\s*_\u00a0]{0,40}(.{0,400})$", re.S
)

FROM, DATE, TO, CC, SUBJECT, OTHER = "from", "date", "to", "cc", "subject", "other"
SHARED_LINE = re.compile(
    r"(?<=\S)\s+((?:On|Am|Le|El|Il|Op|Em|Den) (?=[^\n]{0,40}\d)[^\n]{8,300}?"
    r"(?:wrote|schrieb|écrit|escribió|scritto|schreef|escreveu|skrev)[^\n]{0,80}:)$"
)
_LABELS: dict[str, set[str]] = {}
for _kind, _words in ((FROM, phrases.FROM_LABELS), (DATE, phrases.DATE_LABELS), (TO, phrases.TO_LABELS), (CC, phrases.CC_LABELS),
                      (SUBJECT, phrases.SUBJECT_LABELS), (OTHER, phrases.OTHER_LABELS)):  # fmt: skip
    for _word in _words:
        _LABELS.setdefault(_word, set()).add(_kind)


def plain(text: str) -> str:
    """`text` without markup and invisible characters, blanks squeezed, lower case: for comparing with phrases."""
    text = text[:2000]
    if _DECORATED.search(text):
        text = text.translate(_DECORATION)
    return " ".join(text.split()).lower()


def has_date(text: str) -> bool:
    """Whether a date or a time of day stands in `text`."""
    return bool(_YEAR.search(text) or _DAY.search(text) or _MONTH_DAY.search(text) or _TIME.search(text))


def has_email(text: str) -> bool:
    """Whether a mail address stands in `text` (its first 1,000 characters)."""
    return "@" in text and bool(_EMAIL.search(text[:1000]))


def intro_at(lines: list[Line], at: int) -> tuple[int, bool]:
    """How many lines from `at` form a reply intro ("On … wrote:"), 0 if none, and whether it is beyond doubt.

    Beyond doubt: a verb of writing at its end and a date or address in it, begun as intros begin.
    """
    depth = lines[at].depth
    joined = ""
    texts = weak = 0
    for span in range(1, 8):
        if at + span > len(lines) or lines[at + span - 1].depth != depth:
            break
        part = lines[at + span - 1].bare
        if not part:
            if texts and span < 4 and not weak and _unfinished(joined):
                continue
            break
        texts += 1
        joined = f"{joined} {part}" if joined else part
        if len(joined) > 500:
            break
        if _may_end(joined):
            found = _intro(joined)
            if found:
                return span, True
            if found is False:
                weak = weak or span
        if texts == 1 and not _may_begin(joined):
            break
    return weak, False


def _may_end(text: str) -> bool:
    """Whether an intro could end here: with a colon or bracket, or a verb of writing; cheap, as `_may_begin` is."""
    tail = text[-40:].rstrip(" \xa0.*_\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    return tail[-1:] in _END_MARKS or tail.lower().endswith(_VERB_ENDS)


_END_MARKS = frozenset(":：…>-–—")
_VERB_ENDS = (*phrases.WROTE, "のメール", "書きました", "님이 작성", "写道", "寫道", "写到")
_TOLD = re.compile(r":\s+\S")
_NAME_ONLY = re.compile(
    r"^\W{0,3}(?!(?:as|what|like|when|then|because|and|but|so) )(?:\S{1,40} ){1,6}?(?!said|says|asked|replied)\S+ ?[:\u2026]$",
    re.I,
)
_NARRATIVE = re.compile(
    r"(?<![\w.@<\"'])(?:[Mm]y|[Oo]ur|[Yy]our|[Hh]is|[Hh]er|[Tt]heir|the|[Tt]his|[Hh]e|[Ss]he|[Tt]hey|[Ww]e|I|who|what|which|that|because|when|please|[Ss]ee|here|below|told|asked|someone|somebody|nobody|colleague|consultant|supervisor|"
    r"registrar|trainer|tutor|manager|mein|meine|unser|notre|mijn)(?![\w.@])"
)
"""A person tells what another wrote; mail programs know only names."""
_MAY_BEGIN = re.compile(r"^[\s*_\"'<\[(]{0,4}(?:\d{1,4}\D|" + "|".join(re.escape(s) for s in _STARTS) + ")", re.I)


def _may_begin(text: str) -> bool:
    """Whether an intro of several lines could begin with this one; cheap, for it is asked of every line."""
    return bool(_MAY_BEGIN.match(text)) or "@" in text or bool(_YEAR.search(text[:200]))


def _unfinished(text: str) -> bool:
    """An intro cut by a blank line: it begins as one, with a date, and has not ended."""
    return bool(_MAY_BEGIN.match(text)) and has_date(text) and len(text) < 120


def _intro(text: str) -> bool | None:
    """None: no intro. False: one if quoted lines follow. True: one in any case."""
    words = plain(text)
    ends = words.rstrip(" ->").endswith((":", "：", "…", "..."))
    if _NARRATIVE.search(text):
        return None
    dated, addressed = has_date(words), has_email(words)
    begins = bool(_MAY_BEGIN.match(words))
    last = next(reversed(list(_VERB.finditer(words))), None)
    if last is not None and not (dated or addressed) and not _NAME_ONLY.match(text):
        return None
    if last is not None:
        after = words[last.end() :].strip(" :：-.>\u2026")
        if (after and not (dated or addressed)) or len(after) > 120:
            return None
        if not addressed and _TOLD.search(words[: last.start()]):
            return None  # a diary: "3 January 10:00: Dr X shouted"
        if ends and (dated or addressed) and (begins or addressed) and (len(after) <= 60 or has_email(after)):
            return addressed or not (words[:1].isdigit() and last[0] in ("wrote", "writes", "said", "says"))
        if ends or (begins and dated and not after):
            return False
        return None
    if ends and addressed and dated:
        return begins or (_TIME.search(words) is not None and words.rstrip(" :").endswith(">"))
    if ends and (addressed or dated) and len(words) < 200 and begins:
        return False
    if addressed and dated and begins and words.endswith(">") and len(words) < 200:
        return False
    return None


def is_rule(line: Line) -> bool:
    """A line of dashes, underscores or the like."""
    return bool(_RULE.match(line.text))


def separator_kind(line: Line) -> str:
    """ "original" or "forwarded" for a line like "----- Original Message -----", else ""."""
    text = line.bare
    if not 5 <= len(text) <= 140:
        return ""
    if text[0].isalpha() and text[-1].isalpha():
        return ""
    words = plain(text).strip(" :.>")
    if words.startswith(phrases.FORWARD_OPENINGS):
        return "forwarded"
    dashed = _DASHED.match(text)
    if dashed and text.rstrip().endswith(("--", "__")) and _ENDS_WITH_VERB.search(plain(dashed[1])):
        return "original"
    if not dashed or text.lstrip(" >*_")[:1] not in "-_=~#+\u2010\u2011\u2012\u2013\u2014\u2015":
        return ""
    inner = plain(dashed[1]).strip(" -_=~#+:.")
    if inner.startswith(phrases.FORWARDED_MESSAGE):
        return "forwarded"
    for phrase in phrases.ORIGINAL_MESSAGE:
        if inner == phrase or (inner.startswith(phrase) and len(phrase) > 12):
            return "original"
    return ""


def label_of(text: str) -> tuple[set[str], str]:
    """Which header fields a line like "Gesendet: …" may be, and its value; no kinds where it is none."""
    found = _LABEL.match(text[:600])
    if not found:
        return set(), ""
    name = unicodedata.normalize("NFC", plain(found[1])).strip()
    return _LABELS.get(name, set()), found[2].strip(" *_\u00a0")


def header_block_at(lines: list[Line], at: int) -> tuple[int, dict[str, str]]:
    """A quoted mail's own header ("From: … Sent: … To: … Subject: …") at `at`: its number of lines and its values.

    0 lines unless it begins at once, has a sender and two or more other fields, or a sender, an address and a date or
    subject. Long values may run on; one blank line between fields is forgiven.
    """
    if not _LABELLED.search(lines[at].text[:80]) or not label_of(lines[at].bare)[0]:
        return 0, {}
    values: dict[str, str] = {}
    place, last, end, loose = at, "", at, 0
    while place < len(lines) and place - at < 40:
        text = lines[place].bare
        if not text:
            if place + 1 >= len(lines) or not last or not (label_of(lines[place + 1].bare)[0] - values.keys()):
                break
            place += 1
            continue
        kinds, value = label_of(text)
        fresh = [k for k in (FROM, DATE, TO, CC, SUBJECT, OTHER) if k in kinds and (k not in values or k == OTHER)]
        if fresh:
            kind = _likelier(fresh, value, values)
            values[kind] = value
            last, end, loose = kind, place + 1, 0
        elif kinds and end - at >= 3:
            end = place + 1
        elif kinds:
            break
        elif last in (TO, CC, SUBJECT, FROM, DATE) and loose < 12 and _runs_on(text, last, values[last]):
            values[last] += " " + text
            loose += 1
            end = place + 1
        else:
            break
        place += 1
    fields = values.keys() - {OTHER}
    dated = DATE in fields and bool(
        _DAY.search(values[DATE]) or _MONTH_DAY.search(values[DATE]) or _TIME.search(values[DATE])
    )
    # people begin lines with "From:" and "To:" too
    real = dated or any(has_email(value) for value in values.values())
    if not has_email(values.get(FROM, "")) and any(_NARRATIVE.search(values.get(kind, "")) for kind in (FROM, TO)):
        return 0, {}
    strong = real and FROM in fields and (len(fields) >= 3 or (len(fields) == 2 and (dated or has_email(values[FROM]))))
    strong = strong or (dated and {DATE, SUBJECT, TO} <= fields)
    strong = strong or (
        dated and {DATE, TO} <= fields and has_email(values[TO]) and _TIME.search(values[DATE]) is not None
    )
    return (end - at, values) if strong else (0, {})


def _likelier(fresh: list[str], value: str, values: dict[str, str]) -> str:
    """The field meant by a label that several languages use differently ("a", "de", "data")."""
    if len(fresh) == 1:
        return fresh[0]
    if DATE in fresh and has_date(value):
        return DATE
    if FROM in fresh and FROM not in values:
        return FROM
    return fresh[0]


def _runs_on(text: str, last: str, value: str) -> bool:
    if last in (TO, CC):
        return has_email(text) or value.rstrip().endswith((",", ";")) or not value
    if last == FROM and (text.startswith("<") or value.rstrip().endswith((":", "<", "["))):
        return has_email(text)
    return not value
