"""Files: names as data, types by content, caps; nothing obeys a sender's path."""
# lines of mails are shown as they are

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail import attachments
from intake.mail.attachments import file_of, safe_name
from tests.intake.mail.lessons import lesson


def test_names_obey_nobody() -> None:
    files = lesson("attachment_names_that_obey_nobody").attachments
    assert [f.filename for f in files] == [
        "passwd",
        "invoicefdp.exe",
        "Dienstplan Jänner.pdf",
        "Reisekosten.pdf",
        "logo.png",
    ]
    assert [f.inline for f in files] == [False, False, False, False, True]
    assert files[1].note == "content looks like application/x-msdownload"


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("..\\..\\boot.ini", "boot.ini"),
        ("\u200b.htaccess", ".htaccess"),
        ("a\0b.txt", "ab.txt"),
        ("..", ""),
        ("x" * 300 + ".pdf", "x" * 180 + ".pdf"),
        ("a\nb", "a b"),
    ],
)
def test_a_name_is_cleaned_before_anything_is_decided_by_it(raw: str, safe: str) -> None:
    assert safe_name(raw) == safe


@given(st.text(max_size=300))
def test_a_safe_name_is_safe_and_stays_so(raw: str) -> None:
    name = safe_name(raw)
    assert safe_name(name) == name
    assert "/" not in name
    assert "\\" not in name
    assert len(name) <= 200
    assert name not in (".", "..")


def test_a_program_that_claims_to_be_a_picture_is_noted() -> None:
    assert file_of(b"MZ\x90\0", "photo.jpg", "image/jpeg").note == "content looks like application/x-msdownload"
    assert file_of(b"\xff\xd8\xff", "photo.jpg", "image/jpeg").note == ""


def test_over_the_cap_the_content_is_left_out_and_said() -> None:
    big = file_of(b"a" * (attachments.MAX_ATTACHMENT_BYTES + 1), "big.bin", "application/octet-stream")
    assert big.content is None
    assert big.note == "over the size limit: content left out"
    assert big.size == attachments.MAX_ATTACHMENT_BYTES + 1


def test_a_file_without_a_name_is_called_after_its_kind() -> None:
    assert [
        file_of(b"x", name, kind).filename for name, kind in (("", "application/pdf"), ("=?utf-8?b??=", "image/jpeg"))
    ] == [
        "document.pdf",
        "image.jpg",
    ]
    assert file_of(b"x", "", "application/x-unheard-of").filename == ""
