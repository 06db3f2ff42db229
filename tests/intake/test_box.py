"""The reading box: whatever a message does to its reader, only that message is lost to it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from intake.box import Box, BoxBroken, BoxSettings
from tests.servers.mail import DESK
from tests.servers.waiting import wait_until
from tracker.errors import Unreadable

ODD = (sys.executable, "-B", "-m", "tests.servers.odd_box_child")
SETTINGS = BoxSettings(inboxes=(DESK,), seconds=30, memory_bytes=256 * 1024 * 1024, reply_bytes=8 * 1024 * 1024)


@pytest.fixture
def box() -> Iterator[Box]:
    box = Box(SETTINGS, command=ODD)
    yield box
    box.close()


def test_values_come_out_as_they_were_put_in(box: Box) -> None:
    submission, reading = box.read(
        "mail", "Grüße \udcff".encode("utf-8", "surrogateescape"), {"mail_from": "a@b.example"}
    )
    assert submission.text.startswith("Grüße")
    assert [file.content for file in submission.attachments] == [b"\0\xffG", None, b""]
    assert (reading.kind, reading.summary) == ("concern", "a@b.example")


def test_one_child_reads_many_messages(box: Box) -> None:
    assert len({box.read("mail", b"hello %d" % number, {})[0].subject for number in range(50)}) == 1


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("hang", "took longer than 1 s"),
        ("sleep", "took longer than 1 s"),
        ("crash", "crashed (SIGSEGV)"),
        ("abort", "crashed (SIGABRT)"),
        ("exit", "ended early (exit 0)"),
        ("eat", "more memory than a message may"),
        ("flood", "took longer than 1 s"),
        ("babble", "an answer that makes no sense"),
        ("boast", "an answer that makes no sense"),
        ("raise", "ValueError at __main__:"),
        ("recurse", "RecursionError at __main__:"),
        ("refuse", "there is nothing in it"),
    ],
)
def test_a_message_that_does_its_worst_costs_only_itself(order: str, reason: str) -> None:
    box = Box(replace(SETTINGS, seconds=1) if "longer than 1 s" in reason else SETTINGS, command=ODD)
    try:
        box.start()
        began = time.monotonic()
        with pytest.raises(Unreadable) as told:
            box.read("mail", f"{order} secret-words".encode(), {})
        assert reason in told.value.reason
        assert "secret" not in told.value.reason
        assert time.monotonic() - began < 20
        assert box.read("mail", b"a good one", {})[0].text == "a good one"
    finally:
        box.close()


def test_a_message_that_floods_its_errors_is_read_and_shows_nothing(
    box: Box, capfd: pytest.CaptureFixture[str]
) -> None:
    assert box.read("mail", b"print secret-words", {})[0].text == "print secret-words"
    assert "secret" not in "".join(capfd.readouterr())


def test_no_word_of_a_message_can_be_written_to_a_file(box: Box, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="OSError"):
        box.read("mail", f"write {tmp_path / 'escaped'}".encode(), {})
    assert (tmp_path / "escaped").read_bytes() == b""


def test_a_reply_larger_than_allowed_is_not_taken(box: Box) -> None:
    with pytest.raises(Unreadable, match="makes no sense"):
        box.read("mail", b"x" * (9 * 1024 * 1024), {})
    assert box.read("mail", b"a good one", {})


def test_a_child_that_was_killed_while_idle_is_replaced(box: Box) -> None:
    before = box.read("mail", b"one", {})[0].subject
    os.kill(int(before), 9)
    wait_until(lambda: not _alive(int(before)) or _is_zombie(int(before)))
    assert box.read("mail", b"two", {})[0].subject != before


def test_several_boxes_read_at_once() -> None:
    boxes = [Box(SETTINGS, command=ODD) for _ in range(2)]
    try:
        with ThreadPoolExecutor(2) as threads:
            for box in boxes:
                box.start()
            hanging = threads.submit(boxes[0].read, "mail", b"hang", {})
            assert threads.submit(boxes[1].read, "mail", b"good", {}).result(1)[0].text == "good"
            with pytest.raises(Unreadable):
                hanging.result()
    finally:
        for box in boxes:
            box.close()


def test_closing_ends_the_child(box: Box) -> None:
    box.start()
    pid = box.pid
    assert pid is not None
    box.close()
    assert box.pid is None
    assert not _alive(pid)


def test_a_box_that_cannot_start_says_why() -> None:
    with pytest.raises(BoxBroken, match="weight: is missing"):
        Box(BoxSettings(inboxes=("no-start@desk.example",)), command=ODD).start()
    with pytest.raises(BoxBroken, match="exit 3"):
        Box(BoxSettings(inboxes=("dead@desk.example",)), command=ODD).start()
    with pytest.raises(BoxBroken, match="FileNotFoundError"):
        Box(SETTINGS, command=("no-such-program-anywhere",)).start()


def test_the_child_gets_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUALITYDESK_SLACK__BOT_TOKEN", "xoxb-canary")
    box = Box(SETTINGS, command=ODD)
    try:
        box.start()
        assert b"canary" not in Path(f"/proc/{box.pid}/environ").read_bytes()
        assert [link for link in _open_files(box.pid) if link.startswith("/") and link != "/dev/null"] == []
    finally:
        box.close()


def test_a_child_whose_parent_is_gone_ends_even_in_the_middle_of_a_hang() -> None:
    parent = (
        "import os, sys, threading, time\n"
        "from intake.box import Box, BoxSettings\n"
        "box = Box(BoxSettings(inboxes=(), seconds=0.5), command=sys.argv[1:])\n"
        "box.start()\n"
        "print(box.pid, flush=True)\n"
        "threading.Thread(target=box.read, args=('mail', b'hang', {}), daemon=True).start()\n"
        "time.sleep(0.2)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    told = subprocess.run([sys.executable, "-c", parent, *ODD], stdout=subprocess.PIPE, check=False)
    child = int(told.stdout)
    wait_until(lambda: not _alive(child) or _is_zombie(child), timeout=8)


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _open_files(pid: int | None) -> list[str]:
    return [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
