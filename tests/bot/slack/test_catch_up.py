"""What was said while nobody listened is found afterwards: messages, edits, and replies below cards of any age."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import ADA, TRIAGE, SlackServer
from tracker.model import Mark, Message

WORDS = "no rota on ward seven"


@pytest.fixture
def turned(slack: SlackServer, tmp_path: Path) -> Iterator[Turned]:
    """A desk that was heard of an hour ago and is not connected yet."""
    with slack_side(slack, tmp_path, start=False) as made:
        heard = Mark(name="slack.contact", value="", at=made.clock - timedelta(hours=1))
        made.store.write(lambda tx: tx.add(heard))
        yield made


def connect(turned: Turned, slack: SlackServer, rows: int) -> None:
    turned.side.start()
    slack.wait_connected()
    slack.wait_until(lambda: len(turned.rows()) >= rows, what=f"{rows} messages of meanwhile")
    turned.read_all()


def test_a_reply_below_an_old_card_is_found(turned: Turned, slack: SlackServer) -> None:
    turned.open_case()
    turned.redraw_all()
    (card,) = slack.messages[TRIAGE]
    slack.send_message("quality-triage", ADA, "They called back", thread_ts=card["ts"], deliver=False)
    slack.send_message("quality-triage", ADA, "who has the kettle?", deliver=False)
    connect(turned, slack, 1)
    assert [note.text for note in turned.all_of(select(Message))] == ["They called back"]


def test_an_edit_of_a_message_that_was_kept_before_is_found(turned: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("quality-intake", ADA, WORDS, deliver=False)
    connect(turned, slack, 1)
    _, message = slack._message("quality-intake", ts)
    later = f"{float(ts) + 600:.6f}"
    message["text"], message["edited"] = f"{WORDS} again", {"user": ADA, "ts": later}
    since = datetime.fromtimestamp(float(ts) + 300, UTC)
    assert turned.side.catch_up(since) == 1
    assert turned.side.catch_up(since) == 0
    turned.read_all()
    assert [said.text for said in turned.all_of(select(Message).order_by(Message.id))] == [WORDS, f"{WORDS} again"]


def test_what_was_heard_is_not_kept_twice(turned: Turned, slack: SlackServer) -> None:
    turned.open_case()
    turned.redraw_all()
    (card,) = slack.messages[TRIAGE]
    slack.send_message("quality-intake", ADA, WORDS, deliver=False)
    slack.send_message("quality-triage", ADA, "They called back", thread_ts=card["ts"], deliver=False)
    connect(turned, slack, 2)
    slack.reset_sockets()
    slack.wait_connected(timeout=30)
    slack.send_message("quality-intake", ADA, "another one", retries=3)
    slack.wait_until(lambda: len(turned.rows()) == 3, what="the new one alone")
