"""`qualitydesk place …`: what the register holds of which place, and the cases beside it; `place show` is in `place_show`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.place import place_of
from bot.commands.register import Day, PlaceKey, do, look, moment
from bot.commands.verbs import As, Json, Reason

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.place import Place
    from tracker.desk import Desk
    from tracker.model import PlaceCase
    from tracker.store import Tx

app = typer.Typer(help="Places: what is known of each programme at each site.", no_args_is_help=True)
CaseRef = Annotated[str, typer.Argument(metavar="REF", help="A case's reference, such as QD-7F3K-9MX.")]


@app.command("list")
def list_places(
    context: typer.Context,
    provider: Annotated[str, typer.Option(help="Only of this provider (ODS code).")] = "",
    on: Day = "",
    json: Json = False,
) -> None:
    """Every place the register holds something of, with the level that stands and what its provider owes."""
    from bot.commands import show

    found = look(context, partial(_places, provider=provider.upper(), on=on))
    if json:
        show.lines(found)
        return
    rows = [[row["place"], row["name"], "" if row["level"] is None else f"{row['level']} {show.words(row['state'])}",
             str(row["requirements_open"] or "")] for row in found]  # fmt: skip
    if not show.table(["place", "name", "ISF", "open"], rows, widest="name"):
        show.say("The register holds no place yet.")


@app.command()
def link(
    context: typer.Context, where: PlaceKey, ref: CaseRef, user: As, reason: Reason = "", json: Json = False
) -> None:
    """Show a case beside a place."""
    from tracker.register import links
    from tracker.register.places import parse_where

    verb = partial(links.link_case, where=parse_where(where, place_of(context).desk.field), ref=ref, why=reason)
    do(context, user, json, verb, _told, _page)


@app.command()
def unlink(context: typer.Context, where: PlaceKey, ref: CaseRef, user: As, reason: Reason, json: Json = False) -> None:
    """Take a case off a place."""
    from tracker.register import links
    from tracker.register.places import parse_where

    verb = partial(links.unlink_case, where=parse_where(where, place_of(context).desk.field), ref=ref, why=reason)
    do(context, user, json, verb, _told, _page)


@app.command()
def together(
    context: typer.Context,
    user: As,
    provider: Annotated[str, typer.Option(help="Only about this provider (ODS code).")] = "",
    json: Json = False,
) -> None:
    """Cases of the last year about one place and theme, for you to look at together. Nothing is joined."""
    from bot.commands import show
    from tracker.register import links

    place = place_of(context)
    actor, now = place.actor(user), place.now()
    offers = look(context, lambda tx, at: links.seen_together(
        tx, provider=provider.upper(), actor=actor, desk=at.desk, now=now))  # fmt: skip
    found = [{"place": each.where.key, "theme": each.theme, "cases": list(each.refs), "linked": list(each.linked),
              "reporters": each.reporters} for each in offers]  # fmt: skip
    if json:
        show.lines(found)
        return
    rows = [
        [each["place"], show.words(each["theme"]), str(len(each["cases"])), ", ".join(each["cases"])] for each in found
    ]
    if not show.table(["place", "theme", "cases", "references"], rows, widest="references"):
        show.say("No cases belong together by place and theme.")


def _places(tx: Tx, place: Place, *, provider: str, on: str) -> list[dict[str, Any]]:
    from collections import Counter

    from sqlalchemy import select

    from tracker.model import RegisterPlace, Requirement
    from tracker.register.requirements import ENDED, states
    from tracker.register.standing import standings
    from tracker.register.views import place_json

    at = moment(on, place)
    rated, stood = standings(tx, at=at), states(tx, at=at)
    owed = Counter(
        place_id
        for number, place_id, kind in tx.execute(select(Requirement.id, Requirement.place_id, Requirement.kind))
        if kind in {"IMR", "MR"} and stood.get(number, "closed") not in ENDED
    )
    rows = tx.scalars(select(RegisterPlace).where(RegisterPlace.made_at <= at).order_by(RegisterPlace.key))
    return [
        place_json(row, place.desk.field)
        | {
            "level": rated[row.id].level if row.id in rated else None,
            "state": rated[row.id].state if row.id in rated else None,
            "requirements_open": owed[row.id],
        }
        for row in rows
        if not provider or row.provider == provider
    ]


def _told(tx: Tx, row: PlaceCase, desk: Desk, now: datetime) -> dict[str, Any]:  # noqa: ARG001 - every view is called alike
    from tracker.model import Case, RegisterPlace

    return {"place": tx.get_one(RegisterPlace, row.place_id).key, "case": tx.get_one(Case, row.case_id).ref,
            "linked": row.removed_at is None, "why": row.why}  # fmt: skip


def _page(row: dict[str, Any], place: Place) -> None:  # noqa: ARG001 - every page is called alike
    from bot.commands import show

    show.say(f"{row['case']} is {'linked to' if row['linked'] else 'taken off'} {row['place']}.")
