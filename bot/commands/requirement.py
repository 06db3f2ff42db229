"""`qualitydesk requirement …`: what providers must do, from issue to closing; the deciding is in `tracker.register`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import requirement_lists
from bot.commands.place import place_of
from bot.commands.register import PlaceKey, Standards, do, look, maybe_day
from bot.commands.verbs import As, Json, Reason
from tracker.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.place import Place
    from tracker.desk import Desk
    from tracker.model import Requirement
    from tracker.store import Tx

app = typer.Typer(help="Requirements, recommendations and good practice of providers.", no_args_is_help=True)
requirement_lists.add_to(app)
Ref = Annotated[str, typer.Argument(metavar="REF", help="A requirement's reference, such as QR-7F3K-9MX.")]
Due = Annotated[
    str, typer.Option("--due", help='A day (2026-12-01), "return" for the next return date, or "10 working days".')
]


@app.command()
def issue(
    context: typer.Context,
    where: PlaceKey,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="IMR, MR, REC or GP.")],
    user: As,
    finding: Annotated[str, typer.Option(help="What was found.")],
    action: Annotated[str, typer.Option(help="What the provider must do.")] = "",
    evidence: Annotated[str, typer.Option(help="What they should show.")] = "",
    standards: Standards = None,
    profession: Annotated[list[str] | None, typer.Option(help="Which learners it is about; may be repeated.")] = None,
    due: Due = "",
    contact: Annotated[str, typer.Option(help="PROVIDER/ROLE of [[contact]]: whom to write to.")] = "",
    owner: Annotated[str, typer.Option(help="The role at the provider that owns it.")] = "",
    their_ref: Annotated[str, typer.Option(help="The trust's own reference.")] = "",
    review: Annotated[str, typer.Option(metavar="REF", help="The review it came out of.")] = "",
    case: Annotated[str, typer.Option(metavar="REF", help="The concern it grew out of.")] = "",
    json: Json = False,
) -> None:
    """Put one on the register. Nothing is sent; `requirement send` does that."""
    from tracker.register import requirements
    from tracker.register.places import parse_where

    order = requirements.Order(
        kind=kind.upper(),
        finding=finding,
        action=action,
        evidence_wanted=evidence,
        standards=tuple(standards or ()),
        affected_group=tuple(profession or ()),
        owner_role=owner,
        contact=contact,
        due=due,
        intervention=review,
        from_case=case,
        their_ref=their_ref,
    )
    field = place_of(context).desk.field
    do(context, user, json, partial(requirements.issue, where=parse_where(where, field), order=order), _told, _page)


@app.command()
def send(context: typer.Context, ref: Ref, user: As, json: Json = False) -> None:
    """Write it to the provider's contact. The letter waits a little, so that you can take it back."""
    from tracker.register import requirements

    do(context, user, json, partial(requirements.send, ref=ref), _told, _page)


@app.command()
def show(context: typer.Context, ref: Ref, json: Json = False) -> None:
    """One requirement with its answers, its history and its standards in every regulator's terms."""
    from bot.commands import show as out
    from tracker.register import requirements
    from tracker.register.views import requirement_json

    found = look(context, lambda tx, place: requirement_json(
        tx, requirements.find(tx, ref), place.desk.field, now=place.now()))  # fmt: skip
    if json:
        out.as_json(found)
    else:
        _page(found, place_of(context))


@app.command()
def respond(
    context: typer.Context,
    ref: Ref,
    summary: Annotated[str, typer.Argument(metavar="TEXT", help="What they answered, in your words.")],
    user: As,
    json: Json = False,
) -> None:
    """Note an answer that did not come by mail."""
    from tracker.register import assessing

    do(context, user, json, partial(assessing.respond, ref=ref, summary=summary), _told, _page)


@app.command()
def take(
    context: typer.Context,
    response: Annotated[int, typer.Argument(metavar="RESPONSE", help="Its number, as `requirement show` gives it.")],
    user: As,
    json: Json = False,
) -> None:
    """Say that a message that was only offered is an answer."""
    from tracker.register import assessing

    do(context, user, json, partial(assessing.take_response, response_id=response), _told, _page)


@app.command()
def assess(
    context: typer.Context,
    ref: Ref,
    words: Annotated[str, typer.Argument(metavar="TEXT", help="The assessment.")],
    user: As,
    sufficient: Annotated[bool, typer.Option("--sufficient/--insufficient", help="Whether the evidence is enough.")],
    due: Due = "",
    json: Json = False,
) -> None:
    """Judge what the provider sent."""
    from tracker.register import assessing

    do(
        context,
        user,
        json,
        partial(assessing.assess, ref=ref, words=words, sufficient=sufficient, due=due),
        _told,
        _page,
    )


@app.command()
def extend(context: typer.Context, ref: Ref, due: Due, user: As, reason: Reason, json: Json = False) -> None:
    """Give more time."""
    from tracker.register import assessing

    do(context, user, json, partial(assessing.extend, ref=ref, due=due, reason=reason), _told, _page)


@app.command()
def close(
    context: typer.Context,
    ref: Ref,
    user: As,
    reason: Reason,
    condition: Annotated[list[str] | None, typer.Option(help="Closes on this condition; may be repeated.")] = None,
    look_again_on: Annotated[str, typer.Option(metavar="DAY", help="When the conditions are looked at.")] = "",
    json: Json = False,
) -> None:
    """Close it, with conditions where there are any."""
    from tracker.register import assessing

    verb = partial(assessing.close, ref=ref, reason=reason, conditions=tuple(condition or ()))
    do(context, user, json, partial(verb, look_again_on=maybe_day(look_again_on)), _told, _page)


@app.command()
def supersede(
    context: typer.Context,
    ref: Ref,
    by: Annotated[str, typer.Argument(metavar="BY", help="The requirement that takes its place.")],
    user: As,
    reason: Reason,
    json: Json = False,
) -> None:
    """Let another requirement take its place."""
    from tracker.register import assessing

    do(context, user, json, partial(assessing.supersede, ref=ref, by=by, reason=reason), _told, _page)


@app.command()
def reopen(context: typer.Context, ref: Ref, user: As, reason: Reason, due: Due = "", json: Json = False) -> None:
    """Await the provider again."""
    from tracker.register import assessing

    do(context, user, json, partial(assessing.reopen, ref=ref, due=due, reason=reason), _told, _page)


@app.command()
def change(
    context: typer.Context,
    ref: Ref,
    changes: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…", help="their_ref, owner_role, contact, …")],
    user: As,
    json: Json = False,
) -> None:
    """Put right what is known of it."""
    from tracker.register import assessing

    values = {}
    for text in changes:
        name, equals, value = text.partition("=")
        if not equals:
            raise Refused(f"{text[:40]} changes nothing; write FIELD=VALUE.")
        values[name.strip()] = value
    do(context, user, json, partial(assessing.change, ref=ref, values=values), _told, _page)


def _told(tx: Tx, row: Requirement, desk: Desk, now: datetime) -> dict[str, Any]:
    from tracker.register.views import requirement_json

    return requirement_json(tx, row, desk.field, now=now)


def _page(row: dict[str, Any], place: Place) -> None:
    from bot.commands import show as out

    out.say(
        f"{row['ref']} {row['kind']}, {row['name']}: {out.words(row['state'])}{', overdue' if row['overdue'] else ''}."
    )
    out.facts([("finding", row["finding"]), ("action", row["action"]), ("evidence", row["evidence_wanted"]),
               ("due", row["due_why"]), ("owner", row["owner_role"]), ("their reference", row["their_ref"]),
               ("assessment", row["assessment"]), ("conditions", "; ".join(row["conditions"])),
               ("superseded by", row["superseded_by"] or ""), ("we write in", row["case"] or ""),
               ("standards", ", ".join(f"{term['framework']} {term['id']}" for term in row["terms"]))])  # fmt: skip
    answers = [
        [
            str(each["response"]),
            out.when(each["at"], place.zone),
            out.words(each["how"]),
            "" if each["taken"] else "offered",
            each["summary"] or each["case"] or "",
        ]
        for each in row["responses"]
    ]
    if answers:
        out.heading("Answers")
        out.table(["", "when", "how", "", "what"], answers, widest="what")
