"""Trains the weights by which a named place, specialty or grade is what a message is about, and scores them unseen.

    python -m training.mentions [--hands ab…]

Prints precision and recall for each hand by weights that saw nothing of it, then writes `intake/understand/weights.json`.
The same messages, names and signs give the same weights. Needs no sentence model.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from intake.understand import Understanding
from intake.understand.candidates import Candidate
from intake.understand.weighing import Weights
from tracker.field import load_field
from training.labelled import TRAINING_HANDS, labelled

HANDS: Final = "".join(TRAINING_HANDS)
LABELS: Final = ("provider", "site", "specialty", "grade")
WRITTEN: Final = Path(__file__).parent.parent / "intake" / "understand" / "weights.json"
# Naming a wrong trust is worse than naming none.
ENOUGH: Final = {"provider": 0.7, "site": 0.7, "specialty": 0.55, "grade": 0.6}
_SEEN_AT_LEAST: Final = 5
_RIDGE: Final = {"provider": 2.0, "site": 2.0, "specialty": 3.0, "grade": 1.5}
_STEPS: Final = 200
_RATE: Final = 0.05
_TOO_LIGHT: Final = 0.02

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate of a message, and whether the message is about it."""

    message: str
    hand: str
    candidate: Candidate
    meant: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """All candidates of the hands, and how many entries their gold has by hand and label."""

    examples: list[Example]
    gold: Counter[tuple[str, str]]


def gather(hands: Sequence[str]) -> Gathered:
    """Every candidate of every message of these hands."""
    understanding = Understanding(load_field())
    examples: list[Example] = []
    gold: Counter[tuple[str, str]] = Counter()
    for one in labelled(hands):
        answers = {label: entries(one.gold[label]) for label in LABELS}
        gold.update({(one.hand, label): len(answer) for label, answer in answers.items()})
        examples += [
            Example(one.id, one.hand, candidate, candidate.value in answers[candidate.label])
            for candidate in understanding.candidates(one.submission)
        ]
    return Gathered(examples, gold)


def entries(value: Any) -> list[str]:
    """A label's value as a list: nothing, one or several."""
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def fit(examples: Sequence[Example], ridge: float) -> tuple[float, dict[str, float]]:
    """Logistic regression on the signs with a ridge, by Adam over the whole set: an offset, and each sign's weight."""
    counts = Counter(sign for example in examples for sign in example.candidate.signs)
    signs = sorted(sign for sign, count in counts.items() if count >= _SEEN_AT_LEAST)
    at = {sign: place for place, sign in enumerate(signs)}
    rows = [sorted(at[sign] for sign in example.candidate.signs if sign in at) for example in examples]
    columns = np.array([place for row in rows for place in row], np.int64)
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    meant = np.array([example.meant for example in examples], np.float64)
    weights = np.zeros(len(signs) + 1)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        wrong = 1 / (1 + np.exp(-np.bincount(owner, weights[columns], len(rows)) - weights[-1])) - meant
        slope = np.append(np.bincount(columns, wrong[owner], len(signs)) + ridge * weights[:-1], wrong.sum())
        first += 0.1 * (slope - first)
        second += 0.01 * (slope * slope - second)
        rate = _RATE * (1 + np.cos(np.pi * step / _STEPS)) / 2
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-6)
    heavy = {sign: round(float(weights[place]), 2) for sign, place in at.items() if abs(weights[place]) >= _TOO_LIGHT}
    return round(float(weights[-1]), 2), heavy


def fitted(examples: Sequence[Example]) -> Weights:
    """Weights of every label from these examples."""
    open_ = [example for example in examples if example.candidate.decided is None]
    told = {label: fit([e for e in open_ if e.candidate.label == label], _RIDGE[label]) for label in LABELS}
    return Weights({label: told[label][0] for label in LABELS}, {label: told[label][1] for label in LABELS}, ENOUGH)


def figures(weights: Weights, seen: Sequence[Example], gold: Counter[tuple[str, str]], hand: str) -> str:
    """Precision and recall of each label on one hand, as one line."""
    said, right = Counter[str](), Counter[str]()
    by_message: dict[str, list[Example]] = {}
    for example in seen:
        by_message.setdefault(example.message, []).append(example)
    for examples in by_message.values():
        meant = {(example.candidate.label, example.candidate.value) for example in examples if example.meant}
        for label, found in weights.about(example.candidate for example in examples).items():
            said[label] += len(found)
            right[label] += sum((label, one.candidate.value) in meant for one in found)
    shown = (f"{n} {right[n] / max(1, said[n]):.3f}/{right[n] / max(1, gold[hand, n]):.3f}" for n in LABELS)
    return f"{hand}  " + "  ".join(shown)


def main() -> None:
    """Score each hand unseen, then train on all and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hands", default=HANDS, help="the hands to train on, a letter each")
    hands = parser.parse_args().hands
    gathered = gather(list(hands))
    for hand in hands:
        others = [example for example in gathered.examples if example.hand != hand]
        own = [example for example in gathered.examples if example.hand == hand]
        print(figures(fitted(others), own, gathered.gold, hand), flush=True)
    weights = fitted(gathered.examples)
    told = {"offsets": weights.offsets, "enough": weights.enough, "signs": weights.signs}
    WRITTEN.write_text(json.dumps(told, indent=0, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{sum(map(len, weights.signs.values()))} signs of {len(gathered.examples)} candidates")


if __name__ == "__main__":
    main()
