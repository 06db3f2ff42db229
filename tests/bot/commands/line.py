"""Calling the command line within the test's process: what it printed, what it refused, and with which code it left."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

CONFIG = """
[database]
url = "sqlite:///desk.sqlite3"
[[inbox]]
address = "quality@desk.example"
[test]
clock_file = "clock"
[[role]]
id = "administrator"
title = "Administrator"
may = ["take", "note"]
members = ["adam"]
[[role]]
id = "manager"
title = "Quality manager"
may = ["read", "take", "assign", "level", "note", "reply", "ask", "resolve", "reopen", "merge", "link", "correct",
       "follow_up", "snooze", "release", "exclude"]
level_up_to = 4
members = ["mary", "max"]
"""


@dataclass(frozen=True)
class Said:
    """What one call left behind."""

    code: int
    out: str
    err: str

    def json(self) -> list[Any]:
        """Its output as one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Line:
    """`qualitydesk --config FILE …`."""

    config: Path
    _capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object, code: int = 0) -> Said:
        """Run one command; fails where it leaves with another code."""
        self._capture.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["--config", str(self.config), *map(str, arguments)])
        said = self._capture.readouterr()
        assert left.value.code == code, said.err or said.out
        return Said(code, said.out, said.err)

    def json(self, *arguments: object) -> list[Any]:
        """Run one command with --json and return its objects."""
        return self(*arguments, "--json").json()
