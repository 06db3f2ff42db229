"""A file is read by what it holds, and where that tells nothing by its name's ending."""

import pytest

from intake.mail import ENCRYPTED, NO_WORDS, fields_of, read_file, submission_of
from tests.intake.mail.containers import tnef

WORDS = "I am afraid to raise this."


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.eml", f"From: a@b.example\nMessage-ID: <1@b.example>\n\n{WORDS}\n".encode()),
        ("a.EML", f"From a@b.example Mon Nov 23 09:00:00 2026\nFrom: a@b.example\n\n{WORDS}\n".encode()),
        ("a", f"Subject: x\r\rFirst, {WORDS}\r".encode()),
        ("body.txt", f"{WORDS}\n".encode()),
        ("body.html", f"<html><body><p>{WORDS}</p><p style='display:none'>no</p></body></html>".encode()),
        ("page.HTM", f"<p>{WORDS}".encode("utf-16")),
        ("winmail.dat", tnef((1, 0x0002800C, WORDS.encode()))),
    ],
)
def test_words_are_read_whatever_they_came_in(name: str, raw: bytes) -> None:
    assert WORDS in fields_of(read_file(name, raw))["full_text"]  # type: ignore[operator]


def test_a_bare_smime_file_is_opened() -> None:
    enveloped = bytes.fromhex("300b06092a864886f70d010703")
    mail = read_file("smime.p7m", enveloped)
    assert ENCRYPTED in mail.faults


@pytest.mark.parametrize("name", ["a.eml", "a.txt", "a.html", "a.msg", "winmail.dat", "smime.p7m", ""])
def test_an_empty_file_is_a_mail_without_words(name: str) -> None:
    mail = read_file(name, b"")
    assert mail.text == ""
    assert NO_WORDS in submission_of(mail, envelope_from="a@b.example", envelope_to=()).faults
