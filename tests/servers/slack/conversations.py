"""`conversations.*`: finding channels and reading what is in them; writing lives in chat."""

from typing import Any

from tests.servers.slack.inhabitants import Channel
from tests.servers.slack.methods import Params, flag, method, needed, page
from tests.servers.slack.workspace import SlackFault, Workspace

READ_AT_ONCE = 999
KINDS = {"channel": "public_channel", "group": "private_channel", "im": "im"}
FAMILIES = {"channel": "channels", "group": "groups", "im": "im"}
"""How the scopes of each kind of conversation begin."""


@method("conversations.info")
def info(workspace: Workspace, params: Params) -> dict[str, Any]:
    (channel,) = needed(params, "channel")
    return {"channel": _readable(workspace, channel).shown()}


@method("conversations.list")
def list_channels(workspace: Workspace, params: Params) -> dict[str, Any]:
    kinds = str(params.get("types") or "public_channel").replace(" ", "").split(",")
    unknown = set(kinds) - {*KINDS.values(), "mpim"}
    if unknown:
        raise SlackFault("invalid_types")
    for kind, name in KINDS.items():
        if name in kinds:
            workspace.require(f"{FAMILIES[kind]}:read")
    found = [
        channel.shown()
        for channel in workspace.channels.values()
        if KINDS[channel.kind] in kinds
        and not (flag(params, "exclude_archived") and channel.is_archived)
        and (not channel.is_private or channel.shown()["is_member"])
    ]
    channels, cursor = page(found, params)
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


@method("conversations.members")
def members(workspace: Workspace, params: Params) -> dict[str, Any]:
    (channel,) = needed(params, "channel")
    found, cursor = page(_readable(workspace, channel).members, params)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


@method("conversations.open", "im:write")
def open_channel(workspace: Workspace, params: Params) -> dict[str, Any]:
    if params.get("channel"):
        channel = workspace.visible_channel(params["channel"])
    else:
        (users,) = needed(params, "users")
        names = users if isinstance(users, list) else str(users).split(",")
        if len(names) != 1:
            raise SlackFault("method_not_supported_for_channel_type")  # group conversations are not modelled
        if names[0] not in workspace.users:
            raise SlackFault("user_not_found")
        channel = workspace.direct_channel(names[0])
    return {"channel": channel.shown() if flag(params, "return_im") else {"id": channel.id}}


@method("conversations.history")
def history(workspace: Workspace, params: Params) -> dict[str, Any]:
    (channel_id,) = needed(params, "channel")
    channel = _with_history(workspace, channel_id)
    top = [
        message
        for message in workspace.messages[channel.id]
        if message.get("thread_ts") in (None, message["ts"]) or message.get("subtype") == "thread_broadcast"
    ]
    return _read(sorted(top, key=lambda message: str(message["ts"]), reverse=True), params)


@method("conversations.replies")
def replies(workspace: Workspace, params: Params) -> dict[str, Any]:
    channel_id, ts = needed(params, "channel", "ts")
    channel = _with_history(workspace, channel_id)
    asked = workspace.message(channel.id, ts)
    if asked is None:
        raise SlackFault("thread_not_found")
    root = asked.get("thread_ts", ts)
    thread = [
        message for message in workspace.messages[channel.id] if root in (message["ts"], message.get("thread_ts"))
    ]
    return _read(thread, params)


def _readable(workspace: Workspace, channel_id: str) -> Channel:
    channel = workspace.visible_channel(channel_id)
    workspace.require(f"{FAMILIES[channel.kind]}:read")
    return channel


def _with_history(workspace: Workspace, channel_id: str) -> Channel:
    channel = workspace.joined_channel(channel_id)
    workspace.require(f"{FAMILIES[channel.kind]}:history")
    return channel


def _read(found: list[dict[str, Any]], params: Params) -> dict[str, Any]:
    """Messages between `oldest` and `latest`, a page of them, with metadata only where it was asked for."""
    oldest, latest = float(params.get("oldest") or 0), float(params.get("latest") or "inf")
    inclusive = flag(params, "inclusive")
    within = [
        message
        for message in found
        if oldest < float(message["ts"]) < latest or (inclusive and float(message["ts"]) in (oldest, latest))
    ]
    messages, cursor = page(within, params, most=READ_AT_ONCE)
    hidden = set() if flag(params, "include_all_metadata") else {"metadata"}
    answer: dict[str, Any] = {
        "messages": [{name: value for name, value in message.items() if name not in hidden} for message in messages],
        "has_more": bool(cursor),
    }
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer
