"""`/case …` and the shortcut "Open a case": a report is kept before it is acknowledged; answers are seen by one person only."""

from typing import Any, Final

from slack_bolt import Ack

from bot.slack import blocks, card, listing, modals
from bot.slack.blocks import Block
from bot.slack.counter import Counter, note_fault, text_of, told
from bot.slack.forms import KEPT
from bot.slack.ids import COMMAND
from bot.slack.listing import Line
from bot.slack.modals import Carried
from intake.slack import heard_command, heard_shortcut
from tracker import card_facts
from tracker.card_facts import CardFacts
from tracker.model import Case, Inbound
from tracker.queries import CaseFilter
from tracker.store import Tx

Body = dict[str, Any]

SHOWN: Final = 15
NO_MESSAGE: Final = "There is nothing in that message that a case could be opened from."
NOT_KEPT: Final = "The desk could not keep that just now, so nothing was opened. Please send it again in a minute."
HELP: Final = "\n".join(
    (
        f"*{COMMAND} new WORDS* opens a case with what you write; without words it opens a form.",
        f"*{COMMAND} find WORDS* lists open cases by place, specialty, theme or status.",
        f"*{COMMAND} show REF* shows the card of one case, to you only.",
        f"*{COMMAND} mine* and *{COMMAND} due* list your cases and what is overdue.",
        "You can also choose *Open a case* from the menu of any message, or write to me directly.",
    )
)


class Commands:
    """Anybody of our workspace may report; to look at cases takes a role."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def typed(self, ack: Ack, body: Body) -> None:
        """The listener of the command."""
        verb, _, words = text_of(body, "text").strip().partition(" ")
        if verb == "new":
            self._new(ack, body, words.strip())
            return
        try:
            text, made = self._answer(verb, words.strip(), text_of(body, "user_id"))
        except Exception as error:  # noqa: BLE001 - whatever happens, the person who asked must be told
            text, made = told(self._counter.refusal(error)), []
        ack(text=text, blocks=made or [blocks.section(text)])

    def chosen(self, ack: Ack, body: Body) -> None:
        """The listener of the shortcut."""
        channel, user = text_of(body, "channel", "id"), text_of(body, "user", "id")
        heard = heard_shortcut(body)
        said = NO_MESSAGE
        try:
            if heard is not None:
                kept = self._counter.ear.keep(heard)
                said = told(self._known(kept.id)) if kept.repeat else KEPT
        except Exception as error:  # noqa: BLE001 - an unkept report must not look like a kept one
            note_fault("slack.shortcut_not_kept", error)
            said = NOT_KEPT
        ack()
        self._counter.whisper(channel, user, said)

    def _new(self, ack: Ack, body: Body, words: str) -> None:
        try:
            if words:
                self._counter.ear.keep(heard_command(body, text=words, trigger_id=text_of(body, "trigger_id")))
                ack(text=KEPT)
            else:
                ack()
                at = Carried(channel=text_of(body, "channel_id"))
                self._counter.open(text_of(body, "trigger_id"), modals.new_case(at))
        except Exception as error:  # noqa: BLE001 - an unkept report must not look like a kept one
            note_fault("slack.command_not_kept", error)
            if words:
                ack(text=NOT_KEPT)
            else:
                self._counter.whisper(text_of(body, "channel_id"), text_of(body, "user_id"), NOT_KEPT)

    def _answer(self, verb: str, words: str, user: str) -> tuple[str, list[Block]]:
        if verb in {"", "help"}:
            return HELP, []
        actor, now, desk = self._counter.actor(user), self._counter.now(), self._counter.desk
        if verb == "show":
            drawn = card.draw(self._counter.look(words, "read", actor, lambda tx, case: self._facts(tx, case)))
            return drawn.text, drawn.blocks
        with self._counter.store.reading() as tx:
            if verb == "mine":
                mine = CaseFilter(open_only=True, owner=actor.name)
                return _list("Your open cases", listing.lines(tx, mine, actor, most=SHOWN, desk=desk, now=now)), []
            if verb == "due":
                late = CaseFilter(open_only=True, overdue=True)
                return _list("Overdue", listing.lines(tx, late, actor, most=SHOWN, desk=desk, now=now)), []
            if verb == "find" and words:
                return _list("Found", listing.matching(tx, words, actor, most=SHOWN, desk=desk, now=now)), []
        return f"I do not know that. \n{HELP}", []

    def _facts(self, tx: Tx, case: Case) -> CardFacts:
        return card_facts.facts(tx, case, desk=self._counter.desk, now=self._counter.now())

    def _known(self, inbound_id: int) -> str:
        with self._counter.store.reading() as tx:
            row = tx.get(Inbound, inbound_id)
            case = tx.get(Case, row.case_id) if row is not None and row.case_id else None
        return f"That message is on case {case.ref} already." if case else "That message is kept already."


def _list(title: str, rows: list[Line]) -> str:
    return "\n".join([f"*{title}*", *(row.text for row in rows)]) if rows else f"*{title}*: none"
