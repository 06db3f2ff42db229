"""Looking up names of rows in a text, exactly and with small misspellings; what a name means in its place lives elsewhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from rapidfuzz.distance import DamerauLevenshtein

from intake.understand.words import Sentence

T = TypeVar("T")
Strength = Literal["alias", "town", "ambiguous", "pattern"]

_TOKEN = re.compile(r"[A-Za-z0-9&]+(?:['.][A-Za-z0-9]+)*")
_LONGEST = 9
_SHORT_CAPITALS = 3
_FUZZY_FROM = 8


@dataclass(frozen=True, slots=True)
class Name(Generic[T]):
    """One way to write the name of a row."""

    written: str
    row: T
    strength: Strength


@dataclass(frozen=True, slots=True)
class Mention(Generic[T]):
    """A name met in a sentence, from `start` to `end` of its text."""

    row: T
    strength: Strength
    sentence: Sentence
    start: int
    end: int
    exact: bool = True

    @property
    def words(self) -> str:
        """The words as written."""
        return self.sentence.text[self.start : self.end]

    @property
    def before(self) -> str:
        """What stands before it in its sentence, lower-case."""
        return self.sentence.plain[: self.start]

    @property
    def after(self) -> str:
        """What stands after it in its sentence, lower-case."""
        return self.sentence.plain[self.end :]


class NameTable(Generic[T]):
    """Names to rows, built once. The longest name that fits at a place wins; one name may mean several rows."""

    def __init__(self, names: Iterable[Name[T]], *, fuzzy: bool = False) -> None:
        self._names: dict[tuple[str, ...], list[Name[T]]] = {}
        for name in names:
            key = tuple(token.lower() for token in _tokens(name.written))
            if key and name not in self._names.get(key, []):
                self._names.setdefault(key, []).append(name)
        self._fuzzy = [key for key in self._names if fuzzy and len(" ".join(key)) >= _FUZZY_FROM and len(key) <= 3]

    def mentions(self, sentences: Iterable[Sentence]) -> list[Mention[T]]:
        """Every name met, in order; letters of a word hidden inside another never count."""
        found: list[Mention[T]] = []
        for sentence in sentences:
            spans = [(hit.group(0), hit.start(), hit.end()) for hit in _TOKEN.finditer(sentence.text)]
            at = 0
            while at < len(spans):
                step = self._at(sentence, spans, at, found)
                at += step or 1
        return found

    def _at(self, sentence: Sentence, spans: list[tuple[str, int, int]], at: int, found: list[Mention[T]]) -> int:
        words = [word.lower() for word, _, _ in spans[at : at + _LONGEST]]
        for size in range(len(words), 0, -1):
            names = self._names.get(tuple(_bare(word) for word in words[:size])) or self._names.get(tuple(words[:size]))
            if not names:
                continue
            start, end = spans[at][1], spans[at + size - 1][2]
            text = sentence.text[start:end]
            fitting = [name for name in names if size > 1 or _case_fits(name.written, text)]
            if fitting:
                found.extend(
                    Mention(row, strength, sentence, start, end)
                    for row, strength in dict.fromkeys((name.row, name.strength) for name in fitting)
                )
                return size
        return self._nearly(sentence, spans, at, found)

    def _nearly(self, sentence: Sentence, spans: list[tuple[str, int, int]], at: int, found: list[Mention[T]]) -> int:
        if not self._fuzzy or not spans[at][0][0].isupper():
            return 0
        for size in (3, 2, 1):
            if at + size > len(spans):
                continue
            written = " ".join(word.lower() for word, _, _ in spans[at : at + size])
            if len(written) < _FUZZY_FROM:
                continue
            for key in self._fuzzy:
                known = " ".join(key)
                if len(key) != size or abs(len(known) - len(written)) > 1 or known[0] != written[0]:
                    continue
                if DamerauLevenshtein.distance(known, written, score_cutoff=1) <= 1:
                    start, end = spans[at][1], spans[at + size - 1][2]
                    found.extend(
                        Mention(name.row, name.strength, sentence, start, end, exact=False) for name in self._names[key]
                    )
                    return size
        return 0


def _tokens(text: str) -> list[str]:
    return [_bare(word) for word in _TOKEN.findall(text.replace("’", "'"))]


def _bare(word: str) -> str:
    """Without a possessive or dots, so that "St. Nick's" and "st nicks" meet."""
    return word.lower().removesuffix("'s").replace("'", "").replace(".", "")


def _case_fits(alias: str, text: str) -> bool:
    """Short names in capitals mean the row only as written: "LET" is an employer, "let" is a verb."""
    if alias.isupper() and len(alias) <= _SHORT_CAPITALS:
        return text.removesuffix("'s") == alias or text == alias + "s"
    return True
