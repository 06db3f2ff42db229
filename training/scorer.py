"""The figures of a set of readings: by the triage set's own scorer where it is beside the repository, else by ours."""

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from training.labelled import Labelled

THEIRS: Final = Path(__file__).parent.parent.parent / "shared" / "triage" / "score.py"
_SHARES: Final = ("acknowledgement", "kind", "opens_case", "anonymity", "proxy", "urgency")
_LISTS: Final = ("provider", "site", "specialty", "grade", "hei")
_ALARMS: Final = ("immediate", "same_day")


@dataclass(frozen=True, slots=True)
class Board:
    """Figures by name, None where there is nothing to divide by, and the ids that were wrong in each."""

    figures: dict[str, float | None]
    wrong: dict[str, list[str]]


def score(examples: Sequence[Labelled], predicted: Mapping[str, Mapping[str, Any]]) -> Board:
    """Score labels by id against the gold of the examples."""
    rows = [{"id": example.id, "gold": example.gold} for example in examples]
    spec = importlib.util.spec_from_file_location("triage_score", THEIRS) if THEIRS.exists() else None
    if spec is None or spec.loader is None:
        return own_score(rows, predicted)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    board = module.score(rows, predicted)
    return Board(dict(board.figures), board.wrong)


def own_score(rows: Sequence[Mapping[str, Any]], predicted: Mapping[str, Mapping[str, Any]]) -> Board:
    """The same figures by LABELS.md: shares of messages, and precision and recall over all entries of a set."""
    figures: dict[str, float | None] = {}
    wrong: dict[str, list[str]] = {}
    pairs = [(str(row["id"]), row["gold"], predicted[row["id"]]) for row in rows]

    def share(name: str, outcomes: Sequence[tuple[str, bool]]) -> None:
        figures[name] = sum(right for _, right in outcomes) / len(outcomes) if outcomes else None
        wrong[name] = list(dict.fromkeys(ident for ident, right in outcomes if not right))

    share("red flag recall", [(i, flag in p["red_flags"]) for i, g, p in pairs for flag in g["red_flags"]])
    urgent = [(i, p["urgency"] == "immediate") for i, g, p in pairs if g["urgency"] == "immediate"]
    share("immediate recall", urgent)
    calm = [(i, p["urgency"] not in _ALARMS) for i, g, p in pairs if g["urgency"] not in _ALARMS]
    share("false alarm rate", calm)
    quiet = figures["false alarm rate"]
    figures["false alarm rate"] = None if quiet is None else 1 - quiet
    for name in _SHARES:
        share(name, [(i, p[name] == g[name]) for i, g, p in pairs])
    for name in _LISTS:
        entries = [(i, _entries(g[name]), _entries(p[name])) for i, g, p in pairs]
        share(f"{name} precision", [(i, entry in gold) for i, gold, said in entries for entry in said])
        share(f"{name} recall", [(i, entry in said) for i, gold, said in entries for entry in gold])
    share("themes main", [(i, _main(g["themes"], p["themes"])) for i, g, p in pairs])
    share("isf", [(i, _within(g["isf"], p["isf"])) for i, g, p in pairs if g["isf"] or p["isf"]])
    return Board(figures, wrong)


def _entries(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _main(gold: Sequence[str], said: Sequence[str]) -> bool:
    return said[0] in gold if said else not gold


def _within(gold: Sequence[int] | None, said: Sequence[int] | None) -> bool:
    return bool(gold and said and gold[0] <= said[0] and said[1] <= gold[1])
