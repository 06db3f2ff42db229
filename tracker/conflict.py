"""Which roles a report complains of, read off the words of the conflict flag; what follows for the route is in `policy`. Pure.

In doubt a role counts as complained of: that somebody else is told costs less than a complaint in the hands of whom it is about.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from tracker.desk import RoleRule

_SMALL: Final = frozenset({"of", "and", "or", "the", "for", "in"})
_OWNER: Final = r"(?:the|my|our|your|their|his|her|this|that|a|an|one of the)"
_CLAUSE: Final = re.compile(r"[.;:!?\n]|, (?=but\b|and not\b|not\b)|\bbut\b")
_NOT: Final = re.compile(
    r"\b(?:not|never|without|nor|no|avoid\w*|except|than|instead of|other than|bypass\w*|keep\w* .{0,20}from|"
    r"don'?t|doesn'?t|can'?t|cannot|couldn'?t|won'?t|wouldn'?t|shouldn'?t|didn'?t|isn'?t)\b|n't\b"
)
_TRUSTED: Final = re.compile(
    r"\b(?:please|kindly|happy|glad|fine|okay|ok|trust|prefer|rather|only|just|do)\b[^.;:!?]{0,60}"
    r"\b(?:tell|telling|send|sending|share|sharing|forward|forwarding|pass\w*|copy|copying|ask|asking|speak|speaking|talk|talking|"
    r"go|goes|went|reach|show|involve|involving|trust|know|with|to|by)\b[^.;:!?]{0,25}$"
)
_TRUSTED_AFTER: Final = re.compile(
    r"^[^.;:!?]{0,15}\b(?:may|can|should|could) (?:know|be told|see|read|look)|^ (?:only|instead)\b"
    r"|^,? who (?:has been|was|is|were)(?: \w+)? (?:kind|supportive|helpful|great|lovely|brilliant|good|wonderful)"
)
_TURNS: Final = re.compile(
    r"^[^.!?]{0,80}\b(?:himself|herself|themsel\w+|complain\w*|problem|same (?:person|man|woman|one|consultant)|"
    r"did nothing|part of (?:it|this)|laughed|ignored|shout\w*|bull(?:y|ied|ying)\w*|married|friends? (?:with|of)|protect\w*|"
    r"cover\w* up|(?:is|was) (?:the|that) (?:one|person|consultant|man|woman|very)|"
    r"is (?:my|his|her|their) (?:supervisor|husband|wife|brother|sister))\b"
)


def complained_of(words: Iterable[str], roles: Sequence[RoleRule]) -> frozenset[str]:
    """The ids of the roles that these words name as complained of; whom they ask to be told is none of them."""
    found: set[str] = set()
    for said in words:
        text = said.replace("’", "'")
        named = [(role.id, place) for role in roles for name in ways_to_say(role) for place in _places(text, name)]
        # The deputy postgraduate dean is not the postgraduate dean.
        found.update(
            role
            for role, place in named
            if not any(_within(place, wider) for _, wider in named) and not _is_trusted(text, *place)
        )
    return frozenset(found)


def ways_to_say(role: RoleRule) -> tuple[str, ...]:
    """The names of a role in people's mails: its title, what it is `called`, its id as words, and the title's initials."""
    return names_of(role.title, role.id.replace("_", " "), *role.called)


def names_of(title: str, *others: str) -> tuple[str, ...]:
    """A title, its other names, and its initials as people write them (TPD, DME, HoS)."""
    parts = re.findall(r"[A-Za-z]+", title)
    letters = ["".join(part[0].upper() for part in parts if part.lower() not in _SMALL)]
    letters.append("".join(part[0].lower() if part.lower() in _SMALL else part[0].upper() for part in parts))
    return tuple(dict.fromkeys([title, *others, *(each for each in letters if len(each) >= 3)]))


def is_complained_of(text: str, names: Sequence[str]) -> bool:
    """Whether a text names one of these, other than as somebody who should be told."""
    text = text.replace("’", "'")
    return any(not _is_trusted(text, *place) for name in names for place in _places(text, name))


def _within(place: tuple[int, int], wider: tuple[int, int]) -> bool:
    return wider[0] <= place[0] and place[1] <= wider[1] and wider != place


def _places(text: str, name: str) -> Iterable[tuple[int, int]]:
    """Where a name stands, as whole words. Initials count as they are written; small ones only where an article is before
    them, since cues are matched on small letters and a PGD is a patient group direction too."""
    pattern = r"[\s-]+".join(re.escape(part) for part in name.split())
    short = name.isupper() or (len(name) <= 4 and sum(map(str.isupper, name)) > 1)
    for hit in re.finditer(rf"(?<!\w){pattern}(?:s|'s|s')?(?!\w)", text, re.IGNORECASE):
        if not short or hit[0].removesuffix("'s").removesuffix("s") == name or _after_article(text, hit.start()):
            yield hit.start(), hit.end()


def _after_article(text: str, at: int) -> bool:
    return re.search(rf"(?i:\b{_OWNER}) $", text[max(0, at - 14) : at]) is not None


def _is_trusted(text: str, start: int, end: int) -> bool:
    """Whether the words around ask that this role be told, or thank it; a turn against it afterwards counts more."""
    low = text.lower()
    before = _CLAUSE.split(low[:start])[-1]
    if _TURNS.search(low[end:]):
        return False
    if _TRUSTED_AFTER.search(low[end:]) and not _NOT.search(before):
        return True
    return bool(_TRUSTED.search(before)) and not _NOT.search(before)
