"""The whole service by signed requests and by the clock: it works, calls until somebody comes, and posts its morning."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.slack.proof import SCOPES
from tests.servers.relay import Relay
from tests.servers.service import DeskProcess, write_config
from tests.servers.slack import ADA, SlackServer
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.slow

SECRET = "signing-secret-of-the-journey"
WORDS = "Two F2s on ward seven at Seaham had no supervisor for a week; Zebedee Quillfeather will not answer them."
DANGER = "Right now two F1s at Seaham run the crash calls alone tonight with no senior cover and patients are at risk."


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer(scopes=SCOPES, echo=True) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, relay: Relay, slack: SlackServer) -> Iterator[DeskProcess]:
    url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    config = write_config(tmp_path, url, relay_port=relay.port, slack_api_url=slack.api_url, clock=True)
    environment = {"QUALITYDESK_SLACK__MODE": "http", "QUALITYDESK_SLACK__SIGNING_SECRET": SECRET}
    (tmp_path / "clock").write_text("2026-11-20T10:00:00+00:00")
    with DeskProcess(config, environment=environment) as running:
        slack.speak_over_http(int(running.log("ready")[0]["slack_port"]), SECRET)
        yield running
    sent = slack.everything_sent()
    assert not any(secret in sent for secret in ("Zebedee", "ward seven", "crash calls"))


def posts(slack: SlackServer, channel: str, holds: str) -> list[dict[str, Any]]:
    where = slack.channel(channel).id
    return [each for each in list(slack.messages[where]) if holds in each["text"]]


def test_signed_requests_do_the_work_and_unsigned_ones_nothing(desk: DeskProcess, slack: SlackServer) -> None:
    slack.send_message("quality-intake", ADA, WORDS)
    assert slack.acks[-1] is not None
    assert slack.acks[-1].seconds < 3
    (case,) = desk.cases(1)
    wait_until(lambda: posts(slack, "quality-triage", case["ref"]), what="the card")
    (card,) = posts(slack, "quality-triage", case["ref"])
    slack.press(ADA, "quality-triage", card["ts"], "case_take")
    wait_until(lambda: posts(slack, "quality-triage", f"<@{ADA}> has it"), what="the owner on the card")
    slack.sockets.forge = True  # type: ignore[attr-defined]
    slack.send_message("quality-intake", ADA, WORDS + " Forged.")
    assert slack.acks[-1] is None
    assert slack.sockets.statuses[-1] == 401  # type: ignore[attr-defined]
    assert len(desk.cases(1)) == 1


def test_an_immediate_case_calls_again_and_more_roles_until_it_is_taken(desk: DeskProcess, slack: SlackServer) -> None:
    slack.send_message("quality-intake", ADA, DANGER)
    (case,) = desk.cases(1)
    assert case["urgency"] == "immediate"
    calls = "Please open the case and take it"
    wait_until(lambda: len(posts(slack, "quality-urgent", calls)) == 1, what="the first call")
    moment = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    for number, minutes in enumerate((11, 22), 2):
        desk.move_clock(moment.replace(minute=minutes).isoformat())
        wait_until(lambda wanted=number: len(posts(slack, "quality-urgent", calls)) == wanted, what="another call")
    texts = [each["text"] for each in posts(slack, "quality-urgent", calls)]
    assert texts[0].count(",") < texts[1].count(","), "one role more is named"
    (card,) = [
        each
        for each in posts(slack, "quality-urgent", case["ref"])
        if each.get("metadata", {}).get("event_type", "").endswith("card")
    ]
    slack.press(ADA, "quality-urgent", card["ts"], "case_take")
    desk.cli_until(lambda cases: cases[0]["owner"], "case", "list", what="an owner")
    desk.move_clock(moment.replace(minute=50).isoformat())
    shown = desk.cli("case", "show", case["ref"])[0]
    assert [each["kind"] for each in shown["events"]].count("reminded") >= 3
    assert len(posts(slack, "quality-urgent", calls)) == 3


def test_the_morning_comes_once(desk: DeskProcess, slack: SlackServer) -> None:
    slack.send_message("quality-intake", ADA, WORDS)
    desk.cases(1)
    desk.move_clock("2026-11-23T08:46:00+00:00")
    wait_until(lambda: posts(slack, "quality-triage", "since the last working morning"), what="the digest")
    (told,) = posts(slack, "quality-triage", "since the last working morning")
    assert told["blocks"][-1]["type"] == "image"
