"""Delivering the outbox's Slack posts (mentions, reminders, private answers): a claimed parcel in, an Outcome out."""

import re
from typing import Any, Final

from pydantic import ValidationError

from bot.slack import blocks, pictures
from bot.slack.blocks import Block
from bot.slack.calls import Limited, Lost, SaidNo, SlackTrouble, Unreached
from bot.slack.ids import Metadata
from bot.slack.posting import NotHere, Posted, Poster
from tracker.outbox import ClaimedParcel, Deferred, Outcome, PostContent, Refused, Sent, Uncertain

_EVERYBODY: Final = re.compile(r"<!(channel|here|everyone)(\|[^<>]*)?>")
_NOT_THIS_BLOCK: Final = frozenset({"invalid_blocks", "invalid_blocks_format"})
_FOR_GOOD: Final = frozenset({
    "user_not_found", "user_disabled", "cannot_dm_bot", "invalid_blocks", "invalid_blocks_format", "no_text",
    "msg_too_long", "msg_blocks_too_long", "restricted_action", "messages_tab_disabled",
})  # fmt: skip


def deliver(poster: Poster, parcel: ClaimedParcel) -> Outcome:
    """Post the parcel once. A channel with outside readers, or a person Slack does not know, is a Refused that staff see."""
    try:
        content = PostContent.model_validate(parcel.content)
    except ValidationError:
        return Refused("The post cannot be put together; its content is not of the form we keep.")
    text = calm(content.text)
    made = calm(list(content.blocks))
    if not any(block.get("type") not in {"image"} for block in made):
        made = [*_sections(text), *made]
    metadata = {"event_type": Metadata.POST.value, "event_payload": {"parcel": str(parcel.id)}}
    if not parcel.to and not content.channel:
        return Refused("The post names neither a channel nor a person in Slack.")
    try:
        channel = _channel(poster, parcel.to, content.channel)
        text = blocks.cut(text, blocks.SECTION)
        doubtful = parcel.attempts > 1
        posted = _with_pictures(poster, channel, text, made, metadata, doubtful=doubtful)
    except NotHere as refusal:
        return Refused(str(refusal))
    except Limited as limited:
        return Deferred(str(limited), limited.retry_after)
    except Lost as lost:
        return Uncertain(str(lost))
    except SaidNo as no:
        return Refused(str(no)) if no.code in _FOR_GOOD else Deferred(str(no))
    except SlackTrouble as trouble:
        return Deferred(str(trouble))
    return Sent(f"{posted.channel}/{posted.ts}")


def _with_pictures(
    poster: Poster, channel: str, text: str, made: list[Block], metadata: dict[str, Any], *, doubtful: bool
) -> Posted:
    """Post with the charts drawn; a picture that Slack will not take is left out: its words are in the text already."""
    plain = [block for block in made if "chart" not in block]
    if len(plain) == len(made):
        return poster.post_once(channel, text, made, metadata, doubtful=doubtful)
    drawn = pictures.drawn(poster.upload, made)
    try:
        return poster.post_once(channel, text, drawn, metadata, doubtful=doubtful)
    except SaidNo as no:
        if drawn == plain or no.code not in _NOT_THIS_BLOCK:
            raise
        return poster.post_once(channel, text, plain, metadata, doubtful=True)


def _channel(poster: Poster, person: str, channel: str) -> str:
    try:
        return poster.direct(person) if person else poster.place(channel)
    except Lost as lost:
        raise Unreached(str(lost)) from None  # nothing was posted yet


def calm(value: Any) -> Any:
    """The same text or blocks with no word in them that would call everybody of a channel."""
    if isinstance(value, str):
        return _EVERYBODY.sub(r"@\1", value)
    if isinstance(value, dict):
        return {key: calm(each) for key, each in value.items()}
    return [calm(each) for each in value] if isinstance(value, list) else value


def _sections(text: str) -> list[dict[str, Any]]:
    """The text in blocks, so that it is never cut where it is longer than one block takes."""
    parts: list[str] = [""]
    for line in text.split("\n"):
        if len(parts[-1]) + len(line) + 1 > blocks.SECTION - 100 and parts[-1]:
            parts.append("")
        parts[-1] += ("\n" if parts[-1] else "") + line
    return [blocks.section(part) for part in parts if part.strip()][:40]
