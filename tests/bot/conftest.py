"""A configured desk on a SQLite file, its command line in this process, and a room to fill it with cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.commands.line import CONFIG, Line
from tests.tracker.desk import a_store
from tests.tracker.room import NOW, Room, triage_desk


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Fills the database that `line` works on."""
    store = a_store(tmp_path)
    yield Room(store, triage_desk())
    store.close()


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Line:
    """The command line with a configuration of its own."""
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    (tmp_path / "clock").write_text(NOW.isoformat(), encoding="utf-8")
    return Line(config, capsys)
