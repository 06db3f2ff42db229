"""Parts that several papers share: tables of ratings, requirements and surveys, and figures kept together with their rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil, floor
from typing import Final
from zoneinfo import ZoneInfo

from bot.reports.paper import Cell, Table, Tone, Trace, Value
from tracker.evidence.case_facts import Wait
from tracker.evidence.rating_facts import Move, Step
from tracker.evidence.reports import Report
from tracker.evidence.requirement_facts import Asked
from tracker.evidence.scope import Wording
from tracker.evidence.small import WITHHELD, about, hide_small, rounded, shown
from tracker.field import Field

LEVEL_TONES: Final[dict[int, Tone]] = {0: "green", 1: "yellow", 2: "amber", 3: "red", 4: "dark"}
MOST_ROWS: Final = 150
MOST_LABELS: Final = 12
STATES: Final = {"set": "set", "provisional": "provisional", "unchanged": "unchanged"}


class Figures:
    """Figures as they are put into a paper, each with the rows behind it."""

    def __init__(self, at_least: int) -> None:
        self.at_least = at_least
        self.traces: list[Trace] = []

    @property
    def rounding(self) -> str:
        """What a reader is told of rounded counts; "" where a team hides none, so that nothing is rounded."""
        if self.at_least == 1:
            return ""
        return (
            f"Numbers are rounded to the nearest {2 * self.at_least - 1}, and what has fewer than {self.at_least} is not "
            "listed, so that no small number can be worked out."
        )

    def count(self, figure: str, rows: Iterable[str], how: str) -> int:
        """A count of things that are not people: requirements, ratings, reviews."""
        refs = tuple(rows)
        self.traces.append(Trace(figure, str(len(refs)), how, refs))
        return len(refs)

    def cases(self, figure: str, rows: Iterable[Report], how: str) -> int | str:
        """A count of the whole region's reports, withheld where it is small."""
        refs = tuple(row.ref for row in rows)
        said = shown(len(refs), self.at_least)
        self.traces.append(Trace(figure, str(said), how, () if said == WITHHELD else refs))
        return said

    def about(self, figure: str, rows: Iterable[Report], how: str) -> int | str:
        """A count of reports of a part, rounded, so that it can be taken from no other count. Its rows stay in the desk."""
        refs = tuple(row.ref for row in rows)
        said = about(len(refs), self.at_least)
        self.traces.append(
            Trace(figure, str(said), f"{how}; rounded", refs if isinstance(said, int) else (), printed=False)
        )
        return said

    def enough(self, parts: Mapping[str, Sequence[Report]], say: Callable[[str], str]) -> list[str]:
        """The labels that may be listed: those with enough reports, by their rounded number and then by name."""
        seen = [label for label, rows in parts.items() if rounded(len(rows), self.at_least)]
        return sorted(seen, key=lambda label: (-rounded(len(parts[label]), self.at_least), say(label)))[:MOST_LABELS]

    def parts(
        self, figure: str, parts: Mapping[str, Sequence[Report]], how: str, kind: Callable[[str], str]
    ) -> list[tuple[str, int | str]]:
        """Cases split into parts that do not overlap; small ones are withheld, and others that would give them away.

        They stand by name: in the order of their size, a hidden one would be as good as told by its neighbours. There are none
        where even all hidden parts together would tell: the whole stands elsewhere in the paper.
        """
        names = sorted(parts, key=kind)
        hidden = hide_small([len(parts[name]) for name in names], self.at_least)
        found: list[tuple[str, int | str]] = []
        if hidden.total is None:
            return found
        for name, part in zip(names, hidden.parts, strict=True):
            value = WITHHELD if part is None else part
            refs = () if part is None else tuple(case.ref for case in parts[name])
            self.traces.append(Trace(f"{figure}: {kind(name)}", str(value), how, refs, printed=False))
            found.append((kind(name), value))
        return found

    def share(self, figure: str, wait: Wait, how: str) -> str:
        """`84%`; "over 92%" or "under 8%" where it would single out a few, withheld where few cases count.

        How many cases count is not said: taken from the month's whole number it would tell how few do not.
        """
        whole, kept = len(wait.rows), len(wait.kept)
        missed = whole - kept
        few = 0 < kept < self.at_least or 0 < missed < self.at_least
        if not whole:
            said = "no case"
        elif whole < self.at_least or (few and whole < 2 * self.at_least):
            said = WITHHELD
        elif few:
            edge = self.at_least * 100 / whole
            said = f"over {floor(100 - edge)}%" if missed < self.at_least else f"under {ceil(edge)}%"
        else:
            said = f"{kept * 100 / whole:.0f}%"
        self.traces.append(Trace(figure, said, how, () if few or said == WITHHELD else wait.kept, printed=False))
        return said

    def middle(self, figure: str, wait: Wait, how: str) -> str:
        """The median in words, withheld where few cases count."""
        counted = len(wait.kept) if figure.startswith("Told") else len(wait.rows)
        hidden = 0 < counted < self.at_least
        said = WITHHELD if hidden else span(wait.median)
        self.traces.append(Trace(figure, said, how, () if hidden else wait.rows, printed=False))
        return said


def span(length: timedelta | None) -> str:
    """`4 minutes`, `5.5 hours` or `2.3 days`; "no case" for none."""
    if length is None:
        return "no case"
    seconds = length.total_seconds()
    if seconds < 5400:
        minutes = max(1, round(seconds / 60))
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{seconds / 3600:.1f} hours" if seconds < 172800 else f"{seconds / 86400:.1f} days"


def day(at: datetime | date | None, zone: ZoneInfo) -> str:
    """`5 Nov 2026`, "" for none."""
    if at is None:
        return ""
    local = at.astimezone(zone).date() if isinstance(at, datetime) else at
    return f"{local.day} {local:%b %Y}"


def level_name(level: int | None, field: Field, names: Mapping[int, str]) -> str:
    """`2, significant concerns`: the team's own name for a level, else the framework's."""
    if level is None:
        return "none"
    known = {row.level: row.name for row in field.isf.levels}
    return f"{level}, {(names.get(level) or known.get(level, '')).lower()}"


def level_cell(level: int | None, field: Field, names: Mapping[int, str]) -> Value:
    """A level's cell, tinted."""
    words = level_name(level, field, names)
    return words if level is None else Cell(words, LEVEL_TONES.get(level, ""))


def ratings_table(
    caption: str, steps: Sequence[Step], say: Wording, field: Field, names: Mapping[int, str], zone: ZoneInfo, on: date
) -> Table:
    """Standing ratings, with the day by which each must be looked at again."""
    rows = tuple(
        (
            say.place(step.place),
            level_cell(step.level, field, names),
            STATES[step.state],
            day(step.since, zone),
            Cell(f"{day(step.review_on, zone)}, overdue", "red")
            if step.review_on is not None and step.review_on < on and step.level > 0
            else day(step.review_on, zone),
        )
        for step in steps[:MOST_ROWS]
    )
    return Table(
        _cut(caption, len(steps)),
        ("Place", "ISF level", "State", "Since", "Review by"),
        rows,
        widths=(36, 21, 13, 15, 17),
    )


def moves_table(
    caption: str, moves: Sequence[Move], say: Wording, field: Field, names: Mapping[int, str], zone: ZoneInfo
) -> Table:
    """How ratings moved."""
    rows = tuple(
        (
            say.place(move.step.place),
            move.movement,
            level_name(move.before, field, names),
            level_cell(move.step.level, field, names),
            day(move.step.since, zone),
        )
        for move in moves[:MOST_ROWS]
    )
    return Table(
        _cut(caption, len(moves)), ("Place", "Movement", "From", "To", "On"), rows, widths=(33, 13, 21, 21, 15)
    )


def requirements_table(caption: str, rows: Sequence[Asked], say: Wording, zone: ZoneInfo, at: datetime) -> Table:
    """Requirements by place, with what they are measured by."""
    cells = tuple(
        (
            row.ref,
            row.kind,
            say.place(row.place),
            ", ".join(row.standards),
            Cell(f"{day(row.due_at, zone)}, overdue", "red") if row.overdue(at) else day(row.due_at, zone),
            row.state.replace("_", " "),
        )
        for row in rows[:MOST_ROWS]
    )
    columns = ("Requirement", "Kind", "Place", "Standards", "Due", "State")
    return Table(_cut(caption, len(rows)), columns, cells, widths=(20, 8, 34, 13, 15, 14))


def tally(rows: Iterable[Report], labels: Callable[[Report], Iterable[str]]) -> dict[str, list[Report]]:
    """Cases by label; one with several labels counts for each."""
    found: dict[str, list[Report]] = {}
    for case in rows:
        for label in dict.fromkeys(labels(case)):
            found.setdefault(label, []).append(case)
    return found


def _cut(caption: str, whole: int) -> str:
    return caption if whole <= MOST_ROWS else f"{caption} (the first {MOST_ROWS} of {whole:,})"
