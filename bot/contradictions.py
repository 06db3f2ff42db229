"""Faults of a configuration that no single key shows: names that nothing bears, and values that exclude each other."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.settings import SecondReaderSettings, Settings
from tracker.submission import Kind, Urgency
from tracker.working_days import parse_within

VERBS = (
    "read", "take", "assign", "level", "note", "reply", "ask", "resolve", "reopen", "merge", "link", "correct",
    "follow_up", "snooze", "release", "reveal", "exclude", "export",
    "rate", "require", "intervene", "evidence",
)  # fmt: skip
PROMISES = (
    "first_human_read", "personal_reply", "update_to_reporter", "chase_provider", "closing_kindly", "page_duty",
    "information_rights", "freedom_of_information", "data_breach", "acknowledge_by_hand", "risk_score",
)  # fmt: skip


def contradictions(settings: Settings) -> Iterator[str]:
    """Faults that no single key shows, each as "path: sentence"."""
    for what, names in (
        ("inbox", [address.lower() for address in settings.inboxes]),
        ("route", [route.id for route in settings.route]),
        ("role", [role.id for role in settings.role]),
        ("level", [str(level.level) for level in settings.level]),
        ("contact", [contact.key for contact in settings.contact]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                yield f"{what}: {name} is there {count} times"
    hours, relay = settings.hours, settings.mail.relay
    try:
        ZoneInfo(hours.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f'hours.timezone: no time zone is called "{hours.timezone}"'
    if hours.opens >= hours.closes:
        yield "hours.closes: must be later than opens"
    if not hours.working_days:
        yield "hours.working_days: at least one is needed"
    listen = settings.mail.listen
    if (listen.certificate is None) != (listen.private_key is None):
        yield "mail.listen.certificate: is needed together with private_key"
    if settings.slack.mode == "socket" and settings.slack.on and not settings.slack.app_token.get_secret_value():
        yield "slack.app_token: is needed beside bot_token (Socket Mode)"
    if settings.slack.mode == "http" and settings.slack.on and not settings.slack.signing_secret.get_secret_value():
        yield "slack.signing_secret: is needed beside bot_token (HTTP): without it anybody could speak as Slack"
    if relay and relay.username and relay.tls == "none" and relay.host not in ("127.0.0.1", "::1", "localhost"):
        yield "mail.relay.tls: a password may not travel in the clear; use starttls or tls"
    yield from _second_reader(settings.understand.second_reader)
    yield from _unknown_names(settings)


def _second_reader(second: SecondReaderSettings) -> Iterator[str]:
    place = "understand.second_reader"
    if not second.on:
        return
    if not second.model:
        yield f"{place}.model: is needed beside url"
    if second.api_key_env and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", second.api_key_env):
        yield f"{place}.api_key_env: names a variable of the environment; the key itself does not belong here"
    if second.api_key_env.startswith("QUALITYDESK_"):
        yield f"{place}.api_key_env: variables that begin with QUALITYDESK_ are keys of this file; choose another name"
    url = urlsplit(second.url)
    if url.scheme == "http" and second.api_key_env and url.hostname not in ("127.0.0.1", "::1", "localhost"):
        yield f"{place}.url: a key may not travel in the clear; use https"


def _unknown_names(settings: Settings) -> Iterator[str]:
    roles = [role.id for role in settings.role]
    if not settings.route:
        yield "route: at least one is needed"
    for number, route in enumerate(settings.route, 1):
        place = f"route[{number}] ({route.id})"
        yield from _strangers(f"{place}.tell", route.tell, roles)
        yield from _strangers(f"{place}.promises", route.promises, settings.follow_up)
        yield from _strangers(f"{place}.when.kind", route.when.kind, get_args(Kind))
        yield from _strangers(f"{place}.when.urgency", route.when.urgency, get_args(Urgency))
    for number, role in enumerate(settings.role, 1):
        yield from _strangers(f"role[{number}] ({role.id}).may", role.may, VERBS)
    yield from _strangers("follow_up", settings.follow_up, PROMISES)
    for place, span in _spans(settings):
        try:
            parse_within(span)
        except ValueError as error:
            yield f"{place}: {error}"


def _spans(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every span of time that is written as words, with the key that holds it."""
    for kind, promise in settings.follow_up.items():
        for key in ("within", "within_same_day", "within_immediate"):
            if getattr(promise, key) or key == "within":
                yield f"follow_up.{kind}.{key}", getattr(promise, key)
    for key in ("acknowledged_within", "imr_within", "report_within", "chase_every", "assess_within"):
        yield f"quality_register.{key}", getattr(settings.quality_register, key)


def _strangers(place: str, used: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    names = list(known)
    for name in used:
        if name not in names:
            yield f'{place}: "{name}" is not known{nearest(name, names)}'


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean "port"?` where a known name is near, else the empty text."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""
