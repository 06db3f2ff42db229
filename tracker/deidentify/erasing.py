"""Putting forms, names and telling details to work on the texts of one message: what is taken out becomes a tag."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tracker.deidentify.forms import CLOSE, FORMS, OPEN, Hide, without_details
from tracker.deidentify.names import SHORTEST, is_strange, names_in_header, names_in_text, plain
from tracker.deidentify.words import BOTH, TOKEN, Lexicon, lexicon_of
from tracker.field import Field

MOST_CHARACTERS: Final = 40_000
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_PARTICLES: Final = frozenset({"de", "da", "van", "von", "der", "al", "el", "bin", "ibn", "ap"})
_MARK: Final = re.compile(f"{OPEN}[0-9]+{CLOSE}")
_BESIDE: Final = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Hidden:
    """A text with tags such as `[name]`, and what was taken out: (tag, words), only for those who may see it."""

    text: str
    removed: tuple[tuple[str, str], ...]


class Eraser:
    """Takes out of texts what tells who somebody is; knows the names of one message. Pure, and linear in the text."""

    def __init__(self, lexicon: Lexicon, header: Iterable[str], named: Iterable[str]) -> None:
        self._lexicon = lexicon
        self._header = frozenset(header)
        self._names = self._header | frozenset(named)

    def __call__(self, text: str) -> Hidden:
        """The text without addresses, numbers, names and telling details."""
        hide = Hide()
        text = _PRIVATE.sub(" ", text[:MOST_CHARACTERS])
        for tag, pattern in FORMS:
            text = pattern.sub(lambda hit, tag=tag: hide(tag, hit[0]), text)  # type: ignore[misc]
        text = self._without_names(text, hide)
        text = without_details(text, hide)
        return Hidden(hide.shown(text), tuple((tag, _whole(words, hide)) for tag, words in hide.removed))

    def data(self, value: Any) -> Any:
        """The same plain data with every text in it erased."""
        if isinstance(value, str):
            return self(value).text
        if isinstance(value, dict):
            return {key: self.data(entry) for key, entry in value.items()}
        return [self.data(entry) for entry in value] if isinstance(value, list | tuple) else value

    def _without_names(self, text: str, hide: Hide) -> str:
        safe = self._lexicon.kept(text)
        safe += [(hit.start(), hit.end()) for hit in _MARK.finditer(text)]
        tokens = list(TOKEN.finditer(text))
        free = _outside(tokens, sorted(safe))
        named = [is_free and self._is_name(token[0]) for token, is_free in zip(tokens, free, strict=True)]
        self._spread(text, tokens, free, named)
        out: list[str] = []
        at = place = 0
        while place < len(tokens):
            if not named[place]:
                place += 1
                continue
            start, last = tokens[place].start(), place
            while last + 1 < len(tokens) and named[last + 1] and _joined(text, tokens[last], tokens[last + 1]):
                last += 1
            end = _end(tokens[last])
            out += [text[at:start], hide("name", text[start:end]), text[end : tokens[last].end()]]
            at, place = tokens[last].end(), last + 1
        return "".join([*out, text[at:]])

    def _is_name(self, token: str) -> bool:
        low = plain(token)
        parts = {low, *low.split("-"), low.removesuffix("'s"), low.removesuffix("s")}
        if parts & self._names:
            # A name that is also a word counts only with its capital: Will and Grace stay verbs and virtues.
            return token[0].isupper() or low not in self._lexicon.ordinary
        if token[0].isupper() and self._shortens(low) and low not in self._lexicon.ordinary:
            return True
        return is_strange(token, self._lexicon)

    def _shortens(self, low: str) -> bool:
        """Seun is Oluwaseun, Kat is Katherine."""
        return len(low) >= SHORTEST and any(
            len(name) > len(low) and (name.startswith(low) or name.endswith(low)) for name in self._header
        )

    def _spread(self, text: str, tokens: list[re.Match[str]], free: list[bool], named: list[bool]) -> None:
        """A name takes in its neighbours: initials, particles, and words that are names as well as something else."""
        for places in (range(1, len(tokens)), range(len(tokens) - 2, -1, -1)):
            for place in places:
                other = place - 1 if places.step == 1 else place + 1
                first, second = sorted((place, other))
                if named[other] and free[place] and self._goes_with(tokens[place][0], after=other < place):
                    named[place] = named[place] or _joined(text, tokens[first], tokens[second])

    def _goes_with(self, token: str, *, after: bool) -> bool:
        low = token.lower()
        if low in _PARTICLES:
            return True
        return token[0].isupper() and (len(token) == 1 or low in BOTH or (after and low in self._lexicon.places))


def eraser_for(field: Field, people: Iterable[tuple[str, str]], texts: Iterable[str]) -> Eraser:
    """An Eraser that knows the people (name, address) of a message's header, and whom its texts name."""
    lexicon = _lexicon(_Same(field))
    named: set[str] = set()
    for text in texts:
        named.update(names_in_text(text[:MOST_CHARACTERS], lexicon))
    return Eraser(lexicon, names_in_header(people, lexicon), named)


class _Same:
    """A Field as a key: the same object, without comparing thousands of rows."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def __hash__(self) -> int:
        return id(self.field)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.field is self.field


@lru_cache(maxsize=4)
def _lexicon(key: _Same) -> Lexicon:
    return lexicon_of(key.field)


def _outside(tokens: list[re.Match[str]], safe: list[tuple[int, int]]) -> list[bool]:
    """Which tokens stand outside all safe stretches; both are in order."""
    out: list[bool] = []
    at = reach = 0
    for token in tokens:
        while at < len(safe) and safe[at][0] <= token.start():
            reach = max(reach, safe[at][1])
            at += 1
        out.append(token.start() >= reach)
    return out


def _joined(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two words may be one name: between them a blank, a hyphen, an initial's stop, or the comma of "VALE, Robin"."""
    between = text[one.end() : other.start()]
    if len(between) > 3 or "\n" in between:
        return False
    mark = between.strip()
    return (
        mark in ("", "-")
        or (mark == "." and len(one[0]) == 1)
        or (mark == "," and one[0].isupper() and len(one[0]) > 1)
    )


def _end(token: re.Match[str]) -> int:
    """Where the name ends: its genitive stays."""
    for ending in ("'s", "’s"):
        if token[0].endswith(ending):
            return token.end() - 2
    return token.end()


def _whole(words: str, hide: Hide) -> str:
    """What was taken out, with what had been taken out of it before put back."""
    return _MARK.sub(lambda hit: hide.removed[int(hit[0][1:-1])][1], words)
