"""The synthetic mails of this room, by name; each file is one lesson."""

from pathlib import Path

from intake.mail import Mail, read_mail

FOLDER = Path(__file__).with_name("data")


def lesson(name: str) -> Mail:
    """The mail `data/NAME.eml`, read; a field that could not be read at all fails the test here."""
    mail = read_mail((FOLDER / f"{name}.eml").read_bytes())
    assert not [fault for fault in mail.faults if "could not be read" in fault]
    return mail
