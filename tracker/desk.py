"""What the deciding needs besides the database: the desk's rules, hours, caps, roles and letters; it decides nothing itself.

The classes are the shapes of the sections of `config.toml` that the tracker cares about; `bot.config` reads them and
`bot.service` puts the Desk together. All are frozen values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from tracker.field import Field as FieldFacts
    from tracker.letters import Letters


class Rules(BaseModel):
    """A frozen section of the configuration that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HoursRules(Rules):
    """`[hours]`: office hours and cut-off, local time. Work that arrives after `closes` counts as the next working day."""

    timezone: str = "Europe/London"
    opens: time = time(9, 0)
    closes: time = time(17, 0)
    working_days: tuple[Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ...] = (
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
    )
    extra_holidays: tuple[date, ...] = ()


class CapRules(Rules):
    """`[caps]`: how many machine-made letters may leave; beyond a cap letters are withheld and a person is told."""

    acknowledgements_per_address_per_day: Annotated[int, Field(ge=1)] = 3
    letters_per_domain_per_hour: Annotated[int, Field(ge=1)] = 100
    letters_per_hour: Annotated[int, Field(ge=1)] = 300


class RetryRules(Rules):
    """`[retry]`: waits between attempts in seconds (the last repeats) until `give_up_after`; `uncertain` = hold | repeat."""

    waits: tuple[int, ...] = (30, 60, 300, 900, 1800, 3600)
    give_up_after: int = 5 * 24 * 3600
    uncertain: Literal["hold", "repeat"] = "hold"


class LeaseRules(Rules):
    """`[lease]`: for how many seconds a claim is believed before another worker may take it."""

    reading: int = 25
    sending: int = 300
    card: int = 60


class LimitRules(Rules):
    """`[limits]`: sizes in bytes, times in seconds."""

    message_bytes: int = 35 * 1024 * 1024
    line_bytes: int = 8 * 1024 * 1024
    bytes_in_flight: int = 150 * 1024 * 1024
    sessions: int = 200
    sessions_per_address: int = 100
    session_seconds: int = 900
    idle_seconds: int = 300
    recipients: int = 100
    reading_seconds: int = 10
    reading_memory_bytes: int = 512 * 1024 * 1024
    reading_attempts: int = 3
    free_disk_bytes: int = 50 * 1024 * 1024


class RouteMatch(Rules):
    """`[route.when]`: every list given must share an entry with the reading; an empty list asks nothing."""

    kind: tuple[str, ...] = ()
    urgency: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    specialty: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    affected_group: tuple[str, ...] = ()


class RouteRule(Rules):
    """`[[route]]`: the first that matches wins. `channel` is a Slack channel's name or id, `tell` roles to mention."""

    id: str
    when: RouteMatch = RouteMatch()
    channel: str
    tell: tuple[str, ...] = ()
    restricted: bool = False
    promises: tuple[str, ...] = ("first_human_read", "personal_reply", "update_to_reporter")


class RoleRule(Rules):
    """`[[role]]`: what a role may do (names of triage verbs), up to which ISF level it may set, and who holds it.

    `called` are other words for the role in people's mails: whoever is complained of is not told of the complaint.
    `members` are Slack user ids, user group ids (S…), names used with `--as`, or "*" for every full member of our workspace.
    """

    id: str
    title: str
    may: tuple[str, ...]
    level_up_to: Annotated[int, Field(ge=-1, le=4)] = -1
    members: tuple[str, ...] = ()
    mention: str = ""
    called: tuple[str, ...] = ()


class LevelRule(Rules):
    """`[[level]]`: the team's own name for an ISF level, and how many people must agree to set it."""

    level: Annotated[int, Field(ge=0, le=4)]
    name: str = ""
    people_needed: Annotated[int, Field(ge=1, le=2)] = 1


class ContactRule(Rules):
    """`[[contact]]`: a role of a provider (ODS code) that the team writes to, such as a director of medical education."""

    provider: str
    role: str
    address: str

    @property
    def key(self) -> str:
        """How a person names it: PROVIDER/ROLE."""
        return f"{self.provider}/{self.role}"


class PromiseRule(Rules):
    """`[follow_up.KIND]`: when a promise falls due, e.g. `within = "1 working day"`, and what happens then.

    `within` (also `within_same_day`, `within_immediate` for higher urgencies) is "N working days", "N working hours",
    "N minutes" or "N calendar months". `repeat` says whether it comes again (same interval) while still awaited, at most
    `times`. `do` is what firing does: remind (the card and the owner), letter (to the reporter), chase (a provider), close.
    """

    within: str
    within_same_day: str = ""
    within_immediate: str = ""
    repeat: bool = False
    times: int = 3
    do: Literal["remind", "letter", "chase", "close"] = "remind"
    occasion: str = ""


class RegisterRules(Rules):
    """`[quality_register]`: the clocks of the quality register, where its reminders are posted, and how small a group is hidden.

    Working days before something is due are whole numbers, other spans as in `[follow_up]`. `return_dates` ("MM-DD") are the
    days of the year on which action plans come back. `committee_dates`: when the committee meets. `acknowledged_within` is what
    papers measure acknowledgements by.
    """

    channel: str = "quality-leads"
    acknowledged_within: str = "10 minutes"
    imr_within: str = "5 working days"
    report_within: str = "30 working days"
    return_dates: tuple[Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")], ...] = (
        "03-01",
        "06-01",
        "09-01",
        "12-01",
    )
    remind_before: Annotated[int, Field(ge=0, le=60)] = 5
    chase_every: str = "5 working days"
    chase_times: Annotated[int, Field(ge=0, le=20)] = 3
    assess_within: str = "5 working days"
    visit_soon: Annotated[int, Field(ge=0, le=120)] = 10
    smallest_group: Annotated[int, Field(ge=1)] = 3
    committee_dates: tuple[date, ...] = ()
    announce_before: Annotated[int, Field(ge=0, le=60)] = 5


@dataclass(frozen=True)
class Hours:
    """Office hours made ready for sums: zone, opening and cut-off, weekdays (Mon=0) and the frozen list of holidays."""

    zone: ZoneInfo
    opens: time
    closes: time
    weekdays: frozenset[int]
    holidays: dict[date, str]


_REGISTER_AS_PACKAGED = RegisterRules()


@dataclass(frozen=True)
class Desk:
    """Everything a decision may look at besides the case itself.

    `inboxes` are the addresses that are ours; letters leave from `letters_from`, and Message-IDs end in `domain`.
    `key` signs tokens. `draw(n)` gives n random bytes. `team` is what letters call us. `verifies_senders`: a gateway of ours
    says whether a sender is who they claim to be (`[mail.trust] authserv_id`), so joining a case needs its yes. `slack_on`:
    posts can leave; without Slack they are withheld, and nobody is told that someone was called. `scanning`: a virus scanner is
    configured, and files are locked until it calls them clean. `contacts` are the roles of
    providers that may be written to; `reveals_per_hour` is how many reporters one person may look up in an
    hour. `digest_at` is the local time of the morning's digest. `second_opinion_seconds`: how long an
    acknowledgement may wait for the second reader, 0 where there is none.
    """

    field: "FieldFacts"
    hours: Hours
    caps: CapRules
    retry: RetryRules
    lease: LeaseRules
    routes: tuple[RouteRule, ...]
    roles: tuple[RoleRule, ...]
    levels: tuple[LevelRule, ...]
    promises: dict[str, PromiseRule]
    letters: "Letters"
    inboxes: tuple[str, ...]
    letters_from: str
    team: str
    domain: str
    key: bytes
    draw: Callable[[int], bytes]
    undo_seconds: int = 60
    verifies_senders: bool = False
    slack_on: bool = True
    scanning: bool = False
    contacts: tuple[ContactRule, ...] = ()
    reveals_per_hour: int = 5
    digest_at: time | None = None
    register: RegisterRules = _REGISTER_AS_PACKAGED
    second_opinion_seconds: float = 0
