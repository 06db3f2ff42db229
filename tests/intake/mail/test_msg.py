"""Outlook .msg: header, words, files and the mail within, out of a compound file in any state."""

from struct import pack

from hypothesis import given
from hypothesis import strategies as st

from intake.mail import read_file, read_mail
from tests.intake.mail.containers import compound


def text(value: str) -> bytes:
    return value.encode("utf-16-le")


ATTACHMENT = {
    "__properties_version1.0": b"\0" * 8,
    "__substg1.0_3707001F": text("rota.pdf"),
    "__substg1.0_37010102": b"%PDF-1.4\n",
    "__substg1.0_370E001F": text("application/pdf"),
}
RECIPIENT = {
    "__properties_version1.0": b"\0" * 8 + pack("<HHIII", 0x0003, 0x0C15, 0, 1, 0),
    "__substg1.0_3001001F": text("Desk"),
    "__substg1.0_39FE001F": text("desk@desk.example"),
}
MESSAGE = {
    "__properties_version1.0": b"\0" * 32 + pack("<HHIQ", 0x0040, 0x0039, 0, 133172640000000000),
    "__substg1.0_0037001F": text("Rota"),
    "__substg1.0_0C1A001F": text("Anna Example"),
    "__substg1.0_5D01001F": text("anna@trust.example"),
    "__substg1.0_1000001F": text("The rota is unsafe.\r\n"),
    "__substg1.0_1035001F": text("<one@trust.example>"),
    "__recip_version1.0_#00000000": RECIPIENT,
    "__attach_version1.0_#00000000": ATTACHMENT,
}
RAW = compound(MESSAGE)


def test_a_msg_file_is_read_like_any_mail() -> None:
    mail = read_file("mail.msg", RAW)
    assert (mail.subject, mail.text, mail.message_id) == ("Rota", "The rota is unsafe.", "one@trust.example")
    assert [(a.name, a.email) for a in (*mail.sender, *mail.to)] == [
        ("Anna Example", "anna@trust.example"),
        ("Desk", "desk@desk.example"),
    ]
    assert [(a.filename, a.content) for a in mail.attachments] == [("rota.pdf", b"%PDF-1.4\n")]
    assert mail.date is not None
    assert mail.date.isoformat() == "2023-01-04T00:00:00+00:00"


def test_a_msg_attached_to_a_mail_gives_its_files() -> None:
    head = b"From: ben@trust.example\nMessage-ID: <a@b>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee it.\n--b\n"
    mail = read_mail(
        head
        + b"Content-Type: application/vnd.ms-outlook; name=mail.msg\nContent-Transfer-Encoding: binary\n\n"
        + RAW
        + b"\n--b--\n"
    )
    assert [a.filename for a in mail.attachments] == ["mail.msg", "rota.pdf"]
    assert mail.text == "See it."


def test_a_compound_file_that_is_no_message_is_only_a_file() -> None:
    mail = read_file("old.doc", compound({"WordDocument": b"x"}))
    assert mail.text == ""
    assert len(mail.attachments) == 1


@given(st.integers(0, len(RAW) - 1), st.binary(min_size=1, max_size=8))
def test_damaged_bytes_raise_nothing(at: int, junk: bytes) -> None:
    mail = read_file("mail.msg", RAW[:at] + junk + RAW[at + len(junk) :])
    assert not [fault for fault in mail.faults if "could not be read" in fault]
