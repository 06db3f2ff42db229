"""`qualitydesk check` names every fault of the Slack side at once, with what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.slack.proof import SCOPES
from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import GUEST, LEE, RESTRICTED, TRIAGE, SlackServer


@pytest.fixture
def turned(slack: SlackServer, tmp_path: Path) -> Iterator[Turned]:
    slack.add_usergroup("S0DEANS", "deans", [LEE])
    with slack_side(slack, tmp_path, start=False) as made:
        yield made


def test_nothing_is_wrong_where_all_is_well(turned: Turned) -> None:
    assert turned.side.check() == []


def test_a_guest_among_the_readers_of_cards_is_named(turned: Turned, slack: SlackServer) -> None:
    slack.channel(TRIAGE).members.append(GUEST)
    (fault,) = turned.side.check()
    assert "quality-triage" in fault
    assert "guest" in fault


def test_a_user_group_that_is_missing_or_empty_is_named(turned: Turned, slack: SlackServer) -> None:
    slack.add_usergroup("S0DEANS", "deans", [])
    assert "nobody is in the user group S0DEANS" in turned.side.check()[0]
    slack.workspace.usergroups.clear()
    assert "no_such_subteam" in turned.side.check()[0]


def test_a_wrong_bot_token_is_the_only_fault_named(slack: SlackServer, tmp_path: Path) -> None:
    with slack_side(slack, tmp_path, start=False, bot_token=SecretStr("xoxb-wrong")) as turned:
        (fault,) = turned.side.check()
        assert fault == "slack.bot_token: Slack refused auth.test: invalid_auth."
        assert "xoxb" not in fault


def test_every_other_fault_is_named_at_once(slack: SlackServer, tmp_path: Path) -> None:
    slack.channel(TRIAGE).is_ext_shared = True
    slack.channel(RESTRICTED).members.remove(slack.bot_user)
    intake = ("somewhere-else", "no-such-channel")
    wrong = {"app_token": SecretStr("xapp-wrong"), "team_id": "T0ELSEWHERE", "intake_channels": intake}
    with slack_side(slack, tmp_path, start=False, **wrong) as turned:
        told = "\n".join(turned.side.check())
    for part in (
        "slack.team_id: the token belongs to workspace T0DESK, not to T0ELSEWHERE",
        "slack.app_token: Slack refused apps.connections.open: invalid_auth",
        "(quality-triage): The channel is shared with another organisation",
        "Slack shows no channel quality-restricted",
        "the bot is not in somewhere-else; write /invite @qualitydesk there",
        "Slack shows no channel no-such-channel",
    ):
        assert part in told


def test_missing_scopes_are_named(tmp_path: Path) -> None:
    with (
        SlackServer(scopes=set(SCOPES) - {"im:write", "usergroups:read"}) as poor,
        slack_side(poor, tmp_path, start=False) as turned,
    ):
        assert turned.side.check() == [
            f"slack.bot_token: the scope {scope} is missing; reinstall the app from deploy/slack-manifest.yaml"
            for scope in ("im:write", "usergroups:read")
        ]


def test_slack_out_of_reach_is_said(slack: SlackServer, tmp_path: Path) -> None:
    with slack_side(slack, tmp_path, start=False, api_url="http://127.0.0.1:9/api/") as turned:
        (fault,) = turned.side.check()
        assert fault.startswith("slack.bot_token: Slack could not be reached")
