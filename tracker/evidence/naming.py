"""Trusts, sites and programmes by the names of an export: exact names and aliases, since a wrong place is worse than none."""

import difflib
import re
from typing import Final

from tracker.field import Field
from tracker.field.rows import Named

EVERYTHING: Final = frozenset(
    {"", "all", "all sites", "all specialties", "total", "n/a", "-", "all programmes", "overall"}
)


class Names:
    """The names of a field's places, made once for a file of many rows. Each finder raises LookupError with what to do."""

    def __init__(self, field: Field) -> None:
        organisations = field.organisations
        self._codes = {trust.ods: trust.name for trust in organisations.trusts}
        self._trusts = {key: trust.ods for trust in organisations.trusts for key in _keys(trust)}
        self._sites: dict[str, set[tuple[str, str]]] = {}
        for trust, site in organisations.sites():
            for key in _keys(site):
                self._sites.setdefault(key, set()).add((trust.ods, site.name))
        self._programmes = {
            key: row.id for row in reversed(field.specialties.every()) for key in (_key(row.id), *_keys(row))
        }

    def trust(self, code: str, name: str) -> str:
        """The ODS code of a trust that goes by this code and this name (either may be "")."""
        by_code = code.strip().upper()
        by_name = self._trusts.get(_key(name), "")
        if by_code and by_code not in self._codes:
            raise LookupError(
                f"the trust code {code!r} is none of ours; put the code right, take the row out, or add the trust to "
                "organisations.toml"
            )
        if by_code and by_name and by_code != by_name:
            raise LookupError(f"the code {by_code} is {self._codes[by_code]}, but the name says {self._codes[by_name]}")
        if not by_code and not by_name:
            if not name.strip():
                raise LookupError("no trust is named; every row needs its trust's name or code")
            raise LookupError(
                f"the trust {name!r} is none of ours{self._near(name)}; put the name right, take the row out, or add it to "
                "organisations.toml"
            )
        return by_code or by_name

    def site(self, name: str, trust: str) -> str:
        """The name of a site of this trust; "" for the whole trust."""
        if _key(name) in EVERYTHING:
            return ""
        found = self._sites.get(_key(name), set())
        for ods, site in found:
            if ods == trust:
                return site
        if found:
            owner = next(iter(found))[0]
            raise LookupError(f"the site {name!r} belongs to {self._codes[owner]}, not to {self._codes[trust]}")
        raise LookupError(
            f"no site of {self._codes[trust]} is called {name!r}; put it right or add it to organisations.toml"
        )

    def programme(self, name: str) -> str:
        """The id of a specialty or programme; "" for all of them."""
        if _key(name) in EVERYTHING:
            return ""
        found = self._programmes.get(_key(name))
        if found is None:
            raise LookupError(
                f"no specialty or programme is called {name!r}; put it right or add it to specialties.toml"
            )
        return found

    def _near(self, name: str) -> str:
        near = difflib.get_close_matches(_key(name), self._trusts, n=1, cutoff=0.75)
        return f" (did you mean {self._codes[self._trusts[near[0]]]}?)" if near else ""


def _keys(row: Named) -> set[str]:
    return {_key(name) for name in (row.name, *row.aliases)}


def _key(name: str) -> str:
    """A name as it is compared: without case, a leading "the", and what kind of trust it says it is."""
    words = re.sub(r"[\s_]+", " ", name.replace("&", "and")).strip().casefold()
    words = re.sub(r"\s*\b(?:nhs )?(?:foundation )?trust$|\s*\bnhs ft$", "", words)
    return words.removeprefix("the ")
