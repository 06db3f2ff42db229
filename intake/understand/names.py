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
_SHORT_CAPITALS = 3
_FUZZY_FROM = 8
_FUZZY_WORDS = 3


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


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    bare: str
    start: int
    end: int


class NameTable(Generic[T]):
    """Names to rows, built once. The longest name that fits at a place wins; one name may mean several rows."""

    def __init__(self, names: Iterable[Name[T]], *, fuzzy: bool = False) -> None:
        self._names: dict[tuple[str, ...], list[Name[T]]] = {}
        self._sizes: dict[str, list[int]] = {}
        self._near: dict[tuple[int, str], list[tuple[str, ...]]] = {}
        for name in names:
            key = tuple(_bare(word) for word in _TOKEN.findall(name.written.replace("’", "'")))
            if not key or name in self._names.get(key, []):
                continue
            if key not in self._names and fuzzy and _may_be_misspelt(key):
                self._near.setdefault((len(key), key[0][:1]), []).append(key)
            self._names.setdefault(key, []).append(name)
            sizes = {*self._sizes.get(key[0], []), len(key)}
            self._sizes[key[0]] = sorted(sizes, reverse=True)

    def mentions(self, sentences: Iterable[Sentence]) -> list[Mention[T]]:
        """Every name met, in order; letters of a word hidden inside another never count."""
        found: list[Mention[T]] = []
        for sentence in sentences:
            words = [_Word(hit.group(), _bare(hit.group()), *hit.span()) for hit in _TOKEN.finditer(sentence.text)]
            at = 0
            while at < len(words):
                at += self._at(sentence, words, at, found) or self._nearly(sentence, words, at, found) or 1
        return found

    def _at(self, sentence: Sentence, words: list[_Word], at: int, found: list[Mention[T]]) -> int:
        """Add the longest name that begins at a word; how many words it took."""
        for size in self._sizes.get(words[at].bare, ()):
            if at + size > len(words):
                continue
            names = self._names.get(tuple(word.bare for word in words[at : at + size]))
            if not names:
                continue
            start, end = words[at].start, words[at + size - 1].end
            text = sentence.text[start:end]
            fitting = [name for name in names if size > 1 or _case_fits(name.written, text)]
            if fitting:
                found.extend(
                    Mention(row, strength, sentence, start, end)
                    for row, strength in dict.fromkeys((name.row, name.strength) for name in fitting)
                )
                return size
        return 0

    def _nearly(self, sentence: Sentence, words: list[_Word], at: int, found: list[Mention[T]]) -> int:
        """Add a long name that begins at a capital and is one slip of the pen away; how many words it took."""
        if not self._near or not words[at].text[0].isupper():
            return 0
        for size in range(min(_FUZZY_WORDS, len(words) - at), 0, -1):
            written = " ".join(word.bare for word in words[at : at + size])
            if len(written) < _FUZZY_FROM - 1:
                continue
            for key in self._near.get((size, written[0]), ()):
                known = " ".join(key)
                if abs(len(known) - len(written)) > 1:
                    continue
                if DamerauLevenshtein.distance(known, written, score_cutoff=1) <= 1:
                    start, end = words[at].start, words[at + size - 1].end
                    found.extend(
                        Mention(name.row, name.strength, sentence, start, end, exact=False) for name in self._names[key]
                    )
                    return size
        return 0


def _may_be_misspelt(key: tuple[str, ...]) -> bool:
    """Long names only; a short first word would meet too many others ("STP trainee", "ST trainee")."""
    return len(key) <= _FUZZY_WORDS and len(" ".join(key)) >= _FUZZY_FROM and len(key[0]) > _SHORT_CAPITALS


def _bare(word: str) -> str:
    """Without a possessive or dots, so that "St. Nick's" and "st nicks" meet."""
    return word.lower().removesuffix("'s").replace("'", "").replace(".", "")


def _case_fits(alias: str, text: str) -> bool:
    """Short names in capitals mean the row only as written: "LET" is an employer, "let" is a verb."""
    if alias.isupper() and len(alias) <= _SHORT_CAPITALS:
        return text.removesuffix("'s") == alias or text == alias + "s"
    return True
