"""What a case awaits and until when: promises, the history they rest on, and the next step of each; pure, no database.

A promise is kept or falls away by itself: it is awaited only while its reason lasts, and every wait begins at a moment that
the history names, so that the same facts always give the same due times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Final

from tracker import working_days
from tracker.desk import Hours, PromiseRule
from tracker.lifecycle import ENDED
from tracker.working_days import Due, Pause

WARNED: Final = {
    "information_rights": ("information_rights_soon", 5),
    "freedom_of_information": ("freedom_of_information_soon", 5),
    "data_breach": ("data_breach_soon", 1),
}
"""Clocks that the law sets: the kind that reminds before each runs out, and how many working days before."""
WARNINGS: Final = frozenset(name for name, _ in WARNED.values())
PAGED_SLOWLY: Final = "1 hour"
"""After its `times` calls, page_duty goes on calling at this pace until somebody takes the case."""

KINDS: Final = (
    "page_duty",
    "first_human_read",
    "acknowledge_by_hand",
    "personal_reply",
    "update_to_reporter",
    "chase_provider",
    "closing_kindly",
    "risk_score",
    *WARNED,
    *sorted(WARNINGS),
)
"""The kinds that the desk plans by itself; a follow-up of any other kind was added by a person and is left alone."""

MET: Final[dict[str, str]] = {
    "page_duty": "somebody has taken the case",
    "first_human_read": "a person has read it",
    "acknowledge_by_hand": "the acknowledgement left, or a person answered",
    "personal_reply": "a person has replied",
    "update_to_reporter": "the reporter was written to, or is to answer first",
    "chase_provider": "the case no longer waits for the provider",
    "closing_kindly": "the case no longer waits for the reporter",
    "risk_score": "a level was set",
    "information_rights": "the case is no information request any more",
    "information_rights_soon": "the case is no information request any more",
    "freedom_of_information": "the case is no request under that law any more",
    "freedom_of_information_soon": "the case is no request under that law any more",
    "data_breach": "the case is no data breach any more",
    "data_breach_soon": "the case is no data breach any more",
}
_SAID: Final[dict[str, str]] = {
    "acknowledge_by_hand": "Kept back or not delivered",
    "update_to_reporter": "Last news",
    "chase_provider": "Asked",
    "closing_kindly": "Asked",
    "data_breach": "Known",
}
_OWED_WHEN_MERGED: Final = frozenset({"update_to_reporter"})
QUIET_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True)
class CaseFacts:
    """All that a clock may look at. Times are aware UTC; None is "not yet" or "does not apply".

    `unread_since`: when the oldest words of the reporter came that no member of staff has acted on. `paged_since`: since
    when somebody must be paged. `put_off`: until when a person put off a kind of follow-up, and when they said so.
    `scored`: a person set the case's level. `asks_foi`: an information request that names freedom of information.
    `breach_since`: since when we know of a breach of personal data. `head_open`: the case was merged, and the team still works
    on the case that speaks for it.
    """

    status: str
    kind: str
    urgency: str
    promised: tuple[str, ...]
    opened_at: datetime
    status_since: datetime
    unread_since: datetime | None = None
    paged_since: datetime | None = None
    unacknowledged_since: datetime | None = None
    answered: bool = False
    last_letter_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    put_off: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)
    head_open: bool = False
    scored: bool = False
    asks_foi: bool = False
    breach_since: datetime | None = None


@dataclass(frozen=True)
class Awaited:
    """One thing a case waits for: since when (`said`: what began it), how long it may take, when its clock stands still."""

    start: datetime
    rule: PromiseRule
    within: str
    pauses: tuple[Pause, ...] = ()
    said: str = "Received"


@dataclass(frozen=True)
class Fired:
    """A step of a follow-up that was taken: its interval began at `began`, it fired at `at`."""

    kind: str
    began: datetime
    at: datetime


@dataclass(frozen=True)
class Planned:
    """The next step of a follow-up: its number, since when its interval runs, when it is due and why then."""

    kind: str
    step: int
    began: datetime
    due: Due


def awaited(facts: CaseFacts, promises: Mapping[str, PromiseRule]) -> dict[str, Awaited]:
    """What the case awaits now, by kind. An ended case awaits nothing, but whoever raised a merged one is still owed news."""
    if facts.status in ENDED and not facts.head_open:
        return {}
    reporter_owes = facts.status == "awaiting_reporter"
    since: dict[str, datetime | None] = {
        "page_duty": facts.paged_since,
        "first_human_read": facts.unread_since if "first_human_read" in facts.promised else None,
        "acknowledge_by_hand": facts.unacknowledged_since,
        "personal_reply": facts.opened_at if "personal_reply" in facts.promised and not facts.answered else None,
        "update_to_reporter": None,
        "chase_provider": facts.status_since if facts.status == "awaiting_provider" else None,
        "closing_kindly": facts.status_since if reporter_owes else None,
        "risk_score": facts.opened_at
        if facts.kind == "concern" and "risk_score" in facts.promised and not facts.scored
        else None,
        "information_rights": facts.opened_at if facts.kind == "information_rights" else None,
        "freedom_of_information": facts.opened_at if facts.kind == "information_rights" and facts.asks_foi else None,
        "data_breach": facts.breach_since,
    }
    if "update_to_reporter" in facts.promised and not reporter_owes:
        since["update_to_reporter"] = facts.last_letter_at or facts.opened_at
    stand_still = {"update_to_reporter", "information_rights", "freedom_of_information"}
    return {
        kind: Awaited(
            start,
            promises[kind],
            within(promises[kind], facts.urgency),
            facts.pauses if kind in stand_still else (),
            _SAID.get(kind, "Received") if start != facts.opened_at else "Received",
        )
        for kind, start in since.items()
        if start is not None and kind in promises and (kind in _OWED_WHEN_MERGED or not facts.head_open)
    }


def within(rule: PromiseRule, urgency: str) -> str:
    """The span of a promise for a case of this urgency."""
    if urgency == "immediate":
        return rule.within_immediate or rule.within_same_day or rule.within
    return (rule.within_same_day or rule.within) if urgency == "same_day" else rule.within


def steps(kind: str, rule: PromiseRule) -> float:
    """How many times a follow-up may fire in one wait.

    Nobody's case is closed before they were asked once more; calls for a person now go on until somebody comes.
    """
    if kind == "page_duty":
        return inf
    wanted = rule.times if rule.repeat else 1
    return max(wanted, 2) if kind == "closing_kindly" else wanted


def planned(
    facts: CaseFacts, fired: Sequence[Fired], promises: Mapping[str, PromiseRule], hours: Hours
) -> dict[str, Planned]:
    """The next step of everything the case awaits. Raises ValueError where a promise's span cannot be read."""
    plans: dict[str, Planned] = {}
    for kind, wait in awaited(facts, promises).items():
        taken = [step for step in fired if step.kind == kind and step.began >= wait.start]
        if len(taken) < steps(kind, wait.rule):
            began = max((step.at for step in taken), default=wait.start)
            plans[kind] = _put_off(
                Planned(kind, len(taken) + 1, began, _due(kind, began, taken, wait, hours)), facts, hours
            )
        if kind in WARNED:
            plans |= _warning(kind, wait, fired, hours)
    return plans


def when_heard(now: datetime, hours: Hours) -> datetime:
    """Now while people are at work or have just closed, else the next opening: nobody is written to at night."""
    just_now = working_days.is_open(now - QUIET_AFTER, hours) or working_days.is_open(now, hours)
    return now if just_now else working_days.next_opening(now, hours)


def lateness(due_at: datetime, now: datetime) -> str:
    """How late something is in words, "" where it is in time (a quarter of an hour is)."""
    late = now - due_at
    if late < timedelta(minutes=15):
        return ""
    for unit, length, enough in (
        ("day", timedelta(days=1), 2),
        ("hour", timedelta(hours=1), 2),
        ("minute", timedelta(minutes=1), 1),
    ):
        if late >= length * enough:
            return f"{late // length} {unit}s late"
    return ""


def _due(kind: str, began: datetime, taken: Sequence[Fired], wait: Awaited, hours: Hours) -> Due:
    if kind == "page_duty" and not taken:
        return Due(began.astimezone(UTC), "At once: the case is immediate and nobody has taken it.")
    span = PAGED_SLOWLY if kind == "page_duty" and len(taken) >= max(wait.rule.times, 1) else wait.within
    since = ("Called" if kind == "page_duty" else "Reminded") if taken else wait.said
    due = working_days.due(span, began, hours, pauses=wait.pauses, since=since)
    if kind in {"page_duty", "data_breach"}:
        # Whoever is called comes at night too, and 72 hours are over when they are over.
        return due
    heard = when_heard(due.at, hours)
    if heard == due.at:
        return due
    opening = f"{working_days.written_day(heard, hours)} at {working_days.written_time(heard, hours)}"
    return Due(heard, f"{due.why} The office is closed then, so {opening}.")


def _put_off(plan: Planned, facts: CaseFacts, hours: Hours) -> Planned:
    said_at, until = facts.put_off.get(plan.kind, (plan.began, plan.due.at))
    if until <= plan.due.at or said_at < plan.began:
        return plan
    day = f"{working_days.written_day(until, hours)} at {working_days.written_time(until, hours)}"
    return Planned(
        plan.kind, plan.step, plan.began, Due(until, f"Put off by a person until {day}. Before: {plan.due.why}")
    )


def _warning(kind: str, wait: Awaited, fired: Sequence[Fired], hours: Hours) -> dict[str, Planned]:
    """A reminder some working days before a legal clock runs out, while there is still time to answer."""
    name, days = WARNED[kind]
    if any(step.kind == name and step.began >= wait.start for step in fired):
        return {}
    end = working_days.due(wait.within, wait.start, hours, pauses=wait.pauses, since=wait.said)
    at = working_days.earlier_opening(end.at, days, hours)
    if at <= wait.start:
        if kind != "data_breach":
            return {}
        # Over a weekend there is no working day left before the end: the team hears of it when it next can.
        at = min(when_heard(wait.start, hours), end.at)
    why = f"{days} working day{'' if days == 1 else 's'} before the answer is due. {end.why}"
    return {name: Planned(name, 1, wait.start, Due(at, why))}
