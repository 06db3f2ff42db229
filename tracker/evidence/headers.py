"""Which column of a sheet means what, told by its header; pure, and never by position."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from tracker.evidence.grid import Grid
from tracker.field.survey_rows import SurveyColumn

LOOKED_AT: Final = 30
"""How far down a sheet its row of headers is looked for: exports begin with a title and notes."""


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a row and what to do about it; row 0 is the whole file. It never repeats a comment's words."""

    row: int
    column: str
    words: str


@dataclass(frozen=True)
class Heads:
    """The row of headers and the place of each column in it; `unused` are headers that mean nothing to us."""

    row: int
    places: dict[str, int]
    headers: dict[str, str]
    unused: tuple[str, ...]

    def cell(self, row: tuple[str, ...], column: str) -> str:
        """The text of a column in a row, "" where the sheet has no such column or the row ends before it."""
        place = self.places.get(column)
        return row[place] if place is not None and place < len(row) else ""


def find_headers(
    grid: Grid, columns: Iterable[SurveyColumn], needed: Collection[str]
) -> tuple[Heads | None, tuple[Trouble, ...]]:
    """The headers, or None and what is missing. `needed` are column ids; for "trust" a trust's code does as well."""
    names = {spoken(header): column.id for column in columns for header in column.headers}
    best: tuple[int, int] = (0, 0)
    for number, row in enumerate(grid.rows[:LOOKED_AT], 1):
        known = len({names[spoken(cell)] for cell in row if spoken(cell) in names})
        if known > best[0]:
            best = (known, number)
    if best[0] < 2:
        return None, (
            Trouble(0, "", f"No row of headers was found in the first {LOOKED_AT} rows. There must be columns for "
                    f"{_list(needed)}; give them those names, or add the export's own to surveys.toml."),
        )  # fmt: skip
    number = best[1]
    places: dict[str, int] = {}
    troubles: list[Trouble] = []
    headers = grid.rows[number - 1]
    for place, header in enumerate(headers):
        column = names.get(spoken(header))
        if column in places:
            troubles.append(
                Trouble(
                    number,
                    header,
                    f'"{headers[places[column]]}" and "{header}" both mean {column}; take one of the two columns out.',
                )
            )
        elif column is not None:
            places[column] = place
    missing = [name for name in needed if name not in places and not (name == "trust" and "trust_code" in places)]
    if missing:
        there = _list([f'"{header}"' for header in headers if header])
        troubles.append(
            Trouble(
                0,
                ", ".join(missing),
                f"There is no column for {_list(missing)}. The headers in row {number} are {there}: rename one, or add its "
                "wording to surveys.toml.",
            )
        )
    if number in grid.merged:
        troubles.append(
            Trouble(number, "", "The headers are in merged cells; unmerge them, so that each column has its own.")
        )
    heads = Heads(
        number,
        places,
        {column: headers[place] for column, place in places.items()},
        tuple(header for header in headers if header and spoken(header) not in names),
    )
    return (None if troubles else heads), tuple(troubles)


def spoken(words: str) -> str:
    """Words as they are compared: lower case, single spaces, no underscores, no ends."""
    return re.sub(r"[\s_]+", " ", words).strip().casefold()


def _list(words: Collection[str]) -> str:
    each = [word.replace("_", " ") for word in words]
    return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} and {each[-1]}"
