"""The test server's Web API answers as Slack does, limits and refusals included; what the desk posts is tested elsewhere."""

import json
import time
import urllib.request
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as kit
from slack_sdk.models.views import View
from slack_sdk.webhook import WebhookClient

from tests.servers.slack import ADA, GUEST, INTAKE, KIM, NOT_JOINED, RESTRICTED, SHARED, STRANGER, TRIAGE, SlackServer

Blocks = list[dict[str, Any]]


@pytest.fixture
def client(slack: SlackServer) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def buttons(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": [{"type": "button", "text": plain("Take"), **button} for button in buttons]}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("A form"), "submit": plain("Send"), "blocks": list(blocks), **more}


def refusal(error: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(error.value.response["error"])


# Who may ask


def test_a_bot_learns_who_it_is(client: WebClient, slack: SlackServer) -> None:
    me = client.auth_test()
    assert (me["user_id"], me["team_id"]) == (slack.bot_user, slack.team_id)


@pytest.mark.parametrize(
    ("token", "expected"),
    [("xoxb-of-somebody-else", "invalid_auth"), ("", "not_authed"), ("xapp-of-the-tests", "not_allowed_token_type")],
)
def test_only_the_right_token_is_served(slack: SlackServer, token: str, expected: str) -> None:
    with pytest.raises(SlackApiError) as error:
        WebClient(token=token, base_url=slack.api_url).auth_test()
    assert refusal(error) == expected


def test_a_method_that_slack_does_not_have_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as error:
        client.api_call("chat.shout")
    assert refusal(error) == "unknown_method"


def test_a_token_without_the_scope_is_told_which_one(slack: SlackServer) -> None:
    slack.workspace.scopes = ["chat:write"]
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    with pytest.raises(SlackApiError) as error:
        client.conversations_history(channel=RESTRICTED)
    assert refusal(error) == "missing_scope"
    assert error.value.response["needed"] == "groups:history"
    assert client.auth_test().headers["X-OAuth-Scopes"] == "chat:write"


# Messages


def test_a_form_and_a_json_body_post_the_same(slack: SlackServer) -> None:
    blocks = [section("hello")]
    arguments = {"channel": TRIAGE, "text": "hello", "blocks": json.dumps(blocks)}
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    url = slack.api_url + "chat.postMessage"
    form = urllib.request.Request(url, urlencode(arguments).encode(), headers)
    body = urllib.request.Request(
        url, json.dumps({**arguments, "blocks": blocks}).encode(), headers | {"Content-Type": "application/json"}
    )
    for request in (form, body):
        with urllib.request.urlopen(request) as answer:
            assert json.load(answer)["ok"]
    first, second = slack.messages[TRIAGE]
    assert [first["blocks"][0]["text"], first["text"]] == [second["blocks"][0]["text"], second["text"]]
    assert slack.calls[0].params["blocks"] == slack.calls[1].params["blocks"] == blocks


@pytest.mark.parametrize(("channel", "expected"), [("C0NOWHERE", "channel_not_found"), (NOT_JOINED, "not_in_channel")])
def test_a_bot_posts_only_where_it_was_invited(client: WebClient, channel: str, expected: str) -> None:
    with pytest.raises(SlackApiError) as error:
        client.chat_postMessage(channel=channel, text="hello")
    assert refusal(error) == expected


def test_a_private_channel_without_the_bot_does_not_exist_for_it(client: WebClient, slack: SlackServer) -> None:
    slack.add_channel("C0SECRET", "secret", members=[ADA], is_private=True)
    for call in (client.conversations_info, client.conversations_history):
        with pytest.raises(SlackApiError) as error:
            call(channel="C0SECRET")
        assert refusal(error) == "channel_not_found"


def test_a_channel_may_be_named_and_a_person_written_to(client: WebClient, slack: SlackServer) -> None:
    assert client.chat_postMessage(channel="#quality-triage", text="hello")["channel"] == TRIAGE
    direct = client.chat_postMessage(channel=ADA, text="hello")["channel"]
    assert direct.startswith("D")
    assert client.conversations_open(users=ADA)["channel"]["id"] == direct


OPTION = {"text": plain("One"), "value": "1"}
BAD_BLOCKS: dict[str, Blocks] = {
    "too many blocks": [{"type": "divider"}] * 51,
    "section too long": [section("x" * 3001)],
    "section empty": [section("")],
    "header too long": [{"type": "header", "text": plain("x" * 151)}],
    "header not plain": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "button text too long": [buttons({"text": plain("x" * 76)})],
    "button value too long": [buttons({"value": "x" * 2001})],
    "button value not text": [buttons({"value": 7})],
    "action_id too long": [buttons({"action_id": "x" * 256})],
    "action_id twice": [buttons({"action_id": "a"}, {"action_id": "a"})],
    "block_id twice": [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
    "block_id too long": [{"type": "divider", "block_id": "x" * 256}],
    "unknown block": [{"type": "banner"}],
    "unknown property": [{"type": "divider", "colour": "red"}],
    "no elements": [{"type": "actions", "elements": []}],
    "too many elements": [buttons(*({"action_id": str(n)} for n in range(26)))],
    "too many context elements": [{"type": "context", "elements": [plain("x")] * 11}],
    "too many options": [
        {**section("x"), "accessory": {"type": "static_select", "options": [OPTION] * 101, "action_id": "a"}}
    ],
    "overflow too long": [
        {**section("x"), "accessory": {"type": "overflow", "options": [OPTION] * 6, "action_id": "a"}}
    ],
    "initial option not offered": [
        {
            **section("x"),
            "accessory": {
                "type": "static_select",
                "action_id": "a",
                "options": [OPTION],
                "initial_option": {"text": plain("Two"), "value": "2"},
            },
        }
    ],
}


@pytest.mark.parametrize("what", BAD_BLOCKS)
def test_blocks_beyond_slacks_limits_are_refused(client: WebClient, what: str) -> None:
    with pytest.raises(SlackApiError) as error:
        client.chat_postMessage(channel=TRIAGE, text="hello", blocks=BAD_BLOCKS[what])
    assert refusal(error) == "invalid_blocks"
    assert error.value.response["response_metadata"]["messages"]


def test_blocks_at_slacks_limits_are_accepted(client: WebClient) -> None:
    blocks = [
        section("x" * 3000),
        {"type": "header", "text": plain("x" * 150)},
        buttons(*({"action_id": str(n), "value": "v" * 2000} for n in range(25))),
        *({"type": "divider", "block_id": f"{n}".ljust(255, "d")} for n in range(47)),
    ]
    assert client.chat_postMessage(channel=TRIAGE, text="hello", blocks=blocks)["ok"]


def test_what_slacks_own_model_classes_write_is_accepted(client: WebClient, slack: SlackServer) -> None:
    options = [kit.Option(text="One", value="1"), kit.Option(text="Two", value="2")]
    confirm = kit.ConfirmObject(title="Sure?", text="Really?", confirm="Yes", deny="No")
    shown = [
        kit.HeaderBlock(text="A case"),
        kit.SectionBlock(fields=["*Status*\nnew", "*Owner*\nnobody"]),
        kit.SectionBlock(text="Pick", accessory=kit.OverflowMenuElement(action_id="more", options=options)),
        kit.DividerBlock(),
        kit.ContextBlock(elements=[kit.MarkdownTextObject(text="_as of 14:05_")]),
        kit.ActionsBlock(
            elements=[
                kit.ButtonElement(text="Take", action_id="take", value="1", style="primary", confirm=confirm),
                kit.StaticSelectElement(placeholder="Level", action_id="level", options=options),
                kit.UserSelectElement(placeholder="Who", action_id="who"),
                kit.DatePickerElement(action_id="day", initial_date="2026-11-23"),
            ]
        ),
    ]
    filled_in = [
        kit.InputBlock(label="Words", element=kit.PlainTextInputElement(action_id="words", multiline=True)),
        kit.InputBlock(label="Ways", element=kit.CheckboxesElement(action_id="ways", options=options), optional=True),
        kit.InputBlock(label="Way", element=kit.RadioButtonsElement(action_id="way", options=options)),
        kit.InputBlock(label="People", element=kit.UserMultiSelectElement(action_id="people", placeholder="Who")),
        kit.InputBlock(label="Mail", element=kit.EmailInputElement(action_id="mail")),
        kit.InputBlock(label="Many", element=kit.NumberInputElement(action_id="many", is_decimal_allowed=False)),
        kit.InputBlock(label="Time", element=kit.TimePickerElement(action_id="time")),
    ]
    view = View(type="modal", title="A form", submit="Send", close="Back", callback_id="form", blocks=filled_in)
    assert client.chat_postMessage(channel=TRIAGE, text="A case", blocks=shown)["ok"]
    assert client.views_open(trigger_id=slack.workspace.new_trigger(ADA), view=view)["ok"]


def test_a_message_needs_words_or_blocks(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as error:
        client.api_call("chat.postMessage", json={"channel": TRIAGE, "text": ""})
    assert refusal(error) == "no_text"


def test_very_much_text_in_blocks_is_refused_as_a_whole(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as error:
        client.chat_postMessage(channel=TRIAGE, text="hello", blocks=[section("x" * 2900)] * 5)
    assert refusal(error) == "msg_blocks_too_long"


def test_an_update_with_text_alone_removes_the_blocks(client: WebClient, slack: SlackServer) -> None:
    ts = client.chat_postMessage(channel=TRIAGE, text="one", blocks=[section("one")])["ts"]
    client.chat_update(channel=TRIAGE, ts=ts, blocks=[section("two")], text="two")
    assert slack.messages[TRIAGE][0]["blocks"][0]["text"]["text"] == "two"
    client.chat_update(channel=TRIAGE, ts=ts, text="three")
    assert "blocks" not in slack.messages[TRIAGE][0]


def test_a_bot_changes_and_deletes_only_its_own_messages(client: WebClient, slack: SlackServer) -> None:
    theirs = slack.send_message(INTAKE, ADA, "mine", deliver=False)
    for call, expected in (
        (lambda: client.chat_update(channel=INTAKE, ts=theirs, text="x"), "cant_update_message"),
        (lambda: client.chat_delete(channel=INTAKE, ts=theirs), "cant_delete_message"),
        (lambda: client.chat_update(channel=INTAKE, ts="1.000001", text="x"), "message_not_found"),
    ):
        with pytest.raises(SlackApiError) as error:
            call()  # type: ignore[no-untyped-call]
        assert refusal(error) == expected
    ours = client.chat_postMessage(channel=INTAKE, text="ours")["ts"]
    client.chat_delete(channel=INTAKE, ts=ours)
    assert [message["ts"] for message in slack.messages[INTAKE]] == [theirs]


def test_history_is_newest_first_in_pages_and_threads_are_read_apart(client: WebClient, slack: SlackServer) -> None:
    sent = [slack.send_message(INTAKE, ADA, str(n), deliver=False) for n in range(5)]
    reply = slack.send_message(INTAKE, KIM, "an answer", sent[0], deliver=False)
    first = client.conversations_history(channel=INTAKE, limit=3)
    second = client.conversations_history(channel=INTAKE, limit=3, cursor=first["response_metadata"]["next_cursor"])
    seen = [message["ts"] for page in (first, second) for message in page["messages"]]
    assert seen == sent[::-1]
    assert [first["has_more"], second["has_more"]] == [True, False]
    after = client.conversations_history(channel=INTAKE, oldest=sent[2])["messages"]
    assert [message["ts"] for message in after] == [sent[4], sent[3]]
    one = client.conversations_history(channel=INTAKE, latest=sent[2], inclusive=True, limit=1)["messages"]
    assert [message["ts"] for message in one] == [sent[2]]
    thread = client.conversations_replies(channel=INTAKE, ts=sent[0])["messages"]
    assert [message["ts"] for message in thread] == [sent[0], reply]


def test_metadata_is_read_back_only_when_asked_for(client: WebClient) -> None:
    metadata = {"event_type": "case", "event_payload": {"ref": "QD-7F3K-9MX"}}
    client.chat_postMessage(channel=TRIAGE, text="a case", metadata=metadata)
    assert "metadata" not in client.conversations_history(channel=TRIAGE)["messages"][0]
    asked = client.conversations_history(channel=TRIAGE, include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == metadata


def test_a_whisper_reaches_only_somebody_in_the_channel(client: WebClient, slack: SlackServer) -> None:
    client.chat_postEphemeral(channel=INTAKE, user=ADA, text="psst")
    assert slack.ephemerals[0]["user"] == ADA
    with pytest.raises(SlackApiError) as error:
        client.chat_postEphemeral(channel=INTAKE, user=GUEST, text="psst")
    assert refusal(error) == "user_not_in_channel"


# People and channels


def test_guests_strangers_and_shared_channels_can_be_told_apart(client: WebClient, slack: SlackServer) -> None:
    assert client.users_info(user=GUEST)["user"]["is_restricted"]
    stranger = client.users_info(user=STRANGER)["user"]
    assert stranger["is_stranger"]
    assert stranger["team_id"] != slack.team_id
    assert client.conversations_info(channel=SHARED)["channel"]["is_ext_shared"]
    slack.channel(TRIAGE).is_pending_ext_shared = True
    assert client.conversations_info(channel=TRIAGE)["channel"]["is_pending_ext_shared"]


def test_lists_of_channels_members_and_groups(client: WebClient, slack: SlackServer) -> None:
    slack.add_usergroup("S0ONCALL", "quality-on-call", [KIM])
    private = client.conversations_list(types="private_channel")["channels"]
    assert [channel["id"] for channel in private] == [RESTRICTED]
    assert RESTRICTED not in [channel["id"] for channel in client.conversations_list()["channels"]]
    assert ADA in client.conversations_members(channel=TRIAGE)["members"]
    assert client.usergroups_users_list(usergroup="S0ONCALL")["users"] == [KIM]


# Views


def test_a_trigger_opens_one_view_and_not_for_long(client: WebClient, slack: SlackServer) -> None:
    trigger = slack.workspace.new_trigger(ADA)
    opened = client.views_open(trigger_id=trigger, view=modal(section("hello")))["view"]
    assert slack.view_of(ADA)["id"] == opened["id"]
    slack.workspace.trigger_seconds = -1
    late = slack.workspace.new_trigger(ADA)
    for used, expected in (
        (trigger, "exchanged_trigger_id"),
        (late, "expired_trigger_id"),
        ("x", "invalid_trigger_id"),
    ):
        with pytest.raises(SlackApiError) as error:
            client.views_open(trigger_id=used, view=modal(section("hello")))
        assert refusal(error) == expected


INPUT = {"type": "input", "label": plain("Words"), "element": {"type": "plain_text_input", "action_id": "words"}}
BAD_VIEWS = {
    "title too long": modal(section("x"), title=plain("x" * 25)),
    "submit too long": modal(section("x"), submit=plain("x" * 25)),
    "metadata too long": modal(section("x"), private_metadata="x" * 3001),
    "too many blocks": modal(*[{"type": "divider"}] * 101),
    "input without submit": {name: value for name, value in modal(INPUT).items() if name != "submit"},
    "button as input": modal({**INPUT, "element": {"type": "button", "text": plain("x")}}),
    "home in a modal's place": {"type": "home", "blocks": []},
}


@pytest.mark.parametrize("what", BAD_VIEWS)
def test_views_beyond_slacks_limits_are_refused_and_cost_no_trigger(
    client: WebClient, slack: SlackServer, what: str
) -> None:
    trigger = slack.workspace.new_trigger(ADA)
    with pytest.raises(SlackApiError) as error:
        client.views_open(trigger_id=trigger, view=BAD_VIEWS[what])
    assert refusal(error) == "invalid_arguments"
    assert client.views_open(trigger_id=trigger, view=modal(INPUT))["ok"]


def test_a_stale_hash_does_not_overwrite_a_newer_view(client: WebClient, slack: SlackServer) -> None:
    opened = client.views_open(trigger_id=slack.workspace.new_trigger(ADA), view=modal(section("one")))["view"]
    client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal(section("two")))
    with pytest.raises(SlackApiError) as error:
        client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal(section("three")))
    assert refusal(error) == "hash_conflict"
    assert slack.view_of(ADA)["blocks"][0]["text"]["text"] == "two"


def test_views_are_stacked_three_high_at_most(client: WebClient, slack: SlackServer) -> None:
    client.views_open(trigger_id=slack.workspace.new_trigger(ADA), view=modal(section("1")))
    for n in "23":
        client.views_push(trigger_id=slack.workspace.new_trigger(ADA), view=modal(section(n)))
    with pytest.raises(SlackApiError) as error:
        client.views_push(trigger_id=slack.workspace.new_trigger(ADA), view=modal(section("4")))
    assert refusal(error) == "push_limit_reached"


def test_a_home_is_published_for_one_person_and_replaced(client: WebClient, slack: SlackServer) -> None:
    for words in ("one", "two"):
        client.views_publish(user_id=ADA, view={"type": "home", "blocks": [section(words)]})
    assert slack.homes[ADA]["blocks"][0]["text"]["text"] == "two"
    assert KIM not in slack.homes


# Faults


def test_a_rate_limit_says_how_long_to_wait_and_performs_nothing(client: WebClient, slack: SlackServer) -> None:
    slack.answer_next("chat.postMessage", status=429, headers={"Retry-After": "2"})
    with pytest.raises(SlackApiError) as error:
        client.chat_postMessage(channel=TRIAGE, text="hello")
    assert error.value.response.status_code == 429
    assert error.value.response.headers["Retry-After"] == "2"
    assert not slack.messages[TRIAGE]
    assert client.chat_postMessage(channel=TRIAGE, text="hello")["ok"]


def test_an_error_is_answered_as_often_as_told_and_only_for_its_method(client: WebClient, slack: SlackServer) -> None:
    slack.answer_next("chat.update", error="internal_error", times=2)
    ts = client.chat_postMessage(channel=TRIAGE, text="hello")["ts"]
    for _ in range(2):
        with pytest.raises(SlackApiError) as error:
            client.chat_update(channel=TRIAGE, ts=ts, text="x")
        assert refusal(error) == "internal_error"
    assert client.chat_update(channel=TRIAGE, ts=ts, text="x")["ok"]


def test_a_503_comes_with_a_page_for_people(client: WebClient, slack: SlackServer) -> None:
    slack.answer_next("*", status=503)
    with pytest.raises(SlackApiError) as error:
        client.auth_test()
    assert error.value.response.status_code == 503


def test_an_answer_may_be_lost_after_the_post_was_performed(client: WebClient, slack: SlackServer) -> None:
    slack.drop_answer_next("chat.postMessage")
    with pytest.raises((URLError, ConnectionError)):
        client.chat_postMessage(channel=TRIAGE, text="hello")
    assert [message["text"] for message in slack.messages[TRIAGE]] == ["hello"]


def test_an_answer_may_be_slow(client: WebClient, slack: SlackServer) -> None:
    slack.delay_next("auth.test", 0.2)
    started = time.monotonic()
    client.auth_test()
    assert time.monotonic() - started >= 0.2


def test_a_response_url_may_be_used_five_times(slack: SlackServer) -> None:
    url = slack.api_url.removesuffix("/api/") + slack.workspace.new_response_url("actions", INTAKE, ADA, None)
    webhook = WebhookClient(url)
    assert [webhook.send(text="psst").status_code for _ in range(6)] == [200] * 5 + [404]
    assert len(slack.ephemerals) == 5
