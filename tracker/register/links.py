"""Cases and places: a case is linked by a person; cases that may belong together are offered, never joined by themselves."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from tracker.actors import Actor, admit, need
from tracker.desk import Desk
from tracker.errors import NotAllowed, Refused
from tracker.model import Case, CasePerson, PlaceCase
from tracker.register import events, places
from tracker.register.places import Where
from tracker.store import Tx
from tracker.triage.frame import begin, finish

LOOKED_BACK: Final = timedelta(days=365)
OF_CONCERN: Final = ("concern", "good_practice")
MOST: Final = 2000


@dataclass(frozen=True)
class Together:
    """Cases that a person may want to look at together. `reporters` None: fewer than the smallest group that is shown."""

    where: Where
    theme: str
    refs: tuple[str, ...]
    linked: tuple[str, ...]
    reporters: int | None


def link_case(tx: Tx, where: Where, ref: str, why: str = "", *, actor: Actor, desk: Desk, now: datetime) -> PlaceCase:
    """Link a case to a place, so that it is seen beside its rating. Raises Refused where it is linked already."""
    case = begin(tx, ref, "link", actor=actor, seen=None, desk=desk)
    place = places.place_for(tx, where, now=now)
    row = _row(tx, place.id, case.id)
    if row is not None and row.removed_at is None:
        raise Refused(f"{case.ref} is linked to {place.key} already.")
    if row is None:
        row = PlaceCase(place_id=place.id, case_id=case.id, linked_by=actor.name, linked_at=now)
        tx.add(row)
    row.linked_by, row.linked_at, row.removed_at, row.why = actor.name, now, None, why.strip()
    finish(tx, case, "linked_to_place", actor=actor, desk=desk, now=now, detail={"place": place.key, "why": row.why})
    detail = {"case": case.ref, "why": row.why}
    events.note(tx, "place", place.id, "case_linked", place_id=place.id, actor=actor.name, now=now, detail=detail)
    tx.flush()
    return row


def unlink_case(tx: Tx, where: Where, ref: str, why: str, *, actor: Actor, desk: Desk, now: datetime) -> PlaceCase:
    """Take a case off a place; that it was there stays in the history."""
    case = begin(tx, ref, "link", actor=actor, seen=None, desk=desk)
    place = places.find_place(tx, where)
    row = _row(tx, place.id, case.id)
    if row is None or row.removed_at is not None:
        raise Refused(f"{case.ref} is not linked to {place.key}.")
    row.removed_at = now
    finish(tx, case, "unlinked_from_place", actor=actor, desk=desk, now=now, detail={"place": place.key, "why": why})
    detail = {"case": case.ref, "why": why}
    events.note(tx, "place", place.id, "case_unlinked", place_id=place.id, actor=actor.name, now=now, detail=detail)
    return row


def linked_cases(tx: Tx, place_id: int, *, at: datetime) -> Sequence[Case]:
    """The cases that were linked to a place at that moment, oldest first."""
    return tx.scalars(
        select(Case)
        .join(PlaceCase, PlaceCase.case_id == Case.id)
        .where(
            PlaceCase.place_id == place_id,
            PlaceCase.linked_at <= at,
            PlaceCase.removed_at.is_(None) | (PlaceCase.removed_at > at),
        )
        .order_by(Case.id)
    ).all()


def seen_together(tx: Tx, *, provider: str = "", actor: Actor, desk: Desk, now: datetime) -> list[Together]:
    """Two or more concerns of the last year about one place and one theme, the most first; nothing is joined.

    Only cases that this person may open are counted, and how many people spoke is not said of small groups: a team of three
    could be guessed.
    """
    need(actor, "read")
    query = (
        select(Case)
        .where(Case.kind.in_(OF_CONCERN), Case.opened_at > now - LOOKED_BACK, Case.provider_first.is_not(None))
        .order_by(Case.id.desc())
        .limit(MOST)
    )
    rows = tx.scalars(query.where(Case.provider_first == provider) if provider else query).all()
    groups: dict[tuple[Where, str], list[Case]] = defaultdict(list)
    for case in rows:
        if _may_open(tx, case, actor, desk):
            where = Where(case.provider_first or "", case.site[0] if case.site else "", case.specialty_first or "")
            for theme in case.themes:
                groups[where, theme].append(case)
    found = [_together(tx, where, theme, cases, desk) for (where, theme), cases in groups.items() if len(cases) > 1]
    return sorted(found, key=lambda each: (-len(each.refs), each.where.key, each.theme))


def _together(tx: Tx, where: Where, theme: str, cases: list[Case], desk: Desk) -> Together:
    ids = [case.id for case in cases]
    people = set(
        tx.scalars(
            select(CasePerson.person_id).where(CasePerson.case_id.in_(ids), CasePerson.role.in_(("reporter", "proxy")))
        )
    )
    linked = set(
        tx.scalars(select(PlaceCase.case_id).where(PlaceCase.case_id.in_(ids), PlaceCase.removed_at.is_(None)))
    )
    refs = tuple(case.ref for case in sorted(cases, key=lambda case: case.id))
    shown = len(people) if len(people) >= desk.register.smallest_group else None
    return Together(where, theme, refs, tuple(case.ref for case in cases if case.id in linked), shown)


def _may_open(tx: Tx, case: Case, actor: Actor, desk: Desk) -> bool:
    try:
        admit(tx, case, actor, desk)
    except NotAllowed:
        return False
    return True


def _row(tx: Tx, place_id: int, case_id: int) -> PlaceCase | None:
    return tx.scalar(select(PlaceCase).where(PlaceCase.place_id == place_id, PlaceCase.case_id == case_id))
