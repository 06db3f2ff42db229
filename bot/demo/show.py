"""The order of the demo: start the desk in a fresh folder, send, wait, tell; the mails and the table have their own rooms."""

import hashlib
import itertools
import mailbox
import os
import signal
import smtplib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from bot.config import load
from bot.demo.post import INBOX, POSTS, Answered, Post
from bot.demo.table import table
from bot.log import setup
from bot.now import real_now
from bot.service import Ready, Service, build, prepare_database
from tracker.errors import Refused
from tracker.queries import case_list, inbound_list, status

PATIENCE_SECONDS = 180.0
NARROW = 100


class _TooSlow(Exception):
    """Something that should have happened by now has not."""


def run(*, once: bool) -> int:
    """Run the demo; keeps running until Ctrl-C unless `once`. Returns 0, or 1 where a mail did not get where it should.

    Raises Refused where this folder cannot hold it.
    """
    console = Console(highlight=False, markup=False)
    if console.width < NARROW:
        console = Console(highlight=False, markup=False, width=NARROW)
    os.umask(0o077)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = _folder()
    config = _write_config(folder)
    with (folder / "desk.log").open("w", encoding="utf-8") as lines:
        setup(stream=lines)
        service = build(load(config, {}))
        try:
            prepare_database(service.settings)
            console.print(f"Quality Desk starts in {folder} …")
            ready = service.start()
            sent = _send_all(console, service, ready)
            _tell(console, service, ready, sent, config)
            if not once:
                console.print("\nThe desk goes on running: write to it, or end it with Ctrl-C.")
                threading.Event().wait()
        except KeyboardInterrupt:
            console.print("\nThe desk closes.")
        except _TooSlow as slow:
            console.print(f"{slow} {folder / 'desk.log'} says why.")
            return 1
        finally:
            # A second Ctrl-C would only leave the folder in disorder.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            service.stop()
    return 0


def _folder() -> Path:
    """A fresh folder, even when two demos begin in the same second."""
    stem = f"demo-{real_now():%Y%m%d-%H%M%S}"
    for number in itertools.count(1):
        folder = Path("var") / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise Refused(f"The demo needs to write into ./var and cannot ({error.strerror}).") from None
        break
    return folder


def _write_config(folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_text(
        f"""# The desk of one demo. Everything it knows is in this folder.

[database]
url = "sqlite:///desk.sqlite3"

[[inbox]]
address = "{INBOX}"

[mail]
letters_dir = "letters"

[mail.listen]
port = 0

[http]
port = 0
""",
        encoding="utf-8",
    )
    return path


def _send_all(console: Console, service: Service, ready: Ready) -> dict[str, bytes]:
    """Send every mail of the demo, those that answer a letter once it has arrived; returns the bytes of each."""
    sent: dict[str, bytes] = {}
    letters = service.settings.mail.letters_dir
    with Progress(TextColumn("{task.description:<42}"), BarColumn(24), TextColumn("{task.completed}/{task.total}"),
                  console=console, transient=not console.is_terminal) as bar:  # fmt: skip
        task = bar.add_task("", total=len(POSTS))
        for post in POSTS:
            bar.update(task, description=f"sends {post.what}")
            sent[post.key] = _bytes_of(post, sent, letters)
            _send(ready, post, sent[post.key])
            bar.advance(task)
        _wait_until_settled(service, bar, task)
    return sent


def _bytes_of(post: Post, sent: dict[str, bytes], letters: Path) -> bytes:
    if post.same_as:
        return sent[post.same_as]
    answered = None
    if post.answers:
        asker = next(each.sender for each in POSTS if each.key == post.answers)
        answered = _in_time(lambda: _letter_to(asker, letters), f"No acknowledgement to {asker} arrived.")
    return post.make(real_now(), answered)


def _send(ready: Ready, post: Post, raw: bytes) -> None:
    assert ready.smtp_port is not None
    with smtplib.SMTP("127.0.0.1", ready.smtp_port, timeout=30) as door:
        door.sendmail(post.sender, [_recipient(raw)], raw)


def _recipient(raw: bytes) -> str:
    to = next(line for line in raw.split(b"\r\n") if line.lower().startswith(b"to: "))
    return to[4:].decode("ascii").strip()


def _letter_to(address: str, letters: Path) -> Answered | None:
    if not letters.is_dir():
        return None
    for letter in mailbox.Maildir(letters, create=False):
        if letter["Delivered-To"] == address:
            return Answered(str(letter["Message-ID"]), str(letter["Reply-To"]), str(letter["Subject"]))
    return None


def _wait_until_settled(service: Service, bar: Progress, task: TaskID) -> None:
    def settled() -> bool | None:
        with service.store.reading() as tx:
            counts = status(tx, now=service.now())["counts"]
            waiting = any(
                case["acknowledgement"]["state"] in ("queued", "sending")
                for case in case_list(tx, desk=service.desk, now=service.now())
            )
        bar.update(task, description=f"reads, {counts['unread']} to go" if counts["unread"] else "writes letters")
        return True if not counts["unread"] and not waiting else None

    _in_time(settled, "Not every mail was read and answered in time.")
    bar.update(task, description="done")


def _in_time(look: Callable[[], Any], otherwise: str) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise _TooSlow(otherwise)
        time.sleep(0.05)
    return found


def _tell(console: Console, service: Service, ready: Ready, sent: dict[str, bytes], config: Path) -> None:
    with service.store.reading() as tx:
        heard = {row["sha256"]: row for row in inbound_list(tx)}
        cases = {case["ref"]: case for case in case_list(tx, desk=service.desk, now=service.now())}
    rows = []
    for post in POSTS:
        row = heard[hashlib.sha256(sent[post.key]).hexdigest()]
        rows.append((post.what, None if post.same_as else row, cases.get(row["case_ref"])))
    console.print(table(rows, zone=ZoneInfo(service.settings.hours.timezone)))
    letters = service.settings.mail.letters_dir
    program = Path(".venv/bin/qualitydesk")
    command = f"{program if program.exists() else 'qualitydesk'} --config {config}"
    urgent = next((ref for ref, case in cases.items() if case["urgency"] == "immediate"), next(iter(cases)))
    running = f"""
Letters       {_shown(letters / "new")} holds {len(list((letters / "new").iterdir()))}: a Maildir, for any mail program
Look          {command} case show {urgent} --as quality_manager
All cases     {command} case list
How it is     {command} status    (or http://127.0.0.1:{ready.http_port}/readyz)
Your own      curl smtp://127.0.0.1:{ready.smtp_port} --mail-from you@learners.example --mail-rcpt {INBOX} -T my.eml
              (or {command} receive my.eml)"""
    console.print(running.lstrip("\n"), soft_wrap=True)


def _shown(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
