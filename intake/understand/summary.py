"""The card's summary, built from labels only, never from the writer's words, so that it cannot carry a name."""

import re
from collections.abc import Sequence

from tracker.field import Field
from tracker.submission import Anonymity, Kind

_SHORT = re.compile(r"^[A-Z]{2,4}\d$")
HIDDEN = "[grade]"
_OPENING: dict[Kind, str] = {
    "concern": "Concern",
    "enquiry": "Enquiry",
    "good_practice": "Good practice",
    "requirement_response": "Response to a requirement",
    "survey_admin": "Survey administration",
    "complaint_about_us": "Complaint about the quality team",
    "information_rights": "Information rights request",
    "not_ours": "Matter for another service",
    "automatic": "Automatic message",
    "spam": "Unsolicited message",
}


def summary_of(
    field: Field,
    kind: Kind,
    *,
    themes: Sequence[str],
    grade: str | None,
    specialty: Sequence[str],
    provider: Sequence[str],
    site: Sequence[str],
    anonymity: Anonymity,
) -> str:
    """One line for a card. The grade is only a tag where it would make one person of a small team guessable: who may open the
    case reads it there."""
    theme_names = {row.id: row.name for row in field.routing.themes}
    specialty_names = {row.id: row.name for row in field.specialties.every()}
    grade_names = {row.id: row.id if _SHORT.match(row.id) else row.name for row in field.grades.grades}
    trusts = {row.ods: (row.aliases[0] if row.aliases else row.name) for row in field.organisations.trusts}
    opening = _OPENING[kind]
    named = [theme_names[theme] for theme in themes if theme_names[theme] != opening.lower()]
    if named:
        opening += f" about {_joined(named)}"
    guessable = bool(site) and bool(specialty) and anonymity != "open"
    about = [
        *([HIDDEN if guessable else grade_names[grade]] if grade else []),
        *(specialty_names[row] for row in specialty),
        *(site or tuple(trusts[ods] for ods in provider)),
    ]
    return opening + (f"; {', '.join(about)}" if about else "")


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
