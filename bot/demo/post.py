"""The mails of the demo: who sends which, in which order; their words are in `mails/`, one file each, about invented people."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from secrets import token_hex

MAILS = Path(__file__).parent / "mails"
INBOX = "quality@desk.example"


@dataclass(frozen=True)
class Answered:
    """An acknowledgement that arrived: what a mail program needs to answer it."""

    message_id: str
    reply_to: str
    subject: str


@dataclass(frozen=True)
class Post:
    """One mail of the demo: the name of its file, what it is in a few words, and the address that sends it ("": nobody, as
    bounces do). It waits for the acknowledgement that the mail `answers` got, or is `same_as` an earlier one."""

    key: str
    what: str
    sender: str
    answers: str = ""
    same_as: str = ""

    def make(self, now: datetime, answered: Answered | None = None) -> bytes:
        """The mail as it goes over the wire."""
        words = {"date": format_datetime(now), "id": token_hex(8)}
        if answered is not None:
            words |= {
                "answered_id": answered.message_id,
                "answered_to": answered.reply_to,
                "answered_subject": answered.subject,
            }
        raw = (MAILS / f"{self.key}.eml").read_bytes()
        for name, value in words.items():
            raw = raw.replace(b"{{%s}}" % name.encode(), value.encode())
        return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


POSTS = (
    Post("concern", "a concern", "sam@learners.example"),
    Post("praise", "praise", "lee@learners.example"),
    Post("forward", "a forward by an administrator", "jo@school.example"),
    Post("crisis", "a cry for help", "alex@learners.example"),
    Post("patients", "patients at risk now", "dana@learners.example"),
    Post("misconduct", "a disclosure for few eyes", "kit@learners.example"),
    Post("access", "a request for one's own data", "ash@learners.example"),
    Post("pay", "something for someone else", "toni@learners.example"),
    Post("attachment", "a concern with a file", "morgan@learners.example"),
    Post("unreadable", "a mail that nobody can read", "robin@learners.example"),
    Post("duplicate", "the first mail, sent once more", "sam@learners.example", same_as="concern"),
    Post("reply", "a reply to the acknowledgement", "sam@learners.example", answers="concern"),
    Post("away", "an out-of-office answer", "morgan@learners.example", answers="attachment"),
    Post("bounce", "an acknowledgement that bounced", "", answers="crisis"),
)
