"""Letters in a person's own words: shown as they will leave, sent after a look, and taken back within the minute."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from slack_bolt import Ack
from sqlalchemy import select

from bot.slack import blocks, letter_modals
from bot.slack.counter import Counter, told
from bot.slack.forms import Doing, Given
from bot.slack.frame import Carried
from bot.slack.ids import Action, Form, Input
from bot.slack.openers import addressee, correspondent
from tracker import triage
from tracker.errors import Refused
from tracker.model import Case, Event
from tracker.occasions import ASK, CLOSED, REPLY, TELL
from tracker.store import Tx
from tracker.triage import Actor, telling

TOO_LONG: Final = "Please shorten the letter a little; it is too long for this form."
_RIGHTS: Final = {REPLY: "reply", ASK: "ask", TELL: "reply", CLOSED: "resolve"}
_KINDS: Final = {REPLY: "replied", ASK: "asked", TELL: "provider_told", CLOSED: "resolved"}


class LetterForms:
    """Replies, questions to the reporter, letters to a provider's role, and what ends a case."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def doings(self) -> dict[Form, Doing]:
        return {
            Form.REPLY: lambda actor, at, given, ack: self._preview(REPLY, actor, at, given, ack),
            Form.ASK: lambda actor, at, given, ack: self._preview(ASK, actor, at, given, ack),
            Form.TELL: lambda actor, at, given, ack: self._preview(TELL, actor, at, given, ack),
            Form.RESOLVE: self._resolve,
            Form.CONFIRM: self._send,
        }

    def _resolve(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        """At once where nobody is to be told; else the letter is looked at first, like every other."""
        desk, words = self._counter.desk, str(given.get(Input.FEEDBACK, ""))
        ends = {"outcome": given[Input.TEXT], "passed_on": given[Input.OUTCOME] == "passed_on"}
        if words.strip():
            self._preview(CLOSED, actor, at, {Input.TEXT: words}, ack, field=Input.FEEDBACK, more=ends)
            return
        self._counter.do(
            lambda tx, now: triage.resolve(tx, at.ref, **ends, actor=actor, seen=at.seen, desk=desk, now=now)
        )
        ack()

    def _preview(
        self,
        occasion: str,
        actor: Actor,
        at: Carried,
        given: Given,
        ack: Ack,
        *,
        field: Input = Input.TEXT,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Show the letter. `field` is where its words were written, `more` what its sending needs besides."""
        words, to = given[Input.TEXT], given.get(Input.TO, "")
        letter, addressed = self._counter.look(
            at.ref, _RIGHTS[occasion], actor, lambda tx, case: self._letter(tx, case, occasion, words, to)
        )
        second = Carried(at.ref, at.seen, at.channel, words, at.home, {"as": occasion, "to": to, **more})
        try:
            page = letter_modals.confirm(
                second, to=addressed, letter=letter, undo_seconds=self._counter.desk.undo_seconds
            )
        except ValueError:
            ack(response_action="errors", errors={field.value: TOO_LONG})
            return
        ack(response_action="push", view=page)

    def _letter(self, tx: Tx, case: Case, occasion: str, words: str, to: str) -> tuple[str, str]:
        """The letter as it will leave, and to whom in words."""
        letters = self._counter.desk.letters
        if occasion == TELL:
            telling.keeps_secret(tx, case, words)
            contact = triage.contact_of(case, self._counter.desk, to)
            return letters.compose(TELL, {"case_ref": case.ref, "words": words}).text, f"the {contact.role}"
        person = correspondent(tx, case)
        if not person.address:
            return f"{words}\n\n{case.ref}", addressee(person)
        return letters.compose(occasion, {"case_ref": case.ref, "words": words}).text, addressee(person)

    def _send(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:  # noqa: ARG002
        desk, occasion = self._counter.desk, str(at.more.get("as", ""))
        if occasion not in _KINDS:
            raise Refused("That form is no longer good; nothing was sent. Please begin again.")

        def send(tx: Tx, now: Any) -> tuple[str, int]:
            if occasion == TELL:
                to = str(at.more.get("to", ""))
                case = triage.tell_provider(tx, at.ref, to, at.words, actor=actor, seen=at.seen, desk=desk, now=now)
            elif occasion == CLOSED:
                outcome, passed_on = str(at.more.get("outcome", "")), bool(at.more.get("passed_on"))
                case = triage.resolve(
                    tx, at.ref, outcome, at.words, passed_on=passed_on, actor=actor, seen=at.seen, desk=desk, now=now
                )
            else:
                case = triage.reply(
                    tx, at.ref, at.words, ask=occasion == ASK, actor=actor, seen=at.seen, desk=desk, now=now
                )
            return case.ref, _parcel(tx, case, _KINDS[occasion])

        ref, parcel = self._counter.do(send)
        ack(response_action="clear")
        if parcel and desk.undo_seconds:
            said = told(f"Your letter on {ref} leaves in {desk.undo_seconds} seconds.")
            undo = blocks.button(
                "Take back", Action.TAKE_BACK, str(parcel), about=f"the letter on {ref}", style="danger"
            )
            self._counter.whisper(at.channel, actor.slack_user, said, [blocks.section(said), *blocks.actions([undo])])


def _parcel(tx: Tx, case: Case, kind: str) -> int:
    """The number of the letter that was just put into the outbox."""
    tx.flush()
    event = tx.scalar(
        select(Event).where(Event.case_id == case.id, Event.kind == kind).order_by(Event.id.desc()).limit(1)
    )
    return int(event.detail.get("parcel", 0)) if event else 0
