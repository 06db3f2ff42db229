"""Dated items that speak about a place: adding them and finding them; what they prove is decided by people and `rating_rules`."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from tracker.actors import Actor, need
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.field import Field
from tracker.model import Evidence
from tracker.register import events, places, standards_map
from tracker.register.places import Where
from tracker.register.rating_rules import EvidenceFact
from tracker.store import Tx
from tracker.triage.frame import said


def add(
    tx: Tx,
    where: Where,
    kind: str,
    happened_on: date,
    summary: str,
    *,
    source: str = "",
    n: int | None = None,
    standards: Sequence[str] = (),
    case_id: int | None = None,
    intervention_id: int | None = None,
    import_id: int | None = None,
    actor: Actor,
    desk: Desk,
    now: datetime,
) -> Evidence:
    """Put an item down. `summary` is staff's own words, `happened_on` the day it was gathered. Raises Refused, NotAllowed."""
    need(actor, "evidence")
    row = desk.field.evidence.of(kind)
    if row is None:
        known = ", ".join(each.id for each in desk.field.evidence.kinds)
        raise Refused(f"There is no kind of evidence {kind[:40]}; there are: {known}.")
    if happened_on > now.astimezone(desk.hours.zone).date():
        raise Refused("Evidence cannot be gathered in the future.")
    if n is not None and n < 0:
        raise Refused("A number of people cannot be less than nothing.")
    place = places.place_for(tx, where, now=now)
    item = Evidence(
        place_id=place.id,
        kind=kind,
        happened_on=happened_on,
        summary=said(summary, "what it says", limit=4000),
        source=source.strip(),
        n=n,
        standards=standards_map.checked(standards, desk.field),
        case_id=case_id,
        intervention_id=intervention_id,
        import_id=import_id,
        added_by=actor.name,
        added_at=now,
    )
    tx.add(item)
    tx.flush()
    detail = {"evidence": item.id, "kind": kind, "on": happened_on.isoformat()}
    events.note(tx, "place", place.id, "evidence_added", place_id=place.id, actor=actor.name, now=now, detail=detail)
    return item


def of_place(tx: Tx, place_id: int, *, at: datetime | None = None) -> Sequence[Evidence]:
    """What speaks about a place, oldest first; with `at` only what was put down by then."""
    query = select(Evidence).where(Evidence.place_id == place_id).order_by(Evidence.happened_on, Evidence.id)
    return tx.scalars(query if at is None else query.where(Evidence.added_at <= at)).all()


def facts(tx: Tx, place_id: int, ids: Sequence[int], field: Field) -> tuple[EvidenceFact, ...]:
    """These items as the rules look at them. Raises Refused where one is not about this place."""
    rows = {row.id: row for row in of_place(tx, place_id) if row.id in ids}
    missing = [each for each in ids if each not in rows]
    if missing:
        raise Refused(f"There is no evidence {', '.join(map(str, missing))} about this place.")
    kinds = {kind.id: kind for kind in field.evidence.kinds}
    found = []
    for each in dict.fromkeys(ids):
        row = rows[each]
        kind = kinds.get(row.kind)
        # A kind that a region took out of its list stands for itself alone, and for no learner.
        origin, learners = (kind.origin, kind.learner_feedback) if kind else (row.kind, False)
        found.append(EvidenceFact(row.id, origin, learners, row.happened_on))
    return tuple(found)
