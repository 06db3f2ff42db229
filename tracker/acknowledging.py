"""The first answer to the person who wrote: which words, whether a machine may send them, and why not where it may not."""

from datetime import datetime
from typing import Final

from tracker import gate
from tracker.desk import Desk, PromiseRule
from tracker.letters import acknowledgement_facts
from tracker.model import Case, Person
from tracker.outbox import SLACK_OFF, enqueue_letter, enqueue_post
from tracker.promises import within
from tracker.store import Tx
from tracker.submission import Submission
from tracker.working_days import due

_BY_HAND: Final = frozenset({"18", "19", "22", "23", "24", "muted"})
"""Rules that keep back a letter which a person may still wish to send; the others say that nobody would read it."""

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
    occasion = f"acknowledgement/{kind}"
    promise = desk.promises.get("first_human_read", _FIRST_READ)
    facts = acknowledgement_facts(
        case_ref=case.ref,
        received_at=case.opened_at,
        read_by=due(within(promise, case.urgency), case.opened_at, desk.hours),
        desk=desk,
        raiser_role=case.raiser_role,
        grade=case.grade,
        alerted=desk.slack_on,
    )
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
        withheld=None if verdict.allowed else f"{verdict.why} (rule {verdict.rule})",
    )


def _why(case: Case, kind: str) -> str:
    """Why this kind and no other, in words for the card."""
    flags = ", ".join(flag.replace("_", " ") for flag in case.red_flags)
    if kind in {"crisis", "sensitive"} and flags:
        return f"{kind} because of {flags}"
    return f"{kind.replace('_', ' ')} because it was read as {case.kind.replace('_', ' ')}"
