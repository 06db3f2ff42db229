"""The trained heads: from passages to an Opinion with its evidence; how it is weighed against the rules: `combine.py`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from intake.understand.model.encoder import WIDTH, Encoder, Vectors, read_changes
from intake.understand.model.features import numbers_of, passages_of
from intake.understand.model.opinion import Evidence, Opinion

TRAINED: Final = Path(__file__).parent
GROUPS: Final = ("urgency", "kind", "main", "isf", "anonymity")
_SCALE: Final = 8.0
_WORTH_EXPLAINING: Final = 0.2


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained set of heads, a column a label. The score of a label is the most that one passage says by itself (`single`)
    and what all of them and the rules say together (`whole`: mean of the passages, their greatest values, numbers).

    `numbers` names what of the rules is looked at, in order; `thresholds` from which chance a label counts.
    """

    labels: tuple[str, ...]
    numbers: tuple[str, ...]
    thresholds: Mapping[str, float]
    single: Vectors
    whole: Vectors
    offsets: Vectors

    @classmethod
    def from_folder(cls, folder: Path) -> "Weights":
        """Read `heads.json` and `heads.npz`. Raises OSError or ValueError where they are not whole."""
        told = json.loads((folder / "heads.json").read_text(encoding="utf-8"))
        with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
            single, whole = arrays["single"].astype(np.float32), arrays["whole"].astype(np.float32)
            offsets = arrays["offsets"].astype(np.float32)
        width = len(told["labels"])
        if (single.shape, whole.shape) != ((WIDTH, width), (2 * WIDTH + len(told["numbers"]), width)):
            raise ValueError(f"heads.npz holds {single.shape} and {whole.shape}, heads.json tells of {width} labels")
        return cls(tuple(told["labels"]), tuple(told["numbers"]), dict(told["thresholds"]), single, whole, offsets)

    def scores(self, vectors: Vectors, numbers: Vectors) -> tuple[Vectors, Vectors]:
        """The score of each label, and what each passage says of it by itself."""
        scaled: Vectors = vectors * np.float32(_SCALE)
        alone: Vectors = scaled @ self.single
        together: Vectors = np.concatenate([scaled.mean(axis=0), scaled.max(axis=0), numbers], dtype=np.float32)
        scores: Vectors = alone.max(axis=0) + together @ self.whole + self.offsets
        return scores, alone


class Model:
    """Encoder and heads, read from disk when first asked. `name` goes on the Reading."""

    name = "model-2"

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
        passages = passages_of(evidence.sentences)
        scores, alone = weights.scores(encoder.encode(passages), numbers_of(evidence, weights.numbers))
        chances = probabilities(scores, weights.labels).tolist()
        best = alone.argmax(axis=0).tolist()
        told = list(zip(weights.labels, chances, best, strict=True))
        return Opinion(
            {label: chance for label, chance, _ in told},
            {label: (passages[at],) for label, chance, at in told if chance > _WORTH_EXPLAINING},
        )

    def _loaded(self) -> tuple[Encoder, Weights]:
        if self._ready is None:
            changes = read_changes(self._trained / "layers.npz")
            self._ready = Encoder(self._package, changes), Weights.from_folder(self._trained)
        return self._ready


def probabilities(scores: Vectors, labels: tuple[str, ...]) -> Vectors:
    """Scores, the last axis by label, as chances: each of `GROUPS` adds up to 1, every other label is its own."""
    chances: Vectors = np.float32(1) / (np.float32(1) + np.exp(-np.clip(scores, -30, 30)))
    for group in GROUPS:
        own = [at for at, label in enumerate(labels) if label.startswith(group + " ")]
        raised = np.exp(scores[..., own] - scores[..., own].max(axis=-1, keepdims=True))
        chances[..., own] = raised / raised.sum(axis=-1, keepdims=True)
    return chances
