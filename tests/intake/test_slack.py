"""What a Slack payload becomes: kept content that is equal in every delivery, and a Submission that names nobody."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail import NO_WORDS
from intake.slack import Heard, heard_command, heard_event, heard_shortcut, plain, submission_from
from tracker.errors import Unreadable
from tracker.submission import Submission

BOT = "U0BOT00000"


def a_message(**changes: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "channel": "C0INTAKE01",
        "channel_type": "channel",
        "user": "U0LEARNER1",
        "ts": "1795401880.000100",
        "text": "No supervisor on nights &amp; nobody answers <@U0SENIOR01>",
    } | changes


def an_event(event: dict[str, Any], *, event_id: str = "Ev1") -> dict[str, Any]:
    return {"type": "event_callback", "team_id": "T0DESK0001", "event_id": event_id, "event": event}


def heard(event: dict[str, Any], **changes: Any) -> Heard:
    found = heard_event(an_event(event, **changes), bot_user=BOT)
    assert found is not None
    return found


def read(found: Heard) -> Submission:
    return submission_from(found.content, found.envelope)


def test_a_message_becomes_a_submission_that_names_nobody() -> None:
    submission = read(heard(a_message()))
    assert submission.new_text == "No supervisor on nights & nobody answers @U0SENIOR01"
    assert submission.sent_at == datetime(2026, 11, 23, 2, 44, 40, 100, tzinfo=UTC)
    assert submission.author is not None
    assert (submission.author.name, submission.author.email) == ("", "")
    assert submission.slack is not None
    assert (submission.slack.user, submission.slack.kind, submission.slack.team) == (
        "U0LEARNER1",
        "message",
        "T0DESK0001",
    )


def test_a_redelivery_has_the_same_content_whatever_its_envelope_says() -> None:
    first, again = heard(a_message()), heard(a_message(client_msg_id="x", blocks=[]), event_id="Ev2")
    assert first.content == again.content
    assert first.message_id == again.message_id == "C0INTAKE01/1795401880.000100"


def test_a_mention_beside_its_message_is_the_same_message() -> None:
    mention = {key: value for key, value in a_message(type="app_mention").items() if key != "channel_type"}
    assert heard(mention).content == heard(a_message()).content


def test_two_equal_sentences_at_two_times_are_two_messages() -> None:
    assert heard(a_message()).content != heard(a_message(ts="1795401881.000100")).content


@pytest.mark.parametrize(
    "event",
    [
        a_message(bot_id="B0OTHER001"),
        a_message(subtype="bot_message"),
        a_message(user=BOT),
        a_message(subtype="channel_join"),
        a_message(user=""),
        a_message(channel=None),
        {"type": "reaction_added", "user": "U0LEARNER1"},
    ],
)
def test_what_no_person_said_is_not_kept(event: dict[str, Any]) -> None:
    assert heard_event(an_event(event), bot_user=BOT) is None


def test_a_direct_message_is_one_even_within_a_thread() -> None:
    found = heard(a_message(channel="D0PRIVATE1", channel_type="im", thread_ts="1795401000.000000"))
    assert found.kind == "direct_message"


def test_a_post_in_a_thread_knows_its_parent() -> None:
    submission = read(heard(a_message(thread_ts="1795401000.000000")))
    assert submission.slack is not None
    assert (submission.slack.kind, submission.slack.thread_ts) == ("thread", "1795401000.000000")


def test_the_first_post_of_a_thread_is_an_ordinary_message() -> None:
    assert heard(a_message(thread_ts="1795401880.000100")).kind == "message"


def an_edit(text: str, before: str = "old words", **message: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C0INTAKE01",
        "event_ts": "1795401990.000100",
        "message": a_message(text=text, edited={"ts": "1795401990.000000"}) | message,
        "previous_message": a_message(text=before),
    }


def test_an_edit_carries_the_new_words_and_the_place_of_the_old() -> None:
    found = heard(an_edit("new words"))
    assert (found.kind, found.message_id) == ("edited", "C0INTAKE01/1795401880.000100")
    assert read(found).new_text == "new words"


def test_an_unfurled_link_is_no_edit() -> None:
    assert heard_event(an_event(an_edit("same", before="same"))) is None


def test_a_deletion_says_which_message_is_gone_and_not_what_it_said() -> None:
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "channel": "C0INTAKE01",
        "deleted_ts": "1795401880.000100",
        "previous_message": a_message(text="a name that was taken back"),
    }
    found = heard(event)
    assert (found.kind, found.message_id) == ("deleted", "C0INTAKE01/1795401880.000100")
    assert b"a name" not in found.content
    assert read(found).text == ""


def test_a_deleted_parent_of_a_thread_is_a_deletion() -> None:
    assert heard(an_edit("This message was deleted.", subtype="tombstone")).kind == "deleted"


def test_a_deleted_card_of_ours_is_not_kept() -> None:
    event = {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.0",
             "previous_message": {"bot_id": "B1", "user": BOT, "text": "card"}}  # fmt: skip
    assert heard_event(an_event(event), bot_user=BOT) is None


def test_a_shared_message_is_read_as_a_forward() -> None:
    shared = [{"is_share": True, "text": "The rota has two gaps"}, {"text": "a preview of a link"}]
    submission = read(heard(a_message(text="can you look?", attachments=shared)))
    assert (submission.new_text, submission.quoted_text) == ("can you look?", "The rota has two gaps")
    assert submission.is_forward
    assert "preview" not in submission.text


def test_a_share_without_a_word_has_the_shared_words_as_its_new_text() -> None:
    shared = [{"is_msg_unfurl": True, "text": "The rota has two gaps"}]
    assert read(heard(a_message(text="", attachments=shared))).new_text == "The rota has two gaps"


def test_files_are_named_and_stay_in_slack() -> None:
    files = [{"id": "F1", "name": "rota.png", "mimetype": "image/png", "size": 12, "url_private": "https://x"}]
    (attachment,) = read(heard(a_message(subtype="file_share", files=files))).attachments
    assert (attachment.filename, attachment.size, attachment.content) == ("rota.png", 12, None)


def a_shortcut(**changes: Any) -> dict[str, Any]:
    return {
        "type": "message_action",
        "callback_id": "open_case",
        "team": {"id": "T0DESK0001"},
        "channel": {"id": "C0RANDOM01", "name": "random"},
        "user": {"id": "U0STAFF001"},
        "message": a_message(channel=None),
    } | changes


def test_a_shortcut_is_told_by_who_chose_it_and_keeps_whose_words_they_are() -> None:
    found = heard_shortcut(a_shortcut())
    assert found is not None
    assert json.loads(found.content)["user"] == "U0LEARNER1"
    submission = read(found)
    assert submission.slack is not None
    assert (submission.slack.user, submission.slack.kind) == ("U0STAFF001", "shortcut")
    assert submission.proxy is not None


def test_a_shortcut_on_ones_own_message_passes_nothing_on() -> None:
    found = heard_shortcut(a_shortcut(user={"id": "U0LEARNER1"}))
    assert found is not None
    assert read(found).proxy is None


def test_two_people_choosing_one_message_keep_it_once() -> None:
    first, second = heard_shortcut(a_shortcut()), heard_shortcut(a_shortcut(user={"id": "U0STAFF002"}))
    assert first is not None
    assert second is not None
    assert first.content == second.content


def test_a_command_is_kept_with_its_words() -> None:
    body = {"team_id": "T0DESK0001", "channel_id": "C0RANDOM01", "user_id": "U0STAFF001"}
    found = heard_command(body, text="F1s at Seaham have no rota", trigger_id="13.37.abc")
    other = heard_command(body, text="F1s at Seaham have no rota", trigger_id="13.38.abc")
    assert found.content != other.content
    submission = read(found)
    assert submission.text == "F1s at Seaham have no rota"
    assert submission.message_id == "C0RANDOM01/13.37.abc"


@pytest.mark.parametrize(
    ("slack", "words"),
    [
        ("see <https://a.example/x|the page>", "see the page (https://a.example/x)"),
        ("<https://a.example>", "https://a.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<!channel> <!subteam^S1|@duty> <#C1|wards>", "@channel @duty #wards"),
        ("<!date^1795401880^{date}|23 November>", "23 November"),
        ("1 &lt; 2 &amp;amp; 3", "1 < 2 &amp; 3"),
        ("a\r\nb\0", "a\nb\ufffd"),
    ],
)
def test_slack_markup_reads_as_a_person_would(slack: str, words: str) -> None:
    assert plain(slack) == words


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"kind":"message"}', b'{"kind":"x"}', b"\xff"])
def test_what_is_not_ours_is_unreadable_and_not_quoted(content: bytes) -> None:
    with pytest.raises(Unreadable) as fault:
        submission_from(content, {})
    assert "message" in fault.value.reason


@given(st.text())
def test_any_text_comes_out_clean(text: str) -> None:
    submission = read(heard(a_message(text=text)))
    submission.text.encode("utf-8")
    assert "\0" not in submission.text
    assert json.loads(submission.model_dump_json())["text"] == submission.text


KEYS = ["type", "subtype", "channel", "user", "ts", "text", "message", "files", "attachments", "size"]
LEAVES = st.none() | st.booleans() | st.integers() | st.text()
JUNK = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner))


@given(JUNK)
def test_no_payload_makes_the_ear_fall_over(junk: Any) -> None:
    event = a_message() | (junk if isinstance(junk, dict) else {"text": junk})
    found = heard_event(an_event(event), bot_user=BOT)
    if found is not None:
        read(found)


def test_files_are_named_by_where_they_lie_also_those_of_a_shared_message() -> None:
    one = {
        "id": "F1",
        "name": "../rota.pdf",
        "mimetype": "application/pdf",
        "size": 9,
        "url_private_download": "https://f/1",
    }
    other = {"id": "F2", "name": "photo.png", "mimetype": "image/png", "size": "many", "url_private": "https://f/2"}
    share = {"is_share": True, "text": "Look at this", "files": [other, one]}
    submission = read(heard(a_message(files=[one, "nonsense"], attachments=[share], subtype="file_share")))
    assert [(file.filename, file.size) for file in submission.attachments] == [("rota.pdf", 9), ("photo.png", 0)]
    assert [file.elsewhere and (file.elsewhere.file, file.elsewhere.url) for file in submission.attachments] == [
        ("F1", "https://f/1"),
        ("F2", "https://f/2"),
    ]
    assert submission.faults == ()


def test_a_message_that_is_only_a_file_says_that_it_has_no_words() -> None:
    submission = read(heard(a_message(text="", files=[{"id": "F1", "name": "photo.png"}], subtype="file_share")))
    assert submission.faults == (NO_WORDS,)
