"""From evidence to one row of numbers: vectors of passages, words by their hash, what the rules saw; no judgement."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from intake.understand.model.encoder import WIDTH, Encoder, Vectors
from intake.understand.model.opinion import Evidence

BUCKETS: Final = 4096
_PASSAGE_WORDS: Final = 35
_MOST_WORDS: Final = 700
_MOST_PASSAGES: Final = 40
_NUMBER_WEIGHT: Final = 0.3
_WORD: Final = re.compile(r"[a-z']+")


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of one message, in the order vectors' mean, vectors' greatest, words, rules; and what they are made of."""

    values: Vectors
    passages: tuple[str, ...]
    vectors: Vectors


def passages_of(sentences: Sequence[str]) -> tuple[str, ...]:
    """Neighbouring sentences together, about _PASSAGE_WORDS words each: a short sentence means little alone.

    Of a very long message the beginning and the end count, where people say why they write.
    """
    passages: list[str] = []
    pending: list[str] = []
    words = 0
    for sentence in _within_reach(sentences):
        length = len(sentence.split())
        if pending and words + length > _PASSAGE_WORDS:
            passages.append(" ".join(pending))
            pending, words = [], 0
        pending.append(sentence)
        words += length
    if pending:
        passages.append(" ".join(pending))
    return tuple(passages[: _MOST_PASSAGES - 10] + passages[_MOST_PASSAGES - 10 :][-10:])


def _within_reach(sentences: Sequence[str]) -> list[str]:
    lengths = [len(sentence.split()) for sentence in sentences]
    if sum(lengths) <= _MOST_WORDS:
        return list(sentences)
    head, tail = 0, len(sentences)
    left = _MOST_WORDS
    while head < tail and left > 0:
        left -= lengths[head]
        head += 1
        if head < tail and head % 3 == 0:
            tail -= 1
            left -= lengths[tail]
    return [*sentences[:head], *sentences[tail:]]


def row_of(evidence: Evidence, encoder: Encoder, names: Sequence[str]) -> Row:
    """One row of numbers for the heads; `names` says which of the rules' numbers they know and in what order."""
    passages = passages_of(evidence.sentences) or ("",)
    vectors = encoder.encode(passages)
    return Row(
        np.concatenate(
            [
                _unit(vectors.mean(axis=0)),
                _unit(vectors.max(axis=0)),
                hashed(evidence.sentences),
                np.array([evidence.numbers.get(name, 0.0) for name in names], np.float32) * np.float32(_NUMBER_WEIGHT),
            ]
        ),
        passages,
        vectors,
    )


def hashed(sentences: Sequence[str]) -> Vectors:
    """Words and pairs of neighbours, each counted once, in BUCKETS places by CRC-32: the same on every machine."""
    words = _WORD.findall(" ".join(sentences).lower())
    said = set(words) | {f"{first} {second}" for first, second in pairwise(words)}
    counts = np.zeros(BUCKETS, np.float32)
    for word in said:
        counts[zlib.crc32(word.encode()) % BUCKETS] += 1
    return _unit(counts)


def _unit(vector: Vectors) -> Vectors:
    unit: Vectors = vector / np.maximum(np.sqrt((vector * vector).sum()), np.float32(1e-9))
    return unit


def shares(row: Row, weights: Vectors) -> Vectors:
    """How much each passage adds to one label by its vector; `weights` are the label's, the largest share is its evidence."""
    mean, greatest = weights[:WIDTH].astype(np.float32), weights[WIDTH : 2 * WIDTH].astype(np.float32)
    size_of_mean = np.sqrt((row.vectors.mean(axis=0) ** 2).sum())
    size_of_greatest = np.sqrt((row.vectors.max(axis=0) ** 2).sum())
    won = row.vectors == row.vectors.max(axis=0)
    added: Vectors = row.vectors @ mean / (size_of_mean * len(row.vectors)) + (
        (row.vectors * won) @ greatest / size_of_greatest
    )
    return added
