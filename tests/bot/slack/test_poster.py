"""Slack posts of the outbox leave once, reach whom they should, and every end is an outcome with a sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import ADA, TRIAGE, SlackServer
from tracker.outbox import ClaimedParcel, Deferred, Refused, Sent, Uncertain


@pytest.fixture
def turned(slack: SlackServer, tmp_path: Path) -> Iterator[Turned]:
    """Not connected: posts need no socket."""
    with slack_side(slack, tmp_path, start=False) as made:
        yield made


def a_parcel(
    text: str = "QD-7F3K-9MX waits", *, to: str = "", channel: str = "quality-triage", **more: Any
) -> ClaimedParcel:
    content = {"channel": "" if to else channel, "text": text, "blocks": []} | more.pop("content", {})
    given = {"id": 7, "channel": "slack", "occasion": "reminder", "case_id": None, "to": to, "content": content,
             "message_id": "", "machine_made": True, "attempts": 1}  # fmt: skip
    return ClaimedParcel(**(given | more))


def test_a_post_leaves_and_its_place_is_told(turned: Turned, slack: SlackServer) -> None:
    outcome = turned.side.deliver(a_parcel())
    (message,) = slack.messages[TRIAGE]
    assert outcome == Sent(f"{TRIAGE}/{message['ts']}")
    assert message["metadata"]["event_payload"] == {"parcel": "7"}


def test_a_private_answer_goes_to_the_persons_own_conversation(turned: Turned, slack: SlackServer) -> None:
    assert isinstance(turned.side.deliver(a_parcel(to=ADA)), Sent)
    assert len(slack.messages[slack.workspace.direct_channel(ADA).id]) == 1


def test_nobody_is_called_by_everybodys_name(turned: Turned, slack: SlackServer) -> None:
    turned.side.deliver(a_parcel("<!subteam^S1> look <!channel> <!here|here> <!everyone>"))
    text = slack.messages[TRIAGE][0]["text"]
    assert text == "<!subteam^S1> look @channel @here @everyone"
    assert "<!channel>" not in str(slack.messages[TRIAGE])


def test_a_long_text_is_whole_in_its_blocks(turned: Turned, slack: SlackServer) -> None:
    lines = [f"Line {number} of a long letter to a person" for number in range(150)]
    turned.side.deliver(a_parcel("\n".join(lines)))
    shown = "\n".join(block["text"]["text"] for block in slack.messages[TRIAGE][0]["blocks"])
    assert shown.split("\n") == lines


def test_a_channel_with_outsiders_gets_nothing(turned: Turned, slack: SlackServer) -> None:
    outcome = turned.side.deliver(a_parcel(channel="with-the-trust"))
    assert isinstance(outcome, Refused)
    assert "another organisation" in outcome.why
    assert not slack.messages["C0SHARED"]


def test_asked_to_wait_the_post_is_put_off_for_as_long(turned: Turned, slack: SlackServer) -> None:
    slack.answer_next("chat.postMessage", status=429, headers={"Retry-After": "7"})
    assert turned.side.deliver(a_parcel()) == Deferred(
        "Slack asked us to wait 7 seconds before the next chat.postMessage.", 7.0
    )


def test_a_lost_answer_is_looked_for(turned: Turned, slack: SlackServer) -> None:
    slack.drop_answer_next("chat.postMessage")
    assert isinstance(turned.side.deliver(a_parcel()), Sent)
    assert len(slack.messages[TRIAGE]) == 1


def test_a_lost_post_is_put_off_and_the_next_attempt_looks_first(turned: Turned, slack: SlackServer) -> None:
    slack.drop_answer_next("chat.postMessage", perform=False)
    assert isinstance(turned.side.deliver(a_parcel()), Deferred)
    assert isinstance(turned.side.deliver(a_parcel(attempts=2)), Sent)
    assert isinstance(turned.side.deliver(a_parcel(attempts=3)), Sent)
    assert len(slack.messages[TRIAGE]) == 1


def test_where_slack_does_not_let_us_look_it_is_uncertain(turned: Turned, slack: SlackServer) -> None:
    slack.drop_answer_next("chat.postMessage")
    slack.answer_next("conversations.history", error="missing_scope")
    assert isinstance(turned.side.deliver(a_parcel()), Uncertain)


def test_a_lost_answer_before_the_post_is_no_doubt_at_all(turned: Turned, slack: SlackServer) -> None:
    slack.drop_answer_next("conversations.open")
    assert isinstance(turned.side.deliver(a_parcel(to=ADA)), Deferred)


@pytest.mark.parametrize(
    "parcel",
    [a_parcel(to="U0NOBODY"), a_parcel(channel=""), a_parcel(content={"colour": "red"})],
    ids=["a person Slack does not know", "no place at all", "content of another form"],
)
def test_what_can_never_be_posted_is_refused(turned: Turned, parcel: ClaimedParcel) -> None:
    assert isinstance(turned.side.deliver(parcel), Refused)


def test_slack_out_of_reach_is_put_off(slack: SlackServer, tmp_path: Path) -> None:
    with slack_side(slack, tmp_path, start=False, api_url="http://127.0.0.1:9/api/") as turned:
        assert isinstance(turned.side.deliver(a_parcel()), Deferred)
