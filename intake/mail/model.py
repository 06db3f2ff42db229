"""Mail: everything a careful person would see in one message, as frozen plain data; how it is read is elsewhere."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from tracker.submission import Address, Attachment, Automatic, Bounce, Value


class QuotedMessage(Value):
    """Header and text of the mail that was answered or forwarded within a body or came attached to one; `new_text` of one that
    was passed on."""

    sender: Address | None = None
    to: str = ""
    cc: str = ""
    subject: str = ""
    date: str = ""
    text: str = ""
    new_text: str = ""
    attached: bool = False


Results = tuple[tuple[str, str, str], ...]
"""(method, result, the domain it speaks of) of an Authentication-Results field."""


class AuthenticationResult(Value):
    """One Authentication-Results field (RFC 8601): who checked, and result by method, with the domain it speaks of."""

    server: str
    results: Results = ()
    position: int = 0


class Hop(Value):
    """One Received field: the host it came from, by its own account, and the host that took it; "" where it is not said."""

    came_from: str = ""
    by: str = ""
    position: int = 0


class Seal(Value):
    """One ARC set (RFC 8617): the domain that sealed, and what it says it found."""

    sealer: str = ""
    results: Results = ()


class Mail(Value):
    """One mail, read. `text` is all that a person sees, `body` its first text part alone, `html_text` the HTML part as text;
    `sender` stands in from Reply-To or Sender where there is no From (`sender_from` says so), `original_sender` is whose
    mail a list or forwarder passed on under its own address; `new_text`, `quoted_text`,
    `signature` and `notices` share the lines of the text between them. `faults` are sentences without content."""

    subject: str = ""
    sender: tuple[Address, ...] = ()
    sender_is_plain: bool = False
    sender_from: Literal["from", "reply-to", "sender", ""] = ""
    sender_header: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to_header: str = ""
    cc_header: str = ""
    return_path: str | None = None
    original_sender: Address | None = None
    date: datetime | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    text: str = ""
    body: str = ""
    html_text: str = ""
    new_text: str = ""
    new_text_of_text_part: str | None = None
    new_text_of_html_part: str | None = None
    quoted_text: str = ""
    signature: str = ""
    notices: tuple[str, ...] = ()
    is_forward: bool = False
    forwarded: QuotedMessage | None = None
    quoted_message: QuotedMessage | None = None
    enclosed: tuple[QuotedMessage, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    mime_tree: tuple[str, ...] = ()
    automatic: Automatic | None = None
    is_delivery_report: bool = False
    is_feedback_report: bool = False
    bounce: Bounce | None = None
    authentication: tuple[AuthenticationResult, ...] = ()
    hops: tuple[Hop, ...] = ()
    seals: tuple[Seal, ...] = ()
    faults: tuple[str, ...] = Field(default=())
