"""The first answer to the person who wrote: which words, whether a machine may send them, and why not where it may not."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select, update

from tracker import gate
from tracker.desk import Desk, PromiseRule
from tracker.history import record
from tracker.letters import acknowledgement_facts
from tracker.model import Case, Message, Parcel, Person
from tracker.outbox import SLACK_OFF, enqueue_letter, enqueue_post
from tracker.outbox.parcels import clean_line
from tracker.policy import stronger
from tracker.promises import within
from tracker.store import Tx
from tracker.submission import Submission
from tracker.working_days import due

_OCCASION: Final = "acknowledgement/"
_BY_HAND: Final = frozenset({"18", "19", "22", "23", "24", "muted"})
"""Rules that keep back a letter which a person may still wish to send; the others say that nobody would read it."""

LATEST: Final = timedelta(seconds=50)
"""After that long an acknowledgement waits for nobody's opinion."""
_FIRST_READ: Final = PromiseRule(within="1 working day")


def acknowledge(
    tx: Tx, case: Case, submission: Submission, writer: Person | None, kind: str, *, desk: Desk, now: datetime
) -> None:
    """Put the acknowledgement of a new case into the outbox, or say on the case why there is none.

    Fixed words and our reference only: no subject, name, quote or file of what came in. At most one a case.
    """
    case.acknowledgement_kind = kind
    if kind == "none":
        case.acknowledgement_why = "there is nothing to acknowledge"
        return
    if writer is None:
        case.acknowledgement_why = "not known who wrote, so there is nobody to answer"
        return
    occasion = f"{_OCCASION}{kind}"
    facts = _facts(case, desk)
    due_at = _due_at(case, kind, desk, now)
    if submission.channel == "slack":
        case.acknowledgement_why = "they wrote in Slack, so the answer is a private message there"
        text = desk.letters.post(occasion, facts)
        key = f"acknowledgement:{case.id}"
        off = None if desk.slack_on else SLACK_OFF
        enqueue_post(
            tx,
            case=case,
            channel="",
            occasion=occasion,
            text=text,
            dedupe_key=key,
            now=now,
            due_at=due_at,
            person=writer,
            withheld=off,
        )
        return
    verdict = gate.check_acknowledgement(tx, submission, writer, acknowledged=False, desk=desk, now=now)
    case.acknowledgement_why = _why(case, kind) if verdict.allowed else f"withheld: {verdict.why} (rule {verdict.rule})"
    if not verdict.allowed and verdict.rule not in _BY_HAND:
        return
    enqueue_letter(
        tx,
        case=case,
        person=writer,
        occasion=occasion,
        letter=desk.letters.compose(occasion, facts),
        dedupe_key=f"acknowledgement:{case.id}",
        now=now,
        desk=desk,
        in_reply_to=submission.message_id,
        references=submission.references,
        due_at=due_at,
        withheld=None if verdict.allowed else f"{verdict.why} (rule {verdict.rule})",
    )


def strengthen(tx: Tx, case: Case, kind: str, *, desk: Desk, now: datetime) -> bool:
    """Choose graver words for an acknowledgement that has not left: a crisis goes before all, nothing is ever weakened.

    True where the words were changed. One that is on its way or kept back stays as it is: a person is called all the same.
    """
    before = case.acknowledgement_kind
    if kind == before or stronger(kind, before) != kind:  # type: ignore[arg-type]  # the column holds only kinds
        return False
    parcel = tx.scalar(_unsent(case.id).with_for_update())
    if parcel is None:
        return False
    facts, occasion = _facts(case, desk), f"{_OCCASION}{kind}"
    if parcel.channel == "slack":
        parcel.content = {**parcel.content, "text": desk.letters.post(occasion, facts)}
    else:
        letter = desk.letters.compose(occasion, facts)
        words = {"subject": clean_line(letter.subject), "text": letter.text, "html": letter.html}
        parcel.content = {**parcel.content, **words}
        tx.execute(
            update(Message)
            .where(Message.external_id == parcel.message_id, Message.case_id == case.id, Message.direction == "out")
            .values(subject=words["subject"], text=letter.text, new_text=letter.text, automatic=occasion)
        )
    parcel.occasion, parcel.due_at = occasion, now
    case.acknowledgement_kind = kind
    case.acknowledgement_why = _why(case, kind)
    detail = {"parcel": parcel.id, "before": before, "kind": kind}
    record(tx, case, actor="desk", kind="acknowledgement_strengthened", detail=detail, now=now)
    return True


def release(tx: Tx, case_id: int, *, now: datetime) -> None:
    """What waited for a second opinion may leave now."""
    parcel = tx.scalar(_unsent(case_id).where(Parcel.due_at > now).with_for_update())
    if parcel is not None:
        parcel.due_at = now


def _unsent(case_id: int) -> Select[Any]:
    return select(Parcel).where(
        Parcel.case_id == case_id,
        Parcel.occasion.startswith(_OCCASION, autoescape=True),
        Parcel.state == "queued",
        Parcel.attempts == 0,
    )


def _due_at(case: Case, kind: str, desk: Desk, now: datetime) -> datetime:
    """At once; where a second reader is asked, a little later, so that its danger may still choose the words."""
    if kind == "crisis" or not desk.second_opinion_seconds:
        return now
    return max(now, min(now + timedelta(seconds=desk.second_opinion_seconds), case.opened_at + LATEST))


def _facts(case: Case, desk: Desk) -> dict[str, Any]:
    promise = desk.promises.get("first_human_read", _FIRST_READ)
    return acknowledgement_facts(
        case_ref=case.ref,
        received_at=case.opened_at,
        read_by=due(within(promise, case.urgency), case.opened_at, desk.hours),
        desk=desk,
        raiser_role=case.raiser_role,
        grade=case.grade,
        alerted=desk.slack_on,
    )


def _why(case: Case, kind: str) -> str:
    """Why this kind and no other, in words for the card."""
    flags = ", ".join(flag.replace("_", " ") for flag in case.red_flags)
    if kind in {"crisis", "sensitive"} and flags:
        return f"{kind} because of {flags}"
    return f"{kind.replace('_', ' ')} because it was read as {case.kind.replace('_', ' ')}"
