"""The heads: what one passage says is enough, files that are not whole are refused, chances are chances."""

import json
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="the trained reader is not installed")
pytest.importorskip("tokenizers", reason="the trained reader is not installed")

from intake.understand.model.encoder import WIDTH, read_changes, write_changes  # noqa: E402
from intake.understand.model.features import passages_of  # noqa: E402
from intake.understand.model.heads import GROUPS, Weights, probabilities  # noqa: E402

LABELS = ("flag a", "kind x", "kind y")


def weights(single: float = 0.0) -> Weights:
    """Heads that only look for the first number of a passage, and think `flag a` of it."""
    looks = np.zeros((WIDTH, 3), np.float32)
    looks[0, 0] = single
    whole = np.zeros((2 * WIDTH + 1, 3), np.float32)
    whole[-1, 1] = 1.0
    return Weights(LABELS, ("n",), {}, looks, whole, np.array([-4, 0, 0], np.float32))


def vectors(*first: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    rows = np.zeros((len(first), WIDTH), np.float32)
    rows[:, 0] = first
    return rows


def test_one_passage_among_many_is_enough_and_is_named() -> None:
    scores, alone = weights(single=1.0).scores(vectors(0, 0, 1, 0), np.zeros(1, np.float32))
    assert scores[0] == pytest.approx(4.0)
    assert alone[:, 0].argmax() == 2


def test_what_the_rules_saw_counts() -> None:
    without, _ = weights().scores(vectors(0), np.zeros(1, np.float32))
    with_it, _ = weights().scores(vectors(0), np.ones(1, np.float32))
    assert (with_it - without).tolist() == [0, 1, 0]


def test_each_group_of_choices_adds_up_to_one() -> None:
    choices = tuple(f"{group} {name}" for group in GROUPS for name in ("x", "y"))
    scores = np.array([0.0, *[100.0, -100.0] * len(GROUPS)], np.float32)
    assert probabilities(scores, ("flag a", *choices)).tolist() == pytest.approx([0.5, *[1.0, 0.0] * len(GROUPS)])


def test_heads_of_another_shape_are_refused(tmp_path: Path) -> None:
    told = {"labels": LABELS, "numbers": ["n", "more"], "thresholds": {}}
    (tmp_path / "heads.json").write_text(json.dumps(told))
    heads = weights()
    np.savez(tmp_path / "heads.npz", single=heads.single, whole=heads.whole, offsets=heads.offsets)
    with pytest.raises(ValueError, match=r"heads\.npz holds"):
        Weights.from_folder(tmp_path)


def test_changes_are_read_as_they_were_written_but_for_a_step(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    change = draw.normal(size=(6, 40)).astype(np.float32) * np.array([[1e-4], [1], [10], [0], [3], [0.5]], np.float32)
    write_changes(tmp_path / "c.npz", {"encoder.some.weight": change})
    read = read_changes(tmp_path / "c.npz")["encoder.some.weight"]
    assert (np.abs(read - change) <= np.abs(change).max(axis=1, keepdims=True) / 250 + 1e-9).all()


def test_passages_hold_whole_sentences_in_their_order() -> None:
    sentences = [f"{'word ' * 20}number {at}." for at in range(5)]
    passages = passages_of(sentences)
    assert " ".join(passages) == " ".join(sentences)
    assert [len(passage.split()) <= 50 for passage in passages] == [True] * len(passages)


def test_of_a_very_long_message_the_beginning_and_the_end_are_read() -> None:
    passages = passages_of([f"{'word ' * 45}number {at}." for at in range(100)])
    assert len(passages) == 12
    assert "number 0." in passages[0]
    assert "number 99." in passages[-1]


def test_a_message_without_words_is_one_empty_passage() -> None:
    assert passages_of([]) == ("",)
