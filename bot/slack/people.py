"""Who in Slack is a full member of our workspace, and which user groups they are in; what they may do is the tracker's to say."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from bot.slack.calls import Calls, SaidNo, SlackTrouble

BELIEVED_FOR: Final = 300.0
NOT_ASKED_FOR: Final = 60.0
"""For how long nobody's title is asked for after Slack could not tell one: a report must not wait for it again and again."""
TITLE: Final = 100


@dataclass(frozen=True)
class Standing:
    """Whether the person is a full, active member of our own workspace; `why` is a sentence where they are not.

    `outsider`: a guest or a stranger, who may not even read along; bots and people who left read nothing. `title`: what their
    profile calls them ("FY2, acute medicine").
    """

    full_member: bool
    why: str = ""
    outsider: bool = False
    title: str = ""


NOBODY: Final = Standing(full_member=False, why="Slack does not know you as a member of this workspace.", outsider=True)
MANY: Final = 20
PAGES: Final = 50


class People:
    """What Slack says of people and user groups, believed for at most five minutes. Thread-safe."""

    def __init__(self, calls: Calls, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._clock = clock
        self._lock = threading.Lock()
        self._standings: dict[str, tuple[float, Standing]] = {}
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}
        self._ask_titles_at = 0.0

    def standing(self, user: str, *, team: str) -> Standing:
        """Guests, strangers, bots and people who left hold no rights. Raises SlackTrouble where Slack cannot tell."""
        known = self._known(user)
        if known is not None:
            return known
        try:
            facts = self._calls("users.info", user=user).get("user") or {}
        except SaidNo as no:
            if no.code in {"user_not_found", "user_not_visible"}:
                return NOBODY
            if not no.unknown:
                raise
            facts = {}
        return self._learn(user, standing_of(facts, team=team))

    def title(self, user: str, *, team: str) -> str:
        """What the person's profile calls them, "" where Slack does not tell."""
        if self._known(user) is None and self._clock() < self._ask_titles_at:
            return ""
        try:
            return self.standing(user, team=team).title
        except SlackTrouble:
            self._ask_titles_at = self._clock() + NOT_ASKED_FOR
            return ""

    def refusal(self, users: Iterable[str], *, team: str) -> str | None:
        """Why these people may not all read what we post: the first guest or stranger among them; None where all may.

        Many unknown ones are asked for at once. Raises SlackTrouble where Slack cannot tell.
        """
        unknown = [user for user in users if self._known(user) is None]
        if len(unknown) > MANY:
            self._learn_all(team)
        for user in users:
            standing = self.standing(user, team=team)
            if standing.outsider:
                return standing.why
        return None

    def groups_of(self, user: str, groups: Iterable[str]) -> tuple[str, ...]:
        """Those of these user groups that the person is in; a group that Slack does not tell of counts as empty."""
        return tuple(group for group in groups if user in self._members(group))

    def forget(self, name: str) -> None:
        """Slack says that this person or user group changed."""
        with self._lock:
            self._standings.pop(name, None)
            self._groups.pop(name, None)

    def _known(self, user: str) -> Standing | None:
        with self._lock:
            known = self._standings.get(user)
        return known[1] if known is not None and self._clock() - known[0] < BELIEVED_FOR else None

    def _learn(self, user: str, standing: Standing) -> Standing:
        with self._lock:
            self._standings[user] = (self._clock(), standing)
        return standing

    def _learn_all(self, team: str) -> None:
        cursor = ""
        for _ in range(PAGES):
            try:
                page = self._calls("users.list", limit=1000, cursor=cursor)
            except SaidNo as no:
                if not no.unknown:
                    raise
                return
            for row in page.get("members", ()):
                if isinstance(row, dict) and row.get("id"):
                    self._learn(str(row["id"]), standing_of(row, team=team))
            cursor = str((page.get("response_metadata") or {}).get("next_cursor", ""))
            if not cursor:
                return

    def _members(self, group: str) -> frozenset[str]:
        with self._lock:
            known = self._groups.get(group)
        if known is not None and self._clock() - known[0] < BELIEVED_FOR:
            return known[1]
        try:
            users = self._calls("usergroups.users.list", usergroup=group).get("users") or []
        except SaidNo:
            users = []
        members = frozenset(str(user) for user in users)
        with self._lock:
            self._groups[group] = (self._clock(), members)
        return members


def standing_of(facts: dict[str, Any], *, team: str) -> Standing:
    """What `users.info` says of a person, judged; pure. A fact that is not told does not count against them."""
    of = str(facts.get("team_id") or team)
    profile = facts.get("profile")
    title = str(profile.get("title") or "").strip()[:TITLE] if isinstance(profile, dict) else ""
    stranger = bool(facts.get("is_stranger")) or (bool(team) and of != team)
    guest = bool(facts.get("is_ultra_restricted")) or bool(facts.get("is_restricted"))
    for forbids, why, outsider in (
        (bool(facts.get("deleted")), "This account is deactivated.", False),
        (bool(facts.get("is_bot")), "Bots may not work on cases.", False),
        (stranger, "Only members of our own workspace may do this.", True),
        (guest, "Guests may not work on cases.", True),
    ):
        if forbids:
            return Standing(full_member=False, why=why, outsider=outsider, title=title)
    return Standing(full_member=True, title=title)
