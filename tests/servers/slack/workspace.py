"""What a small Slack workspace remembers: people, channels, messages, views, and the tickets of one bot; no network here."""

import copy
import itertools
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.servers.slack.checks import elements_of

TEAM = "T0DESK"
OTHER_TEAM = "T0OTHER"
APP = "A0DESK"
BOT_USER = "U0DESKBOT"
BOT = "B0DESKBOT"
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 1800.0


class SlackFault(Exception):
    """Slack answers `{"ok": false, "error": code}`; `messages` says which part of the call was at fault."""

    def __init__(self, code: str, messages: list[str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []


@dataclass
class User:
    """A person or bot, with the facts `users.info` tells."""

    id: str
    name: str
    real_name: str
    team_id: str = TEAM
    email: str | None = None
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False

    def shown(self) -> dict[str, Any]:
        profile = {"real_name": self.real_name, "display_name": self.name, "team": self.team_id}
        if self.email is not None:
            profile["email"] = self.email
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_stranger": self.is_stranger,
            "tz": "Europe/London",
            "profile": profile,
        }


@dataclass
class Channel:
    """A conversation, with the facts `conversations.info` tells."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_org_shared: bool = False
    is_im: bool = False
    user: str | None = None
    """The other person of a direct message."""

    @property
    def kind(self) -> str:
        return "im" if self.is_im else "group" if self.is_private else "channel"

    def shown(self) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "id": self.id,
            "created": 1_700_000_000,
            "is_im": self.is_im,
            "is_mpim": False,
            "is_archived": self.is_archived,
            "is_org_shared": self.is_org_shared,
            "context_team_id": TEAM,
            "is_member": BOT_USER in self.members,
        }
        if self.is_im:
            return {**facts, "user": self.user}
        return {
            **facts,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": False,
            "is_private": self.is_private,
            "is_general": False,
            "is_shared": self.is_ext_shared or self.is_org_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_pending_ext_shared": self.is_pending_ext_shared,
            "pending_shared": [],
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


@dataclass
class Trigger:
    """A right to open one view, for a few seconds."""

    user: str
    until: float
    used: bool = False


@dataclass
class ResponseUrl:
    """A right to answer an interaction, five times within half an hour."""

    channel: str
    user: str
    ts: str | None
    until: float
    uses: int = 0


class Workspace:
    """The state behind the Web API and Socket Mode. Hold `lock` while reading or changing several things at once."""

    def __init__(self, *, bot_token: str, app_token: str, trigger_seconds: float) -> None:
        self.bot_token = bot_token
        self.app_token = app_token
        self.trigger_seconds = trigger_seconds
        self.lock = threading.RLock()
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, tuple[str, list[str]]] = {}
        self.messages: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.ephemerals: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.stacks: defaultdict[str, list[str]] = defaultdict(list)
        self.homes: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.heard_own: Callable[[dict[str, Any]], None] | None = None
        """Called, where set, with the event of each message the bot itself posted."""
        self._numbers = itertools.count(1)
        self.users[BOT_USER] = User(BOT_USER, "qualitydesk", "Quality Desk", is_bot=True)

    # Names and times

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):04d}{secrets.token_hex(3).upper()}"

    def new_ts(self) -> str:
        """A message timestamp, greater than every one before it."""
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def new_trigger(self, user: str) -> str:
        trigger = f"{next(self._numbers)}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self.triggers[trigger] = Trigger(user, time.monotonic() + self.trigger_seconds)
        return trigger

    def new_response_url(self, kind: str, channel: str, user: str, ts: str | None) -> str:
        """Return the path part; `kind` is "actions" or "commands"."""
        path = f"/{kind}/{TEAM}/{next(self._numbers)}/{secrets.token_urlsafe(12)}"
        self.response_urls[path] = ResponseUrl(channel, user, ts, time.monotonic() + RESPONSE_URL_SECONDS)
        return path

    # Finding

    def user(self, user: str) -> User:
        """Raises KeyError with a sentence for a test that names nobody."""
        if user not in self.users:
            raise KeyError(f"there is no user {user} in this workspace: add_user() first")
        return self.users[user]

    def channel(self, channel: str) -> Channel:
        """By id or name, whether or not the bot may see it; KeyError for a test that names none."""
        for known in self.channels.values():
            if channel == known.id or (known.name and channel in (known.name, f"#{known.name}")):
                return known
        raise KeyError(f"there is no channel {channel} in this workspace: add_channel() first")

    def visible_channel(self, channel: Any) -> Channel:
        """A channel as the bot sees it; a private one without it does not exist for it."""
        try:
            found = self.channel(str(channel))
        except KeyError:
            raise SlackFault("channel_not_found") from None
        if found.is_private and BOT_USER not in found.members:
            raise SlackFault("channel_not_found")
        return found

    def joined_channel(self, channel: Any) -> Channel:
        found = self.visible_channel(channel)
        if BOT_USER not in found.members:
            raise SlackFault("not_in_channel")
        return found

    def direct_channel(self, user: str) -> Channel:
        """The direct conversation of the bot and a person, opened if need be."""
        for known in self.channels.values():
            if known.is_im and known.user == user:
                return known
        opened = Channel(self.new_id("D"), "", [BOT_USER, user], is_im=True, user=user)
        self.channels[opened.id] = opened
        return opened

    def message(self, channel: str, ts: str) -> dict[str, Any] | None:
        return next((message for message in self.messages[channel] if message["ts"] == ts), None)

    # Writing

    def post(self, channel: Channel, user: str, text: str, **more: Any) -> dict[str, Any]:
        """Keep a message and return it as Slack shows it; ids that were left out of its blocks are filled in."""
        with self.lock:
            message: dict[str, Any] = {
                "type": "message",
                "user": user,
                "text": text,
                "ts": self.new_ts(),
                "team": self.users[user].team_id if user in self.users else TEAM,
                **{name: value for name, value in more.items() if value is not None},
            }
            if "blocks" in message:
                message["blocks"] = self.with_ids(message["blocks"])
            thread = message.get("thread_ts")
            parent = self.message(channel.id, thread) if thread else None
            if parent is not None:
                parent["thread_ts"] = parent["ts"]
                parent["reply_count"] = parent.get("reply_count", 0) + 1
                parent["latest_reply"] = message["ts"]
                message["parent_user_id"] = parent["user"]
            self.messages[channel.id].append(message)
            return message

    def with_ids(self, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A copy of blocks in which every block and every interactive element has its id."""
        copied = copy.deepcopy(blocks)
        for block in copied:
            block.setdefault("block_id", secrets.token_urlsafe(4))
            for element in elements_of(block):
                element.setdefault("action_id", secrets.token_urlsafe(4))
        return copied

    def new_view(self, view: dict[str, Any], user: str, *, view_id: str | None = None) -> dict[str, Any]:
        """Keep a view under a new id, or as the next version of `view_id`, and return it as Slack shows it."""
        earlier = self.views.get(view_id or "", {})
        shown: dict[str, Any] = {
            "id": view_id or self.new_id("V"),
            "team_id": TEAM,
            "app_id": APP,
            "bot_id": BOT,
            "app_installed_team_id": TEAM,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "title": None,
            "submit": None,
            "close": None,
            "clear_on_close": False,
            "notify_on_close": False,
            "previous_view_id": earlier.get("previous_view_id"),
            **copy.deepcopy(view),
            "blocks": self.with_ids(view["blocks"]),
            "state": {"values": {}},
            "hash": f"{int(time.time())}.{secrets.token_hex(4)}",
        }
        shown["root_view_id"] = earlier.get("root_view_id", shown["id"])
        self.views[shown["id"]] = shown
        return shown

    def use_trigger(self, trigger: Any) -> str:
        """Spend a trigger and return whose it was."""
        known = self.triggers.get(str(trigger))
        if known is None:
            raise SlackFault("invalid_trigger_id")
        if known.used:
            raise SlackFault("exchanged_trigger_id")
        if time.monotonic() > known.until:
            raise SlackFault("expired_trigger_id")
        known.used = True
        return known.user
