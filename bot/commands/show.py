"""Printing: JSON for machines, tables that fit a terminal for people; times are local, words are not codes."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.commands.inert import inert, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from rich.console import Console


WIDEST_AT_LEAST = 16


def as_json(value: object) -> None:
    """One object on one line, in ASCII, so that no terminal, pipe or lone surrogate can break it."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")


def lines(rows: Iterable[object]) -> None:
    """One object a line."""
    for row in rows:
        as_json(row)


def say(text: str = "") -> None:
    """One line for a person."""
    sys.stdout.write(text + "\n")


def said(sentence: str, facts: Mapping[str, object], *, json: bool) -> None:
    """What was done: a sentence for a person, or the facts for a machine."""
    if json:
        as_json(facts)
    else:
        say(sentence)


def console() -> Console:
    """Where tables go: as wide as the terminal, 100 columns where there is none."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False, markup=False, emoji=False)
    return Console(highlight=False, markup=False, emoji=False, width=100)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, widest: str = "") -> int:
    """Print rows under column names, leaving out columns that are empty in all. Returns how many rows.

    `widest` names the column that takes what room is left; it and words in the others may wrap, the first column never.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    cells = [[one_line(cell) for cell in row] for row in rows]
    used = [place for place in range(len(columns)) if any(row[place] for row in cells)]
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    for place in used:
        name = columns[place]
        wide = name == widest
        grid.add_column(
            name,
            overflow="fold",
            no_wrap=place == 0,
            ratio=1 if wide else None,
            min_width=WIDEST_AT_LEAST if wide else None,
        )
    for row in cells:
        grid.add_row(*(Text(row[place]) for place in used))
    if cells:
        console().print(grid)
    return len(cells)


def facts(pairs: Iterable[tuple[str, str]]) -> None:
    """Print names and values below each other, leaving out empty values."""
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold", ratio=1)
    for name, value in pairs:
        if value:
            grid.add_row(Text(name), Text(inert(value)))
    console().print(grid)


def heading(text: str) -> None:
    """A heading within a page."""
    from rich.text import Text

    say()
    console().print(Text(text, style="bold underline"))


def when(iso: str | None, zone: ZoneInfo) -> str:
    """A stored time as `Tue 24 Nov 2026, 5.30pm` in the team's zone; a full hour as `5pm`."""
    if not iso:
        return ""
    local = datetime.fromisoformat(iso).astimezone(zone)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    minutes = f".{local:%M}" if local.minute else ""
    return f"{local:%a} {local.day} {local:%b %Y}, {hour}{minutes}{half}"


def words(code: str | None) -> str:
    """A code as words: `same_day` → `same day`."""
    return (code or "").replace("_", " ").replace("/", ": ")


def acknowledgement(case: Mapping[str, Any]) -> str:
    """`standard, sent`, or `none`."""
    kind, state = case["acknowledgement"]["kind"], case["acknowledgement"]["state"]
    return words(kind) if kind == "none" or state == "none" else f"{words(kind)}, {words(state)}"


def level(case: Mapping[str, Any]) -> str:
    """The level in words: `3 set`, `2 provisional`, `1 to 2 proposed`; and what waits for a second person."""
    proposed = case["isf_proposed"]
    if case["isf"] is not None:
        text = f"{case['isf']} {case['isf_state']}"
    elif proposed:
        low, high = proposed
        text = f"{low} proposed" if low == high else f"{low} to {high} proposed"
    else:
        text = ""
    waiting = case["isf_awaiting"]
    return f"{text}; {waiting['level']} asked by {waiting['by']}, waits for a second person" if waiting else text
