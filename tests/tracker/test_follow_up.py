"""Follow-ups: what a case awaits, when, that each fires once however it is disturbed, and that they stop by themselves."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.tracker.desk import MONDAY, PROMISES, ROLES, a_case, a_desk, a_person
from tracker import follow_up, lifecycle, outbox
from tracker.desk import Desk, PromiseRule, RoleRule
from tracker.history import record
from tracker.model import Case, Event, FollowUp, Message, Parcel
from tracker.paging import mentions
from tracker.people import take_part
from tracker.promises import KINDS, CaseFacts, Fired, awaited, lateness, planned, when_heard
from tracker.store import Store, Tx

HOURS = a_desk().hours
FACTS = CaseFacts(
    status="new",
    kind="concern",
    urgency="routine",
    promised=("first_human_read", "personal_reply", "update_to_reporter"),
    opened_at=MONDAY,
    status_since=MONDAY,
    unread_since=MONDAY,
)


@pytest.fixture
def store(tables_url: str) -> Iterator[Store]:
    """An empty store with all tables."""
    opened = Store(tables_url)
    yield opened
    opened.close()


@pytest.fixture
def desk() -> Desk:
    """A desk with the usual rules."""
    return a_desk()


def opened(store: Store, desk: Desk, *, now: datetime = MONDAY, **changes: Any) -> int:
    """The id of a case with its diary."""

    def job(tx: Tx) -> int:
        case = a_case(tx, desk, now=now, **changes)
        follow_up.replan(tx, case, desk=desk, now=now)
        return case.id

    return store.write(job)


def changed(store: Store, desk: Desk, now: datetime, kind: str = "noted", actor: str = "robin", **columns: Any) -> None:
    """A change of the only case by a person (or the desk), with its event and its diary."""

    def job(tx: Tx) -> None:
        case = tx.scalars(select(Case)).one()
        to = columns.pop("to", None)
        for name, value in columns.items():
            setattr(case, name, value)
        if to:
            lifecycle.move(tx, case, to, actor=actor, kind=kind, now=now, detail={})
        else:
            record(tx, case, actor=actor, kind=kind, detail={}, now=now)
        follow_up.replan(tx, case, desk=desk, now=now)

    store.write(job)


def fire_all(store: Store, desk: Desk, now: datetime) -> int:
    """Let the clock tick once, as the service does; returns how many steps it took."""
    steps = 0
    while store.write(lambda tx: follow_up.fire_one(tx, desk=desk, now=now)):
        steps += 1
        assert steps < 200
    return steps


def diary(store: Store, state: str | None = "pending") -> dict[str, FollowUp]:
    with store.reading() as tx:
        rows = tx.scalars(select(FollowUp).order_by(FollowUp.id))
        return {row.kind: row for row in rows if state in (None, row.state)}


def fired(store: Store) -> list[tuple[str, int]]:
    with store.reading() as tx:
        rows = tx.scalars(select(FollowUp).where(FollowUp.state == "fired").order_by(FollowUp.settled_at, FollowUp.id))
        return [(row.kind, row.step) for row in rows]


def parcels(store: Store, channel: str) -> list[Parcel]:
    with store.reading() as tx:
        return list(tx.scalars(select(Parcel).where(Parcel.channel == channel).order_by(Parcel.id)))


def events(store: Store, kind: str) -> list[dict[str, Any]]:
    with store.reading() as tx:
        return [event.detail for event in tx.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))]


def the_case(store: Store) -> Case:
    with store.reading() as tx:
        return tx.scalars(select(Case)).one()


# What a case awaits.


def test_a_new_concern_awaits_a_read_a_reply_and_news() -> None:
    plans = planned(FACTS, (), PROMISES, HOURS)
    assert {kind: plan.due.at for kind, plan in plans.items()} == {
        "first_human_read": datetime(2026, 11, 24, 17, tzinfo=UTC),
        "personal_reply": datetime(2026, 11, 26, 17, tzinfo=UTC),
        "update_to_reporter": datetime(2026, 12, 21, 17, tzinfo=UTC),
    }


def test_each_due_date_shows_its_sum() -> None:
    for plan in planned(FACTS, (), PROMISES, HOURS).values():
        assert plan.due.why.startswith("Received Monday 23 November 2026 at 10am; day ")


def test_a_sum_begins_with_what_started_the_clock() -> None:
    written = replace(FACTS, last_letter_at=MONDAY + timedelta(days=1), status="awaiting_provider")
    asked = replace(written, status_since=MONDAY + timedelta(days=2))
    plans = planned(asked, [Fired("first_human_read", MONDAY, MONDAY + timedelta(days=1))], PROMISES, HOURS)
    words = {kind: plan.due.why.split(" Tuesday")[0].split(" Wednesday")[0] for kind, plan in plans.items()}
    assert words["update_to_reporter"] == "Last news"
    assert words["chase_provider"] == "Asked"
    assert words["first_human_read"] == "Reminded"


def test_urgency_shortens_the_first_read() -> None:
    due = {
        urgency: planned(replace(FACTS, urgency=urgency), (), PROMISES, HOURS)["first_human_read"].due.at
        for urgency in ("immediate", "same_day", "routine")
    }
    assert due["immediate"] == MONDAY + timedelta(hours=1)
    assert due["same_day"] == MONDAY + timedelta(hours=4)


@pytest.mark.parametrize("status", sorted(lifecycle.ENDED))
def test_an_ended_case_awaits_nothing(status: str) -> None:
    grave = replace(FACTS, status=status, urgency="immediate", paged_since=MONDAY, unacknowledged_since=MONDAY)
    assert awaited(grave, PROMISES) == {}


def test_a_route_without_promises_promises_nothing() -> None:
    assert awaited(replace(FACTS, promised=()), PROMISES) == {}


def test_a_promise_that_the_configuration_dropped_is_not_awaited() -> None:
    assert set(awaited(FACTS, {"personal_reply": PROMISES["personal_reply"]})) == {"personal_reply"}


def test_while_the_reporter_is_to_answer_nobody_owes_them_news() -> None:
    waiting = replace(FACTS, status="awaiting_reporter", unread_since=None, answered=True)
    assert set(awaited(waiting, PROMISES)) == {"closing_kindly"}


def test_an_information_request_has_its_legal_end_and_a_warning_before() -> None:
    plans = planned(replace(FACTS, kind="information_rights", promised=()), (), PROMISES, HOURS)
    assert plans["information_rights"].due.at == datetime(2026, 12, 23, 17, tzinfo=UTC)
    assert plans["information_rights_soon"].due.at == datetime(2026, 12, 16, 9, tzinfo=UTC)
    assert "5 working days before the answer is due" in plans["information_rights_soon"].due.why


def test_the_legal_clock_stands_still_while_the_reporter_is_to_answer() -> None:
    week = (MONDAY, MONDAY + timedelta(days=7))
    plans = planned(replace(FACTS, kind="information_rights", promised=(), pauses=(week,)), (), PROMISES, HOURS)
    assert plans["information_rights"].due.at == datetime(2026, 12, 30, 17, tzinfo=UTC)


def test_steps_follow_each_other_and_end() -> None:
    rule = {"first_human_read": PROMISES["first_human_read"]}
    taken: list[Fired] = []
    steps = []
    while "first_human_read" in (plans := planned(FACTS, taken, rule, HOURS)):
        plan = plans["first_human_read"]
        steps.append((plan.step, plan.due.at.day))
        taken.append(Fired(plan.kind, plan.began, plan.due.at))
    assert steps == [(1, 24), (2, 25), (3, 26)]


def test_steps_of_an_earlier_wait_do_not_count() -> None:
    before = Fired("first_human_read", MONDAY - timedelta(days=9), MONDAY - timedelta(days=8))
    assert planned(FACTS, [before] * 5, PROMISES, HOURS)["first_human_read"].step == 1


def test_a_case_is_never_closed_before_the_reporter_was_asked_once_more() -> None:
    hasty = {"closing_kindly": PromiseRule(within="10 working days", do="close")}
    waiting = replace(FACTS, status="awaiting_reporter")
    plan = planned(waiting, [Fired("closing_kindly", MONDAY, MONDAY)], hasty, HOURS)["closing_kindly"]
    assert plan.step == 2


@pytest.mark.parametrize("kind", ["first_human_read", "personal_reply"])
def test_no_reminder_falls_into_the_night(kind: str) -> None:
    soon = {kind: PromiseRule(within="10 minutes")}
    late = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    plan = planned(replace(FACTS, opened_at=late, unread_since=late), (), soon, HOURS)[kind]
    assert plan.due.at == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert plan.due.why.endswith("The office is closed then, so Tuesday 24 November 2026 at 9am.")


@given(
    st.sampled_from(lifecycle.STATUSES),
    st.sampled_from(["immediate", "same_day", "routine", "none"]),
    st.timedeltas(timedelta(0), timedelta(days=1500)),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5)), max_size=6),
)
def test_planning_is_total_and_never_looks_back(
    status: str, urgency: str, passed: timedelta, answered: bool, steps: list[tuple[str, int]]
) -> None:
    start = MONDAY + passed
    facts = replace(
        FACTS,
        status=status,
        urgency=urgency,
        kind="information_rights",
        opened_at=start,
        status_since=start,
        unread_since=start,
        paged_since=start,
        unacknowledged_since=start,
        answered=answered,
    )
    taken = [Fired(kind, start, start + timedelta(days=days)) for kind, days in steps]
    for kind, plan in planned(facts, taken, PROMISES, HOURS).items():
        assert kind == plan.kind
        assert plan.due.at >= plan.began >= start
        assert plan.due.why


def test_lateness_is_said_in_words_that_people_use() -> None:
    said = [
        lateness(MONDAY, MONDAY + late) for late in (timedelta(minutes=14), timedelta(minutes=16), timedelta(hours=3))
    ]
    assert said == ["", "16 minutes late", "3 hours late"]
    assert lateness(MONDAY, MONDAY + timedelta(days=2, hours=1)) == "2 days late"
    assert lateness(MONDAY, MONDAY - timedelta(days=1)) == ""


def test_what_falls_due_at_closing_time_is_still_said_the_same_evening() -> None:
    closing = datetime(2026, 11, 23, 17, 0, 3, tzinfo=UTC)
    assert when_heard(closing, HOURS) == closing
    assert when_heard(closing + timedelta(hours=2), HOURS) == datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (1, "<!subteam^S0DUTY001>"),
        (2, "<!subteam^S0DUTY001>, <@U0DEAN0001>"),
        (9, "<!subteam^S0DUTY001>, <@U0DEAN0001>"),
    ],
)
def test_each_call_names_one_role_more(step: int, text: str) -> None:
    assert mentions(ROLES, ("duty_manager", "postgraduate_dean"), step) == text


@pytest.mark.parametrize("wrong", ["<!channel>", "<!here|x>", "<!everyone>", "channel", "<http://x|y>"])
def test_a_whole_channel_is_never_mentioned(wrong: str) -> None:
    role = RoleRule(id="duty", title="Duty & <care>", may=(), mention=wrong, members=("*", wrong))
    assert mentions((role,), ("duty",), 1) == "Duty &amp; &lt;care&gt;"


def test_a_call_to_roles_that_nobody_configured_still_calls() -> None:
    assert mentions((), ("duty",), 1)


# What happens when it is due.


def test_nothing_fires_before_its_time_and_everything_at_it(store: Store, desk: Desk) -> None:
    opened(store, desk)
    due = diary(store)["first_human_read"].due_at
    assert fire_all(store, desk, due - timedelta(seconds=1)) == 0
    assert fire_all(store, desk, due) == 1
    assert fired(store) == [("first_human_read", 1)]
    post = parcels(store, "slack")[0]
    assert post.content["channel"] == "quality-triage"
    assert the_case(store).ref in post.content["text"]
    assert events(store, "reminded")[0]["follow_up"] == "first_human_read"
    assert the_case(store).revision == 2


def test_a_reminder_says_nothing_that_identifies_anybody(store: Store, desk: Desk) -> None:
    opened(store, desk, urgency="immediate", summary="Ash Example, FY1 at the Royal")
    fire_all(store, desk, MONDAY + timedelta(days=30))
    for post in parcels(store, "slack"):
        assert not any(word in str(post.content) for word in ("ash", "Ash", "Royal", "example"))


def test_a_follow_up_that_was_missed_fires_once_and_says_how_late(store: Store, desk: Desk) -> None:
    opened(store, desk)
    due = diary(store)["first_human_read"].due_at
    fire_all(store, desk, due + timedelta(days=2, minutes=5))
    assert fired(store).count(("first_human_read", 1)) == 1
    assert ("first_human_read", 2) not in fired(store)
    assert events(store, "reminded")[0]["late"] == "2 days late"
    assert "2 days late" in parcels(store, "slack")[0].content["text"]


def test_two_nodes_fire_each_follow_up_once(store: Store, desk: Desk) -> None:
    def many(tx: Tx) -> None:
        for number in range(10):
            case = a_case(tx, desk, reporter=f"r{number}@trust.example")
            follow_up.replan(tx, case, desk=desk, now=MONDAY)

    store.write(many)
    now = MONDAY + timedelta(days=2)
    nodes = [threading.Thread(target=fire_all, args=(store, a_desk(), now)) for _ in range(3)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join()
    assert fired(store) == [("first_human_read", 1)] * 10
    assert len(parcels(store, "slack")) == 10


def test_a_clock_that_jumps_back_and_forth_fires_nothing_twice(store: Store, desk: Desk) -> None:
    opened(store, desk)
    due = diary(store)["first_human_read"].due_at
    for jump in (0, -24, 2, -2, 0, 1):
        fire_all(store, desk, due + timedelta(hours=jump))
    assert fired(store) == [("first_human_read", 1)]


def test_planning_again_changes_nothing(store: Store, desk: Desk) -> None:
    case_id = opened(store, desk)
    before = {kind: (row.id, row.due_at, row.why) for kind, row in diary(store, None).items()}
    for hours in range(3):
        store.write(
            lambda tx, now=MONDAY + timedelta(hours=hours): follow_up.replan(  # type: ignore[misc]
                tx, tx.get_one(Case, case_id), desk=desk, now=now
            )
        )
    assert {kind: (row.id, row.due_at, row.why) for kind, row in diary(store, None).items()} == before


def test_a_changed_calendar_moves_what_is_pending(store: Store, desk: Desk) -> None:
    case_id = opened(store, desk)
    holidays = desk.hours.holidays | {date(2026, 11, 24): "Storm"}
    closed = replace(desk, hours=replace(desk.hours, holidays=holidays))
    store.write(lambda tx: follow_up.replan(tx, tx.get_one(Case, case_id), desk=closed, now=MONDAY))
    row = diary(store)["first_human_read"]
    assert row.due_at == datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert "skipped Storm 24 November" in row.why


def test_reading_by_a_person_ends_the_wait_to_be_read(store: Store, desk: Desk) -> None:
    opened(store, desk)
    later = MONDAY + timedelta(hours=2)
    changed(store, desk, later, kind="taken", first_read_at=later, owner="robin")
    assert "first_human_read" not in diary(store)
    row = diary(store, "done")["first_human_read"]
    assert (row.settled_why, row.settled_at) == ("a person has read it", later)


def test_a_second_mail_that_nobody_acted_on_is_waited_for_again(store: Store, desk: Desk) -> None:
    case_id = opened(store, desk)
    changed(store, desk, MONDAY, kind="taken", first_read_at=MONDAY, first_response_at=MONDAY, owner="robin")
    assert "first_human_read" not in diary(store)
    later = MONDAY + timedelta(days=1)

    def wrote_again(tx: Tx) -> None:
        case = tx.get_one(Case, case_id)
        tx.add(Message(case_id=case.id, direction="in", kind="correspondence", channel="mail", at=later))
        record(tx, case, actor="desk", kind="joined", detail={}, now=later)
        follow_up.replan(tx, case, desk=desk, now=later)

    store.write(wrote_again)
    row = diary(store)["first_human_read"]
    assert (row.made_at, row.step) == (later, 1)
    changed(store, desk, later + timedelta(hours=1))
    assert "first_human_read" not in diary(store)


def test_a_change_that_did_not_plan_is_noticed_before_anything_fires(store: Store, desk: Desk) -> None:
    case_id = opened(store, desk)
    due = diary(store)["first_human_read"].due_at

    def read_in_passing(tx: Tx) -> None:
        case = tx.get_one(Case, case_id)
        case.first_read_at = MONDAY
        record(tx, case, actor="slack:U1", kind="noted", detail={}, now=MONDAY)

    store.write(read_in_passing)
    assert fire_all(store, desk, due) == 1
    assert fired(store) == []
    assert parcels(store, "slack") == []


def test_closing_the_case_clears_its_diary(store: Store, desk: Desk) -> None:
    opened(store, desk)
    changed(store, desk, MONDAY, kind="resolved", to="closed")
    assert diary(store) == {}
    assert {row.settled_why for row in diary(store, "cancelled").values()} == {"the case is closed"}
    changed(store, desk, MONDAY + timedelta(days=1), kind="reopened", to="triaged")
    assert "personal_reply" in diary(store)


def test_an_immediate_case_pages_at_once_then_wider_even_at_night_and_slows_down_but_never_stops(
    store: Store, desk: Desk
) -> None:
    night = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    opened(store, desk, now=night, urgency="immediate")
    for minutes in range(0, 181, 2):
        fire_all(store, desk, night + timedelta(minutes=minutes))
    pages = [post for post in parcels(store, "slack") if post.occasion == "remind/page_duty"]
    assert [(post.due_at - night) // timedelta(minutes=1) for post in pages] == [0, 10, 20, 30, 40, 50, 110, 170]
    assert "<!subteam^S0DUTY001>" in pages[0].content["text"]
    assert "<@U0DEAN0001>" not in pages[0].content["text"]
    assert "<!subteam^S0DUTY001>, <@U0DEAN0001>:" in pages[1].content["text"]


def test_paging_stops_when_somebody_takes_the_case_and_begins_again_with_new_danger(store: Store, desk: Desk) -> None:
    opened(store, desk, urgency="immediate")
    fire_all(store, desk, MONDAY)
    changed(store, desk, MONDAY + timedelta(minutes=4), kind="taken", owner="robin", first_read_at=MONDAY)
    assert "page_duty" not in diary(store)
    later = MONDAY + timedelta(hours=5)

    def danger(tx: Tx) -> None:
        case = tx.scalars(select(Case)).one()
        record(tx, case, actor="desk", kind="urgency_raised", detail={"from": "same_day", "to": "immediate"}, now=later)
        follow_up.replan(tx, case, desk=desk, now=later)

    store.write(danger)
    assert diary(store)["page_duty"].due_at == later


def test_other_posts_of_the_night_wait_for_the_opening(store: Store, desk: Desk) -> None:
    opened(store, desk)
    fire_all(store, desk, datetime(2026, 11, 25, 3, 0, tzinfo=UTC))
    assert parcels(store, "slack")[0].due_at == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def test_news_for_the_reporter_leaves_as_a_letter_and_is_due_again(store: Store, desk: Desk) -> None:
    opened(store, desk)
    changed(store, desk, MONDAY, kind="taken", first_read_at=MONDAY, first_response_at=MONDAY, owner="robin")
    first = diary(store)["update_to_reporter"].due_at
    fire_all(store, desk, first)
    letter = parcels(store, "mail")[0]
    assert (letter.occasion, letter.state, letter.due_at) == ("follow_up/update_to_reporter", "queued", first)
    assert letter.content["auto_submitted"] == "auto-generated"
    assert letter.content["references"] == []
    row = diary(store)["update_to_reporter"]
    assert row.due_at == datetime(2027, 1, 21, 17, tzinfo=UTC)
    assert "skipped Christmas Day" in row.why


def test_a_letter_of_a_person_starts_the_wait_for_news_anew(store: Store, desk: Desk) -> None:
    case_id = opened(store, desk)
    later = MONDAY + timedelta(days=8)

    def reply(tx: Tx) -> None:
        case = tx.get_one(Case, case_id)
        person = a_person(tx, desk, "ash.example@trust.example")
        letter = desk.letters.compose("reply", {"case_ref": case.ref, "words": "News."})
        outbox.enqueue_letter(
            tx, case=case, person=person, occasion="reply", letter=letter, dedupe_key="r", now=later, desk=desk,
            machine_made=False, actor="robin",
        )  # fmt: skip
        follow_up.replan(tx, case, desk=desk, now=later)

    store.write(reply)
    assert diary(store)["update_to_reporter"].made_at == later
    assert diary(store)["update_to_reporter"].due_at == datetime(2026, 12, 31, 17, tzinfo=UTC)


def test_a_letter_that_the_gate_forbids_is_kept_back_and_the_team_is_told(store: Store, desk: Desk) -> None:
    opened(store, desk, reporter="no-reply@trust.example", promises=("update_to_reporter",))
    fire_all(store, desk, diary(store)["update_to_reporter"].due_at)
    assert parcels(store, "mail")[0].state == "withheld"
    assert "nobody reads that address" in parcels(store, "slack")[0].content["text"]
    assert events(store, "reminded")[0]["why"] == "nobody reads that address"


def test_a_reporter_without_an_address_makes_the_team_think_of_another_way(store: Store, desk: Desk) -> None:
    opened(store, desk, reporter=None, promises=("update_to_reporter",))
    fire_all(store, desk, diary(store)["update_to_reporter"].due_at)
    assert parcels(store, "mail") == []
    assert "no mail address is known" in parcels(store, "slack")[0].content["text"]


def test_a_silent_provider_is_chased_and_hears_nothing_about_the_reporter(store: Store, desk: Desk) -> None:
    case_id = opened(store, desk, promises=())

    def name_the_lead(tx: Tx) -> None:
        lead = a_person(tx, desk, "lead@hospital.example")
        take_part(tx, tx.get_one(Case, case_id), lead, "provider_lead")

    store.write(name_the_lead)
    changed(store, desk, MONDAY, kind="moved", to="awaiting_provider")
    fire_all(store, desk, diary(store)["chase_provider"].due_at)
    letter = parcels(store, "mail")[0]
    assert letter.occasion == "follow_up/chase_provider"
    assert "waiting since Monday 23 November 2026" in letter.content["text"]
    assert "ash" not in str(letter.content).lower()
    changed(store, desk, MONDAY + timedelta(days=20), kind="moved", to="in_review")
    assert "chase_provider" not in diary(store)


def test_a_provider_without_a_named_lead_is_a_task_for_the_team(store: Store, desk: Desk) -> None:
    opened(store, desk, promises=())
    changed(store, desk, MONDAY, kind="moved", to="awaiting_provider")
    fire_all(store, desk, diary(store)["chase_provider"].due_at)
    assert "nobody of the provider is named" in parcels(store, "slack")[0].content["text"]


def test_a_reporter_who_does_not_answer_is_asked_once_more_and_then_the_case_closes_kindly(
    store: Store, desk: Desk
) -> None:
    opened(store, desk)
    changed(store, desk, MONDAY, kind="asked", to="awaiting_reporter", first_read_at=MONDAY, first_response_at=MONDAY)
    assert set(diary(store)) == {"closing_kindly"}
    fire_all(store, desk, diary(store)["closing_kindly"].due_at)
    assert the_case(store).status == "awaiting_reporter"
    last = diary(store)["closing_kindly"].due_at
    assert last == datetime(2026, 12, 21, 17, tzinfo=UTC)
    fire_all(store, desk, last)
    letters = parcels(store, "mail")
    assert [letter.occasion for letter in letters] == ["follow_up/ask_reporter", "follow_up/closing_kindly"]
    assert "if we hear nothing by monday 21 december 2026" in letters[0].content["text"].lower()
    assert "since Monday 23 November 2026" in letters[1].content["text"]
    case = the_case(store)
    assert (case.status, case.closed_at) == ("closed", last)
    assert diary(store) == {}
    assert events(store, "closed_kindly")[0]["to"] == "closed"


def test_an_answer_stops_the_closing(store: Store, desk: Desk) -> None:
    opened(store, desk)
    changed(store, desk, MONDAY, kind="asked", to="awaiting_reporter")
    due = diary(store)["closing_kindly"].due_at
    changed(store, desk, MONDAY + timedelta(days=3), kind="status_changed", actor="desk", to="triaged")
    fire_all(store, desk, due)
    assert the_case(store).status == "triaged"
    assert not [letter for letter in parcels(store, "mail") if "closing" in letter.occasion]


@pytest.mark.parametrize(
    "grave",
    [{"urgency": "same_day"}, {"red_flags": ["reprisal"]}, {"restricted": True}, {"isf": 2, "isf_state": "set"}],
)
def test_what_may_be_grave_is_closed_by_a_person_only(store: Store, desk: Desk, grave: dict[str, Any]) -> None:
    opened(store, desk, promises=(), **grave)
    changed(store, desk, MONDAY, kind="asked", to="awaiting_reporter")
    fire_all(store, desk, diary(store)["closing_kindly"].due_at)
    fire_all(store, desk, diary(store)["closing_kindly"].due_at)
    assert the_case(store).status == "awaiting_reporter"
    assert "a person must decide" in parcels(store, "slack")[-1].content["text"]
    assert diary(store) == {}


def test_a_withheld_acknowledgement_is_a_task_for_the_same_day(store: Store, desk: Desk) -> None:
    case_id = opened(store, desk, promises=(), urgency="same_day")

    def withhold(tx: Tx) -> None:
        case = tx.get_one(Case, case_id)
        person = a_person(tx, desk, "ash.example@trust.example")
        letter = desk.letters.compose("reply", {"case_ref": case.ref, "words": "x"})
        outbox.enqueue_letter(
            tx, case=case, person=person, occasion="acknowledgement/standard", letter=letter, dedupe_key="a",
            now=MONDAY, desk=desk, withheld="rule 18",
        )  # fmt: skip
        follow_up.replan(tx, case, desk=desk, now=MONDAY)

    store.write(withhold)
    row = diary(store)["acknowledge_by_hand"]
    assert row.due_at == MONDAY + timedelta(hours=4)
    store.write(lambda tx: outbox.release(tx, parcels_id(tx), actor="robin", now=MONDAY, desk=desk))
    assert "acknowledge_by_hand" not in diary(store)


def parcels_id(tx: Tx) -> int:
    return tx.scalars(select(Parcel.id)).one()


def test_a_person_can_put_off_a_follow_up_and_planning_keeps_it(store: Store, desk: Desk) -> None:
    case_id = opened(store, desk)
    until = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)

    def put_off(tx: Tx) -> None:
        case = tx.get_one(Case, case_id)
        detail = {"follow_up": "personal_reply", "until": until.isoformat()}
        record(tx, case, actor="robin", kind=follow_up.PUT_OFF, detail=detail, now=MONDAY)
        follow_up.replan(tx, case, desk=desk, now=MONDAY)

    store.write(put_off)
    changed(store, desk, MONDAY + timedelta(days=1))
    row = diary(store)["personal_reply"]
    assert row.due_at == until
    assert row.why.startswith("Put off by a person until Friday 4 December 2026 at midday. Before: Received")


def test_a_follow_up_of_a_persons_own_is_left_alone_and_fires_without_their_words(store: Store, desk: Desk) -> None:
    case_id = opened(store, desk, promises=())
    due = MONDAY + timedelta(days=1)

    def add(tx: Tx, why: str) -> str:
        return follow_up.add(tx, tx.get_one(Case, case_id), due_at=due, why=why, now=MONDAY).kind

    assert [store.write(lambda tx, why=why: add(tx, why)) for why in ("Ring Ash", "Ask the dean")] == ["own_1", "own_2"]  # type: ignore[misc]
    changed(store, desk, MONDAY)
    assert set(diary(store)) == {"own_1", "own_2"}
    fire_all(store, desk, due)
    assert len(parcels(store, "slack")) == 2
    assert "Ash" not in str([post.content for post in parcels(store, "slack")])


def test_one_follow_up_that_cannot_be_done_shows_on_its_case_and_stops_no_other(store: Store, desk: Desk) -> None:
    rule = PromiseRule(within="whenever", do="letter", occasion="reply")
    broken = replace(desk, promises=PROMISES | {"own_1": rule})
    case_id = opened(store, desk)
    store.write(lambda tx: follow_up.add(tx, tx.get_one(Case, case_id), due_at=MONDAY, why="x", now=MONDAY).id)
    due = diary(store)["first_human_read"].due_at
    fire_all(store, broken, due)
    assert set(fired(store)) == {("own_1", 1), ("first_human_read", 1)}
    assert "ValueError" in events(store, "follow_up_failed")[0]["why"]
    assert diary(store, "fired")["own_1"].settled_why == "it could not be done (ValueError); a person must look"
    assert parcels(store, "mail") == []
    assert [post.occasion for post in parcels(store, "slack")] == ["remind/other", "remind/first_human_read"]


def test_what_one_follow_up_does_happens_whole_or_not_at_all(store: Store, desk: Desk) -> None:
    opened(store, desk)
    due = diary(store)["first_human_read"].due_at

    def killed(tx: Tx) -> None:
        follow_up.fire_one(tx, desk=desk, now=due)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_and_lose(store, killed)
    assert fired(store) == []
    assert parcels(store, "slack") == []
    fire_all(store, desk, due)
    assert fired(store) == [("first_human_read", 1)]


def run_and_lose(store: Store, job: Any) -> None:
    """Run a job on a transaction that ends as a killed process's does: nothing of it is kept."""
    with store.reading() as tx:
        if store.is_sqlite:
            tx.connection().exec_driver_sql("PRAGMA query_only=OFF")
        try:
            job(tx)
        finally:
            tx.rollback()
            if store.is_sqlite:
                tx.connection().exec_driver_sql("PRAGMA query_only=ON")


def test_a_hundred_overdue_follow_ups_fire_in_the_order_of_their_due_times(store: Store, desk: Desk) -> None:
    def many(tx: Tx) -> None:
        for number in range(30):
            case = a_case(tx, desk, now=MONDAY + timedelta(minutes=number % 7), promises=("first_human_read",))
            follow_up.replan(tx, case, desk=desk, now=MONDAY)
            follow_up.add(tx, case, due_at=MONDAY + timedelta(minutes=(number * 37) % 100), why="x", now=MONDAY)

    store.write(many)
    order: list[datetime] = []
    now = MONDAY + timedelta(days=1)
    while (row := _next_due(store, now)) is not None:
        order.append(row)
        assert store.write(lambda tx: follow_up.fire_one(tx, desk=desk, now=now))
    assert order == sorted(order)
    with store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(FollowUp).where(FollowUp.state == "fired")) == len(order)


def _next_due(store: Store, now: datetime) -> datetime | None:
    with store.reading() as tx:
        return tx.scalar(
            select(func.min(FollowUp.due_at)).where(FollowUp.state == "pending", FollowUp.due_at <= now)
        )  # fmt: skip


def test_pending_rows_are_one_a_kind(store: Store, desk: Desk) -> None:
    opened(store, desk)
    for day in range(1, 40):
        fire_all(store, desk, MONDAY + timedelta(days=day))
    rows: Sequence[tuple[str, int]]
    with store.reading() as tx:
        rows = [
            (kind, count)
            for kind, count in tx.execute(
                select(FollowUp.kind, func.count()).where(FollowUp.state == "pending").group_by(FollowUp.kind)
            )
        ]
    assert all(count == 1 for _, count in rows)
    assert fired(store).count(("first_human_read", 3)) == 1
    assert ("first_human_read", 4) not in fired(store)
