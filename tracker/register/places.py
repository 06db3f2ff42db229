"""What is rated: a place by provider, site, programme and department, its one key and its words; ratings are not known here.

One rating stands per (provider, site, programme): a trust holds several at once (NHS England, education quality reviews).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from tracker.errors import NotFound, Refused
from tracker.field import Field
from tracker.model import RegisterPlace
from tracker.store import Tx

SYSTEM: Final = "system"
"""How a person writes the wider system where the provider's code would stand."""

SCOPE_WORDS: Final = {
    "organisation": "organisation",
    "site": "site",
    "department": "department",
    "programme": "programme",
    "wider_system": "wider system",
}


@dataclass(frozen=True)
class Where:
    """A place: `provider` an ODS code ("" for the wider system), `site` a site's name, `programme` an id of specialties.toml."""

    provider: str = ""
    site: str = ""
    programme: str = ""
    department: str = ""

    @property
    def scope(self) -> str:
        """organisation, site, department, programme or wider_system, as isf.toml's `applies_to`."""
        if not self.provider:
            return "wider_system"
        if self.department:
            return "department"
        if self.programme:
            return "programme"
        return "site" if self.site else "organisation"

    @property
    def key(self) -> str:
        """The place in one line, as people write it: `RVW/University Hospital of North Tees/urology`."""
        parts = [self.provider or SYSTEM, self.site, self.programme, self.department]
        while not parts[-1]:
            parts.pop()
        return "/".join(parts)


def parse_where(text: str, field: Field) -> Where:
    """Read `PROVIDER/SITE/PROGRAMME/DEPARTMENT`; what is left empty is not said (`RVW//urology`).

    Sites and programmes may be given by any name that always means them. Raises Refused with what may be written.
    """
    parts = [part.strip() for part in text.split("/")]
    if not parts[0] or len(parts) > 4:
        raise Refused("A place is written PROVIDER/SITE/PROGRAMME/DEPARTMENT, for example RVW//urology.")
    provider, site, programme, department = (*parts, "", "", "")[:4]
    return where(field, provider=provider, site=site, programme=programme, department=department)


def where(field: Field, *, provider: str = "", site: str = "", programme: str = "", department: str = "") -> Where:
    """The place of these names. Raises Refused where the field's data knows no such provider, site or programme."""
    code = "" if provider.lower() in {"", SYSTEM} else provider.upper()
    trust = next((each for each in field.organisations.trusts if each.ods == code), None)
    if code and trust is None:
        known = ", ".join(each.ods for each in field.organisations.trusts)
        raise Refused(f"There is no provider {provider[:20]}; there are {known}, or {SYSTEM} for the wider system.")
    if trust is None and (site or department):
        raise Refused("The wider system has no site and no department; name a provider.")
    if trust is not None and site:
        names = {name.casefold(): each.name for each in trust.site for name in (each.name, *each.aliases)}
        if site.casefold() not in names:
            there = "; ".join(each.name for each in trust.site) or "none"
            raise Refused(f"{code} has no site {site[:60]}; there are: {there}.")
        site = names[site.casefold()]
    return Where(code, site, _programme(programme, field), department)


def place_for(tx: Tx, where: Where, *, now: datetime) -> RegisterPlace:
    """The row of a place, made where there is none yet."""
    place = tx.scalar(select(RegisterPlace).where(RegisterPlace.key == where.key))
    if place is None:
        place = RegisterPlace(
            key=where.key,
            scope=where.scope,
            provider=where.provider,
            site=where.site,
            department=where.department,
            programme=where.programme,
            made_at=now,
        )
        tx.add(place)
        tx.flush()
    return place


def find_place(tx: Tx, where: Where) -> RegisterPlace:
    """The row of a place. Raises NotFound where nothing is known of it yet."""
    place = tx.scalar(select(RegisterPlace).where(RegisterPlace.key == where.key))
    if place is None:
        raise NotFound(f"The register holds nothing of {where.key}; `qualitydesk place list` shows what it holds.")
    return place


def label(place: RegisterPlace | Where, field: Field) -> str:
    """The place in words: `Urology, University Hospital of North Tees (North Tees and Hartlepool NHS Foundation Trust)`."""
    trust = trust_name(place.provider, field)
    programme = next((each.name for each in field.specialties.every() if each.id == place.programme), place.programme)
    parts = [part for part in (place.department, programme, place.site) if part]
    whole = trust or "Wider system"
    return f"{', '.join(parts)} ({whole})" if parts else whole


def trust_name(ods: str, field: Field) -> str:
    """The name of a provider; its code where the field does not know it."""
    return next((each.name for each in field.organisations.trusts if each.ods == ods), ods)


def _programme(text: str, field: Field) -> str:
    if not text:
        return ""
    rows = field.specialties.every()
    by_id = {row.id: row.id for row in rows}
    by_name: dict[str, str] = {}
    for row in rows:
        for name in (row.name, *row.aliases):
            by_name.setdefault(name.casefold(), row.id)
    found = by_id.get(text) or by_name.get(text.casefold())
    if found is None:
        raise Refused(f"There is no programme or specialty {text[:60]}; write its name or its id, for example urology.")
    return found
