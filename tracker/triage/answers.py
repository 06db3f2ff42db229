"""What staff say to a reporter and how a case ends: reply, ask, take back, resolve, reopen. Letters wait in the outbox first."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from tracker import diary, lifecycle, outbox
from tracker.actors import Actor, admit, need
from tracker.desk import Desk
from tracker.errors import NotFound, Refused
from tracker.history import record
from tracker.model import Case, Message, MessageId, Parcel, Person
from tracker.occasions import ASK, CLOSED, OWN_WORDS, REPLY, TELL, TO_REPORTERS
from tracker.people import correspondent_of
from tracker.store import Tx
from tracker.triage.frame import begin, finish, said, writable

_AWAITED: Final = {ASK: "awaiting_reporter", TELL: "awaiting_provider"}
LEAD_ENDS_FROM: Final = 2
"""From this level on a case is ended only by a role that may set it (our role matrix)."""


def reply(
    tx: Tx, ref: str, text: str, *, ask: bool = False, actor: Actor, seen: int | None, desk: Desk, now: datetime
) -> Case:
    """Send the reporter a person's own words, after `desk.undo_seconds` in which they can be taken back.

    With `ask` the case then awaits the reporter's answer. Refused where the reporter cannot be reached.
    """
    verb = "ask" if ask else "reply"
    case = begin(tx, ref, verb, actor=actor, seen=seen, desk=desk, merged_too=not ask)
    text = said(text, "the letter")
    if ask and not lifecycle.is_open(case):
        raise Refused(f"{case.ref} is {lifecycle.WORDS[case.status]}; reopen it before you ask.")
    parcel = _write(tx, case, ASK if ask else REPLY, text, actor=actor, desk=desk, now=now)
    to = "awaiting_reporter" if ask else "triaged" if case.status == "new" else None
    kind = "asked" if ask else "replied"
    return finish(tx, case, kind, actor=actor, desk=desk, now=now, to=to, detail={"parcel": parcel.id})


def resolve(
    tx: Tx,
    ref: str,
    outcome: str,
    feedback: str = "",
    *,
    passed_on: bool = False,
    actor: Actor,
    seen: int | None,
    desk: Desk,
    now: datetime,
) -> Case:
    """End the case with what came of it; `feedback`, if any, is told to the reporter in a letter of those words.

    A case at ISF 2 or above is ended only by somebody who may set that level.
    """
    case = begin(tx, ref, "resolve", actor=actor, seen=seen, desk=desk)
    outcome = said(outcome, "what came of it", limit=4000)
    if case.isf is not None and case.isf >= LEAD_ENDS_FROM and actor.level_up_to < case.isf:
        raise Refused(f"{case.ref} is at ISF {case.isf}; somebody who may set that level has to end it.")
    detail: dict[str, object] = {"outcome": outcome}
    if feedback.strip():
        parcel = _write(tx, case, CLOSED, said(feedback, "the feedback"), actor=actor, desk=desk, now=now)
        detail["parcel"] = parcel.id
    case.outcome = outcome
    to = "passed_on" if passed_on else "closed"
    if case.status in lifecycle.ENDED:
        raise Refused(f"{case.ref} is {lifecycle.WORDS[case.status]} already.")
    return finish(tx, case, "resolved", actor=actor, desk=desk, now=now, to=to, detail=detail)


def reopen(tx: Tx, ref: str, reason: str, *, actor: Actor, seen: int | None, desk: Desk, now: datetime) -> Case:
    """Work on an ended case again; it becomes triaged."""
    case = begin(tx, ref, "reopen", actor=actor, seen=seen, desk=desk)
    reason = said(reason, "why it is opened again", limit=2000)
    if lifecycle.is_open(case):
        raise Refused(f"{case.ref} is open: it is {lifecycle.WORDS[case.status]}.")
    case.outcome = None
    return finish(tx, case, "reopened", actor=actor, desk=desk, now=now, to="triaged", detail={"reason": reason})


def take_back(tx: Tx, parcel_id: int, *, actor: Actor, desk: Desk, now: datetime) -> Case:
    """Stop a letter in a person's own words before it leaves. Refused once it is on its way."""
    parcel = tx.scalar(
        select(Parcel).where(Parcel.id == parcel_id).with_for_update().execution_options(populate_existing=True)
    )
    if parcel is None or parcel.occasion not in OWN_WORDS or parcel.case_id is None:
        raise NotFound(f"There is no letter {parcel_id} that could be taken back.")
    case = tx.get_one(Case, parcel.case_id)
    need(actor, "ask" if parcel.occasion == ASK else "resolve" if parcel.occasion == CLOSED else "reply")
    admit(tx, case, actor, desk)
    if parcel.state not in {"queued", "held", "withheld"} or parcel.may_have_left:
        raise Refused(f"Letter {parcel_id} cannot be taken back: it is {parcel.state}.")
    outbox.cancel(tx, parcel_id, actor=actor.name, now=now)
    tx.execute(delete(Message).where(Message.external_id == _slack_id(parcel), Message.case_id == case.id))
    if parcel.occasion in TO_REPORTERS and _no_other_words(tx, case, parcel):
        case.first_response_at = None
    if case.status == _AWAITED.get(parcel.occasion):
        lifecycle.move(tx, case, "triaged", actor=actor.name, kind="taken_back", now=now, detail={"parcel": parcel_id})
    else:
        record(tx, case, actor=actor.name, kind="taken_back", detail={"parcel": parcel_id}, now=now)
    diary.replan(tx, case, desk=desk, now=now)
    return case


def _write(tx: Tx, case: Case, occasion: str, words: str, *, actor: Actor, desk: Desk, now: datetime) -> Parcel:
    person = correspondent_of(tx, case)
    if person is None:
        raise Refused(f"Nobody can be written to on {case.ref}: the reporter left no address.")
    if case.first_response_at is None:
        case.first_response_at = now
    due_at = now + timedelta(seconds=desk.undo_seconds)
    key = f"{occasion}:{case.id}:{case.revision}"
    if person.address:
        writable(person.address, desk, "The reporter")
        letter = desk.letters.compose(occasion, {"case_ref": case.ref, "words": words})
        answered, references = _thread_of(tx, case, person)
        return outbox.enqueue_letter(
            tx,
            case=case,
            person=person,
            occasion=occasion,
            letter=letter,
            dedupe_key=key,
            now=now,
            desk=desk,
            in_reply_to=answered,
            references=references,
            machine_made=False,
            due_at=due_at,
            actor=actor.name,
        )
    parcel = outbox.enqueue_post(
        tx,
        case=case,
        channel="",
        occasion=occasion,
        text=f"{_escaped(words)}\n\n{case.ref}",
        dedupe_key=key,
        now=now,
        due_at=due_at,
        person=person,
        withheld=None if desk.slack_on else outbox.SLACK_OFF,
    )
    tx.add(
        Message(
            case_id=case.id,
            direction="out",
            kind="correspondence",
            channel="slack",
            external_id=_slack_id(parcel),
            person_id=person.id,
            staff=actor.name,
            text=words,
            new_text=words,
            trust="verified",
            at=now,
        )
    )
    return parcel


def _thread_of(tx: Tx, case: Case, person: Person) -> tuple[str, tuple[str, ...]]:
    """The id of this person's last mail on the case and the ids before it, oldest first."""
    last = tx.scalar(
        select(Message)
        .where(Message.case_id == case.id, Message.person_id == person.id)
        .where(Message.direction == "in", Message.channel == "mail")
        .order_by(Message.id.desc())
        .limit(1)
    )
    if last is None:
        return "", ()
    earlier = tx.scalars(
        select(MessageId.value)
        .where(MessageId.message_id == last.id, MessageId.seen_in == "References")
        .order_by(MessageId.id)
    )
    return last.external_id, tuple(earlier)


def _no_other_words(tx: Tx, case: Case, taken_back: Parcel) -> bool:
    other = select(Parcel.id).where(
        Parcel.case_id == case.id,
        Parcel.id != taken_back.id,
        Parcel.occasion.in_(TO_REPORTERS),
        Parcel.state != "cancelled",
    )
    return tx.scalar(other.limit(1)) is None


def _slack_id(parcel: Parcel) -> str:
    return f"parcel/{parcel.id}"


def _escaped(words: str) -> str:
    """Slack's three control characters made plain (docs.slack.dev, formatting message text)."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
