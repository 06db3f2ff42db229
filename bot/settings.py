"""The shapes of every section of `config.toml`; what contradicts what is in `bot.contradictions`."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from intake.clamd import place_of
from intake.mail.attachments import MAX_ATTACHMENT_BYTES
from tracker.desk import (
    CapRules,
    ContactRule,
    HoursRules,
    LeaseRules,
    LevelRule,
    LimitRules,
    PromiseRule,
    RegisterRules,
    RetryRules,
    RoleRule,
    RouteRule,
    Rules,
)

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?\Z")
Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0)]


def an_address(value: str) -> str:
    """The address with a lower-case domain. Raises ValueError where it is none."""
    local, at, domain = value.strip().rpartition("@")
    if not ADDRESS.match(value.strip()):
        raise ValueError("is not a mail address")
    return local + at + domain.lower()


class DatabaseSettings(Rules):
    """`[database]`: where everything is kept; the url may hold a password, so it is never shown."""

    url: SecretStr

    @field_validator("url")
    @classmethod
    def _known_kind(cls, value: SecretStr) -> SecretStr:
        try:
            driver = make_url(value.get_secret_value()).drivername
        except ArgumentError:
            raise ValueError("is not a database url such as sqlite:///var/desk.sqlite3") from None
        if driver not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
            raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
        return value


class InboxSettings(Rules):
    """`[[inbox]]`: one address that is ours."""

    address: str

    _address = field_validator("address")(an_address)


class ListenSettings(Rules):
    """`[mail.listen]`: the mail door. Port 0 takes any free one, told in the `ready` line. With a certificate and its key
    (PEM files) STARTTLS is offered."""

    host: str = "127.0.0.1"
    port: Port = 2525
    protocol: Literal["smtp", "lmtp"] = "smtp"
    certificate: Path | None = None
    private_key: Path | None = None


class RelaySettings(Rules):
    """`[mail.relay]`: where letters leave. With `starttls` or `tls` nothing ever goes out in the clear."""

    host: str
    port: Port = 25
    tls: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    password: SecretStr = SecretStr("")
    ca_file: Path | None = None
    timeout_seconds: Seconds = 30
    dot_timeout_seconds: Seconds = 180


class TrustSettings(Rules):
    """`[mail.trust]`: whose `Authentication-Results` we believe ("" believes nobody), and whose ARC seals vouch for a sender."""

    authserv_id: str = ""
    arc_sealers: tuple[str, ...] = ()


class MailSettings(Rules):
    """`[mail]`: what our letters say they are from. `letters_from` is the first inbox, `domain` its domain, if not given."""

    team: str = "Education Quality Team"
    letters_from: str = ""
    domain: str = ""
    letters_dir: Path = Path("var/letters")
    listen: ListenSettings = ListenSettings()
    relay: RelaySettings | None = None
    trust: TrustSettings = TrustSettings()

    @field_validator("letters_from")
    @classmethod
    def _one_of_ours(cls, value: str) -> str:
        return an_address(value) if value else ""


class SlackSettings(Rules):
    """`[slack]`: without tokens Slack is off and everything else works. An empty `intake_channels` means every channel
    that the bot was invited to, except those of the cards. With `mode = "http"` Slack's requests come in at `host` and `port`.
    `file_bytes`: how large a file of a message may be to be fetched; 0 fetches none."""

    api_url: str = "https://slack.com/api/"
    bot_token: SecretStr = SecretStr("")
    app_token: SecretStr = SecretStr("")
    signing_secret: SecretStr = SecretStr("")
    team_id: str = ""
    mode: Literal["socket", "http", "off"] = "socket"
    host: str = "127.0.0.1"
    port: Port = 0
    intake_channels: tuple[str, ...] = ()
    timeout_seconds: Seconds = 15
    file_bytes: Annotated[int, Field(ge=0, le=MAX_ATTACHMENT_BYTES)] = MAX_ATTACHMENT_BYTES
    digest_at: time | Literal[""] = time(8, 45)

    @property
    def on(self) -> bool:
        return self.mode != "off" and bool(self.bot_token.get_secret_value())


class ScanSettings(Rules):
    """`[scan]`: the clamd that looks at files: the path of its socket, or host:port. "": nothing is scanned, and that is said."""

    clamd: str = ""
    timeout_seconds: Seconds = 60

    @field_validator("clamd")
    @classmethod
    def _a_place(cls, value: str) -> str:
        if value:
            place_of(value)
        return value

    @property
    def on(self) -> bool:
        return bool(self.clamd)


class SecondReaderSettings(Rules):
    """`[understand.second_reader]`: an OpenAI-compatible chat endpoint that the organisation runs itself; "" is off.

    The key is never in the file: `api_key_env` names the variable that holds it.
    """

    url: str = ""
    model: str = ""
    api_key_env: str = ""
    timeout_seconds: Annotated[float, Field(gt=0, le=40)] = 10
    max_chars: Annotated[int, Field(ge=200, le=40_000)] = 6000

    @field_validator("url")
    @classmethod
    def _a_web_address(cls, value: str) -> str:
        if value:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
                raise ValueError("must begin with http:// or https://, name a host, and hold no password")
        return value

    @property
    def on(self) -> bool:
        return bool(self.url)


class UnderstandSettings(Rules):
    """`[understand]`: what helps to understand messages besides our own reader."""

    second_reader: SecondReaderSettings = SecondReaderSettings()


class HttpSettings(Rules):
    """`[http]`: health and figures. Port 0 takes any free one, told in the `ready` line."""

    host: str = "127.0.0.1"
    port: Port = 0


class WorkerSettings(Rules):
    """`[workers]`: how many of each, and for how many seconds they rest when nothing rings."""

    readers: Annotated[int, Field(ge=1, le=16)] = 2
    couriers: Annotated[int, Field(ge=1, le=16)] = 2
    rest_seconds: Seconds = 0.5
    tick_seconds: Seconds = 5


class WatchSettings(Rules):
    """`[watch]`: ages in seconds beyond which `status` and `/readyz` are not well."""

    clock_seconds: Seconds = 60
    unread_seconds: Seconds = 300
    unsent_seconds: Seconds = 1800
    overdue_seconds: Seconds = 300
    slack_seconds: Seconds = 300
    unscanned_seconds: Seconds = 900


class TriageSettings(Rules):
    """`[triage]`: for how many seconds a person's reply can be taken back, and how many reporters one may look up in an hour."""

    undo_seconds: Annotated[int, Field(ge=0)] = 60
    reveals_per_hour: Annotated[int, Field(ge=0)] = 5


class SecretSettings(Rules):
    """`[secret]`: the file of the key that signs references in our letters; made on the first start."""

    key_file: Path | None = None


class FieldSettings(Rules):
    """`[field]`: a folder whose TOML files replace those of the same name in `tracker/field/`."""

    dir: Path | None = None


class TemplateSettings(Rules):
    """`[templates]`: a folder of letters to use instead of ours, and what ours may say."""

    dir: Path | None = None
    privacy_notice: str = ""
    use_unverified: bool = False


class LogSettings(Rules):
    """`[log]`: one JSON object a line on standard error, or lines for people."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "json"


class TestSettings(Rules):
    """`[test]`: only for trials: a file with an ISO time or "+2h" moves the clock of the whole service."""

    clock_file: Path | None = None


class Settings(Rules):
    """The whole configuration, checked. Paths are absolute; secrets never show in its repr."""

    database: DatabaseSettings
    inbox: Annotated[tuple[InboxSettings, ...], Field(min_length=1)]
    mail: MailSettings = MailSettings()
    slack: SlackSettings = SlackSettings()
    scan: ScanSettings = ScanSettings()
    understand: UnderstandSettings = UnderstandSettings()
    http: HttpSettings = HttpSettings()
    workers: WorkerSettings = WorkerSettings()
    watch: WatchSettings = WatchSettings()
    triage: TriageSettings = TriageSettings()
    secret: SecretSettings = SecretSettings()
    field: FieldSettings = FieldSettings()
    templates: TemplateSettings = TemplateSettings()
    log: LogSettings = LogSettings()
    test: TestSettings = TestSettings()
    hours: HoursRules = HoursRules()
    caps: CapRules = CapRules()
    limits: LimitRules = LimitRules()
    retry: RetryRules = RetryRules()
    lease: LeaseRules = LeaseRules()
    quality_register: RegisterRules = RegisterRules()
    route: tuple[RouteRule, ...] = ()
    role: tuple[RoleRule, ...] = ()
    level: tuple[LevelRule, ...] = ()
    contact: tuple[ContactRule, ...] = ()
    follow_up: dict[str, PromiseRule] = Field(default_factory=dict)

    @property
    def database_url(self) -> str:
        return self.database.url.get_secret_value()

    @property
    def inboxes(self) -> tuple[str, ...]:
        return tuple(inbox.address for inbox in self.inbox)

    @property
    def letters_from(self) -> str:
        return self.mail.letters_from or self.inboxes[0]

    @property
    def domain(self) -> str:
        return self.mail.domain or self.letters_from.rpartition("@")[2]
