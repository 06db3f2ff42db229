"""All that belongs to one case, as plain data: its people by pseudonym, messages, events, follow-ups and letters."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import fetches
from tracker.model import (
    AttachmentRow,
    Case,
    CasePerson,
    Event,
    Exclusion,
    Fetch,
    FollowUp,
    Message,
    Parcel,
    Person,
    Scan,
)
from tracker.queries.masking import masked, masked_data
from tracker.scans import standing
from tracker.store import Tx

People = list[tuple[str, str]]


def page_of(tx: Tx, case: Case, *, opened: bool, scanning: bool = False) -> dict[str, Any]:
    """The parts of one case. Text, subjects, file names and reasons are there only when `opened`, names and addresses never.

    `scanning` says that a virus scanner is configured.
    Messages of cases merged into this one are among its own, each with the reference of its home.
    """
    merged = tx.execute(select(Case.id, Case.ref).where(Case.merged_into == case.id).order_by(Case.id)).all()
    homes = {case.id: case.ref, **dict(merged)}
    parts = tx.execute(
        select(CasePerson, Person)
        .join(Person, Person.id == CasePerson.person_id)
        .where(CasePerson.case_id.in_(homes))
        .order_by(CasePerson.id)
    )
    rows = [(part, person) for part, person in parts]
    names: People = [(person.name, person.pseudonym) for _, person in rows if person.name]
    pseudonyms = {person.id: person.pseudonym for _, person in rows}
    return {
        "merged_from": [ref for _, ref in merged],
        "outcome": masked(case.outcome, names) if case.outcome and opened else None,
        "people": [
            {
                "case_ref": homes[part.case_id],
                "pseudonym": person.pseudonym,
                "role": part.role,
                "anonymity": part.anonymity,
                "consent": part.consent,
                "reached_by": "mail" if person.address else "slack" if person.slack_user else None,
                "muted": masked(person.muted, names) if person.muted else None,
            }
            for part, person in rows
        ],
        "walled_off": tx.scalars(select(Exclusion.staff).where(Exclusion.case_id == case.id)).all() if opened else [],
        "messages": _messages(tx, homes, pseudonyms, names, opened=opened, scanning=scanning),
        "events": [
            {
                "at": event.at.isoformat(),
                "actor": event.actor,
                "kind": event.kind,
                "revision": event.revision,
                "detail": masked_data(event.detail, names) if opened else _labels_of(event.detail),
            }
            for event in tx.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.id))
        ],
        "follow_ups": [
            {
                "id": row.id,
                "what": row.kind,
                "step": row.step,
                "due_at": row.due_at.isoformat(),
                "why": masked(row.why, names) if opened or not row.kind.startswith("own_") else "Added by staff.",
                "state": row.state,
                "settled_at": _iso(row.settled_at),
                "settled_why": row.settled_why,
            }
            for row in tx.scalars(select(FollowUp).where(FollowUp.case_id == case.id).order_by(FollowUp.due_at))
        ],
        "letters": [
            {
                "id": row.id,
                "channel": row.channel,
                "occasion": row.occasion,
                "to": pseudonyms.get(row.person_id) if row.person_id is not None else None,
                "state": row.state,
                "attempts": row.attempts,
                "last_error": masked(row.last_error, names) if row.last_error else None,
                "message_id": row.message_id or None,
                "due_at": row.due_at.isoformat(),
                "sent_at": _iso(row.sent_at),
                "subject": row.content.get("subject"),
                "text": masked(str(row.content.get("text", "")), names) if opened else None,
            }
            for row in tx.scalars(select(Parcel).where(Parcel.case_id == case.id).order_by(Parcel.id))
        ],
    }


_PLAIN = frozenset({"from", "to", "level", "state", "owner", "before", "other", "into", "kind", "rule", "urgency"})
"""Keys of an event's detail that hold only labels, references and names of staff."""


def _labels_of(detail: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in detail.items() if key in _PLAIN}


def _messages(
    tx: Tx, homes: dict[int, str], pseudonyms: dict[int, str], names: People, *, opened: bool, scanning: bool
) -> list[dict[str, Any]]:
    rows = tx.scalars(select(Message).where(Message.case_id.in_(homes)).order_by(Message.at, Message.id)).all()
    files: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    every = (
        select(AttachmentRow, Scan, Fetch)
        .join(Scan, Scan.sha256 == AttachmentRow.sha256, isouter=True)
        .join(Fetch, Fetch.attachment_id == AttachmentRow.id, isouter=True)
    )
    for file, scan, fetch in tx.execute(
        every.where(AttachmentRow.message_id.in_([row.id for row in rows])).order_by(AttachmentRow.id)
    ):
        files[file.message_id].append(
            {
                "filename": masked(file.filename, names) if opened else None,
                "content_type": file.content_type,
                "size": file.size,
                "sha256": file.sha256,
                "note": file.note,
                "fetch": fetches.standing(fetch),
                "scan": standing(scan, scanning=scanning),
            }
        )
    return [
        {
            "id": row.id,
            "case_ref": homes[row.case_id],
            "at": row.at.isoformat(),
            "direction": row.direction,
            "kind": row.kind,
            "channel": row.channel,
            "author": row.staff or (pseudonyms.get(row.person_id) if row.person_id is not None else None),
            "subject": masked(row.subject, names) if opened else None,
            "text": masked(row.text, names) if opened else None,
            "new_text": masked(row.new_text, names) if opened else None,
            "automatic": row.automatic,
            "trust": row.trust,
            "trust_source": row.trust_source,
            "faults": row.faults,
            "attachments": files[row.id],
        }
        for row in rows
    ]


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
