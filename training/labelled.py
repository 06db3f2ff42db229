"""The labelled messages as Submissions with their labels in one convention; who trains or scores on them lives beside it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, Final

from intake.mail import read_mail, submission_of
from tracker.submission import Address, SlackPlace, Submission

MESSAGES: Final = Path(__file__).parent / "messages"
TRAINING_HANDS: Final = ("a", "b", "c", "d", "f", "g", "h", "k", "l", "m", "n", "o", "p", "q", "r", "u", "v")
THRESHOLD_HAND: Final = "e"
UNSEEN_HAND: Final = "s"
# Neighbours in a file are often twins, one grave and one not: they stay together when messages are held back.
_NEIGHBOURS: Final = 12
_EVERY: Final = 10
_FILED_KINDS: Final = ("automatic", "spam")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One message with what a quality manager would see in it. `hand` is who wrote it."""

    id: str
    hand: str
    submission: Submission
    gold: dict[str, Any]
    why: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few sentences out of a message, of which only red flags and urgency are told."""

    id: str
    submission: Submission
    gold: dict[str, Any]


def labelled(hands: Iterable[str]) -> list[Labelled]:
    """All messages of these hands, in their order. Raises OSError, or ValueError naming file and line."""
    return [one for hand in hands for one in from_file(MESSAGES / f"{hand}.jsonl")]


def held_back(messages: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """The messages to train on, and a tenth of them in blocks of neighbours to choose thresholds by."""
    kept: tuple[list[Labelled], list[Labelled]] = ([], [])
    for at, message in enumerate(messages):
        kept[(at // _NEIGHBOURS) % _EVERY == _EVERY - 1].append(message)
    return kept


def snippets() -> list[Snippet]:
    """All snippets, a quarter of them as if posted in Slack. Raises OSError, or ValueError where a line is no snippet."""
    found: list[Snippet] = []
    for number, line in enumerate((MESSAGES / "snippets.jsonl").read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            mail = {"channel": "email", "from": "someone@example.org", "subject": "", "body": row["text"]}
            post = {"channel": "slack", "slack": {"user_role": "", "channel": "general", "text": row["text"]}}
            found.append(Snippet(row["id"], as_submission(mail if number % 4 else post), row))
        except (ValueError, KeyError) as error:
            raise ValueError(f"snippets.jsonl, line {number}: {error!r}") from None
    return found


def from_file(path: Path) -> Iterator[Labelled]:
    """The messages of one file, also of a triage set, whose mails are whole (`eml`)."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            why = str(row.get("why", ""))
            yield Labelled(row["id"], path.stem, as_submission(row), settled(row["gold"], why), why)
        except (ValueError, KeyError) as error:
            raise ValueError(f"{path.name}, line {number}: {error!r}") from None


def as_submission(row: dict[str, Any]) -> Submission:
    """A message as the desk would read it: a mail through the mail reader, Slack with the role where a profile has its title."""
    if row["channel"] == "slack":
        told = row["slack"]
        who = Address(name=told["user_role"])
        place = SlackPlace(team="T1", channel="C1", user="U1", channel_name=told["channel"])
        return Submission(
            channel="slack", sender=who, author=who, text=told["text"], new_text=told["text"], slack=place
        )
    content = row["eml"].encode("utf-8", "surrogateescape") if "eml" in row else _mail(row)
    return submission_of(read_mail(content), envelope_from="someone@example.org", envelope_to=())


def _mail(row: dict[str, Any]) -> bytes:
    """The row as mail. The body is plain text, whatever content its headers claim: the hands wrote one text each."""
    mail = EmailMessage(policy=SMTP)
    headers = {"From": row["from"], "To": "quality@desk.example", "Subject": row["subject"]} | row.get("headers", {})
    for name, value in headers.items():
        if not name.lower().startswith("content-"):
            del mail[name]
            mail[name] = " ".join(str(value).split())
    mail.set_content(row["body"])
    return mail.as_bytes()


def settled(gold: dict[str, Any], why: str) -> dict[str, Any]:
    """One convention where LABELS.md leaves room and the hands differ: thanks, chatter and mere chasers are `enquiry`.

    They open no case and nothing is to be done; only what was sent to us by mistake stays `not_ours`.
    """
    if gold["opens_case"] or gold["kind"] in _FILED_KINDS:
        return gold
    by_mistake = gold["kind"] == "not_ours" and "chatter" not in why.lower()
    return gold | {"kind": "not_ours" if by_mistake else "enquiry"}
