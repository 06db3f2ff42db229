"""Whether anything in a message can be read by a person at all; what it means is not asked here."""

from intake.mail import NO_WORDS
from tracker.submission import Submission


def why_unreadable(submission: Submission) -> str:
    """Why nobody could read it, or "" where there is something to read.

    A message without words, subject or files is no report; one that is damaged besides may have been one, so a person has to
    look at the original. Machines' mail and what Slack sends are never judged so.
    """
    if submission.channel != "mail" or submission.automatic or submission.bounce or submission.attachments:
        return ""
    if any(character.isalnum() for character in submission.subject + submission.text):
        return ""
    damage = [fault for fault in submission.faults if fault != NO_WORDS]
    return f"nothing in it can be read: {'; '.join(damage)}" if damage else ""
