"""The trained heads: from a row of numbers to an Opinion with its passages; how it is weighed against the rules: `combine.py`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from intake.understand.model.encoder import WIDTH, Encoder, Vectors
from intake.understand.model.features import BUCKETS, Row, row_of, shares
from intake.understand.model.opinion import Evidence, Opinion

TRAINED: Final = Path(__file__).parent
_ONE_OF: Final = ("urgency", "kind", "main", "isf", "anonymity")


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained set of heads: a column of `table` and a number of `offsets` for each of `labels`.

    `numbers` names what of the rules is looked at, in order; `thresholds` from which chance a label counts.
    """

    labels: tuple[str, ...]
    numbers: tuple[str, ...]
    thresholds: Mapping[str, float]
    table: Vectors
    offsets: Vectors

    @classmethod
    def from_folder(cls, folder: Path) -> "Weights":
        """Read `heads.json` and `heads.npz`. Raises OSError or ValueError where they are not whole."""
        told = json.loads((folder / "heads.json").read_text(encoding="utf-8"))
        with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
            table, offsets = arrays["table"].astype(np.float32), arrays["offsets"].astype(np.float32)
        rows = 2 * WIDTH + BUCKETS + len(told["numbers"])
        if table.shape != (rows, len(told["labels"])):
            raise ValueError(
                f"heads.npz has a table of {table.shape}, heads.json tells of {len(told['labels'])} labels"
            )
        return cls(tuple(told["labels"]), tuple(told["numbers"]), dict(told["thresholds"]), table, offsets)

    def chances(self, values: Vectors) -> dict[str, float]:
        """The chance of every label, by its name."""
        return dict(
            zip(self.labels, probabilities(values @ self.table + self.offsets, self.labels).tolist(), strict=True)
        )


class Model:
    """Encoder and heads, read from disk when first asked. `name` goes on the Reading."""

    name = "model-1"

    def __init__(self, package: Path, trained: Path = TRAINED) -> None:
        self._package, self._trained = package, trained
        self._ready: tuple[Encoder, Weights] | None = None

    @property
    def thresholds(self) -> Mapping[str, float]:
        """From which chance a label counts."""
        return self._loaded()[1].thresholds

    def opinion(self, evidence: Evidence) -> Opinion:
        """What the heads think of a message. The same each time; raises OSError or ValueError where a file is not whole."""
        encoder, weights = self._loaded()
        row = row_of(evidence, encoder, weights.numbers)
        chances = weights.chances(row.values)
        return Opinion(chances, {label: self._passages(row, label) for label in weights.labels if chances[label] > 0.2})

    def _passages(self, row: Row, label: str) -> tuple[str, ...]:
        weights = self._loaded()[1]
        added = shares(row, weights.table[:, weights.labels.index(label)])
        return (row.passages[int(added.argmax())],)

    def _loaded(self) -> tuple[Encoder, Weights]:
        if self._ready is None:
            self._ready = Encoder(self._package), Weights.from_folder(self._trained)
        return self._ready


def probabilities(scores: Vectors, labels: tuple[str, ...]) -> Vectors:
    """Scores, the last axis by label, as chances: each group of `_ONE_OF` adds up to 1, every other label is its own."""
    chances: Vectors = np.float32(1) / (np.float32(1) + np.exp(-np.clip(scores, -30, 30)))
    for group in _ONE_OF:
        own = [at for at, label in enumerate(labels) if label.startswith(group + " ")]
        raised = np.exp(scores[..., own] - scores[..., own].max(axis=-1, keepdims=True))
        chances[..., own] = raised / raised.sum(axis=-1, keepdims=True)
    return chances
