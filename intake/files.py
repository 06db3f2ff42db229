"""Stored messages: what lies in an mbox, a Maildir or .eml files, one by one, and keeping it as the mail door would.

What a message says is not looked at; only its way back (Return-Path) is, because a file has no envelope.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Final

from intake.mail import message_id_of
from tracker import inbound
from tracker.errors import Refused
from tracker.inbound import Kept
from tracker.store import Store

# A separator carries a time of day, in the asctime form of mbox or the RFC 5322 form of some exporters; "From here on, …"
# after an empty line does not. RFC 4155 asks for the first; `-` instead of a sender is Thunderbird's.
_SEPARATOR: Final = re.compile(rb"From (\S{0,320}).{0,80}?\d{1,2}:\d{2}.*\r?\n?\Z", re.DOTALL)
_QUOTED_FROM: Final = re.compile(rb">+From ")
_RETURN_PATH: Final = re.compile(rb"^return-path:[ \t]*<([^<>\r\n]*)>", re.IGNORECASE | re.MULTILINE)
_END_OF_HEADER: Final = re.compile(rb"\r?\n\r?\n")
LINE_PIECE: Final = 1 << 16
HEADER_BYTES: Final = 1 << 16


@dataclass(frozen=True)
class Stored:
    """One stored message. `mail_from` is its return path, "" the null sender, None where the file does not tell."""

    content: bytes
    mail_from: str | None


def messages_in(path: Path) -> Iterator[bytes]:
    """The messages of a file or folder, in order; one in memory at a time. Raises OSError, and Refused for an empty folder."""
    return (stored.content for stored in stored_in(path))


def stored_in(path: Path) -> Iterator[Stored]:
    """As `messages_in`, with what the file tells about each message's sender.

    A folder is a Maildir where it has `cur` or `new` (what is still in `tmp` was never delivered), else all its .eml files.
    A file is an mbox where it begins with a separator, else one message.
    """
    if path.is_dir():
        yield from _in_folder(path)
        return
    with path.open("rb") as file:
        first = file.readline(LINE_PIECE)
        if _SEPARATOR.match(first):
            yield from _in_mbox(file, first)
        else:
            content = first + file.read()
            yield Stored(content, _return_path(content))


def keep_stored(
    store: Store, path: Path, *, source: str, recipient: str, now: Callable[[], datetime]
) -> Iterator[Kept]:
    """Keep each message of a file or folder as if it had come to `recipient`; those kept before are repeats.

    Raises what `stored_in` and `Store.write` raise.
    """
    for stored in stored_in(path):
        keep = partial(
            inbound.keep,
            channel="mail",
            source=source,
            recipient=recipient.lower(),
            envelope={"mail_from": stored.mail_from, "rcpt_to": [recipient]},
            content=stored.content,
            message_id=message_id_of(stored.content),
            now=now(),
        )
        yield store.write(keep)


def _in_folder(folder: Path) -> Iterator[Stored]:
    kinds = [folder / name for name in ("new", "cur") if (folder / name).is_dir()]
    # A Maildir's names begin with the time of delivery.
    files = sorted((file for kind in kinds for file in kind.iterdir() if file.is_file()), key=lambda file: file.name)
    if not kinds:
        files = sorted(folder.rglob("*.eml"))
        if not files:
            raise Refused(f"{folder} is no Maildir and holds no .eml file.")
    for file in files:
        content = file.read_bytes()
        yield Stored(content, _return_path(content))


def _in_mbox(file: IO[bytes], separator: bytes) -> Iterator[Stored]:
    """mboxo and mboxrd: a line that begins with From and was quoted loses one ">" (RFC 4155, appendix A)."""
    lines: list[bytes] = []
    begins_line, after_empty = True, True
    while piece := file.readline(LINE_PIECE):
        if begins_line and after_empty and piece.startswith(b"From ") and _SEPARATOR.match(piece):
            yield _from_mbox(lines, separator)
            lines, separator, after_empty = [], piece, False
            continue
        if begins_line and piece.startswith(b">") and _QUOTED_FROM.match(piece):
            piece = piece[1:]
        lines.append(piece)
        after_empty = begins_line and piece in (b"\n", b"\r\n")
        begins_line = piece.endswith(b"\n")
    yield _from_mbox(lines, separator)


def _from_mbox(lines: list[bytes], separator: bytes) -> Stored:
    # The empty line before the next separator is the box's, not the message's.
    if lines and lines[-1] in (b"\n", b"\r\n"):
        lines.pop()
    content = b"".join(lines)
    found = _SEPARATOR.match(separator)
    writer = found[1] if found else b""
    return_path = _return_path(content)
    if return_path is None and b"@" in writer:
        return_path = writer.decode("utf-8", "replace")
    elif return_path is None and writer.upper() == b"MAILER-DAEMON":
        return_path = ""
    return Stored(content, return_path)


def _return_path(content: bytes) -> str | None:
    end = _END_OF_HEADER.search(content, 0, HEADER_BYTES)
    found = _RETURN_PATH.search(content, 0, end.start() if end else min(len(content), HEADER_BYTES))
    return found[1].strip().decode("utf-8", "replace") if found else None
