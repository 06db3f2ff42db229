"""Slack threads: whose case a thread belongs to, what is said there, and what became of a message after it was said.

All that staff say in a thread is an internal note; nothing leaves the team from there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from tracker import follow_up, inbound
from tracker.desk import Desk
from tracker.finding import locked
from tracker.history import record
from tracker.matching import PARTS_THAT_MAY_WRITE, head_of
from tracker.messages import write_down
from tracker.model import Card, Case, Inbound, Message, Parcel
from tracker.people import person_for, takes_part
from tracker.store import Tx
from tracker.submission import SlackPlace, Submission

CHANGES: Final = frozenset({"edited", "deleted"})


@dataclass(frozen=True)
class Thread:
    """The case that a thread belongs to. `theirs`: the one who speaks is its reporter, below their own words or ours."""

    case_id: int
    theirs: bool


def find(tx: Tx, place: SlackPlace, *, desk: Desk, now: datetime) -> Thread | None:
    """The case of a thread: below its card, below a post of ours about it, or below the message that raised it."""
    card = tx.scalar(select(Card).where(Card.posted_in == place.channel, Card.ts == place.thread_ts))
    if card is not None:
        return Thread(head_of(tx, card.case_id), theirs=False)
    head = f"{place.channel}/{place.thread_ts}"
    ours = tx.scalar(select(Parcel).where(Parcel.channel == "slack", Parcel.provider_id == head).limit(1))
    said = tx.scalar(select(Message).where(Message.external_id == head).limit(1))
    case_id = ours.case_id if ours is not None else said.case_id if said is not None else None
    if case_id is None:
        return None
    speaker = person_for(tx, None, slack_user=place.user, draw=desk.draw, now=now)
    private = ours is None or ours.person_id is not None
    takes_a_part = speaker is not None and takes_part(tx, case_id, speaker.id, PARTS_THAT_MAY_WRITE)
    return Thread(head_of(tx, case_id), theirs=private and takes_a_part)


def note(
    tx: Tx,
    case: Case,
    submission: Submission,
    *,
    inbound_id: int,
    desk: Desk,
    now: datetime,
    added_by: str = "",
) -> None:
    """Keep what a member of staff said in a thread as an internal note on the case; `added_by`: who put it there by hand."""
    assert submission.slack is not None
    staff = f"slack:{submission.slack.user}"
    at = inbound.heard_at(tx, inbound_id)
    write_down(
        tx, case, submission, inbound_id=inbound_id, direction="internal", kind="note", person=None, staff=staff, at=at
    )
    if case.first_read_at is None:
        case.first_read_at = now
    where = "a Slack message, added by hand" if added_by else "a Slack thread"
    record(tx, case, actor=added_by or staff, kind="noted", detail={"where": where}, now=now)
    follow_up.replan(tx, case, desk=desk, now=now)


@dataclass(frozen=True)
class Change:
    """What became of an edit or a deletion: on which case, why in words, and whether the words are those of a reporter."""

    case: Case | None
    reason: str
    theirs: bool = False


def changed(tx: Tx, submission: Submission, *, now: datetime) -> Change:
    """An edit adds the new words beside the old ones, a deletion is noted; the record keeps what was said."""
    assert submission.slack is not None
    external_id = f"{submission.slack.channel}/{submission.slack.ts}"
    said = tx.scalar(select(Message).where(Message.external_id == external_id).order_by(Message.id.desc()).limit(1))
    if said is None:
        return Change(None, f"a Slack message that is on no case was {submission.slack.kind}")
    case = locked(tx, said.case_id)
    if submission.slack.kind == "edited":
        tx.add(
            Message(
                case_id=case.id,
                direction=said.direction,
                kind=said.kind,
                channel="slack",
                external_id=external_id,
                person_id=said.person_id,
                staff=said.staff,
                text=submission.text,
                new_text=submission.new_text,
                trust=said.trust,
                faults=["edited in Slack"],
                at=now,
            )
        )
    kind = f"message_{submission.slack.kind}"
    record(tx, case, actor=f"slack:{submission.slack.user}", kind=kind, detail={"message": said.id}, now=now)
    reason = f"a Slack message of the case was {submission.slack.kind}"
    return Change(case, reason, theirs=said.direction == "in")


def hear_changes_again(tx: Tx, place: SlackPlace) -> None:
    """Slack promises no order: changes that were read before the message they change are read once more, now that it is there."""
    name = f"{place.channel}/{place.ts}"
    filed = select(Inbound).where(
        Inbound.channel == "slack", Inbound.message_id == name, Inbound.state == "read", Inbound.outcome == "filed"
    )
    for row in tx.scalars(filed.order_by(Inbound.id)).all():
        if row.envelope.get("kind") in CHANGES:
            inbound.replay(tx, row.id)
