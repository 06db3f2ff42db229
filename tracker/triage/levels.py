"""Setting a case's ISF level: always by a person, always with a reason, and by two people where the rules ask for two.

The desk only proposes. Levels: Intensive Support Framework 0-4, provisional or set (NHS England education quality reviews).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from tracker.actors import Actor
from tracker.desk import Desk
from tracker.errors import NotAllowed, Refused
from tracker.model import Case
from tracker.store import Tx
from tracker.triage.frame import begin, finish, said

TWO_PEOPLE_FROM = 3


def people_needed(desk: Desk, level: int) -> int:
    """How many people must agree on a level; where the rules do not say, two from level 3 on."""
    rule = next((rule for rule in desk.levels if rule.level == level), None)
    return rule.people_needed if rule else (2 if level >= TWO_PEOPLE_FROM else 1)


def level(
    tx: Tx,
    ref: str,
    level: int,
    reason: str,
    *,
    provisional: bool = False,
    criteria: Sequence[str] = (),
    evidence: Mapping[str, str] = MappingProxyType({}),
    actor: Actor,
    seen: int | None,
    desk: Desk,
    now: datetime,
) -> Case:
    """Set the level, or ask for it where two people are needed: the second, different person confirms by the same call.

    `criteria` are those of the framework that the person found met, `evidence` what shows each of them. The right must reach
    the higher of the old and the new level, and two are needed where either of them asks for two: lowering a suspension weighs
    as much as imposing it.
    """
    case = begin(tx, ref, "level", actor=actor, seen=seen, desk=desk)
    reason = said(reason, "the reason", limit=4000)
    if not 0 <= level < len(desk.field.isf.levels):
        raise Refused(f"ISF levels go from 0 to {len(desk.field.isf.levels) - 1}.")
    state = "provisional" if provisional else "set"
    if (case.isf, case.isf_state) == (level, state):
        raise Refused(f"{case.ref} is at ISF {level} ({state}) already.")
    highest = max(level, case.isf if case.isf is not None else 0)
    if actor.level_up_to < highest:
        raise NotAllowed(f"{actor.name} may set levels up to {max(actor.level_up_to, 0)}; ISF {highest} needs a higher role."
                         if actor.level_up_to >= 0 else f"{actor.name} holds no role that may set a level.")  # fmt: skip
    asked = {"level": level, "state": state, "reason": reason, "criteria": list(criteria), "by": actor.name}
    asked |= {"evidence": dict(evidence)} if evidence else {}
    to = "triaged" if case.status == "new" else None
    if max(people_needed(desk, level), people_needed(desk, highest)) == 1:
        return _set(tx, case, asked, None, actor=actor, desk=desk, now=now)
    waiting = case.isf_awaiting
    if waiting is None or (waiting["level"], waiting["state"]) != (level, state):
        case.isf_awaiting = {**asked, "at": now.isoformat()}
        return finish(tx, case, "level_asked", actor=actor, desk=desk, now=now, to=to, detail=asked)
    if waiting["by"] == actor.name:
        raise Refused(f"You asked for ISF {level} on {case.ref}; a second person must confirm it.")
    return _set(tx, case, waiting, asked, actor=actor, desk=desk, now=now)


def _set(
    tx: Tx,
    case: Case,
    asked: dict[str, Any],
    confirmed: dict[str, Any] | None,
    *,
    actor: Actor,
    desk: Desk,
    now: datetime,
) -> Case:
    before = {"level": case.isf, "state": case.isf_state}
    case.isf, case.isf_state, case.isf_awaiting = asked["level"], asked["state"], None
    detail = {key: asked[key] for key in ("level", "state", "reason", "criteria", "evidence") if key in asked} | {
        "before": before,
        "asked_by": asked["by"],
    }
    if confirmed is not None:
        detail["confirmed_by"] = confirmed["by"]
        detail["confirmed_because"] = confirmed["reason"]
        if "evidence" in confirmed:
            detail["confirmed_evidence"] = confirmed["evidence"]
    to = "triaged" if case.status == "new" else None
    return finish(tx, case, "level_set", actor=actor, desk=desk, now=now, to=to, detail=detail)
