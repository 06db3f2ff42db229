"""Trains the model on the labelled messages and writes it beside the code that runs it; figures are `evaluate.py`'s.

    python -m training.train

Needs torch (`pip install torch`), which the desk itself does not. The same messages, cues and packages give the same
model on the same machine.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from intake.understand import Understanding
from intake.understand.model.encoder import Encoder, folder, read_changes, write_changes
from intake.understand.model.features import numbers_of, passages_of
from intake.understand.model.heads import TRAINED, Weights, probabilities
from intake.understand.model.opinion import Evidence
from tracker.field import Field, load_field
from training.labelled import THRESHOLD_HAND, TRAINING_HANDS, Labelled, Snippet, held_back, labelled, snippets
from training.targets import Table, labels_for, targets_of, targets_of_snippet
from training.thresholds import Judged, by_label, choose
from training.tune import Example, tune

_FIXED: Final = {"opens_case": 0.5, "keeps_case": 0.03, "theme": 0.4, "no_wish": 0.95}


def main() -> None:
    """Train, choose thresholds on messages that were held back, and write it all."""
    package = folder()
    if package is None:
        raise SystemExit("the sentence model is not installed: make install, or see requirements-model.lock")
    field = load_field()
    understanding, labels = Understanding(field), labels_for(field)
    messages, held = held_back(labelled(TRAINING_HANDS))
    held = [*held, *labelled([THRESHOLD_HAND])]
    read = [understanding.evidence(message.submission) for message in messages]
    read_of_snippets = [(snippet, understanding.evidence(snippet.submission)) for snippet in snippets()]
    names = tuple(sorted({name for each in read for name in each.numbers}))
    examples = [_of_message(each, message, labels, names) for each, message in zip(read, messages, strict=True)]
    examples += [_of_snippet(each, snippet, labels, names) for snippet, each in read_of_snippets]
    print(
        f"{len(messages)} messages {dict(Counter(message.hand for message in messages))}, {len(read_of_snippets)} snippets"
    )
    tuned = tune(package, examples, labels)
    write_changes(TRAINED / "layers.npz", tuned.changes)
    np.savez_compressed(
        TRAINED / "heads.npz",
        single=tuned.single.astype(np.float16),
        whole=tuned.whole.astype(np.float16),
        offsets=tuned.offsets,
    )
    weights = Weights(labels, names, {}, tuned.single, tuned.whole, tuned.offsets)
    encoder = Encoder(package, read_changes(TRAINED / "layers.npz"))
    chosen = choose([_judged(held, understanding, encoder, weights, field)])
    _write(TRAINED, weights, by_label(chosen, field) | _FIXED)
    print(f"thresholds, chosen on {len(held)} messages held back: {chosen}")


def _of_message(evidence: Evidence, message: Labelled, labels: tuple[str, ...], names: Sequence[str]) -> Example:
    targets = targets_of(message.gold, labels)
    return Example(passages_of(evidence.sentences), numbers_of(evidence, names), targets, np.ones_like(targets))


def _of_snippet(evidence: Evidence, snippet: Snippet, labels: tuple[str, ...], names: Sequence[str]) -> Example:
    targets, known = targets_of_snippet(snippet.gold, labels)
    return Example(passages_of(evidence.sentences), numbers_of(evidence, names), targets, known)


def _judged(
    held: Sequence[Labelled], understanding: Understanding, encoder: Encoder, weights: Weights, field: Field
) -> Judged:
    read = [understanding.evidence(message.submission) for message in held]
    chances: list[Table] = []
    for each in read:
        vectors = encoder.encode(passages_of(each.sentences))
        chances.append(probabilities(weights.scores(vectors, numbers_of(each, weights.numbers))[0], weights.labels))
    golds = [message.gold for message in held]
    return Judged.of(golds, [dict(each.numbers) for each in read], np.stack(chances), weights.labels, field)


def _write(place: Path, weights: Weights, thresholds: dict[str, float]) -> None:
    told: dict[str, Any] = {
        "labels": weights.labels,
        "numbers": weights.numbers,
        "thresholds": {name: round(value, 3) for name, value in sorted(thresholds.items())},
    }
    (place / "heads.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
