"""Requirements: issued with their sum, sent by a person, answered by mail, assessed, and ended."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.tracker.register.shelf import Shelf
from tracker import inbound
from tracker.errors import NotAllowed, Refused
from tracker.model import Case, CaseLink, Message, MessageId, Parcel, RegisterDue, Requirement, Response
from tracker.receive import receive
from tracker.register import assessing, clock, dues, events, requirements
from tracker.register.requirements import Order
from tracker.submission import Address, Automatic, Reading, Submission
from tracker.tokens import case_token, plus_address

DME = "dme@trust.example"
CONTACT = "RVW/Director of medical education"


def issued(shelf: Shelf, kind: str = "IMR", **changes: Any) -> Requirement:
    told = {
        "kind": kind,
        "finding": "Named supervisors are not known.",
        "action": "Name a supervisor for everybody." if kind in {"IMR", "MR"} else "",
        "standards": ("3.5",),
        "contact": CONTACT,
        "due": "" if kind != "MR" else "2027-01-15",
    }
    return shelf.do(requirements.issue, shelf.where(), Order(**(told | changes)))


def sent(shelf: Shelf, **changes: Any) -> Requirement:
    row = issued(shelf, **changes)
    shelf.do(requirements.send, row.ref)
    shelf.store.write(_leave)
    return shelf.read(requirements.find, row.ref)


def _leave(tx: Any) -> None:
    for parcel in tx.scalars(select(Parcel).where(Parcel.state == "queued")):
        parcel.state = "sent"


def hears(
    shelf: Shelf, *, sender: str = DME, subject: str = "", text: str = "Here it is.", to: str = "", **more: Any
) -> Case:
    """A mail comes in; returns the case it is on."""
    address = Address(email=sender)
    submission = Submission(
        channel="mail", sender=address, author=address, to=("quality@desk.example",), envelope_from=sender,
        envelope_to=(to or "quality@desk.example",), subject=subject, text=text, new_text=text,
        message_id=f"{shelf.desk.draw(8).hex()}@trust.example", **more,
    )  # fmt: skip
    reading = Reading(opens_case=True, kind="requirement_response", summary="An answer")

    def job(tx: Any) -> int:
        kept = inbound.keep(
            tx, channel="mail", source="test", recipient="quality@desk.example", envelope={},
            content=submission.message_id.encode(), message_id=submission.message_id, now=shelf.now,
        )  # fmt: skip
        case = receive(tx, submission, reading, inbound_id=kept.id, desk=shelf.desk, now=shelf.now).case
        return case.id if case else 0

    case_id = shelf.store.write(job)
    (case,) = shelf.rows(select(Case).where(Case.id == case_id)) or [Case(id=0)]
    return case


def token_address(shelf: Shelf, row: Requirement) -> str:
    assert row.case_id is not None
    return plus_address("quality@desk.example", case_token(shelf.desk.key, row.case_id))


def fire(shelf: Shelf) -> None:
    while shelf.store.write(lambda tx: clock.fire_one(tx, desk=shelf.desk, now=shelf.now)):
        pass


def state_of(shelf: Shelf, row: Requirement) -> str:
    return shelf.read(requirements.find, row.ref).state


def test_an_imr_is_due_after_five_working_days_with_its_sum(shelf: Shelf) -> None:
    row = issued(shelf)
    assert row.due_at == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    assert "day 5 is Monday 30 November" in row.due_why
    assert row.due_why.startswith("Issued")


def test_other_requirements_carry_their_own_date(shelf: Shelf) -> None:
    with pytest.raises(Refused, match="own date"):
        issued(shelf, "MR", due="")
    returns = issued(shelf, "MR", due="return")
    assert returns.due_at is not None
    assert returns.due_at.date() == date(2026, 12, 1)
    assert issued(shelf, "REC").due_at is None
    with pytest.raises(Refused, match="no due date"):
        issued(shelf, "GP", due="return")


def test_it_is_checked_before_it_is_written(shelf: Shelf) -> None:
    for changes, why in (
        ({"kind": "XX"}, "one of"),
        ({"finding": " "}, "found"),
        ({"action": ""}, "must do"),
        ({"standards": ("9.9",)}, "No standard"),
        ({"contact": "RTF/Director of medical education"}, "no contact"),
        ({"due": "2026-02-30"}, "no day"),
        ({"due": "2020-01-01"}, "is past"),
        ({"due": "soon"}, "no span"),
    ):
        with pytest.raises(Refused, match=why):
            issued(shelf, **changes)
    with pytest.raises(NotAllowed):
        shelf.do(requirements.issue, shelf.where(), Order("IMR", "x", "y"), by="adam")
    assert shelf.rows(select(Requirement)) == []


def test_nothing_leaves_before_a_person_sends_it(shelf: Shelf) -> None:
    row = issued(shelf)
    shelf.later(days=30)
    fire(shelf)
    letters = [parcel for parcel in shelf.rows(select(Parcel)) if parcel.channel == "mail"]
    assert letters == []
    (told,) = {event.detail["why"] for event in shelf.read(events.lines, "requirement", row.id)
               if event.kind == "reminded" and event.detail["due"] == "due"}  # fmt: skip
    assert "nobody has sent it" in told


def test_what_is_sent_says_finding_action_standard_and_day(shelf: Shelf) -> None:
    row = issued(shelf, evidence_wanted="The list of names.", their_ref="TRUST-77")
    shelf.do(requirements.send, row.ref)
    (letter,) = (parcel for parcel in shelf.rows(select(Parcel)) if parcel.channel == "mail")
    text = letter.content["text"]
    for words in (row.ref, row.finding, row.action, "The list of names.", "Monday 30 November 2026", "3.5", "TRUST-77"):
        assert words in text
    assert letter.machine_made is False
    assert letter.due_at == shelf.now + timedelta(seconds=shelf.desk.undo_seconds)


def test_a_requirement_out_of_a_concern_tells_nothing_of_who_spoke(shelf: Shelf) -> None:
    from tests.tracker.desk import a_case
    from tracker.model import Person

    def concern(tx: Any) -> str:
        case = a_case(tx, shelf.desk, reporter="ash.example@trust.example", provider=["RVW"])
        tx.scalar(select(Person)).name = "Ash Example"
        return case.ref

    ref = shelf.store.write(concern)
    with pytest.raises(Refused, match="who wrote to us"):
        issued(shelf, from_case=ref, finding="Ash Example has no supervisor.")
    row = sent(shelf, from_case=ref)
    assert row.from_case_id != row.case_id
    (letter,) = (parcel for parcel in shelf.rows(select(Parcel)) if parcel.channel == "mail")
    assert ref not in str(letter.content)


def test_an_answer_with_the_token_lands_on_the_requirement(shelf: Shelf) -> None:
    row = sent(shelf)
    case = hears(shelf, to=token_address(shelf, row))
    assert case.id == row.case_id
    (response,) = shelf.read(assessing.responses, row.id)
    assert (response.how, response.taken, response.case_id) == ("token", True, case.id)
    assert state_of(shelf, row) == "evidence_received"
    assert {due.kind for due in shelf.read(dues.pending)} == {"assess"}


def test_an_answer_that_names_our_reference_lands_there_too_and_keeps_its_own_case(shelf: Shelf) -> None:
    row = sent(shelf)
    case = hears(shelf, subject=f"Re: {row.ref.lower().replace('-', ' ')}")
    assert case.id != row.case_id
    (response,) = shelf.read(assessing.responses, row.id)
    assert (response.how, response.taken) == ("our_reference", True)
    (link,) = shelf.rows(select(CaseLink).where(CaseLink.case_id == case.id, CaseLink.other_id == row.case_id))
    assert link.kind == "possibly_related"


def test_the_trusts_own_reference_counts_for_its_own_people_only(shelf: Shelf) -> None:
    row = sent(shelf, their_ref="QA/2026/17")
    hears(shelf, sender="dme@other.example", text="About QA/2026/17: done.")
    hears(shelf, sender="stranger@else.example", text="About QA/2026/17: done.")
    hears(shelf, text="About QA/2026/170: done.")
    assert shelf.read(assessing.responses, row.id) == []
    hears(shelf, text="About qa/2026/17: done.")
    (response,) = shelf.read(assessing.responses, row.id)
    assert (response.how, response.taken) == ("their_reference", True)


def test_whoever_else_names_it_is_offered_and_changes_nothing(shelf: Shelf) -> None:
    row = sent(shelf)
    hears(shelf, sender="stranger@else.example", subject=row.ref)
    hears(shelf, sender="dme@other.example", subject=row.ref)
    hears(shelf, subject=row.ref, trust="failed")
    offered = shelf.read(assessing.responses, row.id)
    assert [response.taken for response in offered] == [False, False, False]
    assert state_of(shelf, row) == "open"
    shelf.do(assessing.take_response, offered[0].id)
    assert state_of(shelf, row) == "evidence_received"
    with pytest.raises(Refused, match="already"):
        shelf.do(assessing.take_response, offered[0].id)


def test_where_the_gateway_verifies_senders_its_yes_is_needed(shelf: Shelf) -> None:
    from dataclasses import replace

    shelf.desk = replace(shelf.desk, verifies_senders=True)
    row = sent(shelf)
    hears(shelf, subject=row.ref)
    assert state_of(shelf, row) == "open"
    hears(shelf, subject=row.ref, trust="verified")
    assert state_of(shelf, row) == "evidence_received"


def test_an_out_of_office_reply_answers_nothing(shelf: Shelf) -> None:
    row = sent(shelf)
    hears(shelf, to=token_address(shelf, row), automatic=Automatic(rule="3", why="out of office", is_auto_reply=True))
    assert shelf.read(assessing.responses, row.id) == []
    assert state_of(shelf, row) == "open"


def test_it_is_chased_on_schedule_through_the_gate_and_stops_with_the_answer(shelf: Shelf) -> None:
    row = sent(shelf)
    kinds = [due.kind for due in shelf.read(dues.pending)]
    assert kinds == ["due", "late", "late", "late"], "five days before it is due lies before its issue"
    shelf.now = row.due_at + timedelta(minutes=1)
    fire(shelf)
    letters = [each for each in shelf.rows(select(Parcel).order_by(Parcel.id)) if each.channel == "mail"]
    assert [each.occasion for each in letters] == ["tell_provider", "follow_up/chase_requirement"]
    assert row.ref in letters[1].content["text"]
    assert "due by 5pm on Monday 30 November 2026" in letters[1].content["text"]
    assert "does not give it" in letters[1].content["text"], "a machine gives nobody more time"
    assert letters[1].machine_made
    posts = [each for each in shelf.rows(select(Parcel)) if each.occasion == "remind/register"]
    assert row.ref in posts[0].content["text"]
    assert posts[0].content["channel"] == "quality-leads"
    fire(shelf)
    assert len([each for each in shelf.rows(select(Parcel)) if each.channel == "mail"]) == 2, "it fires once"
    hears(shelf, to=token_address(shelf, row))
    shelf.later(days=60)
    fire(shelf)
    assert len([each for each in shelf.rows(select(Parcel)) if each.occasion == "follow_up/chase_requirement"]) == 1


def test_a_muted_contact_is_not_chased_and_the_team_is_told_why(shelf: Shelf) -> None:
    from tracker.people import mute

    row = sent(shelf)
    (letter,) = (each for each in shelf.rows(select(Parcel)) if each.channel == "mail")
    shelf.store.write(lambda tx: mute(tx, letter.person_id, "it bounced"))
    shelf.now = row.due_at
    fire(shelf)
    (post,) = (each for each in shelf.rows(select(Parcel)) if each.occasion == "remind/register")
    assert "it bounced" in post.content["text"]
    chased = [each.state for each in shelf.rows(select(Parcel)) if each.occasion == "follow_up/chase_requirement"]
    assert chased == ["withheld"]


def test_its_case_does_not_chase_a_second_time(shelf: Shelf) -> None:
    from tracker.model import FollowUp

    row = sent(shelf)
    pending = shelf.rows(select(FollowUp).where(FollowUp.case_id == row.case_id, FollowUp.state == "pending"))
    assert [each.kind for each in pending] == []


def test_insufficient_evidence_is_asked_for_again_and_sufficient_closes_nothing_by_itself(shelf: Shelf) -> None:
    row = sent(shelf)
    with pytest.raises(Refused, match="no answer to assess"):
        shelf.do(assessing.assess, row.ref, "Good.", sufficient=True)
    shelf.do(assessing.respond, row.ref, "They rang: a list is on its way.")
    shelf.do(assessing.assess, row.ref, "Two names are missing.", sufficient=False, due="3 working days")
    again = shelf.read(requirements.find, row.ref)
    assert again.state == "evidence_insufficient"
    assert again.due_at == datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    shelf.do(assessing.respond, row.ref, "The two names.")
    shelf.do(assessing.assess, row.ref, "Complete.", sufficient=True)
    assert state_of(shelf, row) == "evidence_received"
    shelf.do(assessing.close, row.ref, "Everybody has a named supervisor.")
    assert state_of(shelf, row) == "closed"


def test_asked_again_after_its_day_it_is_chased_from_now_and_not_at_once(shelf: Shelf) -> None:
    row = sent(shelf)
    shelf.now = row.due_at
    fire(shelf)
    shelf.do(assessing.respond, row.ref, "Half of it.")
    shelf.later(days=1)
    shelf.do(assessing.assess, row.ref, "Half is missing.", sufficient=False)
    fire(shelf)
    assert len([each for each in shelf.rows(select(Parcel)) if each.occasion == "follow_up/chase_requirement"]) == 1
    assert all(due.due_at > shelf.now for due in shelf.read(dues.pending))


def test_more_time_is_a_later_day_with_a_reason(shelf: Shelf) -> None:
    row = issued(shelf)
    with pytest.raises(Refused, match="later day"):
        shelf.do(assessing.extend, row.ref, "2026-11-27", "because")
    with pytest.raises(Refused, match="reason"):
        shelf.do(assessing.extend, row.ref, "2026-12-14", "")
    shelf.do(assessing.extend, row.ref, "2026-12-14", "The lead is away.")
    again = shelf.read(requirements.find, row.ref)
    assert (again.state, again.due_at) == ("extended", datetime(2026, 12, 14, 17, 0, tzinfo=UTC))
    assert [due.kind for due in shelf.read(dues.pending)] == ["soon", "due", "late", "late", "late"]


def test_closed_with_conditions_is_looked_at_again(shelf: Shelf) -> None:
    row = issued(shelf)
    with pytest.raises(Refused, match="name them"):
        shelf.do(assessing.close, row.ref, "Done.", look_again_on=date(2027, 3, 1))
    shelf.do(
        assessing.close, row.ref, "Done.", conditions=("accreditation is confirmed",), look_again_on=date(2027, 3, 1)
    )
    again = shelf.read(requirements.find, row.ref)
    assert (again.state, again.conditions) == ("closed_with_conditions", ["accreditation is confirmed"])
    (due,) = shelf.read(dues.pending)
    assert (due.kind, due.due_at.date()) == ("conditions", date(2027, 3, 1))
    (case,) = shelf.rows(select(Case).where(Case.id == row.case_id))
    assert case.status == "closed"


def test_an_imr_becomes_an_mr_of_the_same_provider(shelf: Shelf) -> None:
    first, second = issued(shelf), issued(shelf, "MR")
    shelf.do(assessing.supersede, first.ref, second.ref, "The danger is over, the work is not.")
    again = shelf.read(requirements.find, first.ref)
    assert (again.state, again.superseded_by_id) == ("superseded", second.id)
    with pytest.raises(Refused, match="the same"):
        shelf.do(assessing.supersede, second.ref, second.ref, "no")
    with pytest.raises(Refused, match="reopened"):
        shelf.do(assessing.reopen, first.ref, "5 working days", "no")
    other = shelf.do(requirements.issue, shelf.where("RTF"), Order("IMR", "x", "y"))
    with pytest.raises(Refused, match="another provider"):
        shelf.do(assessing.supersede, second.ref, other.ref, "no")


def test_what_was_closed_too_early_is_reopened_with_a_new_day(shelf: Shelf) -> None:
    row = issued(shelf)
    shelf.do(assessing.close, row.ref, "Done.")
    with pytest.raises(Refused, match="reopen it first"):
        shelf.do(assessing.respond, row.ref, "One thing more.")
    shelf.later(days=3)
    shelf.do(assessing.reopen, row.ref, "5 working days", "It came back.")
    again = shelf.read(requirements.find, row.ref)
    assert (again.state, again.closed_at) == ("open", None)
    assert "due" in {due.kind for due in shelf.read(dues.pending)}


def test_an_answer_after_the_end_is_kept_and_reopens_nothing_by_itself(shelf: Shelf) -> None:
    row = sent(shelf)
    shelf.do(assessing.close, row.ref, "Done.")
    hears(shelf, to=token_address(shelf, row))
    assert state_of(shelf, row) == "closed"
    assert len(shelf.read(assessing.responses, row.id)) == 1


def test_the_state_at_any_moment_is_known(shelf: Shelf) -> None:
    row = issued(shelf)
    first = shelf.now
    shelf.later(days=1)
    shelf.do(assessing.respond, row.ref, "A list.")
    second = shelf.now
    shelf.later(days=1)
    shelf.do(assessing.close, row.ref, "Done.")
    told = [
        shelf.read(requirements.states, at=at).get(row.id)
        for at in (first - timedelta(seconds=1), first, second, shelf.now)
    ]
    assert told == [None, "open", "evidence_received", "closed"]


def test_when_it_was_due_at_any_moment_is_known(shelf: Shelf) -> None:
    row = issued(shelf)
    first = shelf.now
    shelf.later(days=1)
    shelf.do(assessing.extend, row.ref, "2026-12-14", "The lead is away.")
    before, after = (shelf.read(requirements.stood, at=at)[row.id] for at in (first, shelf.now))
    assert (before.state, before.due_at) == ("open", row.due_at)
    assert (after.state, after.due_at, after.since) == (
        "extended",
        datetime(2026, 12, 14, 17, 0, tzinfo=UTC),
        shelf.now,
    )


def test_every_answer_stays_where_it_was_heard(shelf: Shelf) -> None:
    """A mail that names two requirements shows on both, and is one message."""
    one, two = sent(shelf), sent(shelf)
    hears(shelf, subject=f"{one.ref} and {two.ref}")
    rows = shelf.rows(select(Response))
    assert {response.requirement_id for response in rows} == {one.id, two.id}
    assert len({response.message_id for response in rows}) == 1
    assert len(shelf.rows(select(Message).where(Message.direction == "in"))) == 1
    assert shelf.rows(select(MessageId)) != []
    assert shelf.rows(select(RegisterDue)) != []
