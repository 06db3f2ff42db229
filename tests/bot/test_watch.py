"""Health: a dead thread, a clock that stands still and an age out of bounds are said, in words and as figures."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import CLOCK_MARK, Clock, Tick
from bot.http import HttpDoor
from bot.watch import Figures, Watch
from bot.worker import Worker
from tests.servers.waiting import wait_until
from tests.tracker.desk import MONDAY, a_store
from tracker.model import Mark
from tracker.queries import Bounds
from tracker.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_store(tmp_path)
    store.write(lambda tx: tx.add(Mark(name=CLOCK_MARK, at=MONDAY)))
    yield store
    store.close()


def a_watch(store: Store, **changes: Any) -> Watch:
    parts: dict[str, Any] = {"workers": (), "clock": None, "doors": {}, "slack_on": False}
    return Watch(store, changes.pop("now", lambda: MONDAY), Bounds(), **(parts | changes))


def test_a_desk_that_turns_and_has_nothing_to_do_is_well(store: Store) -> None:
    watch = a_watch(store)
    assert watch.dead() == []
    assert watch.ready()["ok"]


def test_a_clock_that_has_not_ticked_is_never_called_healthy(store: Store) -> None:
    watch = a_watch(store, now=lambda: MONDAY + timedelta(minutes=5))
    said = watch.ready()
    assert not said["ok"]
    assert "clock" in said["reasons"][0]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_whose_thread_has_died_means_a_restart(store: Store) -> None:
    def step() -> bool:
        raise SystemExit

    worker = Worker("reader-1", step, rest=1)
    worker.start()
    watch = a_watch(store, workers=[worker])
    assert wait_until(watch.dead) == ["The worker reader-1 has ended."]
    assert not watch.ready()["ok"]


def test_a_closed_door_is_not_ready(store: Store) -> None:
    assert a_watch(store, doors={"mail": lambda: False}).ready()["reasons"] == ["The mail door is closed."]


def test_a_database_that_cannot_be_read_is_a_reason_and_not_a_crash(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/none.sqlite3")
    said = a_watch(store).ready()
    store.close()
    assert not said["ok"]


def test_the_clock_rings_again_after_a_tick_that_failed() -> None:
    rings = []

    def tick() -> None:
        rings.append(1)
        raise ValueError("words of a letter")

    clock = Clock([Tick("test", 0.05, tick)])
    clock.start()
    wait_until(lambda: len(rings) >= 3)
    clock.stop()
    assert clock.faults >= 2
    assert clock.age < 5


def test_a_clock_that_was_stopped_grows_old(store: Store) -> None:
    clock = Clock([Tick("test", 0.01, lambda: None)])
    clock.start()
    clock.stop()
    assert wait_until(lambda: clock.age > 4 * clock.slowest)


def test_the_pages_say_what_the_watch_says(store: Store) -> None:
    door_open = [True]
    worker = Worker("reader-1", lambda: False, rest=1)
    watch = a_watch(store, doors={"mail": lambda: door_open[0]}, workers=[worker])
    http = HttpDoor("127.0.0.1", 0, watch, Figures(watch, [worker]))
    port = http.start()
    try:
        assert get(port, "/healthz") == (200, {"ok": True, "reasons": []})
        status, said = get(port, "/readyz")
        assert (status, said["ok"]) == (200, True)
        assert {"ages", "counts", "reasons"} <= set(said)
        door_open[0] = False
        assert get(port, "/readyz")[0] == 503
        assert get(port, "/healthz")[0] == 200
        status, text = get(port, "/metrics")
        assert "qualitydesk_ok 0.0" in text
        assert 'qualitydesk_worker_steps_total{worker="reader-1"} 0.0' in text
        assert get(port, "/etc/passwd")[0] == 404
    finally:
        http.stop()


def get(port: int, path: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            status, text = error.code, error.read().decode()
    return status, json.loads(text) if text.startswith("{") else text
