"""The paper for the Deans Executive Management – Quality: a month of the register in one document; pure.

Its sections are those that the committee's terms ask for: what is new, rising, falling, overdue and closed, levels 2 and
above, requirements due, immediate requirements, themes by standard and profession, and how promises to reporters were kept.
"""

from collections.abc import Mapping
from datetime import date

from bot.reports.demq_reports import Reports
from bot.reports.paper import Block, Chart, Heading, Paper, Points, Series, Table, Value, Words
from bot.reports.parts import (
    Figures,
    day,
    moves_table,
    ratings_table,
    requirements_table,
)
from tracker.evidence.month import MonthFacts
from tracker.evidence.requirement_facts import KINDS, Asked, due_within
from tracker.evidence.scope import Wording
from tracker.evidence.small import WITHHELD, shown
from tracker.field import Field


class Demq:
    """Says one month. `levels` are the team's own names of levels; counts of cases below `at_least` are withheld."""

    def __init__(self, facts: MonthFacts, field: Field, *, team: str, levels: Mapping[int, str], at_least: int) -> None:
        self._facts = facts
        self._field = field
        self._say = Wording(field)
        self._team = team
        self._levels = levels
        self._figures = Figures(at_least)
        self._zone = facts.period.zone
        # The paper of a finished month stands for its last day; an unfinished one for today.
        self._on: date = facts.at.astimezone(self._zone).date() if facts.so_far else facts.period.last_day

    def paper(self) -> Paper:
        """The paper with every figure's rows."""
        facts = self._facts
        stands = f"as it stood {'on' if facts.so_far else 'at the end of'} {day(self._on, self._zone)}"
        so_far = f"{facts.period.words} so far, {stands}"
        blocks: list[Block] = [
            *self._glance(),
            *self._ratings(),
            *self._requirements(),
            *Reports(facts, self._field, self._figures).blocks(),
            *self._reviews(),
            *self._notes(),
        ]
        return Paper(
            name=f"demq-{facts.period.key}",
            title="Deans Executive Management – Quality",
            subtitle=so_far if facts.so_far else f"{facts.period.words}, {stands}",
            team=self._team,
            dated=self._on,
            blocks=tuple(blocks),
            traces=tuple(self._figures.traces),
        )

    def _glance(self) -> list[Block]:
        facts, count, cases = self._facts, self._figures.count, self._figures.cases
        month = facts.period.words
        moved = {name: [move.step.ref for move in facts.moves if move.movement == name] for name in _MOVEMENTS}
        rows: list[tuple[Value, ...]] = [
            (words, count(words, moved[name], f"ratings decided in {month} that were {name}"))
            for name, words in _MOVEMENTS.items()
        ]
        high = [step.ref for step in facts.steps if step.level >= 2]
        late = [step.ref for step in facts.overdue_reviews]
        rows += [
            (
                "Places at ISF 2 or above",
                count("Places at ISF 2 or above", high, "ratings of 2 or more that stood at the end"),
            ),
            (
                "Ratings with an overdue review",
                count("Ratings with an overdue review", late, "review due before the end"),
            ),
        ]
        for words, asked, how in (
            ("Immediate mandatory requirements open", self._imrs(), "kind IMR, open at the end"),
            ("Requirements open", self._owed(), "kinds IMR and MR, open at the end"),
            ("Requirements overdue", self._late(), "open and due before the end"),
            (
                "Requirements issued in the month",
                [row for row in self._chased() if facts.period.holds(row.opened_at)],
                f"issued in {month}",
            ),
            (
                "Requirements closed in the month",
                [row for row in self._chased() if facts.period.holds(row.closed_at)],
                f"closed in {month}",
            ),
        ):
            rows.append((words, count(words, [row.ref for row in asked], how)))
        rows += [
            ("Reports received", cases("Reports received", facts.opened, f"cases opened in {month}")),
            ("Reports ended", cases("Reports ended", facts.ended, f"cases ended in {month}")),
            ("Reports open at the end", cases("Reports open at the end", facts.open, "cases open at the end")),
            (
                "Reports with an overdue promise",
                cases(
                    "Reports with an overdue promise", facts.overdue, "to be read, answered or told news before the end"
                ),
            ),
        ]
        return [
            Heading("At a glance"),
            Table(f"The register in {month}", ("What", "Number"), tuple(rows), widths=(70, 20)),
            self._trend("Reports received and ended, by month", (("Received", 1), ("Ended", 2)), people=True),
            self._trend("Requirements open at the end of each month", (("Open", 3),), people=False),
        ]

    def _trend(self, title: str, columns: tuple[tuple[str, int], ...], *, people: bool) -> Chart:
        series = []
        for name, place in columns:
            counts = [int(row[place]) for row in self._facts.trend]
            at_least = self._figures.at_least if people else 0
            series.append(Series(name, tuple(None if shown(each, at_least) == WITHHELD else each for each in counts)))
        said = "; ".join(
            f"{row[0]}: " + ", ".join(_value(each, place) for each in series)
            for place, row in enumerate(self._facts.trend)
        )
        labels = tuple(row[0] for row in self._facts.trend)
        return Chart(title, "columns" if len(series) > 1 else "lines", labels, tuple(series), f"{title}. {said}.")

    def _ratings(self) -> list[Block]:
        facts = self._facts
        say, field, levels, zone = self._say, self._field, self._levels, self._zone
        high = [step for step in facts.steps if step.level >= 2]
        spread = [sum(step.level == level for step in facts.steps) for level in range(5)]
        names = tuple(f"ISF {level}" for level in range(5))
        said = ", ".join(f"{name}: {many}" for name, many in zip(names, spread, strict=True))
        for name, level in zip(names, range(5), strict=True):
            refs = [step.ref for step in facts.steps if step.level == level]
            self._figures.count(f"Places at {name}", refs, "ratings that stood at the end")
        moved = [move for move in facts.moves if move.movement != "unchanged"]
        same = [move for move in facts.moves if move.movement == "unchanged"]
        return [
            Heading("Ratings"),
            Chart(
                "Places by ISF level",
                "bars",
                names,
                (Series("Places", tuple(spread)),),
                f"Places by ISF level. {said}.",
            ),
            moves_table("New, rising, falling and closed", moved, say, field, levels, zone),
            moves_table("Looked at and left as they were", same, say, field, levels, zone),
            ratings_table("ISF 2 and above", high, say, field, levels, zone, self._on),
            ratings_table(
                "Reviews of a rating that are overdue", facts.overdue_reviews, say, field, levels, zone, self._on
            ),
        ]

    def _requirements(self) -> list[Block]:
        facts, say, zone = self._facts, self._say, self._zone
        coming = due_within(list(facts.requirements), facts.following)
        self._figures.count(
            f"Requirements due in {facts.following.words}", [row.ref for row in coming], "open and due in that month"
        )
        closed = [row for row in self._chased() if facts.period.holds(row.closed_at)]
        return [
            Heading("Requirements"),
            Words("Kinds: " + "; ".join(f"{kind} – {name.lower()}" for kind, name in KINDS.items()) + ".", quiet=True),
            requirements_table("Immediate mandatory requirements that are open", self._imrs(), say, zone, facts.at),
            requirements_table("Overdue", self._late(), say, zone, facts.at),
            requirements_table(f"Due in {facts.following.words}", coming, say, zone, facts.at),
            requirements_table(f"Closed in {facts.period.words}", closed, say, zone, facts.at),
        ]

    def _reviews(self) -> list[Block]:
        facts = self._facts
        rows = tuple(
            (
                review.ref,
                review.kind.replace("_", " "),
                self._say.place(review.place) if review.place else "another provider",
                day(review.held_on, self._zone),
                review.state,
            )
            for review in facts.reviews
        )
        self._figures.count("Reviews and meetings", [row[0] for row in rows], "dates in this month and the next")
        return [
            Heading("Reviews and meetings"),
            Table(
                f"In {facts.period.words} and {facts.following.words}",
                ("Reference", "Kind", "Place", "Date", "State"),
                rows,
            ),
        ]

    def _notes(self) -> list[Block]:
        unsure = [row for row in self._field.isf.levels if getattr(row, "name_status", "") != "sourced"]
        points = ["Levels, reviews and requirements are set by people; nothing in this paper was decided by a program."]
        if unsure:
            numbers = ", ".join(str(row.level) for row in unsure)
            points.append(
                f"The names of ISF levels {numbers} are working names that were not found in a published page."
            )
        return [Heading("Notes"), Points(tuple(points))]

    def _chased(self) -> list[Asked]:
        return [row for row in self._facts.requirements if row.kind in ("IMR", "MR")]

    def _owed(self) -> list[Asked]:
        return [row for row in self._facts.requirements if row.is_open()]

    def _imrs(self) -> list[Asked]:
        return [row for row in self._owed() if row.kind == "IMR"]

    def _late(self) -> list[Asked]:
        return [row for row in self._facts.requirements if row.overdue(self._facts.at)]


_MOVEMENTS = {
    "new": "Ratings new",
    "rising": "Ratings rising",
    "falling": "Ratings falling",
    "closed": "Ratings closed",
}


def _value(series: Series, place: int) -> str:
    value = series.values[place]
    return f"{series.name.lower()} {WITHHELD if value is None else f'{value:.0f}'}"
