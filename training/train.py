"""Trains the heads of the model on the labelled messages and writes them beside the model; figures are `evaluate.py`'s.

    python -m training.train

The same messages, cues and packages give the same heads.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np

from intake.understand import Understanding
from intake.understand.model.encoder import Encoder, folder
from intake.understand.model.features import row_of
from intake.understand.model.heads import TRAINED
from intake.understand.model.opinion import Evidence
from tracker.field import Field, load_field
from training.fit import Fitted, Table, fit, labels_for, targets_of, unseen_predictions
from training.labelled import TRAINING_HANDS, Labelled, labelled
from training.thresholds import Judged, by_label, choose

FOLDS: Final = 5
_FIXED: Final = {"opens_case": 0.5, "keeps_case": 0.06, "theme": 0.4}


class Trained:
    """Everything that training made: the heads' weights, their labels, and the thresholds.

    `by_hand` holds the chances of each message by heads that saw nothing of its writer's hand.
    """

    def __init__(self, field: Field, examples: list[Labelled], encoder: Encoder) -> None:
        understanding = Understanding(field)
        evidence = [understanding.evidence(example.submission) for example in examples]
        self.labels = labels_for(field)
        self.numbers = tuple(sorted({name for each in evidence for name in each.numbers}))
        rows = np.stack([row_of(each, encoder, self.numbers).values for each in evidence])
        targets = np.stack([targets_of(example.gold, self.labels) for example in examples])
        self.by_hand = unseen_predictions(rows, targets, self.labels, [example.hand for example in examples])
        by_fold = unseen_predictions(rows, targets, self.labels, [str(at % FOLDS) for at in range(len(examples))])
        judged = [_judged(examples, evidence, chances, self.labels, field) for chances in (self.by_hand, by_fold)]
        self.chosen = choose(judged)
        self.thresholds = by_label(self.chosen, field) | _FIXED
        self.fitted: Fitted = fit(rows, targets, self.labels)

    def write(self, place: Path) -> None:
        """Write `heads.json` and `heads.npz`."""
        told: dict[str, Any] = {
            "labels": self.labels,
            "numbers": self.numbers,
            "thresholds": {name: round(value, 3) for name, value in sorted(self.thresholds.items())},
        }
        (place / "heads.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        np.savez_compressed(
            place / "heads.npz", table=self.fitted.table.astype(np.float16), offsets=self.fitted.offsets
        )


def _judged(
    examples: list[Labelled], evidence: list[Evidence], chances: Table, labels: tuple[str, ...], field: Field
) -> Judged:
    golds, numbers = [example.gold for example in examples], [dict(each.numbers) for each in evidence]
    return Judged.of(golds, numbers, chances, labels, field)


def main() -> None:
    """Train on all training hands and write the heads."""
    place = folder()
    if place is None:
        raise SystemExit("the sentence model is not installed: make install, or see requirements-model.lock")
    examples = labelled(TRAINING_HANDS)
    trained = Trained(load_field(), examples, Encoder(place))
    trained.write(TRAINED)
    print("messages", dict(Counter(example.hand for example in examples)))
    print("thresholds", trained.chosen)


if __name__ == "__main__":
    main()
