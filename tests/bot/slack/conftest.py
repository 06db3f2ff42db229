"""The Slack side, connected to a Slack-shaped workspace that grants what the manifest asks for and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.proof import SCOPES
from tests.bot.slack.side import Transport, Turned, slack_side
from tests.servers.slack import SlackServer


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A workspace in which the app was installed from our manifest; the bot hears its own posts, as it does from Slack."""
    with SlackServer(scopes=SCOPES, echo=True) as running:
        yield running


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> Transport:
    """How Slack speaks to us: over Socket Mode, or by signed requests."""
    chosen: Transport = request.param
    return chosen


@pytest.fixture
def desk_side(slack: SlackServer, tmp_path: Path, transport: Transport) -> Iterator[Turned]:
    """Connected both ways, one after the other, listening in every channel but those of the cards."""
    with slack_side(slack, tmp_path, transport=transport) as turned:
        yield turned
