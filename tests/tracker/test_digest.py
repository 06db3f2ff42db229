"""The morning's digest: once a working morning for each channel, numbers that are right, and never a word of a case."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.tracker.room import Room
from tracker import digest, triage
from tracker.digest import Row
from tracker.model import Parcel

MORNING = datetime(2026, 11, 23, 8, 45, tzinfo=UTC)
"""Monday 23 November 2026 at a quarter to nine in London."""


@pytest.fixture
def early(room: Room) -> Room:
    room.desk = replace(room.desk, digest_at=time(8, 45))
    room.now = MORNING
    return room


def posted(room: Room) -> list[Parcel]:
    room.store.write(lambda tx: digest.post_due(tx, desk=room.desk, now=room.now))
    return room.ask(select(Parcel).where(Parcel.occasion == "digest"))


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        (MORNING, True),
        (MORNING - timedelta(minutes=1), False),
        (MORNING + timedelta(hours=3, minutes=59), True),
        (MORNING + timedelta(hours=4), False),
        (datetime(2026, 11, 22, 9, 0, tzinfo=UTC), False),  # a Sunday
        (datetime(2026, 12, 25, 9, 0, tzinfo=UTC), False),  # a bank holiday
        (datetime(2026, 7, 1, 7, 45, tzinfo=UTC), True),  # British Summer Time
        (datetime(2026, 7, 1, 7, 44, tzinfo=UTC), False),
    ],
)
def test_it_is_due_on_working_mornings_only(early: Room, at: datetime, wanted: bool) -> None:
    assert (digest.due_day(at, early.desk) is not None) == wanted


def test_each_channel_gets_one_a_day_however_often_the_clock_rings(early: Room) -> None:
    early.now = MORNING - timedelta(days=3)
    early.hear()
    early.hear(red_flags=["patient_harm_now"])
    early.now = MORNING
    assert len(posted(early)) == 2
    assert {parcel.content["channel"] for parcel in posted(early)} == {"triage", "urgent"}
    early.later(days=1)
    assert len(posted(early)) == 4


def test_a_channel_in_which_nothing_waits_is_left_alone(early: Room) -> None:
    assert posted(early) == []


def test_a_channel_whose_first_case_comes_later_in_the_morning_gets_none(early: Room) -> None:
    early.later(hours=1)
    early.hear()
    assert posted(early) == []


def test_without_an_hour_there_is_none(early: Room) -> None:
    early.hear()
    early.desk = replace(early.desk, digest_at=None)
    assert posted(early) == []


def test_the_numbers_are_those_of_the_cases(early: Room) -> None:
    early.now = MORNING - timedelta(days=4)
    old = early.hear()
    mine = early.hear()
    early.do(triage.take, mine.ref, by="mary", seen=None)
    early.now = MORNING - timedelta(minutes=10)
    early.hear()
    ended = early.hear()
    early.do(triage.resolve, ended.ref, "Answered", by="dora", seen=None)
    early.now = MORNING
    (parcel,) = posted(early)
    text = parcel.content["text"]
    assert "Monday 23 November 2026" in text
    assert "2 new since the last working morning. 3 open, 2 of them with nobody." in text
    assert f"Longest with nobody: {old.ref}" in text
    assert "robin" not in str(parcel.content)
    (picture,) = parcel.content["blocks"]
    assert picture["chart"][-1][0] == "Fri 20"
    assert "opened" in picture["alt_text"]


def test_what_happened_on_days_off_counts_for_the_working_day_before(early: Room) -> None:
    saturday = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    row = Row("QD-7F3K-9MX", "closed", None, False, saturday, saturday + timedelta(hours=20), None)
    days = digest.last_days([row], now=MORNING, hours=early.desk.hours)
    assert len(days) == 10
    assert (days[-1].day.day, days[-1].opened, days[-1].ended) == (20, 1, 1)
    assert sum(day.opened for day in days) == 1


def test_due_today_overdue_and_to_come_are_told_apart(early: Room) -> None:
    def row(due: datetime) -> Row:
        return Row("QD-7F3K-9MX", "new", None, False, MORNING - timedelta(days=30), None, due)

    rows = [
        row(MORNING - timedelta(hours=1)), row(MORNING + timedelta(hours=2)), row(MORNING + timedelta(days=1)),
        row(MORNING + timedelta(days=3)),
    ]  # fmt: skip
    said = digest.numbers(rows, now=MORNING, desk=early.desk)
    assert (said["overdue"], said["due_today"], said["to_come"]) == (1, 1, 1)
