"""What people do in Slack: write, edit, press, choose, fill in, command; each deed changes the workspace and tells the bot."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

from tests.servers.slack import chat, forms, payloads
from tests.servers.slack.inhabitants import APP, TEAM, Channel
from tests.servers.slack.sockets import Ack, Kind, SocketDoor
from tests.servers.slack.views import checked, put_on_top
from tests.servers.slack.workspace import Workspace


class Deeds:
    """The deeds of a SlackServer. Channels may be named by id or name, users by id."""

    workspace: Workspace
    sockets: SocketDoor
    api_url: str

    # Messages

    def send_event(
        self,
        event: dict[str, Any],
        *,
        event_id: str | None = None,
        team_id: str | None = None,
        retries: int = 0,
        retry_after: float = 0.1,
        timeout: float | None = None,
    ) -> Ack | None:
        """Deliver an event and return its acknowledgement. Unheard, it is delivered up to `retries` times more."""
        return self._retried(
            payloads.event(self.workspace, event, event_id=event_id, team_id=team_id), retries, retry_after, timeout
        )

    def repeat_event(self, event_id: str, *, timeout: float | None = None) -> Ack | None:
        """Deliver an event again that was delivered before, as Slack does when it missed the acknowledgement."""
        earlier = [made for made in self.sockets.deliveries if made.payload.get("event_id") == event_id]
        if not earlier:
            raise AssertionError(f"no event {event_id} was ever delivered")
        return self.sockets.deliver(
            "events_api", earlier[-1].payload, timeout=timeout, retry_attempt=len(earlier), retry_reason="timeout"
        )

    def send_event_at_once(
        self, event: dict[str, Any], copies: int, *, event_id: str | None = None, timeout: float | None = None
    ) -> list[Ack | None]:
        """Deliver the same event several times at the same moment, each in an envelope of its own."""
        payload = payloads.event(self.workspace, event, event_id=event_id)
        with ThreadPoolExecutor(copies) as hands:
            return list(
                hands.map(lambda _: self.sockets.deliver("events_api", payload, timeout=timeout), range(copies))
            )

    def send_message(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None = None,
        *,
        event_id: str | None = None,
        deliver: bool = True,
        retries: int = 0,
        **more: Any,
    ) -> str:
        """A person writes; return the message's ts. The acknowledgement is `acks[-1]`.

        `more` goes into the message and its event (`subtype`, `bot_id`, `files` …). With `deliver=False` the message
        is only in the channel's history, as when nobody was connected.
        """
        where = self.workspace.channel(channel)
        message = self.workspace.post(
            where, user, text, thread_ts=thread_ts, client_msg_id=self.workspace.new_id("M"), **more
        )
        if deliver:
            self.send_event(payloads.message_event(where, dict(message)), event_id=event_id, retries=retries)
        return str(message["ts"])

    def edit_message(self, channel: str, ts: str, text: str) -> Ack | None:
        """Somebody changes what they wrote."""
        where, message = self._message(channel, ts)
        before = dict(message)
        with self.workspace.lock:
            message["text"] = text
            message["edited"] = {"user": message["user"], "ts": self.workspace.new_ts()}
        return self._hidden(where, "message_changed", {"message": dict(message), "previous_message": before})

    def delete_message(self, channel: str, ts: str) -> Ack | None:
        """Somebody takes back what they wrote."""
        where, message = self._message(channel, ts)
        self.workspace.messages[where.id].remove(message)
        return self._hidden(where, "message_deleted", {"previous_message": dict(message), "deleted_ts": ts})

    def direct_message(self, user: str, text: str, thread_ts: str | None = None, **more: Any) -> str:
        """A person writes to the bot itself; return the message's ts."""
        return self.send_message(self.workspace.direct_channel(user).id, user, text, thread_ts, **more)

    # Buttons, menus and forms

    def send_interactive(self, payload: dict[str, Any], *, timeout: float | None = None) -> Ack | None:
        return self.sockets.deliver("interactive", payload, timeout=timeout)

    def press(self, user: str, channel: str, ts: str, action_id: str, chosen: Any = None) -> Ack | None:
        """Press a button of a message, or choose in one of its menus (`chosen`: a value, or a list of them)."""
        where, message = self._message(channel, ts)
        block, element = payloads.find_element(message.get("blocks", []), action_id)
        container: dict[str, Any] = {
            "type": "message",
            "message_ts": ts,
            "channel_id": where.id,
            "is_ephemeral": False,
        }
        if "thread_ts" in message:
            container["thread_ts"] = message["thread_ts"]
        payload = payloads.interaction(self.workspace, "block_actions", user) | {
            "container": container,
            "channel": {"id": where.id, "name": where.name or "directmessage"},
            "message": dict(message),
            "state": {"values": forms.untouched(message["blocks"])},
            "response_url": self._response_url("actions", where, user, ts),
            "actions": [payloads.action(block, element, chosen, self.workspace.new_ts())],
        }
        return self.send_interactive(payload)

    def press_in_view(
        self, user: str, view: dict[str, Any], action_id: str, chosen: Any = None, values: dict[str, Any] | None = None
    ) -> Ack | None:
        """Press a button or choose in a modal or Home; `values` is what has been put into its other fields so far."""
        block, element = payloads.find_element(view["blocks"], action_id)
        state = {"values": forms.filled(view["blocks"], values or {}, enforce=False)}
        payload = payloads.interaction(self.workspace, "block_actions", user) | {
            "container": {"type": "view", "view_id": view["id"]},
            "view": {**view, "state": state},
            "actions": [payloads.action(block, element, chosen, self.workspace.new_ts())],
        }
        return self.send_interactive(payload)

    def submit(self, user: str, view: dict[str, Any] | None = None, values: dict[str, Any] | None = None) -> Ack | None:
        """Fill in and send a modal (the one on top, if none is given), by action_id or label, and do what the ack says.

        Errors leave it open, an update or push changes what is shown, "clear" closes all, and nothing closes it.
        Raises AssertionError where Slack would not let the person send it, or where the ack is not a proper one.
        """
        shown = self.view_of(user) if view is None else view
        if shown["id"] not in self.workspace.stacks[user]:
            raise AssertionError(f"{user} has no such view open")
        shown = self.workspace.views[shown["id"]]
        state = {"values": forms.filled(shown["blocks"], values or {})}
        payload = payloads.interaction(self.workspace, "view_submission", user) | {
            "view": {**shown, "state": state},
            "response_urls": [],
        }
        ack = self.send_interactive(payload)
        if ack is not None:
            self._after_submission(user, shown, ack.payload)
        return ack

    def close_view(self, user: str) -> Ack | None:
        """Close the modal on top; the bot hears of it only where the view asked to (None otherwise)."""
        shown = self.view_of(user)
        gone = self.workspace.stacks[user].pop()
        if shown["clear_on_close"]:
            self.workspace.stacks[user].clear()
        if not shown["notify_on_close"]:
            return None
        payload = payloads.interaction(self.workspace, "view_closed", user)
        del payload["trigger_id"]
        return self.send_interactive(
            payload | {"view": self.workspace.views[gone], "is_cleared": shown["clear_on_close"]}
        )

    def view_of(self, user: str) -> dict[str, Any]:
        """The modal a person has on top; AssertionError where there is none."""
        stack = self.workspace.stacks[user]
        if not stack:
            raise AssertionError(f"{user} has no modal open")
        return self.workspace.views[stack[-1]]

    # Commands, shortcuts, Home

    def command(self, user: str, channel: str, command: str, text: str = "") -> Ack | None:
        """Type a slash command; a text in the ack is shown to that person (`ephemerals`), or to all if it says so."""
        where, person = self.workspace.channel(channel), self.workspace.user(user)
        payload = {
            "token": payloads.VERIFICATION_TOKEN,
            "team_id": TEAM,
            "team_domain": payloads.DOMAIN,
            "channel_id": where.id,
            "channel_name": where.name or "directmessage",
            "user_id": user,
            "user_name": person.name,
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self._response_url("commands", where, user, None),
            "trigger_id": self.workspace.new_trigger(user),
        }
        ack = self.sockets.deliver("slash_commands", payload)
        if ack is not None and (ack.payload.get("text") or ack.payload.get("blocks")):
            path = payload["response_url"].removeprefix(self.api_url.removesuffix("/api/"))
            chat.answer_response_url(self.workspace, path, ack.payload)
        return ack

    def message_shortcut(self, user: str, callback_id: str, channel: str, ts: str) -> Ack | None:
        """Use a shortcut from a message's menu."""
        where, message = self._message(channel, ts)
        payload = payloads.interaction(self.workspace, "message_action", user) | {
            "callback_id": callback_id,
            "action_ts": self.workspace.new_ts(),
            "channel": {"id": where.id, "name": where.name or "directmessage"},
            "message": dict(message),
            "message_ts": ts,
            "response_url": self._response_url("actions", where, user, ts),
        }
        return self.send_interactive(payload)

    def global_shortcut(self, user: str, callback_id: str) -> Ack | None:
        """Use a shortcut that belongs to no message."""
        payload = payloads.interaction(self.workspace, "shortcut", user)
        return self.send_interactive(payload | {"callback_id": callback_id, "action_ts": self.workspace.new_ts()})

    def open_home(self, user: str, *, tab: Literal["home", "messages"] = "home") -> Ack | None:
        """Open the bot's Home or messages tab."""
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.workspace.direct_channel(user).id,
            "tab": tab,
            "event_ts": self.workspace.new_ts(),
        }
        if user in self.workspace.homes:
            event["view"] = self.workspace.homes[user]
        return self.send_event(event)

    # Within

    def _retried(self, payload: dict[str, Any], retries: int, retry_after: float, timeout: float | None) -> Ack | None:
        kind: Kind = "events_api"
        ack = self.sockets.deliver(kind, payload, timeout=timeout)
        for attempt in range(1, retries + 1):
            if ack is not None:
                break
            time.sleep(retry_after)
            ack = self.sockets.deliver(kind, payload, timeout=timeout, retry_attempt=attempt, retry_reason="timeout")
        return ack

    def _hidden(self, where: Channel, subtype: str, more: dict[str, Any]) -> Ack | None:
        ts = self.workspace.new_ts()
        event = {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, **more}
        return self.send_event(payloads.message_event(where, event))

    def _message(self, channel: str, ts: str) -> tuple[Channel, dict[str, Any]]:
        where = self.workspace.channel(channel)
        message = self.workspace.message(where.id, ts)
        if message is None:
            raise AssertionError(f"there is no message {ts} in {channel}")
        return where, message

    def _response_url(self, kind: str, where: Channel, user: str, ts: str | None) -> str:
        return self.api_url.removesuffix("/api/") + self.workspace.new_response_url(kind, where.id, user, ts)

    def _after_submission(self, user: str, shown: dict[str, Any], answer: dict[str, Any]) -> None:
        stack = self.workspace.stacks[user]
        match answer.get("response_action"):
            case None:
                stack.remove(shown["id"])
            case "clear":
                stack.clear()
            case "errors":
                inputs = {block["block_id"] for block in shown["blocks"] if block["type"] == "input"}
                wrong = set(answer["errors"]) - inputs
                if wrong or not answer["errors"]:
                    raise AssertionError(f"errors must name input blocks of the view; {sorted(wrong)} are none")
            case "update":
                checked(answer["view"], "modal")
                self.workspace.new_view(answer["view"], user, view_id=shown["id"])
            case "push":
                checked(answer["view"], "modal")
                put_on_top(self.workspace, user, answer["view"])
            case other:
                raise AssertionError(f"Slack knows no response_action {other!r}")
