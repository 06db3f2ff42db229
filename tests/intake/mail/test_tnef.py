"""winmail.dat: files and words out, the wrapping gone; damage loses only itself."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from intake.mail import read_file, read_mail
from intake.mail.tnef import read
from tests.intake.mail.containers import properties, tnef

FILE = [
    (2, 0x00069002, b"\0" * 14),
    (2, 0x00018010, b"ROTA~1.PDF\0"),
    (2, 0x0006800F, b"%PDF-1.4\n"),
    (
        2,
        0x00069005,
        properties((0x3707, 0x001F, "Rota Jänner.pdf".encode("utf-16-le")), (0x370E, 0x001E, b"application/pdf\0")),
    ),
]
MESSAGE = [
    (1, 0x00018004, b"Rota\0"),
    (
        1,
        0x00069003,
        properties(
            (0x1000, 0x001F, "The rota is unsafe.".encode("utf-16-le")), (0x0C1F, 0x001E, b"anna@trust.example\0")
        ),
    ),
]


def test_a_winmail_dat_gives_its_files_with_their_long_names() -> None:
    raw = base64.encodebytes(tnef(*MESSAGE, *FILE))
    mail = read_mail(
        b"From: anna@trust.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n \n--b\n"
        b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" + raw + b"--b--\n"
    )
    assert [(a.filename, a.content_type, a.content) for a in mail.attachments] == [
        ("Rota Jänner.pdf", "application/pdf", b"%PDF-1.4\n")
    ]
    assert mail.text == "The rota is unsafe."


def test_a_bare_tnef_file_is_a_mail() -> None:
    mail = read_file("winmail.tnef", tnef(*MESSAGE, *FILE))
    assert (mail.subject, mail.text, mail.sender[0].email) == ("Rota", "The rota is unsafe.", "anna@trust.example")


def test_a_cut_end_loses_only_itself() -> None:
    whole = tnef(*MESSAGE, *FILE)
    found = read(whole[: whole.index(b"%PDF")])
    assert found is not None
    assert found.text(0x0037) == "Rota"
    assert found.attachments == []


@given(st.binary(max_size=200), st.integers(0, 150), st.integers(0, 255))
def test_damaged_bytes_raise_nothing(tail: bytes, at: int, byte: int) -> None:
    raw = bytearray(tnef(*MESSAGE, *FILE) + tail)
    raw[6 + at] = byte
    read(bytes(raw))
    read(b"\x78\x9f\x3e\x22" + tail)
