"""`qualitydesk case take` and the other verbs of triage, one command each; what they do is in `tracker.triage`."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.place import place_of

if TYPE_CHECKING:
    from tracker.model import Case

Ref = Annotated[str, typer.Argument(metavar="REF", help="A case's reference, such as QD-7F3K-9MX.")]
As = Annotated[str, typer.Option("--as", metavar="USER", help="Your name, as [[role]] members list it.")]
Seen = Annotated[int | None, typer.Option("--seen", help="Refuse if the case changed since this revision.")]
Json = Annotated[bool, typer.Option("--json", help="For machines: one JSON object a line.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stays on the case.")]
Words = Annotated[str, typer.Argument(metavar="TEXT", help="The words, or - to read them from standard input.")]
To = Annotated[str, typer.Argument(metavar="TO", help="Who should have it.")]
Status = Annotated[str, typer.Argument(metavar="STATUS", help="For example awaiting_provider.")]
Level = Annotated[int, typer.Argument(metavar="LEVEL", min=0, max=4, help="ISF level, 0 to 4.")]
Criteria = Annotated[list[str] | None, typer.Option("--criterion", help="A criterion found met; may be repeated.")]
Letter = Annotated[int, typer.Argument(metavar="LETTER", help="The letter's number, as `case show` gives it.")]
Outcome = Annotated[str, typer.Argument(metavar="OUTCOME", help="What came of it, for the record.")]
Feedback = Annotated[str, typer.Option("--feedback", help="What to tell the reporter, in a letter of your words.")]
Changes = Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…", help="Such as provider=RTD or themes=a,b")]
Within = Annotated[str, typer.Option("--within", help='How long, such as "5 working days".')]
Staff = Annotated[str, typer.Argument(metavar="STAFF", help="Who may neither see nor work on the case.")]


def take(context: typer.Context, ref: Ref, user: As, seen: Seen = None, json: Json = False) -> None:
    """Make the case yours."""
    from tracker import triage

    _do(context, user, json, partial(triage.take, ref=ref, seen=seen))


def assign(context: typer.Context, ref: Ref, to: To, user: As, seen: Seen = None, json: Json = False) -> None:
    """Give the case to somebody."""
    from tracker import triage

    _do(context, user, json, partial(triage.assign, ref=ref, to=to, seen=seen))


def move(
    context: typer.Context,
    ref: Ref,
    status: Status,
    user: As,
    reason: Reason = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Say where the work stands."""
    from tracker import triage

    _do(context, user, json, partial(triage.move_to, ref=ref, status=status, reason=reason, seen=seen))


def level(
    context: typer.Context,
    ref: Ref,
    level: Level,
    user: As,
    reason: Reason,
    criteria: Criteria = None,
    provisional: Annotated[bool, typer.Option("--provisional", help="Until more is known.")] = False,
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Set the ISF level. Where two people are needed, the second confirms by the same command."""
    from tracker import triage

    verb = partial(triage.level, ref=ref, level=level, reason=reason, provisional=provisional, seen=seen)
    _do(context, user, json, partial(verb, criteria=criteria or ()))


def note(context: typer.Context, ref: Ref, text: Words, user: As, seen: Seen = None, json: Json = False) -> None:
    """Write a note for staff; it never leaves."""
    from tracker import triage

    _do(context, user, json, partial(triage.note, ref=ref, text=_words(text), seen=seen))


def reply(
    context: typer.Context,
    ref: Ref,
    text: Words,
    user: As,
    ask: Annotated[bool, typer.Option("--ask", help="The case then awaits the reporter's answer.")] = False,
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Write to the reporter in your own words. The letter waits a little, so that you can take it back."""
    from tracker import triage

    _do(context, user, json, partial(triage.reply, ref=ref, text=_words(text), ask=ask, seen=seen))


def take_back(context: typer.Context, letter: Letter, user: As, json: Json = False) -> None:
    """Stop a letter of yours that has not left."""
    from tracker import triage

    _do(context, user, json, partial(triage.take_back, parcel_id=letter))


def resolve(
    context: typer.Context,
    ref: Ref,
    outcome: Outcome,
    user: As,
    feedback: Feedback = "",
    passed_on: Annotated[bool, typer.Option("--passed-on", help="Somebody else has it now.")] = False,
    seen: Seen = None,
    json: Json = False,
) -> None:
    """End the case."""
    from tracker import triage

    verb = partial(triage.resolve, ref=ref, outcome=outcome, feedback=feedback, passed_on=passed_on, seen=seen)
    _do(context, user, json, verb)


def reopen(context: typer.Context, ref: Ref, user: As, reason: Reason, seen: Seen = None, json: Json = False) -> None:
    """Work on an ended case again."""
    from tracker import triage

    _do(context, user, json, partial(triage.reopen, ref=ref, reason=reason, seen=seen))


def merge(
    context: typer.Context,
    ref: Ref,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The case that speaks for both from now on.")],
    user: As,
    reason: Reason,
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Let another case speak for this one. Nobody is told, reporters stay apart, and `unmerge` undoes it."""
    from tracker import triage

    _do(context, user, json, partial(triage.merge, ref=ref, into=into, reason=reason, seen=seen))


def unmerge(context: typer.Context, ref: Ref, user: As, reason: Reason, seen: Seen = None, json: Json = False) -> None:
    """Let a merged case stand alone again."""
    from tracker import triage

    _do(context, user, json, partial(triage.unmerge, ref=ref, reason=reason, seen=seen))


def link(
    context: typer.Context,
    ref: Ref,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other case's reference.")],
    user: As,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Mark two cases as related."""
    from tracker import triage

    _do(context, user, json, partial(triage.link, ref=ref, other_ref=other, reason=reason))


def correct(
    context: typer.Context,
    ref: Ref,
    changes: Changes,
    user: As,
    reason: Reason = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Put right what was understood wrongly; an empty value clears the field."""
    from tracker import triage
    from tracker.triage.correcting import from_words

    _do(context, user, json, partial(triage.correct, ref=ref, changes=from_words(changes), reason=reason, seen=seen))


def exclude(context: typer.Context, ref: Ref, staff: Staff, user: As, reason: Reason, json: Json = False) -> None:
    """Wall a member of staff off from the case (conflict of interest)."""
    from tracker import triage

    _do(context, user, json, partial(triage.exclude, ref=ref, staff=staff, why=reason))


def follow_up(
    context: typer.Context,
    ref: Ref,
    what: Annotated[str, typer.Argument(metavar="WHAT", help="What to be reminded of.")],
    user: As,
    within: Within,
    json: Json = False,
) -> None:
    """Be reminded of something on the case."""
    from tracker import triage

    _do(context, user, json, partial(triage.add_follow_up, ref=ref, what=what, within=within))


def snooze(
    context: typer.Context,
    ref: Ref,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Which follow-up, such as personal_reply.")],
    user: As,
    within: Within,
    reason: Reason,
    json: Json = False,
) -> None:
    """Put off a follow-up that is pending."""
    from tracker import triage

    _do(context, user, json, partial(triage.snooze, ref=ref, kind=kind, within=within, reason=reason))


def add_to(app: typer.Typer) -> None:
    """Make every verb a command of `app`."""
    for verb in (
        take,
        assign,
        level,
        note,
        reply,
        resolve,
        reopen,
        merge,
        unmerge,
        move,
        link,
        correct,
        snooze,
        exclude,
    ):
        app.command()(verb)
    app.command("take-back")(take_back)
    app.command("follow-up")(follow_up)


def _do(context: typer.Context, user: str, json: bool, verb: partial[Case]) -> None:
    """Run one verb in a transaction of its own and print the case as it is now."""
    from bot.commands import case_page, show
    from tracker.model import Case
    from tracker.queries import case_json

    place = place_of(context)
    actor, desk = place.actor(user), place.desk
    with place.store() as store:
        now = place.now()
        case_id = store.write(lambda tx: verb(tx, actor=actor, desk=desk, now=now).id)
        with store.reading() as tx:
            current = case_json(tx, tx.get_one(Case, case_id), desk=desk, now=now)
    if json:
        show.as_json(current)
    else:
        case_page.print_done(current, place.zone)


def _words(text: str) -> str:
    return sys.stdin.read() if text == "-" else text
