"""`qualitydesk requirement list` and `due`: which requirements there are and stood on any day, and what is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.place import place_of
from bot.commands.register import Day, look, moment
from bot.commands.verbs import Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.commands.place import Place
    from tracker.model import Requirement
    from tracker.store import Tx


def list_requirements(
    context: typer.Context,
    where: Annotated[str, typer.Option("--place", help="Only of this place.")] = "",
    provider: Annotated[str, typer.Option(help="Only of this provider (ODS code).")] = "",
    kind: Annotated[str, typer.Option(help="Only IMR, MR, REC or GP.")] = "",
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are not ended.")] = False,
    on: Day = "",
    json: Json = False,
) -> None:
    """Requirements, those due soonest first; with --on as they stood at the end of a day."""
    from tracker.register.places import find_place, parse_where
    from tracker.register.requirements import ENDED

    def wanted(tx: Tx, place: Place) -> Callable[[Requirement, dict[str, Any]], bool]:
        of = find_place(tx, parse_where(where, place.desk.field)).id if where else None

        def fits(row: Requirement, told: dict[str, Any]) -> bool:
            return (
                (of is None or row.place_id == of)
                and (not provider or told["place"].split("/")[0] == provider.upper())
                and (not kind or row.kind == kind.upper())
                and (not open_only or told["state"] not in ENDED)
            )

        return fits

    _listed(context, wanted, on, json)


def due_list(
    context: typer.Context,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    json: Json = False,
) -> None:
    """What providers owe, and what waits to be assessed, the soonest first."""
    from tracker.register.requirements import AWAITS_PROVIDER

    def owed(row: Requirement, told: dict[str, Any]) -> bool:
        waits = told["due_at"] is not None and row.state in (*AWAITS_PROVIDER, "evidence_received")
        return bool(told["overdue"]) if overdue else waits

    _listed(context, lambda tx, place: owed, "", json)  # noqa: ARG005 - it needs neither


def add_to(app: typer.Typer) -> None:
    """Make them commands of `app`."""
    app.command("list")(list_requirements)
    app.command("due")(due_list)


def _listed(
    context: typer.Context,
    wanted: Callable[[Tx, Place], Callable[[Requirement, dict[str, Any]], bool]],
    on: str,
    json: bool,
) -> None:
    from sqlalchemy import select

    from bot.commands import show
    from tracker.model import Requirement
    from tracker.register.requirements import stood
    from tracker.register.views import requirement_json, requirement_then

    def query(tx: Tx, place: Place) -> list[dict[str, Any]]:
        at = moment(on, place)
        fits, then = wanted(tx, place), stood(tx, at=at)
        rows = select(Requirement).order_by(Requirement.due_at.is_(None), Requirement.due_at, Requirement.id)
        field, found = place.desk.field, []
        for row in tx.scalars(rows):
            if row.id in then:
                told = requirement_json(tx, row, field, now=at, whole=False)
                told |= requirement_then(then[row.id], at) if on else {}
                found += [told] if fits(row, told) else []
        return found

    found = look(context, query)
    if json:
        show.lines(found)
        return
    zone = place_of(context).zone
    rows = [
        [
            row["ref"],
            row["kind"],
            show.words(row["state"]) + (", overdue" if row["overdue"] else ""),
            row["place"],
            show.when(row["due_at"], zone),
        ]
        for row in found
    ]
    if not show.table(["requirement", "kind", "state", "place", "due"], rows, widest="place"):
        show.say("No requirement.")
