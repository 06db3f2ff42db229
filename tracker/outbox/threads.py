"""Where a letter belongs in the reader's mail program: the ids it answers; nobody else's thread is ever looked at."""

from sqlalchemy import select

from tracker.model import Case, Message, MessageId, Person
from tracker.outbox.parcels import clean_ids
from tracker.store import Tx


def thread_of(tx: Tx, case: Case, person: Person) -> tuple[str, tuple[str, ...]]:
    """(the id of the last mail between us and this person on the case, all ids of that thread, oldest first).

    Only mails from and to this very person count, so that no id of another reporter or of a provider leaks (RFC 5322 3.6.4).
    """
    mails = tx.execute(
        select(Message.id, Message.external_id)
        .where(Message.case_id == case.id, Message.person_id == person.id, Message.channel == "mail")
        .where(Message.kind == "correspondence", Message.external_id != "")
        .order_by(Message.id)
    ).all()
    if not mails:
        return "", ()
    before = tx.scalars(
        select(MessageId.value)
        .where(MessageId.message_id == mails[0].id, MessageId.seen_in == "References")
        .order_by(MessageId.id)
    )
    ids = clean_ids([*before, *(mail.external_id for mail in mails)])
    return (ids[-1] if ids else ""), ids
