"""Papers about a part of the region: one page a place, a trust's sheet for its annual meeting, a school's sheet; pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.reports.paper import Block, Cell, Chart, Heading, Paper, Points, Series, Table, Tone, Value, Words
from bot.reports.parts import Figures, day, ratings_table, requirements_table, tally
from tracker.evidence.comments import KINDS
from tracker.evidence.place_facts import PlaceFacts
from tracker.evidence.rating_facts import Step
from tracker.evidence.scope import Wording
from tracker.evidence.small import about
from tracker.evidence.survey_facts import Answer
from tracker.field import Field

COLOURS: dict[str, Tone] = {
    "red": "red",
    "pink": "pink",
    "light_green": "light_green",
    "green": "green",
    "grey": "grey",
}


class About:
    """Says what is known of a scope. `title` names it; `kind` is place, trust or school."""

    def __init__(
        self, facts: PlaceFacts, field: Field, *, kind: str, name: str, title: str, team: str, levels: Mapping[int, str],
        at_least: int,
    ) -> None:  # fmt: skip
        self._facts = facts
        self._field = field
        self._say = Wording(field)
        self._kind, self._name, self._title, self._team = kind, name, title, team
        self._levels = levels
        self._figures = Figures(at_least)
        self._zone = facts.year.zone
        self._on: date = facts.at.astimezone(self._zone).date()
        self._flags = {flag.id: flag for flag in field.surveys.flags}

    def paper(self) -> Paper:
        """The paper with every figure's rows."""
        headline = {"place": "What is known of a place", "trust": "Sheet for the Annual Dean's Quality Meeting"}
        blocks: list[Block] = [
            *self._conflicts(),
            *self._ratings(),
            *self._requirements(),
            *self._surveys(),
            *self._reports(),
            *self._visits(),
            *self._items(),
        ]
        return Paper(
            name=self._name,
            title=self._title,
            subtitle=f"{headline.get(self._kind, 'Sheet for a specialty school')}, as it stood on {day(self._on, self._zone)}",
            team=self._team,
            dated=self._on,
            blocks=tuple(blocks),
            traces=tuple(self._figures.traces),
        )

    def _conflicts(self) -> list[Block]:
        if self._kind != "place":
            return []
        found = self._facts.conflicts
        said: Block = Points(found) if found else Words("Nothing was seen that contradicts itself.")
        return [Heading("What does not fit together"), said]

    def _ratings(self) -> list[Block]:
        facts, say = self._facts, self._say
        self._figures.count("Places rated", [step.ref for step in facts.standing], "ratings that stand")
        table = ratings_table(
            "Ratings that stand", facts.standing, say, self._field, self._levels, self._zone, self._on
        )
        if self._kind != "place":
            return [Heading("Ratings"), table]
        steps = facts.history
        blocks: list[Block] = [Heading("Rating over time"), table]
        if len(steps) > 1:
            blocks.append(self._over_time(steps))
        return blocks

    def _over_time(self, steps: Sequence[Step]) -> Chart:
        labels = tuple(f"{step.since.astimezone(self._zone):%b %y}" for step in steps)
        said = "; ".join(f"{day(step.since, self._zone)}: ISF {step.level}, {step.state}" for step in steps)
        values = tuple(float(step.level) for step in steps)
        return Chart(
            "ISF level at each decision", "lines", labels, (Series("ISF level", values),), f"ISF level. {said}."
        )

    def _requirements(self) -> list[Block]:
        facts = self._facts
        chased = [row for row in facts.requirements if row.kind in ("IMR", "MR")]
        owed = [row for row in chased if row.is_open()]
        closed = [row for row in chased if row.closed_at is not None]
        good = [row for row in facts.requirements if row.kind == "GP"]
        other = [row for row in facts.requirements if row.kind == "REC"]
        count = self._figures.count
        rows: tuple[tuple[Value, ...], ...] = (
            ("Open", count("Requirements open", [row.ref for row in owed], "IMR and MR that are open")),
            (
                "Overdue",
                count("Requirements overdue", [row.ref for row in owed if row.overdue(facts.at)], "open and past due"),
            ),
            ("Closed", count("Requirements closed", [row.ref for row in closed], "IMR and MR that were closed")),
            ("Recommendations", count("Recommendations", [row.ref for row in other], "kind REC")),
            ("Good practice", count("Good practice", [row.ref for row in good], "kind GP")),
        )
        tables = [
            requirements_table("Open requirements", owed, self._say, self._zone, facts.at),
            requirements_table("Good practice to share", good, self._say, self._zone, facts.at),
        ]
        if self._kind == "place":
            tables.insert(1, requirements_table("Closed requirements", closed, self._say, self._zone, facts.at))
        return [
            Heading("Requirements"),
            Table("Requirements in numbers", ("What", "Number"), rows, widths=(70, 20)),
            *tables,
        ]

    def _surveys(self) -> list[Block]:
        answers = self._facts.answers
        blocks: list[Block] = [Heading("What learners said in surveys")]
        surveys = list(dict.fromkeys(answer.survey for answer in answers))
        if not surveys:
            return [*blocks, Words("No survey results are here for it."), *self._comments()]
        for survey in surveys:
            rows = [answer for answer in answers if answer.survey == survey]
            name = self._field.surveys.survey(survey).name
            blocks.append(self._matrix(name, rows) if self._kind != "school" else self._by_indicator(name, rows))
            refs = sorted((row.ref for row in rows), key=_by_row)
            self._figures.count(f"{name}: results used", refs, "results of this scope, learners of all levels together")
            if self._kind == "school":
                blocks.append(self._outliers(name, rows))
        key = "; ".join(f"{flag.words} – {flag.meaning.lower()}" for flag in self._field.surveys.flags)
        blocks.append(Words(f"Flags: {key}.", quiet=True))
        return [*blocks, *self._comments()]

    def _comments(self) -> list[Block]:
        """How many learners wrote what they were afraid of, by kind: rounded, and never a word of it."""
        rows = []
        for each in self._facts.comments:
            survey = self._field.surveys.survey(each.survey)
            few = max(self._figures.at_least, survey.smallest_group)
            counts = (about(each.by_kind.get(kind, 0), few) for kind in KINDS)
            rows.append((f"{survey.name} {each.year}", *counts))
        if not rows:
            return []
        table = Table("Free-text comments", ("Survey", *KINDS.values()), tuple(rows), widths=(50, 20, 20))
        return [table, Words("Comments are confidential: they are counted, rounded, and never quoted.", quiet=True)]

    def _matrix(self, name: str, rows: Sequence[Answer]) -> Table:
        """Indicators by year, each with its flag in words and colour and its mean; a gap year leaves a gap."""
        years = sorted({row.year for row in rows})
        seen = {(row.indicator, row.year): row for row in rows}
        table = tuple(
            (indicator, *(self._flag(seen.get((indicator, year))) for year in years))
            for indicator in dict.fromkeys(row.indicator for row in rows)
        )
        return Table(name, ("Indicator", *map(str, years)), table)

    def _flag(self, answer: Answer | None) -> Value:
        if answer is None:
            return "no result"
        flag = self._flags[answer.outlier]
        mean = "" if answer.mean is None else f" ({answer.mean:.1f})"
        return Cell(f"{flag.words}{mean}", COLOURS.get(flag.colour, ""))

    def _by_indicator(self, name: str, rows: Sequence[Answer]) -> Table:
        """How many places are below and above in the newest year, by indicator."""
        newest = max(row.year for row in rows)
        now = [row for row in rows if row.year == newest]
        table = tuple(
            (
                indicator,
                sum(row.indicator == indicator and row.outlier == "below_outlier" for row in now),
                sum(row.indicator == indicator and row.outlier == "above_outlier" for row in now),
                sum(row.indicator == indicator and row.outlier != "suppressed" for row in now),
            )
            for indicator in sorted({row.indicator for row in now})
        )
        return Table(f"{name}, {newest}: results by indicator", ("Indicator", "Below", "Above", "Results"), table)

    def _outliers(self, name: str, rows: Sequence[Answer]) -> Table:
        newest = max(row.year for row in rows)
        low = [row for row in rows if row.year == newest and row.outlier == "below_outlier"]
        table = tuple(
            (row.site or "whole trust", self._say.programme(row.programme), row.indicator, self._flag(row))
            for row in low
        )
        return Table(f"{name}, {newest}: below outlier", ("Site", "Programme", "Indicator", "Result"), table)

    def _reports(self) -> list[Block]:
        facts, figures, say, how = self._facts, self._figures, self._say.theme, "cases opened in the twelve months"
        themes = tally(facts.cases, lambda case: case.themes)
        total = figures.about(f"Reports in {facts.year.words}", facts.cases, how)
        rows = tuple(
            (say(theme), figures.about(f"Reports: {say(theme)}", themes[theme], how))
            for theme in figures.enough(themes, say)
        )
        return [
            Heading("Reports"),
            Words(f"Reports received in the twelve months {facts.year.words}: {total}."),
            Words(f"Reports are counted, never told. {figures.rounding}", quiet=True),
            Table("By theme", ("Theme", "Reports"), rows, nothing="No theme has enough reports to be listed.", widths=(70, 20)),
        ]  # fmt: skip

    def _visits(self) -> list[Block]:
        rows = tuple(
            (each.ref, each.kind, day(each.held_on, self._zone), each.state, each.report) for each in self._facts.visits
        )
        self._figures.count("Reviews and meetings", [row[0] for row in rows], "dates of interventions here")
        return [
            Heading("Reviews and meetings"),
            Table("Held and planned", ("Reference", "Kind", "Date", "State", "Report"), rows),
        ]

    def _items(self) -> list[Block]:
        kinds = {kind.id: kind.name for kind in self._field.evidence.kinds}
        rows = tuple(
            (each.ref, kinds.get(each.kind, each.kind), day(each.happened_on, self._zone), each.source)
            for each in self._facts.items
        )
        return [
            Heading("Other evidence"),
            Table("Dated items, newest first", ("Item", "Kind", "Date", "Source"), rows),
        ]


def _by_row(ref: str) -> list[int]:
    """`import 2 row 10` after `import 2 row 9`."""
    return [int(word) for word in ref.split() if word.isdigit()]
