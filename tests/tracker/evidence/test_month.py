"""A month is gathered from rows, on both databases, and what came after it is left out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.tracker.desk import a_desk
from tracker.evidence import place_facts
from tracker.evidence.month import MonthFacts, gather
from tracker.evidence.period import month, year_to
from tracker.evidence.rating_facts import movement
from tracker.evidence.requirement_facts import due_within
from tracker.evidence.scope import EVERYWHERE, Scope, Wording
from tracker.model import (
    Case,
    Event,
    Intervention,
    Parcel,
    Person,
    Rating,
    RegisterEvent,
    RegisterPlace,
    Requirement,
    Session,
    SurveyImport,
    SurveyResult,
)
from tracker.register.places import Where, place_for
from tracker.store import Store, Tx

DESK = a_desk()
ZONE = ZoneInfo("Europe/London")
NOVEMBER = month("2026-11", ZONE)
FIRST = datetime(2026, 11, 2, 10, tzinfo=UTC)
BEFORE = FIRST - timedelta(days=20)
AFTER = datetime(2026, 12, 3, 10, tzinfo=UTC)
LATER = datetime(2026, 12, 20, 10, tzinfo=UTC)
UROLOGY = Where("RTD", "", "urology")


@pytest.fixture
def store(tables_url: str) -> Iterator[Store]:
    store = Store(tables_url)
    yield store
    store.close()


def a_place(tx: Tx, where: Where = UROLOGY) -> RegisterPlace:
    return place_for(tx, where, now=BEFORE)


def rated(
    tx: Tx, place: RegisterPlace, level: int, at: datetime, *, review_on: date | None = None, state: str = "set"
) -> None:
    tx.add(
        Rating(
            place_id=place.id, level=level, state=state, asks="set", reason="…", proposed_by="mary", proposed_at=at,
            decided_at=None if state == "proposed" else at, review_on=review_on,
        )
    )  # fmt: skip


def required(tx: Tx, place: RegisterPlace, ref: str, opened: datetime, **said: Any) -> None:
    usual: dict[str, Any] = {"kind": "MR", "state": "open", "finding": "…", "opened_by": "mary", "due_at": FIRST}
    row = Requirement(ref=ref, place_id=place.id, opened_at=opened, **usual | said)
    tx.add(row)
    tx.flush()
    due_at = row.due_at.isoformat() if row.due_at else ""
    happened(tx, "requirement", row.id, "became_open", opened, due_at=due_at)
    if row.closed_at is not None:
        happened(tx, "requirement", row.id, f"became_{row.state}", row.closed_at, due_at=due_at)


def happened(tx: Tx, subject: str, number: int, kind: str, at: datetime, **detail: Any) -> None:
    place_id = tx.get_one(Requirement, number).place_id if subject == "requirement" else None
    tx.add(
        RegisterEvent(
            subject=subject, subject_id=number, place_id=place_id, at=at, actor="mary", kind=kind, detail=detail
        )
    )


def reported(tx: Tx, ref: str, opened: datetime, **said: Any) -> Case:
    usual: dict[str, Any] = {"kind": "concern", "status": "in_review", "urgency": "routine", "changed_at": opened}
    case = Case(ref=ref, opened_at=opened, **usual | said)
    tx.add(case)
    tx.flush()
    return case


def gathered(store: Store, *, now: datetime = LATER, scope: Scope = EVERYWHERE) -> MonthFacts:
    with store.reading() as tx:
        facts = gather(tx, NOVEMBER, desk=DESK, now=now, scope=scope)
        tx.expunge_all()
        return facts


def test_ratings_that_moved_within_the_month_are_told_by_where_they_came_from(store: Store) -> None:
    def rows(tx: Tx) -> None:
        rising, falling, closed, new, after, proposed = (
            a_place(tx, Where("RTD", "", each))
            for each in ("urology", "cardiology", "dermatology", "neurology", "paediatrics", "haematology")
        )
        for place, before, level in ((rising, 1, 3), (falling, 3, 2), (closed, 1, 0)):
            rated(tx, place, before, BEFORE)
            rated(tx, place, level, FIRST)
        rated(tx, new, 2, FIRST)
        rated(tx, after, 1, BEFORE)
        rated(tx, after, 4, AFTER)
        rated(tx, proposed, 4, FIRST, state="proposed")

    store.write(rows)
    facts = gathered(store)
    assert {move.step.place.programme: (move.movement, move.before) for move in facts.moves} == {
        "urology": ("rising", 1),
        "cardiology": ("falling", 3),
        "dermatology": ("closed", 1),
        "neurology": ("new", None),
    }
    assert [step.level for step in facts.steps] == [3, 2, 2, 1, 0]


def test_a_review_is_overdue_from_the_day_after_its_day(store: Store) -> None:
    def rows(tx: Tx) -> None:
        rated(tx, a_place(tx), 2, BEFORE, review_on=date(2026, 11, 30))
        rated(tx, a_place(tx, Where("RTD")), 0, BEFORE, review_on=date(2026, 11, 1))

    store.write(rows)
    assert not gathered(store, now=datetime(2026, 11, 30, 12, tzinfo=UTC)).overdue_reviews
    assert [step.place.key for step in gathered(store).overdue_reviews] == ["RTD//urology"]


def test_requirements_stand_as_they_stood_at_the_end(store: Store) -> None:
    def rows(tx: Tx) -> None:
        place = a_place(tx)
        required(tx, place, "QR-LATE", BEFORE)
        required(tx, place, "QR-COMING", BEFORE, due_at=AFTER)
        required(tx, place, "QR-CLOSED", BEFORE, state="closed", closed_at=FIRST)
        required(tx, place, "QR-CLOSED-AFTER", BEFORE, state="closed", closed_at=AFTER)
        required(tx, place, "QR-AFTER", AFTER)
        required(tx, place, "QR-PRAISE", BEFORE, kind="GP", due_at=None)

    store.write(rows)
    facts = gathered(store)
    stands = {row.ref: (row.is_open(), row.overdue(facts.at), row.state) for row in facts.requirements}
    assert stands == {
        "QR-LATE": (True, True, "open"),
        "QR-COMING": (True, False, "open"),
        "QR-CLOSED": (False, False, "closed"),
        "QR-CLOSED-AFTER": (True, True, "open"),
        "QR-PRAISE": (False, False, "open"),
    }
    assert [row.ref for row in due_within(list(facts.requirements), facts.following)] == ["QR-COMING"]


def test_reports_are_counted_and_what_is_no_report_is_not(store: Store) -> None:
    def rows(tx: Tx) -> None:
        reported(tx, "QD-1", FIRST)
        reported(tx, "QD-2", BEFORE, status="closed", closed_at=FIRST)
        reported(tx, "QD-3", BEFORE, status="closed", closed_at=AFTER)
        reported(tx, "QD-4", AFTER)
        for number, kind in enumerate(
            ("spam", "enquiry", "not_ours", "survey_admin", "automatic", "complaint_about_us", "information_rights")
        ):
            reported(tx, f"QD-NO-{number}", FIRST, kind=kind)
        head = reported(tx, "QD-5", FIRST)
        reported(tx, "QD-6", FIRST, status="merged", merged_into=head.id, closed_at=FIRST)

    store.write(rows)
    facts = gathered(store)
    assert [case.ref for case in facts.opened] == ["QD-1", "QD-5"]
    assert [case.ref for case in facts.ended] == ["QD-2"]
    assert [case.ref for case in facts.open] == ["QD-3", "QD-1", "QD-5"]


def test_waits_are_measured_and_kept_promises_counted(store: Store) -> None:
    def rows(tx: Tx) -> None:
        quick = {"acknowledged_at": FIRST + timedelta(minutes=2), "first_read_at": FIRST + timedelta(hours=2)}
        reported(tx, "QD-QUICK", FIRST, first_response_at=FIRST + timedelta(days=1), **quick)
        slow = {"acknowledged_at": FIRST + timedelta(minutes=30), "first_read_at": FIRST + timedelta(days=4)}
        reported(tx, "QD-SLOW", FIRST, first_response_at=FIRST + timedelta(days=10), **slow)
        reported(tx, "QD-UNREAD", FIRST)

    store.write(rows)
    facts = gathered(store)
    assert facts.acknowledged.median == timedelta(minutes=16)
    for wait in (facts.acknowledged, facts.read, facts.answered):
        assert sorted(wait.rows) == ["QD-QUICK", "QD-SLOW"]
        assert wait.kept == ("QD-QUICK",)


def test_who_heard_back_is_read_off_the_letters_that_left(store: Store) -> None:
    def rows(tx: Tx) -> None:
        person = Person(pseudonym="reporter 1", first_seen_at=BEFORE)
        tx.add(person)
        tx.flush()
        letters = (
            ("closed", "sent", FIRST),
            ("closed", "queued", None),
            ("acknowledgement/standard", "sent", FIRST),
            ("closed", "sent", AFTER),
        )
        for number, (occasion, state, at) in enumerate(letters):
            case = reported(tx, f"QD-{number}", BEFORE, status="closed", closed_at=FIRST)
            tx.add(
                Parcel(channel="mail", occasion=occasion, case_id=case.id, person_id=person.id, dedupe_key=str(number),
                       state=state, content={}, due_at=FIRST, made_at=FIRST, sent_at=at)
            )  # fmt: skip

    store.write(rows)
    told = gathered(store).told
    assert (len(told.rows), told.kept, told.median) == (4, ("QD-0",), timedelta(days=20))


def test_a_promise_is_overdue_where_it_was_late_and_still_owed_at_the_end(store: Store) -> None:
    last = datetime(2026, 11, 30, 15, tzinfo=UTC)
    met = {"first_read_at": FIRST, "first_response_at": FIRST}

    def rows(tx: Tx) -> None:
        person = Person(pseudonym="reporter 1", first_seen_at=BEFORE)
        tx.add(person)
        reported(tx, "QD-UNREAD", FIRST)
        reported(tx, "QD-UNANSWERED", FIRST, first_read_at=FIRST, first_response_at=AFTER)
        reported(tx, "QD-NO-NEWS", BEFORE, **met)
        reported(tx, "QD-OWED-NOTHING", FIRST, reading={"route": {"promises": ["chase_provider"]}})
        reported(tx, "QD-KEPT", FIRST + timedelta(days=7), **met)
        reported(tx, "QD-NEW", last)
        reported(tx, "QD-ENDED", FIRST, status="closed", closed_at=last)
        reported(tx, "QD-ASKED", BEFORE, status="awaiting_reporter", **met)
        told = reported(tx, "QD-TOLD", BEFORE, **met)
        tx.flush()
        tx.add(Parcel(channel="mail", occasion="reply", case_id=told.id, person_id=person.id, dedupe_key="x", state="sent",
                      content={}, due_at=FIRST, made_at=FIRST, sent_at=last))  # fmt: skip

    store.write(rows)
    assert [case.ref for case in gathered(store).overdue] == ["QD-NO-NEWS", "QD-UNREAD", "QD-UNANSWERED"]


def test_a_report_stands_as_it_stood_whatever_became_of_it(store: Store) -> None:
    """Each was an open concern about urology at the end of the month, but for the one that had ended."""

    def rows(tx: Tx) -> None:
        usual: dict[str, Any] = {"provider": ["RTD"], "specialty": ["urology"], "themes": ["handover"]}
        later = (
            ("QD-CORRECTED", {"provider": ["RTF"], "kind": "enquiry", "themes": []}, "corrected",
             {"before": {"provider": ["RTD"], "kind": "concern", "themes": ["handover"]}, "from": "same_day", "to": "routine"}),
            ("QD-CLOSED", {"status": "closed", "closed_at": AFTER}, "resolved", {"from": "in_review", "to": "closed"}),
            ("QD-MERGED", {"status": "merged", "closed_at": AFTER}, "merged", {"from": "in_review", "to": "merged"}),
            ("QD-REOPENED", {}, "reopened", {"from": "closed", "to": "triaged"}),
            ("QD-GRAVER", {"urgency": "immediate"}, "urgency_raised", {"from": "routine", "to": "immediate"}),
        )  # fmt: skip
        for ref, now, kind, detail in later:
            case = reported(tx, ref, BEFORE, **usual | now)
            if ref == "QD-REOPENED":
                closed = {"from": "triaged", "to": "closed"}
                tx.add(Event(case_id=case.id, at=FIRST, actor="mary", kind="resolved", revision=2, detail=closed))
            tx.add(Event(case_id=case.id, at=AFTER, actor="mary", kind=kind, revision=3, detail=detail))

    store.write(rows)
    facts = gathered(store, scope=Scope("RTD", "", frozenset({"urology"})))
    assert [case.ref for case in facts.cases] == ["QD-CORRECTED", "QD-CLOSED", "QD-MERGED", "QD-REOPENED", "QD-GRAVER"]
    assert {case.kind for case in facts.cases} == {"concern"}
    assert {case.themes for case in facts.cases} == {("handover",)}
    assert [case.urgency for case in facts.cases] == ["same_day", "routine", "routine", "routine", "routine"]
    assert [(case.ref, case.closed_at) for case in facts.ended] == [("QD-REOPENED", FIRST)]
    assert "QD-REOPENED" not in {case.ref for case in facts.open}
    after = gathered(store, now=datetime(2026, 11, 20, tzinfo=UTC), scope=Scope("RTD", "", frozenset({"urology"})))
    assert len(after.cases) == 5


def reviewed(tx: Tx, ref: str, *days: date, made_at: datetime = BEFORE) -> int:
    row = Intervention(ref=ref, kind="programme_review", place_id=a_place(tx).id, made_by="mary", made_at=made_at)
    tx.add(row)
    tx.flush()
    happened(tx, "intervention", row.id, "planned", made_at, dates=[day.isoformat() for day in days])
    return row.id


def test_reviews_of_this_month_and_the_next_are_told(store: Store) -> None:
    def rows(tx: Tx) -> None:
        for number, held_on in enumerate((date(2026, 10, 31), date(2026, 11, 1), date(2026, 12, 31), date(2027, 1, 1))):
            reviewed(tx, f"QV-{number}", held_on)

    store.write(rows)
    assert [review.ref for review in gathered(store).reviews] == ["QV-1", "QV-2"]


def test_reviews_stand_as_they_stood_whatever_became_of_them(store: Store) -> None:
    day, other = date(2026, 12, 8), date(2026, 12, 10)

    def rows(tx: Tx) -> None:
        for number, kind in enumerate(("held", "moved", "cancelled", "finished")):
            row = reviewed(tx, f"QV-{number}", day)
            for at in (AFTER,) if kind != "moved" else (FIRST, AFTER):
                moved = {"from": day if at == FIRST else other, "to": other if at == FIRST else day}
                happened(tx, "intervention", row, kind, at, on=day.isoformat(),
                         **{name: each.isoformat() for name, each in moved.items()})  # fmt: skip
        reviewed(tx, "QV-LATER", day, made_at=AFTER)
        printed = reviewed(tx, "QV-PRINTED")
        happened(tx, "intervention", printed, "entered", FIRST, source="x")
        tx.add(Session(intervention_id=printed, held_on=day, state="held"))

    store.write(rows)
    stood = [(review.ref, review.held_on, review.state) for review in gathered(store).reviews]
    assert stood == [
        ("QV-0", day, "planned"), ("QV-2", day, "planned"), ("QV-3", day, "planned"), ("QV-PRINTED", day, "held"),
        ("QV-1", other, "planned"),
    ]  # fmt: skip


def test_requirements_stand_as_they_stood_whatever_became_of_them(store: Store) -> None:
    def rows(tx: Tx) -> None:
        place = a_place(tx)
        for ref, kind, due_at in (("QR-EXTENDED", "extended", LATER), ("QR-REOPENED", "open", LATER)):
            required(tx, place, ref, BEFORE, **({"state": "closed", "closed_at": FIRST} if kind == "open" else {}))
            row = tx.scalars(select(Requirement).where(Requirement.ref == ref)).one()
            row.due_at, row.closed_at, row.state = due_at, None, kind
            happened(tx, "requirement", row.id, f"became_{kind}", AFTER, due_at=due_at.isoformat())

    store.write(rows)
    facts = gathered(store)
    of_place = gathered(store, scope=Scope("RTD", "", frozenset({"urology"})))
    assert [row.steps for row in of_place.requirements] == [row.steps for row in facts.requirements]
    assert gathered(store, scope=Scope("RTF")).requirements == ()
    stood = {row.ref: (row.state, row.due_at, row.closed_at) for row in facts.requirements}
    assert stood == {"QR-EXTENDED": ("open", FIRST, None), "QR-REOPENED": ("closed", FIRST, FIRST)}
    assert [row[3] for row in facts.trend[-2:]] == [2, 1]
    with store.reading() as tx:
        (december,) = [row[3] for row in gather(tx, month("2026-12", ZONE), desk=DESK, now=LATER).trend[-1:]]
    assert december == 2


def test_a_place_has_its_own_reports_and_those_that_a_person_linked(store: Store) -> None:
    def rows(tx: Tx) -> None:
        place = a_place(tx)
        reported(tx, "QD-HERE", FIRST, provider=["RTD"], specialty=["urology"])
        reported(tx, "QD-ELSEWHERE", FIRST, provider=["RTF"], specialty=["urology"])
        for ref, removed in (("QD-LINKED", None), ("QD-TAKEN-OFF", FIRST), ("QD-TAKEN-OFF-LATER", LATER)):
            reported(tx, ref, FIRST, provider=["RTF"])
            happened(tx, "place", place.id, "case_linked", FIRST, case=ref)
            if removed is not None:
                happened(tx, "place", place.id, "case_unlinked", removed, case=ref)

    store.write(rows)
    with store.reading() as tx:
        facts = place_facts.gather(
            tx,
            Scope("RTD", "", frozenset({"urology"})),
            year_to(NOVEMBER),
            desk=DESK,
            at=LATER,
            at_least=3,
            one_place=True,
        )
        assert [case.ref for case in facts.cases] == ["QD-HERE", "QD-LINKED", "QD-TAKEN-OFF-LATER"]


def test_surveys_of_a_place_are_its_own_and_of_all_levels_together(store: Store) -> None:
    def rows(tx: Tx) -> None:
        file = SurveyImport(survey="NTS", filename="a.csv", sha256="a", rows=1, imported_by="mary", imported_at=BEFORE)
        tx.add(file)
        tx.flush()
        for number, (programme, level, year) in enumerate(
            (
                ("urology", "", 2026),
                ("urology", "F1", 2026),
                ("", "", 2026),
                ("urology", "", 2019),
                ("cardiology", "", 2026),
            )
        ):
            tx.add(
                SurveyResult(import_id=file.id, row_number=number, survey="NTS", year=year, provider="RTD", programme=programme,
                             learner_level=level, indicator="Workload", outlier="within", mean=70.0)
            )  # fmt: skip

    store.write(rows)
    with store.reading() as tx:
        facts = place_facts.gather(
            tx,
            Scope("RTD", "", frozenset({"urology"})),
            year_to(NOVEMBER),
            desk=DESK,
            at=LATER,
            at_least=3,
            one_place=True,
        )
    assert [(answer.ref.split()[-1], answer.year) for answer in facts.answers] == [("3", 2019), ("0", 2026)]


@given(st.none() | st.integers(0, 4), st.integers(0, 4))
def test_every_step_has_one_name(before: int | None, level: int) -> None:
    name = movement(before, level)
    assert (name == "new") == (before is None)
    assert (name == "unchanged") == (before == level)
    if name == "rising":
        assert before is not None
        assert level > before
    if name in ("falling", "closed"):
        assert before is not None
        assert level < before
        assert (name == "closed") == (level == 0)


def test_places_are_said_in_words() -> None:
    say = Wording(DESK.field)
    place = RegisterPlace(provider="RTD", site="Freeman Hospital", programme="urology", department="")
    assert say.place(place) == "Urology, Freeman Hospital (The Newcastle upon Tyne Hospitals)"
    assert say.place(RegisterPlace(provider="", site="", programme="", department="")) == "The whole region"
