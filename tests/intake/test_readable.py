"""Whether there is anything for a person to read."""

import pytest

from intake.mail import NO_WORDS
from intake.readable import why_unreadable
from tracker.submission import Attachment, Automatic, SlackPlace, Submission

DAMAGED = Submission(channel="mail", faults=("a boundary is missing",))
FILE = Attachment(filename="a.pdf", content_type="application/pdf", size=1, sha256="a")


def test_a_damaged_mail_without_a_word_cannot_be_read() -> None:
    assert why_unreadable(DAMAGED) == "nothing in it can be read: a boundary is missing"
    assert why_unreadable(DAMAGED.model_copy(update={"text": " \n--\n", "subject": "…"}))


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Help"},
        {"subject": "Nights"},
        {"text": "助けて"},
        {"attachments": (FILE,)},
        {"automatic": Automatic(rule="8", why="multipart/report")},
        {"faults": ()},
        {"faults": (NO_WORDS,)},
        {"channel": "slack", "slack": SlackPlace(team="T", channel="C", user="U")},
    ],
)
def test_whatever_holds_something_is_read(change: dict[str, object]) -> None:
    assert why_unreadable(DAMAGED.model_copy(update=change)) == ""
