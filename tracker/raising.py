"""A case becomes graver by later words or a second opinion: flags are added, urgency rises, it is routed anew; nothing falls."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from tracker import cards
from tracker.desk import Desk
from tracker.history import record
from tracker.model import Case
from tracker.policy import CONFLICT, Route, higher, route, urgency_of
from tracker.store import Tx
from tracker.submission import Reading, Urgency

RAISED: Final = "urgency_raised"
LATER: Final = "conflict_words"
"""Where a case keeps the words of later messages that name somebody as complained of."""
LABELS: Final = (
    "kind", "raiser_role", "affected_group", "grade", "provider", "site", "hei", "specialty", "themes", "red_flags",
    "urgency", "anonymity",
)  # fmt: skip


def raise_case(
    tx: Tx,
    case: Case,
    *,
    red_flags: Sequence[str],
    urgency: Urgency,
    because: Mapping[str, Sequence[str]],
    desk: Desk,
    now: datetime,
    also: Mapping[str, Any] | None = None,
) -> Route | None:
    """Add flags and raise the urgency, and tell whom the route now names. None where the case knew it all already.

    Only a person takes either away again. Roles complained of once stay left out. `because` holds words without names;
    `also` goes into the event's detail.
    """
    before: Urgency = case.urgency  # type: ignore[assignment]  # the column holds only urgencies
    flags = [flag for flag in red_flags if flag not in case.red_flags]
    # Flags of before were weighed before: a person may have lowered what they called for.
    raised = higher(before, higher(urgency, urgency_of(flags, desk)))
    whole = read_again(case, red_flags=[*case.red_flags, *flags], urgency=raised, because=because)
    kept: dict[str, Any] = case.reading.get("route", {})
    way = route(whole, desk=desk, out=kept.get("left_out", ()))
    newly_out = set(way.left_out) - set(kept.get("left_out", ()))
    if raised == before and not flags and not newly_out:
        return None
    case.urgency = raised
    case.red_flags = [*case.red_flags, *flags]
    later = [*case.reading.get(LATER, ()), *because.get(CONFLICT, ())]
    case.reading = {**case.reading, "route": _kept(case, kept, way)} | ({LATER: later} if later else {})
    cards.move(tx, case, case.reading["route"]["channel"], now=now)
    case.restricted = case.restricted or way.restricted
    detail = {
        "from": before,
        "to": raised,
        "rule": way.rule,
        "red_flags": flags,
        "left_out": list(way.left_out),
        "because": {label: list(words) for label, words in because.items()},
        **(also or {}),
    }
    record(tx, case, actor="desk", kind=RAISED, detail=detail, now=now)
    return way


def conflict_words(case: Case) -> tuple[str, ...]:
    """The words by which a case names whom it complains of, from its first message and later ones; none without the flag."""
    if CONFLICT not in case.red_flags:
        return ()
    return (*case.reading.get("read", {}).get("because", {}).get(CONFLICT, ()), *case.reading.get(LATER, ()))


def _kept(case: Case, kept: Mapping[str, Any], way: Route) -> dict[str, Any]:
    """The case's route from now on. A restricted case keeps its own few readers, however urgent it becomes."""
    promises = [*dict.fromkeys([*kept.get("promises", ()), *way.promises])]
    if way.restricted or not case.restricted:
        return {**kept, **way.kept(), "promises": promises}
    tell = [role for role in kept.get("tell", ()) if role not in way.left_out]
    return {**kept, "tell": tell or list(way.tell), "left_out": list(way.left_out), "promises": promises}


def read_again(case: Case, *, because: Mapping[str, Sequence[str]] | None = None, **changes: Any) -> Reading:
    """The case as one Reading: what was read when it was opened, with its labels of today and these changes."""
    read = dict(case.reading.get("read") or {"opens_case": True})
    today = {name: getattr(case, name) for name in LABELS}
    told = {label: tuple(words) for label, words in read.get("because", {}).items()}
    told[CONFLICT] = (*told.get(CONFLICT, ()), *case.reading.get(LATER, ()))
    for label, words in (because or {}).items():
        told[label] = (*told.get(label, ()), *words)
    if CONFLICT not in changes.get("red_flags", case.red_flags):
        told.pop(CONFLICT, None)
    return Reading.model_validate({**read, **today, **changes, "because": told})
