"""Which case a message belongs to: sure, doubtful or new, and why. A doubtful one opens a case of its own.

Joining needs a capability (a signed token in our Message-ID or plus-address) and a sender who takes part; where our gateway
verifies senders, its yes too. A reference in the subject, a quoted id or a familiar sender never join: they are shown to a
person as "possibly related". Nobody becomes a participant by being in To or Cc.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from tracker.desk import Desk
from tracker.lifecycle import ENDED
from tracker.model import Case, CasePerson, MessageId, Person
from tracker.people import canonical, takes_part
from tracker.store import Tx
from tracker.submission import Submission
from tracker.tokens import cases_opened, refs_in

PARTS_THAT_MAY_WRITE: Final = ("reporter", "proxy", "provider_lead")
SAME_SENDER_WITHIN: Final = timedelta(days=60)
IDS_LOOKED_AT: Final = 50
RELATED_SHOWN: Final = 5


@dataclass(frozen=True)
class Evidence:
    """What points to cases. Each is a tuple of case ids, the likeliest first."""

    by_token: tuple[int, ...] = ()
    by_quoted_id: tuple[int, ...] = ()
    by_reference: tuple[int, ...] = ()
    by_sender: tuple[int, ...] = ()
    sender_takes_part_in: frozenset[int] = frozenset()
    trust: str = "unverified"


@dataclass(frozen=True)
class Match:
    """`joins` is the one case the message surely belongs to, else None; `related` are (case id, why) for a person to see."""

    joins: int | None
    related: tuple[tuple[int, str], ...]
    why: str


def decide(evidence: Evidence, *, verifies_senders: bool) -> Match:
    """The verdict on the evidence; pure."""
    doubt = "it carries no token of ours"
    for case_id in evidence.by_token[:1]:
        if case_id not in evidence.sender_takes_part_in:
            doubt = "it carries the token of a case in which the sender takes no part"
        elif evidence.trust == "failed":
            doubt = "it carries a case's token, but our gateway says that the sender is not who they claim to be"
        elif verifies_senders and evidence.trust != "verified":
            doubt = "it carries a case's token, but our gateway could not verify the sender"
        else:
            return Match(case_id, (), "a signed token and a sender who takes part")
    pointers = (
        (evidence.by_token, "it carries this case's token"),
        (evidence.by_quoted_id, "it answers a message of this case"),
        (evidence.by_reference, "it names this case's reference"),
        (evidence.by_sender, "the same sender wrote on this case"),
    )
    related: dict[int, str] = {}
    for case_ids, why in pointers:
        for case_id in case_ids:
            related.setdefault(case_id, why)
    return Match(None, tuple(related.items())[:RELATED_SHOWN], doubt if related else "nothing points to another case")


def find(tx: Tx, submission: Submission, *, desk: Desk, now: datetime) -> Match:
    """Gather the evidence for a message and decide. Cases that were merged are followed to their head."""
    sender = _person(tx, submission)
    answered = tuple(dict.fromkeys((*submission.references, submission.in_reply_to)))[-IDS_LOOKED_AT:]
    by_token = cases_opened(desk.key, submission.envelope_to, answered, desk.domain)
    # The capability is checked against the case that issued it; the message itself goes to the head of its merge.
    part_in = frozenset(
        c for c in by_token if sender is not None and takes_part(tx, c, sender.id, PARTS_THAT_MAY_WRITE)
    )
    match = decide(
        Evidence(
            by_token=tuple(case_id for case_id in by_token if tx.get(Case, case_id) is not None),
            by_quoted_id=_cases_of_ids(tx, (submission.message_id, *answered)),
            by_reference=_cases_of_refs(tx, refs_in(submission.subject)),
            by_sender=_cases_of_sender(tx, sender, now),
            sender_takes_part_in=part_in,
            trust=submission.trust,
        ),
        verifies_senders=desk.verifies_senders,
    )
    if match.joins is None:
        return match
    return Match(head_of(tx, match.joins), match.related, match.why)


def head_of(tx: Tx, case_id: int) -> int:
    """The case that a merged case's new messages go to; itself where it was not merged."""
    seen = {case_id}
    case = tx.get_one(Case, case_id)
    while case.merged_into is not None and case.merged_into not in seen:
        seen.add(case.merged_into)
        case = tx.get_one(Case, case.merged_into)
    return case.id


def _person(tx: Tx, submission: Submission) -> Person | None:
    if submission.sender and submission.sender.email:
        return tx.scalar(select(Person).where(Person.address == canonical(submission.sender.email)))
    if submission.slack:
        return tx.scalar(select(Person).where(Person.slack_user == submission.slack.user))
    return None


def _cases_of_ids(tx: Tx, ids: Iterable[str]) -> tuple[int, ...]:
    wanted = [value for value in ids if value]
    if not wanted:
        return ()
    rows = tx.scalars(
        select(MessageId.case_id).where(MessageId.value.in_(wanted)).order_by(MessageId.id.desc()).limit(20)
    )
    return tuple(dict.fromkeys(rows))


def _cases_of_refs(tx: Tx, refs: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(tx.scalars(select(Case.id).where(Case.ref.in_(refs)))) if refs else ()


def _cases_of_sender(tx: Tx, sender: Person | None, now: datetime) -> tuple[int, ...]:
    if sender is None:
        return ()
    rows = tx.scalars(
        select(Case.id)
        .join(CasePerson, CasePerson.case_id == Case.id)
        .where(
            CasePerson.person_id == sender.id,
            CasePerson.role.in_(PARTS_THAT_MAY_WRITE),
            Case.status.not_in(ENDED),
            Case.opened_at > now - SAME_SENDER_WITHIN,
        )
        .order_by(Case.id.desc())
        .limit(RELATED_SHOWN)
    )
    return tuple(rows)
