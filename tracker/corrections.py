"""What staff put right, as labelled messages to learn and to measure by: without names, by right, and noted on each case."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from tracker import policy
from tracker.actors import Actor, admit, need
from tracker.deidentify import eraser_for
from tracker.desk import Desk
from tracker.errors import NotAllowed
from tracker.history import record
from tracker.model import Case, CasePerson, Event, Message, Person
from tracker.store import Tx
from tracker.submission import AcknowledgementKind, Reading

RIGHT: Final = "export"
EXPORTED: Final = "corrections_exported"
HAND: Final = "staff"
LABELS: Final = (
    "opens_case", "kind", "raiser_role", "affected_group", "grade", "provider", "site", "hei", "specialty", "themes",
    "red_flags", "urgency", "acknowledgement", "anonymity", "proxy", "isf",
)  # fmt: skip
SOMEBODY: Final = "Alex Reporter <reporter@person.example>"
NOBODY: Final = "reporter@person.example"
_BY_KIND: Final[dict[str, AcknowledgementKind]] = {
    "information_rights": "information_rights",
    "not_ours": "signpost",
    "automatic": "none",
    "spam": "none",
}
_DECIDING: Final = frozenset({"kind", "red_flags"})


@dataclass(frozen=True)
class Exported:
    """Rows in the form of training/messages, oldest case first; `kept_back`: cases that the person may not open."""

    rows: tuple[dict[str, Any], ...]
    kept_back: int


def corrections(tx: Tx, *, actor: Actor, desk: Desk, now: datetime) -> Exported:
    """The message that opened each corrected case, with `gold` as staff left it and `said` as the desk had read it.

    Texts are de-identified, the writer is a stand-in, and the id cannot be turned back into a case. Raises NotAllowed
    without the right `export`. Each case notes that it was exported and by whom.
    """
    need(actor, RIGHT)
    corrected = select(Event.case_id).where(Event.kind == "corrected").distinct()
    rows: list[dict[str, Any]] = []
    kept_back = 0
    for case in tx.scalars(select(Case).where(Case.id.in_(corrected)).order_by(Case.id)).all():
        try:
            admit(tx, case, actor, desk)
        except NotAllowed:
            kept_back += 1
            continue
        row = _row(tx, case, desk)
        if row is not None:
            rows.append(row)
            record(tx, case, actor="desk", kind=EXPORTED, detail={"by": actor.name}, now=now)
    return Exported(tuple(rows), kept_back)


def _row(tx: Tx, case: Case, desk: Desk) -> dict[str, Any] | None:
    message = tx.scalar(
        select(Message)
        .where(Message.case_id == case.id, Message.direction == "in", Message.kind == "correspondence")
        .order_by(Message.id)
        .limit(1)
    )
    if message is None or "read" not in case.reading:
        return None
    read = Reading.model_validate(case.reading["read"])
    events = tx.scalars(
        select(Event).where(Event.case_id == case.id, Event.kind == "corrected").order_by(Event.id)
    ).all()
    changed = sorted({name for event in events for name in event.detail.get("after", {})})
    return {
        "id": _ident(case, desk),
        "hand": HAND,
        **_message(tx, case, message, desk),
        "gold": gold_of(read, [event.detail for event in events], desk),
        "said": _labels(read, desk),
        "why": f"staff corrected {', '.join(changed)}",
    }


def gold_of(read: Reading, corrected: list[dict[str, Any]], desk: Desk) -> dict[str, Any]:
    """The labels as staff left them: what was read, with each correction in its order. Pure.

    Where kind or flags were corrected, urgency and acknowledgement follow them as the rules have it, unless a person said
    otherwise.
    """
    gold = _labels(read, desk)
    by_hand: set[str] = set()
    for detail in corrected:
        after = {name: value for name, value in detail.get("after", {}).items() if name in LABELS}
        gold |= after
        by_hand |= set(after)
    if by_hand & _DECIDING:
        base = "none" if gold["kind"] in ("automatic", "spam") else "routine"
        words = {"urgency": base, "acknowledgement": _BY_KIND.get(gold["kind"], "standard"), "because": {}}
        asked = {name: gold[name] for name in LABELS} | words
        way = policy.route(Reading.model_validate(asked), desk=desk)
        gold["acknowledgement"] = way.acknowledgement
        gold["isf"] = list(way.isf_proposed) if way.isf_proposed else None
        if "urgency" not in by_hand:
            gold["urgency"] = way.urgency
    return gold


def _labels(read: Reading, desk: Desk) -> dict[str, Any]:
    """What the desk said: the reading, and the urgency and acknowledgement that its rules made of it."""
    way = policy.route(read, desk=desk)
    said = read.model_dump(mode="json", include=set(LABELS))
    isf = list(way.isf_proposed) if way.isf_proposed else None
    return said | {"urgency": way.urgency, "acknowledgement": way.acknowledgement, "isf": isf}


def _message(tx: Tx, case: Case, message: Message, desk: Desk) -> dict[str, Any]:
    people = tx.execute(
        select(Person.name, Person.address)
        .join(CasePerson, CasePerson.person_id == Person.id)
        .where(CasePerson.case_id == case.id)
    ).all()
    erase = eraser_for(desk.field, [(name, address or "") for name, address in people], (message.subject, message.text))
    if message.channel == "slack":
        return {"channel": "slack", "slack": {"user_role": "", "channel": "", "text": erase(message.text).text}}
    named = any(name for name, _ in people)
    headers = {"In-Reply-To": "<earlier@person.example>"} if message.subject.lower().startswith("re:") else {}
    return {
        "channel": "email",
        "from": SOMEBODY if named else NOBODY,
        "subject": erase(message.subject).text,
        "body": erase(message.text).text,
        "headers": headers,
    }


def _ident(case: Case, desk: Desk) -> str:
    digest = hmac.new(desk.key, f"correction {case.ref}".encode(), hashlib.sha256).hexdigest()
    return f"{HAND}-{digest[:12]}"
