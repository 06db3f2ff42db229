"""Putting one message into Slack once: refuse where outsiders read, and after a lost answer look before posting again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.slack.calls import Calls, Lost, SaidNo, SlackTrouble, Unreached
from bot.slack.channels import Channels
from bot.slack.readers import Readers

PAGES: Final = 5
_PLAINLY: Final = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}
_NOT_TO_DELETE: Final = frozenset({"message_not_found", "channel_not_found", "is_archived", "not_in_channel"})
_CANNOT_LOOK: Final = frozenset({"missing_scope", "method_not_supported_for_channel_type", "not_allowed_token_type"})


@dataclass(frozen=True)
class Posted:
    """Where a message is. `fresh` False: it was there before, and may say something older."""

    channel: str
    ts: str
    fresh: bool = True


class NotHere(Exception):
    """Nothing may be posted in this channel; `str` says why."""


class Poster:
    """Posts messages. Calls raise SlackTrouble; a Lost says that the message may be there all the same."""

    def __init__(self, calls: Calls, channels: Channels, readers: Readers) -> None:
        self._calls = calls
        self._channels = channels
        self._readers = readers

    def place(self, channel: str) -> str:
        """The channel to call by; each time it is checked for outside readers. Raises NotHere, SlackTrouble."""
        found = self._channels.find(channel)
        why = self._channels.refusal(found) or self._readers.refusal(found)
        if why is not None:
            raise NotHere(why)
        return found

    def find(self, channel: str) -> str:
        """The channel's id, also where nothing may be posted. Raises SlackTrouble."""
        return self._channels.find(channel)

    def direct(self, user: str) -> str:
        """The private conversation with a person. Raises SlackTrouble."""
        try:
            return str((self._calls("conversations.open", users=user).get("channel") or {})["id"])
        except SaidNo as no:
            if not no.unknown:
                raise
            return user
        except KeyError:
            return user

    def post(self, channel: str, text: str, blocks: list[dict[str, Any]], metadata: Mapping[str, Any]) -> Posted:
        """Post anew."""
        answer = self._calls(
            "chat.postMessage", channel=channel, text=text, blocks=blocks, metadata=dict(metadata), **_PLAINLY
        )
        return Posted(str(answer.get("channel") or channel), str(answer.get("ts", "")))

    def upload(self, name: str, content: bytes, words: str) -> str:
        """Give Slack a file that only we see, and return its id. Raises SlackTrouble; nothing is posted by it."""
        place = self._calls("files.getUploadURLExternal", filename=name, length=len(content), alt_txt=words)
        self._calls.send_bytes(str(place.get("upload_url", "")), content)
        file = {"id": str(place.get("file_id", "")), "title": name}
        self._calls("files.completeUploadExternal", files=[file])
        return file["id"]

    def update(self, at: Posted, text: str, blocks: list[dict[str, Any]], metadata: Mapping[str, Any]) -> None:
        """Replace what a message of ours says; the same call twice does no harm."""
        self._calls(
            "chat.update", channel=at.channel, ts=at.ts, text=text, blocks=blocks, metadata=dict(metadata),
            link_names=False, parse="none",
        )  # fmt: skip

    def delete(self, at: Posted) -> None:
        """Take a message of ours away; one that is gone or out of anybody's reach is as good. Raises SlackTrouble."""
        try:
            self._calls("chat.delete", channel=at.channel, ts=at.ts)
        except SaidNo as no:
            if no.code not in _NOT_TO_DELETE:
                raise

    def look(self, channel: str, metadata: Mapping[str, Any]) -> Posted | None:
        """The newest message of ours with this metadata, None where the channel has none. Raises SlackTrouble."""
        channel = self._channels.find(channel)
        cursor = ""
        for _ in range(PAGES):
            page = self._calls(
                "conversations.history", channel=channel, limit=200, include_all_metadata=True, cursor=cursor
            )
            for message in page.get("messages", ()):
                if _is(message.get("metadata"), metadata) and (message.get("bot_id") or message.get("app_id")):
                    return Posted(channel, str(message["ts"]), fresh=False)
            cursor = str((page.get("response_metadata") or {}).get("next_cursor", ""))
            if not cursor:
                break
        return None

    def post_once(
        self, channel: str, text: str, blocks: list[dict[str, Any]], metadata: Mapping[str, Any], *, doubtful: bool
    ) -> Posted:
        """Post, unless the message is there already; `doubtful` says that an earlier attempt may have worked.

        Raises SlackTrouble; a Lost only where it may be there and Slack did not let us look.
        """
        there = self._look_first(channel, metadata) if doubtful else None
        if there is not None:
            return there
        try:
            return self.post(channel, text, blocks, metadata)
        except Lost as lost:
            try:
                there = self.look(channel, metadata)
            except SlackTrouble:
                raise lost from None
            if there is None:
                raise Unreached("Slack lost the post on its way; it will be posted again.") from None
            return there

    def _look_first(self, channel: str, metadata: Mapping[str, Any]) -> Posted | None:
        try:
            return self.look(channel, metadata)
        except Lost as lost:
            raise Unreached(str(lost)) from None
        except SaidNo as no:
            # Never allowed to look: a second message is the lesser evil beside none at all.
            if no.unknown or no.code in _CANNOT_LOOK:
                return None
            raise


def _is(found: Any, wanted: Mapping[str, Any]) -> bool:
    return (
        isinstance(found, Mapping)
        and found.get("event_type") == wanted["event_type"]
        and found.get("event_payload") == wanted["event_payload"]
    )
