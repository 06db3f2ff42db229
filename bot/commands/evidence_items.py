"""`qualitydesk evidence add` and `evidence list`: dated items about a place, and standards in every regulator's terms."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.place import place_of
from bot.commands.register import Day, PlaceKey, Standards, day, do, look, moment
from bot.commands.verbs import As, Json

if TYPE_CHECKING:
    from bot.commands.place import Place
    from tracker.desk import Desk
    from tracker.model import Evidence
    from tracker.store import Tx


def add(
    context: typer.Context,
    where: PlaceKey,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Such as learner_feedback, NTS, SAR, CQC.")],
    on: Annotated[str, typer.Argument(metavar="DAY", help="When it was gathered.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What it says, in your words; nobody is quoted.")],
    user: As,
    source: Annotated[str, typer.Option(help="Where it can be found.")] = "",
    n: Annotated[int | None, typer.Option("--n", help="How many people stand behind it.")] = None,
    standards: Standards = None,
    json: Json = False,
) -> None:
    """Put an item of evidence down."""
    from bot.commands import show
    from tracker.register import evidence
    from tracker.register.places import parse_where

    where_ = parse_where(where, place_of(context).desk.field)
    verb = partial(evidence.add, where=where_, kind=kind, happened_on=day(on), summary=text)
    verb = partial(verb, source=source, n=n, standards=tuple(standards or ()))

    def said(row: dict[str, Any], _: Place) -> None:
        show.say(f"Evidence {row['evidence']} ({show.words(row['kind'])}, {row['on']}).")

    do(context, user, json, verb, lambda _tx, row, desk, _now: _told(row, desk), said)


def list_items(context: typer.Context, where: PlaceKey, on: Day = "", json: Json = False) -> None:
    """What speaks about a place, oldest first; with --on what was put down by the end of that day."""
    from bot.commands import show
    from tracker.register import evidence
    from tracker.register.places import find_place, parse_where

    def query(tx: Tx, place: Place) -> list[dict[str, Any]]:
        row = find_place(tx, parse_where(where, place.desk.field))
        return [_told(each, place.desk) for each in evidence.of_place(tx, row.id, at=moment(on, place))]

    found = look(context, query)
    if json:
        show.lines(found)
        return
    rows = [
        [str(row["evidence"]), row["on"], show.words(row["kind"]), row["origin"] or "", row["summary"]] for row in found
    ]
    if not show.table(["item", "on", "kind", "who speaks", "what"], rows, widest="what"):
        show.say("Nothing speaks about this place yet.")


def terms(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="STANDARD…", help="Such as 3.5 or R1.8.")],
    json: Json = False,
) -> None:
    """Standards in every regulator's terms, with how sure each is. Titles are ours, not the official wording."""
    from dataclasses import asdict

    from bot.commands import show
    from tracker.register.standards_map import checked, in_terms_of

    field = place_of(context).desk.field
    found = [asdict(term) for term in in_terms_of(checked(ids, field), field)]
    if json:
        show.lines(found)
        return
    rows = [[f"{row['framework']} {row['id']}", row["title"], row["status"], row["by"]] for row in found]
    show.table(["standard", "title", "status", "mapped from"], rows, widest="title")


def add_to(app: typer.Typer) -> None:
    """Make them commands of `app`."""
    app.command()(add)
    app.command("list")(list_items)
    app.command()(terms)


def _told(row: Evidence, desk: Desk) -> dict[str, Any]:
    kind = desk.field.evidence.of(row.kind)
    few = row.n is not None and row.n < desk.register.smallest_group
    return {
        "evidence": row.id,
        "kind": row.kind,
        "origin": kind.origin if kind else None,
        "learner_feedback": bool(kind and kind.learner_feedback),
        "on": row.happened_on.isoformat(),
        "summary": row.summary,
        "source": row.source,
        "n": None if few else row.n,
        "standards": row.standards,
    }
