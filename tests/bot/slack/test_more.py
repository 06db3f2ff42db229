"""Behind "More": every other step has a form, is done, and is refused in a sentence; over both ways that Slack speaks to us."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.bot.slack.side import Transport, Turned, slack_side
from tests.bot.slack.test_work import form, press, whispered
from tests.servers.slack import ADA, GUEST, KIM, LEE, SlackServer
from tests.tracker.desk import a_draw
from tracker.desk import ContactRule
from tracker.model import CaseLink, Event, Exclusion, FollowUp, Parcel
from tracker.submission import Reading
from tracker.tokens import new_ref

DME = ContactRule(provider="RVW", role="Director of medical education", address="dme@trust.example")
REASON = "Occupational health has to reach them today"


@pytest.fixture
def desk_side(slack: SlackServer, tmp_path: Path, transport: Transport) -> Iterator[Turned]:
    """LEE and KIM are deans and may do everything; ADA is a quality manager."""
    slack.add_usergroup("S0DEANS", "deans", [LEE, KIM])
    with slack_side(slack, tmp_path, transport=transport, desk={"contacts": (DME,)}) as turned:
        yield turned


@pytest.fixture
def ref(desk_side: Turned) -> str:
    read = Reading(opens_case=True, kind="concern", provider=("RVW",)).model_dump(mode="json")
    made = desk_side.open_case(provider=["RVW"], reading={"route": {"id": "everything"}, "read": read})
    desk_side.redraw_all()
    return made


def more(turned: Turned, slack: SlackServer, user: str, ref: str, action: str) -> dict[str, Any]:
    """Open the form of a step from the list behind "More"."""
    press(turned, slack, user, ref, "case_more")
    listed = form(slack, user)
    slack.press_in_view(user, listed, action)
    slack.wait_until(lambda: slack.view_of(user)["callback_id"] != "form_more", what=f"the form of {action}")
    return slack.view_of(user)


def names(view: dict[str, Any]) -> list[str]:
    return [block["accessory"]["action_id"] for block in view["blocks"] if "accessory" in block]


def said(view: dict[str, Any]) -> str:
    return " ".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section" and "text" in block)


def test_only_steps_that_make_sense_and_are_allowed_are_listed(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, ADA, ref, "case_more")
    listed = names(form(slack, ADA))
    assert {"case_assign", "case_correct", "case_ask", "case_tell", "case_link", "case_merge"} <= set(listed)
    assert not {"case_reveal", "case_exclude", "case_snooze", "case_unmerge", "case_reopen"} & set(listed)
    press(desk_side, slack, LEE, ref, "case_more")
    assert {"case_reveal", "case_exclude", "case_snooze"} <= set(names(form(slack, LEE)))


def test_a_case_is_given_to_a_colleague_who_is_told(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    more(desk_side, slack, ADA, ref, "case_assign")
    slack.submit(ADA, values={"who": LEE})
    assert desk_side.case(ref).owner == "slack:U0LEE"
    told = slack.wait_for_message(slack.workspace.direct_channel(LEE).id, lambda each: ref in each["text"])
    assert told["text"] == f"<@{ADA}> gave you {ref}."


@pytest.mark.parametrize(("user", "words"), [(GUEST, "Guests may not"), (KIM, "may not work on")])
def test_a_case_is_not_given_to_somebody_who_may_not_have_it(
    desk_side: Turned, slack: SlackServer, ref: str, user: str, words: str
) -> None:
    case_id = desk_side.case(ref).id
    desk_side.store.write(lambda tx: tx.add(Exclusion(case_id=case_id, staff="slack:U0KIM", why="friend")))
    more(desk_side, slack, ADA, ref, "case_assign")
    ack = slack.submit(ADA, values={"who": user})
    assert ack is not None
    assert words in ack.payload["errors"]["who"]
    assert desk_side.case(ref).owner is None


def test_labels_are_corrected_and_the_case_is_routed_anew(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    view = more(desk_side, slack, ADA, ref, "case_correct")
    provider = next(block["element"] for block in view["blocks"] if block.get("block_id") == "provider")
    assert [option["value"] for option in provider["initial_options"]] == ["RVW"]
    values = {
        "provider": ["RTD"],
        "specialty": ["acute_internal_medicine"],
        "urgency": "same_day",
        "grade": "MED_STUDENT",
    }
    assert slack.submit(ADA, values=values).payload == {}  # type: ignore[union-attr]
    case = desk_side.case(ref)
    assert (case.provider, case.specialty, case.urgency, case.grade) == (
        ["RTD"], ["acute_internal_medicine"], "same_day", "MED_STUDENT",
    )  # fmt: skip
    event = desk_side.all_of(select(Event).where(Event.kind == "corrected"))[0]
    assert event.detail["before"]["provider"] == ["RVW"]


def test_correcting_nothing_is_said(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    more(desk_side, slack, ADA, ref, "case_correct")
    ack = slack.submit(ADA)
    assert ack is not None
    assert "says so already" in ack.payload["errors"]["kind"]


def test_the_reporter_is_asked_after_a_look_at_the_letter(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    more(desk_side, slack, ADA, ref, "case_ask")
    slack.submit(ADA, values={"text": "Which ward was it?"})
    assert "Which ward was it?" in said(slack.view_of(ADA))
    slack.submit(ADA)
    assert desk_side.case(ref).status == "awaiting_reporter"
    (parcel,) = desk_side.all_of(select(Parcel))
    assert (parcel.occasion, parcel.state) == ("ask_reporter", "queued")


def test_a_provider_is_told_after_a_look_and_can_be_untold(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    more(desk_side, slack, ADA, ref, "case_tell")
    slack.submit(ADA, values={"to": DME.key, "text": "How is supervision arranged at night?"})
    page = said(slack.view_of(ADA))
    assert "Director of medical education" in page
    assert "dme@trust.example" not in str(slack.views)
    slack.submit(ADA)
    assert desk_side.case(ref).status == "awaiting_provider"
    (parcel,) = desk_side.all_of(select(Parcel))
    assert parcel.occasion == "tell_provider"
    whispered(slack, "leaves in 60 seconds")


def test_a_letter_that_would_tell_who_wrote_is_refused_before_it_is_shown(
    desk_side: Turned, slack: SlackServer, ref: str
) -> None:
    more(desk_side, slack, ADA, ref, "case_tell")
    ack = slack.submit(ADA, values={"to": DME.key, "text": "Ring 0191 498 0123 about it"})
    assert ack is not None
    assert "who wrote to us" in next(iter(ack.payload["errors"].values()))


def test_without_a_role_to_write_to_the_form_says_where_to_name_one(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case(provider=["RTD"])
    desk_side.redraw_all()
    press(desk_side, slack, ADA, ref, "case_more")
    slack.press_in_view(ADA, form(slack, ADA), "case_tell")
    slack.wait_until(lambda: "[[contact]]" in said(slack.view_of(ADA)), what="the sentence")


def test_a_follow_up_is_added_and_put_off(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    more(desk_side, slack, LEE, ref, "case_follow_up")
    slack.submit(LEE, values={"what": "Ask for the rota", "within": "2 working days"})
    (own,) = desk_side.all_of(select(FollowUp).where(FollowUp.kind == "own_1"))
    view = more(desk_side, slack, LEE, ref, "case_snooze")
    assert "Ask for the rota" not in str(view)
    slack.submit(LEE, values={"what": "own_1", "within": "10 working days", "reason": "They are on leave"})
    (later,) = desk_side.all_of(select(FollowUp).where(FollowUp.kind == "own_1"))
    assert later.due_at > own.due_at
    more(desk_side, slack, LEE, ref, "case_snooze")
    ack = slack.submit(LEE, values={"what": "own_1", "within": "2 working hours", "reason": "Sooner"})
    assert ack is not None
    assert "due later already" in ack.payload["errors"]["what"]


def test_cases_are_linked_merged_and_parted_again(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    other = desk_side.open_case()
    more(desk_side, slack, ADA, ref, "case_link")
    slack.submit(ADA, values={"case": other.lower()})
    assert len(desk_side.all_of(select(CaseLink))) == 1
    view = more(desk_side, slack, ADA, ref, "case_merge")
    assert other in str(view)
    slack.submit(ADA, values={"other": other, "reason": "The same rota"})
    assert desk_side.case(ref).status == "merged"
    desk_side.redraw_all()
    more(desk_side, slack, ADA, ref, "case_unmerge")
    slack.submit(ADA, values={"reason": "Two rotas after all"})
    assert desk_side.case(ref).status == "triaged"


def test_linking_to_no_case_or_to_itself_is_refused(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    more(desk_side, slack, ADA, ref, "case_link")
    for given, words in ((new_ref(a_draw(99)), "no case"), ("nonsense", "not a case reference"), (ref, "itself")):
        ack = slack.submit(ADA, values={"case": given})
        assert ack is not None
        assert words in ack.payload["errors"]["case"], given


def test_somebody_is_kept_away_and_their_next_press_is_refused(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    more(desk_side, slack, LEE, ref, "case_exclude")
    slack.submit(LEE, values={"who": ADA, "reason": "Was their tutor"})
    desk_side.redraw_all()
    press(desk_side, slack, ADA, ref, "case_note")
    whispered(slack, "not available")
    assert not slack.workspace.stacks[ADA]


def test_who_reported_is_shown_for_a_reason_that_is_recorded_first(
    desk_side: Turned, slack: SlackServer, ref: str
) -> None:
    more(desk_side, slack, LEE, ref, "case_reveal")
    ack = slack.submit(LEE, values={"reason": "why"})
    assert ack is not None
    assert "few words" in ack.payload["errors"]["reason"]
    slack.submit(LEE, values={"reason": REASON})
    assert "ash.example@trust.example" in said(slack.view_of(LEE))
    event = desk_side.all_of(select(Event).where(Event.kind == "revealed"))[0]
    assert (event.actor, event.detail["reason"]) == ("slack:U0LEE", REASON)
    assert not any("ash.example" in str(message) for channel in slack.messages.values() for message in channel)


def test_when_the_record_cannot_be_written_nobody_is_shown(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    more(desk_side, slack, LEE, ref, "case_reveal")
    desk_side.store.close()
    ack = slack.submit(LEE, values={"reason": REASON})
    assert ack is not None
    assert "later" in ack.payload["errors"]["reason"]
    assert "ash.example" not in str(slack.views)


def test_a_refusal_in_the_list_is_shown_in_the_form(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, ADA, ref, "case_more")
    listed = form(slack, ADA)
    case_id = desk_side.case(ref).id
    desk_side.store.write(lambda tx: tx.add(Exclusion(case_id=case_id, staff="slack:U0ADA", why="friend")))
    slack.press_in_view(ADA, listed, "case_assign")
    slack.wait_until(lambda: "not available" in said(slack.view_of(ADA)), what="the sentence")


def test_taking_from_the_list_says_so_in_the_form(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, ADA, ref, "case_more")
    slack.press_in_view(ADA, form(slack, ADA), "case_take")
    slack.wait_until(lambda: f"{ref} is yours" in said(slack.view_of(ADA)), what="the sentence")
    assert desk_side.case(ref).owner == "slack:U0ADA"
