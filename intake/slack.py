"""What Slack tells us: a payload becomes Heard (what is kept), and that a Submission; nothing is stored or sent here.

The content that is kept holds only what is the same in every delivery of one message, so that a redelivery, or an
`app_mention` beside its `message`, is recognised as a repeat by its hash. What may differ goes into the envelope.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from intake.mail import NO_WORDS
from intake.mail.attachments import safe_name
from tracker.errors import Unreadable
from tracker.submission import Address, Attachment, Elsewhere, SlackPlace, Submission

Kind = Literal["message", "direct_message", "shortcut", "added", "command", "thread", "edited", "deleted"]
Payload = Mapping[str, Any]

CHANNEL: Final = "slack"
_KINDS: Final = frozenset(Kind.__args__)  # type: ignore[attr-defined]
_SAID: Final = frozenset({"", "file_share", "thread_broadcast", "me_message"})
_TOKEN: Final = re.compile(r"<([^<>]*)>")
_LINE_ENDS: Final = re.compile(r"\r\n?|\u2028|\u2029")


@dataclass(frozen=True)
class Heard:
    """One thing that must be kept: what `inbound.keep` takes. `message_id` is `channel/ts`, Slack's own name of a message.

    `people`: the Slack ids of who tells us, and of who wrote it.
    """

    kind: Kind
    source: str
    recipient: str
    envelope: dict[str, Any]
    content: bytes
    message_id: str
    people: frozenset[str] = frozenset()


def heard_event(body: Payload, *, bot_user: str = "") -> Heard | None:
    """What an Events API payload tells us, None where no person said anything (bots, joins, unfurled links).

    `bot_user` is our own bot's user id. The caller decides whether the channel is one we listen to.
    """
    event = body.get("event")
    if not isinstance(event, Mapping) or _text(event, "type") not in {"message", "app_mention"}:
        return None
    subtype = _text(event, "subtype")
    if subtype == "message_changed":
        return _changed(body, event, bot_user)
    if subtype == "message_deleted":
        return _deleted(body, event, bot_user)
    if subtype not in _SAID or _by_a_bot(event, bot_user):
        return None
    return _posted(body, event)


def heard_shortcut(body: Payload, *, to_add: bool = False) -> Heard | None:
    """The message on which "Open a case" was chosen; None where it is no message. The chooser is `by` of the envelope.

    `to_add`: "Add to a case" was chosen; then whoever wrote it speaks, and it waits for a person to name the case.
    """
    message, channel = body.get("message"), _text(_part(body, "channel"), "id")
    if not isinstance(message, Mapping) or not channel or not _text(message, "ts"):
        return None
    by = _text(_part(body, "user"), "id")
    place = {"channel": channel, "ts": _text(message, "ts"), "thread_ts": _text(message, "thread_ts")}
    kind: Kind = "added" if to_add else "shortcut"
    writer = _text(message, "user") or by
    content = {"kind": kind, "user": writer, **place, **_words(message)}
    envelope = {
        "by": writer if to_add else by,
        "channel_name": _text(_part(body, "channel"), "name"),
        "files": _files(message),
    }
    return _heard(kind, body, content, envelope, f"{channel}/{place['ts']}")


def heard_command(body: Payload, *, text: str, trigger_id: str) -> Heard:
    """A report typed into `/case new` or its form. `trigger_id` is what makes two equal reports two."""
    channel, user = _text(body, "channel_id"), _text(body, "user_id") or _text(_part(body, "user"), "id")
    content = {"kind": "command", "user": user, "channel": channel, "ts": "", "thread_ts": "", "said": trigger_id}
    envelope = {"by": user, "channel_name": _text(body, "channel_name"), "files": []}
    return _heard("command", body, content | {"text": text, "shared": []}, envelope, f"{channel}/{trigger_id}")


def submission_from(content: bytes, envelope: Payload) -> Submission:
    """The Submission in what was kept. Nobody is named in it but by Slack's ids: where a mail has a name, it has the title that
    the person's profile shows ("" where Slack did not tell). Raises Unreadable.

    Its Slack user is who told us: for a shortcut the chooser, who passed on a colleague's words. Whoever wrote those never
    turned to us, and is not written to.
    """
    try:
        kept = json.loads(content)
        kind = kept["kind"]
        if kind not in _KINDS:
            raise Unreadable("a Slack message of a kind we do not know")
        by = _text(envelope, "by") or kept["user"]
        passed_on = kind == "shortcut" and by != kept["user"]
        own, shared = plain(kept["text"]), "\n\n".join(plain(text) for text in kept["shared"])
        place = SlackPlace(
            team=_text(envelope, "team"),
            channel=kept["channel"],
            user=by,
            ts=kept["ts"],
            thread_ts=kept["thread_ts"],
            kind="message" if kind == "added" else kind,
            channel_name=_text(envelope, "channel_name"),
        )
        said = kept["ts"] or str(kept.get("said", ""))
        files = tuple(_attachment(file) for file in envelope.get("files", ()))
        wordless = bool(files) and not any(map(str.isalnum, own + shared))
        titles = envelope.get("titles") or {}
        return Submission(
            channel=CHANNEL,
            sender=Address(name=_text(titles, by)),
            author=Address(name=_text(titles, kept["user"])),
            proxy=Address() if passed_on else None,
            text="\n\n".join(part for part in (own, shared) if part),
            new_text=own or shared,
            quoted_text=shared,
            is_forward=bool(shared),
            sent_at=moment_of(kept["ts"]),
            message_id=f"{kept['channel']}/{said}",
            attachments=files,
            faults=(NO_WORDS,) if wordless else (),
            slack=place,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # The error's own text may quote the message.
        raise Unreadable(f"not a Slack message as we keep them ({type(error).__name__})") from None


def plain(text: str) -> str:
    """Slack's markup as a person would read it: links with their label, mentions as @ and #, entities as characters."""
    text = _TOKEN.sub(lambda match: _spelt(match[1]), _LINE_ENDS.sub("\n", text))
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8").strip()


def moment_of(ts: str) -> datetime | None:
    """The time in a Slack timestamp ("1795401880.000100"), None where it holds none."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _posted(body: Payload, event: Payload) -> Heard | None:
    channel, ts, user = _text(event, "channel"), _text(event, "ts"), _text(event, "user")
    if not channel or not ts or not user:
        return None
    thread_ts = _text(event, "thread_ts")
    kind: Kind = "message"
    if _is_direct(event):
        kind = "direct_message"
    elif thread_ts and thread_ts != ts:
        kind = "thread"
    content = {"kind": kind, "user": user, "channel": channel, "ts": ts, "thread_ts": thread_ts, **_words(event)}
    return _heard(kind, body, content, {"by": user, "files": _files(event)}, f"{channel}/{ts}")


def _changed(body: Payload, event: Payload, bot_user: str) -> Heard | None:
    message, before = _part(event, "message"), _part(event, "previous_message")
    channel, ts = _text(event, "channel"), _text(message, "ts")
    if not channel or not ts or _by_a_bot(message, bot_user):
        return None
    if _text(message, "subtype") == "tombstone":
        return _gone(body, channel, before or message, ts)
    if before and _words(before) == _words(message):
        return None  # Slack also says "changed" when it has unfurled a link or counted a reply.
    place = {"channel": channel, "ts": ts, "thread_ts": _text(message, "thread_ts")}
    version = _text(_part(message, "edited"), "ts") or _text(event, "event_ts")
    content = {"kind": "edited", "user": _text(message, "user"), "version": version, **place, **_words(message)}
    return _heard("edited", body, content, {"files": _files(message)}, f"{channel}/{ts}")


def _deleted(body: Payload, event: Payload, bot_user: str) -> Heard | None:
    before, channel, ts = _part(event, "previous_message"), _text(event, "channel"), _text(event, "deleted_ts")
    if not channel or not ts or _by_a_bot(before, bot_user):
        return None
    return _gone(body, channel, before, ts)


def _gone(body: Payload, channel: str, before: Payload, ts: str) -> Heard:
    place = {"channel": channel, "ts": ts, "thread_ts": _text(before, "thread_ts")}
    content = {"kind": "deleted", "user": _text(before, "user"), **place, "text": "", "shared": []}
    return _heard("deleted", body, content, {"files": []}, f"{channel}/{ts}")


def _heard(kind: Kind, body: Payload, content: dict[str, Any], envelope: dict[str, Any], message_id: str) -> Heard:
    team = _text(body, "team_id") or _text(_part(body, "team"), "id")
    return Heard(
        kind=kind,
        source=team,
        recipient=content["channel"],
        envelope={
            "kind": kind,
            "team": team,
            "event_id": _text(body, "event_id"),
            "thread_ts": content["thread_ts"],
            **envelope,
        },
        content=json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode(),
        message_id=message_id,
        people=frozenset(filter(None, (content["user"], envelope.get("by")))),
    )


def _words(message: Payload) -> dict[str, Any]:
    """What was written, and the texts of messages that were shared along with it (Slack's way of forwarding)."""
    shared = [_text(row, "text") or _text(row, "fallback") for row in _shared(message)]
    return {"text": _text(message, "text"), "shared": [text for text in shared if text]}


def _shared(message: Payload) -> list[Payload]:
    """The messages that were shared along with it."""
    return [row for row in _rows(message, "attachments") if row.get("is_share") or row.get("is_msg_unfurl")]


def _rows(payload: Payload, key: str) -> list[Payload]:
    rows = payload.get(key)
    return [row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, Mapping)]


def _files(message: Payload) -> list[dict[str, Any]]:
    """Its files, and those of messages that were shared along with it."""
    rows = [row for one in (message, *_shared(message)) for row in _rows(one, "files")]
    return [
        {
            "id": _text(row, "id"),
            "name": _text(row, "name"),
            "type": _text(row, "mimetype"),
            "size": row["size"] if isinstance(row.get("size"), int) else 0,
            "url": _text(row, "url_private_download") or _text(row, "url_private"),
        }
        for row in {_text(row, "id"): row for row in rows}.values()
    ]


def _attachment(file: Payload) -> Attachment:
    return Attachment(
        filename=safe_name(_text(file, "name")),
        content_type=_text(file, "type"),
        size=int(file["size"]),
        sha256="",
        note="to be fetched from Slack",
        elsewhere=Elsewhere(file=_text(file, "id"), url=_text(file, "url")),
    )


def _by_a_bot(message: Payload, bot_user: str) -> bool:
    user = _text(message, "user")
    return (
        bool(message.get("bot_id")) or _text(message, "subtype") == "bot_message" or (bool(user) and user == bot_user)
    )


def _is_direct(event: Payload) -> bool:
    return event.get("channel_type") == "im" or _text(event, "channel").startswith("D")


def _spelt(token: str) -> str:
    target, _, label = token.partition("|")
    if target.startswith(("@", "#")):
        return target[0] + (label.lstrip("@#") or target[1:])
    if target.startswith("!"):
        name = target[1:].partition("^")[0]
        return label if label else f"@{name}"
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    return bare if not label or label in {bare, target} else f"{label} ({bare})"


def _part(payload: Payload, key: str) -> Payload:
    value = payload.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(payload: Payload, key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
