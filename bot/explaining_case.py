"""Why a case is what it is: what was read when it came, by which rule it went where, and what changed since; reads only."""

from typing import Any, Final

from sqlalchemy import select

from bot.explaining import Explainer, as_json, what_follows
from tracker import second_opinion
from tracker.actors import may_open
from tracker.desk import Desk, RoleRule
from tracker.finding import find
from tracker.model import Case, Event, Message, Person
from tracker.policy import route
from tracker.store import Tx
from tracker.submission import Address, Reading, SlackPlace, Submission

CHANGED: Final = ("urgency_raised", "corrected", "acknowledgement_strengthened")


def explain_case(tx: Tx, ref: str, role: RoleRule | None, *, desk: Desk) -> dict[str, Any]:
    """The message that opened a case as it was understood then, layer by layer as our reader sees it now.

    Words are there only for a role that may open the case, and never with names. Raises NotFound.
    """
    case = find(tx, ref)
    opened = role is not None and may_open(case, role, desk)
    stored = case.reading.get("read")
    reading = Reading.model_validate(stored or {"opens_case": True, "kind": case.kind, "summary": case.summary})
    message = tx.scalar(
        select(Message).where(Message.case_id == case.id, Message.direction == "in").order_by(Message.id).limit(1)
    )
    rows = Explainer(desk).rows(_submission(tx, message), reading) if message is not None and stored else []
    if not opened:
        rows = [type(row)(row.label, row.value, row.layer, row.rule, row.chance, ()) for row in rows]
    way = route(reading, desk=desk, out=case.reading.get("route", {}).get("left_out", ()))
    follows = what_follows(reading, way, desk, case.opened_at)
    explained = {
        "reader": reading.reader,
        "words_shown": opened,
        "labels": as_json(rows),
        "route": follows,
        "second_readings": _second(tx, case, opened=opened),
        "changes": _changes(tx, case, opened=opened),
    }
    return {"ref": case.ref, "urgency": case.urgency, "route": case.reading.get("route", {}), "explained": explained}


def _submission(tx: Tx, message: Message) -> Submission:
    """The stored message as what arrived, as far as it is kept in parts."""
    person = tx.get(Person, message.person_id) if message.person_id else None
    who = Address(name=person.name, email=person.address or "") if person else None
    slack = SlackPlace(team="", channel="", user="") if message.channel == "slack" else None
    return Submission(
        channel="slack" if slack else "mail",
        sender=who,
        author=who,
        subject=message.subject,
        text=message.text,
        new_text=message.new_text,
        slack=slack,
    )


def _second(tx: Tx, case: Case, *, opened: bool) -> list[dict[str, Any]]:
    return [
        {
            "state": row.state,
            "reader": row.reader,
            "raised": row.raised,
            "attempts": row.attempts,
            "answer": row.answer if opened else None,
            "last_error": row.last_error,
            "settled_at": row.settled_at.isoformat() if row.settled_at else None,
        }
        for row in second_opinion.of_case(tx, case)
    ]


def _changes(tx: Tx, case: Case, *, opened: bool) -> list[dict[str, Any]]:
    events = tx.scalars(select(Event).where(Event.case_id == case.id, Event.kind.in_(CHANGED)).order_by(Event.id))
    return [
        {
            "at": event.at.isoformat(),
            "kind": event.kind,
            "from": str(event.detail.get("from") or ""),
            "to": str(event.detail.get("to") or ""),
            "by": str(event.detail.get("by") or event.actor),
            "because": event.detail.get("because", {}) if opened else {},
        }
        for event in events
    ]
