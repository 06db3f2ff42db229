"""The cases before a person: those they may see, in the order in which they should be worked on, in piles; reading only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from tracker.actors import Actor, left_out, told_roles
from tracker.desk import Desk
from tracker.lifecycle import ENDED
from tracker.model import Case, Exclusion, FollowUp, Inbound, Parcel
from tracker.overdue import overdue
from tracker.policy import URGENCIES
from tracker.store import Tx

PILES: Final = ("mine", "unowned", "today", "overdue", "second", "all")
STUCK: Final = ("held", "withheld", "failed")
NO_LEVEL: Final = "none"


@dataclass(frozen=True)
class Task:
    """An open case in a list: as little of it as sorting and filtering need.

    `due_at`: when its promise that is overdue longest was to be kept, else when its earliest follow-up is due.
    """

    case_id: int
    owner: str | None
    urgency: str
    level: int | None
    awaits_second: bool
    opened_at: datetime
    due_at: datetime | None


def tasks(tx: Tx, actor: Actor, desk: Desk, now: datetime) -> list[Task]:
    """Every open case that this person may see as of `now`, the most urgent first, of those the one that is due first."""
    if not actor.may("read"):
        return []
    due = (
        select(FollowUp.case_id, func.min(FollowUp.due_at).label("at"))
        .where(FollowUp.state == "pending")
        .group_by(FollowUp.case_id)
        .subquery()
    )
    rows = tx.execute(
        select(
            Case.id, Case.owner, Case.urgency, Case.isf, Case.isf_awaiting, Case.opened_at, Case.restricted,
            Case.reading["route"], due.c.at,
        )
        .outerjoin(due, due.c.case_id == Case.id)
        .where(Case.status.not_in(ENDED))
    ).all()  # fmt: skip
    walled = set(tx.scalars(select(Exclusion.case_id).where(Exclusion.staff.in_(actor.known_as()))))
    known: dict[tuple[Any, ...], bool] = {}
    late = overdue(tx, desk=desk, now=now)
    found = [
        Task(row[0], row[1], row[2], row[3], bool(row[4]), row[5], late[row[0]].due_at if row[0] in late else row[8])
        for row in rows
        if row[0] not in walled and _seen_by(actor, row[6], row[7] or {}, desk, known)
    ]
    return sorted(found, key=_place)


def pile(found: list[Task], name: str, actor: Actor, now: datetime, desk: Desk) -> list[Task]:
    """Those of one pile: mine, unowned, today (due before midnight and not late), overdue, second (a level waits), all."""
    night, names = _midnight_after(now, desk), set(actor.known_as())

    def holds(task: Task) -> bool:
        match name:
            case "mine":
                return task.owner in names
            case "unowned":
                return task.owner is None
            case "today":
                return task.due_at is not None and now <= task.due_at < night
            case "overdue":
                return task.due_at is not None and task.due_at < now
            case "second":
                return task.awaits_second
            case _:
                return True

    return [task for task in found if holds(task)]


def narrowed(found: list[Task], *, urgency: str = "", level: str = "") -> list[Task]:
    """Those of an urgency, and of a level ("0" to "4", or "none" where none is set); "" asks nothing."""
    wanted = None if level in {"", NO_LEVEL} else int(level)
    return [task for task in found if (not urgency or task.urgency == urgency) and (not level or task.level == wanted)]


@dataclass(frozen=True)
class StuckParcel:
    """A letter or post that waits for a person, without a word of it."""

    parcel_id: int
    case_id: int | None
    ref: str
    occasion: str
    state: str
    made_at: datetime
    may_have_left: bool


def stuck(tx: Tx, actor: Actor, desk: Desk, *, most: int, skip: int = 0) -> tuple[int, list[StuckParcel]]:
    """(how many letters wait for a person, a page of them, newest first), for whoever may release them.

    Those of a case that the person may not see are counted with no reference of theirs.
    """
    if not actor.may("release"):
        return 0, []
    total = tx.scalar(select(func.count()).select_from(Parcel).where(Parcel.state.in_(STUCK))) or 0
    rows = tx.execute(
        select(Parcel, Case)
        .outerjoin(Case, Case.id == Parcel.case_id)
        .where(Parcel.state.in_(STUCK))
        .order_by(Parcel.id.desc())
        .offset(skip)
        .limit(most)
    ).all()
    walled = set(tx.scalars(select(Exclusion.case_id).where(Exclusion.staff.in_(actor.known_as()))))
    known: dict[tuple[Any, ...], bool] = {}
    return total, [
        StuckParcel(
            parcel.id,
            parcel.case_id,
            case.ref if case is not None else "",
            parcel.occasion,
            parcel.state,
            parcel.made_at,
            parcel.may_have_left,
        )
        for parcel, case in rows
        if case is None
        or (case.id not in walled and _seen_by(actor, case.restricted, case.reading.get("route", {}), desk, known))
    ]


def unreadable(tx: Tx, *, most: int, skip: int = 0) -> tuple[int, list[tuple[int, datetime, str]]]:
    """(how many messages were set aside, a page of (number, when it came, reference of its case), newest first)."""
    aside = Inbound.state == "quarantined"
    total = tx.scalar(select(func.count()).select_from(Inbound).where(aside)) or 0
    rows = tx.execute(
        select(Inbound.id, Inbound.received_at, Case.ref)
        .outerjoin(Case, Case.id == Inbound.case_id)
        .where(aside)
        .order_by(Inbound.id.desc())
        .offset(skip)
        .limit(most)
    )
    return total, [(number, at, ref or "") for number, at, ref in rows]


def _seen_by(
    actor: Actor, restricted: bool, route: dict[str, Any], desk: Desk, known: dict[tuple[Any, ...], bool]
) -> bool:
    """The rule of `actors.admit` about roles, asked once for each kind of route."""
    key = (restricted, route.get("id"), tuple(route.get("tell", ())))
    if key not in known:
        like = Case(restricted=restricted, reading={"route": route})
        told, complained_of = told_roles(like, desk), left_out(like, desk)
        known[key] = any(role in told for role in actor.roles) and not any(
            role.id in complained_of for role in actor.roles
        )
    return known[key]


def _place(task: Task) -> tuple[int, datetime, int]:
    urgency = URGENCIES.index(task.urgency) if task.urgency in URGENCIES else 0
    return -urgency, task.due_at or datetime.max.replace(tzinfo=task.opened_at.tzinfo), task.case_id


def _midnight_after(now: datetime, desk: Desk) -> datetime:
    day = now.astimezone(desk.hours.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)
