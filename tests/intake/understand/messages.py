"""Synthetic messages for the tests of understanding, as Submissions."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from intake.understand import Understanding
from tracker.field import load_field
from tracker.submission import Address, Reading, SlackPlace, Submission

LESSONS = sorted((Path(__file__).parent / "lessons").glob("*.toml"))


@cache
def understanding() -> Understanding:
    """One Understanding for all tests; it is pure."""
    return Understanding(load_field())


def mail(text: str, *, subject: str = "", name: str = "Sam Rivers", **more: Any) -> Submission:
    """A mail as it comes from the reader of mail."""
    who = Address(name=name, email="someone@example.org")
    told: dict[str, Any] = {"sender": who, "author": who, "subject": subject, "text": text, "new_text": text}
    return Submission(channel="mail", **(told | more))


def slack(text: str, *, role: str = "quality_manager", channel: str = "quality") -> Submission:
    """A message in Slack; the role stands where a profile has its title."""
    who = Address(name=role)
    place = SlackPlace(team="T1", channel="C1", user="U1", channel_name=channel)
    return Submission(channel="slack", sender=who, author=who, text=text, new_text=text, slack=place)


def read(text: str, **more: Any) -> Reading:
    """What is understood of a mail."""
    return understanding().read(mail(text, **more))


@cache
def lessons() -> list[dict[str, Any]]:
    """Every lesson of every set."""
    return [message for path in LESSONS for message in tomllib.loads(path.read_text(encoding="utf-8"))["message"]]


@cache
def readings() -> tuple[Reading, ...]:
    """What is understood of every lesson, in their order."""
    return tuple(understanding().read(submission_of(lesson)) for lesson in lessons())


def submission_of(lesson: dict[str, Any]) -> Submission:
    """A lesson as a Submission."""
    if "channel" in lesson:
        return slack(lesson["text"], role=lesson["role"], channel=lesson["channel"])
    name, subject = lesson.get("from", "Sam Rivers"), lesson.get("subject", "Message")
    forwarded = lesson.get("forward", False)
    return mail(
        lesson["text"],
        subject=subject,
        name=name,
        is_forward=forwarded,
        proxy=Address(name=name, email="office@example.org") if forwarded else None,
        in_reply_to="<earlier@example.org>" if subject.startswith("RE:") else "",
    )
