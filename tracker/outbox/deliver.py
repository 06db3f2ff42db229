"""Taking parcels out of the outbox: claim, about to send, settle; and what a person may do with one that waits."""

import re
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import CursorResult, select, update

from tracker import diary
from tracker.desk import Desk
from tracker.errors import NotFound
from tracker.errors import Refused as RefusedByUs
from tracker.history import record
from tracker.model import Case, Event, Parcel, Person
from tracker.outbox.enqueue import ACKNOWLEDGEMENT, drop_message, keep_message, tell_team
from tracker.outbox.parcels import ClaimedParcel, Deferred, Outcome, Refused, Sent, Uncertain
from tracker.people import mute
from tracker.store import Tx

ERROR_WORDS: Final = 300
JITTER: Final = 0.2
NOT_DELIVERED: Final = "remind/letter_not_delivered"
_ADDRESS: Final = re.compile(r"\S*@\S*")
_RELEASABLE: Final = frozenset({"held", "withheld", "failed"})
_CANCELLABLE: Final = frozenset({"queued", "held", "withheld"})
_STATE_WORDS: Final = {
    "queued": "is waiting to be sent",
    "sending": "is being sent now",
    "sent": "has left",
    "held": "is held",
    "failed": "could not be delivered",
    "withheld": "was kept back",
    "cancelled": "was cancelled",
}


def claim_one(tx: Tx, *, channel: str, now: datetime, lease: timedelta) -> ClaimedParcel | None:
    """Take the parcel of this channel that has been due longest, for as long as `lease`; None where none is due."""
    parcel = tx.scalar(
        select(Parcel)
        .where(Parcel.state == "queued", Parcel.channel == channel, Parcel.due_at <= now)
        .order_by(Parcel.due_at, Parcel.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if parcel is None:
        return None
    parcel.state = "sending"
    parcel.attempts += 1
    parcel.lease_until = now + lease
    person = tx.get(Person, parcel.person_id) if parcel.person_id is not None else None
    tx.flush()
    return ClaimedParcel(
        id=parcel.id,
        channel=parcel.channel,
        occasion=parcel.occasion,
        case_id=parcel.case_id,
        to=((person.address if channel == "mail" else person.slack_user) or "") if person else "",
        content=dict(parcel.content),
        message_id=parcel.message_id,
        machine_made=parcel.machine_made,
        attempts=parcel.attempts,
    )


def about_to_send(tx: Tx, parcel_id: int, *, attempt: int | None = None) -> None:
    """Write down, just before the point of no return, that the parcel may have left.

    Raises errors.Refused where the claim was taken back meanwhile (`attempt`: the claim's number): then nothing may be sent.
    """
    still = [Parcel.id == parcel_id, Parcel.state == "sending"]
    if attempt is not None:
        still.append(Parcel.attempts == attempt)
    done = tx.execute(update(Parcel).where(*still).values(may_have_left=True))
    assert isinstance(done, CursorResult)
    if not done.rowcount:
        raise RefusedByUs(f"Parcel {parcel_id} was taken back; do not send it.")


def settle(tx: Tx, parcel_id: int, outcome: Outcome, *, desk: Desk, now: datetime, attempt: int | None = None) -> None:
    """Write down what became of a delivery. One that was settled or taken back meanwhile stays as it is, unless it was sent."""
    parcel, case = _locked(tx, parcel_id)
    mine = parcel.state == "sending" and attempt in (None, parcel.attempts)
    if not mine and not (isinstance(outcome, Sent) and parcel.state in {"sending", "queued", "held"}):
        return
    parcel.lease_until = None
    match outcome:
        case Sent():
            _sent(tx, parcel, case, outcome, now)
        case Deferred():
            _deferred(tx, parcel, case, outcome, desk, now)
        case Refused():
            _end(tx, parcel, case, "failed", outcome.why, desk, now)
            if outcome.bad_address and parcel.person_id is not None:
                mute(tx, parcel.person_id, f"the address was refused ({_short(outcome.why)})")
        case Uncertain():
            _uncertain(tx, parcel, case, outcome, desk, now)
    if case is not None:
        diary.replan(tx, case, desk=desk, now=now)


def take_back_expired(tx: Tx, *, now: datetime, desk: Desk) -> int:
    """Parcels whose sender fell silent: one that may have left counts as uncertain, any other waits again. Returns how many."""
    silent = select(Parcel.id).where(Parcel.state == "sending", Parcel.lease_until < now).order_by(Parcel.id)
    taken = 0
    for parcel_id in tx.scalars(silent).all():
        parcel, _ = _locked(tx, parcel_id)
        if parcel.state != "sending" or parcel.lease_until is None or parcel.lease_until >= now:
            continue
        taken += 1
        if parcel.may_have_left:
            settle(tx, parcel.id, Uncertain("the sender stopped after the letter may have left"), desk=desk, now=now)
        else:
            parcel.state, parcel.lease_until, parcel.due_at = "queued", None, now
            parcel.last_error = "the sender stopped before anything left"
    return taken


def release(tx: Tx, parcel_id: int, *, actor: str, now: datetime, desk: Desk | None = None) -> None:
    """Send a parcel after all: held, withheld or failed → queued. A repeat has the same Message-ID and the same words.

    Raises NotFound, or Refused with a sentence.
    """
    parcel, case = _locked(tx, parcel_id)
    if parcel.state not in _RELEASABLE:
        raise RefusedByUs(f"Parcel {parcel_id} {_STATE_WORDS[parcel.state]}; there is nothing to release.")
    before = parcel.state
    parcel.state, parcel.due_at, parcel.attempts, parcel.may_have_left = "queued", now, 0, False
    if parcel.channel == "mail":
        keep_message(tx, parcel, staff=None, now=now)
    _noted(tx, parcel, case, "letter_released", actor=actor, detail={"before": before}, now=now, desk=desk)


def cancel(tx: Tx, parcel_id: int, *, actor: str, now: datetime, desk: Desk | None = None) -> None:
    """Never send a parcel: queued, held or withheld → cancelled. Raises NotFound, or Refused with a sentence."""
    parcel, case = _locked(tx, parcel_id)
    if parcel.state not in _CANCELLABLE:
        raise RefusedByUs(f"Parcel {parcel_id} {_STATE_WORDS[parcel.state]}; it is too late to cancel it.")
    before = parcel.state
    parcel.state = "cancelled"
    if parcel.channel == "mail" and not parcel.may_have_left:
        drop_message(tx, parcel)
    _noted(tx, parcel, case, "letter_cancelled", actor=actor, detail={"before": before}, now=now, desk=desk)


def _sent(tx: Tx, parcel: Parcel, case: Case | None, outcome: Sent, now: datetime) -> None:
    parcel.state, parcel.sent_at, parcel.provider_id, parcel.last_error = "sent", now, outcome.provider_id, None
    if case is None or not _is_letter(parcel):
        return
    kind = "letter_sent"
    if parcel.occasion.startswith(ACKNOWLEDGEMENT) and case.acknowledged_at is None:
        case.acknowledged_at = now
        kind = "acknowledged"
    _event(tx, parcel, case, kind, now)


def _deferred(tx: Tx, parcel: Parcel, case: Case | None, outcome: Deferred, desk: Desk, now: datetime) -> None:
    """Wait as `retry.waits` says, ±20 % so that a queue does not come back at once; the tries add up to `give_up_after`."""
    waits = desk.retry.waits
    waited = sum(waits[min(turn, len(waits) - 1)] for turn in range(parcel.attempts))
    if waited > desk.retry.give_up_after:
        _end(tx, parcel, case, "failed", f"given up after {parcel.attempts} tries: {outcome.why}", desk, now)
        return
    wait = waits[min(parcel.attempts, len(waits)) - 1]
    spread = int.from_bytes(desk.draw(4), "big") / 0xFFFFFFFF * 2 - 1
    seconds = max(wait * (1 + JITTER * spread), outcome.retry_after or 0.0)
    parcel.state, parcel.due_at, parcel.may_have_left = "queued", now + timedelta(seconds=seconds), False
    parcel.last_error = _short(outcome.why)
    if case is not None and parcel.attempts == 1 and _is_letter(parcel):
        _event(tx, parcel, case, "letter_deferred", now, why=parcel.last_error)


def _uncertain(tx: Tx, parcel: Parcel, case: Case | None, outcome: Uncertain, desk: Desk, now: datetime) -> None:
    """Held for a person, or repeated once where the setting says so: two copies of one Message-ID at most."""
    if desk.retry.uncertain == "hold" or case is None or _repeated(tx, parcel):
        _end(tx, parcel, case, "held", f"it may have left: {outcome.why}", desk, now)
        return
    parcel.state, parcel.due_at = "queued", now + timedelta(seconds=desk.retry.waits[0])
    parcel.last_error = _short(f"it may have left, so it is repeated once: {outcome.why}")
    _event(tx, parcel, case, "letter_repeated", now, why=parcel.last_error)


def _repeated(tx: Tx, parcel: Parcel) -> bool:
    earlier = tx.scalars(select(Event).where(Event.case_id == parcel.case_id, Event.kind == "letter_repeated"))
    return any(event.detail.get("parcel") == parcel.id for event in earlier)


def _end(
    tx: Tx, parcel: Parcel, case: Case | None, state: Literal["failed", "held"], why: str, desk: Desk, now: datetime
) -> None:
    """A delivery that ended without success: the history says so, and for a letter the team is told."""
    parcel.state, parcel.last_error = state, _short(why)
    if case is None:
        return
    what = "letter" if _is_letter(parcel) else "post"
    _event(tx, parcel, case, f"{what}_{state}", now, why=parcel.last_error)
    if not _is_letter(parcel):
        return
    key = f"not_delivered/{parcel.id}/{case.revision}"
    tell_team(tx, case, NOT_DELIVERED, {"why": ""}, key=key, now=now, desk=desk)


def _is_letter(parcel: Parcel) -> bool:
    """Whether it goes to a person, by mail or as a private message; everything else is a post for the team."""
    return parcel.person_id is not None


def _event(tx: Tx, parcel: Parcel, case: Case, kind: str, now: datetime, *, why: str = "") -> None:
    detail: dict[str, str | int] = {"parcel": parcel.id, "occasion": parcel.occasion}
    record(tx, case, actor="desk", kind=kind, detail=detail | ({"why": why} if why else {}), now=now)


def _noted(
    tx: Tx,
    parcel: Parcel,
    case: Case | None,
    kind: str,
    *,
    actor: str,
    detail: dict[str, str],
    now: datetime,
    desk: Desk | None,
) -> None:
    if case is None:
        return
    full = {"parcel": parcel.id, "occasion": parcel.occasion, **detail}
    record(tx, case, actor=actor, kind=kind, detail=full, now=now)
    if desk is not None:
        diary.replan(tx, case, desk=desk, now=now)


def _locked(tx: Tx, parcel_id: int) -> tuple[Parcel, Case | None]:
    """The parcel and its case as they are now, held until the transaction ends. Raises NotFound.

    The case first, as every room does: so nobody waits for each other in a circle, and no revision is counted twice.
    """
    tx.flush()
    case_id = tx.scalar(select(Parcel.case_id).where(Parcel.id == parcel_id))
    case = tx.get(Case, case_id, with_for_update=True, populate_existing=True) if case_id is not None else None
    parcel = tx.get(Parcel, parcel_id, with_for_update=True, populate_existing=True)
    if parcel is None:
        raise NotFound(f"There is no parcel {parcel_id}; `qualitydesk outbox list` shows those there are.")
    return parcel, case


def _short(why: str) -> str:
    """Why, fit for a card: a relay's words often hold the address."""
    why = _ADDRESS.sub("(an address)", why)
    return why if len(why) <= ERROR_WORDS else why[: ERROR_WORDS - 1] + "…"
