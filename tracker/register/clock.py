"""What happens when something of the register falls due: a line for the team, and for a requirement the letter that chases it."""

from datetime import datetime
from typing import Final

from sqlalchemy import CursorResult, select, update

from tracker import outbox, promises, working_days
from tracker.desk import Desk
from tracker.finding import locked
from tracker.model import Intervention, Rating, RegisterDue, RegisterPlace, Requirement
from tracker.outbox import SLACK_OFF
from tracker.register import chasing, dues, events, places
from tracker.store import Tx

OCCASION: Final = "remind/register"
_LETTERS: Final = ("due", "late")


def is_due(tx: Tx, *, now: datetime) -> bool:
    """Whether something is due; takes nothing and writes nothing."""
    due = select(RegisterDue.id).where(RegisterDue.state == "pending", RegisterDue.due_at <= now)
    return tx.scalar(due.limit(1)) is not None


def fire_one(tx: Tx, *, desk: Desk, now: datetime) -> bool:
    """Fire what has been due longest; False when nothing is. It writes rows only, so it happens once on any number of nodes."""
    row = tx.scalar(
        select(RegisterDue)
        .where(RegisterDue.state == "pending", RegisterDue.due_at <= now)
        .order_by(RegisterDue.due_at, RegisterDue.id)
        .limit(1)
    )
    if row is None:
        return False
    claimed = tx.execute(
        update(RegisterDue)
        .where(RegisterDue.id == row.id, RegisterDue.state == "pending")
        .values(state="fired", settled_at=now)
    )
    assert isinstance(claimed, CursorResult)
    if not claimed.rowcount:
        return True
    tx.refresh(row)
    try:
        with tx.begin_nested():
            row.settled_why = _do(tx, row, desk=desk, now=now)
    except Exception as error:  # noqa: BLE001 - one that fails must not stop the clock; the line in the history shows it
        row.settled_why = f"it could not be done ({type(error).__name__}); a person must look"
        detail = {"due": row.kind, "why": row.settled_why}
        events.note(
            tx,
            row.subject,  # type: ignore[arg-type]  # the column holds only subjects
            row.subject_id,
            "reminder_failed",
            place_id=None,
            actor="desk",
            now=now,
            detail=detail,
        )
    return True


def _do(tx: Tx, row: RegisterDue, *, desk: Desk, now: datetime) -> str:
    what, place_id, why, case = "", None, "", None
    kind = row.kind.split(" ")[0]
    if row.subject == "requirement":
        requirement = tx.get_one(Requirement, row.subject_id)
        what, place_id = f"{requirement.kind} {requirement.ref}", requirement.place_id
        case = locked(tx, requirement.case_id) if requirement.case_id else None
        why = chasing.chase(tx, requirement, row, desk=desk, now=now) if kind in _LETTERS else ""
    elif row.subject == "intervention":
        review = tx.get_one(Intervention, row.subject_id)
        what, place_id = f"{review.form.capitalize()} {review.ref}", review.place_id
    else:
        rating = tx.get_one(Rating, row.subject_id)
        what, place_id = f"ISF {rating.level}", rating.place_id
    place = tx.get(RegisterPlace, place_id) if place_id else None
    late = promises.lateness(row.due_at, now)
    facts = {
        "what": what,
        "place": places.label(place, desk.field) if place else "",
        "happens": dues.WORDS[kind],
        "due_day": working_days.written_day(row.due_at, desk.hours),
        "due_time": working_days.written_time(row.due_at, desk.hours),
        "late": late,
        "why": why,
        "case_ref": case.ref if case else "",
    }
    outbox.enqueue_post(
        tx,
        case=case,
        channel=desk.register.channel,
        occasion=OCCASION,
        text=desk.letters.post(OCCASION, facts),
        dedupe_key=f"register_due/{row.id}/{row.made_at.isoformat()}/{row.due_at.isoformat()}/post",
        now=now,
        due_at=promises.when_heard(now, desk.hours),
        withheld=None if desk.slack_on else SLACK_OFF,
    )
    detail = {"due": row.kind, "late": late, "why": why}
    events.note(
        tx,
        row.subject,  # type: ignore[arg-type]  # the column holds only subjects
        row.subject_id,
        "reminded",
        place_id=place_id,
        actor="desk",
        now=now,
        detail=detail,
    )
    letter = (
        ", and the provider was written to" if kind in _LETTERS and row.subject == "requirement" and not why else ""
    )
    return f"the team was reminded{letter}" + (f", {late}" if late else "")
