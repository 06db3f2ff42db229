"""The values that intake hands to the tracker: a Submission (what arrived, read) and a Reading (what it is about).

Both cross the pipe from the reading box as JSON, so every field is plain data. Nothing here reads, decides or stores.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Channel = Literal["mail", "slack"]
Trust = Literal["verified", "unverified", "failed"]
Kind = Literal[
    "concern", "enquiry", "good_practice", "requirement_response", "survey_admin", "complaint_about_us",
    "information_rights", "not_ours", "automatic", "spam",
]  # fmt: skip
RaiserRole = Literal[
    "learner", "educator", "provider_lead", "programme_lead", "hei", "regulator", "patient_public", "staff_other",
    "unknown",
]  # fmt: skip
Urgency = Literal["immediate", "same_day", "routine", "none"]
AcknowledgementKind = Literal["crisis", "sensitive", "standard", "information_rights", "signpost", "none"]
Anonymity = Literal["open", "confidential", "anonymous"]


class Value(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")


class Address(Value):
    """A mailbox as a person wrote it; `email` is lower-case in its domain, "" where none could be read."""

    name: str = ""
    email: str = ""


class Elsewhere(Value):
    """Where a file lies that did not come along: Slack's id of it, and the address to fetch it from ("": to be asked for)."""

    file: str
    url: str = ""


class Attachment(Value):
    """One file that came along, or that lies `elsewhere` and has to be fetched.

    `filename` is data, never a path; `content` may be None where it was over the cap, or is not here yet (`sha256` "").
    """

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool = False
    content: bytes | None = None
    note: str = ""
    elsewhere: Elsewhere | None = None


class Automatic(Value):
    """Why we think a machine wrote this: the RFC 3834 rule (`research` numbering 1-25) and its evidence in words."""

    rule: str
    why: str
    is_auto_reply: bool = False


class BouncedRecipient(Value):
    """One recipient that a non-delivery report speaks of. `status` is RFC 3463, "" where none was given."""

    recipient: str = ""
    status: str = ""
    reply_code: str = ""
    kind: str = ""
    hard: bool = False
    action: str = ""


class Bounce(Value):
    """A delivery report: whom it failed to reach, and the Message-ID of the letter it speaks of ("" if not told)."""

    recipients: tuple[BouncedRecipient, ...] = ()
    original_message_id: str = ""
    failed: bool = True


class SlackPlace(Value):
    """Where in Slack it was said. `kind` says by which door it came."""

    team: str
    channel: str
    user: str
    ts: str = ""
    thread_ts: str = ""
    kind: Literal["message", "direct_message", "shortcut", "command", "thread", "edited", "deleted"] = "message"
    channel_name: str = ""


class Submission(Value):
    """One thing someone told us, read but not yet understood.

    `sender` handed it to us; `author` is whose words they are (the inner writer of a forward, else the sender);
    `proxy` is who passed it on, None unless it was passed on. Addresses are never proof of identity: see `trust`.
    All text is clean: no NUL, no lone surrogate, "\\n" line ends. `text` is everything that was said, `new_text` what
    the author wrote anew (never empty where `text` is not).
    """

    channel: Channel
    sender: Address | None = None
    author: Address | None = None
    proxy: Address | None = None
    reply_to: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    envelope_from: str = ""
    envelope_to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    new_text: str = ""
    quoted_text: str = ""
    signature: str = ""
    is_forward: bool = False
    sent_at: datetime | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    automatic: Automatic | None = None
    bounce: Bounce | None = None
    trust: Trust = "unverified"
    trust_source: str = ""
    faults: tuple[str, ...] = ()
    slack: SlackPlace | None = None


class Reading(Value):
    """What we think a Submission is about; label names and values as in the field data and the triage labels.

    `because` gives for each label the words of the message it rests on; `confidence` a number from 0 to 1. Lists put
    the main entry first. `isf` is the lowest and highest level a quality manager would accept as a first proposal.
    """

    opens_case: bool
    kind: Kind
    raiser_role: RaiserRole = "unknown"
    affected_group: tuple[str, ...] = ()
    grade: str | None = None
    provider: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    hei: tuple[str, ...] = ()
    specialty: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    urgency: Urgency = "routine"
    acknowledgement: AcknowledgementKind = "standard"
    anonymity: Anonymity = "open"
    proxy: bool = False
    isf: tuple[int, int] | None = None
    summary: str = ""
    because: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    confidence: dict[str, float] = Field(default_factory=dict)
    reader: str = ""
