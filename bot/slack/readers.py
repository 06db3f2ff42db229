"""Who reads along in a channel: a post is refused where a guest or a stranger does; what a person may do is not decided here."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from bot.slack.calls import Calls, SaidNo
from bot.slack.channels import BELIEVED_FOR
from bot.slack.people import People

PAGES: Final = 50
OUTSIDE: Final = "A guest or somebody of another organisation reads this channel; nothing is posted there."


class Readers:
    """The members of channels, believed for at most five minutes and forgotten when Slack says that one joined. Thread-safe.

    `us` tells our workspace and our bot's own user, who is in every channel.
    """

    def __init__(
        self,
        calls: Calls,
        people: People,
        us: Callable[[], tuple[str, str]],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._calls = calls
        self._people = people
        self._us = us
        self._clock = clock
        self._lock = threading.Lock()
        self._members: dict[str, tuple[float, tuple[str, ...]]] = {}

    def refusal(self, channel: str) -> str | None:
        """Why nothing may be posted here, None where all who read may. Raises SlackTrouble where Slack cannot tell now."""
        if channel.startswith(("#", "D")):
            return None
        team, bot_user = self._us()
        found = self._people.refusal([user for user in self._of(channel) if user != bot_user], team=team)
        return OUTSIDE if found is not None else None

    def forget(self, channel: str) -> None:
        """Slack says that somebody joined or left."""
        with self._lock:
            self._members.pop(channel, None)

    def _of(self, channel: str) -> tuple[str, ...]:
        with self._lock:
            known = self._members.get(channel)
        if known is not None and self._clock() - known[0] < BELIEVED_FOR:
            return known[1]
        try:
            members = tuple(self._listed(channel))
        except SaidNo as no:
            # A small stand-in has no lists of members; real Slack always has.
            if not no.unknown:
                raise
            members = ()
        with self._lock:
            self._members[channel] = (self._clock(), members)
        return members

    def _listed(self, channel: str) -> Iterator[str]:
        cursor = ""
        for _ in range(PAGES):
            page = self._calls("conversations.members", channel=channel, limit=1000, cursor=cursor)
            yield from (str(user) for user in page.get("members") or ())
            cursor = str((page.get("response_metadata") or {}).get("next_cursor", ""))
            if not cursor:
                return
