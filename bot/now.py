"""What time it is: the machine's clock, or one that a file moves in test mode; the only place that asks a clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

Now: TypeAlias = Callable[[], datetime]
"""Returns the present as an aware UTC time."""

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def real_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


class FileClock:
    """A clock that a file moves: "+2h" or "-1d" shifts the machine's time, an ISO time is the moment the file was written.

    Time runs on from there. A missing file means the machine's time; words that are no time leave the clock as it was.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._shift = timedelta()

    def __call__(self) -> datetime:
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                written = datetime.fromtimestamp(stat.st_mtime, UTC)
                self._shift = shift_of(self._path.read_text(encoding="utf-8"), written)
                self._seen = seen
        except FileNotFoundError:
            self._seen, self._shift = None, timedelta()
        except (OSError, ValueError):
            pass  # half written just now: the next look sees the whole
        return real_now() + self._shift


def shift_of(text: str, written: datetime) -> timedelta:
    """By how much the file's text moves the clock. A time without zone is UTC. Raises ValueError for other words."""
    text = text.strip()
    if text[:1] in ("+", "-") and text[-1:] in UNITS:
        return timedelta(**{UNITS[text[-1]]: float(text[:-1])})
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - written


def clock(clock_file: Path | None) -> Now:
    """The clock of the service: the machine's unless `[test] clock_file` is set."""
    return FileClock(clock_file) if clock_file else real_now
