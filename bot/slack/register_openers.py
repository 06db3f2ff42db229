"""Which form a button of the register opens, filled with what the register says now; reading only."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from bot.slack import register_modals
from bot.slack.blocks import Block
from bot.slack.frame import Carried
from bot.slack.register_ids import Entry, RegisterAction
from bot.slack.register_modals import Asked, Choice
from tracker.desk import Desk
from tracker.errors import NotFound, Refused
from tracker.model import Intervention, Rating, RatingApproval, RegisterPlace, Session, TellTask
from tracker.register import evidence, places, rating_rules, risk
from tracker.register.places import Where
from tracker.register.ratings import reach_of
from tracker.register.standing import standing
from tracker.store import Tx
from tracker.triage import Actor
from tracker.triage.levels import people_needed
from tracker.working_days import written_day

EVIDENCE_SHOWN: Final = 100
GONE: Final = "That button is no longer good; nothing was changed."


def form_of(action: RegisterAction, tx: Tx, value: str, at: Carried, *, desk: Desk, now: datetime) -> Block:
    """The form of a button. `value` is a number, or a place's key. Raises Refused, NotFound."""
    if action is RegisterAction.DECIDE:
        return _decide(tx, _number(value), at, desk)
    if action is RegisterAction.TOLD:
        return _told(tx, _number(value), at, desk)
    known = _places(tx, desk)
    chosen = _chosen(tx, value, desk)
    if action is RegisterAction.EVIDENCE:
        kinds = [Choice(kind.id, kind.name) for kind in desk.field.evidence.kinds]
        return register_modals.evidence(at, known, kinds, chosen, now.astimezone(desk.hours.zone).date())
    ours = {rule.level: rule.name for rule in desk.levels if rule.name}
    levels = [(row.level, ours.get(row.level, row.name)) for row in desk.field.isf.levels]
    return register_modals.propose(at, known, levels, chosen)


def place_of(tx: Tx, given: dict[str, Any], desk: Desk) -> Where:
    """The place that a form names: what was typed counts before what was chosen. Raises Refused."""
    typed, chosen = str(given.get(Entry.PLACE) or "").strip(), str(given.get(Entry.OTHER) or "")
    if typed:
        return places.parse_where(typed, desk.field)
    row = tx.get(RegisterPlace, int(chosen)) if chosen.isdigit() else None
    if row is None:
        raise Refused("Choose one of the places, or write another one.")
    return Where(row.provider, row.site, row.programme, row.department)


def asked(tx: Tx, where: Where, level: int, asks: str, actor: Actor, *, desk: Desk, now: datetime) -> Asked:
    """What the second page of a proposal has to ask for."""
    row = tx.scalar(select(RegisterPlace).where(RegisterPlace.key == where.key))
    stands = standing(tx, row.id, at=now) if row is not None else None
    before = stands.level if stands is not None else None
    items = list(evidence.of_place(tx, row.id)) if row is not None else []
    weight = rating_rules.level_of_authority(before, level)
    return Asked(
        place=places.label(where, desk.field),
        before=before,
        level=desk.field.isf.levels[level],
        asks=asks,
        evidence=tuple(Choice(str(item.id), _item(item, desk)) for item in reversed(items[-EVIDENCE_SHOWN:])),
        reviews=tuple(_reviews(tx, where, desk)),
        may_agree=reach_of(actor) >= weight,
    )


def _decide(tx: Tx, number: int, at: Carried, desk: Desk) -> Block:
    row = tx.get(Rating, number)
    if row is None:
        raise NotFound(GONE)
    if row.state != "proposed":
        raise Refused(f"Rating {number} waits for nobody; it is {row.state}.")
    place = places.label(tx.get_one(RegisterPlace, row.place_id), desk.field)
    before = "It is not rated yet" if row.before is None else f"ISF {row.before} stands"
    weight = rating_rules.level_of_authority(row.before, row.level)
    given = tx.scalars(select(RatingApproval.id).where(RatingApproval.rating_id == number)).all()
    items = {item.id: _item(item, desk) for item in evidence.of_place(tx, row.place_id)}
    shown = [
        f"{place}: {before}; ISF {row.level} is asked for as {row.asks}.",
        f"Reason: {row.reason}",
        *(_criterion(each, items) for each in row.criteria),
        f"{len(given)} of {people_needed(desk, weight)} agreed so far.",
    ]
    if row.impact is not None and row.likelihood is not None:
        found = risk.score(row.impact, row.likelihood, desk.field.isf.risk)
        suggested = " or ".join(map(str, found.suggests))
        held = f" Held back by: {row.controls}" if row.controls else ""
        shown.insert(-1, f"Risk {found.score}, {found.band}: it suggests ISF {suggested} and sets nothing.{held}")
    return register_modals.decide(Carried(channel=at.channel, more={"rating": number}), shown)


def _criterion(answer: dict[str, Any], items: dict[int, str]) -> str:
    if not answer["met"]:
        return f"Not met: {answer['criterion']}"
    return (
        f"Met: {answer['criterion']} — shown by {'; '.join(items.get(each, str(each)) for each in answer['evidence'])}"
    )


def _told(tx: Tx, number: int, at: Carried, desk: Desk) -> Block:
    task = tx.get(TellTask, number)
    if task is None:
        raise NotFound(GONE)
    if task.state != "open":
        raise Refused(f"That was settled before: {task.state.replace('_', ' ')}.")
    place = places.label(tx.get_one(RegisterPlace, task.place_id), desk.field)
    level = tx.get_one(Rating, task.rating_id).level
    whom = task.whom.replace("_", " ").capitalize()
    return register_modals.told(
        Carried(channel=at.channel, more={"task": number}), f"{whom}: of ISF {level} at {place}."
    )


def _places(tx: Tx, desk: Desk) -> list[Choice]:
    rows = tx.scalars(select(RegisterPlace))
    found = [Choice(str(row.id), places.label(row, desk.field)) for row in rows]
    return sorted(found, key=lambda each: each.words.casefold())


def _chosen(tx: Tx, value: str, desk: Desk) -> str:
    """The number of the place with this key, or what was typed where the register does not hold it; "" for any."""
    if not value or value == "any":
        return ""
    key = places.parse_where(value, desk.field).key
    row = tx.scalar(select(RegisterPlace.id).where(RegisterPlace.key == key))
    return key if row is None else str(row)


def _reviews(tx: Tx, where: Where, desk: Desk) -> list[Choice]:
    query = (
        select(Intervention, Session.held_on)
        .join(Session, Session.intervention_id == Intervention.id)
        .where(Intervention.provider == where.provider, Intervention.state == "planned", Session.state == "planned")
        .order_by(Session.held_on)
        .limit(EVIDENCE_SHOWN)
    )
    found: dict[str, str] = {}
    for row, day in tx.execute(query):
        found.setdefault(row.ref, f"{row.ref} on {written_day(day, desk.hours)}")
    return [Choice(ref, words) for ref, words in found.items()]


def _item(item: Any, desk: Desk) -> str:
    """An item by number, kind and day: its words stay in the register."""
    kind = desk.field.evidence.of(item.kind)
    day = f"{item.happened_on.day} {item.happened_on:%b %Y}"
    return f"{item.id}: {kind.name if kind else item.kind}, {day}"


def _number(value: str) -> int:
    if not value.isdigit():
        raise Refused(GONE)
    return int(value)
