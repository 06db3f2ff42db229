"""Finding whom a message names: by its header, by titles, greetings and closings, and by being no word of another kind."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tracker.deidentify.words import BOTH, TOKEN, Lexicon

# Bounded in all parts, so that no text makes them slow.
_NAME: Final = r"[^\W\d_a-z][^\W\d_]{0,30}(?:['’-][^\W\d_]{1,30}){0,3}\.?"
_LINK: Final = r"[ \t]{1,3}(?:(?:de|da|van|von|der|al|el|bin|ibn|ap|o)[ \t]{1,3})?"
_WHOLE: Final = rf"({_NAME}(?:{_LINK}{_NAME}){{0,3}})"
_SMALL: Final = r"([a-z][a-z'’-]{2,30}(?: [a-z][a-z'’-]{2,30})?)"
_FORMS: Final = "dr|mr|mrs|ms|miss|mx|prof|professor|sister|matron|sir|dame|rev|(?:staff |charge )?nurse"
_TITLED: Final = rf"(?<!\w)(?i:{_FORMS})\.?[ \t]{{1,3}}"
_HELLO: Final = r"(?im:^[> \t]{0,12}(?:hi|hello|hiya|dear|hey|morning|good (?:morning|afternoon|evening)|fao)[ ,]+)"
_CLOSING: Final = "thanks|thank you|thx|cheers|ta|regards|best|best wishes|love|sorry|yours"
_THANKS: Final = rf"(?im:^[> \t]{{0,12}}(?:{_CLOSING})[ ,.!]{{0,4}}\n{{0,4}}[ \t]{{0,8}})"
_CALLED: Final = r"(?i:\b(?:my name is|my name's|name of|(?:i am|he is|she is|they are|is|was) called|signed)[ \t:]+)"
_BESIDE: Final = (
    r"(?i:\b(?:called|named|known as|this is|it's|i'm|i am|from|by|with|against|about|cc|to|and|for)[ \t:]+)"
)
_PEOPLE: Final = (
    r"(?:supervisor|es|cs|tutor|mentor|consultant|registrar|colleague|friend|trainer|partner|husband|wife|daughter|son|manager|"
    r"lead|tpd|dme|assessor|educator|director|trainee|student|f1|f2|sho|nurse|midwife|matron|buddy|lecturer|head of school|"
    r"coordinator|administrator|secretary|flatmate|housemate|rep|lad|girl|patient|boss)"
)
_RELATED: Final = rf"(?i:\b(?:my|our|his|her|their|the|a|your) (?:\w{{1,20}} ){{0,2}}?{_PEOPLE})[ ,(]{{1,3}}"
_OURS: Final = rf"(?i:\b(?:my|our) (?:\w{{1,20}} ){{0,2}}?{_PEOPLE})[ ,(]{{1,3}}"
_ACTS: Final = (
    r"(?:['’]s)? (?:said|says|told|tells|asked|asks|shouted|shouts|screamed|laughed|replied|answered|emailed|texted|rang|phoned|"
    r"messaged|wrote|writes|thinks|thought|wants|wanted|knows|refused|insisted|threatened|grabbed|pushed|touched|is|was|has|had|"
    r"did|does|will|would|can|could|came|comes|went|left|gave|signed|made|keeps|kept|took|started|stopped|never|always|who|here)\b"
)
_LINE_END: Final = r"(?=\s*(?:[,.!:;\n-]|and\b|&|\Z))"
SURE: Final = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        _TITLED + _WHOLE,
        _HELLO + _WHOLE + _LINE_END,
        _THANKS + _WHOLE + _LINE_END,
        _CALLED + _WHOLE,
        _RELATED + _WHOLE,
        rf"^[ \t>*-]{{0,12}}{_WHOLE}[ \t]{{0,8}}(?:\([^()\n]{{0,60}}\)|[xX]{{1,3}})?[ \t.]{{0,8}}$",
        rf"^[ \t>*-]{{0,12}}({_NAME} {_NAME}(?: {_NAME})?) *(?:,|\||-|–|—|\()[^\n]{{2,90}}$",
    )
)
"""Where nothing but a name can stand: there a word that is a name besides is one."""
LIKELY: Final = tuple(re.compile(pattern) for pattern in (_BESIDE + _WHOLE, rf"(?<![\w.])({_NAME}){_ACTS}"))
IN_SMALL_LETTERS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\w)(?:dr|mr|mrs|ms|miss|prof)\.?[ \t]+" + _SMALL,
        _HELLO + _SMALL + r"(?=\s*[,.!\n-])",
        _THANKS + _SMALL + r"[ \t.]*x{0,3}[ \t]*(?=\n|\Z)",
        r"(?i:\b(?:my name is|my name's|i am called)[ \t:]+)" + _SMALL,
        _OURS + _SMALL,
    )
)
_OFFICE: Final = re.compile(
    r"\b(?:team|office|desk|unit|department|registry|service|services|support|programme|trust|hub|university|education|survey|"
    r"library|council|centre|payroll|newsletter|bulletin|form|inbox|noreply|no-reply|admin|quality|nhs|hospital|students?|"
    r"trainees?|anon\w*|concerned|worried|system|alerts?|daemon|postmaster|helpdesk|notifications?)\b",
    re.IGNORECASE,
)
_TITLES: Final = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sir", "dame", "rev"})
_NOBODY: Final = frozenset(
    {
        *(
            "team",
            "all",
            "both",
            "everyone",
            "everybody",
            "colleagues",
            "sirs",
            "sir",
            "madam",
            "folks",
            "there",
            "again",
        ),
        *(
            "doctor",
            "whom",
            "quality",
            "someone",
            "anyone",
            "many",
            "so",
            "for",
            "you",
            "very",
            "just",
            "and",
            "the",
            "best",
        ),
    }
)
_WORD_ENDS: Final = re.compile(
    r"(?:ly|ing|ed|tion|sion|ness|ment|ments|ous|ful|able|ible|ally|ity|ities|ised|ises|ising|ive|ical|ism|ence|ance)$"
)
SHORTEST: Final = 3
LONGEST_SHORT_FORM: Final = 5


def names_in_header(people: Iterable[tuple[str, str]], lexicon: Lexicon) -> Iterator[str]:
    """Words of the names and addresses (name, address) of people, lower-case; offices name nobody."""
    for name, address in people:
        told = bool(name) and "@" not in name and not _OFFICE.search(name)
        if told:
            bare = re.sub(r"\(.*?\)|\[.*?\]", " ", name)
            yield from (
                token.lower() for token in TOKEN.findall(bare) if token.lower() not in _TITLES and len(token) > 1
            )
        local = address.partition("@")[0].partition("+")[0]
        for token in TOKEN.findall(local.replace("_", " ")):
            if len(token) >= SHORTEST and token.lower() not in lexicon.ordinary and not _OFFICE.search(token):
                yield token.lower()


def names_in_text(text: str, lexicon: Lexicon) -> Iterator[str]:
    """Words of names that stand where names stand, lower-case."""
    quiet = _without_places(text, lexicon)
    for hit in TOKEN.finditer(quiet):
        if is_strange(hit[0], lexicon):
            yield plain(hit[0])
    for patterns, sure in ((SURE, True), (LIKELY, False)):
        for pattern in patterns:
            for hit in pattern.finditer(quiet):
                yield from _of_whole(hit[1], lexicon, sure=sure)
    for pattern in IN_SMALL_LETTERS:
        for hit in pattern.finditer(quiet):
            for token in TOKEN.findall(hit[1]):
                low = plain(token)
                if len(low) >= SHORTEST and low not in _NOBODY and not is_known(low, lexicon):
                    yield low


def _without_places(text: str, lexicon: Lexicon) -> str:
    out, at = [], 0
    for start, end in lexicon.kept(text):
        if end > at:
            out += [text[at : max(at, start)], "\ue002" * (end - max(at, start))]
            at = end
    return "".join([*out, text[at:]])


def _of_whole(said: str, lexicon: Lexicon, *, sure: bool) -> Iterator[str]:
    tokens = TOKEN.findall(said)
    strange = any(is_strange(token, lexicon) for token in tokens)
    for token in tokens:
        low = plain(token)
        short = token.isupper() and len(token) <= LONGEST_SHORT_FORM
        if len(low) < SHORTEST or low in _NOBODY or short:
            continue
        if not is_known(low, lexicon) or (low in BOTH and not token.isupper() and (sure or strange)):
            yield low


def is_strange(token: str, lexicon: Lexicon) -> bool:
    """Whether a capitalised word is no word of any other kind we know: then it is taken for somebody's name."""
    low = plain(token)
    if len(low) < SHORTEST or not token[0].isupper() or is_known(low, lexicon):
        return False
    return not (token.isupper() and len(token) <= LONGEST_SHORT_FORM)


def plain(token: str) -> str:
    """A word in small letters, with straight apostrophes."""
    return token.lower().replace("’", "'")


def is_known(low: str, lexicon: Lexicon) -> bool:
    """Whether a lower-case word, its stem or all its parts are ordinary."""
    if low in lexicon.ordinary:
        return True
    for ending in ("'s", "s", "'", "'d", "'ll", "'ve", "'re", "n't"):
        if low.endswith(ending) and low[: -len(ending)] in lexicon.ordinary:
            return True
    if "-" in low:
        return all(part in lexicon.ordinary or len(part) < SHORTEST for part in low.split("-"))
    return bool(len(low) > 6 and _WORD_ENDS.search(low))
