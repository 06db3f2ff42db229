"""Cases as plain data for people and machines: the fields of a list, and everything that one role may see of one case."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from tracker.actors import may_open
from tracker.desk import Desk, RoleRule
from tracker.finding import find
from tracker.lifecycle import ENDED
from tracker.model import Case, CaseLink, FollowUp, Parcel
from tracker.occasions import OWN_WORDS
from tracker.overdue import Unkept, overdue
from tracker.queries.masking import masked
from tracker.queries.page import page_of
from tracker.register.standards_map import in_terms_of
from tracker.store import Tx

CHUNK = 500
OWN_FOLLOW_UP = "Added by staff."


@dataclass(frozen=True)
class CaseFilter:
    """Which cases to list; an empty filter lists all. `owner` "-" means nobody's."""

    status: tuple[str, ...] = ()
    open_only: bool = False
    kind: str = ""
    urgency: str = ""
    owner: str = ""
    provider: str = ""
    overdue: bool = False
    limit: int = 0


@dataclass(frozen=True)
class Around:
    """What a list shows of a case beside its own row; gathered for many cases at once."""

    next_due: FollowUp | None = None
    overdue: Unkept | None = None
    acknowledgement: tuple[str, str | None] | None = None
    letters_waiting: tuple[dict[str, Any], ...] = ()
    related: tuple[str, ...] = ()
    merged_into: str | None = None


def case_json(tx: Tx, case: Case, *, desk: Desk, now: datetime) -> dict[str, Any]:
    """One case as JSON-ready data, with the fields a list has."""
    late = overdue(tx, desk=desk, now=now, among=(case.id,))
    return _fields(case, _around(tx, [case], late)[case.id], now)


def case_list(tx: Tx, wanted: CaseFilter = CaseFilter(), *, desk: Desk, now: datetime) -> Iterator[dict[str, Any]]:
    """The cases that match, newest first, in few queries however many there are."""
    late = overdue(tx, desk=desk, now=now)
    query = _select(wanted, late, now).order_by(Case.id.desc())
    if wanted.limit:
        query = query.limit(wanted.limit)
    for chunk in _chunks(tx, query):
        around = _around(tx, chunk, late)
        for case in chunk:
            yield _fields(case, around[case.id], now)


def _chunks(tx: Tx, query: Select[Any]) -> Iterator[Sequence[Case]]:
    yield from tx.scalars(query.execution_options(yield_per=CHUNK)).partitions()


def case_count(tx: Tx, wanted: CaseFilter, *, desk: Desk, now: datetime) -> int:
    """How many cases match, whatever the limit."""
    late = overdue(tx, desk=desk, now=now) if wanted.overdue else {}
    return tx.scalar(select(func.count()).select_from(_select(wanted, late, now).subquery())) or 0


def case_show(tx: Tx, ref: str, role: RoleRule | None, *, desk: Desk, now: datetime) -> dict[str, Any]:
    """Everything a holder of `role` may see: the list's fields, people by pseudonym, messages, events, follow-ups, letters.

    What was written is shown only to roles with the right to read, on restricted cases only to those it is kept to; without
    a role nothing of it is. Raises NotFound.
    """
    case = find(tx, ref)
    opened = role is not None and may_open(case, role, desk)
    return {
        **case_json(tx, case, desk=desk, now=now),
        "isf_name": _level_name(case, desk),
        "terms": [
            {
                "framework": term.framework,
                "id": term.id,
                "title": term.title,
                "status": term.status,
                "by": term.by or None,
            }
            for term in in_terms_of(case.standards, desk.field)
        ],
        "text_shown": opened,
        **page_of(tx, case, opened=opened, scanning=desk.scanning),
    }


def _select(wanted: CaseFilter, overdue_ids: Collection[int], now: datetime) -> Select[Any]:
    query: Select[Any] = select(Case)
    if wanted.status:
        query = query.where(Case.status.in_(wanted.status))
    if wanted.open_only:
        query = query.where(Case.status.not_in(ENDED))
    if wanted.kind:
        query = query.where(Case.kind == wanted.kind)
    if wanted.urgency:
        query = query.where(Case.urgency == wanted.urgency)
    if wanted.owner:
        query = query.where(Case.owner.is_(None) if wanted.owner == "-" else Case.owner == wanted.owner)
    if wanted.provider:
        query = query.where(Case.provider_first == wanted.provider)
    if wanted.overdue:
        late = select(FollowUp.case_id).where(FollowUp.state == "pending", FollowUp.due_at < now)
        query = query.where(or_(Case.id.in_(late), Case.id.in_(overdue_ids)))
    return query


def _around(tx: Tx, cases: Sequence[Case], late: Mapping[int, Unkept]) -> dict[int, Around]:
    """What belongs to each of these cases, in four queries for all."""
    ids = [case.id for case in cases]
    due: dict[int, FollowUp] = {}
    pending = select(FollowUp).where(FollowUp.case_id.in_(ids), FollowUp.state == "pending")
    for row in tx.scalars(pending.order_by(FollowUp.due_at.desc(), FollowUp.id.desc())):
        due[row.case_id] = row
    acknowledgements: dict[int, tuple[str, str | None]] = {}
    waiting: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    parcels = select(Parcel.id, Parcel.case_id, Parcel.occasion, Parcel.state, Parcel.last_error, Parcel.due_at).where(
        Parcel.case_id.in_(ids),
        or_(
            Parcel.occasion.startswith("acknowledgement"),
            and_(Parcel.occasion.in_(OWN_WORDS), Parcel.state == "queued"),
        ),
    )
    for parcel in tx.execute(parcels.order_by(Parcel.id.desc())):
        if parcel.occasion in OWN_WORDS:
            letter = {"id": parcel.id, "occasion": parcel.occasion, "due_at": _iso(parcel.due_at)}
            waiting[parcel.case_id].append(letter)
        else:
            acknowledgements[parcel.case_id] = (parcel.state, parcel.last_error)
    related = _related(tx, ids)
    heads = {case.merged_into for case in cases if case.merged_into is not None}
    refs = dict(tx.execute(select(Case.id, Case.ref).where(Case.id.in_(heads))).all()) if heads else {}
    return {
        case.id: Around(
            due.get(case.id),
            late.get(case.id),
            acknowledgements.get(case.id),
            tuple(waiting.get(case.id, ())),
            tuple(related.get(case.id, ())),
            refs.get(case.merged_into) if case.merged_into is not None else None,
        )
        for case in cases
    }


def _related(tx: Tx, ids: Iterable[int]) -> dict[int, list[str]]:
    wanted = set(ids)
    links = tx.execute(
        select(CaseLink.case_id, CaseLink.other_id)
        .where(or_(CaseLink.case_id.in_(wanted), CaseLink.other_id.in_(wanted)))
        .order_by(CaseLink.id)
    ).all()
    ends = {end for pair in links for end in pair}
    refs = dict(tx.execute(select(Case.id, Case.ref).where(Case.id.in_(ends))).all()) if ends else {}
    related: defaultdict[int, list[str]] = defaultdict(list)
    for one, other in links:
        for here, there in ((one, other), (other, one)):
            if here in wanted and refs[there] not in related[here]:
                related[here].append(refs[there])
    return related


def _fields(case: Case, around: Around, now: datetime) -> dict[str, Any]:
    due = around.next_due
    return {
        "ref": case.ref,
        "status": case.status,
        "kind": case.kind,
        "urgency": case.urgency,
        "restricted": case.restricted,
        "isf_proposed": case.isf_proposed,
        "isf": case.isf,
        "isf_state": case.isf_state,
        "isf_awaiting": _awaiting(case),
        "raiser_role": case.raiser_role,
        "affected_group": case.affected_group,
        "grade": case.grade,
        "provider": case.provider,
        "site": case.site,
        "hei": case.hei,
        "department": case.department,
        "specialty": case.specialty,
        "themes": case.themes,
        "standards": case.standards,
        "red_flags": case.red_flags,
        "anonymity": case.anonymity,
        "summary": case.summary,
        "owner": case.owner,
        "opened_at": _iso(case.opened_at),
        "changed_at": _iso(case.changed_at),
        "acknowledged_at": _iso(case.acknowledged_at),
        "first_read_at": _iso(case.first_read_at),
        "first_response_at": _iso(case.first_response_at),
        "closed_at": _iso(case.closed_at),
        "acknowledgement": _acknowledgement(case, around.acknowledgement),
        "next_due": _next_due(due, now) if due else None,
        "overdue": _overdue(around.overdue),
        "letters_waiting": list(around.letters_waiting),
        "possibly_related": list(around.related),
        "merged_into": around.merged_into,
        "revision": case.revision,
    }


def _acknowledgement(case: Case, parcel: tuple[str, str | None] | None) -> dict[str, Any]:
    """The kind, what became of it, and why; the parcel's last fault where it did not leave."""
    if parcel is None:
        return {"kind": case.acknowledgement_kind, "state": "none", "why": case.acknowledgement_why}
    state, last_error = parcel
    why = (
        masked(last_error, ())
        if last_error and state not in {"sent", "queued", "sending"}
        else case.acknowledgement_why
    )
    return {"kind": case.acknowledgement_kind, "state": state, "why": why}


def _awaiting(case: Case) -> dict[str, Any] | None:
    """The level that waits for a second person; the reason is staff's words and stands in the history."""
    return {key: case.isf_awaiting[key] for key in ("level", "state", "by", "at")} if case.isf_awaiting else None


def _next_due(due: FollowUp, now: datetime) -> dict[str, Any]:
    """The earliest follow-up; one that staff added has their words in it, which only a page may show."""
    why = OWN_FOLLOW_UP if due.kind.startswith("own_") else due.why
    return {"what": due.kind, "due_at": _iso(due.due_at), "why": why, "late": due.due_at < now}


def _overdue(late: Unkept | None) -> dict[str, Any] | None:
    """The promise that is overdue longest; the next reminder of it is in `next_due`."""
    return {"what": late.kind, "due_at": _iso(late.due_at)} if late is not None else None


def _level_name(case: Case, desk: Desk) -> str | None:
    """The team's own name of the level, else the framework's."""
    if case.isf is None:
        return None
    ours = {rule.level: rule.name for rule in desk.levels if rule.name}
    theirs = {row.level: row.name for row in desk.field.isf.levels}
    return ours.get(case.isf) or theirs.get(case.isf)


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
