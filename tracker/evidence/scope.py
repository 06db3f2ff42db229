"""What a paper is about: everything, a trust, a place, or a school's programmes; and how places and codes are said in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tracker.field import Field
from tracker.model import RegisterPlace

NOT_REPORTS = frozenset(
    {
        "automatic",
        "spam",
        "not_ours",
        "survey_admin",
        "requirement_response",
        "enquiry",
        "complaint_about_us",
        "information_rights",
    }
)
"""Kinds of case that report nothing about a place; papers do not count them."""


class Placed(Protocol):
    """A case as far as its place goes."""

    @property
    def provider(self) -> Sequence[str]: ...
    @property
    def site(self) -> Sequence[str]: ...
    @property
    def specialty(self) -> Sequence[str]: ...
    @property
    def department(self) -> str | None: ...


@dataclass(frozen=True)
class Scope:
    """Which rows belong to a paper; what is empty asks nothing."""

    provider: str = ""
    site: str = ""
    programmes: frozenset[str] = frozenset()
    department: str = ""

    def has_place(self, place: RegisterPlace) -> bool:
        """Whether a place of the register belongs."""
        return (
            self.provider in ("", place.provider)
            and self.site in ("", place.site)
            and self.department in ("", place.department)
            and (not self.programmes or place.programme in self.programmes)
        )

    def has_case(self, case: Placed) -> bool:
        """Whether a case belongs; one that names several providers or specialties belongs to each of them."""
        return (
            (not self.provider or self.provider in case.provider)
            and (not self.site or self.site in case.site)
            and (not self.programmes or bool(self.programmes & set(case.specialty)))
            and (not self.department or case.department == self.department)
        )


EVERYWHERE = Scope()


class Wording:
    """Codes of the field in words; what is not known stays as it is."""

    def __init__(self, field: Field) -> None:
        self._trusts = {trust.ods: trust.name for trust in field.organisations.trusts}
        self._programmes = {row.id: row.name for row in field.specialties.every()}
        self._themes = {row.id: row.name for row in field.routing.themes}
        self._professions = {row.id: row.name for row in field.grades.professions}
        self._standards = {row.id: row.title for row in field.standards.eqf_standard}

    def trust(self, ods: str) -> str:
        """A trust's name without what kind of body it is."""
        return self._trusts.get(ods, ods).replace(" NHS Foundation Trust", "").replace(" NHS Trust", "")

    def programme(self, programme: str) -> str:
        return self._programmes.get(programme, programme.replace("_", " "))

    def theme(self, theme: str) -> str:
        return self._themes.get(theme, theme).replace("_", " ")

    def profession(self, profession: str) -> str:
        return self._professions.get(profession, profession.replace("_", " "))

    def standard(self, standard: str) -> str:
        """`1.4: what it says`."""
        return f"{standard}: {self._standards[standard]}" if standard in self._standards else standard

    def place(self, place: RegisterPlace) -> str:
        """`Cardiology, Freeman Hospital (Newcastle upon Tyne Hospitals)`."""
        parts = [self.programme(place.programme) if place.programme else "", place.department, place.site]
        inner = ", ".join(part for part in parts if part)
        trust = self.trust(place.provider) if place.provider else ""
        if not inner:
            return trust or "The whole region"
        return f"{inner} ({trust})" if trust else inner
