"""`/case …` and the shortcuts: a report is kept before it is acknowledged; answers are seen by one person only."""

from typing import Any, Final

from slack_bolt import Ack

from bot.slack import blocks, card, listing, modals
from bot.slack.blocks import Block
from bot.slack.counter import Counter, note_fault, text_of, told
from bot.slack.forms import KEPT
from bot.slack.frame import Carried
from bot.slack.ids import COMMAND
from bot.slack.listing import Line
from bot.slack.register_desk import VERBS, Register
from bot.slack.register_lists import HELP as REGISTER_HELP
from intake.slack import Heard, heard_command, heard_shortcut
from tracker import card_facts, triage
from tracker.card_facts import CardFacts
from tracker.errors import Refused
from tracker.inbound import Kept
from tracker.model import Case, Inbound
from tracker.store import Tx
from tracker.triage import Actor, worklist

Body = dict[str, Any]

SHOWN: Final = 15
SUGGESTED: Final = 20
NO_MESSAGE: Final = "There is nothing in that message that a case could be opened from."
NOT_KEPT: Final = "The desk could not keep that just now, so nothing was opened. Please send it again in a minute."
HELP: Final = "\n".join(
    (
        f"*{COMMAND} new WORDS* opens a case with what you write; without words it opens a form.",
        f"*{COMMAND} find WORDS* lists open cases by place, specialty, grade, theme, urgency or status; all the words must fit.",
        f"*{COMMAND} show REF* shows the card of one case, to you only.",
        f"*{COMMAND} mine* lists your cases, *{COMMAND} due* what is overdue or due today.",
        REGISTER_HELP,
        "You can also choose *Open a case* or *Add to a case* from the menu of any message, or write to me directly.",
    )
)


class Commands:
    """Anybody of our workspace may report; to look at cases takes a role."""

    def __init__(self, counter: Counter, register: Register) -> None:
        self._counter = counter
        self._register = register

    def typed(self, ack: Ack, body: Body) -> None:
        """The listener of the command."""
        verb, _, words = text_of(body, "text").strip().partition(" ")
        verb = verb.lower()
        if verb == "new":
            self._new(ack, body, words.strip())
            return
        if verb in VERBS:
            self._register.typed(ack, body, verb, words.strip())
            return
        try:
            text, made = self._answer(verb, words.strip(), text_of(body, "user_id"))
        except Exception as error:  # noqa: BLE001 - whatever happens, the person who asked must be told
            text, made = told(self._counter.refusal(error)), []
        ack(text=text, blocks=made or [blocks.section(text)])

    def chosen(self, ack: Ack, body: Body) -> None:
        """The listener of the shortcut that opens a case."""
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

    def added(self, ack: Ack, body: Body) -> None:
        """The listener of the shortcut that puts a message on a case: kept, acknowledged, then asked to which."""
        channel, user = text_of(body, "channel", "id"), text_of(body, "user", "id")
        acked = False
        try:
            actor = self._counter.actor(user)
            triage.need(actor, "note")
            heard = heard_shortcut(body, to_add=True)
            kept = self._counter.do(lambda tx, _now: self._set_down(tx, heard))
            ack()
            acked = True
            at = Carried(channel=channel, more={"message": kept.id})
            self._counter.open(text_of(body, "trigger_id"), modals.add_to_case(at, self._suggested(actor)))
        except Exception as error:  # noqa: BLE001 - whatever happens, the person who chose must be told
            if not acked:
                ack()
            self._counter.whisper(channel, user, told(self._counter.refusal(error)))

    def _set_down(self, tx: Tx, heard: Heard | None) -> Kept:
        if heard is None:
            raise Refused(NO_MESSAGE)
        kept = self._counter.ear.keep_in(tx, heard)
        row = tx.get_one(Inbound, kept.id)
        if row.outcome in {"opened", "joined"}:
            case = tx.get(Case, row.case_id) if row.case_id else None
            raise Refused(f"That message is on case {case.ref} already." if case else "That message is kept already.")
        triage.set_down(tx, kept.id)
        return kept

    def _suggested(self, actor: Actor) -> list[tuple[str, str]]:
        now, desk = self._counter.now(), self._counter.desk
        with self._counter.store.reading() as tx:
            mine = worklist.pile(worklist.tasks(tx, actor, desk, now), "mine", actor, now, desk)[:SUGGESTED]
            cases = (tx.get_one(Case, task.case_id) for task in mine)
            return [
                (case.ref, "Restricted case" if card_facts.hidden_on_card(tx, case, desk)
                 else card_facts.KIND_WORDS.get(case.kind, card_facts.words(case.kind)))
                for case in cases
            ]  # fmt: skip

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
        if verb in _NEEDS_WORDS and not words:
            return _NEEDS_WORDS[verb], []
        if verb == "show":
            drawn = card.draw(self._counter.look(words, "read", actor, lambda tx, case: self._facts(tx, case)))
            return drawn.text, drawn.blocks
        with self._counter.store.reading() as tx:
            if verb in {"mine", "due"}:
                every = worklist.tasks(tx, actor, desk, now)
                piles = {"mine": ("mine",), "due": ("overdue", "today")}[verb]
                return "\n".join(
                    _list(
                        _TITLES[name],
                        listing.of_tasks(tx, found[:SHOWN], desk=desk, now=now),
                        len(found),
                    )
                    for name in piles
                    for found in [worklist.pile(every, name, actor, now, desk)]
                ) + (self._register.due(tx, actor, now) if verb == "due" else ""), []
            if verb == "find":
                rows = listing.matching(tx, words, actor, most=SHOWN, desk=desk, now=now)
                title = f"Found, the newest {SHOWN}" if len(rows) == SHOWN else "Found"
                return _list(title, rows, len(rows)) + ("" if rows else f"\n{NOT_FOUND}"), []
        return f"I do not know that. \n{HELP}", []

    def _facts(self, tx: Tx, case: Case) -> CardFacts:
        return card_facts.facts(tx, case, desk=self._counter.desk, now=self._counter.now())

    def _known(self, inbound_id: int) -> str:
        with self._counter.store.reading() as tx:
            row = tx.get(Inbound, inbound_id)
            case = tx.get(Case, row.case_id) if row is not None and row.case_id else None
        return f"That message is on case {case.ref} already." if case else "That message is kept already."


WHICH_CASE: Final = f"Write its reference behind it, as in `{COMMAND} show QD-7F3K-9MX`."
WHICH_WORDS: Final = f"Write what to look for behind it, as in `{COMMAND} find induction durham`."
NOT_FOUND: Final = (
    "What people wrote is not searched, only the labels of open cases; a restricted case is found by its reference."
)
_NEEDS_WORDS: Final = {"show": WHICH_CASE, "find": WHICH_WORDS}
_TITLES: Final = {"mine": "Your open cases", "overdue": "Overdue", "today": "Due today"}


def _list(title: str, rows: list[Line], total: int) -> str:
    if not rows:
        return f"*{title}*: none"
    more = [f"and {total - len(rows)} more; Home shows them all."] if total > len(rows) else []
    return "\n".join([f"*{title}*", *(row.text for row in rows), *more])
