"""A Slack-shaped server for tests: Web API and Socket Mode on loopback, with state, Slack's limits, and faults on demand."""

from tests.servers.slack.server import (
    ADA,
    APP_TOKEN,
    BOT_TOKEN,
    GUEST,
    INTAKE,
    KIM,
    LEE,
    NOT_JOINED,
    RESTRICTED,
    SHARED,
    STRANGER,
    TRIAGE,
    URGENT,
    SlackServer,
)
from tests.servers.slack.sockets import Ack, Delivery
from tests.servers.slack.web import Call

__all__ = [
    "ADA",
    "APP_TOKEN",
    "BOT_TOKEN",
    "GUEST",
    "INTAKE",
    "KIM",
    "LEE",
    "NOT_JOINED",
    "RESTRICTED",
    "SHARED",
    "STRANGER",
    "TRIAGE",
    "URGENT",
    "Ack",
    "Call",
    "Delivery",
    "SlackServer",
]
