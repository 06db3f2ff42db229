"""`chat.*` and what is posted to a response_url: messages written by the bot; reading them lives in conversations."""

import re
import time
from typing import Any

from tests.servers.slack.checks import MESSAGE_CHARACTERS, faults_in_message_blocks, text_length
from tests.servers.slack.inhabitants import APP, BOT, BOT_USER, TEAM, Channel
from tests.servers.slack.methods import Params, method, needed
from tests.servers.slack.workspace import RESPONSE_URL_USES, SlackFault, Workspace

TEXT_CHARACTERS = 40_000
METADATA_KEYS = {"event_type", "event_payload"}


@method("chat.postMessage", "chat:write")
def post_message(workspace: Workspace, params: Params) -> dict[str, Any]:
    (channel_id,) = needed(params, "channel")
    to_person = channel_id in workspace.users
    channel = workspace.direct_channel(channel_id) if to_person else workspace.joined_channel(channel_id)
    if channel.is_archived:
        raise SlackFault("is_archived")
    thread = params.get("thread_ts")
    if thread and not re.fullmatch(r"\d{10}\.\d{6}", str(thread)):
        raise SlackFault("invalid_thread_ts", [f"[ERROR] {thread} is not a valid thread_ts"])
    # A well-formed thread_ts that names no message is accepted, and the reply is then seen nowhere in the channel
    # (slackapi/python-slack-sdk#840).
    message = _post(workspace, channel, params, thread_ts=thread or None)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


@method("chat.update", "chat:write")
def update(workspace: Workspace, params: Params) -> dict[str, Any]:
    channel_id, ts = needed(params, "channel", "ts")
    channel = workspace.visible_channel(channel_id)
    message = _own_message(workspace, channel, ts, otherwise="cant_update_message")
    text, blocks = _content(params, old_blocks=message.get("blocks"))
    with workspace.lock:
        message["text"] = text
        if "metadata" in params:
            message["metadata"] = _metadata(params)
        if blocks:
            message["blocks"] = workspace.with_ids(blocks)
        else:
            message.pop("blocks", None)
            message["edited"] = {"user": BOT_USER, "ts": workspace.new_ts()}
    return {"channel": channel.id, "ts": ts, "text": text, "message": message}


@method("chat.delete", "chat:write")
def delete(workspace: Workspace, params: Params) -> dict[str, Any]:
    channel_id, ts = needed(params, "channel", "ts")
    channel = workspace.visible_channel(channel_id)
    message = _own_message(workspace, channel, ts, otherwise="cant_delete_message")
    workspace.messages[channel.id].remove(message)
    return {"channel": channel.id, "ts": ts}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(workspace: Workspace, params: Params) -> dict[str, Any]:
    channel_id, user = needed(params, "channel", "user")
    channel = workspace.joined_channel(channel_id)
    if user not in channel.members:
        raise SlackFault("user_not_in_channel")
    text, blocks = _content(params)
    shown = whisper(workspace, channel.id, user, text, blocks, params.get("thread_ts"))
    return {"message_ts": shown["ts"]}


@method("chat.unfurl", "links:write")
def unfurl(workspace: Workspace, params: Params) -> dict[str, Any]:
    channel_id, _, unfurls = needed(params, "channel", "ts", "unfurls")
    workspace.visible_channel(channel_id)
    faults = [fault for shown in unfurls.values() for fault in faults_in_message_blocks(shown.get("blocks", []))]
    if faults:
        raise SlackFault("cannot_parse_attachment", faults)
    return {}


@method("chat.getPermalink")
def get_permalink(workspace: Workspace, params: Params) -> dict[str, Any]:
    channel_id, ts = needed(params, "channel", "message_ts")
    channel = workspace.visible_channel(channel_id)
    if workspace.message(channel.id, ts) is None:
        raise SlackFault("message_not_found")
    return {
        "channel": channel.id,
        "permalink": f"https://desk.slack.example/archives/{channel.id}/p{ts.replace('.', '')}",
    }


def answer_response_url(workspace: Workspace, path: str, params: Params) -> None:
    """Do what was posted to a response_url; raises `expired_url`, `used_url`, or what is wrong with the message."""
    right = workspace.response_urls.get(path)
    if right is None or time.monotonic() > right.until:
        raise SlackFault("expired_url")
    if right.uses >= RESPONSE_URL_USES:
        raise SlackFault("used_url")
    right.uses += 1
    channel = workspace.channels[right.channel]
    original = workspace.message(channel.id, right.ts) if right.ts else None
    if params.get("delete_original") and original is not None:
        workspace.messages[channel.id].remove(original)
        return
    text, blocks = _content(params)
    if params.get("replace_original") and original is not None:
        original["text"] = text
        original["blocks"] = workspace.with_ids(blocks)
    elif params.get("response_type") == "in_channel":
        _post(workspace, channel, params, thread_ts=params.get("thread_ts"))
    else:
        whisper(workspace, channel.id, right.user, text, blocks, params.get("thread_ts"))


def whisper(
    workspace: Workspace, channel: str, user: str, text: str, blocks: list[dict[str, Any]], thread: str | None = None
) -> dict[str, Any]:
    """Keep a message that one person sees."""
    shown = {
        "channel": channel,
        "user": user,
        "text": text,
        "blocks": workspace.with_ids(blocks),
        "ts": workspace.new_ts(),
        "thread_ts": thread,
    }
    workspace.ephemerals.append(shown)
    return shown


def _known_files(workspace: Workspace, blocks: list[dict[str, Any]]) -> None:
    """An image may only show a file that is all there; else Slack answers `invalid_blocks`."""
    for block in blocks:
        file = (block.get("slack_file") or {}).get("id")
        if file is not None and not workspace.files.get(file, {}).get("done"):
            raise SlackFault("invalid_blocks", ["[ERROR] invalid slack file"])


def _post(workspace: Workspace, channel: Channel, params: Params, *, thread_ts: str | None) -> dict[str, Any]:
    text, blocks = _content(params)
    _known_files(workspace, blocks)
    message = workspace.post(
        channel,
        BOT_USER,
        text,
        bot_id=BOT,
        app_id=APP,
        bot_profile={"id": BOT, "app_id": APP, "name": "Quality Desk", "team_id": TEAM},
        blocks=blocks or None,
        thread_ts=thread_ts,
        metadata=_metadata(params),
        subtype="thread_broadcast" if thread_ts and params.get("reply_broadcast") in (True, "1", "true") else None,
    )
    if workspace.heard_own is not None:
        workspace.heard_own({**message, "channel": channel.id, "channel_type": channel.kind, "event_ts": message["ts"]})
    return message


def _own_message(workspace: Workspace, channel: Channel, ts: str, *, otherwise: str) -> dict[str, Any]:
    message = workspace.message(channel.id, ts)
    if message is None:
        raise SlackFault("message_not_found")
    if message.get("bot_id") != BOT:
        raise SlackFault(otherwise)
    return message


def _content(params: Params, *, old_blocks: list[dict[str, Any]] | None = None) -> tuple[str, list[dict[str, Any]]]:
    """The text and blocks of a call, checked. Text alone removes old blocks; without text they stay."""
    given = params.get("blocks")
    text = params.get("text") or params.get("markdown_text") or ""
    blocks = given if given is not None else [] if text else (old_blocks or [])
    if not isinstance(blocks, list):
        raise SlackFault("invalid_blocks_format")
    if not text and not blocks and not params.get("attachments"):
        raise SlackFault("no_text")
    if faults := faults_in_message_blocks(blocks):
        raise SlackFault("invalid_blocks", faults)
    if text_length(blocks) > MESSAGE_CHARACTERS:
        raise SlackFault("msg_blocks_too_long")
    return str(text)[:TEXT_CHARACTERS], blocks


def _metadata(params: Params) -> dict[str, Any] | None:
    metadata = params.get("metadata")
    if metadata in (None, ""):
        return None
    if not isinstance(metadata, dict):
        raise SlackFault("invalid_metadata_format")
    if not metadata.keys() >= METADATA_KEYS or not isinstance(metadata["event_payload"], dict):
        raise SlackFault("invalid_metadata_schema")
    return metadata
