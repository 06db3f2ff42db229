"""When a requirement is reminded of and chased, as due rows, and the letter that chases it, through the gate and the outbox."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from tracker import gate, outbox, working_days
from tracker.desk import Desk
from tracker.model import Case, CasePerson, Parcel, Person, RegisterDue, Requirement
from tracker.occasions import TELL
from tracker.promises import when_heard
from tracker.register import dues
from tracker.store import Tx

CHASE: Final = "follow_up/chase_requirement"
_AWAITS: Final = frozenset({"open", "evidence_insufficient", "extended"})
_REACHED: Final = ("queued", "sending", "sent")
CHASED: Final = ("soon", "due", "late")


def plan(tx: Tx, row: Requirement, *, desk: Desk, now: datetime) -> None:
    """Make what is pending equal to what the requirement awaits: an answer by its date, or somebody to assess what came."""
    dues.settle(
        tx, "requirement", row.id, why=f"it is {row.state.replace('_', ' ')}", now=now, kinds=(*CHASED, "assess")
    )
    rules = desk.register
    if row.state == "evidence_received":
        due = working_days.due(rules.assess_within, now, desk.hours, since="Answered")
        dues.plan_at(tx, "requirement", row.id, "assess", due.at, due.why, now=now)
    if row.state not in _AWAITS or row.due_at is None:
        return
    early = dues.before(row.due_at, rules.remind_before, desk.hours)
    if early > now:
        why = f"{rules.remind_before} working days before it is due. {row.due_why}"
        dues.plan_at(tx, "requirement", row.id, "soon", early, why, now=now)
    if row.due_at > now:
        dues.plan_at(tx, "requirement", row.id, "due", row.due_at, row.due_why, now=now)
    # What came was not enough and its day is past: the next chase counts from now.
    at, since = max(row.due_at, now), "Due" if row.due_at > now else "Asked again"
    for number in range(1, rules.chase_times + 1):
        due = working_days.due(rules.chase_every, at, desk.hours, since=since)
        at, since = max(due.at, at + timedelta(minutes=1)), "Chased"
        dues.plan_at(
            tx, "requirement", row.id, "late", at, f"Chase {number} of {rules.chase_times}. {due.why}", now=now
        )


def chase(tx: Tx, row: Requirement, due: RegisterDue, *, desk: Desk, now: datetime) -> str:
    """Write to everybody who answers for the provider; returns "" or, in words, why no letter leaves.

    What no person has sent yet is never chased by a machine.
    """
    case = tx.get(Case, row.case_id) if row.case_id else None
    if case is None or not _was_sent(tx, case):
        return "nobody has sent it to the provider yet"
    leads = tx.scalars(
        select(Person)
        .join(CasePerson, CasePerson.person_id == Person.id)
        .where(CasePerson.case_id == case.id, CasePerson.role == "provider_lead")
        .order_by(Person.id)
    ).all()
    refused = [why for lead in leads if (why := _letter(tx, case, row, due, lead, desk=desk, now=now))]
    return "; ".join(dict.fromkeys(refused)) if leads else "nobody of the provider is named on it"


def _letter(
    tx: Tx, case: Case, row: Requirement, due: RegisterDue, person: Person, *, desk: Desk, now: datetime
) -> str:
    verdict = gate.check_letter(tx, case, person, occasion=CHASE, desk=desk, now=now)
    assert row.due_at is not None, "only what is due is chased"
    names = {outcome.id: outcome.name for outcome in desk.field.interventions.outcomes}
    facts = {
        "case_ref": case.ref,
        "what": f"{names.get(row.kind, row.kind)} {row.ref}",
        "due_day": working_days.written_day(row.due_at, desk.hours),
        "due_time": working_days.written_time(row.due_at, desk.hours),
    }
    answered, thread = outbox.thread_of(tx, case, person)
    outbox.enqueue_letter(
        tx,
        case=case,
        person=person,
        occasion=CHASE,
        letter=desk.letters.compose(CHASE, facts),
        dedupe_key=f"register_due/{due.id}/{due.made_at.isoformat()}/{person.id}",
        now=now,
        desk=desk,
        in_reply_to=answered,
        references=thread,
        due_at=when_heard(now, desk.hours),
        withheld=None if verdict.allowed else verdict.why,
    )
    return "" if verdict.allowed else verdict.why


def _was_sent(tx: Tx, case: Case) -> bool:
    sent = select(Parcel.id).where(Parcel.case_id == case.id, Parcel.occasion == TELL, Parcel.state.in_(_REACHED))
    return tx.scalar(sent.limit(1)) is not None
