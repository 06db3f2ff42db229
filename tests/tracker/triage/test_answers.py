"""A person's own words to a reporter: they wait, can be taken back, stop clocks; and how a case ends and opens again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.tracker.room import Room
from tracker import outbox, triage
from tracker.errors import NotFound, Refused
from tracker.model import FollowUp, Message


def pending(room: Room) -> set[str]:
    return set(room.ask(select(FollowUp.kind).where(FollowUp.state == "pending")))


def test_a_reply_waits_in_the_outbox_in_the_persons_own_words(room: Room) -> None:
    case = room.hear()
    replied = room.do(triage.reply, case.ref, "Thank you.\n\nWe will ring the ward.", by="mary", seen=None)
    (parcel,) = room.parcels(case.ref, "reply")
    assert parcel.state == "queued"
    assert parcel.due_at == room.now + timedelta(seconds=60)
    assert not parcel.machine_made
    assert "We will ring the ward." in parcel.content["text"]
    assert parcel.content["auto_submitted"] == ""
    assert (replied.first_response_at, replied.status) == (room.now, "triaged")
    assert "personal_reply" not in pending(room)


def test_a_reply_answers_the_reporters_last_mail_in_its_thread(room: Room) -> None:
    case = room.hear()
    (heard,) = room.ask(select(Message).where(Message.direction == "in"))
    room.do(triage.reply, case.ref, "Thank you.", by="mary", seen=None)
    (parcel,) = room.parcels(case.ref, "reply")
    assert parcel.content["in_reply_to"] == heard.external_id
    assert parcel.content["references"][-1] == heard.external_id


def test_a_reply_taken_back_never_leaves_and_the_clock_runs_again(room: Room) -> None:
    case = room.hear()
    room.do(triage.reply, case.ref, "Too hasty.", by="mary", seen=None)
    (parcel,) = room.parcels(case.ref, "reply")
    room.later(seconds=30)
    taken_back = room.do(triage.take_back, parcel.id, by="mary")
    assert room.parcels(case.ref, "reply")[0].state == "cancelled"
    assert taken_back.first_response_at is None
    assert "personal_reply" in pending(room)
    assert room.ask(select(Message).where(Message.direction == "out", Message.staff == "mary")) == []


def test_an_earlier_reply_still_counts_when_a_later_one_is_taken_back(room: Room) -> None:
    case = room.hear()
    first = room.do(triage.reply, case.ref, "First.", by="mary", seen=None).first_response_at
    room.later(minutes=5)
    room.do(triage.reply, case.ref, "Second.", by="mary", seen=None)
    second = room.parcels(case.ref, "reply")[1]
    assert room.do(triage.take_back, second.id, by="mary").first_response_at == first


def test_a_reply_on_its_way_cannot_be_taken_back(room: Room) -> None:
    case = room.hear()
    room.do(triage.reply, case.ref, "Thank you.", by="mary", seen=None)
    (parcel,) = room.parcels(case.ref, "reply")
    for queued in room.parcels(case.ref):
        if queued.id != parcel.id:
            room.store.write(lambda tx, number=queued.id: outbox.cancel(tx, number, actor="test", now=room.now))
    room.later(minutes=2)
    claimed = room.store.write(
        lambda tx: outbox.claim_one(tx, channel="mail", now=room.now, lease=timedelta(minutes=5))
    )
    assert claimed is not None
    assert claimed.id == parcel.id
    with pytest.raises(Refused, match="cannot be taken back: it is sending"):
        room.do(triage.take_back, parcel.id, by="mary")


def test_only_letters_in_a_persons_words_are_taken_back(room: Room) -> None:
    case = room.hear()
    machine_made = next(parcel for parcel in room.parcels(case.ref) if parcel.occasion.startswith("acknowledgement"))
    for number in (machine_made.id, 10_000):
        with pytest.raises(NotFound, match="no letter"):
            room.do(triage.take_back, number, by="mary")


def test_asking_the_reporter_waits_for_them_until_it_is_taken_back(room: Room) -> None:
    case = room.hear()
    asked = room.do(triage.reply, case.ref, "Which ward was it?", ask=True, by="mary", seen=None)
    assert asked.status == "awaiting_reporter"
    (parcel,) = room.parcels(case.ref, "ask_reporter")
    assert room.do(triage.take_back, parcel.id, by="mary").status == "triaged"


def test_a_reporter_who_wrote_in_slack_is_answered_in_slack(room: Room) -> None:
    case = room.hear(slack_user="U0LEARNER")
    room.do(triage.reply, case.ref, "Thank you & <!here> all.", by="mary", seen=None)
    (parcel,) = room.parcels(case.ref, "reply")
    assert (parcel.channel, parcel.content["channel"]) == ("slack", "")
    assert "Thank you &amp; &lt;!here&gt; all." in parcel.content["text"]
    room.do(triage.take_back, parcel.id, by="mary")
    assert room.ask(select(Message).where(Message.direction == "out", Message.staff == "mary")) == []


@pytest.mark.parametrize(
    ("sender", "why"), [("no-reply@trust.example", "nobody reads"), ("quality@desk.example", "our own addresses")]
)
def test_an_address_that_nobody_or_only_we_read_is_not_written_to(room: Room, sender: str, why: str) -> None:
    case = room.hear(sender=sender)
    with pytest.raises(Refused, match=why):
        room.do(triage.reply, case.ref, "Thank you.", by="mary", seen=None)
    assert room.case(case.ref).first_response_at is None


def test_a_reporter_without_an_address_cannot_be_written_to(room: Room) -> None:
    case = room.hear(sender="")
    with pytest.raises(Refused, match="left no address"):
        room.do(triage.reply, case.ref, "Thank you.", by="mary", seen=None)


def test_ending_a_case_keeps_what_came_of_it_and_awaits_nothing(room: Room) -> None:
    case = room.hear()
    ended = room.do(triage.resolve, case.ref, "Two more registrars from August.", by="mary", seen=None)
    assert (ended.status, ended.outcome, ended.closed_at) == ("closed", "Two more registrars from August.", room.now)
    assert room.parcels(case.ref, "closed") == []
    assert pending(room) == set()


def test_feedback_is_told_only_where_it_is_asked_for(room: Room) -> None:
    case = room.hear()
    room.do(triage.resolve, case.ref, "Rota changed.", "The rota has changed. Thank you.", by="mary", seen=None)
    (letter,) = room.parcels(case.ref, "closed")
    assert "The rota has changed. Thank you." in letter.content["text"]
    assert "Rota changed." not in letter.content["text"]


def test_a_case_at_a_high_level_is_ended_by_somebody_who_may_set_it(room: Room) -> None:
    case = room.hear()
    room.do(triage.level, case.ref, 2, "agreed", by="mary", seen=None)
    with pytest.raises(Refused, match="is at ISF 2"):
        room.do(triage.resolve, case.ref, "done", by="gwen", seen=None)
    assert room.do(triage.resolve, case.ref, "done", by="mary", seen=None).status == "closed"


def test_an_ended_case_is_reopened_with_a_reason_and_its_clocks_run(room: Room) -> None:
    case = room.hear()
    room.do(triage.resolve, case.ref, "done", passed_on=True, by="mary", seen=None)
    with pytest.raises(Refused, match="reopen it first"):
        room.do(triage.take, case.ref, by="mary", seen=None)
    opened = room.do(triage.reopen, case.ref, "it happened again", by="mary", seen=None)
    assert (opened.status, opened.closed_at, opened.outcome) == ("triaged", None, None)
    assert "personal_reply" in pending(room)
    with pytest.raises(Refused, match="is open"):
        room.do(triage.reopen, case.ref, "again", by="mary", seen=None)
