"""What each TOML file of the field holds, as a model a file, and the Field that gathers them; nothing is read here."""

from datetime import date, time
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Key

from tracker.field.rows import (
    Body,
    Employer,
    Grade,
    Hei,
    NeighbourInbox,
    Organ,
    Profession,
    Region,
    Site,
    Specialty,
    Texts,
    Trust,
)
from tracker.field.rules import (
    AckForbidden,
    AckPoint,
    BankHoliday,
    ChartRow,
    Clash,
    CountingRule,
    EqfDomain,
    EvidenceKind,
    Framework,
    Intervention,
    IsfLevel,
    Movement,
    RedFlag,
    Retention,
    Review,
    ReviewOutcome,
    RiskBand,
    Route,
    Season,
    Signpost,
    Standard,
    Target,
    Theme,
)
from tracker.field.survey_rows import Survey, SurveyColumn, SurveyFlag


class Table(BaseModel):
    """One file of the field. Prose keys at its head are kept by name in `about`; unknown tables are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_version: Literal[1] = Key(alias="schema")
    about: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _gather_prose(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = set(cls.model_fields) | {key.alias for key in cls.model_fields.values() if key.alias}
        prose = {key: value for key, value in data.items() if key not in known and _is_prose(key)}
        return {key: value for key, value in data.items() if key not in prose} | {"about": prose}


def _is_prose(key: str) -> bool:
    return key.endswith(("_note", "_status", "_url", "_urls", "_page", "_warning", "_source", "_differs", "note")) or (
        key in {"one_offs", "code"}
    )


class Organisations(Table):
    """organisations.toml: the region, its trusts with their sites, universities, employers, schools and neighbours."""

    region: Region
    icb: tuple[Body, ...] = ()
    icb_sublocation: tuple[Body, ...] = ()
    trusts: tuple[Trust, ...] = Key(alias="trust", min_length=1)
    employers: tuple[Employer, ...] = Key((), alias="employer")
    heis: tuple[Hei, ...] = Key((), alias="hei")
    gp_programmes: tuple[Organ, ...] = Key((), alias="gp_programme")
    schools: tuple[Organ, ...] = Key((), alias="school")
    consortia: tuple[Organ, ...] = Key((), alias="consortium")
    neighbour_inboxes: tuple[NeighbourInbox, ...] = Key((), alias="neighbour_inbox")

    def trust_of_site(self, site: str) -> Trust | None:
        """The trust that has a site of this exact name."""
        return next((trust for trust in self.trusts if any(row.name == site for row in trust.site)), None)

    def sites(self) -> tuple[tuple[Trust, Site], ...]:
        """Every site with its trust."""
        return tuple((trust, site) for trust in self.trusts for site in trust.site)


class Specialties(Table):
    """specialties.toml: CCT specialties, sub-specialties, programmes and dental specialties."""

    specialties: tuple[Specialty, ...] = Key(alias="specialty")
    subspecialties: tuple[Specialty, ...] = Key((), alias="subspecialty")
    programmes: tuple[Specialty, ...] = Key((), alias="programme")
    dental: tuple[Specialty, ...] = Key((), alias="dental_specialty")

    def every(self) -> tuple[Specialty, ...]:
        """All rows that a Reading may name, programmes included."""
        return self.specialties + self.subspecialties + self.dental + self.programmes


class Grades(Table):
    """grades.toml: learner levels and professions."""

    grades: tuple[Grade, ...] = Key(alias="grade")
    professions: tuple[Profession, ...] = Key(alias="profession")


class Standards(Table):
    """standards.toml: the Education Quality Framework and the regulators' standards beside it."""

    framework: dict[str, Framework]
    eqf_domain: tuple[EqfDomain, ...]
    eqf_standard: tuple[Standard, ...]
    gmc_theme: tuple[Standard, ...] = ()
    gmc_standard: tuple[Standard, ...] = ()
    gmc_requirement: tuple[Standard, ...] = ()
    nmc_heading: tuple[Standard, ...] = ()
    hcpc_set: tuple[Standard, ...] = ()
    hcpc_standard: tuple[Standard, ...] = ()
    gphc2011_standard: tuple[Standard, ...] = ()
    gdc_standard: tuple[Standard, ...] = ()


class Routing(Table):
    """routing.toml: red flags, themes, the pathway, the region's chart and letters that clash."""

    red_flags: tuple[RedFlag, ...] = Key(alias="red_flag")
    themes: tuple[Theme, ...] = Key(alias="theme")
    routes: tuple[Route, ...] = Key((), alias="route")
    chart: tuple[ChartRow, ...] = Key((), alias="ne_chart")
    clashes: tuple[Clash, ...] = Key((), alias="acronym_clash")


class Risk(BaseModel):
    """Impact times likelihood, 1 to 25, and its bands."""

    model_config = ConfigDict(frozen=True, extra="allow")
    impact_labels: Texts
    likelihood_labels: Texts
    band: tuple[RiskBand, ...]


class Isf(Table):
    """isf.toml: the levels of the Intensive Support Framework and the risk bands."""

    meta: dict[str, Any]
    levels: tuple[IsfLevel, ...] = Key(alias="level", min_length=5, max_length=5)
    movements: tuple[Movement, ...] = Key((), alias="movement")
    risk: Risk
    enhanced_monitoring: dict[str, Any] = {}
    legacy_model: tuple[dict[str, Any], ...] = ()


class Signposts(Table):
    """signposts.toml: where else to turn, and what an acknowledgement must and must not say."""

    signposts: tuple[Signpost, ...] = Key(alias="signpost")
    ack_points: tuple[AckPoint, ...] = Key((), alias="ack_point")
    ack_forbidden: tuple[AckForbidden, ...] = Key((), alias="ack_forbidden")


class Calendar(Table):
    """calendar.toml: working days, office hours (local time) and bank holidays."""

    region: str
    timezone: str
    working_days: tuple[Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ...]
    office_hours: tuple[time, time]
    bank_holidays: tuple[BankHoliday, ...] = Key(alias="bank_holiday")
    rules: tuple[CountingRule, ...] = Key((), alias="rule")
    seasons: tuple[Season, ...] = Key((), alias="season")

    def holidays(self) -> frozenset[date]:
        """The dates on which nobody works."""
        return frozenset(row.date for row in self.bank_holidays)


class Sla(Table):
    """sla.toml: promised times."""

    targets: tuple[Target, ...] = Key(alias="target")


class Interventions(Table):
    """interventions.toml: kinds of review and their outcomes."""

    types: tuple[Intervention, ...] = Key(alias="type")
    outcomes: tuple[ReviewOutcome, ...] = Key(alias="outcome")
    requirement_record: dict[str, Any] = {}


class EvidenceKinds(Table):
    """evidence.toml: who can speak about a place."""

    kinds: tuple[EvidenceKind, ...] = Key(alias="kind")

    def of(self, kind: str) -> EvidenceKind | None:
        """The kind of this id."""
        return next((row for row in self.kinds if row.id == kind), None)


class Reviews(Table):
    """reviews.toml: published reviews, as printed."""

    status: str = "sourced"
    reviews: tuple[Review, ...] = Key((), alias="review")


class RetentionRules(Table):
    """retention.toml: how long records are kept."""

    rules: tuple[Retention, ...] = Key(alias="rule")


class Surveys(Table):
    """surveys.toml: surveys of learners, their flags, and the headers of their exports."""

    surveys: tuple[Survey, ...] = Key(alias="survey")
    flags: tuple[SurveyFlag, ...] = Key(alias="flag")
    columns: tuple[SurveyColumn, ...] = Key(alias="column")

    def survey(self, survey_id: str) -> Survey:
        """The survey with this id. Raises KeyError where there is none."""
        return {row.id: row for row in self.surveys}[survey_id]


class Field(BaseModel):
    """All facts of the field, frozen. One attribute a TOML file of the same name."""

    model_config = ConfigDict(frozen=True)

    organisations: Organisations
    specialties: Specialties
    grades: Grades
    standards: Standards
    routing: Routing
    isf: Isf
    signposts: Signposts
    calendar: Calendar
    sla: Sla
    interventions: Interventions
    retention: RetentionRules
    evidence: EvidenceKinds
    reviews: Reviews
    surveys: Surveys
