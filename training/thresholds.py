"""From which chance a red flag or an urgency counts: chosen on predictions for messages the heads had not seen; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tracker.field import Field

MOST_FALSE_ALARMS: Final = 0.075
MOST_FALSE_CRISES: Final = 0.035
# A conflict or a legal clock alarms nobody: where its chance counts is not weighed against false alarms.
_QUIET_FLAG: Final = 0.35
_GRID: Final = {
    "flag immediate": (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6),
    "flag same_day": (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6),
    "urgency immediate": (0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7),
    "urgency same_day": (0.5, 0.6, 0.7, 0.8, 0.9, 0.95),
    # What a rule takes for danger to life always stands: the plainest words are rare in what we trained on.
    "doubt immediate": (0.0,),
    "doubt same_day": (0.0, 0.04, 0.06, 0.1, 0.15, 0.25, 0.35),
}
_STARTS: Final = (
    dict(zip(_GRID, (0.3, 0.35, 0.4, 0.7, 0.0, 0.06), strict=True)),
    dict(zip(_GRID, (0.5, 0.5, 0.5, 0.9, 0.0, 0.15), strict=True)),
    dict(zip(_GRID, (0.3, 0.6, 0.6, 0.95, 0.0, 0.35), strict=True)),
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

    def figures(self, told: dict[str, float]) -> tuple[float, float, float, float, float]:
        """Red flag recall, immediate recall, false alarm rate, share of right urgencies, and of wrong crisis answers.

        As `combine` would give them.
        """
        needed = np.select(
            [self.levels == 2, self.levels == 1], [told["flag immediate"], told["flag same_day"]], _QUIET_FLAG
        )
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
            float(((given == 2) & (self.urgency < 2)).sum() / (self.urgency < 2).sum()),
        )


def choose(sets: Sequence[Judged]) -> dict[str, float]:
    """The best thresholds over all sets: danger found and urgency right, while alarms and crisis answers that frighten
    stay under MOST_FALSE_ALARMS and MOST_FALSE_CRISES on their mean.
    """

    def worth(told: dict[str, float]) -> float:
        flags, immediate, false, right, crisis = np.mean([judged.figures(told) for judged in sets], axis=0)
        frightened = max(0.0, float(false) - MOST_FALSE_ALARMS) + max(0.0, float(crisis) - MOST_FALSE_CRISES)
        return float(flags + 2 * immediate + 2 * right - 30 * frightened)

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
    loud = {name: level for name, level in levels.items() if level in ("immediate", "same_day")}
    flags = {f"flag {name}": told[f"flag {loud[name]}"] if name in loud else _QUIET_FLAG for name in levels}
    # What a rule saw of a conflict or a legal clock always stands.
    flags |= {f"doubt {name}": told[f"doubt {loud[name]}"] if name in loud else 0.0 for name in levels}
    return flags | {name: told[name] for name in ("urgency immediate", "urgency same_day")}
