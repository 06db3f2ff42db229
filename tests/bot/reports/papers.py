"""A small paper with one of everything, for tests of the renderers."""

from datetime import date

from bot.reports.paper import Cell, Chart, Heading, Paper, Points, Series, Table, Trace, Words

TABLE = Table(
    "Places & levels",
    ("Place", "Level", "Number"),
    (("Ward <b>", Cell("2, significant", "amber"), 4), ("=1+1", "none", "withheld"), ("Ünï", Cell("", "grey"), 12)),
)
CHART = Chart(
    "By month", "columns", ("Oct", "Nov"), (Series("In", (3, None)), Series("Out", (1, 2))), 'In: 3; "Out": 1, 2.'
)


def a_paper() -> Paper:
    """The same paper in every call."""
    return Paper(
        name="a-paper",
        title="A paper",
        subtitle="November 2026",
        team="Education Quality Team",
        dated=date(2026, 11, 30),
        blocks=(
            Heading("First"),
            Words("Some words & more."),
            Words("Quiet words.", quiet=True),
            TABLE,
            CHART,
            Heading("A part", 2),
            Points(("One", "Two")),
            Heading("Second/[part]"),
            Table("Nothing here", ("A", "B"), (), nothing="None at all."),
            Chart("Lying", "bars", ("A rather long label",), (Series("All", (5,)),), "All: 5."),
            Chart("Over time", "lines", ("1", "2", "3"), (Series("All", (5, None, 7.5)),), "All: 5, 7.5.", unit="%"),
        ),
        traces=(
            Trace("In", "3", "cases opened", ("QD-1", "QD-2", "QD-3")),
            Trace("Hidden", "withheld", "cases opened", ()),
            Trace("Kept", "4", "cases of a theme", ("QD-SECRET",), printed=False),
            Trace("Many", "450", "all rows", tuple(f"QR-{number}" for number in range(450))),
        ),
    )
