"""Acts on what is due in the diary, one follow-up at a time, wholly or not at all, by writing rows; planning is `diary`."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CursorResult, select, update

from tracker import gate, lifecycle, outbox, promises, working_days
from tracker.desk import Desk, PromiseRule
from tracker.diary import PUT_OFF, add, case_facts, replan
from tracker.history import record
from tracker.letter_facts import contacts
from tracker.model import Case, CasePerson, FollowUp, Person
from tracker.outbox.enqueue import tell_team
from tracker.paging import mentions
from tracker.people import correspondent_of
from tracker.store import Tx

__all__ = ["PUT_OFF", "add", "fire_one", "replan"]

_REMIND: Final = PromiseRule(within="1 working day")
_CLOSED_BY_DESK: Final = frozenset({"routine", "none"})
_NO_ADDRESS: Final = "no mail address is known"


def fire_one(tx: Tx, *, desk: Desk, now: datetime) -> bool:
    """Fire the follow-up that has been due longest; False when none is due.

    What a follow-up does are rows only: letters and posts in the outbox, events, its own next step. So it happens once, however
    often the process stops and however many nodes run. One that cannot be done says so on its case and keeps no other waiting.
    """
    row = tx.scalar(
        select(FollowUp)
        .where(FollowUp.state == "pending", FollowUp.due_at <= now)
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(1)
    )
    if row is None:
        return False
    # The case is locked first, as every room does; while we waited for it another node may have fired the row.
    case = tx.get_one(Case, row.case_id, with_for_update=True, populate_existing=True)
    tx.refresh(row)
    # The case may have changed without its diary: what is not awaited any more must not fire.
    replan(tx, case, desk=desk, now=now)
    if row.state != "pending" or row.due_at > now:
        return True
    claimed = tx.execute(
        update(FollowUp).where(FollowUp.id == row.id, FollowUp.state == "pending").values(state="fired", settled_at=now)
    )
    assert isinstance(claimed, CursorResult)
    if not claimed.rowcount:
        return True
    try:
        with tx.begin_nested():
            done = _do(tx, case, row, desk=desk, now=now)
    except Exception as error:  # noqa: BLE001 - one follow-up that fails must not stop the diary; the case shows it
        done = f"it could not be done ({type(error).__name__}); a person must look"
        detail = {"follow_up": row.kind, "step": row.step, "why": done}
        record(tx, case, actor="desk", kind="follow_up_failed", detail=detail, now=now)
        facts = {"step": row.step, "late": "", "due_day": "", "due_time": "", "why": ""}
        tell_team(tx, case, "remind/other", facts, key=f"follow_up/{row.id}/failed", now=now, desk=desk)
    row.settled_why = done
    replan(tx, case, desk=desk, now=now)
    return True


def _do(tx: Tx, case: Case, row: FollowUp, *, desk: Desk, now: datetime) -> str:
    """Do what this kind of follow-up does; returns what was done in words, for the diary."""
    rule = desk.promises.get(row.kind, _REMIND)
    detail: dict[str, Any] = {"follow_up": row.kind, "step": row.step, "late": promises.lateness(row.due_at, now)}
    last = row.step >= promises.steps(row.kind, rule)
    was = case.status
    match rule.do:
        case "letter":
            done, why_not = _write(tx, case, row, f"follow_up/{row.kind}", rule, desk=desk, now=now)
        case "chase":
            done, why_not = _chase(tx, case, row, rule, desk=desk, now=now)
        case "close":
            done, why_not = _ask_or_close(tx, case, row, rule, last=last, desk=desk, now=now)
        case _:
            done, why_not = "", ""
    if not done:
        done = _remind(tx, case, row, why_not, desk=desk, now=now)
    if why_not:
        detail["why"] = why_not
    if case.status == was:
        record(tx, case, actor="desk", kind="reminded", detail={**detail, "did": done}, now=now)
    return done + (f", {detail['late']}" if detail["late"] else "")


def _remind(tx: Tx, case: Case, row: FollowUp, why: str, *, desk: Desk, now: datetime) -> str:
    """A post in the channel of the case. Only the call for a person now goes out at night."""
    paging = row.kind == "page_duty"
    facts = {
        "step": row.step,
        "late": promises.lateness(row.due_at, now),
        "due_day": working_days.written_day(row.due_at, desk.hours),
        "due_time": working_days.written_time(row.due_at, desk.hours),
        "why": why or (row.why if row.kind in promises.WARNINGS else ""),
    }
    called = mentions(desk.roles, case.reading.get("route", {}).get("tell", ()), row.step) if paging else ""
    occasion = f"remind/{row.kind if row.kind in promises.KINDS else 'other'}"
    tell_team(tx, case, occasion, facts, key=f"follow_up/{row.id}/post", now=now, desk=desk, mentions=called)
    return "the duty role was called" if paging else "the team was reminded"


def _write(
    tx: Tx, case: Case, row: FollowUp, occasion: str, rule: PromiseRule, *, desk: Desk, now: datetime
) -> tuple[str, str]:
    """A letter to the reporter. Returns what was done, or "" and why no letter can leave."""
    person = correspondent_of(tx, case)
    return _letter(tx, case, row, rule.occasion or occasion, person, rule, desk=desk, now=now)


def _chase(tx: Tx, case: Case, row: FollowUp, rule: PromiseRule, *, desk: Desk, now: datetime) -> tuple[str, str]:
    """A letter to everybody who answers for the provider on this case; it says nothing about who wrote to us."""
    leads = tx.scalars(
        select(Person)
        .join(CasePerson, CasePerson.person_id == Person.id)
        .where(CasePerson.case_id == case.id, CasePerson.role == "provider_lead")
        .order_by(Person.id)
    ).all()
    if not leads:
        return "", "nobody of the provider is named on the case"
    occasion = rule.occasion or f"follow_up/{row.kind}"
    tried = [_letter(tx, case, row, occasion, lead, rule, desk=desk, now=now) for lead in leads]
    why_not = "; ".join(dict.fromkeys(why for done, why in tried if not done))
    return ("the provider was reminded" if any(done for done, _ in tried) else ""), why_not


def _ask_or_close(
    tx: Tx, case: Case, row: FollowUp, rule: PromiseRule, *, last: bool, desk: Desk, now: datetime
) -> tuple[str, str]:
    """Ask the reporter once more, or close kindly at the last step. What may be grave is closed by a person only."""
    if not last:
        return _write(
            tx, case, row, "", rule.model_copy(update={"occasion": "follow_up/ask_reporter"}), desk=desk, now=now
        )
    grave = case.urgency not in _CLOSED_BY_DESK or case.red_flags or case.restricted or (case.isf or 0) > 0
    if grave:
        return "", "a person must decide whether this case may be closed"
    done, why_not = _write(tx, case, row, "follow_up/closing_kindly", rule, desk=desk, now=now)
    if done:
        detail = {"follow_up": row.kind, "step": row.step, "why": "the reporter did not answer; a reply opens it again"}
        case.outcome = "Closed kindly: the reporter did not answer. A reply opens the case again."
        lifecycle.move(tx, case, "closed", actor="desk", kind="closed_kindly", now=now, detail=detail)
    return done, why_not


def _letter(
    tx: Tx,
    case: Case,
    row: FollowUp,
    occasion: str,
    person: Person | None,
    rule: PromiseRule,
    *,
    desk: Desk,
    now: datetime,
) -> tuple[str, str]:
    if person is None or not person.address:
        return "", _NO_ADDRESS
    verdict = gate.check_letter(tx, case, person, occasion=occasion, desk=desk, now=now)
    next_due = working_days.due(promises.within(rule, case.urgency), now, desk.hours)
    asked_at = case_facts(tx, case, now=now).status_since
    facts = {
        "case_ref": case.ref,
        "asked_day": working_days.written_day(asked_at, desk.hours),
        "close_day": working_days.written_day(next_due.at, desk.hours),
        "next_day": working_days.written_day(next_due.at, desk.hours),
        "contact": contacts(desk.field.signposts, use_unverified=desk.letters.use_unverified),
    }
    answered, thread = outbox.thread_of(tx, case, person)
    outbox.enqueue_letter(
        tx,
        case=case,
        person=person,
        occasion=occasion,
        letter=desk.letters.compose(occasion, facts),
        dedupe_key=f"follow_up/{row.id}/{person.id}",
        now=now,
        desk=desk,
        in_reply_to=answered,
        references=thread,
        due_at=promises.when_heard(now, desk.hours),
        withheld=None if verdict.allowed else verdict.why,
    )
    return ("a letter was written", "") if verdict.allowed else ("", verdict.why)
