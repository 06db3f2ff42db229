"""Two processes on one app and one database: each event reaches one of them, any of them, and nothing is done twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import ADA, TRIAGE, SlackServer
from tracker.model import Message


@pytest.fixture
def two(slack: SlackServer, tmp_path: Path) -> Iterator[tuple[Turned, Turned]]:
    with slack_side(slack, tmp_path) as one, slack_side(slack, tmp_path) as other:
        slack.wait_connected(2)
        yield one, other


def test_a_redelivery_to_the_other_desk_is_a_repeat(two: tuple[Turned, Turned], slack: SlackServer) -> None:
    for number in range(6):
        slack.lose_acks()
        slack.send_message("quality-intake", ADA, f"no rota on ward {number}", retries=2)
    assert len(two[0].rows()) == 6
    assert two[0].read_all() + two[1].read_all() == 6
    assert len(two[0].cases()) == 6


def test_the_same_event_at_the_same_moment_is_kept_once(two: tuple[Turned, Turned], slack: SlackServer) -> None:
    ts = slack.send_message("quality-intake", ADA, "no rota on ward seven", deliver=False)
    event = {"type": "message", "channel": "C0INTAKE", "user": ADA, "text": "no rota on ward seven", "ts": ts}
    acks = slack.send_event_at_once(event, 4)
    assert None not in acks
    assert len(two[0].rows()) == 1


def test_a_form_opened_by_one_desk_may_be_sent_to_the_other(two: tuple[Turned, Turned], slack: SlackServer) -> None:
    ref = two[0].open_case()
    assert two[0].redraw_all() + two[1].redraw_all() == 1
    (card,) = slack.messages[TRIAGE]
    for number in range(4):
        slack.press(ADA, TRIAGE, card["ts"], "case_note")
        slack.wait_until(lambda: slack.workspace.stacks[ADA], what="a form")
        slack.submit(ADA, values={"text": f"note {number}"})
    assert sorted(note.text for note in two[1].all_of(select(Message))) == [f"note {number}" for number in range(4)]
    assert two[1].case(ref).first_read_at is not None
