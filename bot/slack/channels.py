"""Which channel a name means, and whether it may be posted in: never where another organisation reads along."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from bot.slack.calls import Calls, SaidNo, SlackTrouble

BELIEVED_FOR: Final = 300.0
LOOKED_AT_AGAIN_AFTER: Final = 30.0
PAGES: Final = 50
_ID: Final = re.compile(r"[CGD][A-Z0-9]{4,}")
_KINDS: Final = ("public_channel,private_channel", "public_channel")


def is_id(channel: str) -> bool:
    """Whether this is a channel's id; names are always lower-case."""
    return _ID.fullmatch(channel) is not None


class Channels:
    """What Slack says of channels, believed for at most five minutes. Thread-safe."""

    def __init__(self, calls: Calls, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._clock = clock
        self._lock = threading.Lock()
        self._names: dict[str, str] = {}
        self._mine: frozenset[str] = frozenset()
        self._listed_at: float | None = None
        self._facts: dict[str, tuple[float, dict[str, Any] | None]] = {}

    def find(self, channel: str) -> str:
        """The id of a channel given by name or id; "#name" where Slack lists none of that name. Raises SlackTrouble."""
        if is_id(channel):
            return channel
        name = channel.lstrip("#")
        known = self._id_of(name)
        if known is None and self._may_look_again():
            self.refresh()
            known = self._id_of(name)
        return known or f"#{name}"

    def name_of(self, channel: str) -> str:
        """The name of a channel given by id, "" where Slack does not tell."""
        with self._lock:
            name = self._names.get(channel)
        if name is not None:
            return name
        try:
            return str((self._info(channel) or {}).get("name", ""))
        except SlackTrouble:
            return ""

    def refresh(self) -> None:
        """Read the list of channels anew. Raises SlackTrouble."""
        rows: list[dict[str, Any]] = []
        for kinds in _KINDS:
            try:
                rows = list(self._listed(kinds))
                break
            except SaidNo as no:
                if no.unknown:
                    break
                if kinds == _KINDS[-1]:
                    raise
        with self._lock:
            self._names |= {str(row.get("id", "")): str(row.get("name", "")) for row in rows}
            self._mine = frozenset(str(row.get("id", "")) for row in rows if row.get("is_member"))
            self._listed_at = self._clock()

    def mine(self) -> list[str]:
        """The channels that the bot was in when the list was last read, by id."""
        with self._lock:
            return sorted(self._mine)

    def forget(self, channel: str) -> None:
        """Slack says that something about this channel changed."""
        with self._lock:
            self._facts.pop(channel, None)

    def refusal(self, channel: str) -> str | None:
        """Why nothing may be posted in this channel, None where it may. Raises SlackTrouble where Slack cannot tell now."""
        if channel.startswith(("#", "D")):
            return None
        facts = self._info(channel)
        if facts is None:
            return None
        if facts.get("is_ext_shared") or facts.get("is_pending_ext_shared"):
            return "The channel is shared with another organisation; nothing is posted there."
        if facts.get("is_shared") and not facts.get("is_org_shared"):
            return "The channel is shared beyond our own organisation; nothing is posted there."
        if facts.get("is_archived"):
            return "The channel is archived; choose another one in the configuration."
        return None

    def _id_of(self, name: str) -> str | None:
        with self._lock:
            return next((channel for channel, known in self._names.items() if known == name), None)

    def _may_look_again(self) -> bool:
        with self._lock:
            return self._listed_at is None or self._clock() - self._listed_at > LOOKED_AT_AGAIN_AFTER

    def _info(self, channel: str) -> dict[str, Any] | None:
        """The channel's facts; None where the server cannot tell any (real Slack always can)."""
        with self._lock:
            known = self._facts.get(channel)
        if known is not None and self._clock() - known[0] < BELIEVED_FOR:
            return known[1]
        facts: dict[str, Any] | None
        try:
            facts = self._calls("conversations.info", channel=channel).get("channel") or {}
        except SaidNo as no:
            if not no.unknown:
                raise
            facts = None
        with self._lock:
            self._facts[channel] = (self._clock(), facts)
        return facts

    def _listed(self, kinds: str) -> Iterator[dict[str, Any]]:
        cursor = ""
        for _ in range(PAGES):
            answer = self._calls("conversations.list", types=kinds, exclude_archived=True, limit=1000, cursor=cursor)
            yield from (row for row in answer.get("channels", ()) if isinstance(row, dict))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor", ""))
            if not cursor:
                return
