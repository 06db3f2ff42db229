"""Fitting the heads to labelled rows in numpy: targets, weights, predictions for hands not seen; files are `train.py`'s."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from intake.understand.model.heads import probabilities
from intake.understand.model.opinion import NOTHING
from tracker.field import Field

Table = NDArray[np.float32]
KINDS: Final = (
    "concern", "enquiry", "good_practice", "requirement_response", "survey_admin", "complaint_about_us",
    "information_rights", "not_ours", "automatic", "spam",
)  # fmt: skip
URGENCIES: Final = ("immediate", "same_day", "routine", "none")
WISHES: Final = ("open", "confidential", "anonymous")
LEVELS: Final = (NOTHING, "0", "1", "2", "3", "4")
# A first theme counts most; the others of the gold list are right as well.
_MAIN_SHARES: Final = (0.6, 0.25, 0.15)
_STEPS: Final = 220
_RATE: Final = 0.03
_RIDGE: Final = 1.0 / 3.0


def labels_for(field: Field) -> tuple[str, ...]:
    """Every label of the heads, in order."""
    flags, themes = (row.id for row in field.routing.red_flags), [row.id for row in field.routing.themes]
    return (
        *(f"flag {name}" for name in flags),
        *(f"theme {name}" for name in themes),
        "proxy",
        "opens_case",
        *(f"urgency {name}" for name in URGENCIES),
        *(f"kind {name}" for name in KINDS),
        *(f"main {name}" for name in (*themes, NOTHING)),
        *(f"isf {name}" for name in LEVELS),
        *(f"anonymity {name}" for name in WISHES),
    )


def targets_of(gold: dict[str, Any], labels: Sequence[str]) -> Table:
    """What each label should be for one message: 0 or 1, or shares that add up to 1 where several are right."""
    told: dict[str, float] = {"proxy": float(gold["proxy"]), "opens_case": float(gold["opens_case"])}
    told |= {f"flag {name}": 1.0 for name in gold["red_flags"]}
    told |= {f"theme {name}": 1.0 for name in gold["themes"]}
    told |= {f"{group} {gold[group]}": 1.0 for group in ("urgency", "kind", "anonymity")}
    shares = _MAIN_SHARES[: len(gold["themes"])]
    told |= {f"main {name}": share / sum(shares) for name, share in zip(gold["themes"], shares, strict=False)}
    if not gold["themes"]:
        told[f"main {NOTHING}"] = 1.0
    levels = [str(level) for level in range(gold["isf"][0], gold["isf"][1] + 1)] if gold["isf"] else [NOTHING]
    told |= {f"isf {level}": 1.0 / len(levels) for level in levels}
    return np.array([told.get(label, 0.0) for label in labels], np.float32)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table of weights, a column a label, and an offset for each."""

    table: Table
    offsets: Table

    def predict(self, rows: Table, labels: tuple[str, ...]) -> Table:
        """The chance of each label for each row."""
        return probabilities(rows @ self.table + self.offsets, labels)


def fit(rows: Table, targets: Table, labels: tuple[str, ...]) -> Fitted:
    """Logistic regression of all labels at once, with a ridge, by Adam over the whole set: no draw of chance in it."""
    table, offsets = np.zeros((rows.shape[1], len(labels)), np.float32), np.zeros(len(labels), np.float32)
    moments = [(np.zeros_like(part), np.zeros_like(part)) for part in (table, offsets)]
    for step in range(1, _STEPS + 1):
        wrong = probabilities(rows @ table + offsets, labels) - targets
        slopes = (rows.T @ wrong + np.float32(_RIDGE) * table, wrong.sum(axis=0))
        rate = _RATE * min(1.0, step / 10) * (1 + np.cos(np.pi * step / _STEPS)) / 2
        for part, slope, (first, second) in zip((table, offsets), slopes, moments, strict=True):
            first += 0.1 * (slope - first)
            second += 0.01 * (slope * slope - second)
            part -= (rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-6)).astype(np.float32)
    return Fitted(table, offsets)


def unseen_predictions(rows: Table, targets: Table, labels: tuple[str, ...], parts: Sequence[str]) -> Table:
    """The chances of each row by heads that saw no row of its part (a hand, or a fold)."""
    chances = np.zeros_like(targets)
    named = np.array(parts)
    for part in sorted(set(parts)):
        out = named == part
        chances[out] = fit(rows[~out], targets[~out], labels).predict(rows[out], labels)
    return chances
