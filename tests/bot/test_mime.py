"""What a composed letter looks like on the wire, for any words that could have come from a stranger."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mime import compose, postal, return_path
from tracker.outbox import LetterContent

OURS: dict[str, Any] = {
    "subject": "We have your report QD-7F3K-9MX",
    "text": "Hello,\n\nThank you for telling us.\n",
    "html": "<p>Hello,</p><p>Thank you for telling us.</p>",
    "message_id": "abc@desk.example",
    "date": datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    "in_reply_to": "first@learner.example",
    "references": ("zero@learner.example", "first@learner.example"),
    "reply_to": "quality+token@desk.example",
    "auto_submitted": "auto-replied",
}


def composed(to: str = "sam@learner.example", **changes: Any) -> bytes:
    return compose(LetterContent(**{**OURS, **changes}), to=to, sender="quality@desk.example", team="Quality Team")


def read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_a_letter_says_plain_text_first_and_the_same_in_html_second() -> None:
    parts = [part.get_content_type() for part in read(composed()).iter_parts()]
    assert parts == ["text/plain", "text/html"]


def test_an_acknowledgement_is_marked_as_an_automatic_answer_in_its_thread() -> None:
    mail = read(composed())
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["In-Reply-To"] == "<first@learner.example>"
    assert mail["References"] == "<zero@learner.example> <first@learner.example>"
    assert mail["Message-ID"] == "<abc@desk.example>"
    assert mail["Reply-To"] == "quality+token@desk.example"
    assert mail["From"] == "Quality Team <quality@desk.example>"


def test_a_persons_own_letter_is_not_marked_as_automatic() -> None:
    mail = read(composed(auto_submitted=""))
    assert mail["Auto-Submitted"] is None
    assert mail["X-Auto-Response-Suppress"] is None


def test_bounces_of_answers_go_nowhere_and_those_of_other_letters_to_their_case() -> None:
    assert return_path(LetterContent(**OURS)) == ""
    assert return_path(LetterContent(**{**OURS, "auto_submitted": "auto-generated"})) == "quality+token@desk.example"


def test_the_same_letter_has_the_same_bytes() -> None:
    assert composed() == composed()


@given(subject=st.text(), text=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_words_make_a_header_of_their_own(subject: str, text: str) -> None:
    mail = read(composed(subject=subject + "\r\nBcc: eve@evil.example\u2028X: y", text=text))
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert sorted(set(mail.keys())) == sorted(read(composed()).keys())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_every_line_on_the_wire_ends_with_crlf_and_is_short_enough(text: str) -> None:
    raw = composed(text=text)
    lines = raw.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert all(len(line) <= 998 for line in lines)


def test_a_name_beyond_ascii_survives() -> None:
    mail = read(composed(text="Llanelli — ŵ, and a very long line " + "x" * 300, subject="Ŵ"))
    assert mail["Subject"] == "Ŵ"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "ŵ" in body.get_content()


@pytest.mark.parametrize(
    ("address", "sent_to"),
    [
        ("sam@learner.example", "sam@learner.example"),
        ("Sam.O'Neil+qd@Learner.example", "Sam.O'Neil+qd@Learner.example"),
        ("sam@bücher.example", "sam@xn--bcher-kva.example"),
        ("søren@learner.example", "søren@learner.example"),
        ("a..b@c.example", None),
        ("a@b@c.example", None),
        ("a@-.example\n", None),
        ("x" * 65 + "@c.example", None),
        ("sam@[127.0.0.1]", None),
        ("sam@", None),
        ("", None),
    ],
)
def test_only_plain_addresses_are_written_to(address: str, sent_to: str | None) -> None:
    assert postal(address) == sent_to
