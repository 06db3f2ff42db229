"""Letters and posts that wait for a person: send them after all, or never; what made them wait is decided elsewhere."""

from datetime import datetime

from tracker import outbox
from tracker.actors import Actor, admit, need
from tracker.desk import Desk
from tracker.errors import NotFound
from tracker.model import Case, Parcel
from tracker.store import Tx


def send_after_all(tx: Tx, parcel_id: int, *, actor: Actor, desk: Desk, now: datetime) -> Parcel:
    """Release a held, withheld or failed parcel. Raises NotAllowed, NotFound, Refused."""
    parcel = _allowed(tx, parcel_id, actor, desk)
    outbox.release(tx, parcel_id, actor=actor.name, now=now, desk=desk)
    return parcel


def never_send(tx: Tx, parcel_id: int, *, actor: Actor, desk: Desk, now: datetime) -> Parcel:
    """Cancel a held or withheld parcel. Raises NotAllowed, NotFound, Refused."""
    parcel = _allowed(tx, parcel_id, actor, desk)
    outbox.cancel(tx, parcel_id, actor=actor.name, now=now, desk=desk)
    return parcel


def _allowed(tx: Tx, parcel_id: int, actor: Actor, desk: Desk) -> Parcel:
    need(actor, "release")
    parcel = tx.get(Parcel, parcel_id)
    if parcel is None:
        raise NotFound(f"There is no letter {parcel_id}.")
    case = tx.get(Case, parcel.case_id) if parcel.case_id is not None else None
    if case is not None:
        admit(tx, case, actor, desk)
    return parcel
