"""The language cues are written in, and adding up what a text shows of each; which cues there are is data in `cues/`.

A pattern is a regular expression on lower-case text with some sugar: `{name}` is a class of words from lexicon.toml,
` .. ` a gap of up to five words, ` ... ` of up to ten, neither across the end of a sentence; `word*` is the word with any
ending; an apostrophe may be missing. A label is shown where the weights of its families, the strongest cue of each,
reach its threshold.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from intake.understand.standing import Standing, standing_of, told_as_past
from intake.understand.words import Sentence
from tracker.errors import ConfigurationFault

_PAST_COUNTS = 0.4
_SUBJECT_COUNTS = 1.3
_PAST_TENSE_COUNTS = 0.6
_MOST_MATCHES = 200
_MOST_WORDS = 8
_CUES = Path(__file__).parent / "cues"


class Cue(BaseModel):
    """Some ways to say one thing. `even` names the standings that do not silence it (denied, supposed, advised, past)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str = "any"
    weight: float = 1.0
    words: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    even: tuple[Standing, ...] = ()
    cased: bool = False


class Label(BaseModel):
    """What may be seen in a text. With `needs`, every named family must be there; with `window`, within so many sentences.

    `unless` silences the sentence it is met in, `idioms` only the words it covers. `repeat` is what a further sentence adds.
    With `present`, what is told in the past tense alone counts for less.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float = 1.0
    needs: tuple[str, ...] = ()
    window: int = 0
    unless: tuple[str, ...] = ()
    idioms: tuple[str, ...] = ()
    repeat: float | None = None
    present: bool = False
    cue: tuple[Cue, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Hit:
    """One cue met: its family, what it weighs here, the words met, their sentence and where they start in the text."""

    family: str
    weight: float
    place: int
    words: str
    start: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a text shows of a label; `shown` where it is enough. `words` are the evidence, strongest first."""

    label: str
    score: float
    shown: bool
    words: tuple[str, ...]

    @property
    def confidence(self) -> float:
        """From 0 to 1; 0.5 at the threshold of an ordinary label."""
        return round(min(0.99, self.score / (self.score + 1.0)), 2) if self.score > 0 else 0.0


class Script:
    """Sentences joined for searching, so that each pattern runs once."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        self.sentences = tuple(sentences)
        self.plain = "\n".join(sentence.plain for sentence in self.sentences)
        self.text = "\n".join(sentence.text for sentence in self.sentences)
        self._starts: list[int] = []
        at = 0
        for sentence in self.sentences:
            self._starts.append(at)
            at += len(sentence.plain) + 1

    def locate(self, position: int) -> tuple[int, int]:
        """The number of the sentence at a position, and the position inside it."""
        at = bisect_right(self._starts, position) - 1
        return at, position - self._starts[at]


class CueBook:
    """Labels with compiled cues, built once; raises ConfigurationFault naming each pattern that does not compile."""

    def __init__(
        self, tables: Mapping[str, Any], classes: Mapping[str, list[str]], source: str, *, repeat: float = 0.0
    ) -> None:
        self._repeat = repeat
        faults: list[str] = []
        self.labels: dict[str, Label] = {}
        self._cues: dict[str, list[tuple[Cue, re.Pattern[str], re.Pattern[str] | None]]] = {}
        self._unless: dict[str, re.Pattern[str] | None] = {}
        self._idioms: dict[str, re.Pattern[str] | None] = {}
        for name, table in tables.items():
            try:
                label = Label.model_validate(table)
                self.labels[name] = label
                self._unless[name] = compiled(label.unless, classes) if label.unless else None
                self._idioms[name] = compiled(label.idioms, classes) if label.idioms else None
                self._cues[name] = [
                    (cue, compiled(cue.words, classes), compiled(cue.unless, classes) if cue.unless else None)
                    for cue in label.cue
                ]
            except (ValidationError, re.error, KeyError) as error:
                faults.append(f"{source}: [{name}]: {error}")
        if faults:
            raise ConfigurationFault(faults)

    def hits(self, name: str, script: Script) -> list[Hit]:
        """Every cue of a label met in a text that is not silenced."""
        found: list[Hit] = []
        for cue, pattern, unless in self._cues[name]:
            for match in islice(pattern.finditer(script.text if cue.cased else script.plain), _MOST_MATCHES):
                hit = self._hit(name, cue, unless, script, match)
                if hit is not None:
                    found.append(hit)
        return found

    def _hit(
        self, name: str, cue: Cue, unless: re.Pattern[str] | None, script: Script, match: re.Match[str]
    ) -> Hit | None:
        """What one match weighs, None where its sentence, an idiom or its standing silences it."""
        at, start = script.locate(match.start())
        end = start + match.end() - match.start()
        plain = script.sentences[at].plain
        silent, idioms = self._unless[name], self._idioms[name]
        if (silent is not None and silent.search(plain)) or (unless is not None and unless.search(plain)):
            return None
        if idioms is not None and any(hit.start() < end and start < hit.end() for hit in idioms.finditer(plain)):
            return None
        around = " ".join(near.plain for near in script.sentences[max(0, at - 1) : at + 3])
        standing = standing_of(plain, start, around)
        weight = cue.weight * (
            1.0 if standing == "said" or standing in cue.even else _PAST_COUNTS * (standing == "past")
        )
        if self.labels[name].present and weight > 0 and told_as_past(plain):
            weight *= _PAST_TENSE_COUNTS
        if self._repeat and script.sentences[at].voice == "subject":
            weight *= _SUBJECT_COUNTS
        return Hit(cue.family, weight, at, match.group(0), match.start()) if weight else None

    def find(self, name: str, script: Script) -> Finding:
        """Add up what a text shows of a label."""
        label = self.labels[name]
        hits = self.hits(name, script)
        best: tuple[float, bool, list[Hit]] = (0.0, False, [])
        for group in _windows(hits, label.window):
            strongest: dict[str, Hit] = {}
            for hit in group:
                if hit.family not in strongest or hit.weight > strongest[hit.family].weight:
                    strongest[hit.family] = hit
            score = sum(hit.weight for hit in strongest.values()) + self._repeated(label, group)
            complete = all(family in strongest for family in label.needs)
            if (complete, score) > (best[1], best[0]):
                best = (score, complete, sorted(group, key=lambda hit: -hit.weight))
        score, complete, strongest_first = best
        words = tuple(dict.fromkeys(hit.words for hit in strongest_first if hit.weight > 0))[:_MOST_WORDS]
        return Finding(name, round(score, 3), bool(hits) and complete and score >= label.threshold, words)

    def _repeated(self, label: Label, group: list[Hit]) -> float:
        """A little more for each further stretch of words that says the same kind of thing, up to three of a kind."""
        each = self._repeat if label.repeat is None else label.repeat
        if not each:
            return 0.0
        more = 0
        for family in {hit.family for hit in group if hit.weight > 0}:
            stretches, end = 0, -1
            for hit in sorted((hit for hit in group if hit.family == family), key=lambda hit: hit.start):
                if hit.start >= end:
                    stretches, end = stretches + 1, hit.start + len(hit.words)
            more += min(3, stretches - 1)
        return each * more

    def find_all(self, script: Script) -> dict[str, Finding]:
        """What a text shows of every label."""
        return {name: self.find(name, script) for name in self.labels}


def _windows(hits: list[Hit], width: int) -> Iterable[list[Hit]]:
    if not hits or width <= 0:
        yield hits
        return
    for first in sorted({hit.place for hit in hits}):
        yield [hit for hit in hits if first <= hit.place < first + width or hit.weight < 0]


def compiled(patterns: Iterable[str], classes: Mapping[str, list[str]]) -> re.Pattern[str]:
    """One regular expression for any of these patterns; KeyError names a class that does not exist."""
    return re.compile(r"(?<!\w)(?:" + "|".join(_expanded(pattern, classes) for pattern in patterns) + r")(?!\w)", re.M)


def _expanded(pattern: str, classes: Mapping[str, list[str]], depth: int = 0) -> str:
    if depth > 5:
        raise KeyError(f"word classes that contain each other, in {pattern!r}")

    def words(match: re.Match[str]) -> str:
        return "(?:" + "|".join(_expanded(word, classes, depth + 1) for word in classes[match.group(1)]) + ")"

    if depth == 0 or "{" in pattern or " " in pattern or "*" in pattern or "'" in pattern:
        pattern = pattern.replace(" ... ", "\0").replace(" .. ", "\1")
        pattern = re.sub(r"(?<=\w)\*", r"\\w*", pattern).replace("'", "'?").replace(" ", ",? ")
        pattern = pattern.replace("\0", r",? (?:\S+ ){0,10}?").replace("\1", r",? (?:\S+ ){0,5}?")
        pattern = re.sub(r"\{([a-z_]+)\}", words, pattern)
    return pattern


def packaged(name: str) -> dict[str, Any]:
    """A TOML file of `cues/`."""
    return tomllib.loads((_CUES / name).read_text(encoding="utf-8"))
