"""The payloads Slack sends, built from what the workspace remembers; pure but for the ids the workspace hands out."""

import time
from typing import Any

from tests.servers.slack.blocks import options_of
from tests.servers.slack.checks import elements_of
from tests.servers.slack.inhabitants import APP, BOT_USER, TEAM, Channel
from tests.servers.slack.workspace import Workspace

DOMAIN = "desk-tests"
VERIFICATION_TOKEN = "verification-token-of-the-tests"  # deprecated by Slack, still sent with every payload


def event(
    workspace: Workspace, inner: dict[str, Any], *, event_id: str | None = None, team_id: str | None = None
) -> dict[str, Any]:
    """An event as it is wrapped for delivery; `team_id` names another workspace than ours."""
    team = team_id or TEAM
    channel = workspace.channels.get(str(inner.get("channel")))
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id or workspace.new_id("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": channel.is_ext_shared if channel else False,
    }


def message_event(channel: Channel, message: dict[str, Any]) -> dict[str, Any]:
    """The event of one message in a channel."""
    return {**message, "channel": channel.id, "channel_type": channel.kind, "event_ts": message["ts"]}


def who(workspace: Workspace, user: str) -> dict[str, Any]:
    person = workspace.user(user)
    return {"id": user, "username": person.name, "name": person.name, "team_id": person.team_id}


def interaction(workspace: Workspace, kind: str, user: str) -> dict[str, Any]:
    """What every interaction payload has in common, with a fresh trigger."""
    return {
        "type": kind,
        "user": who(workspace, user),
        "api_app_id": APP,
        "token": VERIFICATION_TOKEN,
        "trigger_id": workspace.new_trigger(user),
        "team": {"id": TEAM, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def find_element(blocks: list[dict[str, Any]], action_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block and the element that a person would press; AssertionError names what there is instead."""
    for block in blocks:
        for element in elements_of(block):
            if element["action_id"] == action_id:
                return block, element
    there = [element["action_id"] for block in blocks for element in elements_of(block)]
    raise AssertionError(f"nothing here has the action_id {action_id!r}; there is {there}")


def action(block: dict[str, Any], element: dict[str, Any], chosen: Any, action_ts: str) -> dict[str, Any]:
    """One entry of `actions`: a pressed button, or a choice made in a menu or picker."""
    pressed: dict[str, Any] = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
    }
    if element["type"] == "button":
        return pressed | {name: element[name] for name in ("text", "value", "style", "confirm") if name in element}
    return pressed | choice(element, chosen)


def choice(element: dict[str, Any], chosen: Any) -> dict[str, Any]:
    """How Slack reports what is chosen in an element. `chosen` is plain: a value, a list of values, a date, an id."""
    kind = element["type"]
    if kind in ("static_select", "radio_buttons", "overflow"):
        return {"selected_option": None if chosen is None else option(element, chosen)}
    if kind in ("multi_static_select", "checkboxes"):
        return {"selected_options": [option(element, each) for each in chosen or []]}
    if kind == "external_select":
        return {"selected_option": chosen}
    if kind == "multi_external_select":
        return {"selected_options": chosen or []}
    if kind == "file_input":
        return {"files": chosen or []}
    if kind == "rich_text_input":
        return {"rich_text_value": chosen}
    return {FIELDS[kind]: chosen}


FIELDS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
}
"""Under which name the value of an element is reported."""


def option(element: dict[str, Any], chosen: Any) -> dict[str, Any]:
    """The option with this value or this text."""
    for offered in options_of(element):
        if chosen == offered or chosen in (offered["value"], offered["text"]["text"]):
            return offered
    there = [offered["value"] for offered in options_of(element)]
    raise AssertionError(f"{element['action_id']} does not offer {chosen!r}; it offers {there}")
