"""Monthly papers kept as they were first made once their month is over: a correction never changes what a committee read."""

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any, Final

from sqlalchemy import select

from bot.reports.making import Maker
from bot.reports.paper import Block, Cell, Chart, Heading, Paper, Points, Series, Table, Trace, Value, Words
from tracker.desk import Desk
from tracker.evidence.period import month
from tracker.model import Paper as Row
from tracker.store import Store, Tx

KIND: Final = "demq"
MADE_BY: Final = "desk"
FORM: Final = 1
"""How papers are kept; a paper kept in another form is made anew."""


def demq_paper(store: Store, key: str, *, desk: Desk, now: datetime, at_least: int) -> Paper:
    """The paper of a month: the one that was kept, else a new one, which is kept where the month is over.

    Raises Refused where `key` is no month or it has not begun.
    """
    period = month(key, desk.hours.zone)
    with store.reading() as tx:
        kept = _kept(tx, key)
        if kept is not None:
            return kept
        paper = Maker(tx, desk, now, at_least).demq(period)
    if now >= period.end:
        return store.write(lambda tx: _keep(tx, paper, key, period.end, now))
    return paper


def _kept(tx: Tx, key: str) -> Paper | None:
    row = tx.scalar(select(Row).where(Row.kind == KIND, Row.period == key).order_by(Row.id).limit(1))
    return from_data(row.figures) if row is not None and row.figures.get("form") == FORM else None


def _keep(tx: Tx, paper: Paper, key: str, as_of: datetime, now: datetime) -> Paper:
    """Keep the paper unless another was kept meanwhile; returns the one that is kept."""
    before = _kept(tx, key)
    if before is not None:
        return before
    data = to_data(paper)
    digest = sha256(dumps(data, sort_keys=True).encode()).hexdigest()
    tx.add(Row(kind=KIND, period=key, as_of=as_of, figures=data, sha256=digest, made_by=MADE_BY, made_at=now))
    tx.flush()
    return paper


def to_data(paper: Paper) -> dict[str, Any]:
    """The paper as plain JSON data."""
    data = {key: value for key, value in asdict(paper).items() if key != "blocks"}
    blocks = [{"block": type(block).__name__, **asdict(block)} for block in paper.blocks]
    return data | {"form": FORM, "dated": paper.dated.isoformat(), "blocks": blocks}


def from_data(data: dict[str, Any]) -> Paper:
    """The paper that `to_data` wrote down; equal to it in every part."""
    from datetime import date

    plain = {key: data[key] for key in ("name", "title", "subtitle", "team", "marking")}
    return Paper(
        **plain,
        dated=date.fromisoformat(data["dated"]),
        blocks=tuple(_block(each) for each in data["blocks"]),
        traces=tuple(Trace(**{**each, "rows": tuple(each["rows"])}) for each in data["traces"]),
    )


def _block(data: dict[str, Any]) -> Block:
    kind, rest = data["block"], {key: value for key, value in data.items() if key != "block"}
    if kind == "Heading":
        return Heading(**rest)
    if kind == "Words":
        return Words(**rest)
    if kind == "Points":
        return Points(tuple(rest["items"]))
    if kind == "Table":
        rows = tuple(tuple(_value(value) for value in row) for row in rest["rows"])
        return Table(rest["caption"], tuple(rest["columns"]), rows, rest["nothing"], tuple(rest["widths"]))
    series = tuple(Series(each["name"], tuple(each["values"])) for each in rest["series"])
    return Chart(rest["title"], rest["kind"], tuple(rest["labels"]), series, rest["alt"], rest["unit"])


def _value(value: Any) -> Value:
    if isinstance(value, dict):
        return Cell(value["value"], value["tone"])
    assert isinstance(value, str | int | float)
    return value
