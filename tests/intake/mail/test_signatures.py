"""Signatures, banners, disclaimers and phones, told apart from a writer's last words."""
# ruff: noqa: E501  # lines of mails are shown as they are

import pytest

from intake.mail.lines import lines_of
from intake.mail.quoting import split
from tests.intake.mail.lessons import lesson

TEXT = "The rota is unsafe and I have told my supervisor."


@pytest.mark.parametrize(
    "signature",
    ["-- \nAnna Example\nST4 Anaesthetics", "Kind regards,\nAnna", "Many thanks\n\nDr Anna Example\nST4\nTel: 01632 960000", "Sent from my iPhone",
     "Get Outlook for iOS", "Mit freundlichen Grüßen\nAnna Example", "/Anna", "Pozdrawiam,\nAnna"],
)  # fmt: skip
def test_a_signature_is_marked(signature: str) -> None:
    parts = split(lines_of(f"{TEXT}\n\n{signature}\n"))
    assert parts.new == TEXT
    assert parts.signature.split() == signature.split()


@pytest.mark.parametrize(
    "last",
    ["Many thanks\nI can't go on", "Thanks\nhelp me", "Kind regards\n\nI want it to end", "-- \nplease do not tell him", "Sent from my iPhone\n\nPS I am afraid",
     "--\nI am scared\n--\nof my supervisor", "Sent from my desk at home, where nobody else can read along.", "Best\nWhat should I do?",
     "This email is confidential. Please do not share it with Dr Smith, he will make my life hell if he finds out that I wrote."],
)  # fmt: skip
def test_a_last_word_is_never_taken_for_a_signature(last: str) -> None:
    parts = split(lines_of(f"{TEXT}\n\n{last}\n"))
    assert parts.signature == ""
    assert parts.new.split() == f"{TEXT} {last}".split()


def test_a_text_that_is_only_a_signature_is_new() -> None:
    assert split(lines_of("Kind regards\nAnna\n")).new == "Kind regards\nAnna"


def test_an_external_sender_banner_is_a_notice() -> None:
    mail = lesson("an_external_sender_banner")
    assert mail.new_text == "The rota is unsafe."
    assert len(mail.notices) == 2


def test_a_phone_that_speaks_of_itself_is_no_writer() -> None:
    mail = lesson("sent_from_a_phone")
    assert (mail.new_text, mail.signature) == ("The rota is unsafe.", "Sent from my iPhone")


def test_a_disclaimer_goes_with_the_signature() -> None:
    mail = lesson("a_disclaimer_at_the_end")
    assert mail.new_text == "The rota is unsafe."
    assert mail.signature.startswith("--\nAnna Example")


def test_a_list_footer_is_a_notice() -> None:
    parts = split(lines_of(f"{TEXT}\n\n____\nstaff mailing list\nhttps://list.example/staff\n"))
    assert parts.new == TEXT
    assert len(parts.notices) == 3
