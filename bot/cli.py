"""`qualitydesk`: the command line put together; each command lives in `bot/commands/`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import case, house, inbound, keeping, outbox, reading
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
for room in (house, reading, keeping):
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


def main() -> None:
    """Run the command line and leave with its exit code. What is refused is told in one sentence."""
    try:
        app()
    except ConfigurationFault as fault:
        _tell(str(fault))
        sys.exit(BAD_CONFIGURATION)
    except DeskError as error:
        _tell(str(error))
        sys.exit(REFUSED)
    except BrokenPipeError:
        # Whoever read us has seen enough; Python must not try to flush into the closed pipe once more.
        sys.stdout = None
        sys.exit(REFUSED)


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr)
