"""What a message may be about, and plain signs of how each is told; which of them it is about is weighed in weighing.py."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from intake.understand.bearings import is_practice
from intake.understand.learners import Learners
from intake.understand.names import Mention
from intake.understand.places import Places
from intake.understand.universities import speaks_of_students
from intake.understand.words import Sentence, Words

Label = Literal["provider", "site", "specialty", "grade"]

_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[?]")
_DIGIT = re.compile(r"\d")
_BEFORE, _AFTER = 6, 4
_CHARACTERS = 80
_MANY = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """An id, code or name that a message may be about, with the words it was met in and signs of how it stands there.

    `decided` where a rule of the field leaves nothing to weigh.
    """

    label: Label
    value: str
    words: tuple[str, ...]
    signs: frozenset[str]
    decided: bool | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A message as the look-ups and rules see it: what is said of every candidate alike."""

    words: Words
    role: str
    kind: str
    to_do: bool
    learners: Learners
    places: Places

    def told(self) -> frozenset[str]:
        """Who writes, where and about what kind of thing."""
        signs = {f"role {self.role}", f"kind {self.kind}", "mail" if self.words.submission.slack is None else "slack"}
        signs |= {"nothing to do"} if not self.to_do else set()
        signs |= {"student"} if self.learners.is_student else set()
        signs |= {"students"} if speaks_of_students(self.words) else set()
        signs |= {"practice"} if is_practice(self.words) else set()
        return frozenset(signs)

    def said(self) -> frozenset[str]:
        """Every word of the reporter's own, once."""
        return frozenset(f"said {token}" for sentence in self.words.own for token in tokens(sentence.plain))

    def titles(self, *, slack_only: bool) -> list[Sentence]:
        """The name or title the writer goes by, and the Slack channel, as sentences of their own."""
        submission = self.words.submission
        name = submission.sender.name if submission.sender is not None else ""
        texts = [name] if submission.slack is not None or not slack_only else []
        texts += [submission.slack.channel_name.replace("-", " ")] if submission.slack is not None else []
        after = len(self.words.sentences)
        return [
            Sentence(text, text.lower(), "signature", after + at)
            for at, text in enumerate(texts)
            if text and len(text.lower()) == len(text)
        ]


def tokens(text: str) -> list[str]:
    """The words of lower-case text, digits made alike."""
    return [_DIGIT.sub("#", token) for token in _TOKEN.findall(text)]


def is_spoken(mention: Mention[Any]) -> bool:
    """Whether the subject line or the reporter's own words name it."""
    return mention.sentence.voice in ("subject", "own")


def standing_signs(mention: Mention[Any], titles: Sequence[Sentence]) -> set[str]:
    """Whose words name it, how surely, and the words around it."""
    voice = "title" if mention.sentence in titles else mention.sentence.voice
    signs = {voice, f"{voice} {mention.strength}"} | (set() if mention.exact else {"misspelt"})
    before, after = _around(mention)
    nearest = {f"before {before[-1] if before else '^'}", f"after {after[0] if after else '$'}"}
    if not is_spoken(mention):
        return signs | {f"{voice} {sign}" for sign in nearest}
    signs |= nearest | {f"before {' '.join(before[-2:])}", f"after {' '.join(after[:2])}"}
    signs |= {f"near before {token}" for token in before} | {f"near after {token}" for token in after}
    return signs | {f"beside {token}" for token in tokens(mention.sentence.plain)}


def _around(mention: Mention[Any]) -> tuple[list[str], list[str]]:
    return tokens(mention.before[-_CHARACTERS:])[-_BEFORE:], tokens(mention.after[:_CHARACTERS])[:_AFTER]


def with_rule(value: str, by_rules: Iterable[str]) -> str:
    """What the rules said of a value: yes, another, or none of its kind."""
    named = set(by_rules)
    return "rule yes" if value in named else "rule another" if named else "rule none"


def crossed(signs: Iterable[str], with_: Iterable[str]) -> set[str]:
    """Pairs of signs: what one means may hang on the other."""
    others = list(with_)
    return {f"{sign} + {other}" for sign in signs for other in others}


def few(count: int) -> str:
    """A small number as a word."""
    return str(count) if count < _MANY else "many"


def met_words(mentions: Iterable[Mention[Any]]) -> tuple[str, ...]:
    """The words of mentions, each once."""
    return tuple(dict.fromkeys(mention.words for mention in mentions))


def count_spoken(mentions: Mapping[str, Sequence[Mention[Any]]]) -> dict[str, int]:
    """How often each value is named in the reporter's own words; those that are not are left out."""
    counts = {value: sum(is_spoken(mention) for mention in met) for value, met in mentions.items()}
    return {value: count for value, count in counts.items() if count}
