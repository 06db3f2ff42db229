"""`qualitydesk rating …`: ISF ratings proposed, approved and looked up; the deciding is in `tracker.register`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import rating_lists
from bot.commands.place import place_of
from bot.commands.rating_lists import page
from bot.commands.register import PlaceKey, Standards, do, look, maybe_day
from bot.commands.verbs import As, Json, Level, Reason
from tracker.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.desk import Desk
    from tracker.model import Rating
    from tracker.store import Tx

app = typer.Typer(help="ISF ratings of places: only people set them.", no_args_is_help=True)
rating_lists.add_to(app)
Number = Annotated[int, typer.Argument(metavar="RATING", help="Its number, as `rating due` gives it.")]


@app.command()
def checklist(context: typer.Context, level: Level, json: Json = False) -> None:
    """What must be answered for a level, who is told of it, and when it is looked at again."""
    from bot.commands import show

    desk = place_of(context).desk
    row = desk.field.isf.levels[level]
    told = {
        "level": level,
        "name": row.name,
        "criteria": list(row.criteria),
        "criteria_status": row.criteria_status,
        "triggers": list(row.triggers),
        "notify": list(row.notify),
        "approver_role": row.approver_role,
        "review_every_days": row.review_every_days,
        "evidence_kinds": [kind.id for kind in desk.field.evidence.kinds],
    }
    if json:
        show.as_json(told)
        return
    show.say(f"ISF {level}: {row.name} ({row.name_status})")
    show.table(
        ["", "criterion"], [[str(number), each] for number, each in enumerate(row.criteria, 1)], widest="criterion"
    )
    show.facts([("criteria are", row.criteria_status), ("approved by", show.words(row.approver_role)),
                ("looked at again", f"every {row.review_every_days} days"),
                ("tell", ", ".join(map(show.words, row.notify)))])  # fmt: skip


@app.command()
def propose(
    context: typer.Context,
    where: PlaceKey,
    level: Level,
    user: As,
    reason: Reason,
    criteria: Annotated[
        list[str] | None,
        typer.Option("--criterion", metavar="N=IDS", help="Criterion N is met by this evidence (1=12,13), or 2=no."),
    ] = None,
    evidence: Annotated[list[int] | None, typer.Option("--evidence", help="An item's number; may be repeated.")] = None,
    unchanged: Annotated[bool, typer.Option("--unchanged", help="The level stays; say so as a fact.")] = False,
    provisional: Annotated[bool, typer.Option("--provisional", help="Until more is known.")] = False,
    immediate_risk: Annotated[bool, typer.Option("--immediate-risk", help="To rise by more than one step.")] = False,
    changed_on: Annotated[str, typer.Option(metavar="DAY", help="Down: when the provider's change took effect.")] = "",
    doctors: Annotated[bool, typer.Option("--doctors-affected", help="Out of 4: the GMC must agree.")] = False,
    gmc_agreed_on: Annotated[str, typer.Option(metavar="DAY", help="Out of 4: when it did.")] = "",
    review: Annotated[str, typer.Option(metavar="REF", help="Out of 4: the follow-up review that is booked.")] = "",
    impact: Annotated[int | None, typer.Option(help="Risk: 1 to 5.")] = None,
    likelihood: Annotated[int | None, typer.Option(help="Risk: 1 to 5.")] = None,
    controls: Annotated[str, typer.Option(help="Risk: what holds it back already.")] = "",
    actions: Annotated[str, typer.Option(help="Risk: what else is to be done.")] = "",
    standards: Standards = None,
    set_now: Annotated[bool, typer.Option("--set", help="Approve it yourself at once.")] = False,
    json: Json = False,
) -> None:
    """Ask for a rating. It stands when whoever is needed has approved it."""
    from tracker.register import ratings
    from tracker.register.places import parse_where

    field = place_of(context).desk.field
    wanted = ratings.Proposal(
        level=level,
        reason=reason,
        asks="unchanged" if unchanged else "provisional" if provisional else "set",
        provisional=provisional,
        criteria=_answers(criteria or [], field.isf.levels[level].criteria),
        evidence=tuple(evidence or ()),
        immediate_risk=immediate_risk,
        doctors_affected=doctors,
        changed_on=maybe_day(changed_on),
        gmc_agreed_on=maybe_day(gmc_agreed_on),
        intervention=review,
        impact=impact,
        likelihood=likelihood,
        controls=controls,
        further_actions=actions,
        standards=tuple(standards or ()),
    )

    def verb(tx: Tx, **who: Any) -> Rating:
        row = ratings.propose(tx, parse_where(where, field), wanted, **who)
        return ratings.approve(tx, row.id, reason, **who) if set_now else row

    do(context, user, json, verb, _told, page)


@app.command()
def approve(context: typer.Context, number: Number, user: As, reason: Reason = "", json: Json = False) -> None:
    """Say yes to a proposed rating. Levels 3 and 4 need two people."""
    from tracker.register import ratings

    do(context, user, json, partial(ratings.approve, rating_id=number, reason=reason), _told, page)


@app.command()
def withdraw(context: typer.Context, number: Number, user: As, reason: Reason, json: Json = False) -> None:
    """Take a proposal back."""
    from tracker.register import ratings

    def verb(tx: Tx, *, actor: Any, now: datetime, desk: Desk) -> Rating:  # noqa: ARG001 - every verb is called alike
        return ratings.withdraw(tx, number, reason, actor=actor, now=now)

    do(context, user, json, verb, _told, page)


@app.command()
def tell(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those that are settled too.")] = False,
    json: Json = False,
) -> None:
    """Who must be told of ratings. Nothing is sent from here: tell them, then `rating told`."""
    from bot.commands import show
    from tracker.register import telling
    from tracker.register.views import task_json

    found = look(context, lambda tx, _: [task_json(tx, task) for task in telling.tasks(tx, open_only=not every)])
    if json:
        show.lines(found)
        return
    rows = [[str(task["task"]), task["place"], str(task["level"]), show.words(task["whom"]), show.words(task["state"])]
            for task in found]  # fmt: skip
    if not show.table(["task", "place", "ISF", "tell", "state"], rows, widest="tell"):
        show.say("Nobody is left to be told.")


@app.command()
def told(
    context: typer.Context,
    task: Annotated[int, typer.Argument(metavar="TASK", help="Its number, as `rating tell` gives it.")],
    user: As,
    reason: Reason = "",
    not_needed: Annotated[bool, typer.Option("--not-needed", help="They need not be told; say why.")] = False,
    json: Json = False,
) -> None:
    """Note that somebody was told, or need not be."""
    from bot.commands import show
    from tracker.register import telling
    from tracker.register.views import task_json

    state = "not_needed" if not_needed else "done"

    def verb(tx: Tx, *, actor: Any, now: datetime, desk: Desk) -> Any:  # noqa: ARG001 - every verb is called alike
        return telling.settle(tx, task, state, reason, actor=actor, now=now)

    do(context, user, json, verb, lambda tx, row, *_: task_json(tx, row),
       lambda row, _: show.say(f"{show.words(row['whom'])}: {show.words(row['state'])}."))  # fmt: skip


@app.command()
def risk(
    context: typer.Context,
    impact: Annotated[int, typer.Argument(metavar="IMPACT", help="1 to 5.")],
    likelihood: Annotated[int, typer.Argument(metavar="LIKELIHOOD", help="1 to 5.")],
    json: Json = False,
) -> None:
    """A risk score, its band and the levels it suggests; it sets nothing."""
    from dataclasses import asdict

    from bot.commands import show
    from tracker.register.risk import score

    found = score(impact, likelihood, place_of(context).desk.field.isf.risk)
    if json:
        show.as_json(asdict(found))
    else:
        suggested = " or ".join(map(str, found.suggests))
        show.say(
            f"{found.impact} x {found.likelihood}: {found.score}, {found.band} ({found.rag}). It suggests ISF {suggested}."
        )


def _answers(typed: list[str], criteria: tuple[str, ...]) -> tuple[tuple[str, bool, tuple[int, ...]], ...]:
    found = []
    for text in typed:
        number, _, shown = text.partition("=")
        if not number.strip().isdigit() or not 1 <= int(number) <= len(criteria):
            raise Refused(
                f"{text[:40]} is no answer; write 1=12,13 or 2=no. `rating checklist LEVEL` numbers the criteria."
            )
        ids = [part.strip() for part in shown.split(",")]
        met = shown.strip().lower() != "no"
        if met and not all(part.isdigit() for part in ids):
            raise Refused(f"{text[:40]}: name evidence by its numbers, or write {number}=no.")
        found.append((criteria[int(number) - 1], met, tuple(int(part) for part in ids) if met else ()))
    return tuple(found)


def _told(tx: Tx, row: Rating, desk: Desk, now: datetime) -> dict[str, Any]:  # noqa: ARG001 - every view is called alike
    from tracker.register.views import rating_json

    return rating_json(tx, row, desk)
