"""Whether the desk keeps its promises right now: ages in seconds, counts, and a reason for each that is out of bounds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from tracker.lifecycle import ENDED
from tracker.model import (
    Card,
    Case,
    Fetch,
    FollowUp,
    Inbound,
    Mark,
    Parcel,
    Rating,
    RegisterDue,
    Requirement,
    Scan,
    TellTask,
)
from tracker.store import Tx
from tracker.waiting import OUTBOX_PAUSED

CLOCK_MARK = "clock.tick"
SLACK_MARK = "slack.contact"


@dataclass(frozen=True)
class Bounds:
    """Ages in seconds beyond which the desk is not well."""

    clock: float = 60
    unread: float = 300
    unsent: float = 1800
    overdue: float = 300
    slack: float = 300
    unscanned: float | None = None
    """None: no virus scanner is configured."""


def status(tx: Tx, *, now: datetime, bounds: Bounds = Bounds(), slack_on: bool = False) -> dict[str, Any]:
    """`ok`, `reasons` (what is out of bounds), `attention` (what waits for a person), `ages` in seconds, `counts`.

    An age is null where there is nothing to be old. A clock that never ticked is not well; Slack counts only where it is on.
    """
    marks = dict(tx.execute(select(Mark.name, Mark.at)).all())
    ages = {
        "clock_tick": _age(marks.get(CLOCK_MARK), now),
        "unread_inbound": _age(tx.scalar(select(func.min(Inbound.received_at)).where(Inbound.state == "heard")), now),
        "unsent_parcel": _age(_oldest_unsent(tx, now), now),
        "overdue_follow_up": _age(_oldest_due(tx, now), now),
        "slack_contact": _age(marks.get(SLACK_MARK), now) if slack_on else None,
        "unscanned_file": _age(_oldest_unscanned(tx), now) if bounds.unscanned is not None else None,
    }
    counts = _counts(tx)
    reasons = _reasons(ages, bounds, slack_on=slack_on)
    if not slack_on and counts["immediate_and_untaken"]:
        reasons.append(
            f"{counts['immediate_and_untaken']} immediate case(s) wait, and nobody can be called: Slack is off."
        )
    if OUTBOX_PAUSED in marks:
        reasons.append("The outbox is paused: nothing leaves until `qualitydesk outbox resume`.")
    return {"ok": not reasons, "reasons": reasons, "attention": _attention(counts), "ages": ages, "counts": counts}


def _oldest_due(tx: Tx, now: datetime) -> datetime | None:
    """Of a case or of the register: since when something should have fired."""
    cases = tx.scalar(select(func.min(FollowUp.due_at)).where(FollowUp.state == "pending", FollowUp.due_at <= now))
    register = tx.scalar(
        select(func.min(RegisterDue.due_at)).where(RegisterDue.state == "pending", RegisterDue.due_at <= now)
    )
    return min((at for at in (cases, register) if at is not None), default=None)


def _age(at: datetime | None, now: datetime) -> float | None:
    return round((now - at).total_seconds(), 1) if at is not None else None


def _oldest_unsent(tx: Tx, now: datetime) -> datetime | None:
    waiting = select(func.min(Parcel.due_at)).where(Parcel.state.in_(("queued", "sending")), Parcel.due_at <= now)
    return tx.scalar(waiting)


def _oldest_unscanned(tx: Tx) -> datetime | None:
    return tx.scalar(select(func.min(Scan.since)).where(Scan.state == "waiting"))


def _reasons(ages: dict[str, float | None], bounds: Bounds, *, slack_on: bool) -> list[str]:
    reasons = []
    if ages["clock_tick"] is None:
        reasons.append("The clock has never ticked: is `qualitydesk serve` running?")
    if slack_on and ages["slack_contact"] is None:
        reasons.append("Slack was never heard.")
    for name, bound, says in (
        ("clock_tick", bounds.clock, "The clock last ticked {age} ago: follow-ups may be late."),
        ("unread_inbound", bounds.unread, "The oldest unread message has waited {age}."),
        ("unsent_parcel", bounds.unsent, "The oldest unsent parcel has waited {age}."),
        ("overdue_follow_up", bounds.overdue, "The oldest overdue follow-up should have fired {age} ago."),
        ("slack_contact", bounds.slack, "Slack was last heard {age} ago."),
        ("unscanned_file", bounds.unscanned, "The oldest file that waits for the virus scanner has waited {age}."),
    ):
        age = ages[name]
        if age is not None and bound is not None and age > bound:
            reasons.append(says.format(age=in_words(age)))
    return reasons


def _counts(tx: Tx) -> dict[str, int]:
    inbound = dict(tx.execute(select(Inbound.state, func.count()).group_by(Inbound.state)).all())
    parcels = dict(tx.execute(select(Parcel.state, func.count()).group_by(Parcel.state)).all())
    open_cases = Case.status.not_in(ENDED)
    cases, unowned, unread, immediate = tx.execute(
        select(
            func.count(),
            func.count().filter(Case.owner.is_(None)),
            func.count().filter(Case.first_read_at.is_(None)),
            func.count().filter(Case.owner.is_(None), Case.urgency == "immediate"),
        ).where(open_cases)
    ).one()
    return {
        "unread": inbound.get("heard", 0),
        "quarantined": inbound.get("quarantined", 0),
        **{state: parcels.get(state, 0) for state in ("queued", "sending", "held", "withheld", "failed")},
        "open_cases": cases,
        "unowned_cases": unowned,
        "cases_nobody_read": unread,
        "immediate_and_untaken": immediate,
        "pending_follow_ups": tx.scalar(select(func.count()).where(FollowUp.state == "pending")) or 0,
        "ratings_to_approve": tx.scalar(select(func.count()).where(Rating.state == "proposed")) or 0,
        "people_to_tell": tx.scalar(select(func.count()).where(TellTask.state == "open")) or 0,
        "answers_to_assess": tx.scalar(select(func.count()).where(Requirement.state == "evidence_received")) or 0,
        "files_not_scanned": tx.scalar(select(func.count()).where(Scan.state == "waiting")) or 0,
        "files_locked_for_good": tx.scalar(select(func.count()).where(Scan.state == "found")) or 0,
        "files_to_fetch": tx.scalar(select(func.count()).where(Fetch.state == "waiting")) or 0,
        "files_not_kept": tx.scalar(select(func.count()).where(Fetch.state == "refused")) or 0,
        "cards_with_faults": tx.scalar(select(func.count()).where(Card.last_error.is_not(None))) or 0,
    }


def _attention(counts: dict[str, int]) -> list[str]:
    """One sentence for each pile that only a person can work off."""
    says = {
        "quarantined": "{n} could not be read: `qualitydesk inbound list --state quarantined`.",
        "held": "{n} may or may not have left: `qualitydesk outbox list --state held`.",
        "failed": "{n} did not reach anyone: `qualitydesk outbox list --state failed`.",
        "withheld": "{n} kept back by the gate: `qualitydesk outbox list --state withheld`.",
        "cards_with_faults": "{n} could not be drawn in Slack.",
        "ratings_to_approve": "{n} of a place to be approved: `qualitydesk rating due`.",
        "people_to_tell": "{n} to be told of a rating: `qualitydesk rating tell`.",
        "answers_to_assess": "{n} of a provider to be assessed: `qualitydesk requirement due`.",
        "files_locked_for_good": "{n} with a virus: locked for good, as the history of the case says.",
        "files_not_kept": "{n} of Slack could not be kept: the card and the record of the case say so.",
    }
    things = {
        "files_not_kept": "file",
        "quarantined": "message",
        "cards_with_faults": "card",
        "files_locked_for_good": "file",
    }
    things |= {"ratings_to_approve": "rating", "people_to_tell": "role", "answers_to_assess": "answer"}
    return [
        words.format(n=f"{counts[name]} {things.get(name, 'letter or post')}{'' if counts[name] == 1 else 's'}")
        for name, words in says.items()
        if counts[name]
    ]


def in_words(seconds: float) -> str:
    """`45 seconds`, `12 minutes`, `3 hours`, `2 days`: whole units, rounded down."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}s"
    count = int(seconds)
    return f"{count} second{'' if count == 1 else 's'}"
