"""`qualitydesk read` and `receive`: stored messages read, or put through the same door as mail."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.place import place_of
from bot.commands.verbs import Json
from tracker.errors import Refused

Files = Annotated[list[Path], typer.Argument(metavar="FILE…")]


def read(files: Files, json: Json = True) -> None:  # noqa: ARG001 - always JSON; the option is taken all the same
    """Read mails without storing anything: one JSON object a file. A file that cannot be read has an `error`."""
    from bot.commands import show
    from bot.trying import read_one_file

    show.lines(read_one_file(str(file)) for file in files)


def receive(
    context: typer.Context,
    files: Files,
    source: Annotated[str, typer.Option(metavar="NAME", help="What to call where they come from.")] = "file",
    to: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Which of our inboxes they came to; the first if not given.")
    ] = "",
    leave: Annotated[bool, typer.Option("--leave", help="Only keep them; a running service reads them.")] = False,
    json: Json = False,
) -> None:
    """Put stored messages through the same door as mail: mbox, Maildir and .eml. They are acknowledged like any mail."""
    from bot.commands import show
    from bot.receiving import keep_files, read_all
    from bot.service import prepare_database

    place = place_of(context)
    recipient = to or place.settings.inboxes[0]
    if recipient.lower() not in (inbox.lower() for inbox in place.settings.inboxes):
        raise Refused(f"{recipient} is none of our inboxes; they are {', '.join(place.settings.inboxes)}.")
    prepare_database(place.settings)
    with place.store() as store:
        counts = keep_files(store, files, source=source, recipient=recipient, now=place.now)
        if not leave:
            read_all(store, place.settings, place.desk, place.now)
    if json:
        show.as_json({"kept": counts["kept"], "repeats": counts["repeats"]})
    else:
        then = "They wait for the service." if leave else "All were read; look at `qualitydesk inbound list`."
        show.say(f"{counts['kept']} kept, {counts['repeats']} were here already. {then}")


def add_to(app: typer.Typer) -> None:
    """Make these commands part of `app`."""
    for command in (read, receive):
        app.command()(command)
