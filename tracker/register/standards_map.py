"""One standard in every regulator's terms, each with how sure the mapping is; pure, from standards.toml and nothing else.

Tag a case, a requirement or a good practice once, with a standard of the Education Quality Framework (or the GMC's); the GMC's
finer mapping is per standard, that of the other regulators per domain. Titles are our paraphrases, never the official wording.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tracker.errors import Refused
from tracker.field import Field

FRAMEWORKS: Final = ("EQF", "GMC", "NMC", "HCPC", "GPhC2011", "GDC")


@dataclass(frozen=True)
class Term:
    """A standard of one framework. `said` is True for what was tagged itself, else `by` names what it was mapped from."""

    framework: str
    edition: str
    id: str
    title: str
    status: str
    said: bool
    by: str = ""


def in_terms_of(ids: Iterable[str], field: Field) -> tuple[Term, ...]:
    """Every framework's standards for these ids, in the order of FRAMEWORKS; what was tagged comes before what was mapped.

    An id that a region took out of its list says nothing.
    """
    known = _titles(field)
    tagged = tuple(each for each in dict.fromkeys(ids) if each in known)
    said = [_term(each, field, said=True) for each in tagged]
    mapped = [term for each in tagged for term in _mapped(each, field)]
    found: dict[tuple[str, str], Term] = {}
    for term in (*said, *mapped):
        found.setdefault((term.framework, term.id), term)
    return tuple(sorted(found.values(), key=lambda term: FRAMEWORKS.index(term.framework)))


def checked(ids: Iterable[str], field: Field) -> list[str]:
    """The ids, each once. Raises Refused naming those that no framework has."""
    wanted = list(dict.fromkeys(each.strip() for each in ids if each.strip()))
    titles = _titles(field)
    unknown = [each for each in wanted if each not in titles]
    if unknown:
        raise Refused(
            f"No standard is called {', '.join(each[:20] for each in unknown)}; write for example 3.5 or R1.8."
        )
    return wanted


def title_of(id: str, field: Field) -> str:  # noqa: A002 - the field calls it so
    """Our paraphrase of a standard."""
    return _titles(field)[id][1]


def _term(id: str, field: Field, *, said: bool, by: str = "", framework: str = "", status: str = "") -> Term:  # noqa: A002
    found, title, known = _titles(field, framework)[id]
    return Term(found, _edition(found, field), id, title, status or known, said, by)


def _mapped(id: str, field: Field) -> Iterable[Term]:  # noqa: A002
    near = [row for row in field.standards.eqf_standard if id in (row.id, *row.gmc)]
    if not near:
        yield from _by_theme(id, field)
    for row in near:
        if row.id == id:
            for each in row.gmc:
                yield _term(each, field, said=False, by=f"EQF {id}", status="proposed")
            # The GMC's finer mapping of the standard itself says more than its domain's theme.
            yield from _of_domain(row.domain, field, gmc_too=not row.gmc)
        else:
            yield _term(row.id, field, said=False, by=f"GMC {id}", framework="EQF", status="proposed")
            yield from _of_domain(row.domain, field, gmc_too=False)


def _by_theme(id: str, field: Field) -> Iterable[Term]:  # noqa: A002
    """A point of the GMC's that no single standard of ours is near to, seen through its theme's domains."""
    rows = (*field.standards.gmc_standard, *field.standards.gmc_requirement)
    theme = next((row.theme for row in rows if row.id == id), id)
    for domain in field.standards.eqf_domain:
        if theme in domain.maps.get("GMC", ()):
            yield from _of_domain(domain.id, field, gmc_too=False)


def _of_domain(id: str, field: Field, *, gmc_too: bool) -> Iterable[Term]:  # noqa: A002
    domain = next(each for each in field.standards.eqf_domain if each.id == id)
    for framework, names in domain.maps.items():
        for each in names if framework != "GMC" or gmc_too else ():
            yield _term(each, field, said=False, by=f"EQF domain {id}", framework=framework, status="proposed")


def _titles(field: Field, framework: str = "") -> dict[str, tuple[str, str, str]]:
    """(framework, title, status) by id. NMC, GPhC and GDC number from 1, so they are found only when asked for by name."""
    standards = field.standards
    groups = {
        "EQF": standards.eqf_standard,
        "GMC": (*standards.gmc_theme, *standards.gmc_standard, *standards.gmc_requirement),
        "HCPC": (*standards.hcpc_set, *standards.hcpc_standard),
        "NMC": standards.nmc_heading,
        "GPhC2011": standards.gphc2011_standard,
        "GDC": standards.gdc_standard,
    }
    wanted = (framework,) if framework else ("EQF", "GMC")
    return {row.id: (name, row.title, row.status) for name in wanted for row in groups[name]}


def _edition(framework: str, field: Field) -> str:
    row = field.standards.framework.get(framework)
    return row.edition or row.in_force if row else ""
