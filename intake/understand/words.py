"""A Submission as sentences, each with whose voice it is and how it stands; what the sentences mean lives elsewhere.

The reporter's own new words count. Signatures, disclaimers, banners and the earlier thread are kept apart: they may name
a place or a role, but they are never what the reporter says.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tracker.submission import Submission

Voice = Literal["subject", "own", "thread", "signature"]

MOST_CHARACTERS = 24_000
_LAST_CHARACTERS = 8_000
MOST_OF_A_SENTENCE = 600
_WRAP = 50
_LONGEST_BANNER = 200

_STRAIGHT = str.maketrans({
    "’": "'", "‘": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‑": "-", "−": "-", "\u00a0": " ", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "",
    "…": "...", "•": "\n",
})  # fmt: skip
_DASH = re.compile(r"(?<=\s)-+(?=\s)")
_REPLY = re.compile(r"^\s*((re|fw|fwd|aw|sv|wg|antw)\s*:\s*|\[[^\]]{1,30}\]\s*)+", re.I)
_ABBREVIATION = re.compile(
    r"\b(?:dr|mr|mrs|ms|miss|prof|st|sr|jr|no|approx|dept|hosp|e\.g|i\.e|etc|vs|cf|ext|tel|inc|ca)\.$", re.I
)
_END = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9£*-])|(?<=[.!?])\s*\n|\n{2,}|\n(?=\s*(?:[-*>]|"
    r"\d+[.)])\s)"
)
_SIGN_OFF = re.compile(
    r"^\W*(?:(?:with\s+)?(?:kind(?:est)?|best|warm(?:est)?|many|all the)?\s*(?:regards|wishes|thanks)|"
    r"thanks?(?: you)?"
    r"(?: so much| very much| a lot| again| in advance| in anticipation)?|best|cheers|ta|bw|kr|"
    r"yours(?: \w+)?|sincerely|"
    r"respectfully|cordially|take care|in hope|warmly|speak soon)\W*$",
    re.I,
)
_NAME_ONLY = re.compile(
    r"^\W*[A-Z][\w'’.-]*(?:\s+[A-Z][\w'’.-]*){0,3}(?:\s*(?:\(\w+(?:[/ ,]+\w+)*[/ ,]*\)|x+|X+))?\W*$"
)
_NAME_AND_POST = re.compile(r"^\W*[A-Z][a-z'’-]+ (?:[A-Z][\w'’-]+ ?){1,3}, [^.!?]{3,70}$")
# Nobody's name and post is longer; a search for one takes no long line apart.
_LONGEST_NAME = 140
_POSTSCRIPT = re.compile(r"^\W*p\.?\s?s\b", re.I)
_SPEAKS = re.compile(r"\b(?:i|i'm|i've|i'll|my|me|we|she|he)\b", re.I)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text` as written, `plain` lower-case with straight quotes, the two of equal length."""

    text: str
    plain: str
    voice: Voice
    place: int


@dataclass(frozen=True, slots=True)
class Voices:
    """Lines nobody wrote for us: `boilerplate` runs to the end of its paragraph, a `banner` is one line."""

    boilerplate: re.Pattern[str]
    banner: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Words:
    """Everything said, in order. `own` is what counts; `names` are words of people's names in the header."""

    sentences: tuple[Sentence, ...]
    names: frozenset[str]
    domain: str
    submission: Submission

    @property
    def own(self) -> tuple[Sentence, ...]:
        """The subject line and the reporter's own words."""
        return tuple(sentence for sentence in self.sentences if sentence.voice in ("subject", "own"))

    def voiced(self, voice: Voice) -> tuple[Sentence, ...]:
        """The sentences of one voice."""
        return tuple(sentence for sentence in self.sentences if sentence.voice == voice)


def words_of(submission: Submission, voices: Voices) -> Words:
    """Split a Submission into sentences by voice. Total."""
    body, tail = _without_boilerplate(submission.new_text or submission.text, voices)
    body, closing = _split_signature(body)
    spoken: list[tuple[Voice, str]] = [
        ("subject", _REPLY.sub("", submission.subject)),
        ("own", body),
        ("signature", "\n".join((closing, submission.signature, tail))),
        ("thread", submission.quoted_text),
    ]
    sentences: list[Sentence] = []
    for voice, text in spoken:
        for part in split_sentences(straighten(text)):
            sentences.append(Sentence(part, part.lower(), voice, len(sentences)))
    people = [who for who in (submission.sender, submission.author, submission.proxy) if who is not None]
    names = {word for who in people for word in re.findall(r"[a-z][a-z'-]{2,}", who.name.lower())}
    address = people[-1].email if people else ""
    return Words(tuple(sentences), frozenset(names), address.rpartition("@")[2].lower(), submission)


def straighten(text: str) -> str:
    """Straight quotes, no zero-width marks, the beginning and end of what is too long; as long in lower case as in any."""
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - _LAST_CHARACTERS] + "\n\n" + text[-_LAST_CHARACTERS:]
    text = text.translate(_STRAIGHT)
    return "".join(char if len(char.lower()) == 1 else " " for char in text)


def split_sentences(text: str) -> Iterable[str]:
    """Sentences and list items, hard-wrapped lines joined, white space single."""
    pending = ""
    for piece in _END.split(_unwrapped(text)):
        part = " ".join((pending + " " + (piece or "")).split())
        if _ABBREVIATION.search(part) and len(part) < 400:
            pending = part
            continue
        pending = ""
        yield from _bounded(_DASH.sub("-", part))
    yield from _bounded(pending)


def _bounded(sentence: str) -> Iterable[str]:
    """A sentence in pieces of bounded length, so that no reader of sentences can be made slow by one."""
    while len(sentence) > MOST_OF_A_SENTENCE:
        cut = sentence.rfind(" ", 1, MOST_OF_A_SENTENCE) + 1 or MOST_OF_A_SENTENCE
        yield sentence[:cut].strip() or "-"
        sentence = sentence[cut:]
    if sentence.strip():
        yield sentence.strip()


def _unwrapped(text: str) -> str:
    lines = [line.strip() for line in text.split("\n")]
    out: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        joined = bool(line) and bool(following) and (len(line) > _WRAP or following[:1].islower())
        out.append(line + (" " if joined else "\n"))
    return "".join(out)


def _without_boilerplate(text: str, voices: Voices) -> tuple[str, str]:
    """Part off banners, a line each, and disclaimers, which run from their sentence to the end of their paragraph."""
    kept: list[str] = []
    dropped: list[str] = []
    for paragraph in re.split(r"(\n\s*\n)", text):
        lines = paragraph.split("\n")
        banners = [
            line for line in lines if len(line) < _LONGEST_BANNER and voices.banner.search(line.translate(_STRAIGHT))
        ]
        rest = "\n".join(line for line in lines if line not in banners)
        starts = [
            at + hit.start()
            for at, line in _lines(rest)
            if (hit := voices.boilerplate.search(line.translate(_STRAIGHT)))
        ]
        cut = _sentence_start(rest, starts[0]) if starts else len(rest)
        kept.append(rest[:cut])
        dropped += [*banners, rest[cut:]]
    return "".join(kept), "\n".join(dropped)


def _lines(text: str) -> Iterable[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def _sentence_start(text: str, at: int) -> int:
    """Where the sentence around a position begins, so that nothing said before it is lost."""
    ends = [hit.end() for hit in re.finditer(r"[.!?]\s+|\n", text[:at])]
    return ends[-1] if ends else 0


def _is_name(line: str) -> bool:
    if len(line) > _LONGEST_NAME:
        return False
    return bool(_NAME_ONLY.match(line)) or (bool(_NAME_AND_POST.match(line)) and not _SPEAKS.search(line))


def _split_signature(text: str) -> tuple[str, str]:
    """Part off what follows a sign-off, unless somebody goes on speaking there."""
    lines = text.split("\n")
    start = next((at for at, line in enumerate(lines) if _SIGN_OFF.match(line) and at >= len(lines) - 18), None)
    if start is None:
        filled = [at for at, line in enumerate(lines) if line.strip()]
        start = next((at for at in filled[-8:] if at != filled[0] and _is_name(lines[at])), None)
        if start is None:
            return text, ""
    body = lines[:start]
    closing: list[str] = []
    speaking = False
    for line in lines[start:]:
        if not line.strip():
            speaking = False
        speaking = speaking or bool(_POSTSCRIPT.match(line)) or (len(line) > 30 and bool(_SPEAKS.search(line)))
        (body if speaking else closing).append(line)
    return "\n".join(body), "\n".join(closing)
