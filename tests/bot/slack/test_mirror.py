"""A card is redrawn until it shows its case; never twice, never where outsiders read, and its troubles are seen."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import GUEST, RESTRICTED, STRANGER, TRIAGE, SlackServer
from tracker import cards
from tracker.history import record
from tracker.model import Card, Case, Exclusion, Message


@pytest.fixture
def turned(slack: SlackServer, tmp_path: Path) -> Any:
    """Not connected: a mirror needs no socket."""
    with slack_side(slack, tmp_path, start=False) as made:
        yield made


def change(turned: Turned, ref: str, **columns: Any) -> None:
    def job(tx: Any) -> None:
        case = tx.scalars(select(Case).where(Case.ref == ref)).one()
        for name, value in columns.items():
            setattr(case, name, value)
        record(tx, case, actor="desk", kind="changed", detail={}, now=turned.now())

    turned.store.write(job)


def the_card(turned: Turned) -> Card:
    (card,) = turned.all_of(select(Card))
    return card


def test_a_card_is_posted_once_and_then_updated_in_place(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    assert turned.redraw_all() == 1
    change(turned, ref, status="triaged", owner="slack:U0ADA")
    assert turned.redraw_all() == 1
    (message,) = slack.messages[TRIAGE]
    assert "<@U0ADA> has it" in message["text"]
    assert the_card(turned).shown_revision == turned.case(ref).revision
    assert message["metadata"] == {"event_type": "quality_desk_card", "event_payload": {"ref": ref}}


def test_many_changes_are_one_redrawing(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    turned.redraw_all()
    for number in range(20):
        change(turned, ref, department=f"Ward {number}")
    assert turned.redraw_all() == 1
    assert len(slack.calls_of("chat.update")) == 1


def test_nothing_is_unfurled_and_no_name_becomes_a_mention(turned: Turned, slack: SlackServer) -> None:
    turned.open_case()
    turned.redraw_all()
    (call,) = slack.calls_of("chat.postMessage")
    assert not any(
        call.params.get(name) in (True, "true", "1") for name in ("unfurl_links", "unfurl_media", "link_names")
    )


def test_a_channel_that_is_a_name_is_found_by_it(turned: Turned, slack: SlackServer) -> None:
    turned.open_case("quality-restricted", restricted=True)
    turned.redraw_all()
    assert slack.calls_of("chat.postMessage")[0].params["channel"] == RESTRICTED


def test_a_channel_that_is_not_listed_is_posted_to_by_name(turned: Turned, slack: SlackServer) -> None:
    slack.answer_next("conversations.list", error="unknown_method", times=2)
    slack.answer_next("conversations.info", error="unknown_method", times=2)
    turned.open_case()
    turned.redraw_all()
    assert slack.calls_of("chat.postMessage")[0].params["channel"] == "#quality-triage"
    assert the_card(turned).posted_in == TRIAGE


@pytest.mark.parametrize("facts", [{"is_ext_shared": True}, {"is_pending_ext_shared": True}, {"is_archived": True}])
def test_no_card_hangs_where_outsiders_read(turned: Turned, slack: SlackServer, facts: dict[str, bool]) -> None:
    slack.add_channel("C0OPEN", "open-house", **facts)
    turned.open_case("C0OPEN")
    turned.redraw_all()
    assert slack.messages["C0OPEN"] == []
    assert "channel is" in (the_card(turned).last_error or "")


def test_a_channel_shared_later_is_not_updated_any_more(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case()
    desk_side.redraw_all()
    slack.channel(TRIAGE).is_ext_shared = True
    assert slack.send_event({"type": "channel_shared", "channel": TRIAGE}) is not None
    change(desk_side, ref, owner="slack:U0ADA")
    desk_side.redraw_all()
    assert "U0ADA" not in slack.messages[TRIAGE][0]["text"]
    assert "another organisation" in (the_card(desk_side).last_error or "")


def test_a_deleted_card_is_hung_up_again(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    turned.redraw_all()
    slack.messages[TRIAGE].clear()
    change(turned, ref, owner="slack:U0ADA")
    turned.redraw_all()
    (message,) = slack.messages[TRIAGE]
    assert message["ts"] == the_card(turned).ts


def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(turned: Turned, slack: SlackServer) -> None:
    slack.drop_answer_next("chat.postMessage")
    turned.open_case()
    turned.redraw_all()
    (message,) = slack.messages[TRIAGE]
    assert the_card(turned).ts == message["ts"]


def test_a_post_lost_with_its_answer_is_posted_again(turned: Turned, slack: SlackServer) -> None:
    slack.drop_answer_next("chat.postMessage", perform=False)
    turned.open_case()
    turned.redraw_all()
    assert slack.messages[TRIAGE] == []
    turned.later(seconds=10)
    turned.redraw_all()
    assert len(slack.messages[TRIAGE]) == 1


def test_a_post_of_a_process_that_died_is_found_and_brought_up_to_date(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    turned.redraw_all()

    def forget(tx: Any) -> None:
        card = tx.scalars(select(Card)).one()
        card.ts, card.posted_in, card.shown_revision, card.attempts = None, None, 0, 1

    turned.store.write(forget)
    change(turned, ref, owner="slack:U0ADA")
    turned.redraw_all()
    (message,) = slack.messages[TRIAGE]
    assert "has it" in message["text"]
    assert the_card(turned).ts == message["ts"]


@pytest.mark.parametrize("status", [500, 503])
def test_a_page_of_html_is_no_answer(turned: Turned, slack: SlackServer, status: int) -> None:
    slack.answer_next("chat.postMessage", status=status)
    turned.open_case()
    turned.redraw_all()
    assert "posted again" in (the_card(turned).last_error or "")
    turned.later(seconds=10)
    turned.redraw_all()
    assert len(slack.messages[TRIAGE]) == 1


def test_asked_to_wait_nothing_is_called_earlier(turned: Turned, slack: SlackServer) -> None:
    slack.answer_next("chat.postMessage", status=429, headers={"Retry-After": "30"})
    first = turned.open_case()
    turned.redraw_all()
    second = turned.open_case()
    turned.redraw_all()
    assert len(slack.calls_of("chat.postMessage")) == 1
    waiting = turned.all_of(select(Card))
    assert all(25 < (card.due_at - turned.now()).total_seconds() <= 30 for card in waiting)
    assert {turned.case(first).ref, turned.case(second).ref} == {ref for ref, _ in turned.store.write(cards.faults)}


def test_asked_to_wait_in_one_channel_the_others_go_on(turned: Turned, slack: SlackServer) -> None:
    slack.answer_next("chat.postMessage", status=429, headers={"Retry-After": "30"})
    turned.open_case("quality-triage")
    turned.redraw_all()
    turned.open_case("quality-urgent")
    turned.redraw_all()
    assert len(slack.messages["C0URGENT"]) == 1


def test_a_refusal_is_written_on_the_card_and_goes_when_it_is_healed(turned: Turned, slack: SlackServer) -> None:
    slack.channel("C0OTHER").members.remove(GUEST)
    ref = turned.open_case("C0OTHER")  # the bot is not in it
    turned.redraw_all()
    assert "not_in_channel" in (the_card(turned).last_error or "")
    slack.channel("C0OTHER").members.append(slack.bot_user)
    turned.later(seconds=10)
    turned.redraw_all()
    assert the_card(turned).last_error is None
    assert ref in slack.messages["C0OTHER"][0]["text"]


def test_nothing_hangs_where_a_guest_reads_along(turned: Turned, slack: SlackServer) -> None:
    slack.channel(TRIAGE).members.append(GUEST)
    turned.open_case()
    turned.redraw_all()
    assert slack.messages[TRIAGE] == []
    assert "guest" in (the_card(turned).last_error or "")


def test_a_card_stops_changing_when_somebody_from_outside_joins(turned: Turned, slack: SlackServer) -> None:
    turned.side.start()
    slack.wait_connected()
    ref = turned.open_case()
    turned.redraw_all()
    slack.channel(TRIAGE).members.append(STRANGER)
    slack.send_event({"type": "member_joined_channel", "channel": TRIAGE, "user": STRANGER, "channel_type": "C"})
    change(turned, ref, owner="slack:U0ADA")
    turned.redraw_all()
    assert "U0ADA" not in slack.messages[TRIAGE][0]["text"]
    assert the_card(turned).last_error


def test_many_readers_are_asked_for_at_once(turned: Turned, slack: SlackServer) -> None:
    for number in range(40):
        slack.channel(TRIAGE).members.append(slack.add_user(f"U0MEMBER{number}", f"Member {number}"))
    turned.open_case()
    turned.redraw_all()
    assert len(slack.messages[TRIAGE]) == 1
    assert len(slack.calls_of("users.list")) == 1
    assert slack.calls_of("users.info") == []


def test_a_case_from_which_somebody_is_kept_away_shows_no_content(turned: Turned, slack: SlackServer) -> None:
    trust = turned.desk.field.organisations.trusts[0]
    ref = turned.open_case(provider=[trust.ods])
    turned.redraw_all()
    assert trust.name in slack.messages[TRIAGE][0]["text"]
    case_id = turned.case(ref).id
    turned.store.write(lambda tx: tx.add(Exclusion(case_id=case_id, staff="slack:U0KIM", why="was their tutor")))
    change(turned, ref)
    turned.redraw_all()
    (message,) = slack.messages[TRIAGE]
    assert trust.name not in str(message)
    assert ref in message["text"]


def test_slack_out_of_reach_is_tried_again(turned: Turned, slack: SlackServer) -> None:
    turned.open_case()
    slack.answer_next("*", status=503, times=5)
    turned.redraw_all()
    assert the_card(turned).last_error
    slack.behave()
    turned.later(seconds=120)
    turned.redraw_all()
    assert len(slack.messages[TRIAGE]) == 1


def test_after_an_outage_all_cards_are_redrawn_at_once(turned: Turned, slack: SlackServer) -> None:
    refs = [turned.open_case() for _ in range(4)]
    for _ in range(8):
        slack.answer_next("*", status=503, times=4)
        turned.redraw_all()
        turned.later(seconds=1)
    slack.behave()
    turned.later(minutes=6)
    for ref in refs[:2]:
        change(turned, ref)
    assert len(turned.all_of(select(Card).where(Card.last_error.is_not(None)))) == 4
    turned.redraw_all()
    assert {message["metadata"]["event_payload"]["ref"] for message in slack.messages[TRIAGE]} == set(refs)
    assert turned.all_of(select(Card).where(Card.last_error.is_not(None))) == []


def test_two_mirrors_draw_a_card_once(turned: Turned, slack: SlackServer) -> None:
    for _ in range(6):
        turned.open_case()
    mirrors = [threading.Thread(target=turned.redraw_all) for _ in range(3)]
    for mirror in mirrors:
        mirror.start()
    for mirror in mirrors:
        mirror.join()
    assert len(slack.messages[TRIAGE]) == 6


def test_a_card_changed_while_it_was_drawn_is_drawn_again(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    slack.delay_next("chat.postMessage", 0.5)
    drawing = threading.Thread(target=turned.redraw_all)
    drawing.start()
    slack.wait_until(lambda: slack.calls_of("chat.postMessage"))
    change(turned, ref, owner="slack:U0ADA")
    drawing.join()
    turned.redraw_all()
    assert "has it" in slack.messages[TRIAGE][0]["text"]


def move(turned: Turned, ref: str, channel: str, **columns: Any) -> None:
    """The case is told to another channel, as after a correction."""

    def job(tx: Any) -> None:
        case = tx.scalars(select(Case).where(Case.ref == ref)).one()
        for name, value in columns.items():
            setattr(case, name, value)
        cards.move(tx, case, channel, now=turned.now())
        record(tx, case, actor="desk", kind="changed", detail={}, now=turned.now())

    turned.store.write(job)


def test_a_card_that_moves_leaves_a_line_without_content(turned: Turned, slack: SlackServer) -> None:
    trust = turned.desk.field.organisations.trusts[0]
    ref = turned.open_case(provider=[trust.ods])
    turned.redraw_all()
    move(turned, ref, "quality-urgent")
    turned.redraw_all()
    (old,), (new,) = slack.messages[TRIAGE], slack.messages["C0URGENT"]
    assert old["text"] == f"{ref} has moved to #quality-urgent."
    assert [block["type"] for block in old["blocks"]] == ["context"]
    assert trust.name in new["text"]
    change(turned, ref, owner="slack:U0ADA")
    assert turned.redraw_all() == 1
    assert "has it" in slack.messages["C0URGENT"][0]["text"]
    assert "has it" not in slack.messages[TRIAGE][0]["text"]


def test_a_card_that_moves_to_the_few_does_not_say_where(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    turned.redraw_all()
    move(turned, ref, "quality-restricted", restricted=True)
    turned.redraw_all()
    assert slack.messages[TRIAGE][0]["text"] == f"{ref} has moved to another channel."
    assert "Restricted case needs you" in slack.messages[RESTRICTED][0]["text"]


def test_a_card_that_moves_back_lives_where_it_hung(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    turned.redraw_all()
    for channel in ("quality-urgent", "quality-triage"):
        move(turned, ref, channel)
        turned.redraw_all()
    (old,), (other,) = slack.messages[TRIAGE], slack.messages["C0URGENT"]
    assert "Nobody has it yet" in old["text"]
    assert other["text"] == f"{ref} has moved to #quality-triage."


def test_where_nothing_may_be_posted_any_more_the_old_card_is_deleted(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    turned.redraw_all()
    slack.channel(TRIAGE).is_ext_shared = True
    turned.side._forget_channel(TRIAGE)
    move(turned, ref, "quality-urgent")
    turned.redraw_all()
    assert slack.messages[TRIAGE] == []
    assert len(slack.messages["C0URGENT"]) == 1
    assert turned.all_of(select(Card).where(Card.last_error.is_not(None))) == []


def test_an_old_card_in_an_archived_channel_is_let_be(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    turned.redraw_all()
    slack.channel(TRIAGE).is_archived = True
    turned.side._forget_channel(TRIAGE)
    slack.answer_next("chat.delete", error="is_archived")
    move(turned, ref, "quality-urgent")
    turned.redraw_all()
    assert {card.state for card in turned.all_of(select(Card))} == {"live", "left"}


def test_an_old_card_whose_post_may_hang_unknown_is_looked_for(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    turned.redraw_all()

    def forget(tx: Any) -> None:
        card = tx.scalars(select(Card)).one()
        card.ts, card.posted_in, card.shown_revision, card.attempts = None, None, 0, 1

    turned.store.write(forget)
    move(turned, ref, "quality-urgent")
    turned.redraw_all()
    assert slack.messages[TRIAGE][0]["text"] == f"{ref} has moved to #quality-urgent."


def test_an_old_card_that_somebody_deleted_is_left_alone(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    turned.redraw_all()
    slack.messages[TRIAGE].clear()
    move(turned, ref, "quality-urgent")
    turned.redraw_all()
    assert slack.messages[TRIAGE] == []
    assert {card.state for card in turned.all_of(select(Card))} == {"live", "left"}


def test_below_an_old_card_notes_are_still_notes(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case()
    desk_side.redraw_all()
    (old,) = slack.messages[TRIAGE]
    move(desk_side, ref, "quality-urgent")
    desk_side.redraw_all()
    slack.send_message("quality-triage", "U0ADA", "They rang back", thread_ts=old["ts"])
    assert desk_side.read_all() == 1
    assert [note.text for note in desk_side.all_of(select(Message))] == ["They rang back"]
