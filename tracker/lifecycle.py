"""The statuses of a case, which move may follow which, and what each move stamps."""

from datetime import datetime
from typing import Any, Final

from tracker.errors import Refused
from tracker.history import record
from tracker.model import Case
from tracker.store import Tx

STATUSES: Final = (
    "new",
    "triaged",
    "awaiting_reporter",
    "awaiting_provider",
    "in_review",
    "action_plan",
    "monitoring",
    "closed",
    "merged",
    "passed_on",
)
ENDED: Final = frozenset({"closed", "merged", "passed_on"})
WORDS: Final = {
    "new": "new",
    "triaged": "triaged",
    "awaiting_reporter": "awaiting reporter",
    "awaiting_provider": "awaiting provider",
    "in_review": "in review",
    "action_plan": "action plan",
    "monitoring": "monitoring",
    "closed": "closed",
    "merged": "merged",
    "passed_on": "passed on",
}

_WORKING: Final = frozenset(STATUSES) - ENDED - {"new"}
_MOVES: Final[dict[str, frozenset[str]]] = {
    "new": _WORKING | ENDED,
    **{status: (_WORKING | ENDED) - {status} for status in _WORKING},
    "closed": frozenset({"triaged", "merged"}),
    "merged": frozenset({"triaged", "closed"}),
    "passed_on": frozenset({"triaged", "merged"}),
}


def may_move(status: str, to: str) -> bool:
    """Whether a case in `status` may go to `to`. Nothing returns to new; what has ended is reopened as triaged."""
    return to in _MOVES.get(status, frozenset())


def is_open(case: Case) -> bool:
    """Whether the team still owes something on this case."""
    return case.status not in ENDED


def move(tx: Tx, case: Case, to: str, *, actor: str, kind: str, now: datetime, detail: dict[str, Any]) -> None:
    """Move the case and record it as one event of `kind`. Raises Refused where the move makes no sense."""
    if not may_move(case.status, to):
        raise Refused(f"{case.ref} is {WORDS[case.status]}; it cannot become {WORDS.get(to, to)}.")
    before = case.status
    case.status = to
    case.closed_at = now if to in ENDED else None
    record(tx, case, actor=actor, kind=kind, detail={"from": before, "to": to, **detail}, now=now)
