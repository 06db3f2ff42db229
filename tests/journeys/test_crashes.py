"""The real service, killed without warning again and again while mail comes in and letters go out; and its order of doing."""

import hashlib
import random
import re
import resource
import shutil
import smtplib
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.servers.database import asking
from tests.servers.mail import letter, send
from tests.servers.postgres import Cluster
from tests.servers.relay import Relay
from tests.servers.service import DeskProcess, write_config
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.slow

KILLS = 3
SENDERS = 4
QUICK = """
[caps]
acknowledgements_per_address_per_day = 1000
letters_per_domain_per_hour = 100000
letters_per_hour = 100000

[lease]
reading = 3
sending = 3

[retry]
waits = [1]
"""


class Senders:
    """Mail servers that bring different mails, try again until they hear 250, and remember what they heard it for."""

    def __init__(self, desk: DeskProcess, *, pause: float) -> None:
        self.confirmed: set[str] = set()
        self.sent: set[str] = set()
        self.refused: list[str] = []
        self._desk = desk
        self._pause = pause
        self._leaving = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(name,)) for name in range(SENDERS)]

    def __enter__(self) -> "Senders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join()

    def _work(self, name: int) -> None:
        number = 0
        while not self._leaving.is_set():
            number += 1
            sender = f"writer-{name}-{number}@learner.example"
            raw = letter(f"Our teaching was cancelled, report {name} {number}.", sender=f"A Writer <{sender}>")
            digest = hashlib.sha256(raw).hexdigest()
            self.sent.add(digest)
            while not self._delivered(raw, sender, digest):
                if self._leaving.wait(0.05):
                    return
            self._leaving.wait(self._pause)

    def _delivered(self, raw: bytes, sender: str, digest: str) -> bool:
        try:
            reply = send(self._desk.smtp_port, raw, sender, timeout=10)
        except (smtplib.SMTPException, OSError):
            return False
        if reply.code == 250:
            self.confirmed.add(digest)
        elif reply.code >= 500:
            self.refused.append(f"{reply.code} {reply.text}")
        return reply.code == 250


def test_killed_at_random_under_load_nothing_is_lost_and_nothing_is_done_twice(
    database_url: str, tmp_path: Path, relay: Relay
) -> None:
    config = write_config(tmp_path, database_url, relay_port=relay.port, readers=2, extra=QUICK)
    draw = random.Random(11)
    desk = DeskProcess(config)
    with desk, Senders(desk, pause=0.1) as senders:
        for _ in range(KILLS):
            time.sleep(draw.uniform(0.2, 1.2))
            desk.kill()
            desk.start()
        time.sleep(0.3)
    # The block has ended the service, too; what was left half-done is found by the next start.
    with desk, asking(database_url) as ask:
        wait_until(lambda: not ask("SELECT 1 FROM inbound WHERE state = 'heard'"), what="all mail read")
        waiting = "SELECT 1 FROM outbox WHERE channel = 'mail' AND state IN ('queued', 'sending')"
        wait_until(lambda: not ask(waiting), what="all letters out")
        assert senders.refused == []
        assert len(senders.confirmed) > 20
        _no_mail_is_lost_or_twice(ask, senders)
        _no_letter_is_lost_or_twice(ask, relay)
        desk.stop()
        if database_url.startswith("sqlite"):
            assert ask("PRAGMA integrity_check") == [("ok",)]


def _no_mail_is_lost_or_twice(ask: Any, senders: Senders) -> None:
    rows = ask("SELECT id, sha256, state, outcome, case_id FROM inbound")
    kept = Counter(sha256 for _, sha256, *_ in rows)
    assert senders.confirmed <= set(kept), "a mail that was answered 250 is not there"
    assert set(kept) <= senders.sent, "a mail is there that nobody sent"
    assert set(kept.values()) == {1}, "a mail is there twice"
    assert {(state, outcome) for _, _, state, outcome, _ in rows} == {("read", "opened")}
    assert Counter(case for *_, case in rows).most_common(1)[0][1] == 1, "two mails on one case"
    assert len(ask("SELECT id FROM cases")) == len(rows), "a case is there twice"
    told = Counter(inbound for (inbound,) in ask("SELECT inbound_id FROM messages WHERE direction = 'in'"))
    assert told == Counter(number for number, *_ in rows), "a mail is on its case twice"


def _no_letter_is_lost_or_twice(ask: Any, relay: Relay) -> None:
    letters = {
        message_id: (case, state)
        for message_id, case, state in ask("SELECT message_id, case_id, state FROM outbox WHERE channel = 'mail'")
    }
    assert {state for _, state in letters.values()} <= {"sent", "held"}
    # Every case has one acknowledgement that left, or that may have left and is held before a person.
    assert Counter(case for case, _ in letters.values()) == Counter(case for (case,) in ask("SELECT id FROM cases"))
    arrived = Counter(str(each.message["Message-ID"]).strip("<>") for each in relay.letters)
    assert set(arrived.values()) == {1}, "a letter arrived twice"
    assert set(arrived) <= set(letters), "a letter arrived that nobody wrote down"
    missing = {message_id for message_id, (_, state) in letters.items() if state == "sent"} - set(arrived)
    assert not missing, "a letter is called sent and never arrived"


def test_the_database_is_on_disk_before_a_mail_is_confirmed(tmp_path: Path) -> None:
    """A kill proves nothing about this: the page cache survives it. The order of the system calls does."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not on this machine")
    config = write_config(tmp_path, f"sqlite:///{tmp_path / 'desk.sqlite3'}")
    trace = tmp_path / "trace"
    mails = 20
    # Only the door: a reader's commit must not be taken for that of the mail.
    with DeskProcess(config, only="door") as desk:
        calls = "trace=recvfrom,recv,read,sendto,send,write,fsync,fdatasync"
        command = [strace, "-f", "-y", "-q", "-s", "4096", "-e", calls, "-o", str(trace), "-p", str(desk.pid)]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            time.sleep(0.5)
            if tracer.poll() is not None:
                pytest.skip("this machine does not let us watch system calls")
            for number in range(mails):
                assert send(desk.smtp_port, letter(f"report {number}")).code == 250
            wait_until(lambda: len(re.findall("250 2.0.0 stored", trace.read_text(errors="replace"))) >= mails)
        finally:
            tracer.terminate()
            tracer.communicate()
    synced = 0
    confirmed = 0
    in_order = False
    for line in trace.read_text(errors="replace").splitlines():
        if r"\r\n.\r\n" in line and "recv" in line:
            in_order = False
        elif re.search(r"(fsync|fdatasync)\(\d+<[^>]*desk\.sqlite3", line) or re.search(
            "(fsync|fdatasync) resumed", line
        ):
            # An unfinished call counts when it is resumed.
            in_order = in_order or "unfinished" not in line
        elif "250 2.0.0 stored" in line and "send" in line:
            confirmed += 1
            synced += in_order
            in_order = False
    assert (confirmed, synced) == (mails, mails)


def test_a_stop_under_load_loses_nothing_and_ends_in_time(tmp_path: Path, relay: Relay) -> None:
    url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    desk = DeskProcess(write_config(tmp_path, url, relay_port=relay.port, extra=QUICK))
    with desk, Senders(desk, pause=0.05) as senders:
        for _ in range(2):
            time.sleep(0.7)
            desk.stop()
            desk.start()
    assert senders.refused == []
    with asking(url) as ask:
        kept = {sha256 for (sha256,) in ask("SELECT sha256 FROM inbound")}
    assert senders.confirmed <= kept <= senders.sent
    assert len(senders.confirmed) > 20


def test_a_disk_that_takes_no_more_is_later_never_no_and_heals_by_itself(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    desk = DeskProcess(write_config(tmp_path, url))
    with desk:
        before = letter("before")
        assert send(desk.smtp_port, before).code == 250
        unlimited = resource.prlimit(desk.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(desk.pid, resource.RLIMIT_FSIZE, (4096, unlimited[1]))
        during = [letter(f"during {number}") for number in range(3)]
        answers = [send(desk.smtp_port, raw) for raw in during]
        assert {(answer.code, answer.text) for answer in answers} == {(451, "4.3.0 Temporary failure, please retry")}
        resource.prlimit(desk.pid, resource.RLIMIT_FSIZE, unlimited)
        assert [send(desk.smtp_port, raw).code for raw in during] == [250] * 3
        with asking(url) as ask:
            wait_until(lambda: not ask("SELECT 1 FROM inbound WHERE state = 'heard'"), what="all mail read")
            kept = Counter(sha256 for (sha256,) in ask("SELECT sha256 FROM inbound"))
        assert kept == Counter(hashlib.sha256(raw).hexdigest() for raw in (before, *during))
        desk.stop()


def test_a_database_server_that_restarts_under_load_is_later_never_no(postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.fresh_database()
    desk = DeskProcess(write_config(tmp_path, url, extra=QUICK))
    with desk, Senders(desk, pause=0.1) as senders:
        for immediate in (False, True):
            time.sleep(0.7)
            postgres.restart(immediate=immediate)
            enough = len(senders.confirmed) + 10
            wait_until(lambda enough=enough: len(senders.confirmed) > enough, what="mail being taken again")
        postgres.cut_connections()
        time.sleep(0.7)
    with desk, asking(url) as ask:
        wait_until(lambda: not ask("SELECT 1 FROM inbound WHERE state = 'heard'"), what="all mail read")
        assert senders.refused == []
        _no_mail_is_lost_or_twice(ask, senders)
        desk.stop()
    postgres.drop(url)
