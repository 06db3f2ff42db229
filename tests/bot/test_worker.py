"""A worker works while there is work, rests until a bell, and outlives what goes wrong."""

import threading

import pytest

from bot.worker import Worker
from tests.servers.waiting import wait_until


def test_it_works_until_there_is_no_more_and_wakes_at_the_bell() -> None:
    left, done = [3], []

    def step() -> bool:
        if not left[0]:
            return False
        left[0] -= 1
        done.append(left[0])
        return True

    worker = Worker("test", step, rest=60)
    worker.start()
    wait_until(lambda: len(done) == 3)
    left[0] = 2
    worker.ring()
    wait_until(lambda: len(done) == 5)
    worker.leave()
    assert worker.join(2)
    assert worker.steps == 5


def test_a_bell_that_rings_while_it_looks_is_not_lost() -> None:
    looking, go_on, looks = threading.Event(), threading.Event(), []

    def step() -> bool:
        looks.append(1)
        looking.set()
        go_on.wait(5)
        return False

    worker = Worker("test", step, rest=60)
    worker.start()
    assert looking.wait(5)
    worker.ring()
    go_on.set()
    wait_until(lambda: len(looks) >= 2)
    worker.leave()
    assert worker.join(2)


def test_a_step_that_raises_is_counted_and_tried_again_after_a_while() -> None:
    tries = []

    def step() -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("words of a letter")
        return False

    worker = Worker("test", step, rest=60)
    worker.start()
    wait_until(lambda: len(tries) >= 2, 5)
    assert worker.faults == 1
    assert worker.alive
    worker.leave()
    assert worker.join(2)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_it_knows_that_its_thread_has_died() -> None:
    def step() -> bool:
        raise SystemExit  # ends a thread without a word, as nothing we catch does

    worker = Worker("test", step, rest=60)
    assert worker.alive
    worker.start()
    wait_until(lambda: not worker.alive)


def test_it_says_so_when_a_step_does_not_end() -> None:
    go_on = threading.Event()
    worker = Worker("test", lambda: go_on.wait(10), rest=60)
    worker.start()
    wait_until(lambda: worker.age > 0.05)
    worker.leave()
    assert not worker.join(0.05)
    go_on.set()
    assert worker.join(2)
