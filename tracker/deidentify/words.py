"""Which words are no names: ordinary ones, those of the field's places and learners, and those that are both; data, no rules."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tracker.field import Field

TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
ORDINARY_FILE: Final = Path(__file__).parent / "ordinary.txt"
_WORDS: Final = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
BOTH: Final = frozenset(_WORDS["both"].split())
"""Ordinary words that are also names: a name where they stand as one."""
_KEPT: Final = frozenset(f"{_WORDS['kept']} {_WORDS['titles']}".split())


@dataclass(frozen=True, eq=False)
class Lexicon:
    """`ordinary`: lower-case words that name nobody, of which `places` are names of places in one word; `phrases`: names of
    places in several words, which are left whole."""

    ordinary: frozenset[str]
    places: frozenset[str]
    phrases: re.Pattern[str]

    def kept(self, text: str) -> list[tuple[int, int]]:
        """Where such names of places stand, in order; they may overlap ("The Royal", "Royal Victoria Infirmary")."""
        return [hit.span(1) for hit in self.phrases.finditer(text)]


def lexicon_of(field: Field) -> Lexicon:
    """What the field's data and ordinary English say."""
    names = sorted({name for name in _names(field) if len(name) > 2}, key=len, reverse=True)
    wholes = [re.escape(name).replace(r"\ ", r"[ \n]") for name in names if not _ordinary_alone(name)]
    own = {token.lower() for name in _names(field) for token in TOKEN.findall(name) if len(name.split()) == 1}
    parts = {token.lower() for name in _terms(field) for token in TOKEN.findall(name)}
    phrases = re.compile(rf"(?<!\w)(?=({'|'.join(wholes) or '(?!)'})(?!\w))", re.IGNORECASE)
    return Lexicon(frozenset(ordinary_words() | _KEPT | own | parts), frozenset(own), phrases)


def _ordinary_alone(name: str) -> bool:
    """A place that is one word may be somebody's name too: it is weighed as a word, not kept as a phrase."""
    return len(name.split()) == 1


def _names(field: Field) -> Iterator[str]:
    """What bodies and buildings are called."""
    places = field.organisations
    for trust in places.trusts:
        for row in (trust, *trust.site):
            yield from (row.name, *row.aliases, *row.towns, *row.ambiguous)
    for hei in places.heis:
        yield from (hei.name, *hei.aliases, *hei.towns, *hei.ambiguous)
    for text in _strings(places):
        if 2 < len(text) < 60 and text[0].isupper():
            yield text


def _terms(field: Field) -> Iterator[str]:
    """What learners, their posts and their standards are called."""
    for table in (field.specialties, field.grades, field.routing, field.standards, field.signposts, field.isf):
        yield from (text for text in _strings(table) if len(text) < 200)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _strings(entry)
    elif isinstance(value, Iterable):
        for entry in value:
            yield from _strings(entry[1] if isinstance(entry, tuple) and len(entry) == 2 else entry)


@cache
def ordinary_words() -> frozenset[str]:
    """Lower-case words of ordinary writing to a quality team; see training/ordinary.py."""
    return frozenset(ORDINARY_FILE.read_text(encoding="utf-8").split())
