"""`qualitydesk case list` and `case show`; the verbs that change a case are in `verbs`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands import verbs
from bot.commands.place import place_of
from bot.commands.verbs import Json, Ref

app = typer.Typer(help="Cases, and what staff do to them.", no_args_is_help=True)

verbs.add_to(app)


@app.command("list")
def list_cases(
    context: typer.Context,
    open_only: Annotated[bool, typer.Option("--open", help="Only cases that are not ended.")] = False,
    status: Annotated[list[str] | None, typer.Option(help="Only this status; may be given more than once.")] = None,
    kind: Annotated[str, typer.Option(help="Only this kind.")] = "",
    urgency: Annotated[str, typer.Option(help="Only this urgency.")] = "",
    owner: Annotated[str, typer.Option(help="Only cases of this person; - for nobody's.")] = "",
    provider: Annotated[str, typer.Option(help="Only cases about this provider (ODS code).")] = "",
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only cases with a promise or a follow-up that is late.")
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="At most so many, the newest first; 0 for all.")] = 0,
    json: Json = False,
) -> None:
    """Cases, newest first."""
    from bot.commands import case_page, show
    from tracker.queries import CaseFilter, case_list

    place = place_of(context)
    wanted = CaseFilter(tuple(status or ()), open_only, kind, urgency, owner, provider, overdue, limit)
    with place.store() as store, store.reading() as tx:
        rows = case_list(tx, wanted, desk=place.desk, now=place.now())
        if json:
            show.lines(rows)
        else:
            case_page.print_list(rows, place.zone)


@app.command("show")
def show_case(
    context: typer.Context,
    ref: Ref,
    role: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="ROLE", help="A role of [[role]]: shows what it may read. Without one, no text is shown."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """One case with its messages, events, follow-ups and letters. Names and addresses are never shown."""
    from bot.commands import case_page, show
    from tracker.queries import case_show

    place = place_of(context)
    as_role = place.role(role)
    with place.store() as store, store.reading() as tx:
        page = case_show(tx, ref, as_role, desk=place.desk, now=place.now())
    if json:
        show.as_json(page)
    else:
        case_page.print_page(page, place.zone)
