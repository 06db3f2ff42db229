"""The labelled messages: every line is one, none is in two places, and what is examined is never trained on."""

import json
from collections import Counter
from pathlib import Path

import pytest

from intake.understand.model.opinion import NOTHING
from tracker.field import load_field
from training.labelled import (
    MESSAGES,
    THRESHOLD_HAND,
    TRAINING_HANDS,
    UNSEEN_HAND,
    held_back,
    labelled,
    snippets,
)

pytest.importorskip("numpy", reason="the trained reader is not installed")

from training.targets import KINDS, labels_for, targets_of, targets_of_snippet

FIELD = load_field()
LABELS = labels_for(FIELD)


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_file_has_its_place() -> None:
    hands = {*TRAINING_HANDS, THRESHOLD_HAND, UNSEEN_HAND}
    assert {path.stem for path in MESSAGES.glob("*.jsonl")} == hands | {"snippets"}
    assert UNSEEN_HAND not in TRAINING_HANDS
    assert THRESHOLD_HAND not in TRAINING_HANDS


def test_no_message_stands_twice() -> None:
    written = [
        (row.get("body") or row.get("text") or json.dumps(row["slack"]))
        for path in sorted(MESSAGES.glob("*.jsonl"))
        for row in rows(path)
    ]
    assert [text for text, count in Counter(written).items() if count > 1] == []


def test_every_label_is_one_that_the_field_knows() -> None:
    flags, themes = {row.id for row in FIELD.routing.red_flags}, {row.id for row in FIELD.routing.themes}
    for path in sorted(MESSAGES.glob("*.jsonl")):
        for row in rows(path):
            gold = row.get("gold", row)
            assert isinstance(gold, dict)
            assert set(gold["red_flags"]) <= flags, row["id"]
            assert set(gold.get("themes", ())) <= themes, row["id"]
            assert gold.get("kind", "concern") in KINDS, row["id"]


def test_neighbours_are_held_back_together() -> None:
    messages = labelled(["a"])
    kept, held = held_back(messages)
    assert {one.id for one in kept}.isdisjoint(one.id for one in held)
    assert len(kept) + len(held) == len(messages)
    assert 0.05 < len(held) / len(messages) < 0.15
    at = [messages.index(one) for one in held[:12]]
    assert at == list(range(at[0], at[0] + 12))


def test_shares_of_a_choice_add_up_to_one() -> None:
    told = dict(zip(LABELS, targets_of(labelled(["a"])[0].gold, LABELS).tolist(), strict=True))
    for group in ("urgency", "kind", "main", "isf", "anonymity"):
        own = [value for label, value in told.items() if label.startswith(group + " ")]
        assert sum(own) == pytest.approx(1.0)
    assert f"main {NOTHING}" in told


def test_of_a_snippet_only_danger_is_told() -> None:
    targets, known = targets_of_snippet(next(one.gold for one in snippets() if one.gold["red_flags"]), LABELS)
    told = {label for label, value in zip(LABELS, known.tolist(), strict=True) if value}
    assert {label.split(" ")[0] for label in told} == {"flag", "urgency"}
    assert targets.sum() >= 2
