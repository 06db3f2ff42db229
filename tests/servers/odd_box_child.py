"""A reading box whose reader does what the message says, also the worst; run as the real one is."""

import ctypes
import os
import sys
import time
from pathlib import Path
from typing import Any

from intake.box_child import Read, Settings, serve
from tracker.errors import ConfigurationFault, Unreadable
from tracker.submission import Attachment, Reading, Submission


def odd_reader(settings: Settings) -> Read:
    if "no-start@desk.example" in settings["inboxes"]:
        raise ConfigurationFault(["themes.toml: [[theme]] 3 (bullying), weight: is missing"])
    if "dead@desk.example" in settings["inboxes"]:
        os._exit(3)

    def read(channel: str, content: bytes, envelope: dict[str, Any]) -> tuple[Submission, Reading]:
        order = content.partition(b" ")[0]
        _do(order.decode("ascii", "replace"), content)
        files = (
            Attachment(filename="a", content_type="x/y", size=3, sha256="", content=b"\0\xff" + content[:1]),
            Attachment(filename="b", content_type="x/y", size=9, sha256="", content=None, note="over the cap"),
            Attachment(filename="c", content_type="x/y", size=0, sha256="", content=b""),
        )
        text = content.decode("utf-8", "replace")
        submission = Submission(channel="mail", text=text, subject=str(os.getpid()), attachments=files)
        return submission, Reading(opens_case=True, kind="concern", summary=str(envelope.get("mail_from")))

    return read


def _do(order: str, content: bytes) -> None:
    if order == "hang":
        while True:
            pass
    elif order == "sleep":
        time.sleep(3600)
    elif order == "crash":
        ctypes.string_at(0)
    elif order == "abort":
        os.abort()
    elif order == "exit":
        os._exit(0)
    elif order == "eat":
        hoard = []
        while True:
            hoard.append(bytearray(1 << 20))
    elif order == "flood":
        while True:
            os.write(1, b"x" * 65536)
    elif order == "babble":
        wires = [fd for fd in range(3, 64) if _is_socket(fd)]
        while True:
            os.write(wires[0], b"\0\0\0\x02{}" * 1000)
    elif order == "boast":
        wires = [fd for fd in range(3, 64) if _is_socket(fd)]
        os.write(wires[0], b'\0\0\0\x17{"blobs": [99999999999]}')
        time.sleep(3600)
    elif order == "raise":
        raise ValueError(f"the words {content!r} are in here")
    elif order == "recurse":
        _do(order, content)
    elif order == "refuse":
        raise Unreadable("there is nothing in it")
    elif order == "write":
        Path(content.decode().partition(" ")[2]).write_bytes(content)
    elif order == "print":
        print(content * 100_000, file=sys.stderr)  # noqa: T201


def _is_socket(fd: int) -> bool:
    try:
        return str(Path(f"/proc/self/fd/{fd}").readlink()).startswith("socket:")
    except OSError:
        return False


if __name__ == "__main__":
    serve(odd_reader)
