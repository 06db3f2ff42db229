"""Slack's own client and Bolt work against the test server's Socket Mode, and its faults are those of Slack's sockets."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack as BoltAck
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.servers.slack import ADA, INTAKE, KIM, SHARED, SlackServer
from tests.servers.slack.inhabitants import OTHER_TEAM

FORM = {
    "type": "modal",
    "callback_id": "note",
    "title": {"type": "plain_text", "text": "A note"},
    "submit": {"type": "plain_text", "text": "Save"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Words"},
            "element": {"type": "plain_text_input", "action_id": "words", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "level",
            "optional": True,
            "label": {"type": "plain_text", "text": "Level"},
            "element": {
                "type": "static_select",
                "action_id": "level",
                "options": [{"text": {"type": "plain_text", "text": f"Level {n}"}, "value": str(n)} for n in range(3)],
                "initial_option": {"text": {"type": "plain_text", "text": "Level 1"}, "value": "1"},
            },
        },
    ],
}
CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "A case"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "take", "value": "QD-1", "text": {"type": "plain_text", "text": "Take"}}
        ],
    },
]


class Bot:
    """A small bot on Bolt's synchronous client that keeps what it heard and answers in the ways Bolt can."""

    def __init__(self, slack: SlackServer) -> None:
        self.heard: list[tuple[str, Any]] = []
        app = App(client=WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[]))
        app.event("message")(self.message)
        app.event("app_home_opened")(self.home)
        app.action("take")(self.take)
        app.view("note")(self.note)
        app.view_closed("note")(self.closed)
        app.command("/case")(self.command)
        app.shortcut("make_case")(self.shortcut)
        self.handler = SocketModeHandler(app, slack.app_token, ping_interval=1)
        self.handler.connect()  # type: ignore[no-untyped-call]

    def leave(self, slack: SlackServer) -> None:
        """Come off the line and stay off; closing for good is slow and is done for all bots at once."""
        self.handler.client.auto_reconnect_enabled = False
        slack.reset_sockets()
        slack.wait_until(lambda: not self.handler.client.is_connected(), what="the bot's end of the line")

    def of(self, kind: str) -> list[Any]:
        return [what for heard, what in self.heard if heard == kind]

    def message(self, body: dict[str, Any]) -> None:
        self.heard.append(("message", body))

    def home(self, event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

    def take(self, ack: BoltAck, body: dict[str, Any], client: WebClient) -> None:
        ack()
        self.heard.append(("take", body))
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    def note(self, ack: BoltAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        self.heard.append(("note", body))
        words = view["state"]["values"]["words"]["words"]["value"]
        if words == "wrong":
            ack(response_action="errors", errors={"words": "Say something else."})
        elif words == "change":
            ack(response_action="update", view={**FORM, "title": {"type": "plain_text", "text": "Changed"}})
        else:
            ack()

    def closed(self, ack: BoltAck, body: dict[str, Any]) -> None:
        ack()
        self.heard.append(("closed", body))

    def command(self, ack: BoltAck, command: dict[str, Any], respond: Any) -> None:
        ack("working on it")
        respond(f"done: {command['text']}")

    def shortcut(self, ack: BoltAck, body: dict[str, Any]) -> None:
        ack()
        self.heard.append(("shortcut", body))


@pytest.fixture(scope="module")
def gone() -> Iterator[list[Bot]]:
    """The bots that have left, closed together at the end: Slack's client takes a second to stop its threads."""
    bots: list[Bot] = []
    yield bots
    closing = [threading.Thread(target=bot.handler.close) for bot in bots]
    for thread in closing:
        thread.start()
    for thread in closing:
        thread.join()


@pytest.fixture
def bot(slack: SlackServer, gone: list[Bot]) -> Iterator[Bot]:
    running = Bot(slack)
    slack.wait_connected()
    yield running
    running.leave(slack)
    gone.append(running)


def card(slack: SlackServer) -> str:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    return str(client.chat_postMessage(channel=INTAKE, text="A case", blocks=CARD)["ts"])


# What people do


def test_a_message_is_heard_and_acknowledged(slack: SlackServer, bot: Bot) -> None:
    ts = slack.send_message(INTAKE, ADA, "help", event_id="Ev1")
    assert slack.acks[-1] is not None
    slack.wait_until(lambda: bot.of("message"))
    body = bot.of("message")[0]
    assert (body["event_id"], body["event"]["text"], body["event"]["ts"]) == ("Ev1", "help", ts)


def test_edits_and_deletions_are_events_of_their_own(slack: SlackServer, bot: Bot) -> None:
    ts = slack.send_message(INTAKE, ADA, "one")
    slack.edit_message(INTAKE, ts, "two")
    slack.delete_message(INTAKE, ts)
    slack.wait_until(lambda: len(bot.of("message")) == 3)
    kinds = {body["event"].get("subtype"): body["event"] for body in bot.of("message")}
    assert kinds["message_changed"]["message"]["text"] == "two"
    assert kinds["message_changed"]["previous_message"]["text"] == "one"
    assert kinds["message_deleted"]["deleted_ts"] == ts
    assert slack.messages[INTAKE] == []


def test_an_event_tells_of_another_team_and_of_a_shared_channel(slack: SlackServer, bot: Bot) -> None:
    event = {"type": "message", "channel": SHARED, "user": ADA, "text": "hi", "ts": "1.000001"}
    slack.send_event(event, team_id=OTHER_TEAM)
    slack.wait_until(lambda: bot.of("message"))
    assert bot.of("message")[0]["team_id"] == OTHER_TEAM
    assert bot.of("message")[0]["is_ext_shared_channel"]


def test_a_button_opens_a_form_that_is_filled_in_and_sent(slack: SlackServer, bot: Bot) -> None:
    ts = card(slack)
    assert slack.press(ADA, INTAKE, ts, "take") is not None
    pressed = bot.of("take")[0]
    assert pressed["actions"][0]["value"] == "QD-1"
    assert pressed["container"]["message_ts"] == pressed["message"]["ts"] == ts
    slack.wait_until(lambda: slack.workspace.stacks[ADA])
    ack = slack.submit(ADA, values={"Words": "well seen", "level": "2"})
    assert ack is not None
    assert ack.payload == {}
    values = bot.of("note")[0]["view"]["state"]["values"]
    assert values["words"]["words"] == {"type": "plain_text_input", "value": "well seen"}
    assert values["level"]["level"]["selected_option"]["value"] == "2"
    with pytest.raises(AssertionError, match="no modal open"):
        slack.view_of(ADA)


def opened(slack: SlackServer) -> dict[str, Any]:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    view: dict[str, Any] = client.views_open(trigger_id=slack.workspace.new_trigger(ADA), view=FORM)["view"]
    return view


def test_a_form_with_errors_stays_open_and_an_update_changes_it(slack: SlackServer, bot: Bot) -> None:
    view = opened(slack)
    wrong = slack.submit(ADA, view, {"Words": "wrong"})
    assert wrong is not None
    assert wrong.payload["errors"] == {"words": "Say something else."}
    assert slack.view_of(ADA)["id"] == view["id"]
    slack.submit(ADA, view, {"Words": "change"})
    assert slack.view_of(ADA)["title"]["text"] == "Changed"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "is empty"),
        ({"Words": "x" * 21}, "too long"),
        ({"Words": "x", "Nothing": "x"}, "has no field"),
        ({"Words": "x", "level": "9"}, "does not offer"),
    ],
)
def test_a_form_is_not_sent_where_slack_would_not_send_it(slack: SlackServer, values: dict[str, str], why: str) -> None:
    view = opened(slack)
    with pytest.raises(AssertionError, match=why):
        slack.submit(ADA, view, values)
    assert slack.deliveries == []


def test_a_closed_form_is_told_where_it_asked_to_be(slack: SlackServer, bot: Bot) -> None:
    opened(slack)
    assert slack.close_view(ADA) is not None
    assert bot.of("closed")[0]["view"]["callback_id"] == "note"


def test_a_command_is_answered_to_the_person_alone(slack: SlackServer, bot: Bot) -> None:
    ack = slack.command(KIM, INTAKE, "/case", "new ward 5")
    assert ack is not None
    slack.wait_until(lambda: len(slack.ephemerals) == 2)
    assert {shown["text"] for shown in slack.ephemerals} == {"working on it", "done: new ward 5"}
    assert {shown["user"] for shown in slack.ephemerals} == {KIM}


def test_a_message_shortcut_brings_the_message_along(slack: SlackServer, bot: Bot) -> None:
    ts = slack.send_message(INTAKE, KIM, "look at this", deliver=False)
    assert slack.message_shortcut(ADA, "make_case", INTAKE, ts) is not None
    body = bot.of("shortcut")[0]
    assert (body["user"]["id"], body["message"]["text"]) == (ADA, "look at this")


def test_a_home_is_published_when_it_is_opened_and_its_buttons_have_no_channel(slack: SlackServer, bot: Bot) -> None:
    slack.open_home(ADA)
    slack.wait_until(lambda: ADA in slack.homes)
    assert slack.press_in_view(ADA, slack.homes[ADA], "take") is not None
    assert "channel" not in bot.of("take")[0]
    assert bot.of("take")[0]["view"]["type"] == "home"


def test_with_echo_a_bot_hears_what_it_said_itself() -> None:
    with SlackServer(echo=True, ack_seconds=0.2) as slack, socket_to(slack) as listener:
        listener.recv()
        card(slack)
        said = json.loads(listener.recv(2))
        assert said["payload"]["event"]["bot_id"]
        slack.wait_until(lambda: slack.deliveries)


# Breaking


def test_a_lost_acknowledgement_brings_the_same_event_again(slack: SlackServer, bot: Bot) -> None:
    slack.lose_acks()
    ack = slack.send_event(
        {"type": "message", "channel": INTAKE, "user": ADA, "text": "x", "ts": "1.000001"},
        event_id="Ev1",
        retries=3,
        timeout=1,
    )
    assert ack is not None
    assert [delivery.retry_attempt for delivery in slack.deliveries] == [0, 1]
    slack.wait_until(lambda: len(bot.of("message")) == 2)
    assert slack.repeat_event("Ev1") is not None
    slack.wait_until(lambda: len(bot.of("message")) == 3)
    assert {body["event_id"] for body in bot.of("message")} == {"Ev1"}


def test_copies_of_one_event_come_at_once(slack: SlackServer, bot: Bot) -> None:
    event = {"type": "message", "channel": INTAKE, "user": ADA, "text": "x", "ts": "1.000001"}
    assert all(slack.send_event_at_once(event, 4, event_id="Ev1"))
    slack.wait_until(lambda: len(bot.of("message")) == 4)
    assert len({delivery.envelope_id for delivery in slack.deliveries}) == 4
    assert {body["event_id"] for body in bot.of("message")} == {"Ev1"}


@pytest.mark.parametrize("fault", ["disconnect", "reset_sockets"])
def test_slacks_client_comes_back_after_a_break(slack: SlackServer, bot: Bot, fault: str) -> None:
    getattr(slack, fault)()
    slack.wait_connected()
    slack.send_message(INTAKE, ADA, "still there?")
    assert slack.acks[-1] is not None
    assert len(slack.calls_of("apps.connections.open")) == 2


def test_nobody_connected_means_nobody_heard(slack: SlackServer) -> None:
    assert slack.send_event({"type": "message", "channel": INTAKE}, timeout=0.05) is None


def socket_to(slack: SlackServer) -> ClientConnection:
    client = WebClient(token=slack.app_token, base_url=slack.api_url)
    return connect(client.apps_connections_open(app_token=slack.app_token)["url"], proxy=None)


def test_each_envelope_goes_to_one_connection(slack: SlackServer) -> None:
    heard: list[str] = []

    def listen(listener: ClientConnection) -> None:
        try:
            for raw in listener:
                envelope = json.loads(raw)
                if "envelope_id" in envelope:
                    heard.append(envelope["envelope_id"])
                    listener.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        except ConnectionClosed:
            pass  # the server has gone home

    with socket_to(slack) as one, socket_to(slack) as other:
        threads = [threading.Thread(target=listen, args=(listener,)) for listener in (one, other)]
        for thread in threads:
            thread.start()
        slack.wait_connected(2)
        acks = [slack.send_event({"type": "message", "channel": INTAKE}) for _ in range(6)]
        slack.disconnect()
        for thread in threads:
            thread.join()
    assert all(acks)
    assert len(heard) == len(set(heard)) == 6


def test_an_address_can_be_used_once(slack: SlackServer) -> None:
    url = WebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)["url"]
    with connect(url, proxy=None):
        pass
    with pytest.raises(InvalidStatus):
        connect(url, proxy=None)


def test_sockets_may_be_refused_for_a_while(slack: SlackServer) -> None:
    slack.refuse_sockets(60)
    with pytest.raises(InvalidStatus):
        socket_to(slack)
    slack.refuse_sockets(0)
    with socket_to(slack) as listener:
        assert json.loads(listener.recv())["type"] == "hello"


def test_a_silent_socket_answers_no_ping_and_carries_nothing(slack: SlackServer) -> None:
    with socket_to(slack) as listener:
        listener.recv()
        assert listener.ping().wait(2)
        slack.silence()
        assert not listener.ping().wait(0.1)
        assert slack.send_event({"type": "message", "channel": INTAKE}, timeout=0.1) is None
        with pytest.raises(TimeoutError):
            listener.recv(0.05)
        slack.reset_sockets()


def test_a_reset_is_not_a_close(slack: SlackServer) -> None:
    with socket_to(slack) as listener:
        listener.recv()
        slack.reset_sockets()
        with pytest.raises(ConnectionClosed) as closed:
            listener.recv(2)
        assert closed.value.rcvd is None


def test_a_warning_leaves_the_connection_open(slack: SlackServer) -> None:
    with socket_to(slack) as listener:
        listener.recv()
        slack.disconnect("warning")
        assert json.loads(listener.recv(2))["reason"] == "warning"
        assert listener.ping().wait(2)
