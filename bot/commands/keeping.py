"""`qualitydesk migrate`, `backup` and `restore`: the database as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.place import place_of
from bot.commands.verbs import Json
from tracker.errors import Refused

File = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)]


def migrate(context: typer.Context, json: Json = False) -> None:
    """Bring the database to the tables of this version; safe to repeat."""
    from bot.commands import show
    from tracker import schema

    url = place_of(context).settings.database_url
    before = schema.state(url)
    if before == "unknown":
        raise Refused("The database has tables of a newer or another program; nothing was changed.")
    schema.upgrade(url)
    said = "The database was up to date." if before == "current" else "The database is up to date now."
    show.said(said, {"was": before, "is": schema.state(url)}, json=json)


def backup(context: typer.Context, file: File, json: Json = False) -> None:
    """Copy the database into a new file while the service runs. Keep the signing key apart from it."""
    from bot import keeping
    from bot.commands import show

    keeping.backup(place_of(context).settings.database_url, file)
    size = file.stat().st_size
    show.said(f"Written: {file} ({size:,} bytes).", {"file": str(file), "bytes": size}, json=json)


def restore(context: typer.Context, file: File, json: Json = False) -> None:
    """Fill an empty database from a backup. The outbox is paused until `qualitydesk outbox resume`."""
    from bot import keeping
    from bot.commands import show
    from tracker import schema
    from tracker.store import Store

    place = place_of(context)
    url = place.settings.database_url
    if schema.state(url) != "empty":
        raise Refused("The database holds data already; restore fills only an empty one.")
    keeping.restore(url, file)
    if schema.state(url) == "behind":
        schema.upgrade(url)
    store = Store(url)
    try:
        now = place.now()
        store.write(lambda tx: keeping.pause_outbox(tx, now=now))
    finally:
        store.close()
    show.said(
        "Restored. Nothing leaves yet: letters sent after the backup was made stand as unsent. "
        "Look at `qualitydesk outbox list --state queued`, then `qualitydesk outbox resume`.",
        {"restored": str(file), "outbox": "paused"},
        json=json,
    )


def add_to(app: typer.Typer) -> None:
    """Make these commands part of `app`."""
    for command in (migrate, backup, restore):
        app.command()(command)
