"""The line to Slack comes up late, breaks in every known way, and comes back by itself with nothing lost."""

import threading
import time
from pathlib import Path

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from sqlalchemy import select

from bot.slack.app import SlackSide
from bot.slack.calls import quiet_logger
from bot.slack.line import LOOK_SECONDS, PING_SECONDS, SILENT_SECONDS, Line
from tests.bot.slack.side import slack_side
from tests.servers.slack import ADA, SlackServer
from tracker.model import Mark


def test_hearing_slack_is_written_down(slack: SlackServer, tmp_path: Path) -> None:
    with slack_side(slack, tmp_path) as turned:
        slack.wait_until(lambda: turned.all_of(select(Mark)), what="the mark")
        (mark,) = turned.all_of(select(Mark))
        assert (mark.name, mark.at) == ("slack.contact", turned.clock)
        turned.later(minutes=1)
        slack.send_message("quality-intake", ADA, "hello")
        slack.wait_until(lambda: turned.all_of(select(Mark))[0].at == turned.clock, what="the mark moved")


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
def test_an_announced_refresh_is_followed(slack: SlackServer, tmp_path: Path, reason: str) -> None:
    with slack_side(slack, tmp_path) as turned:
        slack.disconnect(reason)  # type: ignore[arg-type]
        slack.wait_connected()
        slack.send_message("quality-intake", ADA, "after the refresh", retries=3)
        assert len(turned.rows()) == 1


def test_a_reset_socket_is_noticed(slack: SlackServer, tmp_path: Path) -> None:
    with slack_side(slack, tmp_path) as turned:
        slack.reset_sockets()
        slack.wait_connected(timeout=30)
        slack.send_message("quality-intake", ADA, "after the reset", retries=3)
        assert len(turned.rows()) == 1


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # the library leaves refused sockets to the collector
def test_refused_sockets_are_tried_again_with_fresh_addresses(slack: SlackServer, tmp_path: Path) -> None:
    with slack_side(slack, tmp_path) as turned:
        slack.refuse_sockets(3)
        slack.disconnect("refresh_requested")
        time.sleep(3)
        slack.wait_connected(timeout=30)
        slack.send_message("quality-intake", ADA, "after the refusal", retries=3)
        assert len(turned.rows()) == 1
        assert len(slack.calls_of("apps.connections.open")) >= 3


def test_slack_away_at_the_start_does_not_stop_the_desk(slack: SlackServer, tmp_path: Path) -> None:
    slack.answer_next("auth.test", status=503, times=2)
    with slack_side(slack, tmp_path) as turned:
        assert turned.side.is_up
        slack.send_message("quality-intake", ADA, "late but heard")
        assert len(turned.rows()) == 1


def test_after_hanging_up_nothing_is_open(slack: SlackServer, tmp_path: Path) -> None:
    started = time.monotonic()
    with slack_side(slack, tmp_path):
        pass
    assert time.monotonic() - started < 5
    slack.wait_until(lambda: not slack.connections, what="the end of all sockets")


def test_a_dead_line_is_noticed_within_twenty_seconds() -> None:
    """The watchman looks every LOOK_SECONDS whether anything was heard for SILENT_SECONDS; a live line is heard at every ping."""
    assert SILENT_SECONDS + LOOK_SECONDS < 20
    assert SILENT_SECONDS >= 3 * PING_SECONDS


def test_a_line_that_fell_silent_is_made_anew(slack: SlackServer) -> None:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, logger=quiet_logger())
    app = App(client=client, logger=quiet_logger(), token_verification_enabled=False)
    nothing = threading.Event()
    line = Line(
        app, slack.app_token, quiet_logger(), silence=6.0,
        identify=nothing.is_set, connecting=nothing.is_set, connected=nothing.is_set, contact=nothing.is_set,
    )  # fmt: skip
    try:
        assert line.start(5)
        began = time.monotonic()
        slack.silence()
        slack.wait_connected(timeout=15)
        # The last answer to a ping may be up to PING_SECONDS old when the silence begins, never newer.
        assert time.monotonic() - began < 6 + LOOK_SECONDS + 3
    finally:
        line.stop()


def test_what_was_said_while_nobody_listened_is_caught_up(slack: SlackServer, tmp_path: Path) -> None:
    with slack_side(slack, tmp_path) as turned:
        slack.send_message("quality-intake", ADA, "heard at once")
        slack.wait_until(lambda: turned.all_of(select(Mark)), what="the mark")
        settings, store, desk = turned.settings, turned.store, turned.desk
        turned.side.stop()
        slack.wait_until(lambda: not slack.connections, what="the end of all sockets")
        slack.send_message("quality-intake", ADA, "said to nobody", deliver=False)
        slack.send_message("quality-triage", ADA, "chatter", deliver=False)
        slack.send_message("quality-intake", "U0DESKBOT", "a post of ours", deliver=False, bot_id="B0DESKBOT")
        turned.side = SlackSide(settings, store, desk, turned.now)
        turned.side.start()
        slack.wait_until(lambda: len(turned.rows()) == 2, what="the message of meanwhile")
        assert [row.state for row in turned.rows()] == ["heard", "heard"]
        turned.read_all()
        assert len(turned.cases()) == 2
