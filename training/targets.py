"""What each label of the heads should be for a message: the labels in order, and gold as numbers; fitting is `tune.py`'s."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

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
# Of a snippet only the danger is told.
_OF_SNIPPETS: Final = ("flag ", "urgency ")


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
    told = _of_danger(gold) | {"proxy": float(gold["proxy"]), "opens_case": float(gold["opens_case"])}
    told |= {f"theme {name}": 1.0 for name in gold["themes"]}
    told |= {f"{group} {gold[group]}": 1.0 for group in ("kind", "anonymity")}
    shares = _MAIN_SHARES[: len(gold["themes"])]
    told |= {f"main {name}": share / sum(shares) for name, share in zip(gold["themes"], shares, strict=False)}
    if not gold["themes"]:
        told[f"main {NOTHING}"] = 1.0
    levels = [str(level) for level in range(gold["isf"][0], gold["isf"][1] + 1)] if gold["isf"] else [NOTHING]
    told |= {f"isf {level}": 1.0 / len(levels) for level in levels}
    return np.array([told.get(label, 0.0) for label in labels], np.float32)


def targets_of_snippet(gold: dict[str, Any], labels: Sequence[str]) -> tuple[Table, Table]:
    """The same for a snippet, and which labels are known of it (1) or not (0)."""
    told = _of_danger(gold)
    known = [float(label.startswith(_OF_SNIPPETS)) for label in labels]
    return np.array([told.get(label, 0.0) for label in labels], np.float32), np.array(known, np.float32)


def _of_danger(gold: dict[str, Any]) -> dict[str, float]:
    return {f"flag {name}": 1.0 for name in gold["red_flags"]} | {f"urgency {gold['urgency']}": 1.0}
