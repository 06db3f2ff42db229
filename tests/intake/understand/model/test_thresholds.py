"""Thresholds: danger is found before false alarms are spared, and a rule's conflict or legal clock always stands."""

import pytest

np = pytest.importorskip("numpy", reason="the trained reader is not installed")

from tracker.field import load_field  # noqa: E402
from training.thresholds import MOST_FALSE_ALARMS, Judged, by_label, choose  # noqa: E402


def judged(chance_of_danger: float, chance_of_calm: float, rules_err: int = 0) -> Judged:
    """Ten immediate messages and ninety calm ones, one flag; the rules are wrong about some calm ones."""
    danger = np.arange(100) < 10
    rules = (np.arange(100) >= 100 - rules_err)[:, None]
    chances = np.where(danger, chance_of_danger, chance_of_calm).astype(np.float32)
    return Judged(
        danger[:, None], rules, chances[:, None], chances, chances, danger.astype(np.int64) * 2, np.array([2])
    )


def test_a_chance_that_tells_danger_from_calm_is_used() -> None:
    chosen = choose([judged(0.2, 0.02)])
    assert judged(0.2, 0.02).figures(chosen)[1:3] == (1.0, 0.0)


def test_false_alarms_are_held_where_danger_looks_like_calm() -> None:
    told = judged(0.2, 0.2)
    assert told.figures(choose([told]))[2] <= MOST_FALSE_ALARMS


def test_what_a_rule_takes_for_danger_to_life_is_never_doubted() -> None:
    told = choose([judged(0.5, 0.005, rules_err=40)])
    assert told["doubt immediate"] == 0


def test_a_rules_conflict_or_legal_clock_always_stands() -> None:
    field = load_field()
    names = ("flag immediate", "flag same_day", "doubt immediate", "doubt same_day")
    told = by_label(dict.fromkeys((*names, "urgency immediate", "urgency same_day"), 0.3), field)
    for row in field.routing.red_flags:
        assert (told[f"doubt {row.id}"] == 0.0) == (row.level not in ("immediate", "same_day"))
