"""An Outlook message as its properties say: the words and files that winmail.dat and .msg have in common; no file format."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from intake.mail import html, rtf
from intake.mail.attachments import file_of
from intake.mail.charsets import clean_text, to_text
from intake.mail.lines import Line, lines_of
from tracker.submission import Attachment

SUBJECT, TRANSPORT_HEADERS, SENT_NAME, SENT_EMAIL, SENDER_NAME, SENDER_EMAIL = (
    0x0037,
    0x007D,
    0x0042,
    0x0065,
    0x0C1A,
    0x0C1F,
)
DISPLAY_CC, DISPLAY_TO, BODY, RTF_COMPRESSED, BODY_HTML = 0x0E03, 0x0E04, 0x1000, 0x1009, 0x1013
MESSAGE_ID, IN_REPLY_TO, CLIENT_SUBMIT_TIME, SENDER_SMTP, SENT_SMTP = 0x1035, 0x1042, 0x0039, 0x5D01, 0x5D02
DISPLAY_NAME, EMAIL, SMTP, RECIPIENT_TYPE = 0x3001, 0x3003, 0x39FE, 0x0C15
ATTACH_DATA, ATTACH_EXTENSION, ATTACH_NAME, ATTACH_LONG_NAME, ATTACH_MIME, ATTACH_CONTENT_ID = (
    0x3701,
    0x3703,
    0x3704,
    0x3707,
    0x370E,
    0x3712,
)
CODE_PAGE = 0x3FDE

Value = str | bytes | int
Properties = dict[int, Value]


@dataclass(slots=True)
class OutlookMessage:
    """Properties of a message, its files, its recipients' properties and the messages within."""

    properties: Properties = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    recipients: list[Properties] = field(default_factory=list)
    messages: list["OutlookMessage"] = field(default_factory=list)
    ansi_body: bytes = b""

    def text(self, number: int) -> str:
        value = self.properties.get(number, "")
        if isinstance(value, bytes):
            return clean_text(to_text(value)[0])
        return clean_text(value) if isinstance(value, str) else ""

    def words(self) -> tuple[list[Line] | None, list[Line] | None]:
        """The body as lines of plain text and of HTML; None for what the message has not."""
        plain = self.text(BODY) or (clean_text(to_text(self.ansi_body)[0]) if self.ansi_body else "")
        page = self.properties.get(BODY_HTML, b"")
        source = to_text(page)[0] if isinstance(page, bytes) else str(page)
        packed = self.properties.get(RTF_COMPRESSED, b"")
        if not source and isinstance(packed, bytes) and packed:
            text, is_page = rtf.as_text(rtf.decompressed(packed))
            if is_page:
                source = text
            elif not plain.strip():
                plain = clean_text(text)
        plain_lines = lines_of(plain.rstrip("\0")) if plain.strip("\0 \n") else None
        return plain_lines, html.lines_of(source) if source.strip() else None


def string(raw: bytes, unicode: bool, code_page: str = "cp1252") -> str:
    """A string property's bytes as text, up to its NUL."""
    if unicode:
        return raw.decode("utf-16-le", "replace").split("\0")[0]
    return to_text(raw.split(b"\0")[0], code_page)[0]


def instant(value: int) -> datetime | None:
    """A FILETIME (100 ns since 1601) as an instant."""
    try:
        return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=value // 10)
    except OverflowError:
        return None


def attachment_of(properties: Properties, title: str = "", data: bytes | None = None) -> Attachment | None:
    """A file out of its properties; None where it has no content."""
    content = data if data is not None else properties.get(ATTACH_DATA)
    if not isinstance(content, bytes):
        return None
    name = next((str(properties[n]) for n in (ATTACH_LONG_NAME, ATTACH_NAME, DISPLAY_NAME) if properties.get(n)), "")
    if not properties.get(ATTACH_LONG_NAME) and title:
        name = title
    kind = str(properties.get(ATTACH_MIME, "")).lower()
    return file_of(
        content,
        name,
        kind if kind.count("/") == 1 else "application/octet-stream",
        inline=bool(properties.get(ATTACH_CONTENT_ID)),
    )
