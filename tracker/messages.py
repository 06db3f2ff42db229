"""Messages of a case with their ids and files: writing them down, and recognising one that was told before."""

import hashlib
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from tracker import fetches, scans
from tracker.model import AttachmentRow, Case, Message, MessageId, Person, Scan
from tracker.store import Tx
from tracker.submission import Submission

ID_LENGTH = 500
IDS_KEPT = 200


def digest_of(submission: Submission) -> str:
    """A hash over what a message says, blind to the traces that each way here leaves on it."""
    parts = (
        submission.message_id,
        submission.sender.email.lower() if submission.sender else "",
        submission.sent_at.isoformat() if submission.sent_at else "",
        submission.subject,
        submission.text,
        *sorted(attachment.sha256 for attachment in submission.attachments),
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def external_id_of(submission: Submission) -> str:
    """What the sender's system calls the message: its Message-ID, or Slack's channel and ts."""
    if submission.slack and submission.slack.ts:
        return f"{submission.slack.channel}/{submission.slack.ts}"
    return submission.message_id[:ID_LENGTH]


def told_before(tx: Tx, submission: Submission) -> Message | None:
    """The message that says the same under the same id, by whatever way it came. Other words are never a repeat."""
    external_id = external_id_of(submission)
    if submission.slack:
        where = (Message.external_id == external_id,)
        return tx.scalar(select(Message).where(*where).order_by(Message.id).limit(1)) if external_id else None
    if not external_id and submission.sent_at is None:
        return None
    return tx.scalar(
        select(Message)
        .where(Message.digest == digest_of(submission), Message.external_id == external_id, Message.direction == "in")
        .order_by(Message.id)
        .limit(1)
    )


def write_down(
    tx: Tx,
    case: Case,
    submission: Submission,
    *,
    inbound_id: int | None,
    direction: Literal["in", "internal"],
    kind: Literal["correspondence", "note", "notice"],
    person: Person | None,
    staff: str | None = None,
    at: datetime,
) -> Message:
    """Put a message that was heard on its case, with every id seen in it and every file that came along."""
    message = Message(
        case_id=case.id,
        inbound_id=inbound_id,
        direction=direction,
        kind=kind,
        channel=submission.channel,
        external_id=external_id_of(submission),
        person_id=person.id if person else None,
        staff=staff,
        subject=submission.subject,
        text=submission.text,
        new_text=submission.new_text,
        automatic=submission.automatic.why if submission.automatic else None,
        trust=submission.trust,
        trust_source=submission.trust_source,
        faults=list(submission.faults),
        digest=digest_of(submission),
        at=at,
    )
    tx.add(message)
    tx.flush()
    ids = [(submission.message_id, "Message-ID"), (submission.in_reply_to, "In-Reply-To")]
    ids += [(value, "References") for value in submission.references[-IDS_KEPT:]]
    for value, seen_in in dict.fromkeys((value[:ID_LENGTH], seen_in) for value, seen_in in ids if value):
        tx.add(MessageId(value=value, message_id=message.id, case_id=case.id, seen_in=seen_in))
    for attachment in submission.attachments:
        row = AttachmentRow(
            message_id=message.id,
            filename=attachment.filename,
            content_type=attachment.content_type,
            size=attachment.size,
            inline=attachment.inline,
            note=attachment.note,
            sha256=attachment.sha256,
        )
        tx.add(row)
        if attachment.content is not None:
            scans.take_in(tx, attachment.sha256, attachment.content, now=at)
        elif attachment.elsewhere is not None:
            tx.flush()
            fetches.begin(tx, row, attachment.elsewhere, now=at)
    _tell_of_locked(tx, message, now=at)
    return message


def _tell_of_locked(tx: Tx, message: Message, *, now: datetime) -> None:
    """Say on the case which of its new files a scanner has condemned before, when they came to another."""
    files = select(AttachmentRow.sha256).where(AttachmentRow.message_id == message.id)
    for scan in tx.scalars(select(Scan).where(Scan.state == "found", Scan.sha256.in_(files))).all():
        scans.tell(tx, message.case_id, scan, now=now)
