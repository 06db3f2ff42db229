"""`qualitydesk inbound …`: what was heard, its original, and hearing it again."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.place import place_of
from bot.commands.verbs import Json

app = typer.Typer(help="What was heard: mails and Slack messages as they came.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="The message's number, as `inbound list` gives it.")]


@app.command("list")
def list_inbound(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="Only heard, read or quarantined.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="At most so many, the newest first; 0 for all.")] = 0,
    json: Json = False,
) -> None:
    """What was heard, newest first, and what became of it."""
    from bot.commands import show
    from tracker.queries import inbound_list

    place = place_of(context)
    with place.store() as store, store.reading() as tx:
        rows = inbound_list(tx, state=state, limit=limit)
        if json:
            show.lines(rows)
            return
        columns = ("No.", "Heard", "By", "State", "Became", "Case", "Reason")
        count = show.table(
            columns,
            (
                (
                    str(row["id"]),
                    show.when(row["received_at"], place.zone),
                    row["channel"],
                    row["state"] + (f" (try {row['attempts']})" if row["state"] == "heard" and row["attempts"] else ""),
                    row["outcome"] or "",
                    row["case_ref"] or "",
                    row["reason"] or "",
                )
                for row in rows
            ),
            widest="Reason",
        )
        show.say(f"{count} message{'' if count == 1 else 's'}")


@app.command("show")
def show_inbound(context: typer.Context, number: Number, json: Json = False) -> None:
    """One message and its original, made inert: what would steer your terminal or hide text is shown as signs.

    The original names people. Print it only where you may read it.
    """
    from bot.commands import show
    from bot.commands.inert import as_text
    from tracker.queries import inbound_show

    place = place_of(context)
    with place.store() as store, store.reading() as tx:
        row, content = inbound_show(tx, number)
    if json:
        show.as_json({**row, "original": as_text(content)})
        return
    show.facts((show.words(name), "" if value is None else str(value)) for name, value in row.items())
    show.heading("Original")
    show.say(as_text(content))


@app.command()
def replay(context: typer.Context, number: Number, json: Json = False) -> None:
    """Read a message again that was set aside or filed; a running service does it within seconds."""
    from bot.commands import show
    from tracker import inbound
    from tracker.queries import inbound_show

    with place_of(context).store() as store:
        store.write(lambda tx: inbound.replay(tx, number))
        with store.reading() as tx:
            row, _ = inbound_show(tx, number)
    if json:
        show.as_json(row)
    else:
        show.say(f"Message {number} waits to be read again.")
