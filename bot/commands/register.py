"""What the commands of the register share: their options, a day as typed, and running one verb in a transaction of its own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.place import place_of
from tracker.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.commands.place import Place
    from tracker.desk import Desk
    from tracker.store import Tx

PlaceKey = Annotated[
    str, typer.Argument(metavar="PLACE", help="PROVIDER/SITE/PROGRAMME/DEPARTMENT, such as RVW//urology; `place list`.")
]
Day = Annotated[str, typer.Option("--on", metavar="DAY", help="As it stood at the end of this day (2026-11-30).")]
Standards = Annotated[list[str] | None, typer.Option("--standard", help="Such as 3.5 or R1.8; may be repeated.")]


def day(text: str) -> date:
    """A day as typed. Raises Refused where it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"{text[:20]} is no day; write it as 2026-11-30.") from None


def maybe_day(text: str) -> date | None:
    """A day as typed, None where nothing was."""
    return day(text) if text.strip() else None


def moment(text: str, place: Place) -> datetime:
    """The end of a day as typed, or now where nothing was."""
    from tracker.register.standing import end_of

    return end_of(day(text), place.desk.hours) if text.strip() else place.now()


def do(
    context: typer.Context,
    user: str,
    json: bool,
    verb: Callable[..., Any],
    told: Callable[[Tx, Any, Desk, datetime], dict[str, Any]],
    page: Callable[[dict[str, Any], Place], None],
) -> None:
    """Run `verb(tx, actor=, desk=, now=)` in a transaction of its own; print what `told` makes of its result."""
    from bot.commands import show

    place = place_of(context)
    actor, desk = place.actor(user), place.desk
    with place.store() as store:
        now = place.now()

        def job(tx: Tx) -> dict[str, Any]:
            done = verb(tx, actor=actor, desk=desk, now=now)
            tx.flush()
            return told(tx, done, desk, now)

        current = store.write(job)
    if json:
        show.as_json(current)
    else:
        page(current, place)


def look(context: typer.Context, query: Callable[[Tx, Place], Any]) -> Any:
    """What `query` reads."""
    place = place_of(context)
    with place.store() as store, store.reading() as tx:
        return query(tx, place)
