"""Read one file of any mail format the way `qualitydesk read` is given it: .eml, bare bodies, winmail.dat, .msg."""

from pathlib import PurePath

from intake.mail.model import Mail
from intake.mail.parse import read_mail


def read_file(path_name: str, raw: bytes) -> Mail:
    """A Mail of a file by its name's ending, else by content. Total, as `read_mail` is."""
    ending = PurePath(path_name).suffix.lower()
    if ending == ".html" or ending == ".htm":
        return read_mail(b"Content-Type: text/html; charset=utf-8\n\n" + raw)
    if ending == ".txt":
        return read_mail(b"Content-Type: text/plain; charset=utf-8\n\n" + raw)
    if ending == ".tnef" or raw.startswith(b"\x78\x9f\x3e\x22"):
        return read_mail(b"Content-Type: application/ms-tnef\nContent-Transfer-Encoding: binary\n\n" + raw)
    return read_mail(raw)
