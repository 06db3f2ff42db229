"""Putting something into the outbox, in the transaction of its reason; delivering it is not known here."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, select

from tracker.desk import Desk
from tracker.history import record
from tracker.model import Case, Message, MessageId, Parcel, Person
from tracker.outbox.parcels import AutoSubmitted, LetterContent, PostContent, clean_id, clean_ids, clean_line
from tracker.promises import when_heard
from tracker.store import Tx
from tracker.tokens import case_token, letter_message_id, plus_address

if TYPE_CHECKING:
    from tracker.letters import Letter

ACKNOWLEDGEMENT = "acknowledgement/"
SLACK_OFF = "Slack is off, so nobody was called or written to there"


def enqueue_letter(
    tx: Tx,
    *,
    case: Case,
    person: Person,
    occasion: str,
    letter: "Letter",
    dedupe_key: str,
    now: datetime,
    desk: Desk,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    machine_made: bool = True,
    due_at: datetime | None = None,
    withheld: str | None = None,
    actor: str = "desk",
) -> Parcel:
    """Queue a letter to `person`, or keep it back for the reason `withheld`. The same `dedupe_key` is queued once.

    The letter's place in the thread is `in_reply_to` with `references` (the ids of the mail it answers, oldest first). A letter
    that may leave is also a message of the case, so that an answer to it finds the case.
    """
    known = _parcel_of(tx, dedupe_key)
    if known is not None:
        return known
    message_id = letter_message_id(desk.key, case.id, desk.draw, desk.domain)
    answered = clean_id(in_reply_to)
    content = LetterContent(
        subject=clean_line(letter.subject),
        text=letter.text,
        html=letter.html,
        message_id=message_id,
        date=now.replace(microsecond=0),
        in_reply_to=answered,
        references=clean_ids([*references, answered]),
        reply_to=plus_address(desk.letters_from, case_token(desk.key, case.id)),
        auto_submitted=_auto_submitted(occasion, machine_made=machine_made),
    )
    parcel = Parcel(
        channel="mail",
        occasion=occasion,
        case_id=case.id,
        person_id=person.id,
        machine_made=machine_made,
        dedupe_key=dedupe_key,
        state="queued" if withheld is None else "withheld",
        content=content.model_dump(mode="json"),
        message_id=message_id,
        due_at=due_at or now,
        made_at=now,
        last_error=withheld,
    )
    tx.add(parcel)
    tx.flush()
    detail: dict[str, Any] = {"parcel": parcel.id, "occasion": occasion, "to": person.pseudonym}
    if withheld is not None:
        detail["why"] = withheld
    else:
        keep_message(tx, parcel, staff=None if machine_made else actor, now=now)
    if letter.fault:
        detail["template_fault"] = letter.fault
    record(
        tx, case, actor=actor, kind="letter_queued" if withheld is None else "letter_withheld", detail=detail, now=now
    )
    return parcel


def enqueue_post(
    tx: Tx,
    *,
    case: Case | None,
    channel: str,
    occasion: str,
    text: str,
    dedupe_key: str,
    now: datetime,
    blocks: Iterable[dict[str, Any]] = (),
    due_at: datetime | None = None,
    person: Person | None = None,
    actor: str = "desk",
    withheld: str | None = None,
) -> Parcel:
    """Queue a Slack post into `channel`, or a letter to `person` as a private message. The same `dedupe_key` is queued once.

    `withheld` says why it must not leave now.

    The text is Slack's mrkdwn with everything that is not ours escaped already, and holds nothing that identifies anybody.
    """
    known = _parcel_of(tx, dedupe_key)
    if known is not None:
        return known
    content = PostContent(channel="" if person else channel, text=text, blocks=tuple(blocks))
    parcel = Parcel(
        channel="slack",
        occasion=occasion,
        case_id=case.id if case else None,
        person_id=person.id if person else None,
        machine_made=True,
        dedupe_key=dedupe_key,
        state="queued" if withheld is None else "withheld",
        content=content.model_dump(mode="json"),
        due_at=due_at or now,
        made_at=now,
        last_error=withheld,
    )
    tx.add(parcel)
    tx.flush()
    if case is not None and person is not None:
        detail = {"parcel": parcel.id, "occasion": occasion, "to": person.pseudonym}
        kind = "letter_queued" if withheld is None else "letter_withheld"
        record(tx, case, actor=actor, kind=kind, detail=detail | ({"why": withheld} if withheld else {}), now=now)
    return parcel


def tell_team(
    tx: Tx, case: Case, occasion: str, facts: dict[str, Any], *, key: str, now: datetime, desk: Desk, mentions: str = ""
) -> Parcel:
    """Queue a post for the team in the channel of the case's route. At night only a call that mentions somebody leaves."""
    route: dict[str, Any] = case.reading.get("route", {})
    return enqueue_post(
        tx,
        case=case,
        channel=route.get("channel", desk.routes[-1].channel if desk.routes else ""),
        occasion=occasion,
        text=desk.letters.post(occasion, {"case_ref": case.ref, "owner": case.owner or "", **facts}, mentions=mentions),
        dedupe_key=key,
        now=now,
        due_at=now if mentions else when_heard(now, desk.hours),
        withheld=None if desk.slack_on else SLACK_OFF,
    )


def keep_message(tx: Tx, parcel: Parcel, *, staff: str | None, now: datetime) -> None:
    """Make a letter that may leave a message of its case, once, with its Message-ID."""
    if parcel.case_id is None or tx.scalar(_message_of(parcel)) is not None:
        return
    content = LetterContent.model_validate(parcel.content)
    message = Message(
        case_id=parcel.case_id,
        direction="out",
        kind="correspondence",
        channel="mail",
        external_id=content.message_id,
        person_id=parcel.person_id,
        staff=staff,
        subject=content.subject,
        text=content.text,
        new_text=content.text,
        automatic=parcel.occasion if parcel.machine_made else None,
        at=now,
    )
    tx.add(message)
    tx.flush()
    tx.add(
        MessageId(value=content.message_id, message_id=message.id, case_id=parcel.case_id, seen_in="Message-ID")
    )  # fmt: skip


def drop_message(tx: Tx, parcel: Parcel) -> None:
    """Take the message of a letter that never left off its case; the parcel keeps the words."""
    message_id = tx.scalar(_message_of(parcel))
    if message_id is not None:
        tx.execute(delete(MessageId).where(MessageId.message_id == message_id))
        tx.execute(delete(Message).where(Message.id == message_id))


def _message_of(parcel: Parcel) -> Any:
    return select(Message.id).where(
        Message.external_id == parcel.message_id, Message.direction == "out", Message.case_id == parcel.case_id
    )


def _parcel_of(tx: Tx, dedupe_key: str) -> Parcel | None:
    return tx.scalar(select(Parcel).where(Parcel.dedupe_key == dedupe_key))


def _auto_submitted(occasion: str, *, machine_made: bool) -> AutoSubmitted:
    """RFC 3834 section 5: an acknowledgement answers a mail, a follow-up is generated by the clock."""
    if not machine_made:
        return ""
    answer: Literal["auto-replied", "auto-generated"] = (
        "auto-replied" if occasion.startswith(ACKNOWLEDGEMENT) else "auto-generated"
    )
    return answer
