"""Papers made from a database: which facts are gathered for which paper, and which file formats there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.reports.demq import Demq
from bot.reports.paper import Paper
from bot.reports.place import About
from bot.reports.regulator import REGULATORS, regulator_paper
from tracker.desk import Desk
from tracker.errors import NotFound, Refused
from tracker.evidence import month, place_facts, requirement_facts
from tracker.evidence.period import Period, year_to
from tracker.evidence.period import month as the_month
from tracker.evidence.scope import EVERYWHERE, Scope
from tracker.register import places
from tracker.store import Tx

FORMATS: Final = ("docx", "xlsx", "html")


@dataclass(frozen=True)
class Maker:
    """Makes papers in a transaction, of what stood at `now`. Counts of cases below `at_least` are withheld.

    `dated`: somebody asked for that day, so the file's name says it.
    """

    tx: Tx
    desk: Desk
    now: datetime
    at_least: int = 3
    dated: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return self.desk.hours.zone

    def demq(self, period: Period) -> Paper:
        """The monthly paper. Raises Refused for a month that has not begun."""
        if period.start > self.now:
            raise Refused(f"{period.words} has not begun.")
        facts = month.gather(self.tx, period, desk=self.desk, now=self.now)
        field = self.desk.field
        return Demq(facts, field, team=self.desk.team, levels=self._levels(), at_least=self.at_least).paper()

    def place(self, where: places.Where) -> Paper:
        """What is known of one place. Raises NotFound where the register holds nothing of it."""
        row = places.find_place(self.tx, where)
        if row.made_at > self.now:
            raise NotFound(f"The register held nothing of {where.key} yet.")
        scope = Scope(row.provider, row.site, frozenset({row.programme} - {""}), row.department)
        return self._about(
            scope, "place", _file_name("place", where.key), places.label(row, self.desk.field), one_place=True
        )

    def trust(self, ods: str) -> Paper:
        """A trust's sheet. Raises Refused where the field's data knows no such trust."""
        field = self.desk.field
        where = places.where(field, provider=ods)
        if not where.provider:
            raise Refused("Name a trust by its ODS code, such as RTD.")
        return self._about(
            Scope(where.provider), "trust", f"trust-{where.provider.lower()}", places.label(where, field)
        )

    def school(self, school: str) -> Paper:
        """A specialty school's sheet. Raises Refused naming the schools there are."""
        field = self.desk.field
        known = {row.id: row.name for row in field.organisations.schools}
        if school.upper() not in known:
            raise Refused(f"There is no school {school[:40]!r}; there are: {', '.join(known)}.")
        programmes = frozenset(row.id for row in field.specialties.every() if row.school == school.upper())
        if not programmes:
            raise Refused(f"specialties.toml gives no programme to {known[school.upper()]}.")
        return self._about(Scope(programmes=programmes), "school", f"school-{school.lower()}", known[school.upper()])

    def regulator(self, name: str, period: Period) -> Paper:
        """A year's items in a regulator's terms. Raises Refused naming the regulators there are."""
        if name.lower() not in REGULATORS:
            raise Refused(f"There is no regulator {name[:40]!r}; there are: {', '.join(REGULATORS)}.")
        if period.start > self.now:
            raise Refused(f"{period.words} has not begun.")
        at = min(period.end, self.now)
        rows = requirement_facts.asked(self.tx, EVERYWHERE, at=at, since=period.start)
        field = self.desk.field
        return regulator_paper(name.lower(), rows, period, field, team=self.desk.team, at=at, at_least=self.at_least)

    def _about(self, scope: Scope, kind: str, name: str, title: str, *, one_place: bool = False) -> Paper:
        field = self.desk.field
        year = year_to(the_month(f"{self.now.astimezone(self.zone):%Y-%m}", self.zone))
        facts = place_facts.gather(
            self.tx, scope, year, desk=self.desk, at=self.now, at_least=self.at_least, one_place=one_place
        )
        return About(
            facts,
            field,
            kind=kind,
            name=f"{name}-{self.now.astimezone(self.zone):%Y-%m-%d}" if self.dated else name,
            title=title,
            team=self.desk.team,
            levels=self._levels(),
            at_least=self.at_least,
        ).paper()

    def _levels(self) -> Mapping[int, str]:
        return {rule.level: rule.name for rule in self.desk.levels if rule.name}


def _file_name(kind: str, key: str) -> str:
    """A name that every file system takes."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in key.lower())
    return f"{kind}-{'-'.join(part for part in words.split('-') if part)}"


def write(paper: Paper, folder: Path, formats: tuple[str, ...]) -> list[Path]:
    """Write the paper's files into a folder, made where there is none, each whole or not at all. Returns their paths.

    Raises Refused where a format is not known or the folder cannot be written.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise Refused(f"There is no format {', '.join(unknown) or chr(34) * 2}; there are: {', '.join(FORMATS)}.")
    made = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in formats:
            path = folder / f"{paper.name}.{name}"
            fresh = path.with_suffix(f".{name}.new")
            fresh.write_bytes(_renderer(name)(paper))
            fresh.replace(path)
            made.append(path)
    except OSError as error:
        raise Refused(f"The papers cannot be written to {folder} ({type(error).__name__}).") from None
    return made


def _renderer(name: str) -> Callable[[Paper], bytes]:
    """Each library is loaded only where its format is wanted."""
    if name == "docx":
        from bot.reports.word import word

        return word
    if name == "xlsx":
        from bot.reports.sheets import sheets

        return sheets
    from bot.reports.web import web

    return web
