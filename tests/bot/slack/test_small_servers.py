"""A small stand-in that knows few methods is enough: cards hang, buttons and forms work, answers arrive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import ADA, INTAKE, TRIAGE, SlackServer

UNKNOWN = (
    "users.info", "conversations.info", "conversations.list", "conversations.open", "conversations.history",
    "usergroups.users.list", "chat.postEphemeral", "views.publish",
)  # fmt: skip


@pytest.fixture
def turned(slack: SlackServer, tmp_path: Path) -> Iterator[Turned]:
    for method in UNKNOWN:
        slack.answer_next(method, error="unknown_method", times=1000)
    with slack_side(slack, tmp_path, team_id="") as made:
        yield made


def test_a_message_a_card_and_a_button(turned: Turned, slack: SlackServer) -> None:
    slack.send_message("quality-intake", ADA, "no rota on ward seven")
    turned.read_all()
    turned.redraw_all()
    turned.deliver_all()
    (case,) = turned.cases()
    (message,) = slack.messages[TRIAGE]
    slack.press(ADA, TRIAGE, message["ts"], "case_take")
    slack.wait_until(lambda: turned.case(case.ref).owner, what="the owner")
    assert turned.redraw_all() == 1
    assert "has it" in slack.messages[TRIAGE][0]["text"]


def test_a_form_and_a_refusal(turned: Turned, slack: SlackServer) -> None:
    ref = turned.open_case()
    turned.redraw_all()
    (message,) = slack.messages[TRIAGE]
    slack.press(ADA, TRIAGE, message["ts"], "case_note")
    slack.wait_until(lambda: slack.workspace.stacks[ADA], what="a form")
    ack = slack.submit(ADA, values={"text": "noted"})
    assert ack is not None
    assert ack.payload == {}
    for _ in range(2):
        slack.press(ADA, TRIAGE, message["ts"], "case_take")
    answer = slack.wait_for_message(slack.workspace.direct_channel(ADA).id, lambda each: ref in each["text"])
    assert answer["text"] == f"{ref} is yours already."


def test_a_command_and_a_shortcut(turned: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("somewhere-else", ADA, "left alone with the bleep", deliver=False)
    assert slack.message_shortcut(ADA, "open_case", "C0OTHER", ts) is not None
    assert slack.command(ADA, INTAKE, "/case", "new nobody on the rota") is not None
    assert turned.read_all() == 2
    assert len(turned.cases()) == 2
