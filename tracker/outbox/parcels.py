"""What goes in and out of the outbox: what a parcel holds, and what became of a delivery; nothing is stored here."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

AutoSubmitted = Literal["auto-replied", "auto-generated", ""]

LINE_LIMIT: Final = 200
IDS_KEPT: Final = 20
IDS_BYTES: Final = 998
_MESSAGE_ID: Final = re.compile(r"[!-;=?-~]{1,250}@[!-;=?-~]{1,250}", re.ASCII)


@dataclass(frozen=True)
class Sent:
    """The other side has it; `provider_id` is what it calls it."""

    provider_id: str


@dataclass(frozen=True)
class Deferred:
    """Not now: a temporary trouble. `retry_after` in seconds, where the other side named one."""

    why: str
    retry_after: float | None = None


@dataclass(frozen=True)
class Refused:
    """No, and no again if asked again. `bad_address`: it was the recipient that was refused (5xx on RCPT)."""

    why: str
    bad_address: bool = False


@dataclass(frozen=True)
class Uncertain:
    """The other side went away after it had everything: it may have the letter or not."""

    why: str


Outcome: TypeAlias = Sent | Deferred | Refused | Uncertain


class LetterContent(BaseModel):
    """A letter in all but its recipient, who is looked up at sending. Ids are without < >.

    `date` is fixed at enqueueing, so that a repeat has the same bytes. `auto_submitted` is the value of RFC 3834's field, ""
    for a letter in a person's own words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: str
    auto_submitted: AutoSubmitted = ""


class PostContent(BaseModel):
    """A Slack post that is no card. `channel` is a name or id; "" where it goes to the parcel's person as a private message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: str = ""
    text: str
    blocks: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class ClaimedParcel:
    """A parcel that the caller may deliver until its lease is over; `attempts` counts this one too.

    `to` is the mail address or Slack user it goes to, looked up just now ("" for a post into a channel). `content` is a
    LetterContent (mail) or a PostContent (slack) as plain data.
    """

    id: int
    channel: str
    occasion: str
    case_id: int | None
    to: str
    content: dict[str, Any]
    message_id: str
    machine_made: bool
    attempts: int


def clean_line(text: str, *, limit: int = LINE_LIMIT) -> str:
    """The text as one line that is safe in a header: no control or format characters and no line breaks of any kind.

    Guards against header injection through decoded words (CPython before 3.11.15 writes such a line break as it is).
    """
    words = "".join(" " if unicodedata.category(each) in {"Cc", "Zl", "Zp", "Zs"} else each for each in text)
    kept = "".join(each for each in words if unicodedata.category(each) not in {"Cf", "Cs"})
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def clean_id(value: str) -> str:
    """One message id without < >, "" where it is not of the plain form that every mail program accepts."""
    bare = value.strip().removeprefix("<").removesuffix(">")
    return bare if _MESSAGE_ID.fullmatch(bare) else ""


def clean_ids(values: Sequence[str]) -> tuple[str, ...]:
    """Ids fit for References (RFC 5322 3.6.4): plain, each once, at most 20 and 998 bytes; the first and the newest stay."""
    ids = list(dict.fromkeys(each for each in map(clean_id, values) if each))
    while len(ids) > IDS_KEPT or sum(len(each) + len("<> ") for each in ids) > IDS_BYTES:
        del ids[1 if len(ids) > 1 else 0]
    return tuple(ids)
