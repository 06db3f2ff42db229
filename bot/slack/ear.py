"""The middleware in front of Bolt: whatever a person said is kept before Slack is told that we heard it.

Bolt acknowledges events before their listeners run; so this runs first, and an event that could not be kept is not
acknowledged at all, which makes Slack deliver it again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from slack_bolt import BoltRequest, BoltResponse
from sqlalchemy import select

from bot.slack.channels import Channels
from bot.slack.people import People
from intake.slack import CHANNEL, Heard, heard_event
from tracker import cards, inbound
from tracker.inbound import Kept
from tracker.model import Inbound, Parcel
from tracker.store import Store, Tx

_POSTED: Final = frozenset({"message", "direct_message", "thread", "shortcut"})
_CHANGED_CHANNELS: Final = frozenset(
    {
        "channel_shared", "channel_unshared", "channel_archive", "channel_unarchive", "channel_rename", "group_rename",
        "member_joined_channel", "member_left_channel",
    }
)  # fmt: skip
_NOT_UNDERSTOOD: Final = frozenset({"thread", "added", "deleted"})
_FOR_LISTENERS: Final = frozenset({"app_home_opened", "link_shared"})


@dataclass(frozen=True)
class Identity:
    """Who we are in Slack: our workspace, our bot's user and bot id."""

    team: str
    bot_user: str
    bot: str = ""


class Ear:
    """Hears every payload first. `intake` are names or ids of channels to listen to; none: all but the cards' channels.

    `titles` are asked while Slack waits for our answer, so they must be quick to give up.
    `contact` is told of every payload, `channel_changed` of a channel that was shared, renamed or archived.
    """

    def __init__(
        self,
        store: Store,
        channels: Channels,
        people: People,
        titles: People,
        now: Callable[[], datetime],
        *,
        identity: Callable[[], Identity],
        intake: tuple[str, ...],
        card_channels: tuple[str, ...],
        contact: Callable[[], None],
        channel_changed: Callable[[str], None],
    ) -> None:
        self._store = store
        self._channels = channels
        self._people = people
        self._titles = titles
        self._now = now
        self._identity = identity
        self._intake = frozenset(name.lstrip("#") for name in intake)
        self._card_channels = frozenset(name.lstrip("#") for name in card_channels)
        self._contact = contact
        self._channel_changed = channel_changed

    def hear(self, req: BoltRequest, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002 - Bolt's own name
        """Keep, then acknowledge; other payloads go on to their listeners. Raises when it cannot be kept: no ack then."""
        body = req.body
        self._contact()
        if not self._is_ours(body):
            return BoltResponse(status=200, body="")
        if body.get("type") != "event_callback":
            return next()
        event = body.get("event") or {}
        kind = event.get("type")
        if kind in {"message", "app_mention"}:
            heard = heard_event(body, bot_user=self._identity().bot_user)
            if heard is not None and (kind == "app_mention" or self._listens(heard)):
                self.keep(heard)
            return BoltResponse(status=200, body="")
        if kind in _FOR_LISTENERS:
            return next()
        self._note_change(str(kind), event)
        return BoltResponse(status=200, body="")

    def keep(self, heard: Heard) -> Kept:
        """Keep what was heard, once; returns after the commit. Raises StoreUnavailable."""
        now = self._now()
        heard = self._titled(heard)
        return self._store.write(lambda tx: keep_once(tx, heard, now=now))

    def _titled(self, heard: Heard) -> Heard:
        """With the titles of whoever tells us and of whoever wrote it, for the reader; without them where Slack does not tell."""
        if heard.kind in _NOT_UNDERSTOOD:
            return heard
        team = self._identity().team
        titles = {user: self._titles.title(user, team=team) for user in sorted(heard.people)}
        return replace(
            heard, envelope={**heard.envelope, "titles": {user: title for user, title in titles.items() if title}}
        )

    def keep_in(self, tx: Tx, heard: Heard) -> Kept:
        """The same within a transaction of the caller."""
        return keep_once(tx, heard, now=self._now())

    def is_intake(self, channel: str) -> bool:
        """Whether what is said in this channel is for us; yes where Slack does not tell its name.

        One case too many is better than one lost.
        """
        if self._intake:
            name = "" if channel in self._intake else self._channels.name_of(channel)
            return not name or name in self._intake
        if channel in self._card_channels:
            return False
        with self._store.reading() as tx:
            if channel in cards.channels(tx):
                return False
        return self._channels.name_of(channel) not in self._card_channels

    def knows(self, channel: str, ts: str) -> bool:
        """Whether this message was kept before."""
        with self._store.reading() as tx:
            return bool(_kept_as(tx, f"{channel}/{ts}"))

    def is_ours_to_hear(self, body: dict[str, Any]) -> bool:
        """Whether the ear would have kept this event, had it been delivered."""
        heard = heard_event(body, bot_user=self._identity().bot_user)
        return heard is not None and self._listens(heard)

    def heard_late(self, body: dict[str, Any]) -> bool:
        """Keep a message that was found in a channel's history; whether it was new. Raises StoreUnavailable."""
        heard = heard_event(body, bot_user=self._identity().bot_user)
        return heard is not None and not self.keep(heard).repeat

    def _is_ours(self, body: dict[str, Any]) -> bool:
        team = body.get("team_id") or (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id")
        ours = self._identity().team
        return not team or not ours or team == ours

    def _listens(self, heard: Heard) -> bool:
        if heard.kind == "direct_message" or heard.recipient.startswith("D"):
            return True
        if heard.kind in {"thread", "edited", "deleted"} and self._is_known(heard):
            return True
        return self.is_intake(heard.recipient)

    def _is_known(self, heard: Heard) -> bool:
        """A post under a card or another post of ours, or a change of something we kept.

        Slack promises no order: a change below a card counts even before the post that it changes was heard.
        """
        thread = heard.envelope["thread_ts"]
        with self._store.reading() as tx:
            if heard.kind != "thread" and _kept_as(tx, heard.message_id):
                return True
            return bool(thread) and (
                cards.hang_in(tx, heard.recipient, thread) or _is_post_of_ours(tx, heard.recipient, thread)
            )

    def _note_change(self, kind: str, event: dict[str, Any]) -> None:
        if kind in _CHANGED_CHANNELS:
            channel = event.get("channel")
            self._channel_changed(str(channel.get("id", "")) if isinstance(channel, dict) else str(channel or ""))
        if kind in {"user_change", "team_join"}:
            for known in (self._people, self._titles):
                known.forget(str((event.get("user") or {}).get("id", "")))
        if kind == "subteam_members_changed":
            self._people.forget(str(event.get("subteam_id", "")))


def keep_once(tx: Tx, heard: Heard, *, now: datetime) -> Kept:
    """Keep it, unless the same message was kept already under whichever event told of it first."""
    if heard.kind in _POSTED:
        for row in _kept_as(tx, heard.message_id):
            if row.envelope.get("kind") in _POSTED:
                row.repeats += 1
                files = heard.envelope.get("files")
                if files and row.state == "heard" and not row.envelope.get("files"):
                    row.envelope = {**row.envelope, "files": files}  # a mention may have told of it without them
                return Kept(row.id, repeat=True)
    return inbound.keep(
        tx,
        channel=CHANNEL,
        source=heard.source,
        recipient=heard.recipient,
        envelope=heard.envelope,
        content=heard.content,
        message_id=heard.message_id,
        now=now,
    )


def _kept_as(tx: Tx, message_id: str) -> list[Inbound]:
    return list(tx.scalars(select(Inbound).where(Inbound.channel == CHANNEL, Inbound.message_id == message_id)))


def _is_post_of_ours(tx: Tx, channel: str, ts: str) -> bool:
    sent = select(Parcel.id).where(
        Parcel.channel == CHANNEL, Parcel.provider_id == f"{channel}/{ts}", Parcel.case_id.is_not(None)
    )
    return tx.scalar(sent.limit(1)) is not None
