"""Which status may follow which."""

import pytest

from tracker.lifecycle import ENDED, STATUSES, WORDS, may_move


def test_every_status_has_its_words() -> None:
    assert set(WORDS) == set(STATUSES)


@pytest.mark.parametrize("status", STATUSES)
def test_nothing_returns_to_new_or_moves_to_itself(status: str) -> None:
    assert not may_move(status, "new")
    assert not may_move(status, status)


@pytest.mark.parametrize("status", sorted(ENDED))
def test_what_has_ended_can_be_reopened_as_triaged(status: str) -> None:
    assert may_move(status, "triaged")
    assert not may_move(status, "awaiting_reporter")


@pytest.mark.parametrize("status", [status for status in STATUSES if status not in ENDED])
def test_what_is_open_can_always_be_closed_merged_or_passed_on(status: str) -> None:
    assert all(may_move(status, end) for end in ENDED)


def test_an_unknown_status_moves_nowhere() -> None:
    assert not may_move("lost", "closed")
