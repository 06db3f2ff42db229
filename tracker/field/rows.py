"""The shapes of places and learners, one class a table of a TOML file; rules are in `rules`, reading and checking in `load`.

`status` says how sure we are of a fact ("sourced", "known", "proposed"), `url` where it was seen. Names come in three
strengths: `aliases` always mean the row (all-capital ones match case-sensitively), `towns` mean it only where a
learner's place is spoken of, `ambiguous` mean it only together with another sign.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Texts = tuple[str, ...]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class Row(BaseModel):
    """One fact with its provenance; unknown keys are refused so that a misspelt one is found."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    status: str = "known"
    url: str = ""
    url2: str = ""
    note: str = ""


class Named(Row):
    """A row that people call by many names."""

    name: str = Field(min_length=1)
    aliases: Texts = ()
    towns: Texts = ()
    ambiguous: Texts = ()
    patterns: tuple[Pattern, ...] = ()


class Region(Row):
    """The region the desk serves, and the addresses its quality team is known by."""

    name: str
    short: Texts = ()
    nhs_region: str = ""
    nhs_region_code: str = ""
    nhs_region_code_status: str = ""
    quality_inbox: str
    quality_inbox_status: str = ""
    quality_inbox_url: str = ""
    old_quality_inbox: str = ""
    old_quality_inbox_url: str = ""
    note_url: str = ""


class Body(Row):
    """An integrated care board or one of its places, by ODS code."""

    ods: str
    name: str


class Site(Named):
    """A hospital or other building of a trust; `name` is its identity."""


class Trust(Named):
    """An NHS trust by ODS code. `domains` hint at a sender's employer and prove nothing."""

    ods: str = Field(pattern=r"^[A-Z0-9]{3}$")
    kind: str
    domains: Texts = ()
    site: tuple[Site, ...] = ()
    group: str = ""
    group_url: str = ""


class Employer(Named):
    """A body that employs learners but hosts none."""

    id: str
    role: str = ""
    domains: Texts = ()


class Hei(Named):
    """A university or other education institution, by UKPRN."""

    ukprn: str = Field(pattern=r"^\d{8}$")
    domains: Texts = ()
    programmes: Texts = ()


class Organ(Row):
    """A school, GP programme or consortium of the region."""

    id: str = ""
    name: str


class NeighbourInbox(Row):
    """Where another region's quality team is written to."""

    region: str
    address: Texts


class Specialty(Named):
    """A CCT specialty, sub-specialty, dental specialty or programme; `id` is its identity.

    `settings` are places and workplaces whose posts are of it as a rule: they count where no specialty is named.
    """

    id: str
    settings: Texts = ()
    college: str = ""
    school: str = ""
    physician_group: int = 0


class Grade(Named):
    """A learner level; `ask_level` where the word hides the real level.

    `signs` are words of a course and its trade, as regular expressions: they tell the level of a student who is only
    called one. `specialty` is what such a learner's placement is in as a rule, "" where it may be anywhere.
    """

    id: str
    signs: tuple[Pattern, ...] = ()
    specialty: str = ""
    profession: str
    tier: str
    lead_body: str = ""
    ask_level: bool = False
    regulator_route: str = ""


class Profession(Row):
    """A profession and who regulates it."""

    id: str
    name: str
    regulator: str
