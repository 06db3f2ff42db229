"""The shapes of the field's rules, one class a table: standards, themes, levels, signposts and times; no places."""

import datetime
from typing import Literal

from pydantic import Field

from tracker.field.rows import Row, Texts

Level = Literal["immediate", "same_day", "legal_clock", "conflict"]
AutoReply = Literal["crisis", "sensitive", "standard", "information_rights"]


class Framework(Row):
    """A set of standards by edition."""

    name: str
    edition: str = ""
    in_force: str = ""
    older: str = ""
    replacement: str = ""
    companions: Texts = ()
    framework_page: str = ""
    review_url: str = ""
    domains_status: str = ""
    domains_url: str = ""
    numbering_status: str = ""
    themes_status: str = ""
    themes_url: str = ""
    standards_status: str = ""
    standards_url: str = ""
    requirements_status: str = ""
    requirements_url: str = ""
    priorities: Texts = ()


class EqfDomain(Row):
    """A domain of the Education Quality Framework and the regulators' standards it maps to."""

    id: str
    title: str
    maps: dict[str, Texts]


class Standard(Row):
    """One standard or requirement in our paraphrase, never the official wording."""

    id: str
    title: str
    domain: str = ""
    theme: str = ""
    gmc: Texts = ()


class RedFlag(Row):
    """A sign that a person must look soon; `level` sets the urgency, `route` who is told."""

    id: str
    name: str
    level: Level
    cues: Texts
    route: Texts
    auto_reply: AutoReply


class Theme(Row):
    """What a concern is about, with the standards it touches. `name` is what a card may say."""

    id: str
    name: str
    standards: Texts
    nts: Texts
    cues: Texts
    start_risk: Literal["none", "low", "moderate", "high"]
    also: Texts = ()


class Route(Row):
    """A step of the national raising-concerns pathway."""

    level: str
    who: Texts
    skip_allowed: str = ""


class ChartRow(Row):
    """A row of the region's chart: which issue goes to whom."""

    issue: str
    policy: str
    raise_with: Texts


class Clash(Row):
    """Letters that mean several things here; never decided by the letters alone."""

    token: str
    meanings: Texts


class IsfLevel(Row):
    """A level of the Intensive Support Framework, 0 to 4."""

    level: int = Field(ge=0, le=4)
    name: str
    name_status: str = ""
    name_url: str = ""
    criteria: Texts
    criteria_status: str = ""
    triggers: Texts
    triggers_url: str = ""
    notify: Texts
    approver_role: str
    review_every_days: int = Field(gt=0)
    colour: str
    working_status: str = ""
    example_url: str = ""


class Movement(Row):
    """How a rating may move."""

    direction: str
    rule: str
    evidence_url: str = ""


class RiskBand(Row):
    """A band of impact times likelihood; `min` and `max` are inclusive scores from 1 to 25."""

    name: str
    rag: str
    min: int = Field(ge=1, le=25)
    max: int = Field(ge=1, le=25)
    suggested_isf: tuple[int, ...]


class Signpost(Row):
    """Where else a person may turn; `verify` where the contact must be checked before it is sent."""

    id: str
    title: str
    when: Texts
    text_point: str
    contact: str
    order: int
    verify: bool = False


class AckPoint(Row):
    """A point every acknowledgement must contain."""

    order: int
    point: str


class AckForbidden(Row):
    """What no acknowledgement may do."""

    rule: str


class BankHoliday(Row):
    """A day on which no working-day clock runs."""

    date: datetime.date
    name: str
    substitute: bool = False


class CountingRule(Row):
    """How days are counted, in words."""

    id: str
    text: str


class Season(Row):
    """A time of the training year that explains a peak."""

    name: str
    when: str


class Target(Row):
    """A promised time. `basis`: law, published or proposed. Exactly the unit that applies is set, the rest are None."""

    id: str
    what: str
    within: str
    basis: str
    comparator: str = ""
    minutes: int | None = None
    working_hours: int | None = None
    working_days: int | None = None
    months: int | None = None
    hours: int | None = None


class Intervention(Row):
    """A kind of review."""

    id: str
    name: str
    aliases: Texts = ()
    why: str
    who: Texts = ()
    outcome: str = ""
    published_report: bool = False
    published_since: str = ""


class ReviewOutcome(Row):
    """A kind of outcome of a review; `deadline_working_days` 0 where it is dated each time."""

    id: str
    name: str
    meaning: str
    deadline_working_days: int | None = None
    deadline_status: str = ""
    deadline_rule: str = ""
    clock_starts: str = ""
    clock_status: str = ""
    may_convert_to: str = ""


class EvidenceKind(Row):
    """A kind of evidence about a place. Two are independent where `origin` (who speaks) differs."""

    id: str
    name: str
    origin: Literal["learners", "team", "programme", "university", "provider", "regulator", "system"]
    learner_feedback: bool = False


class Review(Row):
    """A published review as it was printed; "not visible" where the part that was read does not say."""

    id: str
    provider: str
    ods: str
    site: str
    group: str
    type_raw: str
    type: str
    office: str
    review_dates: tuple[datetime.date, ...]
    report_date: datetime.date | None = None
    trigger: str
    concerns: Texts
    requirements: str
    imr_count: int | None = None
    mr_count: int | None = None
    rec_count: int | None = None
    isf: str


class Retention(Row):
    """How long a record is kept, and from when."""

    record: str
    keep_years: int | None = None
    keep_days: int | None = None
    counted_from: str = Field(alias="from")
    why: str = ""
    then: str
