"""Lists of cases for Home and the command: one line a case, without anything that identifies; reading only."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import select

from bot.slack import blocks
from tracker import triage
from tracker.card_facts import URGENCY_WORDS, due_words, words
from tracker.desk import Desk
from tracker.errors import NotAllowed
from tracker.field import Field
from tracker.finding import find
from tracker.lifecycle import ENDED
from tracker.model import Case
from tracker.policy import URGENCIES
from tracker.queries import CaseFilter, case_json, case_list
from tracker.store import Tx
from tracker.tokens import normal_ref
from tracker.triage import Actor

LOOKED_THROUGH: Final = 100


@dataclass(frozen=True)
class Line:
    """A case in one line of mrkdwn, escaped."""

    ref: str
    text: str


def lines(tx: Tx, wanted: CaseFilter, actor: Actor, *, most: int, desk: Desk, now: datetime) -> list[Line]:
    """The matching cases that this person may see, the most urgent first and of those the newest."""
    found: list[Line] = []
    for urgency in reversed(URGENCIES):
        if len(found) == most:
            break
        narrowed = replace(wanted, urgency=urgency, limit=LOOKED_THROUGH)
        rows = (row for row in case_list(tx, narrowed, now=now) if may_see(tx, row["ref"], actor, desk))
        found += [line(row, desk, now) for row in islice(rows, most - len(found))]
    return found


def matching(tx: Tx, sought: str, actor: Actor, *, most: int, desk: Desk, now: datetime) -> list[Line]:
    """Open cases whose labels (never the words of anybody) hold all the words; a restricted one is found by reference only."""
    ref, parts = normal_ref(sought), sought.casefold().split()
    found: list[Line] = []
    query = select(Case).where(Case.status.not_in(ENDED)).order_by(Case.id.desc())
    if ref is not None:
        query = select(Case).where(Case.ref == ref)
    for case in tx.scalars(query.execution_options(yield_per=500)):
        hit = ref == case.ref or (not case.restricted and all(part in _labels(case, desk.field) for part in parts))
        if hit and may_see(tx, case.ref, actor, desk):
            found.append(line(case_json(tx, case, now=now), desk, now))
            if len(found) == most:
                break
    return found


def line(row: dict[str, Any], desk: Desk, now: datetime) -> Line:
    """One case of a list; pure."""
    urgency = URGENCY_WORDS.get(row["urgency"], words(row["urgency"]))
    what = "Restricted case" if row["restricted"] else f"{words(row['kind'])}, {words(row['status']).lower()}"
    due = row["next_due"]
    late = ""
    if due and not row["restricted"]:
        late = f"\n{due_words(due['what'], datetime.fromisoformat(due['due_at']), desk, now)}"
    return Line(row["ref"], f"*{row['ref']}* {blocks.safe(what)} · {blocks.safe(urgency)}{blocks.safe(late)}")


def may_see(tx: Tx, ref: str, actor: Actor, desk: Desk) -> bool:
    """Whether the person may know of the case at all."""
    try:
        triage.need(actor, "read")
        triage.admit(tx, find(tx, ref), actor, desk)
    except NotAllowed:
        return False
    return True


def _labels(case: Case, field: Field) -> str:
    return " ".join(_label_words(case, field)).casefold()


def _label_words(case: Case, field: Field) -> Iterator[str]:
    yield from (case.ref, case.kind, case.status, case.urgency, *case.site)
    for trust in field.organisations.trusts:
        if trust.ods in case.provider:
            yield from (trust.ods, trust.name, *trust.aliases)
    yield from (row.name for row in field.specialties.every() if row.id in case.specialty)
    yield from (row.name for row in field.routing.themes if row.id in case.themes)
    yield from (row.name for row in field.routing.red_flags if row.id in case.red_flags)
