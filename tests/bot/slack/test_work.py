"""Buttons and forms: the role is checked at the action, a verb is done before its form closes, every refusal is a sentence."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import ADA, GUEST, KIM, LEE, STRANGER, TRIAGE, SlackServer
from tracker.history import record
from tracker.model import Case, Event, Exclusion, Message, Parcel


@pytest.fixture
def ref(desk_side: Turned, slack: SlackServer) -> str:
    """A case with its card in the triage channel."""
    slack.add_usergroup("S0DEANS", "deans", [LEE, KIM])
    made = desk_side.open_case()
    desk_side.redraw_all()
    return made


def press(turned: Turned, slack: SlackServer, user: str, ref: str, action: str) -> None:
    assert slack.press(user, TRIAGE, turned.card_of(ref)["ts"], action) is not None


def form(slack: SlackServer, user: str) -> dict[str, Any]:
    slack.wait_until(lambda: slack.workspace.stacks[user], what="a form")
    return slack.view_of(user)


def whispered(slack: SlackServer, words: str) -> str:
    def heard() -> str:
        return next((each["text"] for each in slack.ephemerals if words in each["text"]), "")

    return str(slack.wait_until(heard, what=f"a private answer with {words!r}"))


def changed(turned: Turned, ref: str, **columns: Any) -> None:
    def job(tx: Any) -> None:
        case = tx.scalars(select(Case).where(Case.ref == ref)).one()
        for name, value in columns.items():
            setattr(case, name, value)
        record(tx, case, actor="slack:U0LEE", kind="assigned", detail={}, now=turned.now())

    turned.store.write(job)


def test_taking_a_case_shows_on_its_card(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, ADA, ref, "case_take")
    slack.wait_until(lambda: desk_side.case(ref).owner == "slack:U0ADA", what="the owner")
    desk_side.redraw_all()
    assert "<@U0ADA> has it" in desk_side.card_of(ref)["text"]


def test_a_case_that_somebody_has_is_not_taken_away(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    changed(desk_side, ref, owner="slack:U0LEE")
    press(desk_side, slack, ADA, ref, "case_take")
    assert "<@U0LEE> has" in whispered(slack, "has")
    assert desk_side.case(ref).owner == "slack:U0LEE"


@pytest.mark.parametrize("action", ["case_take", "case_note", "case_level", "case_reply", "case_resolve"])
@pytest.mark.parametrize("user", [GUEST, STRANGER])
def test_guests_and_strangers_may_do_nothing(
    desk_side: Turned, slack: SlackServer, ref: str, user: str, action: str
) -> None:
    slack.channel(TRIAGE).members.append(user)
    before = desk_side.case(ref).revision
    press(desk_side, slack, user, ref, action)
    whispered(slack, "may not work" if user == GUEST else "own workspace")
    assert desk_side.case(ref).revision == before
    assert not slack.workspace.stacks[user]


def test_somebody_walled_off_sees_no_form(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    case_id = desk_side.case(ref).id
    desk_side.store.write(lambda tx: tx.add(Exclusion(case_id=case_id, staff="U0ADA", why="friend")))
    press(desk_side, slack, ADA, ref, "case_note")
    assert "not available" in whispered(slack, "not available")
    assert not slack.workspace.stacks[ADA]


def test_when_slack_cannot_say_who_somebody_is_nothing_is_done(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    slack.answer_next("users.info", status=503)
    press(desk_side, slack, ADA, ref, "case_take")
    whispered(slack, "could not tell the desk who you are")
    assert desk_side.case(ref).owner is None


def test_a_small_stand_in_without_users_info_counts_people_as_members(
    desk_side: Turned, slack: SlackServer, ref: str
) -> None:
    slack.answer_next("users.info", error="unknown_method")
    press(desk_side, slack, ADA, ref, "case_take")
    slack.wait_until(lambda: desk_side.case(ref).owner == "slack:U0ADA", what="the owner")


def test_a_note_is_kept_and_never_sent(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, ADA, ref, "case_note")
    form(slack, ADA)
    ack = slack.submit(ADA, values={"text": "Rang the education centre; they call back at 3"})
    assert ack is not None
    assert ack.payload == {}
    (note,) = desk_side.all_of(select(Message))
    assert (note.direction, note.staff) == ("internal", "slack:U0ADA")
    assert desk_side.all_of(select(Parcel)) == []


def test_a_stale_form_says_who_was_faster_and_keeps_the_words(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, ADA, ref, "case_resolve")
    form(slack, ADA)
    changed(desk_side, ref, owner="slack:U0LEE")
    slack.submit(ADA, values={"text": "The rota was mended", "outcome": "passed_on"})
    again = form(slack, ADA)
    assert "A colleague: assigned" in again["blocks"][0]["text"]["text"]
    elements = {block["block_id"]: block["element"] for block in again["blocks"] if block["type"] == "input"}
    assert elements["text"]["initial_value"] == "The rota was mended"
    assert elements["outcome"]["initial_option"]["value"] == "passed_on"
    assert desk_side.case(ref).status != "closed"
    slack.submit(ADA)
    assert desk_side.case(ref).status == "passed_on"


def test_a_level_takes_the_criteria_that_were_met(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, LEE, ref, "case_level")
    form(slack, LEE)
    values = {"level": "2", "criteria:2": ["0", "2"], "provisional": ["yes"], "reason": "NETS and two reports agree"}
    slack.submit(LEE, values=values)
    assert desk_side.case(ref).isf is None
    shown_by = {"evidence:2:0": "NETS 2026, supervision", "evidence:2:2": "Requirement of March unmet"}
    slack.submit(LEE, values=shown_by)
    case = desk_side.case(ref)
    assert (case.isf, case.isf_state) == (2, "provisional")
    detail = desk_side.all_of(select(Event).where(Event.kind == "level_set"))[0].detail
    assert sorted(detail["evidence"].values()) == sorted(shown_by.values())
    assert detail["reason"] == "NETS and two reports agree"
    assert not slack.workspace.stacks[LEE]


def test_each_criterion_that_is_ticked_needs_its_evidence(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, LEE, ref, "case_level")
    form(slack, LEE)
    slack.submit(LEE, values={"level": "1", "criteria:1": ["1"], "reason": "Agreed"})
    with pytest.raises(AssertionError, match="would not submit"):
        slack.submit(LEE)
    assert desk_side.case(ref).isf is None


def test_a_high_level_waits_for_a_second_person(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    for user in (LEE, LEE, KIM):
        press(desk_side, slack, user, ref, "case_level")
        view = form(slack, user)
        ack = slack.submit(user, values={"level": "3", "reason": "Persistent and serious"})
        assert ack is not None
        if view["blocks"][0]["text"]["text"].endswith("confirm it.") and user == LEE:
            assert "second person" in ack.payload["errors"]["criteria:0"]
            slack.close_view(user)
    case = desk_side.case(ref)
    assert (case.isf, case.isf_awaiting) == (3, None)


def test_only_levels_within_a_persons_roles_are_offered(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, ADA, ref, "case_level")
    options = next(
        block["element"]["options"] for block in form(slack, ADA)["blocks"] if block.get("block_id") == "level"
    )
    assert [option["value"] for option in options] == ["0", "1"]


def test_a_reply_is_shown_confirmed_and_waits_a_minute(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    words = 'Thank you. We "will" call you <tomorrow> & write again.\n\nThe team'
    press(desk_side, slack, ADA, ref, "case_reply")
    assert "Reporter" in str(form(slack, ADA)["blocks"][0])
    assert "ash.example" not in str(form(slack, ADA))
    slack.submit(ADA, values={"text": words})
    preview = form(slack, ADA)
    shown = "".join(block["text"]["text"] for block in preview["blocks"] if block["type"] == "section")
    assert "We &quot;will&quot;" in shown or 'We "will"' in shown
    assert desk_side.all_of(select(Parcel)) == []
    slack.submit(ADA)
    (parcel,) = desk_side.all_of(select(Parcel))
    assert (parcel.channel, parcel.occasion, parcel.state) == ("mail", "reply", "queued")
    assert (parcel.due_at - parcel.made_at).total_seconds() == 60
    assert words in parcel.content["text"]
    assert not slack.workspace.stacks[ADA]


def test_a_reply_can_be_taken_back(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, ADA, ref, "case_reply")
    form(slack, ADA)
    slack.submit(ADA, values={"text": "Thank you"})
    form(slack, ADA)
    slack.submit(ADA)
    whispered(slack, "leaves in 60 seconds")
    (parcel,) = desk_side.all_of(select(Parcel))
    button = {"type": "button", "action_id": "reply_take_back", "block_id": "x", "value": str(parcel.id)}
    payload = {
        "type": "block_actions", "user": {"id": ADA, "team_id": slack.team_id}, "team": {"id": slack.team_id},
        "channel": {"id": TRIAGE}, "trigger_id": "1.2.x", "actions": [button], "container": {"is_ephemeral": True},
    }  # fmt: skip
    assert slack.send_interactive(payload) is not None
    whispered(slack, "Taken back")
    assert desk_side.all_of(select(Parcel))[0].state == "cancelled"


def test_a_letter_that_is_too_long_to_travel_is_refused_in_its_field(
    desk_side: Turned, slack: SlackServer, ref: str
) -> None:
    press(desk_side, slack, ADA, ref, "case_reply")
    form(slack, ADA)
    ack = slack.submit(ADA, values={"text": '"\n' * 1100})
    assert ack is not None
    assert "shorten" in ack.payload["errors"]["text"]


def test_a_reply_in_slack_is_shown_as_it_will_leave(desk_side: Turned, slack: SlackServer) -> None:
    slack.direct_message(KIM, "no rota on ward seven")
    desk_side.read_all()
    desk_side.redraw_all()
    ref = desk_side.cases()[0].ref
    press(desk_side, slack, ADA, ref, "case_reply")
    form(slack, ADA)
    slack.submit(ADA, values={"text": "We call you today."})
    assert form(slack, ADA)["blocks"][-1]["text"]["text"] == f"We call you today.\n\n{ref}"
    slack.submit(ADA)
    desk_side.later(minutes=2)
    desk_side.deliver_all()
    told = slack.wait_for_message(slack.workspace.direct_channel(KIM).id, lambda each: "today" in each["text"])
    assert told["text"] == f"We call you today.\n\n{ref}"


def test_nobody_replies_where_nobody_can_be_reached(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case(reporter=None)
    desk_side.redraw_all()
    press(desk_side, slack, ADA, ref, "case_reply")
    whispered(slack, "left no address")


def test_a_case_is_resolved_with_words_for_the_reporter_and_reopened(
    desk_side: Turned, slack: SlackServer, ref: str
) -> None:
    press(desk_side, slack, ADA, ref, "case_resolve")
    form(slack, ADA)
    slack.submit(ADA, values={"text": "Rota mended", "outcome": "passed_on", "feedback": "The rota has been mended."})
    preview = form(slack, ADA)
    assert "The rota has been mended." in str(preview["blocks"])
    assert "Rota mended" not in str(preview["blocks"])
    assert desk_side.all_of(select(Parcel)) == []
    assert desk_side.case(ref).status == "new"
    slack.submit(ADA)
    assert (desk_side.case(ref).status, desk_side.case(ref).outcome) == ("passed_on", "Rota mended")
    (parcel,) = desk_side.all_of(select(Parcel))
    assert (parcel.occasion, parcel.state) == ("closed", "queued")
    assert "The rota has been mended." in parcel.content["text"]
    whispered(slack, "leaves in 60 seconds")
    desk_side.redraw_all()
    press(desk_side, slack, ADA, ref, "case_reopen")
    form(slack, ADA)
    slack.submit(ADA, values={"reason": "It broke again"})
    assert desk_side.case(ref).status == "triaged"


def test_the_database_saying_later_keeps_the_form_and_says_so(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    press(desk_side, slack, ADA, ref, "case_note")
    form(slack, ADA)
    desk_side.store.close()
    ack = slack.submit(ADA, values={"text": "words that must not be lost"})
    assert ack is not None
    assert "later" in ack.payload["errors"]["text"]


def test_a_button_with_a_value_that_is_none_of_ours_is_a_sentence(
    desk_side: Turned, slack: SlackServer, ref: str
) -> None:
    ts = desk_side.card_of(ref)["ts"]
    for block in slack.messages[TRIAGE][0]["blocks"]:
        for button in block.get("elements", ()):
            button["value"] = "'; drop table cases"
    assert slack.press(ADA, TRIAGE, ts, "case_take") is not None
    whispered(slack, "not a case reference")


def test_two_people_pressing_at_once_make_one_owner(desk_side: Turned, slack: SlackServer, ref: str) -> None:
    presses = [threading.Thread(target=press, args=(desk_side, slack, user, ref, "case_take")) for user in (ADA, LEE)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    whispered(slack, "has")
    assert desk_side.case(ref).owner in {"slack:U0ADA", "slack:U0LEE"}


def test_a_user_group_that_changes_counts_at_once(slack: SlackServer, tmp_path: Path) -> None:
    slack.add_usergroup("S0DEANS", "deans", [])
    with slack_side(slack, tmp_path) as turned:
        ref = turned.open_case()
        turned.redraw_all()
        press(turned, slack, LEE, ref, "case_level")
        assert "ISF 4" not in str(form(slack, LEE))
        slack.close_view(LEE)
        slack.workspace.usergroups["S0DEANS"] = ("deans", [LEE])
        slack.send_event({"type": "subteam_members_changed", "subteam_id": "S0DEANS"})
        press(turned, slack, LEE, ref, "case_level")
        assert "ISF 4" in str(form(slack, LEE))
