"""Telling a provider's role about a case in a person's own words: to an address the team keeps, never saying who wrote to us."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from tracker import outbox
from tracker.actors import Actor
from tracker.conflict import is_complained_of, names_of
from tracker.desk import ContactRule, Desk
from tracker.errors import Refused
from tracker.model import Case, CasePerson, Person
from tracker.occasions import TELL
from tracker.people import person_for, take_part
from tracker.queries.masking import masked
from tracker.raising import conflict_words
from tracker.store import Tx
from tracker.submission import Address
from tracker.triage.frame import begin, finish, said, writable

PROVIDER_LEAD = "provider_lead"


def contacts_of(case: Case, desk: Desk) -> list[ContactRule]:
    """The roles of the case's providers that the team has an address of, in the order of the configuration.

    A role that the report complains of is none of them: a DME is not written to about themselves.
    """
    return [each for each in desk.contacts if each.provider in case.provider and not _complained_of(case, each)]


def contact_of(case: Case, desk: Desk, chosen: str) -> ContactRule:
    """The one of them that is `PROVIDER/ROLE`. Raises Refused where there is none."""
    known = contacts_of(case, desk)
    found = next((contact for contact in known if contact.key == chosen), None)
    if found is None:
        if any(each.key == chosen and _complained_of(case, each) for each in desk.contacts):
            raise Refused(f"The report on {case.ref} may be about that role; write to somebody else of the provider.")
        there = ", ".join(contact.key for contact in known)
        hint = f"there are: {there}" if there else "name some in [[contact]] of the configuration"
        raise Refused(f"{chosen[:80] or 'That'} is no role of a provider of {case.ref}; {hint}.")
    return found


def tell_provider(
    tx: Tx, ref: str, to: str, text: str, *, actor: Actor, seen: int | None, desk: Desk, now: datetime
) -> Case:
    """Write to a provider's role (`to`: PROVIDER/ROLE of `[[contact]]`); the case then awaits the provider.

    Leaves after `desk.undo_seconds`. Refused where the words hold a name of anybody in the case, an address or a number that
    identifies: a provider never learns from us who spoke.
    """
    case = begin(tx, ref, "reply", actor=actor, seen=seen, desk=desk)
    text = said(text, "the letter")
    contact = contact_of(case, desk, to)
    keeps_secret(tx, case, text)
    writable(contact.address, desk, "The provider")
    person = person_for(tx, Address(email=contact.address, name=contact.role), draw=desk.draw, now=now)
    assert person is not None, "a contact has an address"
    if any(part.person_id == person.id and part.role != PROVIDER_LEAD for part in _parts(tx, case)):
        raise Refused("That role wrote to us about this case itself; reply to them instead.")
    take_part(tx, case, person, PROVIDER_LEAD)
    answered, references = outbox.thread_of(tx, case, person)
    parcel = outbox.enqueue_letter(
        tx,
        case=case,
        person=person,
        occasion=TELL,
        letter=desk.letters.compose(TELL, {"case_ref": case.ref, "words": text}),
        dedupe_key=f"{TELL}:{case.id}:{case.revision}",
        now=now,
        desk=desk,
        in_reply_to=answered,
        references=references,
        machine_made=False,
        due_at=now + timedelta(seconds=desk.undo_seconds),
        actor=actor.name,
    )
    detail = {"parcel": parcel.id, "provider": contact.provider, "role": contact.role}
    return finish(tx, case, "provider_told", actor=actor, desk=desk, now=now, to="awaiting_provider", detail=detail)


def keeps_secret(tx: Tx, case: Case, text: str) -> None:
    """Raises Refused where the text would tell who wrote to us."""
    people = tx.execute(
        select(Person.name, Person.pseudonym)
        .join(CasePerson, CasePerson.person_id == Person.id)
        .where(CasePerson.case_id == case.id, CasePerson.role != PROVIDER_LEAD)
    )
    names = [(name, pseudonym) for name, pseudonym in people if name]
    if masked(text, names) != text:
        raise Refused(
            "The letter holds a name, an address or a number that could tell who wrote to us; take it out first."
        )


def _complained_of(case: Case, contact: ContactRule) -> bool:
    names = names_of(contact.role)
    return any(is_complained_of(words, names) for words in conflict_words(case))


def _parts(tx: Tx, case: Case) -> Sequence[CasePerson]:
    return tx.scalars(select(CasePerson).where(CasePerson.case_id == case.id)).all()
