"""Reviews and meetings, from the year's plan to the final report."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.tracker.register.shelf import Shelf
from tracker.errors import NotAllowed, NotFound, Refused
from tracker.model import Intervention, Parcel
from tracker.register import clock, dues, events, interventions
from tracker.register.interventions import Attendance, Plan, plan_year_of


def planned(shelf: Shelf, *days: date, raw: str = "Senior leader conversation", **more: object) -> Intervention:
    wanted = Plan(kind_raw=raw, dates=days or (date(2027, 1, 12),), where=shelf.where(), **more)  # type: ignore[arg-type]
    return shelf.do(interventions.plan, wanted)


def current(shelf: Shelf, row: Intervention) -> Intervention:
    return shelf.read(interventions.find, row.ref)


def test_the_wording_is_kept_beside_the_kind_it_means(shelf: Shelf) -> None:
    row = planned(shelf, raw="Senior Leadership Conversation", panel=("review lead", "lay member"))
    assert (row.kind, row.kind_raw) == ("senior_leader_engagement", "Senior Leadership Conversation")
    assert row.panel == ["review lead", "lay member"]
    assert planned(shelf, raw="a cup of tea").kind == ""


def test_a_plan_needs_a_date_a_form_and_the_right(shelf: Shelf) -> None:
    with pytest.raises(Refused, match="at least one date"):
        shelf.do(interventions.plan, Plan("MLE", (), shelf.where()))
    with pytest.raises(Refused, match="one of"):
        planned(shelf, form="party")
    with pytest.raises(NotAllowed):
        shelf.do(interventions.plan, Plan("MLE", (date(2027, 1, 12),), shelf.where()), by="adam")


def test_the_team_is_reminded_before_each_date_and_once(shelf: Shelf) -> None:
    row = planned(shelf, date(2027, 1, 12), date(2027, 2, 2), form="visit")
    due = shelf.read(dues.pending)
    assert [each.kind for each in due] == ["visit_soon 2027-01-12", "visit_soon 2027-02-02"]
    shelf.now = due[0].due_at
    for _ in range(2):
        while shelf.store.write(lambda tx: clock.fire_one(tx, desk=shelf.desk, now=shelf.now)):
            pass
    (post,) = shelf.rows(select(Parcel))
    assert row.ref in post.content["text"]
    assert "planned soon" in post.content["text"]
    assert "Urology" in post.content["text"]


def test_with_its_last_session_the_clock_of_the_report_begins(shelf: Shelf) -> None:
    row = planned(shelf, date(2026, 11, 24), date(2026, 12, 1))
    shelf.later(days=1)
    shelf.do(interventions.hold, row.ref, date(2026, 11, 24), [Attendance("F1", 12, 0), Attendance("ST3", None, None)])
    assert current(shelf, row).state == "planned"
    shelf.later(days=7)
    shelf.do(interventions.hold, row.ref, date(2026, 12, 1))
    held = current(shelf, row)
    assert held.state == "held"
    assert held.report_due_on == date(2027, 1, 15)
    assert "day 30" in held.report_due_why
    first = shelf.read(interventions.sessions, row.id)[0]
    assert first.attendance == [
        {"group": "F1", "asked": 12, "came": 0}, {"group": "ST3", "asked": None, "came": None},
    ]  # fmt: skip


def test_from_draft_to_final(shelf: Shelf) -> None:
    row = planned(shelf, shelf.today())
    with pytest.raises(Refused, match="after its sessions"):
        shelf.do(interventions.draft, row.ref, shelf.today())
    shelf.do(interventions.hold, row.ref, shelf.today())
    shelf.do(interventions.draft, row.ref, shelf.today())
    with pytest.raises(Refused, match="still to come"):
        shelf.do(interventions.finish, row.ref, shelf.today() + timedelta(days=1), "Two MRs.")
    with pytest.raises(Refused, match="older than the last session"):
        shelf.do(interventions.finish, row.ref, shelf.today() - timedelta(days=1), "Two MRs.")
    shelf.do(interventions.finish, row.ref, shelf.today(), "Two MRs.")
    assert (current(shelf, row).state, current(shelf, row).reported_on) == ("final", shelf.today())
    assert shelf.read(dues.pending) == []
    with pytest.raises(Refused, match="nothing more"):
        shelf.do(interventions.cancel, row.ref, "too late")
    assert [event.kind for event in shelf.read(events.lines, "intervention", row.id)] == [
        "planned", "held", "drafted", "finished",
    ]  # fmt: skip


def test_what_has_not_happened_was_not_held(shelf: Shelf) -> None:
    row = planned(shelf)
    with pytest.raises(Refused, match="still to come"):
        shelf.do(interventions.hold, row.ref, date(2027, 1, 12))
    with pytest.raises(Refused, match="before it begins"):
        shelf.do(interventions.hold, row.ref, shelf.today(), (), "", shelf.today() - timedelta(days=1))
    with pytest.raises(Refused, match="less than nothing"):
        shelf.do(interventions.hold, row.ref, shelf.today(), [Attendance("F1", -1, 0)])


def test_a_session_that_moves_takes_its_reminder_along(shelf: Shelf) -> None:
    row = planned(shelf, date(2027, 1, 12))
    shelf.do(interventions.move_session, row.ref, date(2027, 1, 12), date(2027, 2, 9), "snow")
    assert [each.kind for each in shelf.read(dues.pending)] == ["visit_soon 2027-02-09"]
    assert [(each.held_on.month, each.state) for each in shelf.read(interventions.sessions, row.id)] == [
        (1, "cancelled"), (2, "planned"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="no planned session"):
        shelf.do(interventions.move_session, row.ref, date(2027, 1, 12), None, "again")
    shelf.do(interventions.move_session, row.ref, date(2027, 2, 9), date(2027, 1, 12), "it thawed")
    assert [each.kind for each in shelf.read(dues.pending)] == ["visit_soon 2027-01-12"]


def test_cancelled_reminds_of_nothing(shelf: Shelf) -> None:
    row = planned(shelf)
    shelf.do(interventions.cancel, row.ref, "the trust merged")
    assert shelf.read(dues.pending) == []
    assert current(shelf, row).state == "cancelled"


def test_an_unknown_reference_is_told_so(shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        shelf.read(interventions.find, "QV-2222-222")


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 7, 31), "2025/26"), (date(2026, 8, 1), "2026/27"), (date(1999, 9, 1), "1999/00")]
)
def test_the_training_year_runs_from_august_to_july(day: date, year: str) -> None:
    assert plan_year_of(day) == year
