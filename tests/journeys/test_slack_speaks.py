"""Slack speaks: kept, a card, work with buttons and forms, a letter; the whole service, watched from outside only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack.proof import SCOPES
from tests.servers.mail import DESK, REPORTER, letter, send
from tests.servers.relay import Relay
from tests.servers.service import DeskProcess, write_config
from tests.servers.slack import ADA, GUEST, INTAKE, NOT_JOINED, SlackServer
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.slow

WORDS = "Two F2s on ward seven at Seaham had no supervisor for a week; Zebedee Quillfeather will not answer them."
MEANWHILE = "Said while nobody listened: the rota at Seaham has gaps every night."
CARDS = ("quality-triage", "quality-urgent", "quality-restricted")


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer(scopes=SCOPES, echo=True) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, database_url: str, relay: Relay, slack: SlackServer) -> Iterator[DeskProcess]:
    config = write_config(tmp_path, database_url, relay_port=relay.port, slack_api_url=slack.api_url)
    with DeskProcess(config, environment={"QUALITYDESK_TRIAGE__UNDO_SECONDS": "1"}) as running:
        slack.wait_connected()
        yield running


def cards(slack: SlackServer) -> list[tuple[str, dict[str, Any]]]:
    """Every card that hangs, with its channel."""
    return [
        (channel, message)
        for channel in CARDS
        for message in list(slack.messages[slack.channel(channel).id])
        if message.get("metadata", {}).get("event_type") == "quality_desk_card"
    ]


def card(slack: SlackServer, ref: str, says: str = "") -> tuple[str, dict[str, Any]]:
    """The channel and message of the card of a case, once it says what it should."""

    def hangs() -> tuple[str, dict[str, Any]] | None:
        return next(
            ((channel, each) for channel, each in cards(slack) if ref in each["text"] and says in each["text"]), None
        )

    found = wait_until(hangs, what=f"a card of {ref} that says {says!r}")
    assert found is not None
    return found


def form(slack: SlackServer, user: str) -> None:
    wait_until(lambda: slack.workspace.stacks[user], what="a form")


def test_a_message_a_button_a_form_and_a_command_do_their_work(
    desk: DeskProcess, slack: SlackServer, relay: Relay
) -> None:
    slack.send_message("quality-intake", ADA, WORDS)
    assert slack.acks[-1] is not None
    assert slack.acks[-1].seconds < 3
    (case,) = desk.cases(1)
    ref = case["ref"]
    where, message = card(slack, ref)

    slack.press(ADA, where, message["ts"], "case_take")
    card(slack, ref, f"<@{ADA}> has it")

    slack.press(ADA, where, message["ts"], "case_note")
    form(slack, ADA)
    slack.submit(ADA, values={"text": "Rang the education centre"})
    slack.send_message(where, ADA, "and they rang back", thread_ts=message["ts"])

    def noted(pages: list[dict[str, Any]]) -> bool:
        (shown,) = pages
        return {"Rang the education centre", "and they rang back"} <= {each.get("text") for each in shown["messages"]}

    desk.cli_until(noted, "case", "show", ref, "--as", "quality_manager", what="both notes")

    answer = slack.command(ADA, INTAKE, "/case", f"show {ref}")
    assert answer is not None
    assert ref in answer.payload["text"]
    told = slack.wait_for_message(slack.workspace.direct_channel(ADA).id, lambda each: ref in each["text"])
    assert "Zebedee" not in told["text"]

    slack.press(ADA, where, message["ts"], "case_resolve")
    form(slack, ADA)
    slack.submit(ADA, values={"text": "A supervisor was named"})
    card(slack, ref, "Reopen")
    assert desk.cases(1)[0]["status"] == "closed"
    sent = str([call.params for call in slack.calls])
    assert "Zebedee" not in sent
    assert "ward seven" not in sent


def test_every_way_in_opens_a_case_and_a_reply_leaves_after_its_minute(
    desk: DeskProcess, slack: SlackServer, relay: Relay
) -> None:
    slack.command(ADA, INTAKE, "/case", f"new {WORDS}")
    slack.direct_message(GUEST, "I am a student nurse at Seaham and my mentor has left. " + WORDS)
    ts = slack.send_message(
        "somewhere-else", GUEST, "An FY1 was left alone with the crash bleep. " + WORDS, deliver=False
    )
    assert slack.message_shortcut(ADA, "open_case", NOT_JOINED, ts) is not None
    for case in desk.cases(3):
        card(slack, case["ref"])

    assert send(desk.smtp_port, letter(WORDS, subject="No supervision"), REPORTER, [DESK]).code == 250
    mailed = max(desk.cases(4), key=lambda case: case["opened_at"])
    where, message = card(slack, mailed["ref"])
    slack.press(ADA, where, message["ts"], "case_reply")
    form(slack, ADA)
    slack.submit(ADA, values={"text": "Thank you for telling us. We shall ring you tomorrow."})
    form(slack, ADA)
    slack.submit(ADA)
    wait_until(lambda: any(b"We shall ring you tomorrow" in each.raw for each in relay.letters), what="the reply")


def test_killed_and_started_again_it_hangs_no_card_twice_and_misses_nothing(
    desk: DeskProcess, slack: SlackServer
) -> None:
    slack.send_message("quality-intake", ADA, WORDS)
    first = desk.cases(1)[0]["ref"]
    card(slack, first)
    desk.kill()
    slack.send_message("quality-intake", ADA, MEANWHILE, deliver=False)
    desk.start()
    slack.wait_connected()
    refs = {case["ref"] for case in desk.cases(2)}
    for ref in refs:
        card(slack, ref)
    assert len(cards(slack)) == len(refs) == 2
    desk.stop()
