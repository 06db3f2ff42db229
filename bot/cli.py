"""`qualitydesk`: the command line put together; each command lives in `bot/commands/`."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.commands import (
    case,
    evidence,
    evidence_comments,
    evidence_items,
    house,
    inbound,
    intervention,
    keeping,
    outbox,
    pack,
    place_show,
    places,
    rating,
    reading,
    requirement,
    understand,
)
from bot.commands.place import Place
from tracker.errors import ConfigurationFault, DeskError

DONE, REFUSED, BAD_CONFIGURATION = 0, 1, 78

app = typer.Typer(
    name="qualitydesk",
    help="The case desk of an education quality team.\n\nExit codes: 0 done, 1 refused or failed (one sentence on standard "
    "error), 2 wrong usage, 78 bad configuration.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local variables would print what people wrote to us.
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(case.app, name="case")
app.add_typer(inbound.app, name="inbound")
app.add_typer(outbox.app, name="outbox")
app.add_typer(rating.app, name="rating")
app.add_typer(requirement.app, name="requirement")
app.add_typer(intervention.app, name="intervention")
app.add_typer(places.app, name="place")
app.add_typer(evidence.app, name="evidence")
app.add_typer(pack.app, name="pack")
evidence_items.add_to(evidence.app)
evidence_comments.add_to(evidence.app)
place_show.add_to(places.app)
for room in (house, reading, understand, keeping):
    room.add_to(app)


@app.callback()
def _place(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE", help="The configuration; else $QUALITYDESK_CONFIG, else ./config.toml."
        ),
    ] = None,
) -> None:
    context.obj = Place(config)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code. What is refused is told in one sentence."""
    try:
        _program()(args=arguments)
    except ConfigurationFault as fault:
        _leave(str(fault), BAD_CONFIGURATION)
    except DeskError as error:
        _leave(str(error), REFUSED)
    except BrokenPipeError:
        # Whoever read us has seen enough; Python must not try to flush into the closed pipe once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(REFUSED)
    except Exception as error:  # noqa: BLE001 - a traceback's last line may hold what people wrote to us
        _leave(f"The desk has a fault of its own: {_where(error)}. Please tell whoever looks after it.", REFUSED)
    sys.exit(DONE)


@cache
def _program() -> Callable[..., object]:
    """All commands put together, which takes longer than many of them do."""
    return typer.main.get_command(app)


def _where(error: BaseException) -> str:
    """The error's class and the line of ours that it came from; never its text."""
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
    place = f" at {Path(lines[-1].filename).name}:{lines[-1].lineno}" if lines else ""
    return f"{type(error).__name__}{place}"


def _leave(sentence: str, code: int) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(code)
