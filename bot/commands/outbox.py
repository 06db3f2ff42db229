"""`qualitydesk outbox …`: what must leave, what did, and what waits for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.place import Place, place_of
from bot.commands.verbs import Json

app = typer.Typer(help="Letters and Slack posts: what must leave and what became of it.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="The parcel's number, as `outbox list` gives it.")]
Who = Annotated[str, typer.Option("--as", metavar="USER", help="Your name; without it, whoever runs this machine.")]
OPERATOR = "operator"


@app.command("list")
def list_outbox(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="Only queued, sending, sent, held, failed, withheld or cancelled.")] = "",
    channel: Annotated[str, typer.Option(help="Only mail or slack.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="At most so many, the newest first; 0 for all.")] = 0,
    json: Json = False,
) -> None:
    """Letters and posts, newest first."""
    from bot.commands import show
    from tracker.queries import outbox_list

    place = place_of(context)
    with place.store() as store, store.reading() as tx:
        rows = outbox_list(tx, state=state, channel=channel, limit=limit)
        if json:
            show.lines(rows)
            return
        count = show.table(
            ("No.", "By", "Occasion", "Case", "State", "When", "Tries", "Last error"),
            (
                (
                    str(row["id"]),
                    row["channel"],
                    show.words(row["occasion"]),
                    row["case_ref"] or "",
                    row["state"],
                    show.when(row["sent_at"] or row["due_at"], place.zone),
                    str(row["attempts"]),
                    row["last_error"] or "",
                )
                for row in rows
            ),
            widest="Last error",
        )
        show.say(f"{count} parcel{'' if count == 1 else 's'}")


@app.command("show")
def show_parcel(context: typer.Context, number: Number, json: Json = False) -> None:
    """One letter or post with its words; never whom it goes to."""
    from bot.commands import show
    from tracker.queries import outbox_show

    place = place_of(context)
    with place.store() as store, store.reading() as tx:
        row = outbox_show(tx, number)
    if json:
        show.as_json(row)
        return
    content = row.pop("content")
    show.facts((show.words(name), "" if value is None else str(value)) for name, value in row.items())
    if content.get("subject"):
        show.heading(content["subject"])
    show.facts([("", content.get("text", ""))])


@app.command()
def release(context: typer.Context, number: Number, user: Who = "", json: Json = False) -> None:
    """Send a letter after all that was held, withheld or failed; a repeat has the same Message-ID."""
    from tracker import outbox

    place = place_of(context)
    actor = _actor(place, user)
    with place.store() as store:
        now, desk = place.now(), place.desk
        store.write(lambda tx: outbox.release(tx, number, actor=actor, now=now, desk=desk))
    _done(place, number, json, f"Parcel {number} will leave.")


@app.command()
def cancel(context: typer.Context, number: Number, user: Who = "", json: Json = False) -> None:
    """Never send a letter that is queued, held or withheld."""
    from tracker import outbox

    place = place_of(context)
    actor = _actor(place, user)
    with place.store() as store:
        now, desk = place.now(), place.desk
        store.write(lambda tx: outbox.cancel(tx, number, actor=actor, now=now, desk=desk))
    _done(place, number, json, f"Parcel {number} will not leave.")


@app.command()
def pause(context: typer.Context) -> None:
    """Let nothing leave until `outbox resume`; everything else goes on."""
    from bot.commands import show
    from bot.keeping import pause_outbox

    place = place_of(context)
    with place.store() as store:
        now = place.now()
        store.write(lambda tx: pause_outbox(tx, now=now))
    show.say("Nothing leaves until `qualitydesk outbox resume`.")


@app.command()
def resume(context: typer.Context) -> None:
    """Let letters and posts leave again after a pause or a restore."""
    from bot.commands import show
    from bot.keeping import resume_outbox

    with place_of(context).store() as store:
        was_paused = store.write(resume_outbox)
    show.say("Letters and posts leave again." if was_paused else "The outbox was not paused.")


def _actor(place: Place, user: str) -> str:
    """The name for the record. Raises NotAllowed where a named person may not release."""
    if not user:
        return OPERATOR
    from tracker.triage import need

    actor = place.actor(user)
    need(actor, "release")
    return actor.name


def _done(place: Place, number: int, json: bool, sentence: str) -> None:
    from bot.commands import show
    from tracker.queries import outbox_show

    if not json:
        show.say(sentence)
        return
    with place.store() as store, store.reading() as tx:
        show.as_json(outbox_show(tx, number))
