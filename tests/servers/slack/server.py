"""A Slack-shaped server on loopback: both doors, one workspace with its inhabitants, and the faults a test may ask for."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from tests.servers.slack import files, payloads
from tests.servers.slack.deeds import Deeds
from tests.servers.slack.faults import UNAVAILABLE_PAGE, HttpFault
from tests.servers.slack.http_door import HttpDoor
from tests.servers.slack.inhabitants import BOT_USER, OTHER_TEAM, TEAM, Channel, User
from tests.servers.slack.sockets import Ack, Connection, Delivery, Reason, SocketDoor
from tests.servers.slack.web import Call, WebDoor
from tests.servers.slack.workspace import SCOPES, Workspace
from tests.servers.waiting import PATIENCE, wait_until

BOT_TOKEN = "xoxb-of-the-tests"
APP_TOKEN = "xapp-of-the-tests"

INTAKE = "C0INTAKE"
TRIAGE = "C0TRIAGE"
URGENT = "C0URGENT"
RESTRICTED = "C0RESTRICTED"
SHARED = "C0SHARED"
NOT_JOINED = "C0OTHER"

ADA = "U0ADA"
LEE = "U0LEE"
KIM = "U0KIM"
GUEST = "U0GUEST"
STRANGER = "U0STRANGER"


class SlackServer(Deeds):
    """Runs between `with SlackServer() as slack:` and the end of the block; give `slack.api_url` and the tokens to the bot.

    People: ADA, LEE and KIM of the team, a GUEST, and a STRANGER of another organisation. Channels with the bot in
    them: INTAKE, TRIAGE, URGENT and the private RESTRICTED, named as in our routes, and SHARED with another
    organisation; NOT_JOINED is without it.
    What happened is in `calls`, `messages[channel]`, `ephemerals`, `views`, `homes`, `deliveries`; what people do is
    in `Deeds`. With `echo=True` the bot also hears its own messages, as it does from Slack. `scopes` are what the bot
    token may do; a method that needs another answers `missing_scope`.
    """

    def __init__(
        self,
        *,
        ack_seconds: float = 3.0,
        trigger_seconds: float = 3.0,
        echo: bool = False,
        scopes: Iterable[str] = SCOPES,
    ) -> None:
        self.bot_token = BOT_TOKEN
        self.app_token = APP_TOKEN
        self.team_id = TEAM
        self.bot_user = BOT_USER
        self.workspace = Workspace(
            bot_token=BOT_TOKEN, app_token=APP_TOKEN, trigger_seconds=trigger_seconds, scopes=scopes
        )
        self._ack_seconds = ack_seconds
        self._echo = echo
        self._settle_in()

    def __enter__(self) -> Self:
        self.sockets = self.sockets_door = SocketDoor(ack_seconds=self._ack_seconds)
        self._http_doors: list[HttpDoor] = []
        self.web = WebDoor(self.workspace, self.sockets.open_connection)
        self.workspace.address = f"http://127.0.0.1:{self.web.port}"
        self.api_url = f"http://127.0.0.1:{self.web.port}/api/"
        if self._echo:
            self.workspace.heard_own = self._tell_of_own
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for door in self._http_doors:
            door.close()
        self.web.close()
        self.sockets_door.close()

    def speak_over_http(self, port: int, secret: str) -> HttpDoor:
        """From now on hand everything over by signed requests to this port, instead of over the sockets."""
        door = HttpDoor(port, secret, ack_seconds=self._ack_seconds)
        self._http_doors.append(door)
        self.sockets_door, self.sockets = self.sockets, door  # type: ignore[assignment]
        return door

    # The workspace

    def add_user(self, user: str, name: str, **facts: Any) -> str:
        """Add a person; `facts` as in `workspace.User`."""
        self.workspace.users[user] = User(user, name.lower().replace(" ", "."), name, **facts)
        return user

    def add_channel(self, channel: str, name: str, *, members: list[str] | None = None, **facts: Any) -> str:
        """Add a channel, with the bot and the team in it unless `members` says otherwise; `facts` as in `workspace.Channel`."""
        inside = [BOT_USER, ADA, LEE, KIM] if members is None else members
        self.workspace.channels[channel] = Channel(channel, name, inside, **facts)
        return channel

    def add_usergroup(self, usergroup: str, handle: str, members: list[str]) -> str:
        self.workspace.usergroups[usergroup] = (handle, members)
        return usergroup

    def add_file(self, name: str, content: bytes, mimetype: str = "application/pdf", **facts: Any) -> dict[str, Any]:
        """A file that somebody shares: to be put into `send_message(…, files=[…])`."""
        return files.share(self.workspace, name, content, mimetype, **facts)

    def channel(self, channel: str) -> Channel:
        """A channel whose facts may be changed by assigning to them."""
        return self.workspace.channel(channel)

    # What happened

    @property
    def calls(self) -> list[Call]:
        return self.web.calls

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.web.calls if call.method == method]

    @property
    def messages(self) -> dict[str, list[dict[str, Any]]]:
        return self.workspace.messages

    @property
    def ephemerals(self) -> list[dict[str, Any]]:
        return self.workspace.ephemerals

    @property
    def views(self) -> dict[str, dict[str, Any]]:
        return self.workspace.views

    @property
    def homes(self) -> dict[str, dict[str, Any]]:
        return self.workspace.homes

    @property
    def connections(self) -> list[Connection]:
        return self.sockets.connections

    @property
    def deliveries(self) -> list[Delivery]:
        return self.sockets.deliveries

    @property
    def acks(self) -> list[Ack | None]:
        """The acknowledgement of every delivery so far, oldest first."""
        return [delivery.ack for delivery in self.sockets.deliveries]

    def everything_sent(self) -> str:
        """All that the bot ever sent: arguments of calls, acknowledgements and files; not the form that shows who reported."""
        calls = [call.params for call in list(self.calls)]
        doors = [self.sockets_door, *self._http_doors]
        acks = [made.ack.payload for door in doors for made in list(door.deliveries) if made.ack is not None]
        shown = [ack for ack in acks if ((ack.get("view") or {}).get("title") or {}).get("text") != "Who reported"]
        return f"{calls} {shown} {self.workspace.files}"

    def said_by_people(self) -> set[str]:
        """Every text that a person wrote in a message or typed after `/case new`."""
        doors = [self.sockets_door, *self._http_doors]
        said = {
            str(message["text"])
            for told in list(self.messages.values())
            for message in told
            if message["user"] != BOT_USER
        }
        for made in (each for door in doors for each in list(door.deliveries)):
            event = made.payload.get("event") or {}
            if event.get("type") in {"message", "app_mention"} and event.get("user") != BOT_USER:
                said |= {str(event.get("text", "")), str((event.get("message") or {}).get("text", ""))}
            if made.kind == "slash_commands" and str(made.payload.get("text", "")).startswith("new "):
                said.add(str(made.payload["text"]).removeprefix("new "))
        return said

    def wait_until(
        self, predicate: Callable[[], Any], timeout: float = PATIENCE, *, what: str = "the awaited thing"
    ) -> Any:
        return wait_until(predicate, timeout, what=what)

    def wait_connected(self, connections: int = 1, timeout: float = PATIENCE) -> None:
        """Wait until the bot has this many working sockets open."""

        def working() -> bool:
            return sum(not (open_.silent or open_.leaving) for open_ in list(self.connections)) >= connections

        wait_until(working, timeout, what=f"{connections} open socket(s) of the bot")

    def wait_for_message(
        self, channel: str, about: Callable[[dict[str, Any]], bool] = bool, timeout: float = PATIENCE
    ) -> dict[str, Any]:
        """The newest message of the bot in a channel that `about` holds for, once there is one."""
        where = self.workspace.channel(channel).id

        def newest() -> dict[str, Any] | None:
            own = [message for message in list(self.messages[where]) if message["user"] == BOT_USER and about(message)]
            return own[-1] if own else None

        found = wait_until(newest, timeout, what=f"a message of the bot in {channel}")
        assert found is not None
        return found

    # Faults

    def answer_next(
        self,
        method: str,
        *,
        error: str | None = None,
        status: int = 200,
        headers: dict[str, str] | None = None,
        body: str | dict[str, Any] | None = None,
        times: int = 1,
    ) -> None:
        """Answer the next `times` calls of a method ("*": any; "response_url" too) so, without performing them.

        A 429 without a body answers `ratelimited`, any 5xx a page of HTML.
        """
        if body is None and error is not None:
            body = {"ok": False, "error": error}
        elif body is None and status == 429:
            body = {"ok": False, "error": "ratelimited"}
        elif body is None and status >= 500:
            body = UNAVAILABLE_PAGE
        self.web.faults.add(HttpFault(method, times, status=status, headers=headers or {}, body=body))

    def drop_answer_next(self, method: str, *, times: int = 1, perform: bool = True) -> None:
        """Perform the next call, then cut the connection instead of answering; the caller cannot know."""
        self.web.faults.add(HttpFault(method, times, perform=perform, drop=True))

    def delay_next(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Wait before performing the next call."""
        self.web.faults.add(HttpFault(method, times, seconds=seconds, perform=True))

    def behave(self) -> None:
        """Forget the Web API faults that have not been served yet."""
        self.web.faults.clear()

    def disconnect(self, reason: Reason = "refresh_requested", *, close_after: float = 0.1) -> None:
        self.sockets.disconnect(reason, close_after=close_after)

    def reset_sockets(self) -> None:
        self.sockets.reset_sockets()

    def silence(self) -> None:
        self.sockets.silence()

    def refuse_sockets(self, seconds: float) -> None:
        self.sockets.refuse_sockets(seconds)

    def lose_acks(self, times: int = 1) -> None:
        self.sockets.lose_acks(times)

    # Within

    def _tell_of_own(self, event: dict[str, Any]) -> None:
        self.sockets.deliver_later("events_api", payloads.event(self.workspace, event))

    def _settle_in(self) -> None:
        self.add_user(ADA, "Ada Marsh", email="ada.marsh@desk.example")
        self.add_user(LEE, "Lee Okoro", email="lee.okoro@desk.example", is_admin=True)
        self.add_user(KIM, "Kim Sato", email="kim.sato@desk.example")
        self.add_user(GUEST, "Gus Visitor", email="gus@visitor.example", is_restricted=True)
        self.add_user(STRANGER, "Sol Elsewhere", team_id=OTHER_TEAM, is_stranger=True)
        self.add_channel(INTAKE, "quality-intake")
        self.add_channel(TRIAGE, "quality-triage")
        self.add_channel(URGENT, "quality-urgent")
        self.add_channel(RESTRICTED, "quality-restricted", is_private=True)
        self.add_channel(SHARED, "with-the-trust", members=[BOT_USER, ADA, STRANGER], is_ext_shared=True)
        self.add_channel(NOT_JOINED, "somewhere-else", members=[ADA, GUEST])
