"""Opening a case: its row with everything we understood, the people in it, its first events, its card, its acknowledgement."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import acknowledging, cards, follow_up, inbound, second_opinion
from tracker.desk import Desk
from tracker.history import record
from tracker.matching import Match
from tracker.messages import write_down
from tracker.model import Case, CaseLink, Person
from tracker.people import person_for, take_part
from tracker.policy import Route, route
from tracker.store import Tx
from tracker.submission import Reading, Submission
from tracker.tokens import new_ref
from tracker.worded import words_without_names

UNREADABLE_SUMMARY = "A message that could not be read by machine. Please open the original."


def open_case(
    tx: Tx, submission: Submission, reading: Reading, match: Match, *, inbound_id: int, desk: Desk, now: datetime
) -> Case:
    """Open a case for a message that joined none, with all that must follow written in the same transaction.

    Its clocks run from when the message was heard, not from when we came to read it.
    """
    heard_at = inbound.heard_at(tx, inbound_id)
    way = route(reading, desk=desk)
    reading = reading.model_copy(update={"because": words_without_names(submission, reading, desk)})
    case = _new_case(tx, reading, way, desk, heard_at, now)
    writer = _people(tx, case, submission, reading, desk, now)
    message = write_down(
        tx, case, submission, inbound_id=inbound_id, direction="in", kind="correspondence", person=writer, at=heard_at
    )
    second_opinion.begin(tx, message, desk=desk, now=now)
    related = []
    for case_id, why in match.related:
        tx.add(CaseLink(case_id=case.id, other_id=case_id, kind="possibly_related", why=why))
        related.append({"ref": tx.get_one(Case, case_id).ref, "why": why})
    detail = {
        "channel": submission.channel,
        "reporter": writer.pseudonym if writer else "not known",
        "matching": match.why,
        "possibly_related": related,
        "faults": list(submission.faults),
        "reader": reading.reader,
        "rule": way.rule,
        "because": _because(reading),
    }
    record(tx, case, actor="desk", kind="opened", detail=detail, now=now)
    record(tx, case, actor="desk", kind="routed", detail={**way.why, "because": _because(reading)}, now=now)
    cards.ensure(tx, case, way.channel, now=now)
    acknowledging.acknowledge(tx, case, submission, writer, way.acknowledgement, desk=desk, now=now)
    follow_up.replan(tx, case, desk=desk, now=now)
    return case


def open_stub(tx: Tx, inbound_id: int, *, reason: str, desk: Desk, now: datetime) -> Case:
    """A case for a message that no machine could read, so that a person reads it; the message is set aside.

    Nobody is acknowledged: who wrote is not known for certain. The follow-ups make a person look the same day.
    """
    reading = Reading(
        opens_case=True, kind="enquiry", urgency="same_day", acknowledgement="none", summary=UNREADABLE_SUMMARY
    )
    way = route(reading, desk=desk)
    case = _new_case(tx, reading, way, desk, inbound.heard_at(tx, inbound_id), now)
    row = inbound.set_aside(tx, inbound_id, reason=reason, case_id=case.id)
    detail = {"channel": row.channel, "message": inbound_id, "reason": reason, "attempts": row.attempts}
    record(tx, case, actor="desk", kind="quarantined", detail=detail, now=now)
    cards.ensure(tx, case, way.channel, now=now)
    case.acknowledgement_why = "the message could not be read; please answer by hand"
    follow_up.replan(tx, case, desk=desk, now=now)
    return case


def open_by_staff(tx: Tx, reading: Reading, *, actor: str, detail: dict[str, Any], desk: Desk, now: datetime) -> Case:
    """A case that a member of staff begins: read already, with a card, and nobody is owed a reply before somebody writes."""
    way = replace(route(reading, desk=desk), promises=("first_human_read",))
    case = _new_case(tx, reading, way, desk, now, now)
    case.first_read_at = now
    case.acknowledgement_why = "a member of staff opened it"
    record(tx, case, actor=actor, kind="opened", detail=detail, now=now)
    record(tx, case, actor="desk", kind="routed", detail=dict(way.why), now=now)
    cards.ensure(tx, case, way.channel, now=now)
    follow_up.replan(tx, case, desk=desk, now=now)
    return case


def _new_case(tx: Tx, reading: Reading, way: Route, desk: Desk, heard_at: datetime, now: datetime) -> Case:
    ref = new_ref(desk.draw)
    while tx.scalar(select(Case.id).where(Case.ref == ref)) is not None:
        ref = new_ref(desk.draw)
    case = Case(
        ref=ref,
        kind=reading.kind,
        status="new",
        urgency=way.urgency,
        restricted=way.restricted,
        isf_proposed=list(way.isf_proposed) if way.isf_proposed else None,
        isf_state="proposed" if way.isf_proposed else None,
        raiser_role=reading.raiser_role,
        affected_group=list(reading.affected_group),
        grade=reading.grade,
        provider=list(reading.provider),
        provider_first=reading.provider[0] if reading.provider else None,
        site=list(reading.site),
        hei=list(reading.hei),
        specialty=list(reading.specialty),
        specialty_first=reading.specialty[0] if reading.specialty else None,
        themes=list(reading.themes),
        standards=list(reading.standards),
        red_flags=list(reading.red_flags),
        anonymity=reading.anonymity,
        summary=reading.summary,
        reading={"read": reading.model_dump(mode="json"), "route": way.kept()},
        opened_at=heard_at,
        changed_at=now,
        revision=0,
    )
    tx.add(case)
    tx.flush()
    return case


def _people(tx: Tx, case: Case, submission: Submission, reading: Reading, desk: Desk, now: datetime) -> Person | None:
    """Note who takes part; returns the person who wrote to us. The inner writer of a forward is the reporter."""
    slack_user = submission.slack.user if submission.slack else ""
    writer = person_for(tx, submission.sender, slack_user=slack_user, draw=desk.draw, now=now)
    author = person_for(tx, submission.author, draw=desk.draw, now=now) if submission.proxy else None
    passed_on = submission.proxy is not None or reading.proxy
    if writer is not None:
        take_part(tx, case, writer, "proxy" if passed_on else "reporter", anonymity=reading.anonymity)
    if author is not None and author is not writer:
        take_part(tx, case, author, "reporter", anonymity=reading.anonymity)
    return writer


def _because(reading: Reading) -> dict[str, list[str]]:
    return {label: list(words) for label, words in reading.because.items()}
