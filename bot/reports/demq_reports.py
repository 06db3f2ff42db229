"""The part of the monthly paper that speaks of reports: how many, about what, and how promises to reporters were kept; pure.

Reports are counted and never told: a count of few people could say who they are, so it is withheld.
"""

from collections.abc import Callable, Mapping

from bot.reports.paper import Block, Chart, Heading, Series, Table, Words
from bot.reports.parts import Figures, tally
from tracker.desk import PromiseRule
from tracker.evidence.month import MonthFacts
from tracker.evidence.reports import Report
from tracker.evidence.scope import Wording
from tracker.evidence.small import rounded
from tracker.field import Field


class Reports:
    """Says what people reported in a month and the year before it; every count goes through `figures`."""

    def __init__(self, facts: MonthFacts, field: Field, figures: Figures) -> None:
        self._facts = facts
        self._field = field
        self._figures = figures
        self._say = Wording(field)

    def blocks(self) -> list[Block]:
        """The sections in their order."""
        return [*self._cases(), *self._themes(), *self._promises()]

    def _cases(self) -> list[Block]:
        facts = self._facts
        by_trust = tally(facts.open, lambda case: case.provider[:1] or [""])
        rows = self._figures.parts(
            "Reports open at the end, by first named trust", by_trust, "cases open at the end", self._trust
        )
        return [
            Heading("Reports"),
            Words("Reports are counted, never told. Numbers below "
                  f"{self._figures.at_least} are withheld, and so are others that would give them away.", quiet=True),
            Table("Reports open at the end, by first named trust", ("Trust", "Reports open"), tuple(rows),
                  nothing="None, or too few to be told apart.", widths=(70, 20)),
        ]  # fmt: skip

    def _themes(self) -> list[Block]:
        facts = self._facts
        year = [case for case in facts.cases if facts.year.holds(case.opened_at)]
        themes = tally(year, lambda case: case.themes)
        standards = tally(year, lambda case: case.standards or self._standards_of(case))
        professions = tally(year, lambda case: case.affected_group)
        at_least = self._figures.at_least
        seen = [
            (self._say.theme(theme), rounded(len(themes[theme]), at_least))
            for theme in self._figures.enough(themes, self._say.theme)
        ]
        return [
            Heading("Themes, standards and professions"),
            Words(f"Reports received in the twelve months {facts.year.words}. A report can have several themes, standards and "
                  f"professions and counts for each. {self._figures.rounding}", quiet=True),
            Chart("Reports by theme, twelve months", "bars", tuple(name for name, _ in seen),
                  (Series("Reports", tuple(many for _, many in seen)),),
                  "Reports by theme. " + ", ".join(f"{name}: {many}" for name, many in seen) + ".")
            if seen else Words("No theme has enough reports to be shown."),
            self._counted("Themes", themes, self._say.theme),
            self._counted("Standards of the Education Quality Framework", standards, self._say.standard),
            self._counted("Professions", professions, self._say.profession),
        ]  # fmt: skip

    def _counted(self, caption: str, parts: Mapping[str, list[Report]], say: Callable[[str], str]) -> Table:
        period, about = self._facts.period, self._figures.about
        rows = []
        for label in self._figures.enough(parts, say):
            now = [row for row in parts[label] if period.holds(row.opened_at)]
            words = say(label)
            month = about(f"{caption}: {words}, month", now, f"cases opened in {period.words}")
            year = about(f"{caption}: {words}, year", parts[label], "cases opened in the year")
            rows.append((words, month, year))
        return Table(caption, ("What", period.words, "Twelve months"), tuple(rows), widths=(60, 20, 20))

    def _promises(self) -> list[Block]:
        facts, share, middle = self._facts, self._figures.share, self._figures.middle
        promises = facts.promises
        acknowledged, read, reply = (
            _promised(promises.get(name)) for name in ("acknowledged", "first_human_read", "personal_reply")
        )
        rows = tuple(
            (
                words,
                middle(f"{words}, median", wait, how),
                share(f"{words}, within the promise", wait, f"{how}; {promise}") if promise else "",
                promise,
            )
            for words, wait, how, promise in (
                (
                    "Acknowledged",
                    facts.acknowledged,
                    "reports of the month, until the letter had left",
                    acknowledged,
                ),
                ("First read by a person", facts.read, "reports of the month, until a person acted", read),
                (
                    "First answered by a person",
                    facts.answered,
                    "reports of the month, until a letter was written",
                    reply,
                ),
                ("Told what came of it", facts.told, "reports ended in the month, until their reporter was told", ""),
            )
        )
        heard = share(
            "Reporters who heard what came of it", facts.told, "reports ended in the month; a letter has left"
        )
        return [
            Heading("Promises to people who report"),
            Table(
                "How long people waited",
                ("Step", "Median", "Within the promise", "Promise"),
                rows,
                widths=(26, 14, 20, 40),
            ),
            Words(f"Reporters who heard what came of their report, of those ended in the month: {heard}."),
        ]

    def _trust(self, ods: str) -> str:
        return self._say.trust(ods) if ods else "No trust of ours named"

    def _standards_of(self, case: Report) -> list[str]:
        """The standards that a case's themes touch, where nobody tagged it."""
        wanted = set(case.themes)
        return [standard for theme in self._field.routing.themes if theme.id in wanted for standard in theme.standards]


def _promised(rule: PromiseRule | None) -> str:
    """`within 1 working day (same-day ones 4 working hours, immediate ones 1 working hour)`, as it is set."""
    if rule is None:
        return ""
    sooner = [
        f"{which} {span}"
        for which, span in (("same-day ones", rule.within_same_day), ("immediate ones", rule.within_immediate))
        if span and span != rule.within
    ]
    return f"within {rule.within}" + (f" ({', '.join(sooner)})" if sooner else "")
