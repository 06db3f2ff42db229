"""What people say in Slack is kept before it is acknowledged, once, and becomes cases and notes."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from intake.slack import submission_from
from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import ADA, GUEST, INTAKE, NOT_JOINED, TRIAGE, SlackServer
from tracker.model import AttachmentRow, InboundContent, Message, Person
from tracker.submission import Reading

WORDS = "no rota on ward seven at Seaham since Zebedee left"


def test_a_message_is_kept_before_it_is_acknowledged(desk_side: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("quality-intake", ADA, WORDS)
    assert slack.acks[-1] is not None
    (row,) = desk_side.rows()
    assert (row.channel, row.message_id, row.state) == ("slack", f"{INTAKE}/{ts}", "heard")


def test_a_message_becomes_a_case_with_a_card(desk_side: Turned, slack: SlackServer) -> None:
    slack.send_message("quality-intake", ADA, WORDS)
    assert desk_side.read_all() == 1
    desk_side.redraw_all()
    (case,) = desk_side.cases()
    assert case.ref in desk_side.card_of(case.ref)["text"]


def test_nothing_is_acknowledged_that_could_not_be_kept(desk_side: Turned, slack: SlackServer) -> None:
    desk_side.store.close()
    slack.send_message("quality-intake", ADA, WORDS)
    assert slack.acks[-1] is None


def test_a_redelivered_event_is_kept_once(desk_side: Turned, slack: SlackServer) -> None:
    slack.send_message("quality-intake", ADA, WORDS, event_id="Ev0001")
    for _ in range(3):
        assert slack.repeat_event("Ev0001") is not None
    assert len(desk_side.rows()) == 1


def test_the_same_event_four_times_at_once_is_kept_once(desk_side: Turned, slack: SlackServer) -> None:
    slack.send_message("quality-intake", ADA, WORDS, event_id="Ev0001")
    threads = [threading.Thread(target=slack.repeat_event, args=("Ev0001",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desk_side.rows()) == 1
    assert None not in slack.acks


def test_a_mention_beside_its_message_is_kept_once(desk_side: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("quality-intake", ADA, f"<@{slack.bot_user}> {WORDS}")
    mention = {"type": "app_mention", "channel": INTAKE, "user": ADA, "ts": ts, "text": f"<@{slack.bot_user}> {WORDS}"}
    assert slack.send_event(mention) is not None
    assert len(desk_side.rows()) == 1


def test_a_mention_is_heard_in_any_channel(desk_side: Turned, slack: SlackServer) -> None:
    mention = {"type": "app_mention", "channel": TRIAGE, "user": ADA, "ts": "1795401880.000100", "text": WORDS}
    assert slack.send_event(mention) is not None
    assert len(desk_side.rows()) == 1


def test_a_guest_may_report(desk_side: Turned, slack: SlackServer) -> None:
    slack.send_message("quality-intake", GUEST, WORDS)
    assert len(desk_side.rows()) == 1


def test_a_message_to_the_bot_itself_is_kept(desk_side: Turned, slack: SlackServer) -> None:
    slack.direct_message(ADA, WORDS)
    (row,) = desk_side.rows()
    assert row.envelope["kind"] == "direct_message"


@pytest.mark.parametrize(
    "more", [{"bot_id": "B0OTHER"}, {"subtype": "bot_message", "bot_id": "B0OTHER"}, {"subtype": "channel_join"}]
)
def test_bots_and_notices_are_acknowledged_and_not_kept(
    desk_side: Turned, slack: SlackServer, more: dict[str, Any]
) -> None:
    slack.send_message("quality-intake", ADA, WORDS, **more)
    assert slack.acks[-1] is not None
    assert desk_side.rows() == []


def test_another_workspace_is_acknowledged_and_not_kept(desk_side: Turned, slack: SlackServer) -> None:
    event = {"type": "message", "channel": INTAKE, "user": ADA, "ts": "1795401880.000100", "text": WORDS}
    assert slack.send_event(event, team_id="T0ELSEWHERE") is not None
    assert desk_side.rows() == []


def test_chatter_in_a_channel_of_cards_opens_no_case(desk_side: Turned, slack: SlackServer) -> None:
    slack.send_message("quality-triage", ADA, "who has the kettle?")
    assert slack.acks[-1] is not None
    assert desk_side.rows() == []


def test_only_the_chosen_channels_are_intake(slack: SlackServer, tmp_path: Path) -> None:
    slack.add_channel("C0RANDOM", "random")
    with slack_side(slack, tmp_path, intake_channels=("quality-intake",)) as turned:
        slack.send_message("random", ADA, "lunch?")
        slack.send_message("quality-intake", ADA, WORDS)
        assert [row.recipient for row in turned.rows()] == [INTAKE]


def test_a_channel_that_slack_does_not_tell_of_is_listened_to(slack: SlackServer, tmp_path: Path) -> None:
    with slack_side(slack, tmp_path, intake_channels=("quality-intake",)) as turned:
        slack.answer_next("conversations.info", error="fatal_error", times=9)
        event = {"type": "message", "channel": "C0UNKNOWN", "user": ADA, "ts": "1795401880.000100", "text": WORDS}
        assert slack.send_event(event) is not None
        assert len(turned.rows()) == 1


def test_a_post_under_a_card_becomes_a_note_that_stays(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case()
    desk_side.redraw_all()
    card = desk_side.card_of(ref)
    slack.send_message("quality-triage", ADA, "I have called the ward", thread_ts=card["ts"])
    assert desk_side.read_all() == 1
    notes = desk_side.all_of(select(Message))
    assert [(note.direction, note.kind, note.text) for note in notes] == [
        ("internal", "note", "I have called the ward")
    ]
    assert desk_side.deliver_all() == 0


def test_an_edit_and_a_deletion_follow_their_message(desk_side: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("quality-intake", ADA, WORDS)
    slack.edit_message("quality-intake", ts, WORDS + ", two F2s")
    slack.delete_message("quality-intake", ts)
    assert [row.envelope["kind"] for row in desk_side.rows()] == ["message", "edited", "deleted"]
    desk_side.read_all()
    assert len(desk_side.cases()) == 1
    assert [row.text for row in desk_side.all_of(select(Message).order_by(Message.id))] == [WORDS, WORDS + ", two F2s"]


def test_an_edit_that_is_read_before_its_message_is_read_again_after_it(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case()
    desk_side.redraw_all()
    card = desk_side.card_of(ref)
    ts = slack.send_message("quality-triage", ADA, "Rang them", thread_ts=card["ts"], deliver=False)
    slack.edit_message("quality-triage", ts, "Rang them twice")
    desk_side.read_all()
    assert desk_side.all_of(select(Message)) == []
    original = {
        "type": "message",
        "channel": TRIAGE,
        "user": ADA,
        "ts": ts,
        "thread_ts": card["ts"],
        "text": "Rang them",
    }
    slack.send_event(original)
    desk_side.read_all()
    notes = desk_side.all_of(select(Message).order_by(Message.id))
    assert [(note.direction, note.text) for note in notes] == [
        ("internal", "Rang them"),
        ("internal", "Rang them twice"),
    ]


def test_a_report_that_turns_grave_afterwards_takes_its_card_along(desk_side: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("quality-intake", ADA, WORDS)
    desk_side.read_all()
    desk_side.redraw_all()
    slack.edit_message("quality-intake", ts, WORDS + " and worse")
    desk_side.read_all(Reading(opens_case=True, kind="concern", urgency="same_day", red_flags=("sexual_misconduct",)))
    desk_side.redraw_all()
    (case,) = desk_side.cases()
    assert case.restricted
    assert slack.messages[TRIAGE][0]["text"] == f"{case.ref} has moved to another channel."
    assert "Restricted case needs you" in slack.messages["C0RESTRICTED"][0]["text"]


def test_danger_put_into_a_report_afterwards_raises_its_urgency(desk_side: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("quality-intake", ADA, WORDS)
    desk_side.read_all()
    slack.edit_message("quality-intake", ts, WORDS + " and nobody watches the patients tonight")
    desk_side.read_all(Reading(opens_case=True, kind="concern", urgency="immediate", red_flags=("patient_harm_now",)))
    (case,) = desk_side.cases()
    assert (case.urgency, case.red_flags) == ("immediate", ["patient_harm_now"])


def test_files_that_a_mention_did_not_tell_of_are_named_by_its_message(desk_side: Turned, slack: SlackServer) -> None:
    text = f"<@{slack.bot_user}> {WORDS}"
    ts = slack.send_message("quality-intake", ADA, text, deliver=False)
    told = {"channel": INTAKE, "user": ADA, "ts": ts, "text": text}
    slack.send_event({"type": "app_mention", **told})
    slack.send_event({"type": "message", "subtype": "file_share", "files": [{"id": "F1", "name": "rota.pdf"}], **told})
    assert len(desk_side.rows()) == 1
    desk_side.read_all()
    assert [file.filename for file in desk_side.all_of(select(AttachmentRow))] == ["rota.pdf"]


def test_a_change_of_something_never_kept_is_not_kept_either(desk_side: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("quality-triage", ADA, "who has the kettle?")
    slack.edit_message("quality-triage", ts, "who has the kettles?")
    assert desk_side.rows() == []


def test_an_event_nobody_asked_for_is_acknowledged(desk_side: Turned, slack: SlackServer) -> None:
    assert slack.send_event({"type": "reaction_added", "user": ADA, "reaction": "eyes"}) is not None


def test_a_message_said_where_the_bot_is_not_opens_a_case_by_shortcut(desk_side: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("somewhere-else", GUEST, WORDS, deliver=False)
    assert slack.message_shortcut(ADA, "open_case", NOT_JOINED, ts) is not None
    (row,) = desk_side.rows()
    assert (row.envelope["kind"], row.envelope["by"]) == ("shortcut", ADA)
    told = slack.wait_for_message(slack.workspace.direct_channel(ADA).id)
    assert "kept" in told["text"]


def test_a_shortcut_on_a_message_that_is_a_case_names_the_case(desk_side: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("quality-intake", ADA, WORDS)
    desk_side.read_all()
    slack.message_shortcut(ADA, "open_case", INTAKE, ts)
    (case,) = desk_side.cases()
    slack.wait_until(lambda: slack.ephemerals, what="a private answer")
    assert case.ref in slack.ephemerals[-1]["text"]
    assert len(desk_side.rows()) == 1


def test_the_title_of_whoever_posts_reaches_the_reader_and_nothing_else(desk_side: Turned, slack: SlackServer) -> None:
    slack.workspace.users[ADA].title = "FY2, acute medicine"
    slack.send_message("quality-intake", ADA, WORDS)
    slack.send_message("quality-intake", ADA, WORDS + " again")
    row = desk_side.rows()[0]
    submission = submission_from(desk_side.all_of(select(InboundContent))[0].content, row.envelope)
    assert submission.sender is not None
    assert submission.author == submission.sender
    assert (submission.sender.name, submission.sender.email) == ("FY2, acute medicine", "")
    assert len(slack.calls_of("users.info")) == 1
    desk_side.read_all()
    desk_side.redraw_all()
    assert [person.name for person in desk_side.all_of(select(Person))] == [""]
    assert "FY2" not in slack.everything_sent()


def test_of_a_message_that_is_passed_on_both_titles_are_told(desk_side: Turned, slack: SlackServer) -> None:
    slack.workspace.users[ADA].title = "Training programme director"
    slack.workspace.users[GUEST].title = "Student nurse"
    ts = slack.send_message("somewhere-else", GUEST, WORDS, deliver=False)
    slack.message_shortcut(ADA, "open_case", NOT_JOINED, ts)
    (row,) = desk_side.rows()
    submission = submission_from(desk_side.all_of(select(InboundContent))[0].content, row.envelope)
    assert submission.sender is not None
    assert submission.author is not None
    assert (submission.sender.name, submission.author.name) == ("Training programme director", "Student nurse")


@pytest.mark.parametrize("fault", [{"error": "missing_scope"}, {"status": 503}, {"error": "unknown_method"}])
def test_where_slack_tells_no_title_the_message_is_kept_without(
    slack: SlackServer, tmp_path: Path, fault: dict[str, Any]
) -> None:
    with slack_side(slack, tmp_path) as turned:
        slack.answer_next("users.info", times=9, **fault)
        for number in range(3):
            slack.send_message("quality-intake", ADA, f"{WORDS} {number}")
        assert None not in slack.acks
        assert [row.envelope["titles"] for row in turned.rows()] == [{}, {}, {}]
        assert len(slack.calls_of("users.info")) == 1
