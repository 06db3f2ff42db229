"""What was said while nobody listened: read the channels' history since the last contact and keep it, as the ear would have.

Slack repeats an event for some minutes only, and only where a connection was lost, not where none was. Everything goes through
the same door, so what was heard already is a repeat. Replies hang below messages of any age: those in which somebody wrote
since are found by `latest_reply`. What was deleted meanwhile leaves no trace in the history.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy import func, select

from bot.log import facts_of
from bot.slack.calls import Calls, SlackTrouble
from bot.slack.channels import Channels, is_id
from bot.slack.ear import Ear
from intake.slack import CHANNEL
from tracker import cards
from tracker.model import Inbound
from tracker.store import Store, Tx

MARGIN: Final = timedelta(minutes=2)
EDITED_WITHIN: Final = timedelta(days=1)
PAGES: Final = 25
THREAD_PAGES: Final = 5
CHANNELS: Final = 60
log = structlog.get_logger()


class CatchUp:
    """Sweeps the intake channels that the bot is in, the channels of the cards, and the private conversations it knows."""

    def __init__(
        self, store: Store, calls: Calls, channels: Channels, ear: Ear, *, pause: Callable[[float], object]
    ) -> None:
        self._store = store
        self._calls = calls
        self._channels = channels
        self._ear = ear
        self._pause = pause

    def sweep(self, team: str, since: datetime) -> int:
        """Keep what was said after `since`; returns how many messages were new. Trouble in one channel spares the others."""
        with self._store.reading() as tx:
            direct = _private_conversations(tx)
            of_cards = sorted(channel for channel in cards.channels(tx) if is_id(channel))
        intake = [channel for channel in self._channels.mine() if self._ear.is_intake(channel)] + direct
        start, new = since - MARGIN, 0
        for channel in intake[:CHANNELS]:
            new += self._spared(partial(self._messages, team, channel, start))
        for channel in dict.fromkeys([*of_cards, *intake][:CHANNELS]):
            new += self._spared(partial(self._replies, team, channel, start))
        if new:
            log.info("slack.caught_up", new=new)
        return new

    def _spared(self, look: Callable[[], int]) -> int:
        try:
            return look()
        except SlackTrouble as trouble:
            log.warning("slack.not_caught_up", **facts_of(trouble))
            return 0

    def _messages(self, team: str, channel: str, start: datetime) -> int:
        """What was written or edited in the channel itself since `start`."""
        new = 0
        for message in self._pages("conversations.history", PAGES, channel=channel, oldest=_ts(start - EDITED_WITHIN)):
            if _later(message.get("ts"), start):
                new += self._ear.heard_late(_event(team, channel, message))
            elif _later((message.get("edited") or {}).get("ts"), start) and self._ear.knows(
                channel, str(message["ts"])
            ):
                new += self._ear.heard_late(_edit(team, channel, message))
        return new

    def _replies(self, team: str, channel: str, start: datetime) -> int:
        """What was written in the channel's threads since `start`, where it is for us."""
        new = 0
        for parent in self._pages("conversations.history", THREAD_PAGES, channel=channel):
            if not _later(parent.get("latest_reply"), start):
                continue
            thread = str(parent.get("ts", ""))
            for reply in self._pages("conversations.replies", PAGES, channel=channel, ts=thread, oldest=_ts(start)):
                event = _event(team, channel, reply)
                if reply.get("ts") != thread and _later(reply.get("ts"), start) and self._ear.is_ours_to_hear(event):
                    new += self._ear.heard_late(event)
        return new

    def _pages(self, method: str, most: int, **wanted: Any) -> Iterator[dict[str, Any]]:
        """Every message of all pages; between pages Slack's pace for such calls is kept."""
        cursor = ""
        for _ in range(most):
            page = self._calls(method, limit=200, cursor=cursor, **wanted)
            yield from (each for each in reversed(page.get("messages", ())) if isinstance(each, dict))
            cursor = str((page.get("response_metadata") or {}).get("next_cursor", ""))
            if not cursor:
                return
            self._pause(1.2)


def _event(team: str, channel: str, message: dict[str, Any]) -> dict[str, Any]:
    """A message of the history in the form in which its event would have come."""
    event = {key: value for key, value in message.items() if key != "channel_type"} | {
        "type": "message",
        "channel": channel,
    }
    return {"type": "event_callback", "team_id": team, "event_id": "", "event": event}


def _edit(team: str, channel: str, message: dict[str, Any]) -> dict[str, Any]:
    """The same for a message that was changed."""
    event = {"type": "message", "subtype": "message_changed", "channel": channel, "message": message}
    return {"type": "event_callback", "team_id": team, "event_id": "", "event": event}


def _ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _later(ts: Any, start: datetime) -> bool:
    try:
        return float(ts) >= start.timestamp()
    except (TypeError, ValueError):
        return False


def _private_conversations(tx: Tx) -> list[str]:
    """The private conversations of people who wrote to us, the latest first."""
    rows = tx.scalars(
        select(Inbound.recipient)
        .where(Inbound.channel == CHANNEL, Inbound.recipient.startswith("D", autoescape=True))
        .group_by(Inbound.recipient)
        .order_by(func.max(Inbound.id).desc())
        .limit(CHANNELS)
    )
    return list(rows)
