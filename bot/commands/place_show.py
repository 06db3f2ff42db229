"""`qualitydesk place show`: what is known of a place, on the terminal or as JSON; as files it is `pack place`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.pack import maker_of
from bot.commands.register import Day
from bot.commands.verbs import Json


def show_place(
    context: typer.Context,
    where: Annotated[str, typer.Argument(metavar="PLACE", help="Such as RVW//urology; see `place list`.")],
    on: Day = "",
    json: Json = False,
) -> None:
    """What is known of one place: rating over time, requirements, surveys, visits, evidence, and what does not fit together."""
    from bot.commands import show
    from bot.reports.keeping import to_data
    from bot.reports.screen import on_screen
    from tracker.register.places import parse_where

    with maker_of(context, on) as maker:
        paper = maker.place(parse_where(where, maker.desk.field))
    if json:
        show.as_json(to_data(paper.printed()))
    else:
        on_screen(paper)


def add_to(app: typer.Typer) -> None:
    """Make it a command of `app`."""
    app.command("show")(show_place)
