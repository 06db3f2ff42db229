"""Who someone is: the only room that reads or writes names and addresses. All other rooms speak of pseudonyms."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from tracker.model import Case, CasePerson, Person
from tracker.store import Tx
from tracker.submission import Address
from tracker.tokens import ALPHABET


def canonical(email: str) -> str:
    """The form in which addresses are compared: trimmed, ASCII case folded (our own choice for the local part too)."""
    return email.strip().lower()


def person_for(
    tx: Tx, address: Address | None, *, slack_user: str = "", draw: Callable[[int], bytes], now: datetime
) -> Person | None:
    """The person behind an address or a Slack user, made where we never met them; None where neither is given.

    A display name never finds anybody: it is kept only beside the address it came with.
    """
    email = canonical(address.email) if address else ""
    name = address.name if address and email else ""
    if email:
        person = tx.scalar(select(Person).where(Person.address == email))
    elif slack_user:
        person = tx.scalar(select(Person).where(Person.slack_user == slack_user))
    else:
        return None
    if person is None:
        person = Person(
            pseudonym=_new_pseudonym(tx, draw),
            address=email or None,
            slack_user=slack_user or None,
            name=name,
            first_seen_at=now,
        )
        tx.add(person)
        tx.flush()
    elif name and not person.name:
        person.name = name
    return person


def take_part(tx: Tx, case: Case, person: Person, role: str, *, anonymity: str = "open") -> None:
    """Note that a person has a part in the case; a part they already have stays as it is."""
    found = tx.scalar(
        select(CasePerson).where(
            CasePerson.case_id == case.id, CasePerson.person_id == person.id, CasePerson.role == role
        )
    )
    if found is None:
        tx.add(CasePerson(case_id=case.id, person_id=person.id, role=role, anonymity=anonymity))


def takes_part(tx: Tx, case_id: int, person_id: int, roles: tuple[str, ...]) -> bool:
    """Whether the person has one of these parts in the case. Being in To or Cc is none of them."""
    return (
        tx.scalar(
            select(CasePerson.id)
            .where(CasePerson.case_id == case_id, CasePerson.person_id == person_id, CasePerson.role.in_(roles))
            .limit(1)
        )
        is not None
    )


def correspondent_of(tx: Tx, case: Case) -> Person | None:
    """Whom letters of this case go to: the person who wrote to us, fixed at opening.

    Where a proxy passed the report on, that is the proxy: the inner writer of a forward did not write to us, and the
    address printed in it proves nothing.
    """
    rows = tx.execute(
        select(CasePerson.role, Person)
        .join(Person, Person.id == CasePerson.person_id)
        .where(CasePerson.case_id == case.id, CasePerson.role.in_(("reporter", "proxy")))
        .order_by(CasePerson.id.desc())
    )
    people: dict[str, Person] = dict(rows.all())
    return people.get("proxy") or people.get("reporter")


def mute(tx: Tx, person_id: int, why: str) -> None:
    """No machine-made letter goes to this person any more until a member of staff lifts it."""
    person = tx.get(Person, person_id)
    if person is not None and person.muted is None:
        person.muted = why


def _new_pseudonym(tx: Tx, draw: Callable[[int], bytes]) -> str:
    while True:
        number = int.from_bytes(draw(8), "big")
        letters = "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(5))
        pseudonym = f"Reporter {letters}"
        if tx.scalar(select(Person.id).where(Person.pseudonym == pseudonym)) is None:
            return pseudonym
