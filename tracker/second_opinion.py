"""Which messages wait for a second opinion, and what an opinion may change: it raises a case or nothing; asking is in intake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select

from tracker import acknowledging, follow_up, matching
from tracker.deidentify import eraser_for
from tracker.desk import Desk
from tracker.errors import NotFound
from tracker.finding import locked
from tracker.model import Case, CasePerson, Message, Person, SecondReading
from tracker.policy import CONFLICT, Route
from tracker.raising import raise_case
from tracker.store import Tx
from tracker.submission import Urgency

WAITS: Final = (timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=15))
"""Until the next attempt after one that failed; after the last the message has no second opinion, and nothing else changes."""
BY: Final = "second reader"
_WORDS: Final = 200


@dataclass(frozen=True)
class ToAsk:
    """A message that the caller may ask about until its lease is over."""

    message_id: int
    attempts: int


@dataclass(frozen=True)
class Opinion:
    """What a second reader said, checked already: flags of ours, each with words of the text it was given, and an urgency
    ("none" where it named none). `reader` is which model answered, `answer` all that it said."""

    red_flags: dict[str, tuple[str, ...]]
    urgency: Urgency
    urgency_words: tuple[str, ...]
    reader: str
    answer: dict[str, Any]


def begin(tx: Tx, message: Message, *, desk: Desk, now: datetime) -> None:
    """A message of a reporter waits for a second opinion, where the desk asks for any."""
    if desk.second_opinion_seconds:
        tx.flush()
        tx.add(SecondReading(message_id=message.id, case_id=message.case_id, since=now, due_at=now))


def waiting(tx: Tx, *, now: datetime) -> bool:
    """Whether a message waits that may be asked about now; takes nothing."""
    return tx.scalar(_due(now).limit(1)) is not None


def claim_one(tx: Tx, *, now: datetime, lease: timedelta) -> ToAsk | None:
    """Take the newest message that is due: it is the one whose acknowledgement waits. None where none is."""
    row = tx.scalar(_due(now).order_by(SecondReading.since.desc()).limit(1).with_for_update(skip_locked=True))
    if row is None:
        return None
    row.attempts += 1
    row.lease_until = now + lease
    return ToAsk(row.message_id, row.attempts)


def text_of(tx: Tx, message_id: int, *, desk: Desk, most: int) -> str:
    """What may be asked with: the message's subject and new words without names, addresses, numbers and telling details.

    At most `most` characters. Raises NotFound where the message was erased meanwhile.
    """
    message = tx.get(Message, message_id)
    if message is None:
        raise NotFound("There is no such message any more.")
    people = tx.execute(
        select(Person.name, Person.address)
        .join(CasePerson, CasePerson.person_id == Person.id)
        .where(CasePerson.case_id == message.case_id)
    )
    known = [(name, address or "") for name, address in people]
    erase = eraser_for(desk.field, known, (message.subject, message.text))
    return erase(f"{message.subject}\n\n{message.new_text}").text[:most]


def settle(tx: Tx, message_id: int, opinion: Opinion, *, desk: Desk, now: datetime) -> Case | None:
    """Keep what was said, and raise the case where it was graver than what we thought; returns a case that was raised."""
    row = tx.get(SecondReading, message_id)
    if row is None or row.state != "waiting":
        return None
    row.state, row.reader, row.answer = "answered", opinion.reader[:_WORDS], opinion.answer
    row.last_error = row.lease_until = None
    row.settled_at = now
    case = locked(tx, matching.head_of(tx, row.case_id))
    # A case that a person has ended is reopened by persons and reporters, not by a machine's second thoughts.
    way = _raised(tx, case, opinion, desk=desk, now=now)
    row.raised = way is not None
    if way is not None:
        acknowledging.strengthen(tx, case, way.acknowledgement, desk=desk, now=now)
        follow_up.replan(tx, case, desk=desk, now=now)
    acknowledging.release(tx, row.case_id, now=now)
    return case if way is not None else None


def give_back(tx: Tx, message_id: int, *, why: str, now: datetime) -> bool:
    """No answer: tried again later, or given up. The acknowledgement waits no longer. True where it will be tried again."""
    row = tx.get(SecondReading, message_id)
    if row is None or row.state != "waiting":
        return False
    row.lease_until, row.last_error = None, why[:_WORDS]
    acknowledging.release(tx, row.case_id, now=now)
    if row.attempts > len(WAITS):
        row.state, row.settled_at = "failed", now
        return False
    row.due_at = now + WAITS[row.attempts - 1]
    return True


def of_case(tx: Tx, case: Case) -> Sequence[SecondReading]:
    """What was asked and answered about the messages of a case, oldest first."""
    found = select(SecondReading).where(SecondReading.case_id == case.id)
    return tx.scalars(found.order_by(SecondReading.message_id)).all()


def _raised(tx: Tx, case: Case, opinion: Opinion, *, desk: Desk, now: datetime) -> Route | None:
    because = dict(opinion.red_flags)
    if opinion.urgency_words:
        because["urgency"] = opinion.urgency_words
    # Whoever is told must not depend on a machine that a mail may have given orders: it names nobody as complained of.
    routed = {label: words for label, words in because.items() if label != CONFLICT}
    also: dict[str, Any] = {"by": BY, "reader": opinion.reader}
    if CONFLICT in because:
        also["said"] = {CONFLICT: list(because[CONFLICT])}
    return raise_case(
        tx,
        case,
        red_flags=tuple(opinion.red_flags),
        urgency=opinion.urgency if opinion.urgency_words else "none",
        because=routed,
        desk=desk,
        now=now,
        also=also,
    )


def _due(now: datetime) -> Any:
    free = or_(SecondReading.lease_until.is_(None), SecondReading.lease_until < now)
    return select(SecondReading).where(SecondReading.state == "waiting", SecondReading.due_at <= now, free)
