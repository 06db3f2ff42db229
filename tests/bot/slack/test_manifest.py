"""The manifest asks for what the code uses, and for nothing else."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.slack.ids import COMMAND, Shortcut
from bot.slack.proof import SCOPES

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    text = (ROOT / "deploy" / "slack-manifest.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def test_the_scopes_are_those_that_are_checked(manifest: dict[str, Any]) -> None:
    assert sorted(manifest["oauth_config"]["scopes"]["bot"]) == sorted(SCOPES)


def test_the_command_and_the_shortcut_are_those_that_are_listened_to(manifest: dict[str, Any]) -> None:
    features = manifest["features"]
    assert [each["command"] for each in features["slash_commands"]] == [COMMAND]
    assert [each["callback_id"] for each in features["shortcuts"]] == [each.value for each in Shortcut]


def test_every_event_has_the_scope_it_needs(manifest: dict[str, Any]) -> None:
    needs = {
        "app_home_opened": None, "app_mention": "app_mentions:read", "message.channels": "channels:history",
        "message.groups": "groups:history", "message.im": "im:history", "subteam_members_changed": "usergroups:read",
        "user_change": "users:read", "group_rename": "groups:read",
        **dict.fromkeys(("channel_archive", "channel_rename", "channel_shared", "channel_unshared"), "channels:read"),
        "link_shared": "links:read", "member_joined_channel": "channels:read", "member_left_channel": "channels:read",
    }  # fmt: skip
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(events) == sorted(needs)
    assert {scope for event in events if (scope := needs[event])} <= set(manifest["oauth_config"]["scopes"]["bot"])


def test_it_is_within_slacks_sizes(manifest: dict[str, Any]) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert all(len(each["name"]) <= 24 for each in manifest["features"]["shortcuts"])
    assert manifest["settings"]["socket_mode_enabled"] is True
