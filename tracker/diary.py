"""Keeps the pending follow-ups of a case equal to what the case awaits; acting on those that are due is not done here."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select

from tracker import promises
from tracker.desk import Desk
from tracker.lifecycle import ENDED, WORDS, is_open
from tracker.matching import head_of
from tracker.model import Case, Event, FollowUp, Message, Parcel
from tracker.occasions import TO_PROVIDERS
from tracker.promises import CaseFacts, Fired, Planned
from tracker.store import Tx
from tracker.working_days import Pause

PUT_OFF: Final = "snoozed"
"""The event with which a person puts off a follow-up; its detail holds `follow_up` (the kind) and `until` (ISO time)."""

_FOI: Final = re.compile(r"freedom of information|\bfoia?\b|environmental information", re.IGNORECASE)
_FROM_REPORTERS: Final = (Message.direction == "in", Message.kind == "correspondence")
_LEAVING: Final = frozenset({"queued", "sending", "sent", "held"})
_ON_ITS_WAY: Final = frozenset({"queued", "sending", "sent"})
_LETTER_TROUBLE: Final = frozenset({"letter_withheld", "letter_failed", "letter_held", "letter_bounced"})


def replan(tx: Tx, case: Case, *, desk: Desk, now: datetime) -> None:
    """Make the pending follow-ups equal to what the case now awaits. To be called after every change; changes nothing twice."""
    tx.flush()
    rows = tx.scalars(select(FollowUp).where(FollowUp.case_id == case.id).order_by(FollowUp.id)).all()
    fired = [Fired(row.kind, row.made_at, row.settled_at) for row in rows if row.state == "fired" and row.settled_at]
    plans = promises.planned(case_facts(tx, case, now=now), fired, desk.promises, desk.hours)
    pending = {row.kind: row for row in rows if row.state == "pending" and row.kind in promises.KINDS}
    for kind, row in pending.items():
        plan = plans.get(kind)
        if plan is not None and (plan.step, plan.began) == (row.step, row.made_at):
            row.due_at, row.why = plan.due.at, plan.due.why
            del plans[kind]
        else:
            _settle(row, case, now)
    # The old row must be settled before the new one is there: one pending row a kind is all that the table allows.
    tx.flush()
    for plan in plans.values():
        tx.add(_row(case, plan))
    tx.flush()
    for merged in tx.scalars(select(Case).where(Case.merged_into == case.id, Case.id != case.id)).all():
        replan(tx, merged, desk=desk, now=now)


def add(tx: Tx, case: Case, *, due_at: datetime, why: str, now: datetime) -> FollowUp:
    """A follow-up that a person wants besides the promises; `why` are their words, for staff only."""
    kinds = set(tx.scalars(select(FollowUp.kind).where(FollowUp.case_id == case.id, FollowUp.kind.startswith("own_"))))
    number = 1 + max((int(kind.removeprefix("own_")) for kind in kinds), default=0)
    row = FollowUp(case_id=case.id, kind=f"own_{number}", step=1, due_at=due_at, why=why, state="pending", made_at=now)
    tx.add(row)
    tx.flush()
    return row


def case_facts(tx: Tx, case: Case, *, now: datetime) -> CaseFacts:
    """Gather from the case, its history, its letters and its messages what the clocks look at."""
    events = tx.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.id)).all()
    letters = tx.scalars(select(Parcel).where(Parcel.case_id == case.id, Parcel.person_id.is_not(None))).all()
    heard = tx.scalars(
        select(Message.at).where(Message.case_id == case.id, *_FROM_REPORTERS).order_by(Message.at)
    ).all()
    head_open = case.merged_into is not None and is_open(tx.get_one(Case, head_of(tx, case.id)))
    return _facts(case, case.reading, events, letters, heard, head_open=head_open, now=now)


def facts_of_open(tx: Tx, ids: Select[Any], *, now: datetime) -> dict[int, CaseFacts]:
    """The same of every open case whose id `ids` selects, in four queries however many there are."""
    columns = (Case.id, Case.status, Case.kind, Case.urgency, Case.opened_at, Case.first_read_at, Case.first_response_at,
               Case.owner, Case.isf, Case.red_flags, Case.reading["route"]["promises"].label("promised"),
               Case.reading["read"]["because"].label("because"))  # fmt: skip
    events: dict[int, list[Any]] = defaultdict(list)
    told = select(Event.case_id, Event.at, Event.actor, Event.kind, Event.detail).where(Event.case_id.in_(ids))
    for event in tx.execute(told.order_by(Event.id)):
        events[event.case_id].append(event)
    letters: dict[int, list[Any]] = defaultdict(list)
    sent = select(Parcel.case_id, Parcel.occasion, Parcel.state, Parcel.sent_at, Parcel.made_at)
    for letter in tx.execute(sent.where(Parcel.case_id.in_(ids), Parcel.person_id.is_not(None))):
        letters[letter.case_id].append(letter)
    heard: dict[int, list[datetime]] = defaultdict(list)
    said = select(Message.case_id, Message.at).where(Message.case_id.in_(ids), *_FROM_REPORTERS)
    for case_id, at in tx.execute(said.order_by(Message.at)):
        heard[case_id].append(at)
    found: dict[int, CaseFacts] = {}
    row: Any
    for row in tx.execute(select(*columns).where(Case.id.in_(ids), Case.status.not_in(ENDED))):
        reading = {"route": {"promises": row.promised or ()}, "read": {"because": row.because or {}}}
        found[row.id] = _facts(row, reading, events[row.id], letters[row.id], heard[row.id], head_open=False, now=now)
    return found


def _facts(
    case: Case,
    reading: dict[str, Any],
    events: Sequence[Event],
    letters: Sequence[Parcel],
    heard: Sequence[datetime],
    *,
    head_open: bool,
    now: datetime,
) -> CaseFacts:
    acted_at = max((event.at for event in events if _by_staff(event)), default=None)
    return CaseFacts(
        status=case.status,
        kind=case.kind,
        urgency=case.urgency,
        promised=tuple(reading.get("route", {}).get("promises", ())),
        opened_at=case.opened_at,
        status_since=_since(events, case.status) or case.opened_at,
        unread_since=_unread_since(case, heard, acted_at),
        paged_since=_paged_since(case, events, acted_at),
        unacknowledged_since=_unacknowledged_since(case, events, letters),
        answered=case.first_response_at is not None,
        last_letter_at=max((_left_at(each) for each in letters if _to_reporter(each)), default=None),
        pauses=_pauses(case, events, now),
        put_off={
            str(event.detail.get("follow_up")): (event.at, datetime.fromisoformat(event.detail["until"]))
            for event in events
            if event.kind == PUT_OFF and event.detail.get("until")
        },
        scored=case.isf is not None,
        asks_foi=case.kind == "information_rights" and bool(_FOI.search(_asked_for(reading))),
        breach_since=_breach_since(case, events),
        head_open=head_open,
    )


def _row(case: Case, plan: Planned) -> FollowUp:
    return FollowUp(
        case_id=case.id,
        kind=plan.kind,
        step=plan.step,
        due_at=plan.due.at,
        why=plan.due.why,
        state="pending",
        made_at=plan.began,
    )


def _settle(row: FollowUp, case: Case, now: datetime) -> None:
    ended = case.status in ENDED
    row.state = "cancelled" if ended else "done"
    row.settled_at = now
    row.settled_why = f"the case is {WORDS[case.status]}" if ended else promises.MET[row.kind]


def _by_staff(event: Event) -> bool:
    """Whether a member of staff acted. What a reporter edits or deletes in Slack is theirs."""
    return event.actor != "desk" and not event.kind.startswith("message_")


def _since(events: Sequence[Event], to: str) -> datetime | None:
    """When the history last says that something became `to`."""
    return next((event.at for event in reversed(events) if event.detail.get("to") == to), None)


def _unread_since(case: Case, heard: Sequence[datetime], acted_at: datetime | None) -> datetime | None:
    """When the oldest words came that nobody of the staff has acted on; None where all were."""
    if case.first_read_at is None:
        return case.opened_at
    later_than = max(filter(None, (acted_at, case.first_read_at)))
    return next((at for at in heard if at > later_than), None)


def _paged_since(case: Case, events: Sequence[Event], acted_at: datetime | None) -> datetime | None:
    """Since when somebody must be paged: danger in later words pages again, even where the case was taken before."""
    if case.urgency != "immediate":
        return None
    since = _since(events, "immediate") or case.opened_at
    taken = case.owner is not None and acted_at is not None and acted_at >= since
    return None if taken else since


def _asked_for(reading: dict[str, Any]) -> str:
    """The words on which an information request was recognised."""
    because: dict[str, list[str]] = reading.get("read", {}).get("because", {})
    return " ".join(word for words in because.values() for word in words)


def _breach_since(case: Case, events: Sequence[Event]) -> datetime | None:
    """Since when we know of a breach of personal data: from the report on, or from later words that told of it."""
    if "data_breach" not in case.red_flags:
        return None
    told = (event.at for event in events if "data_breach" in (event.detail.get("red_flags") or ()))
    corrected = (
        event.at for event in events if "data_breach" in ((event.detail.get("after") or {}).get("red_flags") or ())
    )
    return min((*told, *corrected), default=case.opened_at)


def _unacknowledged_since(case: Case, events: Sequence[Event], letters: Sequence[Parcel]) -> datetime | None:
    """Since when an acknowledgement is known not to reach the reporter and no person has answered instead."""
    acknowledgements = [each for each in letters if each.occasion.startswith("acknowledgement/")]
    on_its_way = any(each.state in _ON_ITS_WAY for each in acknowledgements)
    stuck = any(each.state in {"withheld", "failed", "held"} for each in acknowledgements)
    if on_its_way or not stuck or case.first_response_at is not None:
        return None
    return max((event.at for event in events if event.kind in _LETTER_TROUBLE), default=case.opened_at)


def _to_reporter(parcel: Parcel) -> bool:
    return parcel.state in _LEAVING and parcel.occasion not in TO_PROVIDERS


def _left_at(parcel: Parcel) -> datetime:
    return parcel.sent_at or parcel.made_at


def _pauses(case: Case, events: Sequence[Event], now: datetime) -> tuple[Pause, ...]:
    """The times in which the reporter was to answer; one that still lasts ends now."""
    pauses: list[Pause] = []
    began: datetime | None = None
    for event in events:
        to = event.detail.get("to")
        if to == "awaiting_reporter" and began is None:
            began = event.at
        elif began is not None and to in WORDS:
            pauses.append((began, event.at))
            began = None
    if began is not None and case.status == "awaiting_reporter":
        pauses.append((began, now))
    return tuple(pauses)
