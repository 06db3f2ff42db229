"""With a scanner configured every file is locked until it is called clean; what is found locks it for good, on every case."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from intake.clamd import Clamd as Client
from intake.scan import scan_one
from tests.servers.clamd import MARK, NAME, Clamd
from tests.servers.waiting import wait_until
from tests.tracker.room import Room, triage_desk
from tracker.model import Case, Scan
from tracker.queries import Bounds, case_show, status
from tracker.store import Store
from tracker.submission import Attachment, Submission


@pytest.fixture
def room(tables_url: str) -> Iterator[Room]:
    store = Store(tables_url)
    yield Room(store, triage_desk())
    store.close()


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    with Clamd() as server:
        yield server


def hear(room: Room, content: bytes | None, sender: str = "robin@trust.example") -> Case:
    """A case whose mail brought one file."""
    sha256 = (content or b"").hex().ljust(64, "0")[:64]
    file = Attachment(
        filename="rota.pdf", content_type="application/pdf", size=len(content or b""), sha256=sha256, content=content
    )
    return room.hear_with(Submission(channel="mail", text="The rota.", attachments=(file,)), sender, "", "", {})


def scan(room: Room, clamd: Clamd, seconds: float = 5) -> bool:
    return scan_one(room.store, Client(clamd.where, seconds=seconds), lambda: room.now, seconds=seconds)


def standing(room: Room, case: Case, *, scanning: bool = True) -> dict[str, Any]:
    with room.store.reading() as tx:
        page = case_show(tx, case.ref, None, desk=replace(room.desk, scanning=scanning), now=room.now)
    found = page["messages"][0]["attachments"][0]["scan"]
    assert isinstance(found, dict)
    return found


def test_a_file_is_locked_until_the_scanner_calls_it_clean(room: Room, clamd: Clamd) -> None:
    case = hear(room, b"harmless")
    assert standing(room, case) == {"state": "waiting", "locked": True, "why": "it waits for the virus scanner"}
    assert scan(room, clamd)
    assert clamd.scanned == [b"harmless"]
    assert standing(room, case)["state"] == "clean"
    assert not standing(room, case)["locked"]
    assert not scan(room, clamd)


def test_a_virus_locks_the_file_for_good_and_every_case_says_so(room: Room, clamd: Clamd) -> None:
    first, second = hear(room, MARK), hear(room, MARK, "jo@trust.example")
    assert scan(room, clamd)
    later = hear(room, MARK, "sam@trust.example")
    for case in (first, second, later):
        assert standing(room, case) == {"state": "found", "locked": True, "why": f"the virus scanner found {NAME}"}
        (event,) = [event for event in room.events(case.ref) if event.kind == "file_locked"]
        assert event.detail["found"] == NAME
        assert "rota" not in str(event.detail)
    assert len(clamd.scanned) == 1
    assert standing(room, first, scanning=False)["locked"]


def test_a_scanner_that_is_away_slow_or_at_a_loss_never_unlocks(room: Room, clamd: Clamd) -> None:
    case = hear(room, b"harmless")
    for fail in (clamd.hang_up_next, lambda: clamd.be_slow_next(1), lambda: clamd.answer_next("stream: x ERROR")):
        fail()
        assert not scan(room, clamd, seconds=0.3)
        found = standing(room, case)
        assert (found["state"], found["locked"]) == ("waiting", True)
        assert "the last attempt failed" in found["why"]
        assert not scan(room, clamd), "it is left in peace for a while"
        room.later(minutes=11)
    clamd.refuse_connections()
    assert not scan(room, clamd)
    assert standing(room, case)["locked"]
    clamd.accept_connections()
    room.later(minutes=11)
    assert scan(room, clamd)
    assert standing(room, case)["state"] == "clean"


def test_two_scanners_never_take_the_same_file_and_a_dead_ones_file_is_taken_again(room: Room, clamd: Clamd) -> None:
    hear(room, b"harmless")
    clamd.be_slow_next(0.5)
    thread = threading.Thread(target=scan, args=(room, clamd))
    thread.start()
    wait_until(lambda: room.ask(select(Scan).where(Scan.attempts == 1)))
    assert not scan(room, clamd)
    thread.join()
    assert len(clamd.scanned) == 1


def test_without_a_scanner_nothing_is_locked_and_that_is_said(room: Room) -> None:
    found = standing(room, hear(room, b"harmless"), scanning=False)
    assert found == {"state": "not_scanned", "locked": False, "why": "no virus scanner is configured"}


def test_a_file_whose_content_was_not_kept_can_never_leave(room: Room, clamd: Clamd) -> None:
    case = hear(room, None)
    assert not scan(room, clamd)
    assert standing(room, case)["state"] == "not_kept"
    assert standing(room, case)["locked"]


def test_status_says_what_waits_too_long_and_what_was_found(room: Room, clamd: Clamd) -> None:
    def look(bound: float | None) -> dict[str, Any]:
        with room.store.reading() as tx:
            return status(tx, now=room.now, bounds=Bounds(unscanned=bound))

    hear(room, MARK)
    room.later(minutes=20)
    assert any("virus scanner has waited 20 minutes" in reason for reason in look(900)["reasons"])
    assert look(None)["ages"]["unscanned_file"] is None
    assert look(None)["counts"]["files_not_scanned"] == 1
    scan(room, clamd)
    assert look(900)["ages"]["unscanned_file"] is None
    assert look(900)["counts"]["files_locked_for_good"] == 1
    assert any("1 file with a virus" in sentence for sentence in look(900)["attention"])
