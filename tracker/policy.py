"""From what a message is about to what is done with it: Reading → Route. Pure; may raise an urgency, never lower it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from tracker.actors import EVERYBODY
from tracker.conflict import complained_of
from tracker.desk import Desk, RoleRule, RouteRule
from tracker.submission import AcknowledgementKind, Reading, Urgency

URGENCIES: Final[tuple[Urgency, ...]] = ("none", "routine", "same_day", "immediate")
CONFLICT: Final = "person_named_is_recipient"
_STRENGTH: Final[tuple[AcknowledgementKind, ...]] = (
    "none", "signpost", "standard", "sensitive", "information_rights", "crisis",
)  # fmt: skip
_FLAG_URGENCY: Final[dict[str, Urgency]] = {"immediate": "immediate", "same_day": "same_day"}
_RESTRICTING: Final = frozenset({"restricted_case", "not_for_slack"})


@dataclass(frozen=True)
class Route:
    """Who is told, and how. `why` is the rule and what follows from it, for the case's first events.

    `left_out` are the roles that the report complains of, whether the rule would tell them or not.
    """

    rule: str
    urgency: Urgency
    acknowledgement: AcknowledgementKind
    channel: str
    tell: tuple[str, ...]
    restricted: bool
    promises: tuple[str, ...]
    isf_proposed: tuple[int, int] | None
    why: dict[str, Any]
    left_out: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        """What the case remembers of its route, as plain data."""
        return {
            "id": self.rule,
            "channel": self.channel,
            "tell": list(self.tell),
            "promises": list(self.promises),
            "left_out": list(self.left_out),
        }


def higher(one: Urgency, other: Urgency) -> Urgency:
    """The more urgent of the two."""
    return max(one, other, key=URGENCIES.index)


def stronger(one: AcknowledgementKind, other: AcknowledgementKind) -> AcknowledgementKind:
    """The acknowledgement that goes before the other; a crisis goes before all."""
    return max(one, other, key=_STRENGTH.index)


def urgency_of(red_flags: Iterable[str], desk: Desk) -> Urgency:
    """The urgency that these flags call for by themselves."""
    wanted = set(red_flags)
    levels = [flag.level for flag in desk.field.routing.red_flags if flag.id in wanted]
    return max((_FLAG_URGENCY.get(level, "routine") for level in levels), key=URGENCIES.index, default="none")


def route(reading: Reading, *, desk: Desk, out: Iterable[str] = ()) -> Route:
    """The first rule that matches decides the channel; the highest red flag decides the urgency.

    `out` are roles known from before to be complained of. A role complained of is not told; where that leaves nobody, the
    most senior of the others is. Sources: `routing.toml` (levels and answers of the red flags).
    """
    flags = [flag for flag in desk.field.routing.red_flags if flag.id in reading.red_flags]
    urgency = higher(reading.urgency, urgency_of(reading.red_flags, desk))
    acknowledgement = reading.acknowledgement
    for flag in flags:
        if flag.auto_reply != "standard" or acknowledgement == "none":
            acknowledgement = stronger(acknowledgement, flag.auto_reply)
    rule = next((rule for rule in desk.routes if _matches(rule, reading, urgency)), desk.routes[-1])
    restricted = rule.restricted or any(_RESTRICTING & set(flag.route) for flag in flags)
    left_out = _complained_of(rule, reading, desk, frozenset(out))
    tell = tuple(role for role in rule.tell if role not in left_out)
    instead = _instead(desk.roles, left_out) if rule.tell and not tell else ()
    isf = reading.isf if reading.kind == "concern" else None
    return Route(
        rule=rule.id,
        urgency=urgency,
        acknowledgement=acknowledgement,
        channel=rule.channel,
        tell=tell or instead,
        restricted=restricted,
        promises=rule.promises,
        isf_proposed=isf,
        left_out=left_out,
        why={
            "rule": rule.id,
            "red_flags": [flag.id for flag in flags],
            "read_as": reading.urgency,
            "urgency": urgency,
            "channel": rule.channel,
            "told": list(tell or instead),
            "left_out": list(left_out),
            "instead": list(instead),
            "acknowledgement": acknowledgement,
            "follow_ups": list(rule.promises),
            "isf": list(isf) if isf else [],
            "isf_rests_on": [*(flag.id for flag in flags), *reading.themes] if isf else [],
        },
    )


def _matches(rule: RouteRule, reading: Reading, urgency: Urgency) -> bool:
    when = rule.when
    asked = (
        (when.kind, (reading.kind,)),
        (when.urgency, (urgency,)),
        (when.red_flags, reading.red_flags),
        (when.themes, reading.themes),
        (when.specialty, reading.specialty),
        (when.provider, reading.provider),
        (when.affected_group, reading.affected_group),
    )
    return all(not wanted or set(wanted) & set(have) for wanted, have in asked)


def _complained_of(rule: RouteRule, reading: Reading, desk: Desk, out: frozenset[str]) -> tuple[str, ...]:
    """The roles that the report complains of, and of those known before the ones there are."""
    if CONFLICT in reading.red_flags:
        roles = [*desk.roles, *_unknown(rule.tell, desk.roles)]
        out |= complained_of(reading.because.get(CONFLICT, ()), roles)
    order = [role.id for role in desk.roles]
    return tuple(sorted(out, key=lambda role: (order.index(role) if role in order else len(order), role)))


def _unknown(tell: Iterable[str], roles: tuple[RoleRule, ...]) -> list[RoleRule]:
    """Roles that a rule tells and no [[role]] describes; their id says what they are called."""
    known = {role.id for role in roles}
    return [RoleRule(id=role, title=role.replace("_", " "), may=()) for role in tell if role not in known]


def _instead(roles: tuple[RoleRule, ...], left_out: tuple[str, ...]) -> tuple[str, ...]:
    """The most senior role that is not complained of, one that somebody holds if there is one, and not everybody."""
    able = [role for role in roles if role.id not in left_out and "read" in role.may]
    ranked = sorted(able, key=lambda role: (_is_held(role), role.level_up_to), reverse=True)
    return (ranked[0].id,) if ranked else ()


def _is_held(role: RoleRule) -> bool:
    return bool(role.members) and EVERYBODY not in role.members
