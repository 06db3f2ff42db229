"""`qualitydesk intervention …`: reviews, visits, meetings and reports; the deciding is in `tracker.register`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.place import place_of
from bot.commands.register import PlaceKey, Standards, day, do, look, maybe_day
from bot.commands.verbs import As, Json, Reason
from tracker.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.place import Place
    from tracker.desk import Desk
    from tracker.field.rules import Review
    from tracker.model import Intervention
    from tracker.register.interventions import Attendance
    from tracker.store import Tx

app = typer.Typer(help="Reviews, visits and meetings, planned, held and published.", no_args_is_help=True)
Ref = Annotated[str, typer.Argument(metavar="REF", help="An intervention's reference, such as QV-7F3K-9MX.")]
OnDay = Annotated[str, typer.Argument(metavar="DAY", help="Such as 2026-11-30.")]


@app.command()
def plan(
    context: typer.Context,
    where: PlaceKey,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="In any wording; it is kept.")],
    dates: Annotated[list[str], typer.Option("--date", metavar="DAY", help="A session; may be repeated.")],
    user: As,
    form: Annotated[str, typer.Option(help="review, visit, meeting or report.")] = "review",
    year: Annotated[str, typer.Option(help="The year it is planned for, such as 2026/27.")] = "",
    trigger: Annotated[str, typer.Option(help="What gave rise to it.")] = "",
    panel: Annotated[list[str] | None, typer.Option(help="A role on the panel; may be repeated.")] = None,
    standards: Standards = None,
    note: Annotated[str, typer.Option()] = "",
    json: Json = False,
) -> None:
    """Put it into the year's plan; the team is reminded before each date."""
    from tracker.register import interventions
    from tracker.register.places import parse_where

    wanted = interventions.Plan(
        kind_raw=kind,
        dates=tuple(day(text) for text in dates),
        where=parse_where(where, place_of(context).desk.field),
        form=form,
        plan_year=year,
        trigger=trigger,
        panel=tuple(panel or ()),
        standards=tuple(standards or ()),
        note=note,
    )
    do(context, user, json, partial(interventions.plan, wanted=wanted), _told, _page)


@app.command()
def hold(
    context: typer.Context,
    ref: Ref,
    held_on: OnDay,
    user: As,
    attendance: Annotated[
        list[str] | None,
        typer.Option("--came", metavar="GROUP=CAME/ASKED", help="Such as F1=0/12; ? for not counted; may be repeated."),
    ] = None,
    until: Annotated[str, typer.Option(metavar="DAY", help="Its last day, where it took several.")] = "",
    note: Annotated[str, typer.Option()] = "",
    json: Json = False,
) -> None:
    """Note that a session took place, and who came."""
    from tracker.register import interventions

    verb = partial(interventions.hold, ref=ref, held_on=day(held_on), attendance=_came(attendance or []), note=note)
    do(context, user, json, partial(verb, until=maybe_day(until)), _told, _page)


@app.command()
def move(
    context: typer.Context,
    ref: Ref,
    old: OnDay,
    user: As,
    reason: Reason,
    to: Annotated[str, typer.Option(metavar="DAY", help="The new day; without one the session is dropped.")] = "",
    json: Json = False,
) -> None:
    """Move a planned session to another day."""
    from tracker.register import interventions

    verb = partial(interventions.move_session, ref=ref, old=day(old), new=maybe_day(to), reason=reason)
    do(context, user, json, verb, _told, _page)


@app.command()
def draft(context: typer.Context, ref: Ref, drafted_on: OnDay, user: As, json: Json = False) -> None:
    """Note that the report went out as a draft."""
    from tracker.register import interventions

    do(context, user, json, partial(interventions.draft, ref=ref, drafted_on=day(drafted_on)), _told, _page)


@app.command()
def finish(
    context: typer.Context,
    ref: Ref,
    reported_on: OnDay,
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="What came of it.")],
    user: As,
    json: Json = False,
) -> None:
    """Note that the final report was issued."""
    from tracker.register import interventions

    verb = partial(interventions.finish, ref=ref, reported_on=day(reported_on), outcome=outcome)
    do(context, user, json, verb, _told, _page)


@app.command()
def cancel(context: typer.Context, ref: Ref, user: As, reason: Reason, json: Json = False) -> None:
    """Take it off the plan."""
    from tracker.register import interventions

    do(context, user, json, partial(interventions.cancel, ref=ref, reason=reason), _told, _page)


@app.command()
def show(context: typer.Context, ref: Ref, json: Json = False) -> None:
    """One intervention with its dates and what came of it."""
    from bot.commands import show as out
    from tracker.register import interventions
    from tracker.register.views import intervention_json

    found = look(context, lambda tx, place: intervention_json(tx, interventions.find(tx, ref), place.desk.field))
    if json:
        out.as_json(found)
    else:
        _page(found, place_of(context))


@app.command("list")
def list_interventions(
    context: typer.Context,
    year: Annotated[str, typer.Option(help="Only of this year's plan, such as 2026/27.")] = "",
    state: Annotated[str, typer.Option(help="Only planned, held, draft, final or cancelled.")] = "",
    form: Annotated[str, typer.Option(help="Only review, visit, meeting or report.")] = "",
    provider: Annotated[str, typer.Option(help="Only of this provider (ODS code).")] = "",
    json: Json = False,
) -> None:
    """Interventions, the first planned ones first; with --year the year's plan."""
    from sqlalchemy import select

    from bot.commands import show as out
    from tracker.model import Intervention
    from tracker.register.views import intervention_json

    def query(tx: Tx, place: Place) -> list[dict[str, Any]]:
        rows = select(Intervention)
        for column, value in ((Intervention.plan_year, year), (Intervention.state, state), (Intervention.form, form),
                              (Intervention.provider, provider.upper())):  # fmt: skip
            rows = rows.where(column == value) if value else rows
        found = [intervention_json(tx, row, place.desk.field, whole=False) for row in tx.scalars(rows)]
        return sorted(found, key=lambda row: (row["sessions"][0]["on"] if row["sessions"] else "", row["ref"]))

    found = look(context, query)
    if json:
        out.lines(found)
        return
    rows = [[row["ref"], row["form"], row["kind_raw"], row["place"] or row["name"], out.words(row["state"]),
             ", ".join(each["on"] for each in row["sessions"])] for row in found]  # fmt: skip
    if not out.table(["intervention", "form", "kind", "place", "state", "dates"], rows, widest="place"):
        out.say("No intervention.")


@app.command()
def enter(
    context: typer.Context,
    user: As,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A TOML file of [[review]] rows.")
    ] = None,
    json: Json = False,
) -> None:
    """Enter published reviews as printed, all or none; without a file, those we know of. What cannot be true is said."""
    from bot.commands import show as out
    from tracker.register import reviews

    place = place_of(context)
    actor, desk = place.actor(user), place.desk
    wanted = desk.field.reviews.reviews if file is None else _reviews(file)

    def job(tx: Tx, now: datetime) -> list[dict[str, Any]]:
        done = []
        for review in wanted:
            entered = reviews.enter(tx, review, actor=actor, desk=desk, now=now)
            done.append({"source": review.id, "ref": entered.intervention.ref, "known": entered.known,
                         "warnings": list(entered.warnings)})  # fmt: skip
        return done

    with place.store() as store:
        found = store.write(lambda tx: job(tx, place.now()))
    if json:
        out.lines(found)
        return
    fresh = sum(not row["known"] for row in found)
    out.say(f"{fresh} reviews entered; {len(found) - fresh} were there before.")
    for row in found:
        for warning in row["warnings"]:
            out.say(f"{row['ref']} ({row['source']}): {warning}")


def _reviews(file: Path) -> tuple[Review, ...]:
    import tomllib

    from pydantic import ValidationError

    from tracker.field.tables import Reviews

    try:
        return Reviews.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).reviews
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(f"{file.name} is no TOML file ({type(error).__name__}); nothing was entered.") from None
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:5])
        raise Refused(f"{file.name} holds no reviews as we know them; nothing was entered. {told}") from None


def _came(typed: list[str]) -> tuple[Attendance, ...]:
    from tracker.register.interventions import Attendance

    found = []
    for text in typed:
        group, equals, numbers = text.rpartition("=")
        came, _, asked = numbers.partition("/")
        if (
            not equals
            or not group.strip()
            or not all(part.strip() in {"", "?"} or part.strip().isdigit() for part in (came, asked))
        ):
            raise Refused(f"{text[:40]} says nobody came or not; write F1=0/12, with ? for what nobody counted.")
        found.append(Attendance(group.strip(), _number(asked), _number(came)))
    return tuple(found)


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdigit() else None


def _told(tx: Tx, row: Intervention, desk: Desk, now: datetime) -> dict[str, Any]:  # noqa: ARG001 - every view is called alike
    from tracker.register.views import intervention_json

    return intervention_json(tx, row, desk.field)


def _page(row: dict[str, Any], place: Place) -> None:  # noqa: ARG001 - every page is called alike
    from bot.commands import show as out

    out.say(
        f"{row['ref']} {row['kind_raw']} ({out.words(row['kind']) or 'kind not known'}), {row['name']}: {row['state']}."
    )
    out.facts([("printed as", row["provider_raw"]), ("office", row["office"]), ("trigger", row["trigger"]),
               ("panel", ", ".join(row["panel"])), ("concerns", "; ".join(row["concerns"])),
               ("requirements", row["requirements_raw"] or ", ".join(row["requirements"])), ("ISF", row["isf_raw"]),
               ("outcome", row["outcome"]), ("report due", row["report_due_why"]), ("draft", row["drafted_on"] or ""),
               ("report", row["reported_on"] or ""), ("note", row["note"]), ("page", row["url"]),
               ("look at", " ".join(row["warnings"]))])  # fmt: skip
    dates = [[each["on"], each["until"] or "", each["state"], ", ".join(
        f"{group['group']} {_said(group['came'])} of {_said(group['asked'])}" for group in each["attendance"])]
        for each in row["sessions"]]  # fmt: skip
    if dates:
        out.table(["date", "until", "state", "came"], dates, widest="came")


def _said(number: int | None) -> str:
    return "?" if number is None else str(number)
