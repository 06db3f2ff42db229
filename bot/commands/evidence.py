"""`qualitydesk evidence import` and `imports`: surveys of learners taken in from files, after a look that names every row."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.place import place_of
from bot.commands.verbs import As, Json
from tracker.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tracker.actors import Actor
    from tracker.desk import Desk
    from tracker.evidence.grid import Grid
    from tracker.evidence.headers import Trouble
    from tracker.evidence.items import ItemsLook
    from tracker.evidence.surveys import Look
    from tracker.store import Tx

app = typer.Typer(help="What surveys and others say about a place.", no_args_is_help=True)

NOTHING_CHANGED = 1
MOST_TROUBLES = 200


class SurveyFile(StrEnum):
    """What a file holds."""

    nts = "nts"
    nets = "nets"
    nts_comments = "nts-comments"
    nets_comments = "nets-comments"
    items = "items"


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A CSV or XLSX file.")],
    kind: Annotated[SurveyFile, typer.Option("--kind", help="What the file holds.")],
    user: As,
    sheet: Annotated[str, typer.Option(help="Which sheet of a workbook; the first if not given.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look and tell; change nothing.")] = False,
    json: Json = False,
) -> None:
    """Take a survey's export in, whole or not at all. Every row that cannot be placed is named with what to do about it."""
    from hashlib import sha256

    from bot.commands import show
    from tracker.actors import need
    from tracker.evidence import taking
    from tracker.evidence.surveys import Look

    place = place_of(context)
    content = file.read_bytes()
    actor, digest = place.actor(user), sha256(content).hexdigest()
    need(actor, taking.RIGHT)
    now = place.now()
    found = _look(_grid(file.name, content, sheet), kind, place.desk, now)
    with place.store() as store:
        with store.reading() as tx:
            before = taking.imported_before(tx, digest)
            troubles = [*found.troubles, *(taking.already_there(tx, found) if isinstance(found, Look) else ())]
        if before is not None:
            raise Refused(f"This very file was imported before, as import {before.id}; nothing was changed.")
        number = None
        if not troubles and not dry_run:
            number = store.write(lambda tx: _take(tx, found, file.name, digest, actor, place.desk, now))
    rows = len(found.results) + len(found.comments) if isinstance(found, Look) else len(found.items)
    notes = found.notes if isinstance(found, Look) else ()
    if json:
        named = [{"row": each.row, "column": each.column, "what": each.words} for each in troubles]
        told = {"taken": number is not None, "import": number, "rows": rows, "headers": found.headers}
        show.as_json(told | {"notes": notes, "troubles": named})
    else:
        _tell(found.headers, notes, troubles, rows, number)
    raise typer.Exit(NOTHING_CHANGED if troubles else 0)


@app.command("imports")
def list_imports(context: typer.Context, json: Json = False) -> None:
    """Every file that was taken in, newest first."""
    from bot.commands import show
    from tracker.evidence import taking

    place = place_of(context)
    with place.store() as store, store.reading() as tx:
        rows = taking.imports(tx)
    if json:
        show.lines(rows)
        return
    names = ("import", "survey", "years", "rows", "file", "by", "at")
    cells = [
        (
            str(row["id"]),
            row["survey"],
            ", ".join(map(str, row["years"])),
            str(row["rows"]),
            row["file"],
            row["by"],
            show.when(row["at"], place.zone),
        )
        for row in rows
    ]
    if not show.table(names, cells, widest="file"):
        show.say("Nothing was imported yet.")


def _grid(name: str, content: bytes, sheet: str) -> Grid:
    """The file's rows, by what it is and not by what it is called."""
    if content[:4] == b"PK\x03\x04":
        from bot.reports.sheets import read_sheet

        return read_sheet(content, sheet)
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused(f"{name} is an old XLS workbook; save it as XLSX or CSV.")
    from tracker.evidence.grid import read_csv

    return read_csv(content)


def _look(grid: Grid, kind: SurveyFile, desk: Desk, now: datetime) -> Look | ItemsLook:
    from tracker.evidence.items import look_at_items
    from tracker.evidence.surveys import look, look_at_comments

    if kind is SurveyFile.items:
        return look_at_items(grid, desk.field, today=now.astimezone(desk.hours.zone).date())
    survey, _, comments = kind.value.partition("-")
    facts = desk.field.surveys.survey(survey.upper())
    return look_at_comments(grid, facts, desk.field) if comments else look(grid, facts, desk.field)


def _take(tx: Tx, found: Look | ItemsLook, filename: str, digest: str, actor: Actor, desk: Desk, now: datetime) -> int:
    """Take a look in; the number of the import."""
    from tracker.evidence import taking
    from tracker.evidence.surveys import Look

    if isinstance(found, Look):
        return taking.take_survey(tx, found, filename=filename, sha256=digest, actor=actor, now=now).id
    return taking.take_items(tx, found, filename=filename, sha256=digest, actor=actor, desk=desk, now=now).id


def _tell(
    headers: dict[str, str], notes: Sequence[str], troubles: Sequence[Trouble], rows: int, number: int | None
) -> None:
    from bot.commands import show

    if headers:
        show.say("Columns: " + ", ".join(f"{header} = {column}" for column, header in headers.items()) + ".")
    for note in notes:
        show.say(note)
    if troubles:
        cells = [
            (str(trouble.row) if trouble.row else "file", trouble.column, trouble.words)
            for trouble in troubles[:MOST_TROUBLES]
        ]
        show.table(("row", "column", "what to do"), cells, widest="what to do")
        if len(troubles) > MOST_TROUBLES:
            show.say(f"And {len(troubles) - MOST_TROUBLES:,} more; --json names them all.")
        show.say(f"Nothing was changed: {len(troubles):,} troubles, {rows:,} rows that could be placed.")
    elif number is None:
        show.say(f"All {rows:,} rows can be placed. Nothing was changed; leave out --dry-run to take them in.")
    else:
        show.say(f"Import {number}: {rows:,} rows taken in.")
