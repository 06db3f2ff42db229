"""From what a message is about to what is done with it: Reading → Route. Pure; may raise an urgency, never lower it."""

import re
from dataclasses import dataclass
from typing import Any, Final

from tracker.desk import Desk, RouteRule
from tracker.submission import AcknowledgementKind, Reading, Urgency

URGENCIES: Final[tuple[Urgency, ...]] = ("none", "routine", "same_day", "immediate")
_STRENGTH: Final[tuple[AcknowledgementKind, ...]] = (
    "none", "signpost", "standard", "sensitive", "information_rights", "crisis",
)  # fmt: skip
_FLAG_URGENCY: Final[dict[str, Urgency]] = {"immediate": "immediate", "same_day": "same_day"}
_RESTRICTING: Final = frozenset({"restricted_case", "not_for_slack"})


@dataclass(frozen=True)
class Route:
    """Who is told, and how. `why` is the rule and the words it rests on, for the case's first event."""

    rule: str
    urgency: Urgency
    acknowledgement: AcknowledgementKind
    channel: str
    tell: tuple[str, ...]
    restricted: bool
    promises: tuple[str, ...]
    isf_proposed: tuple[int, int] | None
    why: dict[str, Any]

    def kept(self) -> dict[str, Any]:
        """What the case remembers of its route, as plain data."""
        return {"id": self.rule, "channel": self.channel, "tell": list(self.tell), "promises": list(self.promises)}


def higher(one: Urgency, other: Urgency) -> Urgency:
    """The more urgent of the two."""
    return max(one, other, key=URGENCIES.index)


def route(reading: Reading, *, desk: Desk) -> Route:
    """The first rule that matches decides the channel; the highest red flag decides the urgency.

    Sources: `routing.toml` (levels and answers of the red flags); a person complained of is not told.
    """
    flags = [flag for flag in desk.field.routing.red_flags if flag.id in reading.red_flags]
    urgency: Urgency = reading.urgency
    acknowledgement = reading.acknowledgement
    for flag in flags:
        urgency = higher(urgency, _FLAG_URGENCY.get(flag.level, "routine"))
        if flag.auto_reply != "standard" or acknowledgement == "none":
            acknowledgement = max(acknowledgement, flag.auto_reply, key=_STRENGTH.index)
    rule = next((rule for rule in desk.routes if _matches(rule, reading, urgency)), desk.routes[-1])
    restricted = rule.restricted or any(_RESTRICTING & set(flag.route) for flag in flags)
    tell, left_out = _without_conflict(rule.tell, reading, desk)
    return Route(
        rule=rule.id,
        urgency=urgency,
        acknowledgement=acknowledgement,
        channel=rule.channel,
        tell=tell,
        restricted=restricted,
        promises=rule.promises,
        isf_proposed=reading.isf if reading.kind == "concern" else None,
        why={
            "rule": rule.id,
            "red_flags": [flag.id for flag in flags],
            "read_as": reading.urgency,
            "left_out": list(left_out),
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


def _without_conflict(tell: tuple[str, ...], reading: Reading, desk: Desk) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The roles to tell, and those left out because the report names them as complained of."""
    if "person_named_is_recipient" not in reading.red_flags:
        return tell, ()
    words = " ".join(reading.because.get("person_named_is_recipient", ()))
    names = {role.id: (role.title, *role.called) for role in desk.roles}
    left_out = tuple(role for role in tell if _names_one(words, names.get(role, (role.replace("_", " "),))))
    return tuple(role for role in tell if role not in left_out), left_out


def _names_one(words: str, names: tuple[str, ...]) -> bool:
    """Whether a role is named by one of its names, as whole words; short forms in capitals only in capitals."""
    return any(
        re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, 0 if name.isupper() else re.IGNORECASE) for name in names
    )
