"""`qualitydesk rating show`, `list` and `due`: which ratings stand, stood and wait, and one of them with its checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.place import place_of
from bot.commands.register import Day, look, moment
from bot.commands.verbs import Json

if TYPE_CHECKING:
    from bot.commands.place import Place
    from tracker.desk import Desk
    from tracker.store import Tx


def show_place(
    context: typer.Context,
    where: Annotated[str, typer.Argument(metavar="PLACE|RATING", help="Such as RVW//urology, or a rating's number.")],
    on: Day = "",
    json: Json = False,
) -> None:
    """Every rating of a place, the newest first; or one rating with its checklist, as whoever approves it should see it."""
    from bot.commands import show
    from tracker.register.places import find_place, parse_where
    from tracker.register.standing import history
    from tracker.register.views import rating_json

    if where.isdigit():
        found = look(context, lambda tx, place: _one(tx, int(where), place.desk))
        show.as_json(found) if json else page(found, place_of(context))
        return

    def query(tx: Tx, place: Place) -> list[dict[str, Any]]:
        row = find_place(tx, parse_where(where, place.desk.field))
        steps = history(tx, row.id, at=moment(on, place))
        return [rating_json(tx, step, place.desk) for step in reversed(steps)]

    found = look(context, query)
    if json:
        show.lines(found)
    else:
        _table(found, place_of(context))


def list_ratings(
    context: typer.Context,
    on: Day = "",
    from_level: Annotated[int, typer.Option("--from", min=0, max=4, help="Only this level and above.")] = 0,
    json: Json = False,
) -> None:
    """The rating that stands at every place, the highest first."""
    from bot.commands import show
    from tracker.register.standing import standings
    from tracker.register.views import rating_json

    def query(tx: Tx, place: Place) -> list[dict[str, Any]]:
        rows = [row for row in standings(tx, at=moment(on, place)).values() if row.level >= from_level]
        return [rating_json(tx, row, place.desk) for row in sorted(rows, key=lambda row: (-row.level, row.place_id))]

    found = look(context, query)
    if json:
        show.lines(found)
    else:
        _table(found, place_of(context))


def due(context: typer.Context, json: Json = False) -> None:
    """What waits for approval, and what is to be looked at again, the soonest first."""
    from sqlalchemy import select

    from bot.commands import show
    from tracker.model import Rating
    from tracker.register.standing import standings
    from tracker.register.views import rating_json

    def query(tx: Tx, place: Place) -> list[dict[str, Any]]:
        waiting = tx.scalars(select(Rating).where(Rating.state == "proposed").order_by(Rating.id)).all()
        rated = sorted(standings(tx, at=place.now()).values(), key=lambda row: (str(row.review_on), row.id))
        return [rating_json(tx, row, place.desk) for row in (*waiting, *rated)]

    found = look(context, query)
    if json:
        show.lines(found)
    else:
        _table(found, place_of(context))


def add_to(app: typer.Typer) -> None:
    """Make them commands of `app`."""
    app.command("show")(show_place)
    app.command("list")(list_ratings)
    app.command("due")(due)


def page(row: dict[str, Any], place: Place) -> None:
    """One rating with its checklist, its risk and who agreed."""
    from bot.commands import show

    show.say(f"{row['name']}: ISF {row['level']} {show.words(row['state'])} (rating {row['rating']}).")
    if row["state"] == "proposed":
        show.say("It waits for approval: qualitydesk rating approve " + str(row["rating"]))
    scored = row["risk"]
    risk = f"{scored['score']}, {scored['band']}; {scored['controls'] or 'no controls named'}" if scored else ""
    answers = [
        ("met" if each["met"] else "not met", each["criterion"] + _items(each["evidence"])) for each in row["criteria"]
    ]
    before = "" if row["before"] is None else f"ISF {row['before']}"
    approved = ", ".join(each["by"] for each in row["approvals"])
    show.facts([("before", before), ("because", row["reason"]), *answers, ("risk", risk), ("asked for by", row["proposed_by"]),
                ("approved by", approved), ("decided", show.when(row["decided_at"], place.zone)),
                ("look again", row["review_why"])])  # fmt: skip


def _one(tx: Tx, number: int, desk: Desk) -> dict[str, Any]:
    from tracker.errors import NotFound
    from tracker.model import Rating
    from tracker.register.views import rating_json

    row = tx.get(Rating, number)
    if row is None:
        raise NotFound(f"There is no rating {number}; `qualitydesk rating due` shows those that wait.")
    return rating_json(tx, row, desk)


def _items(numbers: list[int]) -> str:
    return f" (evidence {', '.join(map(str, numbers))})" if numbers else ""


def _table(found: list[dict[str, Any]], place: Place) -> None:
    from bot.commands import show

    rows = [[str(row["rating"]), row["place"], str(row["level"]), show.words(row["state"]),
             show.when(row["decided_at"], place.zone), row["review_on"] or ""] for row in found]  # fmt: skip
    if not show.table(["rating", "place", "ISF", "state", "decided", "look again"], rows, widest="place"):
        show.say("No rating.")
