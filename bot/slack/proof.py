"""What `qualitydesk check` says about Slack: tokens, workspace, scopes and channels, every fault at once with what to do."""

import re
from collections.abc import Iterator
from typing import Final

from bot.settings import SlackSettings
from bot.slack.calls import Calls, SaidNo, SlackTrouble
from bot.slack.channels import Channels, is_id
from bot.slack.readers import Readers
from tracker.desk import Desk

SCOPES: Final = (
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read",
    "im:history", "im:write", "links:read", "links:write", "users:read", "usergroups:read", "files:read", "files:write",
)  # fmt: skip
"""What the manifest asks for, and each of them is used."""


def faults(settings: SlackSettings, desk: Desk, calls: Calls, channels: Channels, readers: Readers) -> list[str]:
    """Every fault that can be seen from here; pure reading, nothing is posted."""
    return list(_faults(settings, desk, calls, channels, readers))


def _faults(settings: SlackSettings, desk: Desk, calls: Calls, channels: Channels, readers: Readers) -> Iterator[str]:
    try:
        me = calls("auth.test")
    except SlackTrouble as trouble:
        yield f"slack.bot_token: {trouble}"
        return
    if settings.team_id and me.get("team_id") != settings.team_id:
        yield f"slack.team_id: the token belongs to workspace {me.get('team_id')}, not to {settings.team_id}"
    yield from _scopes(calls)
    if settings.mode == "socket":
        try:
            calls("apps.connections.open", app_token=settings.app_token.get_secret_value())
        except SlackTrouble as trouble:
            yield f"slack.app_token: {trouble}"
    seen: set[str] = set()
    for route in desk.routes:
        if route.channel not in seen:
            yield from _channel(f"route ({route.id}).channel", route.channel, calls, channels, readers)
        seen.add(route.channel)
    for name in settings.intake_channels:
        yield from _channel("slack.intake_channels", name, calls, channels, None)
    yield from _groups(desk, calls)


def _groups(desk: Desk, calls: Calls) -> Iterator[str]:
    """User groups that hold a role: each must be there, and somebody must be in it."""
    for role in desk.roles:
        for group in (member for member in role.members if re.fullmatch(r"S[A-Z0-9]{6,20}", member)):
            place = f"role ({role.id}).members"
            try:
                users = calls("usergroups.users.list", usergroup=group).get("users") or ()
            except SaidNo as no:
                if not no.unknown and no.code != "missing_scope":
                    yield f"{place}: {no} Is {group} a user group of this workspace?"
            except SlackTrouble as trouble:
                yield f"{place} ({group}): {trouble}"
            else:
                if not users:
                    yield f"{place}: nobody is in the user group {group}, so nobody holds this role by it"


def _scopes(calls: Calls) -> Iterator[str]:
    try:
        granted = calls.scopes()
    except SlackTrouble:
        return
    for scope in SCOPES:
        if granted is not None and scope not in granted:
            yield f"slack.bot_token: the scope {scope} is missing; reinstall the app from deploy/slack-manifest.yaml"


def _channel(place: str, name: str, calls: Calls, channels: Channels, readers: Readers | None) -> Iterator[str]:
    """Faults of one channel; `readers` is given where cards are to hang there."""
    try:
        found = channels.find(name)
        if not is_id(found):
            yield f"{place}: Slack shows no channel {name}; create it, or invite the bot if it is private"
            return
        why = channels.refusal(found)
        if why is not None:
            yield f"{place} ({name}): {why}"
        facts = calls("conversations.info", channel=found).get("channel") or {}
        if facts.get("is_member") is False:
            yield f"{place}: the bot is not in {name}; write /invite @qualitydesk there"
        elif why is None and readers is not None:
            outside = readers.refusal(found)
            if outside is not None:
                yield f"{place} ({name}): {outside}"
    except SaidNo as no:
        if not no.unknown:
            yield f"{place} ({name}): {no}"
    except SlackTrouble as trouble:
        yield f"{place} ({name}): {trouble}"
