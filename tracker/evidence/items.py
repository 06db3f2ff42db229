"""Other evidence from a list: exception reports, speak-up themes, self-assessments, inspections; pure, row by row."""

import re
from dataclasses import dataclass
from datetime import date

from tracker.evidence.grid import Grid
from tracker.evidence.headers import Heads, Trouble, find_headers, spoken
from tracker.evidence.naming import Names
from tracker.field import Field

NEEDED = ("happened_on", "kind", "trust", "summary", "source")
COLUMNS = frozenset({*NEEDED, "trust_code", "site", "programme", "n"})


@dataclass(frozen=True)
class Item:
    """A dated item about a place: `kind` is an id of evidence.toml, `summary` staff's own words."""

    row: int
    kind: str
    happened_on: date
    provider: str
    site: str
    programme: str
    summary: str
    source: str
    n: int | None


@dataclass(frozen=True)
class ItemsLook:
    """What a list holds; with troubles it is never taken, not even in part."""

    headers: dict[str, str]
    items: tuple[Item, ...] = ()
    troubles: tuple[Trouble, ...] = ()


def look_at_items(grid: Grid, field: Field, *, today: date) -> ItemsLook:
    """Understand every row, and name every one that cannot be placed."""
    heads, troubles = find_headers(grid, [each for each in field.surveys.columns if each.id in COLUMNS], NEEDED)
    if heads is None:
        return ItemsLook({}, troubles=troubles)
    names = Names(field)
    kinds = {spoken(name): kind.id for kind in field.evidence.kinds for name in (kind.name, kind.id)}
    items: list[Item] = []
    found: list[Trouble] = []
    for number, row in enumerate(grid.rows, 1):
        if number <= heads.row or not any(row):
            continue
        if number in grid.merged:
            found.append(Trouble(number, "", "cells of this row are merged; unmerge and fill them"))
            continue
        said = _item(number, row, heads, names, kinds, today)
        if isinstance(said, Item):
            items.append(said)
        else:
            found.extend(said)
    if not items and not found:
        found.append(Trouble(0, "", "There is no row below the headers."))
    return ItemsLook(heads.headers, tuple(items), tuple(found))


def _item(
    number: int, row: tuple[str, ...], heads: Heads, names: Names, kinds: dict[str, str], today: date
) -> Item | list[Trouble]:
    troubles: list[Trouble] = []
    cell = heads.cell
    trust = site = programme = ""
    try:
        trust = names.trust(cell(row, "trust_code"), cell(row, "trust"))
        site = names.site(cell(row, "site"), trust)
        programme = names.programme(cell(row, "programme"))
    except LookupError as error:
        troubles.append(Trouble(number, "trust" if not trust else "place", str(error.args[0])))
    kind = kinds.get(spoken(cell(row, "kind")), "")
    if not kind:
        known = ", ".join(sorted(set(kinds.values())))
        troubles.append(Trouble(number, "kind", f"{cell(row, 'kind')!r} is no kind of evidence; there are: {known}"))
    on = _day(cell(row, "happened_on"))
    if on is None or on > today:
        words = f"{cell(row, 'happened_on')!r} is no day that has been; write it as 2026-11-30 or 30/11/2026"
        troubles.append(Trouble(number, "happened_on", words))
    troubles += [
        Trouble(number, column, f"the {column} is missing; fill it in or take the row out")
        for column in ("summary", "source")
        if not cell(row, column)
    ]
    count = cell(row, "n")
    if count and not re.fullmatch(r"\d{1,6}", count):
        troubles.append(Trouble(number, "n", f"n must be a whole number or empty; it says {count!r}"))
    if troubles or on is None:
        return troubles
    return Item(
        number,
        kind,
        on,
        trust,
        site,
        programme,
        cell(row, "summary"),
        cell(row, "source"),
        int(count) if count else None,
    )


def _day(text: str) -> date | None:
    """A day as 2026-11-30 or, as the British write it, 30/11/2026."""
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text) or re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if match is None:
        return None
    year, month, day = (int(part) for part in (match.groups() if "-" in text else reversed(match.groups())))
    try:
        return date(year, month, day)
    except ValueError:
        return None
