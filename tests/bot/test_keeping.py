"""Backups of both databases: whole, private, never over anything else; and a restore that lets nothing leave by itself."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bot import keeping
from tests.bot.commands.line import CONFIG, Line
from tests.tracker.room import Room, triage_desk
from tracker import schema
from tracker.errors import Refused
from tracker.model import Case
from tracker.store import Store


def filled(url: str) -> str:
    """Make the tables of a database and one case in it; returns the case's reference."""
    schema.upgrade(url)
    room = Room(Store(url), triage_desk())
    ref = room.hear().ref
    room.store.close()
    return ref


def refs_in(url: str) -> list[str]:
    store = Store(url)
    with store.reading() as tx:
        refs = list(tx.scalars(select(Case.ref)))
    store.close()
    return refs


def configured(line: Line, url: str) -> None:
    line.config.write_text(CONFIG.replace("sqlite:///desk.sqlite3", url), encoding="utf-8")


def test_a_backup_comes_back_whole_and_nothing_leaves_by_itself(
    database_url: str, line: Line, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    ref = filled(database_url)
    configured(line, database_url)
    line("backup", tmp_path / "backup")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    if make_url(database_url).get_backend_name() == "sqlite":
        fresh = f"sqlite:///{tmp_path / 'fresh' / 'desk.sqlite3'}"
    else:
        cluster = request.getfixturevalue("postgres")
        fresh = cluster.fresh_database()
        request.addfinalizer(lambda: cluster.drop(fresh))
    configured(line, fresh)
    assert "outbox resume" in line("restore", tmp_path / "backup").out
    assert refs_in(fresh) == [ref]
    assert any("paused" in reason for reason in line("status", "--json", code=1).json()[0]["reasons"])


def test_a_database_with_anything_in_it_is_never_overwritten(database_url: str, line: Line, tmp_path: Path) -> None:
    ref = filled(database_url)
    configured(line, database_url)
    line("backup", tmp_path / "backup")
    assert "holds data already" in line("restore", tmp_path / "backup", code=1).err
    assert refs_in(database_url) == [ref]


def test_a_file_that_is_there_is_never_overwritten(database_url: str, tmp_path: Path) -> None:
    filled(database_url)
    (tmp_path / "backup").write_text("precious", encoding="utf-8")
    with pytest.raises(Refused, match="there already"):
        keeping.backup(database_url, tmp_path / "backup")
    assert (tmp_path / "backup").read_text(encoding="utf-8") == "precious"


def test_what_is_no_backup_is_refused_and_leaves_the_database_empty(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"no database at all" * 100)
    with pytest.raises(Refused):
        keeping.restore(database_url, tmp_path / "other")
    assert schema.state(database_url) == "empty"
    with pytest.raises(Refused, match="There is no file"):
        keeping.restore(database_url, tmp_path / "missing")


def test_a_damaged_backup_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    filled(url)
    keeping.backup(url, tmp_path / "backup")
    content = bytearray((tmp_path / "backup").read_bytes())
    content[4096:20480] = b"\xff" * (20480 - 4096)
    (tmp_path / "backup").write_bytes(content)
    fresh = f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
    with pytest.raises(Refused, match="damaged"):
        keeping.restore(fresh, tmp_path / "backup")
    assert schema.state(fresh) == "empty"


def test_a_backup_that_fails_leaves_no_file_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere.sqlite3'}"
    with pytest.raises(Refused, match="no database file"):
        keeping.backup(url, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_password_never_stands_on_a_command_line() -> None:
    url = make_url("postgresql+psycopg://desk:s3cret@db.example/desk?sslmode=require")
    plain = keeping._plain(url)
    assert "s3cret" not in plain
    assert plain == "postgresql://desk@db.example/desk?sslmode=require"
