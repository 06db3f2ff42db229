"""S/MIME messages: what was signed is read, what was encrypted is said to be, and no bytes lead the walk astray."""

import base64
import time

from hypothesis import given
from hypothesis import strategies as st

from intake.mail import NO_WORDS, read_mail, submission_of
from intake.mail.smime import ENCRYPTED, opened
from tests.intake.mail.lessons import lesson

SIGNED, ENVELOPED, DATA = (bytes.fromhex(f"2a864886f70d01070{n}") for n in (2, 3, 1))
INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\nI am afraid to go to work.\r\n"
END = b"\0\0"


def ber(tag: int, content: bytes) -> bytes:
    """One element with a definite length."""
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def endless(tag: int, content: bytes) -> bytes:
    """One element with an indefinite length."""
    return bytes([tag, 0x80]) + content + END


def signed(octets: bytes) -> bytes:
    """A signed message around an octet string."""
    held = ber(0x30, ber(6, DATA) + ber(0xA0, octets))
    return ber(0x30, ber(6, SIGNED) + ber(0xA0, ber(0x30, ber(2, b"\1") + ber(0x31, b"") + held)))


def mail(content: bytes, name: str = "smime.p7m", kind: str = "application/pkcs7-mime") -> bytes:
    head = f"From: anna@trust.example\nMessage-ID: <1@trust.example>\nContent-Type: {kind}; name={name}\n"
    return head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content)


def test_the_words_within_a_signature_are_read_and_never_called_verified() -> None:
    read = lesson("words_within_an_opaque_smime_signature")
    assert read.new_text == "I am afraid to go to work."
    assert "an S/MIME signature was taken off without being verified" in read.faults
    handed = submission_of(read, envelope_from="anna@trust.example", envelope_to=(), authserv_id="mx.desk.example")
    assert handed.trust == "unverified"


def test_an_encrypted_mail_is_kept_and_says_that_nobody_can_read_it() -> None:
    read = lesson("an_encrypted_smime_mail")
    assert ENCRYPTED in read.faults
    (file,) = read.attachments
    assert (file.filename, file.note, file.content is not None) == ("smime.p7m", "encrypted: kept as it came", True)
    assert NO_WORDS in submission_of(read, envelope_from="anna@trust.example", envelope_to=()).faults


def test_content_in_pieces_and_without_lengths_is_put_together() -> None:
    pieces = b"".join(ber(4, INNER[at : at + 10]) for at in range(0, len(INNER), 10))
    held = endless(0x30, ber(6, DATA) + endless(0xA0, endless(0x24, pieces)))
    whole = endless(
        0x30, ber(6, SIGNED) + endless(0xA0, endless(0x30, ber(2, b"\1") + endless(0x31, ber(5, b"")) + held))
    )
    assert opened(whole).content == INNER
    assert opened(signed(ber(0x24, ber(4, INNER[:9]) + ber(0x24, ber(4, INNER[9:]))))).content == INNER


def test_a_signature_cut_off_gives_what_there_is_of_the_words() -> None:
    whole = signed(ber(4, INNER))
    assert read_mail(mail(whole[:-8])).new_text == "I am afraid to go to"


def test_a_signed_file_that_is_no_mail_stays_a_file() -> None:
    read = read_mail(mail(signed(ber(4, b"%PDF-1.7 a report")), name="report.pdf.p7m"))
    assert [file.filename for file in read.attachments] == ["report.pdf.p7m"]
    assert read.text == ""


def test_a_signature_without_its_content_is_said_and_kept() -> None:
    read = read_mail(mail(ber(0x30, ber(6, SIGNED) + ber(0xA0, ber(0x30, ber(2, b"\1"))))))
    assert "an S/MIME signature holds no content that could be read" in read.faults
    assert [file.filename for file in read.attachments] == ["smime.p7m"]


def test_signatures_around_signatures_end_at_the_depth_limit() -> None:
    content = INNER
    for _ in range(40):
        content = signed(ber(4, b"Content-Type: application/pkcs7-mime\r\n\r\n" + content))
    read = read_mail(b"From: a@b.example\nContent-Type: application/pkcs7-mime\n\n" + content)
    assert len(read.mime_tree) <= 21


def test_a_hostile_nest_of_lengths_costs_little() -> None:
    began = time.perf_counter()
    opened(ber(0x30, ber(6, SIGNED)) + b"\x24\x80" * 500_000)
    opened(b"\x30\x80\x06\x09" + SIGNED + b"\xa0\x80\x30\x80\x02\x01\x01" + b"\x31\x80" * 500_000)
    assert time.perf_counter() - began < 2


@given(st.binary(max_size=300))
def test_any_bytes_are_borne(raw: bytes) -> None:
    opened(raw)
    opened(signed(ber(4, INNER))[:20] + raw)


def test_a_message_of_another_kind_is_no_secret() -> None:
    assert opened(ber(0x30, ber(6, ENVELOPED))).kind == "encrypted"
    assert opened(ber(0x30, ber(6, DATA))).kind == ""
    assert opened(b"").kind == ""
