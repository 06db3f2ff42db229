"""The one gate in front of every machine-made letter: loops, caps, mutes; a verdict with its rule and its reason.

The numbers are those of the list that follows RFC 3834 in the order we use for it: 1-15, 20, 21 and 25 are signs that a
machine wrote (found while reading the mail), 16-19 and 22-24 need our own addresses and memory and are decided here.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from tracker.desk import CapRules, Desk
from tracker.model import Case, Parcel, Person
from tracker.people import canonical
from tracker.store import Tx
from tracker.submission import Submission
from tracker.tokens import split_plus

_COUNTED_STATES: Final = ("queued", "sending", "sent", "held")
_NOBODY: Final = re.compile(
    r"^(?:(?P<r10>mailer-daemon)|(?P<r11>postmaster)|(?P<r12>(?:.*[._-])?(?:no|do-?not|donot)[._-]?repl(?:y|ies)(?:[._-].*)?)"
    r"|(?P<r13>owner-.*|.*-request|.*-owner|.*-bounces?|bounces?(?:[+._-].*)?))$",
    re.IGNORECASE,
)
_MAILBOX: Final = re.compile(
    r"^[^\s@<>\"(),:;\\\[\]\x00-\x20\x7f]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$", re.IGNORECASE
)


@dataclass(frozen=True)
class GateFacts:
    """What the gate looks at. Counts are of machine-made letters already on their way or sent."""

    address: str
    ours: bool = False
    automatic_rule: str = ""
    automatic_why: str = ""
    null_sender: bool = False
    trust_failed: bool = False
    addressed_to_us: bool = True
    muted: str | None = None
    acknowledged_already: bool = False
    to_address_in_a_day: int = 0
    to_domain_in_an_hour: int = 0
    in_an_hour: int = 0


@dataclass(frozen=True)
class Verdict:
    """May this letter leave? If not, `rule` is the number of the rule and `why` a sentence for the card."""

    allowed: bool
    rule: str = ""
    why: str = ""


def may_write(facts: GateFacts, *, caps: CapRules) -> Verdict:
    """Decide on one machine-made letter. The first rule that forbids it gives the reason."""
    nobody = _NOBODY.match(facts.address.rpartition("@")[0])
    forbidden: tuple[tuple[bool, str, str], ...] = (
        (bool(facts.automatic_rule), facts.automatic_rule, f"a machine wrote it: {facts.automatic_why}"),
        (facts.null_sender, "1", "it came with an empty return path, as bounces do"),
        (facts.ours, "16", "it came from one of our own addresses"),
        (not _MAILBOX.match(facts.address), "17", "it has no single valid sender address"),
        (nobody is not None, nobody.lastgroup[1:] if nobody and nobody.lastgroup else "", "nobody reads that address"),
        (facts.trust_failed, "18", "our gateway says that the sender is not who they claim to be"),
        (not facts.addressed_to_us, "19", "it was not addressed to us by name"),
        (facts.muted is not None, "muted", f"letters to this person are off: {facts.muted}"),
        (facts.acknowledged_already, "22", "this report was acknowledged already"),
        (
            facts.to_address_in_a_day >= caps.acknowledgements_per_address_per_day,
            "23",
            f"this address had {facts.to_address_in_a_day} automatic letters in 24 hours",
        ),
        (
            facts.to_domain_in_an_hour >= caps.letters_per_domain_per_hour,
            "24",
            f"this domain had {facts.to_domain_in_an_hour} automatic letters in an hour",
        ),
        (facts.in_an_hour >= caps.letters_per_hour, "24", f"{facts.in_an_hour} automatic letters left in an hour"),
    )
    for forbids, rule, why in forbidden:
        if forbids:
            return Verdict(allowed=False, rule=rule, why=why)
    return Verdict(allowed=True)


def check_acknowledgement(
    tx: Tx, submission: Submission, person: Person | None, *, acknowledged: bool, desk: Desk, now: datetime
) -> Verdict:
    """May the sender of this mail be acknowledged? `acknowledged`: the case had its acknowledgement already."""
    address = canonical(submission.sender.email) if submission.sender else ""
    ours = set(desk.inboxes) | {canonical(desk.letters_from)}
    automatic = submission.automatic
    recipients = {split_plus(each)[0] for each in (*submission.to, *submission.cc)}
    by_token = any(split_plus(each)[1] for each in submission.envelope_to)
    facts = _counted(
        tx,
        GateFacts(
            address=address,
            ours=address in ours or split_plus(address)[0] in ours,
            automatic_rule=automatic.rule if automatic else "",
            automatic_why=automatic.why if automatic else "",
            null_sender=not submission.envelope_from,
            trust_failed=submission.trust == "failed",
            addressed_to_us=by_token or bool(recipients & ours),
            muted=person.muted if person else None,
            acknowledged_already=acknowledged,
        ),
        person,
        now,
    )
    return may_write(facts, caps=desk.caps)


def check_letter(tx: Tx, case: Case, person: Person, *, occasion: str, desk: Desk, now: datetime) -> Verdict:  # noqa: ARG001
    """May a scheduled letter (a follow-up) go to this person now?"""
    address = person.address or ""
    ours = set(desk.inboxes) | {canonical(desk.letters_from)}
    facts = GateFacts(address=address, ours=split_plus(address)[0] in ours, muted=person.muted)
    return may_write(_counted(tx, facts, person, now), caps=desk.caps)


def _counted(tx: Tx, facts: GateFacts, person: Person | None, now: datetime) -> GateFacts:
    """The same facts with the counts of the outbox, which survive every restart."""
    letters = select(func.count()).select_from(Parcel).where(
        Parcel.channel == "mail", Parcel.machine_made, Parcel.state.in_(_COUNTED_STATES)
    )  # fmt: skip
    domain = facts.address.rpartition("@")[2]
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    to_domain = letters.join(Person, Person.id == Parcel.person_id).where(
        Parcel.made_at > hour, Person.address.endswith("@" + domain, autoescape=True)
    )
    to_person = letters.where(Parcel.made_at > day, Parcel.person_id == (person.id if person else None))
    return GateFacts(
        **{
            **facts.__dict__,
            "to_address_in_a_day": (tx.scalar(to_person) or 0) if person else 0,
            "to_domain_in_an_hour": (tx.scalar(to_domain) or 0) if domain else 0,
            "in_an_hour": tx.scalar(letters.where(Parcel.made_at > hour)) or 0,
        }
    )
