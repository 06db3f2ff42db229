"""A paper as plain data: headings, words, tables and charts, and the rows behind every figure; nothing is drawn here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal, TypeAlias

from tracker.evidence.small import FEWER, WITHHELD

_ROW: Final = re.compile(r"(.+) row (\d{1,9})")
AT_ONCE: Final = 200
"""References in one cell of the appendix."""

Tone: TypeAlias = Literal["", "red", "amber", "yellow", "pink", "light_green", "green", "grey", "dark"]
"""A tint behind a cell. It repeats what the cell says in words and never stands alone."""


@dataclass(frozen=True)
class Cell:
    """A value with a tint."""

    value: str | int | float
    tone: Tone = ""


Value: TypeAlias = str | int | float | Cell


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 begins a section, level 2 a part of it."""

    words: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Words:
    """A paragraph. `quiet` ones explain and are set smaller."""

    words: str
    quiet: bool = False


@dataclass(frozen=True)
class Points:
    """A list with bullets."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows under column names, with a caption. A table without rows says `nothing` instead."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    nothing: str = "None."
    widths: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.caption}: a row of {len(row)} cells under {len(self.columns)} columns")


@dataclass(frozen=True)
class Series:
    """Values of one kind along a chart's labels; None leaves a gap."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """Bars lying (`bars`), columns beside each other (`columns`) or lines over time (`lines`).

    `alt` says in words what the picture shows, with its figures.
    """

    title: str
    kind: Literal["bars", "columns", "lines"]
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    unit: str = ""


Block: TypeAlias = Heading | Words | Points | Table | Chart


@dataclass(frozen=True)
class Trace:
    """Where a figure comes from: what is counted, how, and the references of the rows (none where it is withheld).

    Rows that are not `printed` are told to staff by `qualitydesk pack rows` only: side by side, the breakdowns that one case
    is counted in would say whose it is.
    """

    figure: str
    value: str
    how: str
    rows: tuple[str, ...]
    printed: bool = True


@dataclass(frozen=True)
class Paper:
    """The whole paper. `name` is its file's name without ending; `dated` the day that its facts stand for."""

    name: str
    title: str
    subtitle: str
    team: str
    dated: date
    blocks: tuple[Block, ...]
    traces: tuple[Trace, ...] = field(default=())
    marking: str = "Official – sensitive. It names no learner and no reporter."

    def printed(self) -> "Paper":
        """The paper without the rows that stay in the desk, for whoever is given its data."""
        traces = (trace if trace.printed else replace(trace, rows=()) for trace in self.traces)
        return replace(self, traces=tuple(traces))

    def all_blocks(self) -> Iterator[Block]:
        """The blocks, and after them the appendix that names the rows behind every figure."""
        yield from self.blocks
        if self.traces:
            yield Heading("Where the figures come from")
            yield Words(
                "Each figure, how it was counted, and the references of the rows that were counted. A figure that is withheld "
                "names no rows. Where breakdowns side by side could say whose a case is, the rows are kept in the desk, and "
                "those figures are not listed here: staff ask for them with `qualitydesk pack rows`.",
                quiet=True,
            )
            rows = tuple(line for trace in self.traces if trace.printed for line in _lines(trace))
            yield Table(
                "Figures and their rows",
                ("Figure", "Value", "How it was counted", "Rows"),
                rows,
                widths=(24, 10, 30, 36),
            )


def _lines(trace: Trace) -> Iterator[tuple[str, str, str, str]]:
    """A trace as rows of the appendix, each with no more references than a cell can hold."""
    lines = together(trace.rows)
    for start in range(0, max(len(lines), 1), AT_ONCE):
        more = start > 0
        rows = ", ".join(lines[start : start + AT_ONCE])
        yield (f"{trace.figure} (more)", "", "", rows) if more else (trace.figure, trace.value, trace.how, rows)


def together(rows: tuple[str, ...]) -> list[str]:
    """References with rows of a file that follow each other in one: `import 1 rows 2-46`."""
    found: list[tuple[str, int, int]] = []
    for row in rows:
        match = _ROW.fullmatch(row)
        if match is None:
            found.append((row, -1, -1))
            continue
        name, number = match[1], int(match[2])
        if found and found[-1][0] == name and found[-1][2] == number - 1:
            found[-1] = (name, found[-1][1], number)
        else:
            found.append((name, number, number))
    return [
        name if first < 0 else f"{name} row {first}" if first == last else f"{name} rows {first}-{last}"
        for name, first, last in found
    ]


def plain(value: Value) -> str:
    """A cell's value as people read it."""
    inner = value.value if isinstance(value, Cell) else value
    return f"{inner:,.1f}" if isinstance(inner, float) else f"{inner:,}" if isinstance(inner, int) else inner


def tone(value: Value) -> Tone:
    """A cell's tint, "" for none."""
    return value.tone if isinstance(value, Cell) else ""


def is_number(value: Value) -> bool:
    """Whether a cell holds a number or one that is withheld, to be set to the right."""
    inner = value.value if isinstance(value, Cell) else value
    return isinstance(inner, int | float) or inner == WITHHELD or inner.startswith(FEWER)


def is_counted(table: Table, place: int) -> bool:
    """Whether a column holds numbers only (or nothing), so that its name stands to the right as they do."""
    held = [row[place] for row in table.rows if plain(row[place])]
    return bool(held) and all(is_number(value) for value in held)
