"""Read one file of any mail format the way `qualitydesk read` is given it: .eml, bare bodies, winmail.dat, .msg, .p7m."""

from pathlib import PurePath

from intake.mail import ole, tnef
from intake.mail.model import Mail
from intake.mail.parse import read_mail, read_outlook


def read_file(path_name: str, raw: bytes) -> Mail:
    """A Mail of a file by its name's ending, else by content. Total, as `read_mail` is."""
    ending = PurePath(path_name).suffix.lower()
    if ending == ".html" or ending == ".htm":
        return read_mail(b"Content-Type: text/html; charset=utf-8\n\n" + raw)
    if ending == ".txt":
        return read_mail(b"Content-Type: text/plain; charset=utf-8\n\n" + raw)
    if raw.startswith((tnef.SIGNATURE, ole.SIGNATURE)):
        return read_outlook(raw)
    if ending == ".p7m" and raw.startswith(b"\x30"):
        return read_mail(b"Content-Type: application/pkcs7-mime; name=smime.p7m\n\n" + raw)
    return read_mail(raw)
