"""The rules of the house, read off the syntax trees: each fault is named by file and line."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import BaseModel

from bot.config import Settings

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("tracker", "intake", "bot")
MAY_IMPORT = {"tracker": {"tracker"}, "intake": {"intake", "tracker"}, "bot": {"bot", "intake", "tracker"}}
OUTSIDE = {"tracker": {"sqlalchemy", "alembic", "jinja2", "markupsafe", "pydantic", "psycopg"}}
ONLY_IN = {
    "aiosmtpd": "intake/smtp",
    "slack_bolt": "bot/slack",
    "slack_sdk": "bot/slack",
    "apscheduler": "bot/clock.py",
    "docx": "bot/reports/word.py",
    "openpyxl": "bot/reports/sheets.py",
    "PIL": "bot/reports/png.py",
}
MAY_COMMIT = ("tracker/store.py", "tracker/schema.py", "tracker/migrations/")
MAY_ASK_THE_CLOCK = ("bot/now.py",)
CEILING = 320
CLOCKS = {"now", "utcnow", "today", "time", "localtime", "gmtime"}


class Module(NamedTuple):
    path: str
    room: str
    tree: ast.Module
    lines: list[str]


@cache
def modules() -> tuple[Module, ...]:
    return tuple(module_of(path, room) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))


def module_of(path: Path, room: str) -> Module:
    source = path.read_text(encoding="utf-8")
    return Module(path.relative_to(ROOT).as_posix(), room, ast.parse(source, path.as_posix()), source.splitlines())


def imports(module: Module) -> Iterator[tuple[str, int]]:
    """Every imported module's full name, with its line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno


def told(faults: list[str]) -> None:
    if faults:
        pytest.fail("\n" + "\n".join(faults), pytrace=False)


def test_imports_go_one_way() -> None:
    told(
        [
            f"{module.path}:{line}: {module.room} may not import {name}"
            for module in modules()
            for name, line in imports(module)
            if name.partition(".")[0] in {*ROOMS, "tests", "benchmarks"} - MAY_IMPORT[module.room]
        ]
    )


def test_the_tracker_needs_a_database_letters_and_nothing_else() -> None:
    standard = set(sys.stdlib_module_names)
    told(
        [
            f"{module.path}:{line}: the tracker may not import {name}"
            for module in modules()
            if module.room == "tracker"
            for name, line in imports(module)
            if name.partition(".")[0] not in standard | OUTSIDE["tracker"] | {"tracker"}
        ]
    )


def test_each_library_that_speaks_with_the_world_has_one_room() -> None:
    told(
        [
            f"{module.path}:{line}: only {ONLY_IN[name.partition('.')[0]]} may import {name}"
            for module in modules()
            for name, line in imports(module)
            if name.partition(".")[0] in ONLY_IN and not module.path.startswith(ONLY_IN[name.partition(".")[0]])
        ]
    )


def test_every_module_opens_with_a_sign_over_its_door() -> None:
    told(
        [
            f"{module.path}:1: no docstring says what lives here"
            for module in modules()
            if not (ast.get_docstring(module.tree) or "").strip()
        ]
    )


def test_only_doors_and_workers_commit() -> None:
    told(
        [
            f"{module.path}:{node.lineno}: .{node.func.attr}() belongs to the store"
            for module in modules()
            if module.room == "tracker" and not module.path.startswith(MAY_COMMIT)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
        ]
    )


def test_nobody_asks_what_time_it_is_but_the_clock() -> None:
    """A monotonic clock measures lengths and may be asked; a wall clock's time is an argument."""
    told(
        [
            f"{module.path}:{node.lineno}: {ast.unparse(node.func)}() asks a clock; take `now` as an argument"
            for module in modules()
            if module.path not in MAY_ASK_THE_CLOCK
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CLOCKS
            and ast.unparse(node.func.value) in {"datetime", "date", "datetime.datetime", "datetime.date", "time"}
        ]
    )


def test_nothing_is_pickled() -> None:
    told(
        [
            f"{module.path}:{line}: {name} is code in disguise"
            for module in modules()
            for name, line in imports(module)
            if name.partition(".")[0] in {"pickle", "shelve", "marshal", "dill"}
        ]
    )


def test_no_room_is_too_large_to_know() -> None:
    """Words and steps of a migration are data: they may be longer."""
    told(
        [
            f"{module.path}:{len(module.lines)}: more than {CEILING} lines; split it into two rooms with better names"
            for module in modules()
            if len(module.lines) > CEILING and "/migrations/" not in module.path
        ]
    )


def test_no_fault_is_passed_over_in_silence() -> None:
    told(
        [
            f"{module.path}:{node.lineno}: everything is caught and nothing is said"
            for module in modules()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
            and all(isinstance(each, ast.Pass | ast.Continue) for each in node.body)
        ]
    )


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    told(
        [
            f"{module.path}:{number}: {line.strip()}"
            for module in modules()
            for number, line in enumerate(module.lines, 1)
            if marks.search(line)
        ]
    )


def keys(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str]]:
    """(section, key) of every key that a configuration may have."""
    for name, field in model.model_fields.items():
        inner = next(iter(models_in(field.annotation)), None)
        if inner is not None:
            yield from keys(inner, f"{above}.{name}".strip("."))
        else:
            yield above, name


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in getattr(annotation, "__args__", ()):
        yield from models_in(each)


def test_every_key_of_the_configuration_is_explained() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    told(
        [
            f"docs/configuration.md: `{key}` of [{section}] is not explained"
            for section, key in keys(Settings)
            if not any(f"| `{key}` |" in part(text, heading) for heading in headings(section))
        ]
    )


def headings(section: str) -> tuple[str, ...]:
    return f"[{section}]", f"[[{section}]]", f"[{section}.KIND]"


def part(text: str, section: str) -> str:
    """The text below the heading that names a section, up to the next heading."""
    found = re.search(rf"^#+ [^\n]*{re.escape(f'`{section}`')}[^\n]*$(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""
