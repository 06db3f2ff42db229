"""How well messages are understood by rules alone, by the model alone, and by both, on messages nobody trained on.

    python -m training.evaluate [--set FILE] [--errors]

Scores hand s, which nothing was trained on or chosen by, or another labelled set, such as a triage set.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from intake.understand import Understanding, labels_of
from intake.understand.model import packaged_model
from intake.understand.model.opinion import Evidence, Opinion, Opinions
from tracker.field import load_field
from tracker.submission import Reading, Submission
from training.labelled import MESSAGES, UNSEEN_HAND, Labelled, from_file
from training.scorer import score

FIGURES: Final = (
    "immediate recall", "red flag recall", "false alarm rate", "opens_case", "kind", "acknowledgement", "urgency",
    "anonymity", "proxy", "provider precision", "provider recall", "site precision", "site recall",
    "specialty precision", "specialty recall", "grade precision", "grade recall", "hei precision", "hei recall",
    "themes main", "isf",
)  # fmt: skip


class Alone:
    """The model's own say: no red flag stands because a rule saw it. (What the rules saw is still told to the model.)"""

    def __init__(self, model: Opinions) -> None:
        self._model, self.name = model, f"{model.name} alone"

    @property
    def thresholds(self) -> Mapping[str, float]:
        """As the model's, with no trust in a rule's flag."""
        return {name: 2.0 if name.startswith("doubt ") else value for name, value in self._model.thresholds.items()}

    def opinion(self, evidence: Evidence) -> Opinion:
        """The model's."""
        return self._model.opinion(evidence)


def table(columns: Mapping[str, Mapping[str, float | None]]) -> str:
    """The figures as lines, a column each."""
    lines = [f"{'':22}" + "".join(f"{name:>16}" for name in columns)]
    for figure in FIGURES:
        values = (column[figure] for column in columns.values())
        lines.append(f"{figure:22}" + "".join(f"{'n/a' if v is None else format(v, '.3f'):>16}" for v in values))
    return "\n".join(lines)


def read_all(examples: Sequence[Labelled], read: Callable[[Submission], Reading]) -> dict[str, dict[str, Any]]:
    """The labels of each message as one reader sees them, by id."""
    return {example.id: labels_of(read(example.submission)) for example in examples}


def layers(examples: Sequence[Labelled], model: Opinions | None) -> dict[str, Any]:
    """Figures of the rules, and, where there is a model, of the model alone and of both."""
    field = load_field()
    readers = {"rules": Understanding(field)}
    if model is not None:
        readers |= {"model": Understanding(field, model=Alone(model)), "both": Understanding(field, model=model)}
    return {name: score(examples, read_all(examples, reader.read)) for name, reader in readers.items()}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path, default=MESSAGES / f"{UNSEEN_HAND}.jsonl", help="labelled messages")
    parser.add_argument("--errors", action="store_true", help="also the ids that were wrong with both, per figure")
    asked = parser.parse_args()
    boards = layers(list(from_file(asked.set)), packaged_model())
    print(table({name: board.figures for name, board in boards.items()}))
    if asked.errors:
        for figure, wrong in list(boards.values())[-1].wrong.items():
            print(f"errors {figure}: {' '.join(wrong)}")


if __name__ == "__main__":
    main()
