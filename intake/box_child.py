"""Inside the reading box: take a message, read it, understand it, hand over the values; no network, no store, no secret.

Runs as `python -m intake.box_child` with its parent on standard input. Whatever a message does to it, at worst it dies, and
its own alarm sees to that even when the parent is gone.
"""

import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

from intake import frames
from intake.faults import fault_of
from intake.memory import return_large_blocks
from intake.readable import why_unreadable
from tracker.errors import ConfigurationFault, Unreadable
from tracker.submission import Reading, Submission

Settings: TypeAlias = dict[str, Any]
Read: TypeAlias = Callable[[str, bytes, dict[str, Any]], tuple[Submission, Reading]]
OPEN_FILES: Final = 64
GRACE_SECONDS: Final = 2
TOO_MUCH_MEMORY: Final = "it took more memory than a message may"


def reader_for(settings: Settings) -> Read:
    """Everything that reading needs, made once. Raises ConfigurationFault where the field's facts are faulty."""
    # Imported here, so that a fault in them is told to the parent in words.
    from intake import mail, slack
    from intake.understand import Understanding, packaged_model
    from intake.understood import understood
    from tracker.field import load_field

    inboxes = tuple(settings["inboxes"])
    field_dir = settings["field_dir"]
    field = load_field(Path(field_dir) if field_dir else None)
    understanding = Understanding(field, inboxes=inboxes, model=packaged_model())

    def read(channel: str, content: bytes, envelope: dict[str, Any]) -> tuple[Submission, Reading]:
        if channel == "slack":
            submission = slack.submission_from(content, envelope)
        elif channel == "mail":
            letter = mail.read_mail(content)
            # A stored mail may have lost its envelope: that is not the null sender, which only machines use.
            written_by = letter.sender[0].email if letter.sender else ""
            mail_from = envelope.get("mail_from")
            submission = mail.submission_of(
                letter,
                envelope_from=written_by if mail_from is None else str(mail_from),
                envelope_to=tuple(map(str, envelope.get("rcpt_to") or ())),
                authserv_id=settings["authserv_id"],
                arc_sealers=tuple(settings["arc_sealers"]),
            )
        else:
            raise Unreadable(f"no reader for the channel {channel!r}")
        if why := why_unreadable(submission):
            raise Unreadable(why)
        return submission, understood(understanding.read, submission)

    return read


def serve(make_reader: Callable[[Settings], Read]) -> None:
    """Answer the parent on standard input until it goes."""
    return_large_blocks()
    wire = socket.socket(fileno=os.dup(0))
    settings, _ = frames.receive(wire)
    try:
        read = make_reader(settings)
    except Exception as error:  # noqa: BLE001 - told to the parent, which tells a person
        text = str(error) if isinstance(error, ConfigurationFault) else fault_of(error)
        frames.send(wire, {"fault": text[: frames.HEAD_BYTES // 8]})
        return
    _confine(int(settings["memory_bytes"]))
    frames.send(wire, {"ready": True})
    while True:
        try:
            head, (content,) = frames.receive(wire)
        except (EOFError, ConnectionError):
            return
        seconds = float(settings["seconds"]) + GRACE_SECONDS
        # Its default action ends the process, whatever the interpreter is busy with.
        signal.setitimer(signal.ITIMER_REAL, seconds)
        leaving = _answer(wire, read, str(head["channel"]), content, head["envelope"])
        signal.setitimer(signal.ITIMER_REAL, 0)
        if leaving:
            return


def _answer(wire: socket.socket, read: Read, channel: str, content: bytes, envelope: dict[str, Any]) -> bool:
    """Read one message and tell the parent; True where memory ran out, and the next deserves a fresh start."""
    fault = ""
    try:
        submission, reading = read(channel, content, envelope)
        files = [file.content for file in submission.attachments if file.content is not None]
        bare = tuple(
            file if file.content is None else file.model_copy(update={"content": b""})
            for file in submission.attachments
        )
        said = submission.model_copy(update={"attachments": bare}).model_dump_json().encode()
        blobs = [said, reading.model_dump_json().encode(), *files]
    except MemoryError:
        # Told below: while the exception lives, so does all that was hoarded.
        fault, blobs = TOO_MUCH_MEMORY, []
    except Unreadable as error:
        fault, blobs = error.reason, []
    except Exception as error:  # noqa: BLE001 - a message that our reader cannot bear is told to a person
        fault, blobs = fault_of(error), []
    leaving = fault == TOO_MUCH_MEMORY
    frames.send(wire, {"fault": fault, "leaving": leaving}, blobs)
    return leaving


def _confine(memory_bytes: int) -> None:
    """From here on: bounded memory, no files written, few opened, and no core file, which would hold the message."""
    for what, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        _, hard = resource.getrlimit(what)
        value = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (value, value))


if __name__ == "__main__":
    serve(reader_for)
