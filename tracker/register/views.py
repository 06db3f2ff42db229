"""The register as plain data for commands: ratings, requirements, interventions and places; it names nobody outside."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.desk import Desk
from tracker.field import Field
from tracker.model import Case, Intervention, Rating, RatingApproval, RegisterPlace, Requirement, TellTask
from tracker.register import events, places, risk, standards_map
from tracker.register.assessing import responses
from tracker.register.interventions import sessions
from tracker.register.requirements import AWAITS_PROVIDER, ENDED, Stood
from tracker.store import Tx

Json = dict[str, Any]


def place_json(place: RegisterPlace, field: Field) -> Json:
    """A place: its key, its words and its parts."""
    return {
        "place": place.key,
        "name": places.label(place, field),
        "scope": place.scope,
        "provider": place.provider or None,
        "site": place.site or None,
        "programme": place.programme or None,
        "department": place.department or None,
    }


def rating_json(tx: Tx, rating: Rating, desk: Desk) -> Json:
    """A rating with its checklist, its evidence and who approved it."""
    field = desk.field
    place = tx.get_one(RegisterPlace, rating.place_id)
    given = tx.scalars(select(RatingApproval).where(RatingApproval.rating_id == rating.id).order_by(RatingApproval.id))
    names = {rule.level: rule.name for rule in desk.levels if rule.name}
    scored = None
    if rating.impact is not None and rating.likelihood is not None:
        found = risk.score(rating.impact, rating.likelihood, field.isf.risk)
        scored = {"score": found.score, "band": found.band, "impact": rating.impact, "likelihood": rating.likelihood,
                  "suggests": list(found.suggests), "controls": rating.controls,
                  "further_actions": rating.further_actions}  # fmt: skip
    return {
        "rating": rating.id,
        "place": place.key,
        "name": places.label(place, field),
        "level": rating.level,
        "level_name": names.get(rating.level, field.isf.levels[rating.level].name),
        "level_name_status": field.isf.levels[rating.level].name_status,
        "state": rating.state,
        "asks": rating.asks,
        "provisional": rating.provisional,
        "before": rating.before,
        "reason": rating.reason,
        "criteria": rating.criteria,
        "evidence": rating.evidence,
        "risk": scored,
        "standards": rating.standards,
        "proposed_by": rating.proposed_by,
        "proposed_at": _at(rating.proposed_at),
        "approvals": [{"by": each.approved_by, "role": each.role, "at": _at(each.approved_at)} for each in given],
        "decided_at": _at(rating.decided_at),
        "review_on": _on(rating.review_on),
        "review_why": rating.review_why,
        "follow_up_on": _on(rating.follow_up_on),
    }


def task_json(tx: Tx, task: TellTask) -> Json:
    """Somebody to tell."""
    rating = tx.get_one(Rating, task.rating_id)
    return {
        "task": task.id,
        "place": tx.get_one(RegisterPlace, task.place_id).key,
        "rating": task.rating_id,
        "level": rating.level,
        "whom": task.whom,
        "state": task.state,
        "settled_by": task.settled_by,
        "settled_at": _at(task.settled_at),
        "settled_why": task.settled_why,
    }


def requirement_json(tx: Tx, row: Requirement, field: Field, *, now: datetime, whole: bool = True) -> Json:
    """A requirement; `whole` with its words, its standards in every regulator's terms, its answers and its history."""
    place = tx.get_one(RegisterPlace, row.place_id)
    waits = row.state in AWAITS_PROVIDER
    told: Json = {
        "ref": row.ref,
        "kind": row.kind,
        "state": row.state,
        "place": place.key,
        "name": places.label(place, field),
        "standards": row.standards,
        "due_at": _at(row.due_at),
        "due_why": row.due_why,
        "overdue": waits and row.due_at is not None and row.due_at < now,
        "owner_role": row.owner_role,
        "their_ref": row.their_ref,
        "opened_at": _at(row.opened_at),
        "closed_at": _at(row.closed_at),
    }
    if not whole:
        return told
    review = tx.get(Intervention, row.intervention_id) if row.intervention_id else None
    other = tx.get(Requirement, row.superseded_by_id) if row.superseded_by_id else None
    terms = standards_map.in_terms_of(row.standards, field)
    return told | {
        "finding": row.finding,
        "action": row.action,
        "evidence_wanted": row.evidence_wanted,
        "affected_group": row.affected_group,
        "contact": row.contact,
        "assessment": row.assessment,
        "conditions": row.conditions,
        "intervention": review.ref if review else None,
        "superseded_by": other.ref if other else None,
        "case": _case_ref(tx, row.case_id),
        "from_case": _case_ref(tx, row.from_case_id),
        "terms": [{"framework": term.framework, "id": term.id, "title": term.title, "status": term.status,
                   "by": term.by or None} for term in terms],
        "responses": [{"response": each.id, "at": _at(each.at), "how": each.how, "why": each.why, "taken": each.taken,
                       "summary": each.summary, "case": _case_ref(tx, each.case_id)} for each in responses(tx, row.id)],
        "history": history_json(tx, "requirement", row.id),
    }  # fmt: skip


def requirement_then(then: Stood, at: datetime) -> Json:
    """What of `requirement_json` may have been otherwise at an earlier moment, as it was then."""
    waits = then.state in AWAITS_PROVIDER
    return {
        "state": then.state,
        "due_at": _at(then.due_at),
        "due_why": "",
        "overdue": waits and then.due_at is not None and then.due_at < at,
        "closed_at": _at(then.since) if then.state in ENDED else None,
    }


def intervention_json(tx: Tx, row: Intervention, field: Field, *, whole: bool = True) -> Json:
    """A review or meeting with its dates; `whole` with what was printed and found."""
    place = tx.get(RegisterPlace, row.place_id) if row.place_id else None
    told: Json = {
        "ref": row.ref,
        "kind": row.kind or None,
        "kind_raw": row.kind_raw,
        "form": row.form,
        "state": row.state,
        "place": place.key if place else None,
        "name": places.label(place, field) if place else row.provider_raw,
        "plan_year": row.plan_year,
        "sessions": [{"on": _on(each.held_on), "until": _on(each.until), "state": each.state,
                      "attendance": each.attendance, "note": each.note} for each in sessions(tx, row.id)],
        "report_due_on": _on(row.report_due_on),
        "drafted_on": _on(row.drafted_on),
        "reported_on": _on(row.reported_on),
        "warnings": row.warnings,
    }  # fmt: skip
    if not whole:
        return told
    asked = tx.scalars(select(Requirement.ref).where(Requirement.intervention_id == row.id).order_by(Requirement.id))
    return told | {
        "source": row.source_id,
        "provider": row.provider,
        "provider_raw": row.provider_raw,
        "header_provider_raw": row.header_provider_raw,
        "site_raw": row.site_raw,
        "group_raw": row.group_raw,
        "office": row.office,
        "trigger": row.trigger,
        "panel": row.panel,
        "concerns": row.concerns,
        "standards": row.standards,
        "requirements_raw": row.requirements_raw,
        "requirement_counts": row.requirement_counts,
        "requirements": list(asked),
        "isf_raw": row.isf_raw,
        "outcome": row.outcome,
        "note": row.note,
        "url": row.url,
        "report_due_why": row.report_due_why,
        "history": history_json(tx, "intervention", row.id),
    }


def history_json(tx: Tx, subject: events.Subject, subject_id: int) -> list[Json]:
    """What happened, oldest first."""
    return [
        {"at": _at(line.at), "by": line.actor, "what": line.kind, "detail": line.detail}
        for line in events.lines(tx, subject, subject_id)
    ]


def _case_ref(tx: Tx, case_id: int | None) -> str | None:
    return tx.get_one(Case, case_id).ref if case_id else None


def _at(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _on(day: date | None) -> str | None:
    return day.isoformat() if day else None
