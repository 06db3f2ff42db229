"""Which promises of open cases are overdue: judged by the promise itself, whichever reminder of it is pending now."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from tracker import working_days
from tracker.desk import Desk
from tracker.diary import PUT_OFF, facts_of_open
from tracker.lifecycle import ENDED
from tracker.model import Case, Event, FollowUp
from tracker.promises import CaseFacts, awaited
from tracker.store import Tx

OWED: Final = (
    "first_human_read",
    "acknowledge_by_hand",
    "personal_reply",
    "update_to_reporter",
    "chase_provider",
    "risk_score",
    "information_rights",
    "freedom_of_information",
    "data_breach",
)
"""What the team owes, or a provider owes it. Calls to the duty role, warnings and questions to a reporter are no promises."""

_URGENCY_CHANGED: Final = (
    Event.kind.in_(("corrected", "urgency_raised")),
    Event.detail["from"].as_string().is_not(None),
)

Dues = Mapping[tuple[str, datetime], datetime]
"""When a wait that was planned already is over: (its kind, when it began) and its due time."""


@dataclass(frozen=True)
class Unkept:
    """A promise that was to be kept by `due_at` and still is not."""

    kind: str
    due_at: datetime


def unkept(
    facts: CaseFacts, *, at: datetime, desk: Desk, kinds: Collection[str] = OWED, dues: Dues | None = None
) -> list[Unkept]:
    """The promises of these kinds whose time was over before `at` and that are awaited still, the oldest first; pure.

    Reminding of one does not keep it, nor does putting it off. `dues` only spares sums that were done already.
    """
    found = []
    for kind, wait in awaited(facts, desk.promises).items():
        if kind not in kinds:
            continue
        planned = dues.get((kind, wait.start)) if dues and kind not in facts.put_off else None
        due_at = planned or working_days.due(wait.within, wait.start, desk.hours, pauses=wait.pauses).at
        if due_at < at:
            found.append(Unkept(kind, due_at))
    return sorted(found, key=lambda each: each.due_at)


def overdue(tx: Tx, *, desk: Desk, now: datetime, among: Collection[int] | None = None) -> dict[int, Unkept]:
    """The promise of each open case that is overdue longest, by the case's id; `among`: of these cases only.

    A case is looked at closely only where a follow-up was due once or was put off: of no other can anything be late.
    """
    was_due = select(FollowUp.case_id).where(
        FollowUp.kind.in_(OWED), FollowUp.state.in_(("pending", "fired")), FollowUp.due_at < now
    )
    was_put_off = select(Event.case_id).where(Event.kind == PUT_OFF)
    if among is not None:
        was_due = was_due.where(FollowUp.case_id.in_(among))
        was_put_off = was_put_off.where(Event.case_id.in_(among))
    ids = select(Case.id).where(Case.status.not_in(ENDED), or_(Case.id.in_(was_due), Case.id.in_(was_put_off)))
    dues: dict[int, dict[tuple[str, datetime], datetime]] = defaultdict(dict)
    first_steps = select(FollowUp.case_id, FollowUp.kind, FollowUp.made_at, FollowUp.due_at).where(
        FollowUp.case_id.in_(ids), FollowUp.step == 1, FollowUp.kind.in_(OWED), FollowUp.state.in_(("pending", "fired"))
    )
    for case_id, kind, began, due_at in tx.execute(first_steps):
        dues[case_id][kind, began] = due_at
    # What fell due for another urgency is counted anew for the present one.
    for case_id in tx.scalars(select(Event.case_id).where(Event.case_id.in_(ids), *_URGENCY_CHANGED)):
        dues.pop(case_id, None)
    late = {
        case_id: unkept(facts, at=now, desk=desk, dues=dues.get(case_id))
        for case_id, facts in facts_of_open(tx, ids, now=now).items()
    }
    return {case_id: found[0] for case_id, found in late.items() if found}
