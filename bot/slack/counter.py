"""What every listener needs: who asks and what roles they hold, work in a transaction, a private answer, a form opened."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

import structlog

from bot.log import facts_of
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.calls import Calls, Lost, SaidNo, SlackTrouble
from bot.slack.card import SLACK_STAFF
from bot.slack.ear import Ear, Identity
from bot.slack.ids import Metadata
from bot.slack.people import People
from bot.slack.posting import Poster
from tracker import triage
from tracker.desk import Desk
from tracker.errors import DeskError, NotAllowed, Refused
from tracker.finding import find
from tracker.model import Case
from tracker.store import Store, Tx
from tracker.triage import Actor

T = TypeVar("T")

WHISPER: Final = {"event_type": Metadata.POST.value, "event_payload": {}}
SORRY: Final = "The desk could not do that just now, and nothing was changed. Please try again in a minute."
NOT_KNOWN: Final = "Slack could not tell the desk who you are just now. Please try again in a minute."
_STAFF: Final = re.compile(rf"\b{SLACK_STAFF}([UW][A-Z0-9]+)\b")
log = structlog.get_logger()


class Counter:
    """Shared by all listeners; they run on Bolt's threads."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        now: Callable[[], datetime],
        calls: Calls,
        poster: Poster,
        people: People,
        ear: Ear,
        identity: Callable[[], Identity],
    ) -> None:
        self.store = store
        self.desk = desk
        self.now = now
        self.ear = ear
        self._calls = calls
        self._poster = poster
        self._people = people
        self._identity = identity

    def actor(self, user: str) -> Actor:
        """The person with the roles they hold now. Raises NotAllowed for everybody who is no full member of our team."""
        try:
            standing = self._people.standing(user, team=self._identity().team)
            if not standing.full_member:
                raise NotAllowed(standing.why)
            groups = {member for role in self.desk.roles for member in role.members if member.startswith("S")}
            inside = self._people.groups_of(user, sorted(groups))
        except SlackTrouble:
            raise Refused(NOT_KNOWN) from None
        return triage.actor_for(self.desk, name=f"{SLACK_STAFF}{user}", slack_user=user, groups=inside)

    def do(self, verb: Callable[[Tx, datetime], T]) -> T:
        """Run a verb in a transaction; returns after the commit. Raises what it raises, and StoreUnavailable."""
        now = self.now()
        return self.store.write(lambda tx: verb(tx, now))

    def look(self, ref: str, verb: str, actor: Actor, read: Callable[[Tx, Case], T]) -> T:
        """Read something of a case for a person who has the right to `verb` on it. Raises Refused."""
        with self.store.reading() as tx:
            triage.need(actor, verb)
            case = find(tx, ref)
            triage.admit(tx, case, actor, self.desk)
            return read(tx, case)

    def open(self, trigger_id: str, view: Block) -> None:
        """Open a form. Raises SlackTrouble."""
        self._calls("views.open", trigger_id=trigger_id, view=view)

    def show(self, trigger_id: str, view: Block, *, instead_of: str = "") -> None:
        """Show a form: in the place of another one that is open, else anew. Raises SlackTrouble."""
        if instead_of:
            try:
                self._calls("views.update", view_id=instead_of, view=view)
            except SaidNo as no:
                if not no.unknown and no.code != "not_found":
                    raise
            else:
                return
        self.open(trigger_id, view)

    def publish(self, user: str, view: Block) -> None:
        """Put a Home before a person. Raises SlackTrouble."""
        self._calls("views.publish", user_id=user, view=view)

    def whisper(self, channel: str, user: str, text: str, made: list[Block] | None = None) -> None:
        """Tell one person something, where they are if we may speak there, else in their private conversation."""
        shown = made or [blocks.section(text)]
        if channel:
            try:
                self._calls("chat.postEphemeral", channel=channel, user=user, text=text, blocks=shown)
            except Lost:
                return
            except SlackTrouble:
                pass  # The bot is not in that channel: the private conversation is left.
            else:
                return
        try:
            self._poster.post(self._poster.direct(user), text, shown, WHISPER)
        except SlackTrouble as trouble:
            log.warning("slack.whisper_lost", **facts_of(trouble))

    def refusal(self, error: Exception) -> str:
        """What to tell a person about something that did not work; a fault of ours is logged and not explained."""
        if isinstance(error, DeskError):
            return str(error)
        if not isinstance(error, SlackTrouble):
            note_fault("slack.listener_failed", error)
        return SORRY


def note_fault(event: str, error: BaseException) -> None:
    """Log a fault of ours by its class and place, never by its text."""
    log.error(event, **facts_of(error))


def told(sentence: str) -> str:
    """One of our sentences as mrkdwn: escaped, with staff shown as Slack shows them."""
    return _STAFF.sub(r"<@\1>", blocks.safe(sentence))


def spelt(sentence: str, user: str) -> str:
    """One of our sentences as plain text for `user`, who is "you"; a colleague is only that."""
    return _STAFF.sub(lambda match: "You" if match[1] == user else "A colleague", sentence)


def text_of(payload: Any, *path: str) -> str:
    """A string deep within a payload, "" where there is none."""
    for key in path:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload if isinstance(payload, str) else ""
