"""From which chance a red flag or an urgency counts: chosen on predictions for messages the heads had not seen; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tracker.field import Field

MOST_FALSE_ALARMS: Final = 0.09
_GRID: Final = {
    "flag immediate": (0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4),
    "flag same_day": (0.2, 0.25, 0.3, 0.35, 0.4, 0.5),
    "urgency immediate": (0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4),
    "urgency same_day": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    "doubt immediate": (0.0, 0.01, 0.02, 0.04, 0.06),
    "doubt same_day": (0.0, 0.02, 0.04, 0.06, 0.1, 0.15),
}
_STARTS: Final = (
    dict(zip(_GRID, (0.3, 0.3, 0.4, 0.7, 0.02, 0.06), strict=True)),
    dict(zip(_GRID, (0.12, 0.25, 0.12, 0.9, 0.06, 0.15), strict=True)),
    dict(zip(_GRID, (0.25, 0.4, 0.16, 0.9, 0.04, 0.15), strict=True)),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """The red flags of many messages: what a person saw, what the rules saw, and the model's chances of flags and urgency.

    All tables have a row a message and a column a flag; `levels` is 2 for an immediate flag, 1 for same day, else 0.
    """

    gold: NDArray[np.bool_]
    rules: NDArray[np.bool_]
    chances: NDArray[np.float32]
    immediate: NDArray[np.float32]
    alarm: NDArray[np.float32]
    urgency: NDArray[np.int64]
    levels: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        golds: Sequence[dict[str, Any]],
        numbers: Sequence[dict[str, float]],
        chances: NDArray[np.float32],
        labels: Sequence[str],
        field: Field,
    ) -> "Judged":
        """From labels, the rules' numbers by name, and chances in the order of `labels`."""
        flags = [row.id for row in field.routing.red_flags]
        at = [labels.index(f"flag {name}") for name in flags]
        immediate = chances[:, labels.index("urgency immediate")]
        return cls(
            np.array([[name in gold["red_flags"] for name in flags] for gold in golds]),
            np.array([[numbers_of.get(f"flag {name} shown", 0.0) > 0 for name in flags] for numbers_of in numbers]),
            chances[:, at],
            immediate,
            immediate + chances[:, labels.index("urgency same_day")],
            np.array([{"immediate": 2, "same_day": 1}.get(gold["urgency"], 0) for gold in golds]),
            np.array([{"immediate": 2, "same_day": 1}.get(row.level, 0) for row in field.routing.red_flags]),
        )

    def figures(self, told: dict[str, float]) -> tuple[float, float, float, float]:
        """Red flag recall, immediate recall, false alarm rate and share of right alarms, as `combine` would give them."""
        needed = np.select([self.levels == 2], [told["flag immediate"]], told["flag same_day"])
        doubts = [told["doubt immediate"], told["doubt same_day"]]
        doubt = np.select([self.levels == 2, self.levels == 1], doubts, 0.0)
        shown = (self.chances >= needed) | (self.rules & (self.chances >= doubt))
        for level, chance, name in ((2, self.immediate, "immediate"), (1, self.alarm, "same_day")):
            calm = (shown * self.levels).max(axis=1) < level
            likeliest = np.where(self.levels == level, self.chances, -1).argmax(axis=1)
            raised = np.flatnonzero(calm & (chance >= told[f"urgency {name}"]))
            shown[raised, likeliest[raised]] = True
        given = (shown * self.levels).max(axis=1)
        return (
            float((shown & self.gold).sum() / self.gold.sum()),
            float(((given == 2) & (self.urgency == 2)).sum() / (self.urgency == 2).sum()),
            float(((given > 0) & (self.urgency == 0)).sum() / (self.urgency == 0).sum()),
            float((given == self.urgency).mean()),
        )


def choose(sets: Sequence[Judged]) -> dict[str, float]:
    """The best thresholds over all sets: most danger found while false alarms stay under MOST_FALSE_ALARMS on their mean."""

    def worth(told: dict[str, float]) -> float:
        flags, immediate, false, right = np.mean([judged.figures(told) for judged in sets], axis=0)
        return float(flags + 2 * immediate + right - 30 * max(0.0, float(false) - MOST_FALSE_ALARMS))

    return max((_climb(start, worth) for start in _STARTS), key=worth)


def _climb(start: dict[str, float], worth: Callable[[dict[str, float]], float]) -> dict[str, float]:
    """The best that can be reached by changing two neighbouring thresholds at a time."""
    told, names = dict(start), list(_GRID)
    for _ in range(3):
        for first, second in zip(names, [*names[1:], names[0]], strict=True):
            pairs = [{first: one, second: two} for one, two in product(_GRID[first], _GRID[second])]
            told |= max(pairs, key=lambda pair: worth({**told, **pair}))
    return told


def by_label(told: dict[str, float], field: Field) -> dict[str, float]:
    """The thresholds under the names that the heads know."""
    levels = {row.id: row.level for row in field.routing.red_flags}
    flags = {f"flag {name}": told[f"flag {_alarm(level)}"] for name, level in levels.items()}
    # A conflict or a legal clock frightens nobody: what a rule saw of them always stands.
    flags |= {
        f"doubt {name}": told[f"doubt {level}"] if level in ("immediate", "same_day") else 0.0
        for name, level in levels.items()
    }
    return flags | {name: told[name] for name in ("urgency immediate", "urgency same_day")}


def _alarm(level: str) -> str:
    return "immediate" if level == "immediate" else "same_day"
