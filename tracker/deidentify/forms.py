"""Addresses, numbers and codes that identify, found by their form alone; names are found in `names`."""

import re
from typing import Final

MONTHS: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "address",
        re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?:@|＠|\s?[\[(]\s?at\s?[\])]\s?)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    ),
    ("web page", re.compile(r"(?i:\b(?:https?://|www\.)[^\s<>\"')\]]{1,500})")),
    ("person", re.compile(r"<@[UW][A-Z0-9]{2,20}(?:\|[^<>\n]{0,80})?>")),
    ("person", re.compile(r"(?<![\w.@/])@[A-Za-z][\w.-]{2,40}")),
    (
        "register number",
        re.compile(
            r"(?i:\b(?:GMC|GDC|NMC|HCPC|GPhC|PIN)\b[^\w\n]{0,4}(?:(?:number|no\.?|num|ref|pin|reg(?:istration)?|is|my)[^\w\n]{0,3}){0,4})"
            r"(?i:[A-Z]{0,3}\d{4,8}|\d{2}[A-Z]\d{4}[A-Z])\b"
        ),
    ),
    ("register number", re.compile(r"\b\d{2}[A-Z]\d{4}[A-Z]\b")),
    ("postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")),
    ("telephone", re.compile(r"(?<![\w.])\+\d[\d\s().-]{7,18}\d(?!\w)")),
    ("telephone", re.compile(r"(?<![\w.])\(?0\d(?:[\s().-]{0,2}\d){7,10}(?!\w)")),
    ("number", re.compile(r"(?i:\b(?:bleep|bleeps|pager|ext|extension|dect)\b)[.:\s#]{0,3}\d{3,6}\b")),
    ("number", re.compile(r"(?<![\w.])\d(?:[ -]?\d){5,20}(?!\w)")),
    ("number", re.compile(r"\b[A-Za-z]{1,4}[ -]?\d{5,12}[A-Za-z]?\b")),
)
"""Tag and pattern, in the order in which they are looked for. Every pattern takes linear time."""
DETAILS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("age", re.compile(r"\b\d{2}[- ]years?[- ]old\b|(?i:\b(?:aged|age)) \d{2}\b")),
    ("age", re.compile(r"\b(?:[Ii]'m|[Ii] am|[Ss]he is|[Hh]e is|[Ss]he's|[Hh]e's) \d{2}(?=[.,;!?)]|\s+and\b)")),
    ("date", re.compile(rf"(?i:\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTHS}\b(?:,? \d{{4}})?)")),
    ("date", re.compile(rf"(?i:\b{MONTHS} (?:the )?\d{{1,2}}(?:st|nd|rd|th)\b)")),
    ("date", re.compile(r"(?<![\w/.-])\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})(?![\w/-])")),
)
"""Details by which colleagues would guess a person."""
_WHERE: Final = re.compile(
    r"(?i:\b(wards?|bay|theatre|bed|side room|room|clinic|pod|bungalow|team))(\s+)(?:[A-Z]{0,2}\d{1,3}[A-Z]?)\b"
)
_CODE: Final = re.compile(r"(?<=\bon )[A-Z]\d{2}[A-Z]?\b")
_GRADE: Final = (
    r"(?:f[12]|fy[12]|ct[1-4]|st[1-8]|imt?[1-3]?|gpst[1-3]?|gpr|dct[1-3]?|stp|hsst|tna|acf|acl|sho|spr|reg(?:istrar)?|"
    r"house officer|consultant|locum|resident|intern|fellow|student(?: \w+)?|apprentice|trainee|learner|img|"
    r"midwife|nurse|paramedic|pharmacist|physio(?:therapist)?|radiographer|dentist|doctor|educator|supervisor|tutor)"
)
_TELLING: Final = (
    r"(?:female|male|woman|women|man|girl|boy|lady|black|asian|white|muslim|hindu|sikh|jewish|christian|gay|lesbian|trans|"
    r"queer|disabled|deaf|blind|dyslexic|pregnant|part[- ]time|ltft|foreign|overseas|international|african|indian|"
    r"pakistani|nigerian|egyptian|sudanese|chinese|polish|european|american|brown|ethnic\w*|hijabi|mum|mother|dad|father|"
    r"parent|single|older|mature|dual|military|graduate|academic)"
)
_SOMEBODY: Final = rf"(?:{_TELLING}|{_GRADE})"
_ONLY: Final = re.compile(
    r"(?i:\b(only|sole|lone|one and only|single|first) ((?:[\w'-]+ ){0,3}?)"
    rf"({_SOMEBODY})(s?)(?![\w-])((?: {_SOMEBODY}){{0,3}}))"
)
_GENERIC: Final = frozenset({"doctor", "nurse", "midwife", "trainee", "student", "learner", "person"})


def without_details(text: str, hide: "Hide") -> str:
    """The text with what makes one person of a small team guessable made general; `hide(tag, words)` gives the mark."""
    text = _ONLY.sub(lambda hit: _only(hit, hide), text)
    text = _WHERE.sub(lambda hit: f"{hit[1]}{hit[2]}{hide('number', hit[0][hit.end(2) - hit.start() :])}", text)
    text = _CODE.sub(lambda hit: hide("ward", hit[0]), text)
    for tag, pattern in DETAILS:
        text = pattern.sub(lambda hit, tag=tag: hide(tag, hit[0]), text)  # type: ignore[misc]
    return text


def _only(hit: re.Match[str], hide: "Hide") -> str:
    """ "the only female registrar" says who it is, "the only doctor here tonight" says what is wrong."""
    between, noun, more = hit[2].strip(), hit[3].lower(), hit[5].strip()
    if not between and not more and noun in _GENERIC:
        return hit[0]
    said = " ".join(filter(None, (between, hit[3] + hit[4], more)))
    return f"{hit[1]} {hide('colleague', said)}"


class Hide:
    """Gives a mark for what is taken out, and keeps what it was."""

    def __init__(self) -> None:
        self.removed: list[tuple[str, str]] = []

    def __call__(self, tag: str, words: str) -> str:
        self.removed.append((tag, words))
        return f"{OPEN}{len(self.removed) - 1}{CLOSE}"

    def shown(self, text: str) -> str:
        """The text with every mark as a tag in brackets."""
        return _MARK.sub(lambda hit: f"[{self.removed[int(hit[1])][0]}]", text)


OPEN, CLOSE = "\ue000", "\ue001"
_MARK: Final = re.compile(rf"{OPEN}(\d+){CLOSE}")
