"""The Slack side put together: clients, rooms and listeners; start, stop, and the steps that the workers repeat."""

import contextlib
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from slack_bolt import App, BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.log import facts_of
from bot.settings import SlackSettings
from bot.slack import poster
from bot.slack.buttons import Buttons
from bot.slack.calls import Calls, SlackTrouble, quiet_logger
from bot.slack.catch_up import CatchUp
from bot.slack.channels import Channels
from bot.slack.commands import Commands
from bot.slack.counter import Counter
from bot.slack.downloads import Downloads
from bot.slack.ear import Ear, Identity
from bot.slack.fetching import Fetcher
from bot.slack.forms import Forms
from bot.slack.home import Home
from bot.slack.ids import COMMAND, Action, Form, HomeAction, Shortcut
from bot.slack.letter_forms import LetterForms
from bot.slack.line import Line
from bot.slack.mirror import Mirror
from bot.slack.people import People
from bot.slack.posting import Poster
from bot.slack.proof import faults
from bot.slack.readers import Readers
from bot.slack.register_desk import Register
from bot.slack.register_ids import RegisterAction, RegisterForm
from bot.slack.unfurls import links_of, unfurled
from bot.slack.web import WebLine
from bot.slack.work_forms import WorkForms
from tracker.desk import Desk
from tracker.errors import StoreUnavailable
from tracker.model import Mark
from tracker.outbox import ClaimedParcel, Outcome
from tracker.store import Store, Tx

CONTACT: Final = "slack.contact"
CONTACT_NOTED_EVERY: Final = timedelta(seconds=15)
QUICK_SECONDS: Final = 2
"""How long a listener waits for Slack: it has three seconds to acknowledge."""
HASTY_SECONDS: Final = 1
"""How long a report waits to be kept while Slack is asked for its writer's title."""
START_WAITS: Final = 5.0
LISTENERS: Final = 10
log = structlog.get_logger()


class SlackSide:
    """Everything of the desk that speaks with Slack. Nothing is sent before `start`, or before a step is called."""

    def __init__(self, settings: SlackSettings, store: Store, desk: Desk, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._store = store
        self._desk = desk
        self._now = now
        self._logger = quiet_logger()
        self._token = settings.bot_token.get_secret_value()
        self._identity = Identity(team=settings.team_id, bot_user="")
        self._noted_at: datetime | None = None
        self._noting = threading.Lock()
        self._calls = Calls(self._client(round(settings.timeout_seconds)))
        quick = Calls(self._client(QUICK_SECONDS))
        self._channels = Channels(self._calls)
        people, near = People(quick), Channels(quick)
        self._readers = Readers(self._calls, People(self._calls), self._us)
        self._ear = Ear(
            store, near, people, People(Calls(self._client(HASTY_SECONDS))), now,
            identity=self.identity,
            intake=settings.intake_channels,
            card_channels=tuple(route.channel for route in desk.routes),
            contact=self._contact,
            channel_changed=self._forget_channel,
        )  # fmt: skip
        self._near = near
        self._quick = quick
        self._counter = Counter(
            store, desk, now, quick, Poster(quick, near, self._readers), people, self._ear, self.identity
        )
        self._poster = Poster(self._calls, self._channels, self._readers)
        self._mirror = Mirror(store, self._poster, desk, now)
        downloads = Downloads(settings.api_url, self._token, timeout=settings.timeout_seconds)
        self._fetcher = Fetcher(store, self._calls, downloads, now, most=settings.file_bytes)
        self._leaving = threading.Event()
        self._catcher = CatchUp(store, self._calls, self._channels, self._ear, pause=self._leaving.wait)
        self._last_contact: datetime | None = None
        self._threads = ThreadPoolExecutor(LISTENERS, thread_name_prefix="slack-listener")
        self._app = self._bolt()
        self._line: Line | WebLine
        if settings.mode == "http":
            self._line = WebLine(
                self._app, settings.host, settings.port,
                identify=self._identify, connecting=self._note_gap, connected=self._catch_up, contact=self._contact,
            )  # fmt: skip
        else:
            self._line = Line(
                self._app, settings.app_token.get_secret_value(), self._logger,
                identify=self._identify, connecting=self._note_gap, connected=self._catch_up, contact=self._contact,
            )  # fmt: skip

    def start(self) -> int:
        """Connect, or listen (then the port is returned, else 0). Raises OSError where a port cannot be had.

        Waits a little for Slack; where it does not answer, it goes on trying while the desk works.
        """
        if not self._line.start(START_WAITS):
            log.warning("slack.not_connected_yet")
        return self.port or 0

    def stop(self) -> None:
        """Hang up; listeners finish what they have begun."""
        self._leaving.set()
        self._line.stop()
        self._threads.shutdown(wait=True)

    @property
    def is_up(self) -> bool:
        """Whether Slack can be heard now."""
        return self._line.is_up

    @property
    def port(self) -> int | None:
        """The port at which Slack's requests come in; None where we connect out to Slack."""
        return self._line.port if isinstance(self._line, WebLine) else None

    def identity(self) -> Identity:
        """Who we are in Slack; before the first contact only what the configuration says."""
        return self._identity

    def redraw_one(self) -> bool:
        """A step for a worker: redraw one card that is not true; False when all are."""
        return self._mirror.redraw_one()

    def fetch_one(self) -> bool:
        """A step for a worker: fetch one file that a message named; False when none is due."""
        return self._fetcher.fetch_one()

    def deliver(self, parcel: ClaimedParcel) -> Outcome:
        """Deliver one Slack post of the outbox."""
        return poster.deliver(self._poster, parcel)

    def catch_up(self, since: datetime) -> int:
        """Keep what was said after `since` and was not heard; returns how many messages were new. Raises SlackTrouble."""
        return self._catcher.sweep(self._identity.team, since)

    def check(self) -> list[str]:
        """Every fault of tokens, scopes, workspace and channels, as sentences; an empty list where all is well."""
        with contextlib.suppress(SlackTrouble):  # it is the first thing that is asked below, and named there
            self._identify()
        return faults(self._settings, self._desk, self._calls, self._channels, self._readers)

    def _client(self, timeout: int) -> WebClient:
        # The library would repeat a post whose answer was lost; the outbox and the mirror know better.
        return WebClient(
            token=self._token,
            base_url=self._settings.api_url,
            timeout=timeout,
            retry_handlers=[],
            logger=self._logger,
        )

    def _bolt(self) -> App:
        def authorize(context: BoltContext) -> AuthorizeResult:  # noqa: ARG001 - Bolt passes it by name
            me = self._identity
            return AuthorizeResult(
                enterprise_id=None, team_id=me.team, bot_user_id=me.bot_user, bot_id=me.bot, bot_token=self._token
            )

        app = App(
            name="qualitydesk",
            logger=self._logger,
            client=self._client(QUICK_SECONDS),
            signing_secret=self._settings.signing_secret.get_secret_value(),
            authorize=authorize,
            before_authorize=self._ear.hear,
            listener_executor=self._threads,
        )
        register = Register(self._counter)
        home, commands = Home(self._counter, register), Commands(self._counter, register)
        doings = LetterForms(self._counter).doings() | WorkForms(self._counter).doings()
        forms = Forms(self._counter, doings=doings, home=home.publish)
        buttons = Buttons(self._counter, home=home.publish)
        for action in Action:
            app.action(action.value)(buttons.pressed)
        for part in HomeAction:
            app.action(re.compile(rf"^{part.value}(:|$)"))(home.turned)
        for form in Form:
            app.view(form.value)(forms.new_case if form is Form.NEW else forms.sent)
        for step in RegisterAction:
            app.action(step.value)(register.pressed)
        for page in RegisterForm:
            app.view(page.value)(register.sent)
        app.command(COMMAND)(commands.typed)
        app.shortcut(Shortcut.OPEN_CASE.value)(commands.chosen)
        app.shortcut(Shortcut.ADD_TO_CASE.value)(commands.added)
        app.event("app_home_opened")(home.opened)
        app.event("link_shared")(self._unfurl)
        return app

    def _us(self) -> tuple[str, str]:
        return self._identity.team, self._identity.bot_user

    def _unfurl(self, event: dict[str, Any]) -> None:
        """Show a pasted link to a case without content, and nothing at all where outsiders read."""
        shown = unfurled(links_of(event))
        channel, ts = str(event.get("channel", "")), str(event.get("message_ts", ""))
        if not shown or not channel or not ts:
            return
        try:
            if self._near.refusal(channel) or self._readers.refusal(channel):
                return
            self._quick("chat.unfurl", channel=channel, ts=ts, unfurls=shown)
        except SlackTrouble as trouble:
            log.warning("slack.not_unfurled", **facts_of(trouble))

    def _identify(self) -> None:
        me = self._calls("auth.test")
        team = self._settings.team_id or str(me.get("team_id", ""))
        self._identity = Identity(team, bot_user=str(me.get("user_id", "")), bot=str(me.get("bot_id", "")))

    def _note_gap(self) -> None:
        """Remember since when nobody listened, before the new connection moves the mark."""
        with self._store.reading() as tx:
            mark = tx.get(Mark, CONTACT)
            self._last_contact = mark.at if mark is not None else None

    def _catch_up(self) -> None:
        """Look, on a thread of its own, for what was said meanwhile; never heard of Slack before, there is no meanwhile."""
        since = self._last_contact
        self._warm()
        if since is not None:
            self._threads.submit(self._sweep, since)

    def _sweep(self, since: datetime) -> None:
        try:
            self.catch_up(since)
        except Exception as error:  # noqa: BLE001 - a thread of the pool has nobody to tell but the log
            log.warning("slack.not_caught_up", **facts_of(error))

    def _warm(self) -> None:
        """Learn the channels' names, so that no event has to wait for that."""
        for channels in (self._near, self._channels):
            try:
                channels.refresh()
            except SlackTrouble as trouble:
                log.warning("slack.channels_unknown", **facts_of(trouble))

    def _forget_channel(self, channel: str) -> None:
        self._near.forget(channel)
        self._channels.forget(channel)
        self._readers.forget(channel)

    def _contact(self) -> None:
        """Write down that Slack was heard just now, at most every 15 seconds and without waiting for the writing."""
        now = self._now()
        with self._noting:
            if self._noted_at is not None and timedelta() <= now - self._noted_at < CONTACT_NOTED_EVERY:
                return
            self._noted_at = now
        with contextlib.suppress(StoreUnavailable):  # the desk is closing
            self._store.submit(lambda tx: _note_contact(tx, now))


def _note_contact(tx: Tx, now: datetime) -> None:
    tx.merge(Mark(name=CONTACT, value="", at=now))
