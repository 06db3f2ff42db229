"""What a small Slack workspace remembers: people, channels, messages, views, and the tickets of one bot; no network here."""

import copy
import itertools
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.servers.slack.checks import elements_of
from tests.servers.slack.inhabitants import APP, BOT, BOT_USER, TEAM, Channel, User

RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 1800.0


SCOPES = frozenset(
    {
        "channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read", "im:history",
        "im:read", "im:write", "usergroups:read", "users:read", "users:read.email",
    }
)  # fmt: skip
"""What the bot token may do unless a test says otherwise."""


class SlackFault(Exception):
    """Slack answers `{"ok": false, "error": code}`; `messages` says which part of the call was at fault."""

    def __init__(self, code: str, messages: list[str] | None = None, **more: str) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []
        self.more = more


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

    def __init__(self, *, bot_token: str, app_token: str, trigger_seconds: float, scopes: Iterable[str]) -> None:
        self.bot_token = bot_token
        self.scopes = sorted(scopes)
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
        self.files: dict[str, dict[str, Any]] = {}
        """What the bot sent, by id."""
        self.shared: dict[str, tuple[dict[str, Any], bytes]] = {}
        """What people shared, by id: what is told of it, and its bytes."""
        self.address = ""
        """Where uploads go, without a path; set when the server runs."""
        self.heard_own: Callable[[dict[str, Any]], None] | None = None
        """Called, where set, with the event of each message the bot itself posted."""
        self._numbers = itertools.count(1)
        self.users[BOT_USER] = User(BOT_USER, "qualitydesk", "Quality Desk", is_bot=True)

    def require(self, scope: str) -> None:
        """Raise `missing_scope` where the bot token was not given this scope."""
        if scope not in self.scopes:
            raise SlackFault("missing_scope", needed=scope, provided=",".join(self.scopes))

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
