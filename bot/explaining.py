"""Why a message is understood as it is: each label with its layer, rule, words and chance, and what follows from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from intake.understand import Understanding, labels_of, packaged_model
from intake.understand.model.opinion import Opinions
from tracker import paging, promises
from tracker.desk import Desk
from tracker.policy import Route, route
from tracker.promises import CaseFacts
from tracker.submission import Reading, Submission

NAMES: Final = {
    "grade": "grades.toml",
    "provider": "organisations.toml",
    "site": "organisations.toml",
    "hei": "organisations.toml",
    "specialty": "specialties.toml",
}
RULES: Final = {
    "kind": "cues/kinds.toml",
    "themes": "cues/themes.toml",
    "red_flags": "cues/flags.toml",
    "raiser_role": "cues/people.toml",
    "anonymity": "cues/people.toml",
    "proxy": "cues/people.toml",
}
CHANCES: Final = {
    "kind": "kind {}",
    "themes": "theme {}",
    "red_flags": "flag {}",
    "urgency": "urgency {}",
    "anonymity": "anonymity {}",
    "proxy": "proxy",
    "opens_case": "opens_case",
}
LABELS: Final = (
    "opens_case", "kind", "red_flags", "urgency", "acknowledgement", "themes", "raiser_role", "proxy", "anonymity",
    "affected_group", "grade", "provider", "site", "hei", "specialty", "isf",
)  # fmt: skip
LIKELY: Final = 0.5
OVERRULED: Final = "rules, overruled by the model"


@dataclass(frozen=True)
class Row:
    """One label: its value, which layer gave it by which rule, how sure that layer is (0 to 1), and the words it rests on."""

    label: str
    value: str
    layer: str
    rule: str
    chance: float | None
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "value": self.value,
            "layer": self.layer,
            "rule": self.rule,
            "chance": self.chance,
            "words": list(self.words),
        }


class Explainer:
    """Understands a message with and without the trained reader, and tells them apart. Built once; pure but for that."""

    def __init__(self, desk: Desk, model: Opinions | None = None) -> None:
        self._desk = desk
        self._model = packaged_model() if model is None else model
        self._rules = Understanding(desk.field, inboxes=desk.inboxes)
        self._both = Understanding(desk.field, inboxes=desk.inboxes, model=self._model)

    def read(self, submission: Submission) -> Reading:
        """What the service understands."""
        return self._both.read(submission)

    def explain(self, ident: object, submission: Submission, now: datetime) -> dict[str, Any]:
        """One message as `understand` prints it, and under `explained` why."""
        reading = self.read(submission)
        way = route(reading, desk=self._desk)
        decided = {"urgency": way.urgency, "acknowledgement": way.acknowledgement, "isf": way.why["isf"] or None}
        explained = {
            "reader": reading.reader,
            "words_shown": True,
            "labels": as_json(self.rows(submission)),
            "route": what_follows(reading, way, self._desk, now),
        }
        return {"id": ident, **labels_of(reading), **decided, "route": way.rule, "explained": explained}

    def rows(self, submission: Submission, said: Reading | None = None) -> list[Row]:
        """Every label of the reading; of `said`, where it is given: what was read at another time."""
        rules = self._rules.read(submission)
        both = self.read(submission) if self._model is not None else rules
        chances = {} if self._model is None else self._model.opinion(self._both.evidence(submission)).chances
        told = _Told(both if said is None else said, rules, both, chances, self._desk)
        return list(told.rows())


@dataclass(frozen=True)
class _Told:
    reading: Reading
    rules: Reading
    both: Reading
    chances: Mapping[str, float]
    desk: Desk

    def rows(self) -> Iterator[Row]:
        for label in LABELS:
            value = getattr(self.reading, label)
            values = [value] if isinstance(value, str | bool) else list(value or ())
            if label == "isf":
                values = [" to ".join(map(str, dict.fromkeys(values)))] if values else []
            for one in values:
                yield self._row(label, one)
            if label == "red_flags":
                yield from (self._overruled(flag) for flag in self.rules.red_flags if flag not in values)

    def _row(self, label: str, value: str | bool) -> Row:
        layer, rule = self._source(label, value)
        return Row(label, _text(value), layer, rule, self._chance(label, value), self._words(label, value))

    def _overruled(self, flag: str) -> Row:
        words = self.rules.because.get(flag, ())
        return Row(
            "red_flags", f"not {flag}", OVERRULED, f"cues/flags.toml [{flag}]", self._chance("red_flags", flag), words
        )

    def _source(self, label: str, value: str | bool) -> tuple[str, str]:
        """The layer and its rule. Where the rules' word stands although the model thinks otherwise, that is said."""
        if label in NAMES:
            return "look-up", NAMES[label]
        if label == "affected_group":
            return "look-up", "grades.toml, specialties.toml"
        if label == "urgency":
            return "rules", self._urgency_rule()
        if label == "acknowledgement":
            return "rules", self._acknowledgement_rule()
        if not self._has(self.rules, label, value):
            here = self._has(self.both, label, value)
            return ("model", self.both.reader.partition("+")[2]) if here else ("as it was read then", "")
        told = label in RULES and value not in ("unknown", "open", False)
        rule = f"{RULES[label]} [{value}]" if told else "isf.toml, by flags and themes" if label == "isf" else ""
        chance = self._chance(label, value) if self.chances and label in CHANCES else None
        if chance is None or not self._has(self.both, label, value):
            return "rules", rule
        return "rules and model" if chance >= LIKELY else "rules, doubted by the model", rule

    def _has(self, reading: Reading, label: str, value: str | bool) -> bool:
        own = getattr(reading, label)
        if label == "isf":
            return bool(own) and " to ".join(map(str, dict.fromkeys(own))) == value
        return value in own if isinstance(own, tuple) else own == value

    def _urgency_rule(self) -> str:
        own = self._urgent()
        return f"routing.toml: {', '.join(own)}" if own else f"no urgent flag; {self.reading.kind.replace('_', ' ')}"

    def _urgent(self) -> list[str]:
        """The flags that make it as urgent as it is."""
        levels = {row.id: row.level for row in self.desk.field.routing.red_flags}
        return [flag for flag in self.reading.red_flags if levels.get(flag) == self.reading.urgency]

    def _acknowledgement_rule(self) -> str:
        replies = {row.id: row.auto_reply for row in self.desk.field.routing.red_flags}
        own = [flag for flag in self.reading.red_flags if replies.get(flag) == self.reading.acknowledgement]
        return f"routing.toml: {', '.join(own)}" if own else f"read as {self.reading.kind.replace('_', ' ')}"

    def _chance(self, label: str, value: str | bool) -> float | None:
        name = CHANCES.get(label, "").format(value)
        if name and name in self.chances:
            chance = self.chances[name]
            return round(1 - chance if value is False else chance, 2)
        return self.reading.confidence.get(str(value)) if label in ("red_flags", "themes") else None

    def _words(self, label: str, value: str | bool) -> tuple[str, ...]:
        because = self.reading.because
        if label in ("red_flags", "themes"):
            return because.get(str(value), ())
        if label == "urgency":
            return because.get("urgency", ()) or tuple(
                said for flag in self._urgent() for said in because.get(flag, ())
            )
        return because.get(label, ()) if value is not False else ()


def what_follows(reading: Reading, way: Route, desk: Desk, now: datetime) -> dict[str, Any]:
    """The route in full: rule, urgency, channel, who is told and called, who is left out, letter, first follow-ups, ISF."""
    titles = {role.id: role.title for role in desk.roles}
    facts = CaseFacts(
        status="new",
        kind=reading.kind,
        urgency=way.urgency,
        promised=way.promises,
        opened_at=now,
        status_since=now,
        unread_since=now,
        paged_since=now if way.urgency == "immediate" else None,
    )
    plans = promises.planned(facts, (), desk.promises, desk.hours) if reading.opens_case or way.why["red_flags"] else {}
    criteria = {row.level: list(row.criteria) for row in desk.field.isf.levels}
    calls = way.urgency == "immediate"
    return {
        "rule": way.rule,
        "urgency": way.urgency,
        "channel": way.channel,
        "restricted": way.restricted,
        "told": [titles.get(role, role) for role in way.tell],
        "paged": paging.mentions(desk.roles, way.tell, 1) if calls else "",
        "left_out": [titles.get(role, role) for role in way.left_out],
        "acknowledgement": way.acknowledgement,
        "follow_ups": [
            {"what": kind, "due_at": plan.due.at.isoformat(), "why": plan.due.why}
            for kind, plan in sorted(plans.items(), key=lambda item: item[1].due.at)
        ],
        "isf": list(way.isf_proposed) if way.isf_proposed else None,
        "isf_criteria": criteria.get(way.isf_proposed[-1], []) if way.isf_proposed else [],
        "isf_rests_on": way.why["isf_rests_on"],
    }


def _text(value: str | bool) -> str:
    return value if isinstance(value, str) else "yes" if value else "no"


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as plain data."""
    return [row.as_json() for row in rows]
