"""`qualitydesk evidence comments`, `link`, `unlink`: survey comments beside cases, by number; no command prints their words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.place import place_of
from bot.commands.register import do, look
from bot.commands.verbs import As, Json, Reason

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.place import Place
    from tracker.desk import Desk
    from tracker.model import SurveyComment
    from tracker.store import Tx

Number = Annotated[int, typer.Argument(metavar="COMMENT", help="Its number, as `evidence comments` gives it.")]


def comments(
    context: typer.Context,
    user: As,
    provider: Annotated[str, typer.Option(help="Only about this provider (ODS code).")] = "",
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are linked to no case.")] = False,
    json: Json = False,
) -> None:
    """Comments of surveys, and cases about the same place for you to look at. Nothing is joined, and no words are shown."""
    from bot.commands import show
    from tracker.evidence.comments import offered

    place = place_of(context)
    actor, now = place.actor(user), place.now()
    offers = look(context, lambda tx, at: offered(tx, provider=provider.upper(), actor=actor, desk=at.desk, now=now))
    found = [
        {"comment": each.comment, "survey": each.survey, "year": each.year, "kind": each.kind, "place": each.where.key,
         "linked": each.linked or None, "likely": list(each.likely), "others": list(each.others)}
        for each in offers if not (open_only and each.linked)
    ]  # fmt: skip
    if json:
        show.lines(found)
        return
    rows = [[str(each["comment"]), f"{each['survey']} {each['year']}", show.words(str(each["kind"])), str(each["place"]),
             str(each["linked"] or ""), ", ".join([*each["likely"], *(f"({ref})" for ref in each["others"])])]
            for each in found]  # fmt: skip
    if not show.table(["comment", "survey", "kind", "place", "case", "cases there"], rows, widest="cases there"):
        show.say("No comments were imported yet.")


def link(
    context: typer.Context,
    number: Number,
    ref: Annotated[str, typer.Argument(metavar="REF", help="A case's reference, such as QD-7F3K-9MX.")],
    user: As,
    json: Json = False,
) -> None:
    """Say that a case is about what a comment says."""
    from tracker.evidence import comments

    do(context, user, json, partial(comments.link, comment_id=number, ref=ref), _told, _page)


def unlink(context: typer.Context, number: Number, user: As, reason: Reason, json: Json = False) -> None:
    """Take a comment off its case."""
    from tracker.evidence import comments

    do(context, user, json, partial(comments.unlink, comment_id=number, reason=reason), _told, _page)


def add_to(app: typer.Typer) -> None:
    """Make them commands of `app`."""
    for command in (comments, link, unlink):
        app.command()(command)


def _told(tx: Tx, row: SurveyComment, desk: Desk, now: datetime) -> dict[str, Any]:  # noqa: ARG001 - every view is called alike
    from tracker.model import Case

    ref = tx.get_one(Case, row.case_id).ref if row.case_id else None
    return {"comment": row.id, "survey": row.survey, "year": row.year, "kind": row.kind, "linked": ref}


def _page(row: dict[str, Any], place: Place) -> None:  # noqa: ARG001 - every page is called alike
    from bot.commands import show

    show.say(f"Comment {row['comment']} is linked to {row['linked'] or 'no case'}.")
