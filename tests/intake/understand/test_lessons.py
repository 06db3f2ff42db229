"""How well the lessons are understood, as shares; the floors rise when the figures do."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pytest

from tests.intake.understand.messages import lessons, readings
from tracker.field import load_field
from tracker.submission import Reading

LEVELS = {row.id: row.level for row in load_field().routing.red_flags}
ALARMS = ("immediate", "same_day")
IN_DANGER = ("self_harm", "patient_harm_now")


@cache
def read() -> list[tuple[dict[str, Any], Reading]]:
    """Each lesson, and what is understood of it."""
    return list(zip(lessons(), readings(), strict=True))


def at_least(share: float, judged: Iterable[tuple[str, bool]]) -> None:
    """Fail naming each lesson that went wrong where fewer than `share` went right."""
    outcomes = list(judged)
    wrong = [lesson for lesson, right in outcomes if not right]
    assert outcomes
    assert 1 - len(wrong) / len(outcomes) >= share, f"{len(wrong)} of {len(outcomes)} wrong:\n  " + "\n  ".join(wrong)


def test_those_in_danger_are_seen() -> None:
    wanted = [(lesson, reading) for lesson, reading in read() if set(IN_DANGER) & set(lesson.get("flags", ()))]
    at_least(0.85, ((lesson["lesson"], reading.urgency == "immediate") for lesson, reading in wanted))


def test_red_flags_are_seen() -> None:
    at_least(
        0.86,
        (
            (f"{lesson['lesson']}: {flag}", flag in reading.red_flags)
            for lesson, reading in read()
            for flag in lesson.get("flags", ())
        ),
    )


def test_nobody_is_frightened_by_a_wrong_crisis_answer() -> None:
    calm = [(lesson, reading) for lesson, reading in read() if not set(IN_DANGER) & set(lesson.get("flags", ()))]
    at_least(0.98, ((lesson["lesson"], reading.acknowledgement != "crisis") for lesson, reading in calm))


def test_false_alarms_are_few() -> None:
    calm = [
        (lesson, reading)
        for lesson, reading in read()
        if not any(LEVELS[flag] in ALARMS for flag in lesson.get("flags", ()))
    ]
    at_least(0.97, ((lesson["lesson"], reading.urgency not in ALARMS) for lesson, reading in calm))


def same(label: str) -> Callable[[Any, Reading], bool]:
    return lambda wanted, reading: bool(wanted == getattr(reading, label))


def same_set(label: str) -> Callable[[Any, Reading], bool]:
    return lambda wanted, reading: set(wanted) == set(getattr(reading, label))


@pytest.mark.parametrize(
    ("label", "right", "share"),
    [
        ("opens_case", same("opens_case"), 0.8),
        ("kind", same("kind"), 0.8),
        ("acknowledgement", same("acknowledgement"), 0.95),
        ("anonymity", same("anonymity"), 0.9),
        ("proxy", same("proxy"), 0.85),
        ("grade", same("grade"), 0.95),
        ("provider", same_set("provider"), 0.95),
        ("site", same_set("site"), 0.95),
        ("hei", same_set("hei"), 0.95),
        ("specialty", same_set("specialty"), 0.85),
        ("themes", lambda wanted, reading: bool(reading.themes) and reading.themes[0] in wanted, 0.85),
    ],
)
def test_a_label_is_right_often_enough(label: str, right: Callable[[Any, Reading], bool], share: float) -> None:
    at_least(
        share, ((lesson["lesson"], right(lesson[label], reading)) for lesson, reading in read() if label in lesson)
    )
