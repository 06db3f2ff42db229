"""A mail that answers a requirement: by the token of its case, by our reference, or by the trust's own; it moves no mail.

A mail that counts came from somebody who is known to answer for the provider, and whom our gateway did not call false (where it
verifies senders: whom it called true). What merely names a requirement is offered to a person, and changes nothing.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from tracker.desk import Desk
from tracker.model import Case, CaseLink, CasePerson, Message, Person, RegisterPlace, Requirement, Response
from tracker.people import canonical
from tracker.register import refs
from tracker.register.assessing import answered
from tracker.register.requirements import note
from tracker.store import Tx
from tracker.submission import Submission

SHORTEST_OWN_REF: Final = 4
MOST: Final = 20
_WHY: Final = {
    "token": "it came into the requirement's own case",
    "our_reference": "it names this requirement",
    "their_reference": "it names the provider's own reference",
}


@dataclass(frozen=True)
class Named:
    """A requirement that a mail points at: how, and whether its sender answers for that provider."""

    requirement_id: int
    how: str
    sure: bool


def heard(tx: Tx, submission: Submission, case: Case, *, inbound_id: int, desk: Desk, now: datetime) -> list[Response]:
    """Show the message that was just written down on every requirement it answers. Machine-made mail answers nothing."""
    if submission.automatic is not None:
        return []
    message = tx.scalar(select(Message).where(Message.inbound_id == inbound_id).order_by(Message.id.desc()).limit(1))
    if message is None or (message.direction, message.kind) != ("in", "correspondence"):
        return []
    found = []
    for named in _named(tx, submission, case, message, desk)[:MOST]:
        row = tx.get_one(Requirement, named.requirement_id, with_for_update=True, populate_existing=True)
        response = Response(
            requirement_id=row.id,
            message_id=message.id,
            case_id=case.id,
            how=named.how,
            why=_WHY[named.how]
            if named.sure
            else f"{_WHY[named.how]}, from somebody not known to answer for the provider",
            taken=named.sure,
            entered_by="desk",
            at=message.at,
        )
        tx.add(response)
        tx.flush()
        _link(tx, case, row)
        if named.sure:
            answered(tx, row, how=named.how, actor="desk", desk=desk, now=now)
        else:
            note(tx, row, "offered", actor="desk", now=now, detail={"response": response.id})
        found.append(response)
    return found


def _named(tx: Tx, submission: Submission, case: Case, message: Message, desk: Desk) -> list[Named]:
    providers = _speaks_for(tx, submission, message, desk)
    found: dict[int, Named] = {}
    for row in tx.scalars(select(Requirement).where(Requirement.case_id == case.id)):
        found[row.id] = Named(row.id, "token", sure=_takes_part(tx, case, message))
    words = f"{submission.subject}\n{submission.new_text}"
    by_ref = select(Requirement, RegisterPlace.provider).join(RegisterPlace, RegisterPlace.id == Requirement.place_id)
    for row, provider in tx.execute(by_ref.where(Requirement.ref.in_(refs.requirements_in(words)))):
        found.setdefault(row.id, Named(row.id, "our_reference", sure=provider in providers))
    if providers:
        own = by_ref.where(RegisterPlace.provider.in_(providers), Requirement.their_ref != "")
        for row, _ in tx.execute(own):
            if names_own_ref(words, row.their_ref):
                found.setdefault(row.id, Named(row.id, "their_reference", sure=True))
    return list(found.values())


def names_own_ref(words: str, their_ref: str) -> bool:
    """Whether the trust's own reference stands in the words as a whole. Very short ones would be found everywhere."""
    ref = " ".join(their_ref.split())
    if len(ref) < SHORTEST_OWN_REF or not any(character.isdigit() for character in ref):
        return False
    pattern = r"\s+".join(re.escape(part) for part in ref.split(" "))
    return re.search(rf"(?<![\w/-]){pattern}(?![\w/-])", words, re.IGNORECASE) is not None


def _speaks_for(tx: Tx, submission: Submission, message: Message, desk: Desk) -> frozenset[str]:
    """The providers (ODS codes) that the sender is known to answer for: a contact of ours, or a provider's lead on a case."""
    sender = submission.sender
    if sender is None or not sender.email or submission.trust == "failed":
        return frozenset()
    if desk.verifies_senders and submission.trust != "verified":
        return frozenset()
    address = canonical(sender.email)
    known = {contact.provider for contact in desk.contacts if canonical(contact.address) == address}
    if message.person_id is not None:
        leads = (
            select(Case.provider)
            .join(CasePerson, CasePerson.case_id == Case.id)
            .join(Person, Person.id == CasePerson.person_id)
            .where(Person.id == message.person_id, CasePerson.role == "provider_lead")
        )
        # Of a case about two providers we cannot tell for whom the lead speaks.
        known |= {names[0] for names in tx.scalars(leads) if len(names) == 1}
    return frozenset(known)


def _takes_part(tx: Tx, case: Case, message: Message) -> bool:
    part = select(CasePerson.id).where(
        CasePerson.case_id == case.id, CasePerson.person_id == message.person_id, CasePerson.role == "provider_lead"
    )
    return message.person_id is not None and tx.scalar(part.limit(1)) is not None


def _link(tx: Tx, case: Case, row: Requirement) -> None:
    """The case that the mail opened or joined, and the requirement's own, lead to each other."""
    if row.case_id is None or row.case_id == case.id:
        return
    kind = "possibly_related"
    known = select(CaseLink.id).where(
        CaseLink.case_id == case.id, CaseLink.other_id == row.case_id, CaseLink.kind == kind
    )
    if tx.scalar(known) is None:
        tx.add(CaseLink(case_id=case.id, other_id=row.case_id, kind=kind, why=f"it names {row.ref}"))
