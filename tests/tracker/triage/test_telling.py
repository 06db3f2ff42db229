"""Telling a provider's role: to an address the team keeps, in a person's own words, never with a trace of who wrote to us."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.tracker.room import Room
from tracker import triage
from tracker.desk import ContactRule
from tracker.errors import NotAllowed, Refused
from tracker.model import CasePerson, FollowUp

DME = ContactRule(provider="RVW", role="Director of medical education", address="dme@trust.example")
TO = "RVW/Director of medical education"


@pytest.fixture
def staffed(room: Room) -> Room:
    room.desk = replace(room.desk, contacts=(DME, replace_role(DME, provider="RTD")))
    return room


def replace_role(contact: ContactRule, **changes: str) -> ContactRule:
    return contact.model_copy(update=changes)


def test_the_provider_is_told_and_the_case_waits_for_it(staffed: Room) -> None:
    case = staffed.hear(provider=["RVW"])
    told = staffed.do(triage.tell_provider, case.ref, TO, "How is supervision arranged at night?", by="mary", seen=None)
    assert told.status == "awaiting_provider"
    (parcel,) = staffed.parcels(case.ref, "tell_provider")
    assert parcel.state == "queued"
    assert not parcel.machine_made
    assert "robin" not in str(parcel.content)
    assert "who may have spoken to us" in parcel.content["text"]
    assert "chase_provider" in staffed.ask(select(FollowUp.kind).where(FollowUp.state == "pending"))
    assert told.first_response_at is None, "the reporter was not answered"


def test_a_letter_to_a_provider_is_no_news_for_the_reporter(staffed: Room) -> None:
    case = staffed.hear(provider=["RVW"])

    def due() -> object:
        return staffed.ask(
            select(FollowUp.due_at).where(FollowUp.kind == "update_to_reporter", FollowUp.state == "pending")
        )

    before = due()
    staffed.later(days=2)
    staffed.do(triage.tell_provider, case.ref, TO, "How is supervision arranged?", by="mary", seen=None)
    assert due() == before


@pytest.mark.parametrize(
    "words",
    ["Robin Example told us", "write to robin@trust.example", "ring 0191 498 0123"],
)
def test_words_that_would_tell_who_wrote_are_refused(staffed: Room, words: str) -> None:
    case = staffed.hear(name="Robin Example", provider=["RVW"])
    with pytest.raises(Refused, match="who wrote to us"):
        staffed.do(triage.tell_provider, case.ref, TO, words, by="mary", seen=None)
    assert staffed.parcels(case.ref, "tell_provider") == []


def test_only_roles_of_the_cases_own_providers_are_told(staffed: Room) -> None:
    case = staffed.hear(provider=["RTD"])
    with pytest.raises(Refused, match="there are: RTD/Director"):
        staffed.do(triage.tell_provider, case.ref, TO, "Hello", by="mary", seen=None)


def test_without_contacts_the_sentence_says_where_to_name_them(room: Room) -> None:
    case = room.hear(provider=["RVW"])
    with pytest.raises(Refused, match=r"\[\[contact\]\]"):
        room.do(triage.tell_provider, case.ref, TO, "Hello", by="mary", seen=None)


def test_whoever_wrote_to_us_is_not_told_of_their_own_report(staffed: Room) -> None:
    case = staffed.hear(sender="dme@trust.example", provider=["RVW"])
    with pytest.raises(Refused, match="reply to them instead"):
        staffed.do(triage.tell_provider, case.ref, TO, "Hello", by="mary", seen=None)


def test_it_can_be_taken_back_and_the_case_waits_no_more(staffed: Room) -> None:
    case = staffed.hear(provider=["RVW"])
    staffed.do(triage.tell_provider, case.ref, TO, "Too hasty.", by="mary", seen=None)
    (parcel,) = staffed.parcels(case.ref, "tell_provider")
    assert staffed.do(triage.take_back, parcel.id, by="mary").status == "triaged"
    assert staffed.parcels(case.ref, "tell_provider")[0].state == "cancelled"


def test_telling_takes_the_right_to_reply(staffed: Room) -> None:
    case = staffed.hear(provider=["RVW"])
    with pytest.raises(NotAllowed):
        staffed.do(triage.tell_provider, case.ref, TO, "Hello", by="adam", seen=None)
    assert {part.role for part in staffed.ask(select(CasePerson))} == {"reporter"}
