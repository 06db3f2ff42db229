"""Reading the field's TOML files and saying every fault at once, with file, row and reason; the shapes are in `tables`."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tracker.errors import ConfigurationFault
from tracker.field.tables import Field, Table

PACKAGED = Path(__file__).parent


def load_field(override: Path | None = None) -> Field:
    """The field's facts: the packaged files, each replaced by a file of the same name in `override` where there is one.

    Raises ConfigurationFault naming every fault found, as "file: [[table]] row (its name), key: reason".
    """
    return _packaged() if override is None else _load(override)


@cache
def _packaged() -> Field:
    """Nobody edits the packaged files of a program that runs, and nobody can change a Field."""
    return _load(None)


def _load(override: Path | None) -> Field:
    faults: list[str] = []
    tables: dict[str, Table] = {}
    for name, kind in Field.model_fields.items():
        assert isinstance(kind.annotation, type)
        assert issubclass(kind.annotation, Table)
        path = _file(name, override)
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            tables[name] = kind.annotation.model_validate(data)
        except (OSError, UnicodeDecodeError) as error:
            faults.append(f"{path.name}: cannot be read ({error.__class__.__name__})")
        except tomllib.TOMLDecodeError as error:
            faults.append(f"{path.name}: not TOML ({error})")
        except ValidationError as error:
            faults.extend(f"{path.name}: {_where(data, fault['loc'])}: {fault['msg']}" for fault in error.errors())
    if override is not None:
        faults.extend(_strangers(override))
    if faults:
        raise ConfigurationFault(faults)
    field = Field.model_validate(tables)
    faults = list(_contradictions(field))
    if faults:
        raise ConfigurationFault(faults)
    return field


def _file(name: str, override: Path | None) -> Path:
    if override is not None and (override / f"{name}.toml").is_file():
        return override / f"{name}.toml"
    return PACKAGED / f"{name}.toml"


def _strangers(override: Path) -> Iterator[str]:
    if not override.is_dir():
        yield f"{override.name}: no such folder for the field's files"
        return
    known = sorted(f"{name}.toml" for name in Field.model_fields)
    for path in sorted(override.glob("*.toml")):
        if path.name not in known:
            yield f"{path.name}: no file of the field has this name; known are {', '.join(known)}"


def _where(data: dict[str, Any], loc: tuple[int | str, ...]) -> str:
    """The place of a fault in words: tables by name, rows by number and by the name a person would look for."""
    words: list[str] = []
    value: Any = data
    for part in loc:
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
            name = (
                next((value[key] for key in ("ods", "id", "name", "token") if key in value), "")
                if isinstance(value, dict)
                else ""
            )
            words.append(f"row {part + 1}" + (f" ({name})" if name else ""))
        else:
            value = value.get(part) if isinstance(value, dict) else None
            words.append(f"[[{part}]]" if isinstance(value, list) and value and isinstance(value[0], dict) else part)
    return " ".join(words)


def _contradictions(field: Field) -> Iterator[str]:
    """Faults between rows and files that no single row shows."""
    organisations, routing = field.organisations, field.routing
    ids: dict[str, Iterable[str]] = {
        "organisations.toml: trust ods": (row.ods for row in organisations.trusts),
        "organisations.toml: site name": (site.name for _, site in organisations.sites()),
        "organisations.toml: hei ukprn": (row.ukprn for row in organisations.heis),
        "specialties.toml: id": (row.id for row in field.specialties.every()),
        "grades.toml: grade id": (row.id for row in field.grades.grades),
        "grades.toml: profession id": (row.id for row in field.grades.professions),
        "standards.toml: eqf_standard id": (row.id for row in field.standards.eqf_standard),
        "routing.toml: theme id": (row.id for row in routing.themes),
        "routing.toml: red_flag id": (row.id for row in routing.red_flags),
        "signposts.toml: id": (row.id for row in field.signposts.signposts),
        "isf.toml: level": (str(row.level) for row in field.isf.levels),
        "sla.toml: target id": (row.id for row in field.sla.targets),
        "evidence.toml: kind id": (row.id for row in field.evidence.kinds),
        "interventions.toml: type id": (row.id for row in field.interventions.types),
        "reviews.toml: review id": (row.id for row in field.reviews.reviews),
        "calendar.toml: bank_holiday date": (row.date.isoformat() for row in field.calendar.bank_holidays),
    }
    for what, values in ids.items():
        for value, count in Counter(values).items():
            if count > 1:
                yield f"{what} {value} is there {count} times"
    yield from _dangling(field)
    yield from _shared_names(field)


def _dangling(field: Field) -> Iterator[str]:
    standards = {row.id for row in field.standards.eqf_standard}
    domains = {row.id for row in field.standards.eqf_domain}
    schools = {row.id for row in field.organisations.schools} | {""}
    professions = {row.id for row in field.grades.professions}
    signposts = {row.id for row in field.signposts.signposts}
    for standard in field.standards.eqf_standard:
        if standard.domain not in domains:
            yield f"standards.toml: eqf_standard {standard.id}: no domain {standard.domain}"
    for theme in field.routing.themes:
        for wanted in theme.standards:
            if wanted not in standards:
                yield f"routing.toml: theme {theme.id}: no eqf_standard {wanted} in standards.toml"
        for wanted in theme.also:
            if wanted not in signposts:
                yield f"routing.toml: theme {theme.id}: no signpost {wanted} in signposts.toml"
    for specialty in field.specialties.every():
        if specialty.school not in schools:
            yield f"specialties.toml: {specialty.id}: no school {specialty.school} in organisations.toml"
    for grade in field.grades.grades:
        if grade.profession not in professions:
            yield f"grades.toml: grade {grade.id}: no profession {grade.profession}"
    kinds = {row.id for row in field.interventions.types} | {""}
    for review in field.reviews.reviews:
        if review.type not in kinds:
            yield f"reviews.toml: review {review.id}: no type {review.type} in interventions.toml"
    opens, closes = field.calendar.office_hours
    if opens >= closes:
        yield "calendar.toml: office_hours: the first time must be before the second"


def _shared_names(field: Field) -> Iterator[str]:
    """A name that would always mean two trusts is a wrong hospital waiting to happen."""
    owners: dict[str, set[str]] = {}
    for trust in field.organisations.trusts:
        for row in (trust, *trust.site):
            for alias in (row.name, *row.aliases):
                owners.setdefault(alias.casefold(), set()).add(trust.ods)
    for hei in field.organisations.heis:
        for alias in (hei.name, *hei.aliases):
            owners.setdefault(alias.casefold(), set()).add(hei.name)
    for alias, names in owners.items():
        if len(names) > 1:
            yield (
                f'organisations.toml: "{alias}" is an alias of {" and ".join(sorted(names))}; '
                "move it to towns or ambiguous in all of them"
            )
