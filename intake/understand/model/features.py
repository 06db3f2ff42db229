"""From evidence to what the heads look at: passages, and what the rules saw as numbers; no judgement."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from intake.understand.model.encoder import Vectors
from intake.understand.model.opinion import Evidence

_PASSAGE_WORDS: Final = 50
_MOST_PASSAGES: Final = 12
_LAST_PASSAGES: Final = 3
_NUMBER_WEIGHT: Final = 0.5


def passages_of(sentences: Sequence[str]) -> tuple[str, ...]:
    """Neighbouring sentences together, about _PASSAGE_WORDS words each: a short sentence means little alone.

    Of a very long message the beginning and the end count, where people say why they write.
    """
    passages: list[str] = []
    pending: list[str] = []
    words = 0
    for sentence in sentences:
        length = len(sentence.split())
        if pending and words + length > _PASSAGE_WORDS:
            passages.append(" ".join(pending))
            pending, words = [], 0
        pending.append(sentence)
        words += length
    if pending:
        passages.append(" ".join(pending))
    if len(passages) > _MOST_PASSAGES:
        passages = passages[: _MOST_PASSAGES - _LAST_PASSAGES] + passages[-_LAST_PASSAGES:]
    return tuple(passages) or ("",)


def numbers_of(evidence: Evidence, names: Sequence[str]) -> Vectors:
    """What the rules saw, in the order of `names`; what they do not know is 0."""
    numbers: Vectors = np.array([evidence.numbers.get(name, 0.0) for name in names], np.float32)
    return numbers * np.float32(_NUMBER_WEIGHT)
