"""The paper is announced once, so many working days before the committee, and holds nothing of itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from tests.tracker.desk import a_desk
from tracker.desk import Desk, RegisterRules
from tracker.evidence.announcing import announce_due, due_for
from tracker.model import Parcel
from tracker.store import Store

MEETING = date(2026, 12, 15)
OPENS = datetime(2026, 12, 8, 9, tzinfo=UTC)


def desk(*dates: date, days: int = 5, slack_on: bool = True) -> Desk:
    rules = RegisterRules(committee_dates=dates, announce_before=days)
    return replace(a_desk(), register=rules, slack_on=slack_on)


def test_it_is_due_when_the_office_opens_that_many_working_days_before() -> None:
    assert due_for(OPENS - timedelta(minutes=1), desk(MEETING)) is None
    assert due_for(OPENS, desk(MEETING)) == MEETING


def test_bank_holidays_make_it_earlier() -> None:
    after = date(2026, 12, 30)
    assert due_for(datetime(2026, 12, 18, 16, tzinfo=UTC), desk(after)) is None
    assert due_for(datetime(2026, 12, 21, 9, tzinfo=UTC), desk(after)) == after


def test_a_meeting_that_is_over_is_announced_no_more() -> None:
    assert due_for(datetime(2026, 12, 15, 12, tzinfo=UTC), desk(MEETING)) == MEETING
    assert due_for(datetime(2026, 12, 16, 9, tzinfo=UTC), desk(MEETING)) is None


def test_without_dates_nothing_is_announced() -> None:
    assert due_for(OPENS, desk()) is None


def test_it_is_posted_once_into_the_leads_channel(tables_url: str) -> None:
    store, rules = Store(tables_url), desk(MEETING)
    assert store.write(lambda tx: announce_due(tx, desk=rules, now=OPENS))
    assert not store.write(lambda tx: announce_due(tx, desk=rules, now=OPENS + timedelta(days=2)))
    with store.reading() as tx:
        (parcel,) = tx.scalars(select(Parcel)).all()
    assert parcel.content["channel"] == "quality-leads"
    assert parcel.content["text"] == (
        "The paper for November 2026 is ready for the committee on Tuesday 15 December 2026. Make it with `qualitydesk pack demq "
        "--month 2026-11`."
    )
    assert parcel.state == "queued"
    store.close()


def test_without_slack_it_is_withheld_where_a_person_sees_it(tables_url: str) -> None:
    store = Store(tables_url)
    store.write(lambda tx: announce_due(tx, desk=desk(MEETING, slack_on=False), now=OPENS))
    with store.reading() as tx:
        assert tx.scalars(select(Parcel.state)).all() == ["withheld"]
    store.close()
