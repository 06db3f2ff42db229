"""Monthly papers kept as they were first made once their month is over: a correction never changes what a committee read."""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from json import dumps
from typing import Any, Final

from sqlalchemy import select

from bot.reports.making import Maker
from bot.reports.paper import Block, Cell, Chart, Heading, Paper, Points, Series, Table, Trace, Value, Words
from tracker.desk import Desk
from tracker.evidence.period import month
from tracker.model import Case, Inbound, RegisterPlace
from tracker.model import Paper as Row
from tracker.store import Store, Tx
from tracker.working_days import next_opening

KIND: Final = "demq"
MADE_BY: Final = "desk"
FORM: Final = 1
"""How papers are kept; a paper kept in another form is made anew."""


def demq_paper(store: Store, key: str, *, desk: Desk, now: datetime, at_least: int) -> Paper:
    """The paper of a month: the one that was kept, else a new one, which is kept where the month is over.

    While a message of the month waits to be read the paper is not kept: it would miss a report. Raises Refused where `key` is
    no month or it has not begun.
    """
    period = month(key, desk.hours.zone)
    with store.reading() as tx:
        kept = _kept(tx, key)
        if kept is not None:
            return kept
        paper = Maker(tx, desk, now, at_least).demq(period)
        unread = select(Inbound.id).where(Inbound.state == "heard", Inbound.received_at < period.end).limit(1)
        whole = now >= period.end and tx.scalar(unread) is None
    if whole:
        return store.write(lambda tx: _keep(tx, paper, key, period.end, now))
    return paper


def keep_last_month(store: Store, *, desk: Desk, now: datetime) -> bool:
    """Keep the paper of the month that is over, once the office has opened after it; returns whether one was made.

    The paper could be read off the history at any later time too; what configuration and field data say could not.
    """
    local = now.astimezone(desk.hours.zone)
    first = local.date().replace(day=1)
    if now < next_opening(datetime.combine(first, desk.hours.opens, desk.hours.zone), desk.hours):
        return False
    key = f"{first - timedelta(days=1):%Y-%m}"
    with store.reading() as tx:
        begun = datetime.combine(first, time(0), desk.hours.zone)
        known = (
            select(Case.id).where(Case.opened_at < begun),
            select(RegisterPlace.id).where(RegisterPlace.made_at < begun),
        )
        if _kept(tx, key) is not None or all(tx.scalar(query.limit(1)) is None for query in known):
            return False
    demq_paper(store, key, desk=desk, now=now, at_least=desk.register.smallest_group)
    return True


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
