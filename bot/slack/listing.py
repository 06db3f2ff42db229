"""Lists of cases for Home and the command: one line a case, without anything that identifies; reading only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from bot.slack import blocks
from tracker import triage
from tracker.card_facts import KIND_WORDS, URGENCY_WORDS, due_words, hidden_on_card, words
from tracker.desk import Desk
from tracker.errors import NotAllowed
from tracker.field import Field
from tracker.finding import find
from tracker.lifecycle import ENDED, WORDS
from tracker.model import Case, FollowUp
from tracker.overdue import Unkept, overdue
from tracker.store import Tx
from tracker.tokens import normal_ref
from tracker.triage import Actor
from tracker.triage.worklist import Task

CHUNK: Final = 200
_PROVIDERS_SHOWN: Final = 2


@dataclass(frozen=True)
class Line:
    """A case in one line of mrkdwn, escaped."""

    ref: str
    text: str
    owned: bool


def of_tasks(tx: Tx, tasks: Sequence[Task], *, desk: Desk, now: datetime) -> list[Line]:
    """The lines of these cases, in their order."""
    return of_cases(tx, [task.case_id for task in tasks], desk=desk, now=now)


def of_cases(tx: Tx, ids: Sequence[int], *, desk: Desk, now: datetime) -> list[Line]:
    """The lines of the cases with these ids, in this order."""
    cases = {case.id: case for case in tx.scalars(select(Case).where(Case.id.in_(ids)))}
    due: dict[int, FollowUp | Unkept] = {}
    pending = select(FollowUp).where(FollowUp.case_id.in_(ids), FollowUp.state == "pending")
    for row in tx.scalars(pending.order_by(FollowUp.due_at.desc(), FollowUp.id.desc())):
        due[row.case_id] = row
    due |= overdue(tx, desk=desk, now=now, among=ids)
    return [line(tx, cases[each], due.get(each), desk, now) for each in ids if each in cases]


def matching(tx: Tx, sought: str, actor: Actor, *, most: int, desk: Desk, now: datetime) -> list[Line]:
    """Open cases whose labels (never the words of anybody) hold all the words; a restricted one is found by reference only."""
    ref, parts = normal_ref(sought), sought.casefold().split()
    if ref is not None:
        found = tx.scalar(select(Case.id).where(Case.ref == ref))
        return of_cases(tx, [found], desk=desk, now=now) if found and may_see(tx, ref, actor, desk) else []
    hits: list[int] = []
    labels = Labels(desk.field)
    columns = (Case.id, Case.ref, Case.kind, Case.status, Case.urgency, Case.site, Case.provider, Case.specialty,
               Case.themes, Case.red_flags, Case.hei, Case.department, Case.grade, Case.raiser_role, Case.affected_group,
               Case.anonymity, Case.isf, Case.owner)  # fmt: skip
    query = select(*columns).where(Case.status.not_in(ENDED), Case.restricted.is_(False)).order_by(Case.id.desc())
    for row in tx.execute(query.execution_options(yield_per=CHUNK)):
        text = labels.of(row)
        if all(part in text for part in parts) and may_see(tx, row.ref, actor, desk):
            hits.append(row.id)
            if len(hits) == most:
                break
    return of_cases(tx, hits, desk=desk, now=now)


def line(tx: Tx, case: Case, due: FollowUp | Unkept | None, desk: Desk, now: datetime) -> Line:
    """One case of a list. What its card may not say, no list says."""
    urgency = blocks.safe(URGENCY_WORDS.get(case.urgency, words(case.urgency)))
    owned = case.owner is not None
    if hidden_on_card(tx, case, desk):
        return Line(case.ref, f"*{case.ref}* Restricted case · {urgency}", owned)
    what = f"{KIND_WORDS.get(case.kind, words(case.kind))}, {WORDS.get(case.status, case.status)}"
    names = {row.ods: row.name for row in desk.field.organisations.trusts}
    themes = {row.id: row.name for row in desk.field.routing.themes}
    where = blocks.listed([names[each] for each in case.provider if each in names], most=_PROVIDERS_SHOWN)
    theme = next(
        (blocks.safe(themes[each][:1].upper() + themes[each][1:]) for each in case.themes if each in themes), ""
    )
    level = f" · ISF {case.isf}" if case.isf is not None else ""
    parts = [f"*{case.ref}* {blocks.safe(what)} · {urgency}{level}"]
    parts += [" · ".join(filter(None, (theme, where)))] if theme or where else []
    parts += [blocks.safe(due_words(due.kind, due.due_at, desk, now, brief=True))] if due is not None else []
    return Line(case.ref, "\n".join(parts), owned)


def may_see(tx: Tx, ref: str, actor: Actor, desk: Desk) -> bool:
    """Whether the person may know of the case at all."""
    try:
        triage.need(actor, "read")
        triage.admit(tx, find(tx, ref), actor, desk)
    except NotAllowed:
        return False
    return True


class Labels:
    """The words of the field's data that stand for the codes of a case."""

    def __init__(self, field: Field) -> None:
        self._names: dict[str, str] = {row.id: row.name for row in field.specialties.every()}
        self._names |= {row.id: row.name for row in field.routing.themes}
        self._names |= {row.id: row.name for row in field.routing.red_flags}
        self._names |= {row.ods: " ".join((row.ods, row.name, *row.aliases)) for row in field.organisations.trusts}
        self._names |= {row.id: " ".join((row.id, row.name, *row.aliases)) for row in field.grades.grades}
        self._professions = {row.id: row.name for row in field.grades.professions}

    def of(self, row: Any) -> str:
        """Every label of a case, as one text in small letters."""
        return " ".join(self._words(row)).casefold()

    def _words(self, row: Any) -> Iterator[str]:
        for code, spelt in ((row.kind, KIND_WORDS), (row.status, WORDS), (row.urgency, URGENCY_WORDS)):
            yield from (code, spelt.get(code, ""))
        yield from (row.ref, *row.site, *row.hei, row.department or "", words(row.raiser_role), row.anonymity)
        yield f"isf {row.isf}" if row.isf is not None else "no level"
        yield "nobody unowned" if row.owner is None else ""
        yield from (self._professions.get(code, code) for code in row.affected_group)
        for codes in (row.provider, row.specialty, row.themes, row.red_flags, [row.grade or ""]):
            yield from (self._names.get(code, "") for code in codes)
