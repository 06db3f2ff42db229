"""A year's requirements, recommendations and notable practice in one regulator's terms; pure.

The GMC's Quality Reporting System takes items as concerns, good practice, requirements and recommendations; the numbers of
standards say where each belongs. Findings stay on the requirement's own page: their words are staff's and may tell too much.
"""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.reports.paper import Block, Chart, Heading, Paper, Series, Table, Value, Words
from bot.reports.parts import Figures, day
from tracker.evidence.period import Period
from tracker.evidence.requirement_facts import KINDS, Asked
from tracker.evidence.scope import Wording
from tracker.field import Field
from tracker.register.standards_map import in_terms_of

REGULATORS: Final = {
    "gmc": ("General Medical Council", "GMC", ("medical", "maps")),
    "nmc": ("Nursing and Midwifery Council", "NMC", ("nursing", "midwifery")),
    "hcpc": ("Health and Care Professions Council", "HCPC", ("ahp", "psychological", "healthcare_science")),
    "gphc": ("General Pharmaceutical Council", "GPhC2011", ("pharmacy",)),
    "gdc": ("General Dental Council", "GDC", ("dental",)),
}
"""By short name: the name, the framework of standards.toml, and the professions it regulates (grades.toml)."""


def regulator_paper(
    regulator: str, rows: list[Asked], period: Period, field: Field, *, team: str, at: datetime, at_least: int
) -> Paper:
    """The paper of a year for a regulator. An item that names no profession is put in: a person takes it out.

    Raises KeyError where no regulator goes by that name.
    """
    name, framework, professions = REGULATORS[regulator]
    say, zone, figures = Wording(field), period.zone, Figures(at_least)
    mine = [
        row
        for row in rows
        if period.holds(row.opened_at)
        and (not row.affected_group or set(row.affected_group) & {*professions, "any", "multi"})
    ]
    blocks: list[Block] = [Heading("The year in numbers")]
    numbers: list[tuple[Value, ...]] = []
    for kind, words in KINDS.items():
        refs = [row.ref for row in mine if row.kind == kind]
        closed = [row.ref for row in mine if row.kind == kind and row.closed_at is not None]
        ended: Value = (
            figures.count(f"{words}, closed", closed, "of these, closed by the end") if kind in ("IMR", "MR") else ""
        )
        numbers.append((words, figures.count(words, refs, f"issued in {period.words}"), ended))
    blocks += [
        Table(f"Items issued in {period.words}", ("Kind", "Issued", "Closed"), tuple(numbers), widths=(60, 15, 15))
    ]
    by_term: dict[tuple[str, str], list[str]] = {}
    for row in mine:
        for term in in_terms_of(row.standards, field):
            if term.framework == framework:
                by_term.setdefault((term.id, term.title), []).append(row.ref)
    terms = sorted(by_term, key=_in_order)
    for each in terms:
        figures.count(f"{framework} {each[0]}", by_term[each], "items tagged with it, or mapped to it")
    most = sorted(terms, key=lambda each: (-len(by_term[each]), _in_order(each)))[:12]
    counts = {each: len(by_term[each]) for each in terms}
    said = ", ".join(f"{each[0]}: {counts[each]}" for each in most)
    series = Series("Items", tuple(counts[each] for each in most))
    labels = tuple(f"{each[0]} {each[1]}" for each in most)
    table = tuple((each[0], each[1], counts[each]) for each in terms)
    mapped = "One tag is seen in every regulator's terms. Mappings are proposals for the team to confirm."
    blocks += [
        Heading(f"By standard of the {name}"),
        Words(mapped, quiet=True),
        Chart("Items by standard", "bars", labels, (series,), f"Items by standard. {said}."),
        Table("Items by standard", ("Standard", "What it asks for", "Items"), table, widths=(14, 66, 12)),
        Heading("The items"),
    ]
    for kinds, caption in (
        (("IMR", "MR"), "Requirements"),
        (("REC",), "Recommendations"),
        (("GP",), "Notable practice"),
    ):
        blocks.append(_items(caption, [row for row in mine if row.kind in kinds], framework, field, say, zone))
    return Paper(
        name=f"regulator-{regulator}-{period.key}",
        title=f"Requirements, recommendations and notable practice for the {name}",
        subtitle=f"{period.words}, as it stood on {day(at, zone)}",
        team=team,
        dated=at.astimezone(zone).date(),
        blocks=tuple(blocks),
        traces=tuple(figures.traces),
    )


def _items(caption: str, rows: list[Asked], framework: str, field: Field, say: Wording, zone: ZoneInfo) -> Table:
    cells = tuple(
        (
            row.ref,
            row.kind,
            say.place(row.place),
            ", ".join(term.id for term in in_terms_of(row.standards, field) if term.framework == framework),
            day(row.opened_at, zone),
            "closed" if row.closed_at is not None else row.state.replace("_", " ") if row.kind in ("IMR", "MR") else "",
        )
        for row in sorted(rows, key=lambda row: (row.opened_at, row.ref))
    )
    return Table(
        caption, ("Reference", "Kind", "Place", "Standards", "Issued", "State"), cells, widths=(19, 8, 34, 17, 14, 14)
    )


def _in_order(term: tuple[str, str]) -> tuple[object, ...]:
    """Standards in the order of their numbers: R1.9 before R1.10."""
    letters = "".join(letter for letter in term[0] if letter.isalpha())
    numbers = tuple(int(part) for part in "".join(letter if letter.isdigit() else " " for letter in term[0]).split())
    return (letters, numbers, term[0])
