"""Rows of a survey's export understood one by one, or told what is wrong with them; pure: a look changes nothing."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from tracker.evidence.grid import Grid
from tracker.evidence.headers import Heads, Trouble, find_headers, spoken
from tracker.evidence.naming import Names
from tracker.field import Field
from tracker.field.survey_rows import Survey

COMMENT_KINDS: Final = {
    "patient safety": "patient_safety",
    "bullying and undermining": "bullying_undermining",
    "bullying or undermining": "bullying_undermining",
    "bullying/undermining": "bullying_undermining",
    "bullying undermining": "bullying_undermining",
    "undermining": "bullying_undermining",
}
SUPPRESSED: Final = "suppressed"
_TOO_FEW: Final = re.compile(r"n?\s*(?:<|fewer than|less than)\s*\d{1,2}|\*|grey|suppressed", re.IGNORECASE)


@dataclass(frozen=True)
class Result:
    """One indicator of one group in one year. Figures are None where the group is too small to be shown."""

    row: int
    year: int
    report_by: str
    provider: str
    site: str
    programme: str
    level: str
    indicator: str
    outlier: str
    mean: float | None
    lower: float | None
    upper: float | None
    n: int | None
    benchmark_mean: float | None

    @property
    def group(self) -> tuple[int, str, str, str, str, str]:
        """What may be there only once in a survey."""
        return (self.year, self.provider, self.site, self.programme, self.level, self.indicator)


@dataclass(frozen=True)
class Comment:
    """A free-text comment with the place it speaks of. Its words are confidential and are never shown."""

    row: int
    year: int
    kind: str
    provider: str
    site: str
    programme: str
    level: str
    words: str


@dataclass(frozen=True)
class Look:
    """What a file holds: rows that can be placed, troubles of those that cannot, and notes on what was hidden or left aside.

    A look with troubles is never taken, not even in part.
    """

    survey: str
    headers: dict[str, str]
    results: tuple[Result, ...] = ()
    comments: tuple[Comment, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    notes: tuple[str, ...] = ()


def look(grid: Grid, survey: Survey, field: Field) -> Look:
    """Understand every row of results, and name every one that cannot be."""
    columns = field.surveys.columns
    heads, troubles = find_headers(grid, [each for each in columns if each.id not in NOT_RESULTS], survey.needed)
    if heads is None:
        return Look(survey.id, {}, troubles=troubles)
    reader = _Reader(survey, field, heads)
    results: list[Result] = []
    found: list[Trouble] = []
    for number, row in _body(grid, heads):
        if number in grid.merged:
            found.append(_merged(number))
            continue
        said = reader.result(number, row)
        if isinstance(said, Result):
            results.append(said)
        else:
            found.extend(said)
    found.extend(_repeated(results))
    if not results and not found:
        found.append(Trouble(0, "", "There is no row below the headers."))
    return Look(
        survey.id, heads.headers, tuple(results), troubles=tuple(sorted(found, key=lambda each: each.row)),
        notes=_notes(heads, results, survey),
    )  # fmt: skip


def look_at_comments(grid: Grid, survey: Survey, field: Field) -> Look:
    """The same for a file of free-text comments."""
    needed = ("year", "trust", "kind", "comment")
    heads, troubles = find_headers(grid, field.surveys.columns, needed)
    if heads is None:
        return Look(survey.id, {}, troubles=troubles)
    reader = _Reader(survey, field, heads)
    comments: list[Comment] = []
    found: list[Trouble] = []
    for number, row in _body(grid, heads):
        said = [_merged(number)] if number in grid.merged else reader.comment(number, row)
        if isinstance(said, Comment):
            comments.append(said)
        else:
            found.extend(said)
    if not comments and not found:
        found.append(Trouble(0, "", "There is no row below the headers."))
    notes = (f"{len(comments)} comments are kept under lock: they are counted, and their words are never shown.",)
    return Look(survey.id, heads.headers, comments=tuple(comments), troubles=tuple(found), notes=notes)


NOT_RESULTS: Final = frozenset({"kind", "comment", "happened_on", "summary", "source"})


def _body(grid: Grid, heads: Heads) -> list[tuple[int, tuple[str, ...]]]:
    """Numbered rows below the headers that hold anything."""
    return [(number, row) for number, row in enumerate(grid.rows, 1) if number > heads.row and any(row)]


def _merged(number: int) -> Trouble:
    return Trouble(
        number, "", "Cells of this row are merged, so what stands in the others is not known; unmerge and fill them."
    )


def _repeated(results: list[Result]) -> list[Trouble]:
    counts = Counter(result.group for result in results)
    first: dict[object, int] = {}
    troubles = []
    for result in results:
        if counts[result.group] > 1 and first.setdefault(result.group, result.row) != result.row:
            words = (
                f"the same group and indicator stand in row {first[result.group]} already; take one of the two rows out"
            )
            troubles.append(Trouble(result.row, "indicator", words))
    return troubles


def _notes(heads: Heads, results: list[Result], survey: Survey) -> tuple[str, ...]:
    hidden = sum(result.outlier == SUPPRESSED for result in results)
    notes = []
    if hidden:
        notes.append(f"{hidden} rows with fewer than {survey.smallest_group} replies are kept without any figure.")
    if heads.unused:
        notes.append(f"Columns that are not used: {', '.join(heads.unused)}.")
    return tuple(notes)


class _Reader:
    """Reads single rows; every finder collects its trouble, so that a row's faults are told at once."""

    def __init__(self, survey: Survey, field: Field, heads: Heads) -> None:
        self._survey = survey
        self._heads = heads
        self._names = Names(field)
        self._flags = {spoken(text): flag.id for flag in field.surveys.flags for text in flag.texts}
        self._flag_words = ", ".join(f'"{flag.texts[0]}"' for flag in field.surveys.flags)
        self._indicators = {spoken(name): name for name in survey.indicators}

    def result(self, number: int, row: tuple[str, ...]) -> Result | list[Trouble]:
        troubles: list[Trouble] = []
        place = self._place(number, row, troubles)
        year = self._year(number, row, troubles)
        indicator = self._indicators.get(spoken(self._heads.cell(row, "indicator")), "")
        if not indicator:
            named = self._heads.cell(row, "indicator")
            words = f"{self._survey.name} has no indicator {named!r}; put it right, or add it to surveys.toml for this survey"
            troubles.append(Trouble(number, "indicator", words))
        outlier = self._outlier(number, row, troubles)
        count = self._count(number, row, troubles)
        too_few = outlier == SUPPRESSED or count is None or count < self._survey.smallest_group
        mean, lower, upper, benchmark = (
            self._figure(number, row, column, troubles) for column in ("mean", "lower", "upper", "benchmark_mean")
        )
        if not too_few and mean is None and not any(each.column == "mean" for each in troubles):
            troubles.append(Trouble(number, "mean", "the mean is missing although there are enough replies"))
        too_low = mean is not None and lower is not None and mean < lower
        too_high = mean is not None and upper is not None and mean > upper
        if too_low or too_high:
            troubles.append(Trouble(number, "mean", "the mean lies outside its confidence interval"))
        if troubles:
            return troubles
        return Result(
            number, year, self._heads.cell(row, "report_by"), *place, self._heads.cell(row, "level"), indicator,
            SUPPRESSED if too_few else outlier,
            mean=None if too_few else mean,
            lower=None if too_few else lower,
            upper=None if too_few else upper,
            n=None if too_few else count,
            benchmark_mean=None if too_few else benchmark,
        )  # fmt: skip

    def comment(self, number: int, row: tuple[str, ...]) -> Comment | list[Trouble]:
        troubles: list[Trouble] = []
        place = self._place(number, row, troubles)
        year = self._year(number, row, troubles, gaps=False)
        kind = COMMENT_KINDS.get(spoken(self._heads.cell(row, "kind")).replace("&", "and"), "")
        if not kind:
            troubles.append(
                Trouble(number, "kind", "the kind of comment must be patient safety, or bullying and undermining")
            )
        words = self._heads.cell(row, "comment")
        if not words:
            troubles.append(Trouble(number, "comment", "the row holds no comment; take it out"))
        return troubles or Comment(number, year, kind, *place, self._heads.cell(row, "level"), words)

    def _place(self, number: int, row: tuple[str, ...], troubles: list[Trouble]) -> tuple[str, str, str]:
        cell = self._heads.cell
        trust = site = programme = ""
        try:
            trust = self._names.trust(cell(row, "trust_code"), cell(row, "trust"))
            site = self._names.site(cell(row, "site"), trust)
        except LookupError as error:
            troubles.append(Trouble(number, "site" if trust else "trust", str(error.args[0])))
        try:
            programme = self._names.programme(cell(row, "programme"))
        except LookupError as error:
            troubles.append(Trouble(number, "programme", str(error.args[0])))
        return trust, site, programme

    def _year(self, number: int, row: tuple[str, ...], troubles: list[Trouble], *, gaps: bool = True) -> int:
        text = self._heads.cell(row, "year")
        year = int(text) if re.fullmatch(r"\d{4}", text) else 0
        if not self._survey.first_year <= year <= 2100:
            troubles.append(Trouble(number, "year", f"{text!r} is no year of this survey; write it as four digits"))
        elif gaps and year in self._survey.gap_years:
            troubles.append(Trouble(number, "year", f"{self._survey.gap_note}; take the rows of {year} out"))
        return year

    def _outlier(self, number: int, row: tuple[str, ...], troubles: list[Trouble]) -> str:
        text = self._heads.cell(row, "outlier")
        if not text and "outlier" not in self._survey.needed:
            return "none"
        flag = self._flags.get(spoken(text))
        if flag is None:
            troubles.append(Trouble(number, "outlier", f"{text!r} is no result; it must be one of {self._flag_words}"))
        return flag or ""

    def _count(self, number: int, row: tuple[str, ...], troubles: list[Trouble]) -> int | None:
        """How many replies; None where the export itself says that they are too few."""
        text = self._heads.cell(row, "n").replace(",", "")
        if re.fullmatch(r"\d{1,6}", text):
            return int(text)
        if not _TOO_FEW.fullmatch(text):
            words = f"n must be a whole number, or n<{self._survey.smallest_group} where it is hidden; it says {text!r}"
            troubles.append(Trouble(number, "n", words))
        return None

    def _figure(self, number: int, row: tuple[str, ...], column: str, troubles: list[Trouble]) -> float | None:
        text = self._heads.cell(row, column).removesuffix("%").strip()
        if not text or _TOO_FEW.fullmatch(text) or text in ("-", "N/A", "n/a"):
            return None
        if re.fullmatch(r"\d{1,3}(?:\.\d{1,12})?", text) and float(text) <= 100:
            return float(text)
        troubles.append(Trouble(number, column, f"the figure must be a number from 0 to 100; it says {text!r}"))
        return None
