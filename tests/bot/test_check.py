"""`qualitydesk check` asks the virus scanner, where one is configured, before a file has to wait for it."""

from pathlib import Path

from bot.check import check
from bot.config import load
from tests.servers.clamd import Clamd


def scanner_faults(tmp_path: Path, where: str) -> list[str]:
    config = tmp_path / "config.toml"
    config.write_text(
        '[database]\nurl = "sqlite:///desk.sqlite3"\n[[inbox]]\naddress = "quality@desk.example"\n'
        f'[scan]\nclamd = "{where}"\n',
        encoding="utf-8",
    )
    return [fault for fault in check(load(config, {})) if fault.startswith("scan")]


def test_a_scanner_that_answers_is_no_fault_and_one_that_does_not_is(tmp_path: Path) -> None:
    with Clamd() as clamd:
        assert scanner_faults(tmp_path, clamd.where) == []
        clamd.answer_next("220 mail.example ESMTP")
        (fault,) = scanner_faults(tmp_path, clamd.where)
        assert "no clamd" in fault
        clamd.refuse_connections()
        (fault,) = scanner_faults(tmp_path, clamd.where)
        assert "cannot be reached" in fault
        assert "files stay locked" in fault


def test_without_a_scanner_there_is_nothing_to_ask(tmp_path: Path) -> None:
    assert scanner_faults(tmp_path, "") == []
