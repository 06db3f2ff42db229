"""The clock that a file moves."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.now import FileClock, clock, real_now, shift_of

WRITTEN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("+2h", timedelta(hours=2)),
        ("-1d\n", timedelta(days=-1)),
        ("+90m", timedelta(minutes=90)),
        ("+1.5h", timedelta(minutes=90)),
        ("2026-11-23T13:00:00+00:00", timedelta(hours=1)),
        ("2026-11-23T13:00:00Z", timedelta(hours=1)),
        ("2026-11-23T13:00:00", timedelta(hours=1)),
        ("2026-11-24", timedelta(hours=12)),
    ],
)
def test_the_file_says_by_how_much_or_to_when_the_clock_moves(text: str, shift: timedelta) -> None:
    assert shift_of(text, WRITTEN) == shift


def test_a_moved_clock_runs_on(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    now = FileClock(file)
    assert abs(now() - real_now()) < timedelta(seconds=5)
    file.write_text("2031-01-01T09:00:00Z")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    passed = real_now() - datetime.fromtimestamp(1_000_000_000, UTC)
    assert abs(now() - (datetime(2031, 1, 1, 9, tzinfo=UTC) + passed)) < timedelta(seconds=5)
    file.write_text("+2d")
    assert abs(now() - real_now() - timedelta(days=2)) < timedelta(seconds=5)
    file.unlink()
    assert abs(now() - real_now()) < timedelta(seconds=5)


def test_words_that_are_no_time_leave_the_clock_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("+3h")
    now = FileClock(file)
    now()
    file.write_text("tea time")
    assert abs(now() - real_now() - timedelta(hours=3)) < timedelta(seconds=5)


def test_without_a_file_it_is_the_machines_clock() -> None:
    assert clock(None) is real_now
