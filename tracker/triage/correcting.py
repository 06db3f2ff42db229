"""Which values a person may put on a case, checked against the field's data; pure, nothing is changed here."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from tracker.errors import Refused
from tracker.field import Field
from tracker.submission import Anonymity, Kind, RaiserRole, Urgency

ONE = ("kind", "urgency", "raiser_role", "anonymity", "grade", "department")
MANY = ("provider", "site", "hei", "specialty", "themes", "standards", "red_flags", "affected_group")
MULTI = "multi"
"""Learners of several professions at once."""
MAY_BE_EMPTY = ("grade", "department")


def checked(changes: Mapping[str, str | Sequence[str] | None], field: Field) -> dict[str, str | list[str] | None]:
    """The changes with every value known to the field (a department is free text). Raises Refused for the first that is not."""
    if not changes:
        raise Refused(f"Say what to correct: {', '.join(ONE + MANY)}.")
    allowed = allowed_values(field)
    values: dict[str, str | list[str] | None] = {}
    for name, value in changes.items():
        if name in MANY:
            entries = [value] if isinstance(value, str) else list(value or ())
            values[name] = list(dict.fromkeys(_one(name, entry, allowed) for entry in entries if entry))
        elif name in ONE:
            if value is not None and not isinstance(value, str):
                raise Refused(f"{name} takes one value.")
            if not value and name not in MAY_BE_EMPTY:
                raise Refused(f"{name} cannot be empty.")
            values[name] = _one(name, value, allowed) if value else None
        else:
            raise Refused(
                f"{name} cannot be corrected; these can: {', '.join(ONE + MANY)}.{_nearest(name, ONE + MANY)}"
            )
    return values


def from_words(pairs: Sequence[str]) -> dict[str, str | list[str] | None]:
    """`["provider=RTD,RVW", "grade="]` as changes. Raises Refused where one is not of the form FIELD=VALUE."""
    changes: dict[str, str | list[str] | None] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise Refused(f"“{pair[:60]}” is not of the form FIELD=VALUE.")
        changes[name] = value.split(",") if name in MANY else value
    return changes


def allowed_values(field: Field) -> dict[str, frozenset[str]]:
    """What each field of a case may hold; `department` is absent because it is free text."""
    return {
        "kind": frozenset(get_args(Kind)),
        "urgency": frozenset(get_args(Urgency)),
        "raiser_role": frozenset(get_args(RaiserRole)),
        "anonymity": frozenset(get_args(Anonymity)),
        "grade": frozenset(row.id for row in field.grades.grades),
        "provider": frozenset(row.ods for row in field.organisations.trusts),
        "site": frozenset(site.name for _, site in field.organisations.sites()),
        "hei": frozenset(row.name for row in field.organisations.heis),
        "specialty": frozenset(row.id for row in field.specialties.every()),
        "themes": frozenset(row.id for row in field.routing.themes),
        "standards": frozenset(row.id for row in field.standards.eqf_standard),
        "red_flags": frozenset(row.id for row in field.routing.red_flags),
        "affected_group": frozenset((*(row.id for row in field.grades.professions), MULTI)),
    }


def standards_of(themes: Iterable[str], field: Field) -> list[str]:
    """The standards that these themes touch."""
    known = {row.id: row.standards for row in field.routing.themes}
    return list(dict.fromkeys(standard for theme in themes for standard in known.get(theme, ())))


def _one(name: str, value: str, allowed: Mapping[str, frozenset[str]]) -> str:
    value = value.strip()
    known = allowed.get(name)
    if known is not None and value not in known:
        raise Refused(f"“{value[:60]}” is not a known {name}.{_nearest(value, known)}")
    return value[:200]


def _nearest(value: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(value, sorted(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""
