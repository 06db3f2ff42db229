"""Tuning the sentence model and the heads together, in torch; what is read and written is `train.py`'s.

Torch is only needed to train: `pip install torch`. The desk itself runs the result in numpy.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch.nn import functional

from intake.understand.model.encoder import WIDTH, pieces_of, read_safetensors
from intake.understand.model.heads import GROUPS
from training.targets import Table

EPOCHS: Final = 6
_BATCH: Final = 16
_LAYERS: Final = 6
_HEADS: Final = 12
_SCALE: Final = 8.0
_RATE: Final = 7e-5
_RATE_OF_HEADS: Final = 2e-3
_DECAY: Final = 0.05
_WARM_UP: Final = 0.06
# How much is left out at random while training: of the layers, of the vectors, and of what the rules saw, so that the
# heads do not lean on rules that were written beside the same messages.
_DROP_LAYERS: Final = 0.1
_DROP_VECTORS: Final = 0.2
_DROP_RULES: Final = 0.25
_WEIGHT_OF_A_FLAG: Final = 2.0
_WEIGHT_OF_GROUPS: Final = {"urgency": 1.5, "kind": 1.5}
# A choice that is rare among the messages counts for more where the common one would swallow it.
_EVENED_OUT: Final = {"kind": 0.35, "anonymity": 0.35}
_DENSE: Final = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """One message as the heads look at it, and what they should say; `known` is 1 for each label that is told of it."""

    passages: tuple[str, ...]
    numbers: Table
    targets: Table
    known: Table


@dataclass(frozen=True, slots=True)
class Tuned:
    """What training made: how each table of the layers changed, and the heads."""

    changes: dict[str, Table]
    single: Table
    whole: Table
    offsets: Table


def tune(package: Path, examples: Sequence[Example], labels: tuple[str, ...], *, seed: int = 0) -> Tuned:
    """Train on these examples. The same examples on the same machine give the same result."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    draw = np.random.default_rng(seed)
    net = _Net(package, len(labels), len(examples[0].numbers))
    pieces = pieces_of(package)
    ids = [[pieces.encode(passage).ids for passage in example.passages] for example in examples]
    loss_of = _Loss(labels, examples)
    steps = EPOCHS * math.ceil(len(examples) / _BATCH)
    groups = [{"params": net.heads, "lr": _RATE_OF_HEADS}, {"params": list(net.dense.values()), "lr": _RATE}]
    optimiser = torch.optim.AdamW(groups, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (_WARM_UP * steps)) * max(0.02, 1 - step / steps)
    )
    for epoch in range(EPOCHS):
        told = 0.0
        for batch in _batches([sum(map(len, each)) for each in ids], draw):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores = net.scores([ids[at] for at in batch], _stacked([examples[at].numbers for at in batch]))
            loss = loss_of(
                scores.float(),
                _stacked([examples[at].targets for at in batch]),
                _stacked([examples[at].known for at in batch]),
            )
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*net.heads, *net.dense.values()], 1.0)
            optimiser.step()
            schedule.step()
            told += float(loss.detach()) * len(batch)
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {told / len(examples):.3f}", flush=True)
    return net.tuned()


def _stacked(rows: Sequence[Table]) -> Any:
    return torch.tensor(np.stack(rows))


def _batches(sizes: Sequence[int], draw: np.random.Generator) -> list[list[int]]:
    """Messages of about one length together, in an order drawn anew."""
    near = sorted(draw.permutation(len(sizes)).tolist(), key=lambda at: (int(draw.integers(8)), sizes[at]))
    batches = [near[start : start + _BATCH] for start in range(0, len(near), _BATCH)]
    return [batches[at] for at in draw.permutation(len(batches))]


class _Loss:
    """How far scores are from targets: each label of its own by itself, each group as one choice."""

    def __init__(self, labels: tuple[str, ...], examples: Sequence[Example]) -> None:
        self._groups = {
            group: [at for at, label in enumerate(labels) if label.startswith(group + " ")] for group in GROUPS
        }
        grouped = {at for own in self._groups.values() for at in own}
        self._own = [at for at in range(len(labels)) if at not in grouped]
        self._weights = torch.tensor([_WEIGHT_OF_A_FLAG if labels[at].startswith("flag ") else 1.0 for at in self._own])
        often = np.stack([example.targets * example.known for example in examples]).sum(axis=0) + 1
        self._shares = {
            group: torch.tensor((often[at].max() / often[at]) ** _EVENED_OUT.get(group, 0.0))
            for group, at in self._groups.items()
        }

    def __call__(self, scores: Any, targets: Any, known: Any) -> Any:
        own = functional.binary_cross_entropy_with_logits(
            scores[:, self._own], targets[:, self._own], pos_weight=self._weights, reduction="none"
        )
        loss = (own * known[:, self._own]).sum(1).mean()
        for group, at in self._groups.items():
            wanted = targets[:, at] * self._shares[group]
            missed = -(wanted * functional.log_softmax(scores[:, at], 1)).sum(1) * known[:, at].amax(1)
            loss = loss + missed.mean() * _WEIGHT_OF_GROUPS.get(group, 1.0)
        return loss


class _Net:
    """The layers of the sentence model and the heads as torch sees them; the arithmetic of `encoder.py` and `heads.py`."""

    def __init__(self, package: Path, labels: int, numbers: int) -> None:
        told = {name: torch.tensor(table) for name, table in read_safetensors(package / "model.safetensors").items()}
        self._told = told
        self._places = (
            told["embeddings.position_embeddings.weight"] + told["embeddings.token_type_embeddings.weight"][0]
        )
        names = [f"encoder.layer.{layer}.{dense}.weight" for layer in range(_LAYERS) for dense in _DENSE]
        self._before = {name: told[name].clone() for name in names}
        self.dense = {name: told[name].clone().requires_grad_() for name in names}
        self.heads = [
            torch.zeros(WIDTH, labels, requires_grad=True),
            torch.zeros(2 * WIDTH + numbers, labels, requires_grad=True),
            torch.zeros(labels, requires_grad=True),
        ]

    def tuned(self) -> Tuned:
        changes = {name: (table.detach() - self._before[name]).numpy() for name, table in self.dense.items()}
        single, whole, offsets = (part.detach().numpy() for part in self.heads)
        return Tuned(changes, single, whole, offsets)

    def scores(self, messages: Sequence[Sequence[Sequence[int]]], numbers: Any) -> Any:
        """A row of scores for each message, given as the pieces of its passages."""
        vectors = functional.dropout(self._vectors([ids for each in messages for ids in each]), _DROP_VECTORS)
        single, whole, offsets = self.heads
        alone, rows, at = vectors @ single, [], 0
        for row, message in enumerate(messages):
            own = slice(at, at + len(message))
            at += len(message)
            told = functional.dropout(numbers[row], _DROP_RULES)
            together = torch.cat([vectors[own].mean(0), vectors[own].amax(0), told])
            rows.append(alone[own].amax(0) + together @ whole + offsets)
        return torch.stack(rows)

    def _vectors(self, passages: Sequence[Sequence[int]]) -> Any:
        """The vector of each passage; those of about one length are computed together."""
        order = sorted(range(len(passages)), key=lambda at: len(passages[at]))
        parts, start = [], 0
        while start < len(order):
            shortest = len(passages[order[start]])
            end = start + 1
            while end < len(order) and len(passages[order[end]]) <= max(shortest * 1.3, shortest + 8):
                end += 1
            parts.append(self._alike([passages[at] for at in order[start:end]]))
            start = end
        vectors = torch.cat(parts)[torch.tensor(order).argsort()]
        return functional.normalize(vectors, dim=1) * _SCALE

    def _alike(self, passages: Sequence[Sequence[int]]) -> Any:
        longest = max(map(len, passages))
        there = torch.tensor([[at < len(ids) for at in range(longest)] for ids in passages])
        padded = torch.tensor([[*ids, *[0] * (longest - len(ids))] for ids in passages])
        words = self._told["embeddings.word_embeddings.weight"][padded] + self._places[:longest]
        state = self._evened(words, "embeddings.LayerNorm")
        unseen = torch.zeros(len(passages), 1, 1, longest).masked_fill(~there[:, None, None, :], -1e4)
        for layer in range(_LAYERS):
            state = self._layer(state, unseen, f"encoder.layer.{layer}.")
        weights = there.float()[:, :, None]
        return (state.float() * weights).sum(1) / weights.sum(1)

    def _layer(self, state: Any, unseen: Any, prefix: str) -> Any:
        count, length, _ = state.shape

        def by_head(table: Any) -> Any:
            return table.view(count, length, _HEADS, WIDTH // _HEADS).transpose(1, 2)

        query, key, value = (by_head(self._dense(state, prefix + name)) for name in _DENSE[:3])
        looks = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(WIDTH // _HEADS) + unseen, -1).to(value.dtype)
        seen = (looks @ value).transpose(1, 2).reshape(count, length, WIDTH)
        gathered = functional.dropout(self._dense(seen, prefix + _DENSE[3]), _DROP_LAYERS)
        state = self._evened(state + gathered, prefix + "attention.output.LayerNorm")
        wide = functional.gelu(self._dense(state, prefix + _DENSE[4]), approximate="tanh")
        narrow = functional.dropout(self._dense(wide, prefix + _DENSE[5]), _DROP_LAYERS)
        return self._evened(state + narrow, prefix + "output.LayerNorm")

    def _dense(self, state: Any, name: str) -> Any:
        return functional.linear(state, self.dense[name + ".weight"], self._told[name + ".bias"])

    def _evened(self, state: Any, name: str) -> Any:
        told = self._told
        return functional.layer_norm(state.float(), (WIDTH,), told[name + ".weight"], told[name + ".bias"], 1e-12)
