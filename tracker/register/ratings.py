"""Proposing, approving and withdrawing ratings: always by people, with a checklist, evidence and a reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from tracker.actors import Actor, need
from tracker.desk import Desk
from tracker.errors import NotAllowed, NotFound, Refused
from tracker.model import Intervention, Rating, RatingApproval, RegisterPlace, Session
from tracker.register import asking, dues, events, evidence, places, rating_rules, risk, standards_map, telling
from tracker.register.places import Where
from tracker.register.rating_rules import Asks, Move, Stands
from tracker.register.standing import history, level_since, standing
from tracker.store import Tx
from tracker.triage.frame import said
from tracker.triage.levels import people_needed


@dataclass(frozen=True)
class Proposal:
    """A rating that somebody asks for. `criteria`: (criterion, met, ids of evidence) for every criterion of the level."""

    level: int
    reason: str
    asks: Asks = "set"
    provisional: bool = False
    criteria: tuple[tuple[str, bool, tuple[int, ...]], ...] = ()
    evidence: tuple[int, ...] = ()
    immediate_risk: bool = False
    doctors_affected: bool = False
    changed_on: date | None = None
    gmc_agreed_on: date | None = None
    intervention: str = ""
    impact: int | None = None
    likelihood: int | None = None
    controls: str = ""
    further_actions: str = ""
    standards: tuple[str, ...] = ()


def propose(tx: Tx, where: Where, wanted: Proposal, *, actor: Actor, desk: Desk, now: datetime) -> Rating:
    """Ask for a rating; it stands only once it is approved. Raises Refused with every rule that it breaks, NotAllowed.

    An unchanged rating needs no checklist: what was found when its level was set still holds.
    """
    need(actor, "rate")
    reason = said(wanted.reason, "the reason", limit=4000)
    place = locked_place(tx, places.place_for(tx, where, now=now).id)
    waiting = tx.scalar(select(Rating).where(Rating.place_id == place.id, Rating.state == "proposed").limit(1))
    if waiting is not None:
        raise Refused(f"Rating {waiting.id} of {place.key} waits for approval; approve or withdraw it first.")
    review = _review(tx, wanted.intervention)
    shown = (*wanted.evidence, *(each for _, _, ids in wanted.criteria for each in ids))
    rating = Rating(
        place_id=place.id,
        level=wanted.level,
        asks=wanted.asks,
        provisional=wanted.provisional or wanted.asks == "provisional",
        reason=reason,
        criteria=[{"criterion": each, "met": met, "evidence": list(ids)} for each, met, ids in wanted.criteria],
        evidence=list(dict.fromkeys(shown)),
        immediate_risk=wanted.immediate_risk,
        doctors_affected=wanted.doctors_affected,
        changed_on=wanted.changed_on,
        gmc_agreed_on=wanted.gmc_agreed_on,
        intervention_id=review.id if review else None,
        impact=wanted.impact,
        likelihood=wanted.likelihood,
        controls=wanted.controls.strip(),
        further_actions=wanted.further_actions.strip(),
        standards=standards_map.checked(wanted.standards, desk.field),
        proposed_by=actor.name,
        proposed_at=now,
    )
    stands = standing(tx, place.id, at=now)
    rating.before = stands.level if stands else None
    _check(tx, rating, desk, now)
    if wanted.impact is not None or wanted.likelihood is not None:
        risk.score(wanted.impact or 0, wanted.likelihood or 0, desk.field.isf.risk)
    tx.add(rating)
    tx.flush()
    detail = {"level": rating.level, "asks": rating.asks, "before": rating.before, "reason": reason}
    events.note(tx, "rating", rating.id, "proposed", place_id=place.id, actor=actor.name, now=now, detail=detail)
    weight = rating_rules.level_of_authority(rating.before, rating.level)
    asking.ask(tx, rating, agreed=0, needed=people_needed(desk, weight), desk=desk, now=now)
    return rating


def approve(tx: Tx, rating_id: int, reason: str, *, actor: Actor, desk: Desk, now: datetime) -> Rating:
    """Say yes. The rating stands with the last yes that is needed, and then tells whom to tell and when to look again.

    Each approver must be allowed to set the higher of the old and the new level, and one of them must hold the role that
    isf.toml names for it, or a higher one. The rules are asked again: what stood at the proposal may stand no more.
    """
    need(actor, "rate")
    rating = _proposed(tx, rating_id)
    stands = standing(tx, rating.place_id, at=now)
    if (stands.level if stands else None) != rating.before:
        raise Refused(
            f"The rating of this place changed since rating {rating.id} was proposed; withdraw it and propose anew."
        )
    _check(tx, rating, desk, now)
    weight = rating_rules.level_of_authority(rating.before, rating.level)
    reach = reach_of(actor)
    if reach < weight:
        raise NotAllowed(f"{actor.name} may approve ratings up to {reach}; this one weighs ISF {weight}."
                         if reach >= 0 else f"{actor.name} holds no role that may approve a rating.")  # fmt: skip
    given = tx.scalars(select(RatingApproval).where(RatingApproval.rating_id == rating.id)).all()
    if any(each.approved_by in actor.known_as() for each in given):
        raise Refused(f"You approved rating {rating.id} already; a second person must.")
    roles = [role for role in actor.roles if "rate" in role.may]
    role = max(roles, key=lambda each: each.level_up_to)
    tx.add(
        RatingApproval(
            rating_id=rating.id, approved_by=actor.name, role=role.id, reason=reason.strip(), approved_at=now
        )
    )
    tx.flush()
    held = [each.role for each in given] + [role.id]
    detail = {"level": rating.level, "role": role.id, "reason": reason.strip()}
    events.note(tx, "rating", rating.id, "approved", place_id=rating.place_id, actor=actor.name, now=now, detail=detail)
    needed = people_needed(desk, weight)
    if len(held) < needed:
        asking.ask(tx, rating, agreed=len(held), needed=needed, desk=desk, now=now)
    else:
        if not _named_role_among(held, weight, desk):
            wanted = desk.field.isf.levels[weight].approver_role.replace("_", " ")
            raise NotAllowed(f"ISF {weight} needs the {wanted} among those who approve it.")
        _stand(tx, rating, desk, now)
    return rating


def withdraw(tx: Tx, rating_id: int, reason: str, *, actor: Actor, now: datetime) -> Rating:
    """Take a proposal back; what stands stays as it is. Raises Refused where it stands already."""
    need(actor, "rate")
    rating = _proposed(tx, rating_id)
    rating.state = "withdrawn"
    asking.settle(tx, rating)
    detail = {"reason": said(reason, "the reason", limit=2000)}
    events.note(
        tx, "rating", rating.id, "withdrawn", place_id=rating.place_id, actor=actor.name, now=now, detail=detail
    )
    return rating


def reach_of(actor: Actor) -> int:
    """The highest level whose ratings this person may approve; -1 for none."""
    return max((role.level_up_to for role in actor.roles if "rate" in role.may), default=-1)


def locked_place(tx: Tx, place_id: int) -> RegisterPlace:
    """The place, which nobody else changes until the transaction ends."""
    return tx.get_one(RegisterPlace, place_id, with_for_update=True, populate_existing=True)


def _proposed(tx: Tx, rating_id: int) -> Rating:
    rating = tx.get(Rating, rating_id)
    if rating is None:
        raise NotFound(f"There is no rating {rating_id}; `qualitydesk rating due` shows those that wait.")
    locked_place(tx, rating.place_id)
    tx.refresh(rating)
    if rating.state != "proposed":
        raise Refused(f"Rating {rating_id} waits for nobody; it is {rating.state}.")
    return rating


def _check(tx: Tx, rating: Rating, desk: Desk, now: datetime) -> None:
    """Raises Refused with everything that forbids the rating now."""
    steps = history(tx, rating.place_id, at=now)
    since = level_since(steps)
    zone = desk.hours.zone
    stands = Stands(steps[-1].level, steps[-1].state, since.astimezone(zone).date()) if since else None
    today = now.astimezone(zone).date()
    move = Move(
        to=rating.level,
        asks=rating.asks,  # type: ignore[arg-type]  # what it may be is one of the rules
        evidence=evidence.facts(tx, rating.place_id, rating.evidence, desk.field),
        immediate_risk=rating.immediate_risk,
        doctors_affected=rating.doctors_affected,
        changed_on=rating.changed_on,
        gmc_agreed_on=rating.gmc_agreed_on,
        review_booked_on=_booked_on(tx, rating, today),
    )
    found = list(rating_rules.faults(move, stands, today=today))
    if rating.asks != "unchanged" and 0 <= rating.level < len(desk.field.isf.levels):
        answers = [(each["criterion"], each["met"], each["evidence"]) for each in rating.criteria]
        found += rating_rules.unanswered(desk.field.isf.levels[rating.level].criteria, answers)
    if found:
        raise Refused(" ".join(found))
    rating.follow_up_on = move.review_booked_on


def _stand(tx: Tx, rating: Rating, desk: Desk, now: datetime) -> None:
    rating.state, rating.decided_at = rating.asks, now
    asking.settle(tx, rating)
    every = desk.field.isf.levels[rating.level].review_every_days
    today = now.astimezone(desk.hours.zone).date()
    rating.review_on = today + timedelta(days=every)
    rating.review_why = f"ISF {rating.level} is looked at again at least every {every} days; decided {today:%d %B %Y}."
    dues.settle_place_ratings(tx, rating.place_id, why="a newer rating stands", now=now)
    dues.plan_on(tx, "rating", rating.id, "review", rating.review_on, rating.review_why, desk=desk, now=now)
    detail = {"level": rating.level, "state": rating.state, "before": rating.before}
    events.note(tx, "rating", rating.id, "stands", place_id=rating.place_id, actor="desk", now=now, detail=detail)
    telling.make_tasks(tx, rating, rating.before, desk.field, now=now)


def _named_role_among(held: list[str], level: int, desk: Desk) -> bool:
    """Whether one of the roles is the one that the field names for this level, or reaches as high; True where nobody holds it."""
    reach = {role.id: role.level_up_to for role in desk.roles}
    named = reach.get(desk.field.isf.levels[level].approver_role)
    return named is None or any(reach.get(role, -1) >= named for role in held)


def _review(tx: Tx, ref: str) -> Intervention | None:
    if not ref:
        return None
    row = tx.scalar(select(Intervention).where(Intervention.ref == ref.strip().upper()))
    if row is None:
        raise NotFound(f"There is no intervention {ref[:20]}; `qualitydesk intervention list` shows those there are.")
    return row


def _booked_on(tx: Tx, rating: Rating, today: date) -> date | None:
    """The first day to come of the follow-up review that the rating names, where it is of this provider and planned."""
    if rating.intervention_id is None:
        return None
    place = tx.get_one(RegisterPlace, rating.place_id)
    return tx.scalar(
        select(Session.held_on)
        .join(Intervention, Intervention.id == Session.intervention_id)
        .where(
            Intervention.id == rating.intervention_id,
            Intervention.provider == place.provider,
            Intervention.state == "planned",
            Session.state == "planned",
            Session.held_on > today,
        )
        .order_by(Session.held_on)
        .limit(1)
    )
