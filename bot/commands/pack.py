"""`qualitydesk pack`: the committee's paper and those about a place, a trust, a school or for a regulator, as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.place import place_of
from bot.commands.register import Day, day, moment
from bot.commands.verbs import Json
from tracker.errors import Refused

if TYPE_CHECKING:
    from bot.reports.making import Maker
    from bot.reports.paper import Paper

app = typer.Typer(help="Papers for committees, trusts, schools and regulators.", no_args_is_help=True)

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to put the files.")]
Formats = Annotated[str, typer.Option("--format", metavar="NAME,…", help="Any of docx, xlsx and html.")]
Month = Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The month the paper is about.")]
HERE = Path()
ALL = "docx,xlsx,html"


@app.command()
def demq(context: typer.Context, month: Month, out: Out = HERE, formats: Formats = ALL, json: Json = False) -> None:
    """The monthly paper of the Deans Executive Management – Quality. A month that is over always gives the same paper."""
    from bot.reports.keeping import demq_paper

    place = place_of(context)
    with place.store() as store:
        paper = demq_paper(store, month, desk=place.desk, now=place.now(), at_least=place.desk.register.smallest_group)
    _write(paper, out, formats, json=json)


@app.command()
def place(
    context: typer.Context,
    where: Annotated[str, typer.Argument(metavar="PLACE", help="Such as RVW//urology; see `place list`.")],
    on: Day = "",
    out: Out = HERE,
    formats: Formats = ALL,
    json: Json = False,
) -> None:
    """What is known of one place: its rating over time, requirements, surveys, visits, and what does not fit together."""
    from tracker.register.places import parse_where

    _make(context, lambda maker: maker.place(parse_where(where, maker.desk.field)), out, formats, json=json, on=on)


@app.command()
def trust(
    context: typer.Context,
    ods: Annotated[str, typer.Argument(metavar="TRUST", help="Its ODS code, such as RTD.")],
    on: Day = "",
    out: Out = HERE,
    formats: Formats = ALL,
    json: Json = False,
) -> None:
    """A trust's sheet for its Annual Dean's Quality Meeting."""
    _make(context, lambda maker: maker.trust(ods), out, formats, json=json, on=on)


@app.command()
def school(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SCHOOL", help="Its id in organisations.toml, such as MEDICINE.")],
    on: Day = "",
    out: Out = HERE,
    formats: Formats = ALL,
    json: Json = False,
) -> None:
    """A specialty school's sheet."""
    _make(context, lambda maker: maker.school(name), out, formats, json=json, on=on)


@app.command()
def regulator(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="REGULATOR", help="gmc, nmc, hcpc, gphc or gdc.")],
    year: Annotated[str, typer.Option("--year", metavar="YYYY", help="2026, or 2026-27 for August to July.")],
    out: Out = HERE,
    formats: Formats = ALL,
    json: Json = False,
) -> None:
    """A year's requirements, recommendations and notable practice in one regulator's terms."""
    from tracker.evidence.period import year as the_year

    _make(context, lambda maker: maker.regulator(name, the_year(year, maker.zone)), out, formats, json=json)


@app.command()
def rows(
    context: typer.Context,
    month: Month,
    figure: Annotated[
        str, typer.Argument(metavar="FIGURE", help="As the paper's appendix names it; nothing lists all.")
    ] = "",
    role: Annotated[
        str | None, typer.Option("--as", metavar="ROLE", help="A role of [[role]] that may read cases.")
    ] = None,
    json: Json = False,
) -> None:
    """The rows behind a figure of a month's paper, for staff. Without a figure, the names of all."""
    from bot.commands import show
    from bot.reports.keeping import demq_paper

    here = place_of(context)
    with here.store() as store:
        paper = demq_paper(store, month, desk=here.desk, now=here.now(), at_least=here.desk.register.smallest_group)
    as_role = here.role(role)
    if as_role is None or "read" not in as_role.may:
        raise Refused("Rows behind a figure are for roles that may read cases; name yours with --as.")
    found = [trace for trace in paper.traces if figure in ("", trace.figure)]
    if not found:
        raise Refused(f"The paper of {month} has no figure {figure!r}; leave the figure out to list them.")
    if json:
        show.lines(
            {"figure": each.figure, "value": each.value, "how": each.how, "rows": list(each.rows)} for each in found
        )
        return
    cells = [(each.figure, each.value, ", ".join(each.rows) if figure else str(len(each.rows))) for each in found]
    show.table(("figure", "value", "rows"), cells, widest="rows")


@contextmanager
def maker_of(context: typer.Context, on: str = "") -> Iterator[Maker]:
    """What makes papers from this configuration's database, while the block runs; as it stood at the end of the day `on`."""
    from bot.reports.making import Maker

    here = place_of(context)
    now = here.now()
    if on and day(on) > now.astimezone(here.zone).date():
        raise Refused(f"{on.strip()} is still to come.")
    with here.store() as store, store.reading() as tx:
        yield Maker(tx, here.desk, min(moment(on, here), now), here.desk.register.smallest_group, dated=bool(on))


def _make(
    context: typer.Context, make: Callable[[Maker], Paper], out: Path, formats: str, *, json: bool, on: str = ""
) -> None:
    with maker_of(context, on) as maker:
        paper = make(maker)
    _write(paper, out, formats, json=json)


def _write(paper: Paper, out: Path, formats: str, *, json: bool) -> None:
    from bot.commands import show
    from bot.reports.making import write

    paths = write(paper, out, tuple(part.strip() for part in formats.split(",") if part.strip()))
    if json:
        show.as_json(
            {"paper": paper.name, "title": paper.title, "about": paper.subtitle, "files": [str(path) for path in paths]}
        )
        return
    show.say(f"{paper.title}, {paper.subtitle}.")
    for path in paths:
        show.say(f"  {path}")
