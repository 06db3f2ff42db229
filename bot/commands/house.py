"""`qualitydesk serve`, `demo`, `check` and `status`: the service as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.place import place_of
from bot.commands.verbs import Json

NOT_WELL = 1
YEAR = Path("papers")


def serve(
    context: typer.Context,
    only: Annotated[str, typer.Option(metavar="PART,…", help="Run only these parts of the service.")] = "",
) -> None:
    """Run the desk until SIGTERM or Ctrl-C."""
    from bot.service import serve as run

    parts = tuple(part.strip() for part in only.split(",") if part.strip())
    raise typer.Exit(run(place_of(context).settings, only=parts or None))


def demo(
    once: Annotated[bool, typer.Option("--once", envvar="ONCE", help="End when the table is printed.")] = False,
    year: Annotated[
        bool,
        typer.Option("--year", help="Instead, an invented year of the quality register and every paper made from it."),
    ] = False,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where --year puts the papers.")] = YEAR,
) -> None:
    """Try it: a dozen synthetic mails through the real door, and what became of each. Needs no account and no network."""
    if year:
        from bot.commands import show
        from bot.demo.year import run as live

        raise typer.Exit(live(out, show.say))
    from bot.demo import run

    raise typer.Exit(run(once=once))


def check(context: typer.Context, json: Json = False) -> None:
    """Prove configuration, letters, database, relay and Slack; name every fault at once."""
    from bot.check import check as prove
    from bot.commands import show

    findings = prove(place_of(context).settings)
    if json:
        show.as_json({"ok": not findings, "faults": findings})
    else:
        show.say("All is well." if not findings else "\n".join(findings))
    raise typer.Exit(NOT_WELL if findings else 0)


def status(context: typer.Context, json: Json = False) -> None:
    """How the desk is: ages, counts, and what waits for a person. Leaves with 0 when well, 1 when not."""
    from bot.commands import show
    from tracker.queries import Bounds, in_words
    from tracker.queries import status as look

    place = place_of(context)
    watch = place.settings.watch
    bounds = Bounds(
        clock=watch.clock_seconds,
        unread=watch.unread_seconds,
        unsent=watch.unsent_seconds,
        overdue=watch.overdue_seconds,
        slack=watch.slack_seconds,
        unscanned=watch.unscanned_seconds if place.settings.scan.on else None,
    )
    with place.store() as store, store.reading() as tx:
        found = look(tx, now=place.now(), bounds=bounds, slack_on=place.settings.slack.on)
    if json:
        show.as_json(found)
    else:
        show.say("The desk is well." if found["ok"] else "The desk is not well:")
        for sentence in found["reasons"]:
            show.say(f"  {sentence}")
        if found["attention"]:
            show.say("Waiting for a person:")
        for sentence in found["attention"]:
            show.say(f"  {sentence}")
        show.say()
        ages = [
            (show.words(name), "none" if age is None else f"{in_words(age)} ago") for name, age in found["ages"].items()
        ]
        show.facts([*ages, *((show.words(name), str(count)) for name, count in found["counts"].items())])
    raise typer.Exit(0 if found["ok"] else NOT_WELL)


def add_to(app: typer.Typer) -> None:
    """Make these commands part of `app`."""
    for command in (serve, demo, check, status):
        app.command()(command)
