"""The Slack side, connected to a Slack-shaped workspace."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import SlackServer


@pytest.fixture
def desk_side(slack: SlackServer, tmp_path: Path) -> Iterator[Turned]:
    """Connected, listening in every channel but those of the cards."""
    with slack_side(slack, tmp_path) as turned:
        yield turned
