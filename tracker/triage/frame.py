"""How every verb begins and ends: find the case and lock it, check right, wall and revision; stamp, record, replan."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import diary, gate, lifecycle, matching
from tracker.actors import Actor, admit, need
from tracker.desk import Desk
from tracker.errors import Refused, Stale
from tracker.finding import find
from tracker.history import record
from tracker.model import Case, Event
from tracker.people import canonical
from tracker.store import Tx
from tracker.tokens import split_plus

UNSEEN_IN_FORMS = frozenset(
    {
        "letter_queued",
        "letter_sent",
        "letter_held",
        "letter_failed",
        "letter_withheld",
        "letter_deferred",
        "letter_repeated",
        "post_failed",
        "post_held",
        "follow_up_failed",
        "acknowledged",
        "reminded",
        "automatic_mail_filed",
        "revealed",
        "looked",
        "file_locked",
        "file_not_kept",
        "corrections_exported",
    }
)
"""What the desk does by itself, or what changes nothing that a form shows: it makes no form stale."""


def begin(tx: Tx, ref: str, verb: str, *, actor: Actor, seen: int | None, desk: Desk, merged_too: bool = False) -> Case:
    """The case, locked until the transaction ends, for an actor with the right to `verb`.

    Raises NotFound, NotAllowed, Stale (the form showed revision `seen` and a person or the reporter was faster), and
    Refused for a merged case unless `merged_too`.
    """
    need(actor, verb)
    case = find(tx, ref, lock=True)
    admit(tx, case, actor, desk)
    if seen is not None and seen != case.revision:
        _refuse_stale(tx, case, seen)
    if case.status == "merged" and not merged_too:
        head = tx.get_one(Case, matching.head_of(tx, case.id))
        raise Refused(f"{case.ref} was merged into {head.ref}; work there, or unmerge it first.")
    return case


def finish(
    tx: Tx,
    case: Case,
    kind: str,
    *,
    actor: Actor,
    desk: Desk,
    now: datetime,
    to: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Case:
    """Stamp the first act of staff, record the change once (as a move where the status changes), and replan."""
    if case.first_read_at is None:
        case.first_read_at = now
    if to is not None and to != case.status:
        lifecycle.move(tx, case, to, actor=actor.name, kind=kind, now=now, detail=dict(detail or {}))
    else:
        record(tx, case, actor=actor.name, kind=kind, detail=dict(detail or {}), now=now)
    diary.replan(tx, case, desk=desk, now=now)
    return case


def said(text: str, what: str, limit: int = 20_000) -> str:
    """The text without outer white space. Raises Refused where it is empty or longer than `limit` characters."""
    text = text.strip()
    if not text:
        raise Refused(f"Please write {what}; it is empty.")
    if len(text) > limit:
        raise Refused(f"Please shorten {what}: it has {len(text)} characters, and {limit} fit.")
    return text


def writable(address: str, desk: Desk, who: str) -> None:
    """A mute and the caps bind only machine-made letters; an address that is ours or that nobody reads binds us all.

    Raises Refused; `who` begins its sentence.
    """
    ours = {*desk.inboxes, canonical(desk.letters_from)}
    verdict = gate.may_write(gate.GateFacts(address=address, ours=split_plus(address)[0] in ours), caps=desk.caps)
    if not verdict.allowed:
        raise Refused(f"{who} cannot be written to: {verdict.why}.")


def _refuse_stale(tx: Tx, case: Case, seen: int) -> None:
    later = tx.scalars(
        select(Event).where(Event.case_id == case.id, Event.revision > seen).order_by(Event.revision)
    ).all()
    changes = [event for event in later if event.kind not in UNSEEN_IN_FORMS]
    if changes or seen > case.revision:
        by = ", ".join(dict.fromkeys(event.actor for event in changes)) or "somebody"
        what = ", ".join(dict.fromkeys(event.kind.replace("_", " ") for event in changes)) or "changed"
        raise Stale(f"{case.ref} has changed since you opened it ({by}: {what}); look again.", by=by, what=what)
