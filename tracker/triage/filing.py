"""A Slack message that staff put on a case by hand: kept already, now a note of the case; nothing is sent because of it."""

from datetime import datetime

from sqlalchemy import select

from tracker import inbound, slack_threads
from tracker.actors import Actor, need
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.model import Case, Message
from tracker.store import Tx
from tracker.submission import Submission
from tracker.triage.frame import begin

WAITS = "nobody has said yet to which case it belongs"


def set_down(tx: Tx, inbound_id: int) -> None:
    """Keep a message that waits for its case out of the reader's hands."""
    inbound.settle(tx, inbound_id, outcome="filed", reason=WAITS)


def add_message(
    tx: Tx, ref: str, submission: Submission, *, inbound_id: int, actor: Actor, desk: Desk, now: datetime
) -> Case:
    """Put the message on the case as an internal note. Refused where it is on a case already.

    `submission.slack.user` is whoever wrote it: a note is shown as theirs, and the history says who added it.
    """
    need(actor, "note")
    case = begin(tx, ref, "note", actor=actor, seen=None, desk=desk, merged_too=True)
    assert submission.slack is not None, "only messages of Slack are added by hand"
    name = f"{submission.slack.channel}/{submission.slack.ts}"
    known = tx.scalar(
        select(Case.ref).join(Message, Message.case_id == Case.id).where(Message.external_id == name).limit(1)
    )
    if known is not None:
        raise Refused(f"That message is on case {known} already.")
    slack_threads.note(tx, case, submission, inbound_id=inbound_id, desk=desk, now=now, added_by=actor.name)
    inbound.settle(tx, inbound_id, outcome="joined", case_id=case.id, reason="added to the case by hand")
    return case
