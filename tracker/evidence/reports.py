"""Cases as they stood at a moment, for papers: labels, status and times; never what anybody wrote, and nobody's name.

Rows say how cases are now, and their history what changed since: taken back, change by change, it gives what was so then.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select

from tracker.evidence.scope import NOT_REPORTS, Scope
from tracker.lifecycle import ENDED, WORDS
from tracker.model import Case, Event
from tracker.store import Tx

_LISTS: Final = frozenset({"affected_group", "provider", "site", "specialty", "themes", "standards"})
_LABELS: Final = _LISTS | {"kind", "urgency", "department"}
_COLUMNS: Final = (
    Case.id, Case.ref, Case.kind, Case.status, Case.urgency, Case.affected_group, Case.provider, Case.site, Case.department,
    Case.specialty, Case.themes, Case.standards, Case.opened_at, Case.acknowledged_at, Case.first_read_at,
    Case.first_response_at, Case.closed_at,
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """A case as it stood. Times that had not come yet are None; `promised` are the promises that began with it."""

    id: int
    ref: str
    opened_at: datetime
    kind: str = "concern"
    status: str = "new"
    urgency: str = "routine"
    affected_group: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    department: str | None = None
    specialty: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    acknowledged_at: datetime | None = None
    first_read_at: datetime | None = None
    first_response_at: datetime | None = None
    closed_at: datetime | None = None
    promised: tuple[str, ...] = ()


def reports(tx: Tx, scope: Scope, *, since: datetime, before: datetime, linked: Collection[int] = ()) -> list[Report]:
    """Reports that were open at any time from `since` to before `before`, oldest first. Merged ones count in the other.

    Those that belonged to the scope, and those `linked` to it by a person (ids).
    """
    query = (
        select(*_COLUMNS, Case.reading["route"]["promises"])
        .where(Case.opened_at < before, or_(Case.closed_at.is_(None), Case.closed_at >= since))
        .order_by(Case.opened_at, Case.id)
    )
    rows = [_report(row) for row in tx.execute(query)]
    later = _later(tx, before)
    then = [_as_of(row, later.get(row.id, ()), before) for row in rows]
    ends = _ends(tx, [row.id for row in then if row.status in ENDED and row.closed_at is None], before)
    whole = [replace(row, closed_at=ends[row.id]) if row.id in ends else row for row in then]
    return [
        row
        for row in whole
        if row.kind not in NOT_REPORTS
        and row.status != "merged"
        and (row.closed_at is None or row.closed_at >= since)
        and (row.id in linked or scope.has_case(row))
    ]


def _report(row: Any) -> Report:
    *columns, promised = row
    named = dict(zip((column.key for column in _COLUMNS), columns, strict=True))
    lists = {name: tuple(named[name]) for name in _LISTS}
    return Report(**named | lists, promised=tuple(promised or ()))


def _later(tx: Tx, before: datetime) -> Mapping[int, Sequence[tuple[str, dict[str, Any]]]]:
    """What happened to each case from that moment on, newest first."""
    query = select(Event.case_id, Event.kind, Event.detail).where(Event.at >= before).order_by(Event.id.desc())
    found: dict[int, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for case_id, kind, detail in tx.execute(query):
        found[case_id].append((kind, detail))
    return found


def _as_of(row: Report, later: Sequence[tuple[str, dict[str, Any]]], before: datetime) -> Report:
    """The report with every later change taken back. Where its status moved since, `closed_at` is left open."""
    was: dict[str, Any] = {}
    for kind, detail in later:
        if kind == "corrected":
            was |= {name: value for name, value in detail.get("before", {}).items() if name in _LABELS}
            was |= {"standards": detail["standards_before"]} if "standards_before" in detail else {}
        if detail.get("from") in WORDS and detail.get("to") in WORDS:
            was |= {"status": detail["from"], "closed_at": None}
        elif kind in {"corrected", "urgency_raised"} and "from" in detail:
            was["urgency"] = detail["from"]
    for name in _LISTS & was.keys():
        was[name] = tuple(was[name] or ())
    for name in ("acknowledged_at", "first_read_at", "first_response_at"):
        at = getattr(row, name)
        was[name] = at if at is not None and at < before else None
    return replace(row, **was)


def _ends(tx: Tx, ids: Sequence[int], before: datetime) -> dict[int, datetime]:
    """When cases that are ended at a moment, and were moved since, had ended last."""
    if not ids:
        return {}
    query = select(Event.case_id, Event.at, Event.detail).where(Event.case_id.in_(ids), Event.at < before)
    moves = tx.execute(query.order_by(Event.id))
    return {case_id: at for case_id, at, detail in moves if detail.get("to") in ENDED}
