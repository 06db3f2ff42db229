"""What was said while nobody listened: read the channels' history since the last contact and keep it, as the ear would have.

Slack repeats an event for some minutes only, and only where a connection was lost, not where none was. Everything goes through
the same door, so what was heard already is a repeat. Replies in threads are not in a channel's history and are not looked for.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import func, select

from bot.log import facts_of
from bot.slack.calls import Calls, SlackTrouble
from bot.slack.channels import Channels
from bot.slack.ear import Ear
from intake.slack import CHANNEL
from tracker.model import Inbound
from tracker.store import Store, Tx

MARGIN: Final = timedelta(minutes=2)
PAGES: Final = 25
CHANNELS: Final = 60
log = structlog.get_logger()


class CatchUp:
    """Sweeps the intake channels that the bot is in, and the private conversations it knows, once after each connection."""

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
        places = [channel for channel in self._channels.mine() if self._ear.is_intake(channel)] + direct
        new = 0
        for channel in places[:CHANNELS]:
            try:
                for message in self._said(channel, since - MARGIN):
                    new += self._ear.heard_late(_event(team, channel, message))
            except SlackTrouble as trouble:
                log.warning("slack.not_caught_up", **facts_of(trouble))
        if new:
            log.info("slack.caught_up", new=new)
        return new

    def _said(self, channel: str, since: datetime) -> Iterator[dict[str, Any]]:
        """Oldest page last, as Slack gives them; a wait that Slack asks for is waited once."""
        cursor, oldest = "", f"{since.timestamp():.6f}"
        for _ in range(PAGES):
            page = self._calls("conversations.history", channel=channel, oldest=oldest, limit=200, cursor=cursor)
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
