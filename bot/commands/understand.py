"""`qualitydesk understand`: what messages are about, why (`--explain`), and what staff put right (`--export-corrections`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.place import place_of
from bot.commands.verbs import Json
from tracker.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.commands.place import Place

What = Annotated[
    str,
    typer.Argument(
        metavar="[FILE|REF]",
        help='Lines of {"id", "channel", "eml" or "slack"}; to explain also a mail (.eml) or a case\'s reference; with '
        "--export-corrections where to write (else standard output).",
    ),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Each label with its layer, rule, chance and words, and what follows.")
]
Export = Annotated[
    bool,
    typer.Option("--export-corrections", help="What staff corrected, as labelled messages; needs the right `export`."),
]
As = Annotated[
    str,
    typer.Option(
        "--as", metavar="NAME", help="For a case: a role that may read it. To export: your name, as [[role]] lists it."
    ),
]


def understand(
    context: typer.Context,
    what: What = "",
    explain: Explain = False,
    export_corrections: Export = False,
    name: As = "",
    json: Json = False,
) -> None:
    """Say what each message is about, and the words each label rests on: one JSON object a line, or tables to explain."""
    place = place_of(context)
    if export_corrections:
        _export(place, what, name, json=json)
    elif not explain:
        from bot.commands import show
        from bot.trying import Trial

        trial = Trial(place.desk)
        with _file(what).open(encoding="utf-8") as source:
            show.lines(trial.understand(line, number) for number, line in enumerate(source, 1) if line.strip())
    else:
        from bot.commands import show, understand_page

        for told in _explained(place, what, name):
            if json:
                show.as_json(told)
            else:
                understand_page.print_explained(told, place.zone)


def _file(what: str) -> Path:
    path = Path(what)
    if not what or not path.is_file():
        raise typer.BadParameter(f"there is no file {what!r}" if what else "name a file", param_hint="FILE")
    return path


def _explained(place: Place, what: str, role: str) -> Iterator[dict[str, Any]]:
    """Each message of a file, or the one that opened a case, with why it is read so."""
    from bot.explaining import Explainer
    from tracker.tokens import normal_ref

    if what and not Path(what).exists() and normal_ref(what) is not None:
        from bot.explaining_case import explain_case

        as_role = place.role(role or None)
        with place.store() as store, store.reading() as tx:
            yield explain_case(tx, what, as_role, desk=place.desk)
        return
    from bot.trying import Trial

    path, trial, explainer = _file(what), Trial(place.desk), Explainer(place.desk)
    if path.suffix.lower() == ".eml":
        yield explainer.explain(path.name, trial.of_mail(path.read_bytes()), place.now())
        return
    import json

    with path.open(encoding="utf-8") as source:
        for number, line in enumerate(source, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                submission = trial.submission(row)
            except (ValueError, KeyError, TypeError, AttributeError):
                yield {"id": None, "line": number, "error": "is not an object with id, channel and eml or slack"}
                continue
            yield explainer.explain(row["id"], submission, place.now())


def _export(place: Place, what: str, name: str, *, json: bool) -> None:
    import json as writer
    import sys

    from bot.commands import show
    from tracker.corrections import corrections

    if not name:
        raise Refused("Say who exports, with --as and your name as [[role]] members list it; it is recorded.")
    actor = place.actor(name)
    with place.store() as store:
        found = store.write(lambda tx: corrections(tx, actor=actor, desk=place.desk, now=place.now()))
    lines = "".join(writer.dumps(row, ensure_ascii=False) + "\n" for row in found.rows)
    if what:
        # For the owner's eyes: words of people who trusted us, even without their names.
        path = Path(what)
        path.touch(mode=0o600)
        path.write_text(lines, encoding="utf-8")
        facts = {"file": what, "messages": len(found.rows), "kept_back": found.kept_back}
        show.said(_sentence(what, len(found.rows), found.kept_back), facts, json=json)
    else:
        sys.stdout.write(lines)


def _sentence(file: str, written: int, kept_back: int) -> str:
    more = f" {kept_back} on cases that you may not open were kept back." if kept_back else ""
    return f"{written} corrected message{'' if written == 1 else 's'} in {file}.{more}"


def add_to(app: typer.Typer) -> None:
    """Make this command part of `app`."""
    app.command()(understand)
