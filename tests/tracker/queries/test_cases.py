"""Lists and pages of cases: the promised fields, what a role may read, and few queries however many cases there are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.tracker.room import Room
from tracker import triage
from tracker.desk import RoleRule
from tracker.errors import NotFound
from tracker.model import Parcel
from tracker.queries import CaseFilter, case_count, case_list, case_show, outbox_list
from tracker.store import Tx
from tracker.submission import Submission

PROMISED = {
    "ref", "status", "kind", "urgency", "isf_proposed", "isf", "provider", "site", "specialty", "themes", "red_flags",
    "anonymity", "summary", "owner", "opened_at", "acknowledgement", "next_due", "possibly_related", "revision",
}  # fmt: skip
NAME, ADDRESS, WORDS = "Robin Vale", "robin@trust.example", "Nobody answers the bleep at night."


EVERY = CaseFilter()


def listed(room: Room, wanted: CaseFilter = EVERY) -> list[dict[str, Any]]:
    with room.store.reading() as tx:
        return list(case_list(tx, wanted, desk=room.desk, now=room.now))


def page(room: Room, ref: str, role: str | None) -> dict[str, Any]:
    with room.store.reading() as tx:
        return case_show(tx, ref, a_role(room, role), desk=room.desk, now=room.now)


def a_role(room: Room, role: str | None) -> RoleRule | None:
    return next((rule for rule in room.desk.roles if rule.id == role), None)


def from_robin(room: Room, **labels: object) -> str:
    mail = Submission(
        channel="mail", subject="Help, Robin Vale here", text=f"{WORDS}\n\nRobin Vale\n07700 900123\n{ADDRESS}"
    )
    return room.hear_with(mail, ADDRESS, NAME, "", labels).ref


def test_a_list_has_every_promised_field_and_is_plain_data(room: Room) -> None:
    room.hear(provider=("RTD",), isf=(1, 2))
    (row,) = listed(room)
    assert row.keys() >= PROMISED
    assert json.loads(json.dumps(row)) == row
    assert row["acknowledgement"].keys() == {"kind", "state", "why"}
    assert row["next_due"].keys() >= {"what", "due_at", "why"}
    assert row["isf_proposed"] == [1, 2]


def test_the_newest_case_comes_first_and_filters_narrow(room: Room) -> None:
    old, mine, ended = (room.hear(sender=f"{name}@trust.example") for name in ("a", "b", "c"))
    room.do(triage.take, mine.ref, by="mary", seen=None)
    room.do(triage.resolve, ended.ref, "done", by="mary", seen=None)
    assert [row["ref"] for row in listed(room)] == [ended.ref, mine.ref, old.ref]
    assert [row["ref"] for row in listed(room, CaseFilter(owner="mary"))] == [mine.ref]
    assert [row["ref"] for row in listed(room, CaseFilter(owner="-", open_only=True))] == [old.ref]
    assert [row["ref"] for row in listed(room, CaseFilter(status=("closed", "merged")))] == [ended.ref]
    assert [row["ref"] for row in listed(room, CaseFilter(limit=1))] == [ended.ref]
    with room.store.reading() as tx:
        assert case_count(tx, CaseFilter(limit=1), desk=room.desk, now=room.now) == 3


def test_what_is_overdue_is_found_and_marked_late(room: Room) -> None:
    case = room.hear()
    assert listed(room, CaseFilter(overdue=True)) == []
    room.later(days=30)
    (row,) = listed(room, CaseFilter(overdue=True))
    assert row["ref"] == case.ref
    assert row["next_due"]["late"]


def test_the_next_due_is_the_earliest_and_has_the_sum_behind_it(room: Room) -> None:
    room.hear()
    (row,) = listed(room)
    assert row["next_due"]["what"] == "first_human_read"
    assert row["next_due"]["due_at"] == "2026-11-24T17:00:00+00:00"
    assert "Tuesday 24 November" in row["next_due"]["why"]


def test_why_there_is_no_acknowledgement_is_told(room: Room) -> None:
    room.hear(sender="no-reply@trust.example")
    (row,) = listed(room)
    assert row["acknowledgement"]["state"] in {"none", "withheld"}
    assert "nobody reads that address" in row["acknowledgement"]["why"]


def test_the_same_sender_again_is_possibly_related_seen_from_both(room: Room) -> None:
    first, second = room.hear(), room.hear()
    related = {row["ref"]: row["possibly_related"] for row in listed(room)}
    assert related == {first.ref: [second.ref], second.ref: [first.ref]}


def test_a_letter_that_can_be_taken_back_is_listed_until_it_left(room: Room) -> None:
    case = room.hear()
    room.do(triage.reply, case.ref, "Thank you.", by="mary", seen=None)
    (parcel,) = room.parcels(case.ref, "reply")
    (row,) = listed(room)
    assert [letter["id"] for letter in row["letters_waiting"]] == [parcel.id]
    room.do(triage.take_back, parcel.id, by="mary")
    assert listed(room)[0]["letters_waiting"] == []


def test_many_cases_cost_no_more_queries_than_few(room: Room) -> None:
    def queries() -> int:
        with room.store.reading() as tx, counted(tx) as seen:
            list(case_list(tx, desk=room.desk, now=room.now))
        return len(seen)

    room.hear(), room.hear()
    few = queries()
    for number in range(20):
        room.hear(sender=f"r{number}@trust.example")
    assert queries() == few <= 12


def test_a_role_that_may_read_sees_the_words_but_never_who_wrote_them(room: Room) -> None:
    ref = from_robin(room)
    shown = page(room, ref, "manager")
    assert shown["text_shown"]
    heard = next(message for message in shown["messages"] if message["direction"] == "in")
    assert WORDS in heard["text"]
    assert heard["author"] == shown["people"][0]["pseudonym"]
    everything = json.dumps(shown)
    for identity in (NAME, "Robin", "Vale", ADDRESS, "07700"):
        assert identity not in everything


@pytest.mark.parametrize("role", [None, "administrator"])
def test_without_the_right_to_read_no_word_and_no_subject_is_shown(room: Room, role: str | None) -> None:
    ref = from_robin(room)
    room.do(triage.note, ref, "Rang the ward about it.", by="mary")
    room.do(triage.level, ref, 1, "because of the ward", by="mary", seen=None)
    room.do(triage.level, ref, 3, "because of the wards", by="dora", seen=None)
    room.do(triage.add_follow_up, ref, "Rang the ward, ring again", "2 working hours", by="mary")
    shown = page(room, ref, role)
    assert not shown["text_shown"]
    everything = json.dumps(shown)
    for words in (WORDS, "Help,", "Rang the ward", "because of the ward", *(NAME.split()), ADDRESS):
        assert words not in everything
    assert [message["direction"] for message in shown["messages"]] == ["in", "out", "internal"]
    assert shown["isf_awaiting"]["level"] == 3
    assert shown["next_due"]["what"] == "own_1"


def test_an_address_in_a_relays_last_words_is_masked(room: Room) -> None:
    ref = from_robin(room)
    refused = f"550 5.1.1 <{ADDRESS}>: user unknown"

    def fail(tx: Tx) -> None:
        parcel = tx.scalars(select(Parcel)).one()
        parcel.state, parcel.last_error = "failed", refused

    room.store.write(fail)
    with room.store.reading() as tx:
        everything = [*case_list(tx, desk=room.desk, now=room.now), *outbox_list(tx), page(room, ref, "manager")]
    assert "550 5.1.1 <[address]>: user unknown" in json.dumps(everything)
    assert ADDRESS not in json.dumps(everything)


def test_a_restricted_case_is_read_only_by_those_it_is_kept_to(room: Room) -> None:
    ref = from_robin(room, red_flags=("patient_harm_now",))
    assert not page(room, ref, "manager")["text_shown"]
    assert page(room, ref, "dean")["text_shown"]


def test_a_page_has_messages_events_follow_ups_and_letters(room: Room) -> None:
    case = room.hear()
    room.do(triage.take, case.ref, by="mary", seen=None)
    shown = page(room, case.ref, "manager")
    assert [event["kind"] for event in shown["events"]][-1] == "taken"
    assert {"first_human_read", "personal_reply"} <= {row["what"] for row in shown["follow_ups"]}
    assert [row["occasion"] for row in shown["letters"]] == ["acknowledgement/standard"]
    assert shown["letters"][0]["to"] == shown["people"][0]["pseudonym"]
    assert json.loads(json.dumps(shown)) == shown


def test_the_page_of_a_head_shows_what_was_said_on_merged_cases_and_where(room: Room) -> None:
    one, head = room.hear(), room.hear(sender="jo@trust.example")
    room.do(triage.merge, one.ref, head.ref, "the same rota", by="mary", seen=None)
    shown = page(room, head.ref, "manager")
    assert shown["merged_from"] == [one.ref]
    assert {message["case_ref"] for message in shown["messages"]} == {one.ref, head.ref}
    assert page(room, one.ref, "manager")["merged_into"] == head.ref


def test_a_case_that_is_not_there_is_refused(room: Room) -> None:
    with pytest.raises(NotFound):
        page(room, "QD-2222-222", "manager")


@contextmanager
def counted(tx: Tx) -> Iterator[list[str]]:
    """The statements that a session sends while the block runs."""
    seen: list[str] = []
    engine = tx.get_bind()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
