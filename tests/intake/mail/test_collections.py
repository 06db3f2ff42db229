"""The public collections beside the checkout, where they are: nothing raised, and the marks we hold ourselves to."""

import importlib.util
import time
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from intake.mail import Mail, fields_of, read_file

FOLDER = Path(__file__).parents[4] / "shared" / "mail"
pytestmark = pytest.mark.skipif(
    not (FOLDER / "score.py").is_file(), reason="the public collections are not beside this checkout"
)

GROUPS = {
    "fields": (
        {"subject", "from.email", "from.name", "to", "cc", "reply_to", "date", "message_id", "in_reply_to", "references", "text",
         "text_contains", "html_text_contains", "mime_tree", "body_empty", "sender_missing", "sender_effective"}, 0.97,
    ),
    "attachments": ({"attachment", "attachments_complete"}, 0.93),
    "new text": ({"new_text"}, 0.95),
    "no word lost": ({"new_text_contains"}, 1.0),
    "bounces": ({"is_bounce", "is_bounce_or_report"}, 0.98),
    "bounce status": ({"bounce.status"}, 0.95),
    "bounce recipients": ({"bounce.recipients", "bounce.recipient"}, 0.95),
    "machines": ({"is_automated", "is_auto_reply", "is_feedback_report", "is_delivery_report"}, 0.98),
}  # fmt: skip


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mail_score", FOLDER / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def mails() -> dict[Path, Mail]:
    found = sorted(p for p in FOLDER.rglob("*") if p.suffix in (".eml", ".txt", ".html", ".tnef", ".msg"))
    read = {}
    for path in found:
        began = time.process_time()
        read[path] = read_file(path.name, path.read_bytes())
        assert time.process_time() - began < 2, path.name
    return read


def test_every_mail_is_read_and_no_field_gives_up(mails: dict[Path, Mail]) -> None:
    assert mails
    assert {
        path.name: mail.faults for path, mail in mails.items() if any("could not be read" in f for f in mail.faults)
    } == {}


@pytest.mark.parametrize("group", GROUPS)
def test_the_marks_are_kept(group: str, mails: dict[Path, Mail]) -> None:
    score = scorer()
    names, mark = GROUPS[group]
    right: Counter[bool] = Counter()
    for path, expected in score.corpus(FOLDER):
        if expected:
            right.update(bool(ok) for name, ok in score.score(expected, fields_of(mails[path])) if name in names)
    assert right[True] >= mark * right.total(), f"{right[True]} of {right.total()}"


def test_no_ordinary_mail_is_taken_for_a_bounce(mails: dict[Path, Mail]) -> None:
    wrong = [
        path.name
        for path, expected in scorer().corpus(FOLDER)
        if expected
        and expected.get("is_bounce") is False
        and fields_of(mails[path])["is_bounce"]
        and "report" not in path.name
    ]
    assert wrong == []
