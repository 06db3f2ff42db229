"""How the desk is: never well with a dead clock, and every pile that a person must work off is named."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.tracker.room import Room
from tracker.model import Mark, Parcel
from tracker.queries import Bounds, in_words, status
from tracker.queries.health import CLOCK_MARK, SLACK_MARK
from tracker.waiting import OUTBOX_PAUSED


def look(room: Room, **more: Any) -> dict[str, Any]:
    with room.store.reading() as tx:
        return status(tx, now=room.now, **more)


def tick(room: Room, name: str = CLOCK_MARK) -> None:
    now = room.now
    room.store.write(lambda tx: tx.merge(Mark(name=name, value="", at=now)))


def test_a_clock_that_never_ticked_is_not_well(room: Room) -> None:
    said = look(room)
    assert not said["ok"]
    assert said["reasons"] == ["The clock has never ticked: is `qualitydesk serve` running?"]
    assert said["ages"]["clock_tick"] is None


def test_a_clock_that_stopped_is_not_well(room: Room) -> None:
    tick(room)
    assert look(room)["ok"]
    room.later(minutes=3)
    said = look(room)
    assert not said["ok"]
    assert said["ages"]["clock_tick"] == 180.0
    assert "3 minutes ago" in said["reasons"][0]


def test_a_letter_that_does_not_leave_ages_and_is_named(room: Room) -> None:
    room.hear()
    room.later(hours=1)
    tick(room)
    said = look(room)
    assert said["ages"]["unsent_parcel"] == 3600.0
    assert said["reasons"] == ["The oldest unsent parcel has waited 60 minutes."]
    assert look(room, bounds=Bounds(unsent=7200))["ok"]


def test_a_letter_that_is_due_later_has_no_age(room: Room) -> None:
    room.hear()
    later = room.now + timedelta(hours=2)
    room.store.write(lambda tx: setattr(tx.scalars(select(Parcel)).one(), "due_at", later))
    assert look(room)["ages"]["unsent_parcel"] is None


def test_an_overdue_follow_up_is_named(room: Room) -> None:
    room.hear()
    room.later(days=2)
    tick(room)
    assert any("overdue follow-up" in reason for reason in look(room, bounds=Bounds(unsent=1e9))["reasons"])


def test_slack_counts_only_where_it_is_on(room: Room) -> None:
    tick(room)
    assert look(room)["ok"]
    assert look(room, slack_on=True)["reasons"] == ["Slack was never heard."]
    tick(room, SLACK_MARK)
    assert look(room, slack_on=True)["ok"]
    assert look(room)["ages"]["slack_contact"] is None


def test_a_paused_outbox_is_not_well(room: Room) -> None:
    tick(room)
    tick(room, OUTBOX_PAUSED)
    assert look(room)["reasons"] == ["The outbox is paused: nothing leaves until `qualitydesk outbox resume`."]


@pytest.mark.parametrize("state", ["held", "withheld", "failed"])
def test_what_waits_for_a_person_is_counted_and_named(room: Room, state: str) -> None:
    room.hear()
    room.store.write(lambda tx: setattr(tx.scalars(select(Parcel)).one(), "state", state))
    said = look(room)
    assert said["counts"][state] == 1
    assert said["attention"][0].startswith("1 letter or post ")
    assert f"--state {state}" in said["attention"][0]


def test_cases_are_counted_by_what_they_lack(room: Room) -> None:
    room.hear()
    counts = look(room)["counts"]
    assert (counts["open_cases"], counts["unowned_cases"], counts["cases_nobody_read"]) == (1, 1, 1)
    assert counts["quarantined"] == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7200, "2 hours"),
        (200_000, "2 days"),
    ],
)
def test_ages_are_told_in_whole_units(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
