"""Who wrote to us: told to a person with the right, for a written reason, recorded before it is shown, not often in an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from tracker.actors import Actor
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.model import Case, CasePerson, Event, Person
from tracker.store import Tx
from tracker.triage.frame import begin, finish, said

REVEALED: Final = "revealed"
SHORTEST_REASON: Final = 10
_WINDOW: Final = timedelta(hours=1)
_PARTS: Final = ("reporter", "proxy")


@dataclass(frozen=True)
class Identity:
    """A person behind a pseudonym. Nothing of it may be logged or kept anywhere else."""

    pseudonym: str
    part: str
    anonymity: str
    name: str
    address: str
    slack_user: str


def reveal(
    tx: Tx, ref: str, reason: str, *, actor: Actor, seen: int | None = None, desk: Desk, now: datetime
) -> tuple[Case, tuple[Identity, ...]]:
    """The reporter and the proxy of a case. To be shown only after the transaction that records it is committed.

    Refused without a reason of some words, and beyond `desk.reveals_per_hour` by one person.
    """
    case = begin(tx, ref, "reveal", actor=actor, seen=seen, desk=desk, merged_too=True)
    reason = said(reason, "why you need to know who wrote", limit=2000)
    if len(reason) < SHORTEST_REASON:
        raise Refused("Please write in a few words why you need to know who wrote; it is recorded.")
    lately = select(func.count()).where(
        Event.kind == REVEALED, Event.actor == actor.name, Event.at > now - _WINDOW, Event.at <= now
    )
    if (tx.scalar(lately) or 0) >= desk.reveals_per_hour:
        raise Refused(
            f"You may look up {desk.reveals_per_hour} reporters an hour; ask a colleague, or try again later."
        )
    rows = tx.execute(
        select(CasePerson, Person)
        .join(Person, Person.id == CasePerson.person_id)
        .where(CasePerson.case_id == case.id, CasePerson.role.in_(_PARTS))
        .order_by(CasePerson.id)
    ).all()
    if not rows:
        raise Refused(f"Nobody is known to have written on {case.ref}.")
    detail = {"reason": reason, "who": [person.pseudonym for _, person in rows]}
    finish(tx, case, REVEALED, actor=actor, desk=desk, now=now, detail=detail)
    return case, tuple(
        Identity(
            person.pseudonym, part.role, part.anonymity, person.name, person.address or "", person.slack_user or ""
        )
        for part, person in rows
    )
