"""What a form does when it is sent: the verb, then the ack that closes it; a refusal keeps the form and every word in it."""

from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack
from sqlalchemy import select

from bot.slack import blocks, modals
from bot.slack.buttons import addressee, correspondent
from bot.slack.counter import Counter, spelt, text_of, told
from bot.slack.ids import Action, Form, Input
from bot.slack.modals import Carried
from intake.slack import heard_command
from tracker import triage
from tracker.errors import Stale
from tracker.finding import find
from tracker.model import Case, Event
from tracker.store import Tx
from tracker.triage import Actor

Body = dict[str, Any]
Given = dict[str, Any]
Step = Callable[[Actor, Carried, Given, Ack], None]

TOO_LONG: Final = "Please shorten the letter a little; it is too long for this form."
KEPT: Final = "Thank you. Your report is kept and will be read like every other; you get a private answer."


class Forms:
    """The verb is done before the ack, so that what the ack says is true; it has to be quick, and is."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._steps: Final[dict[Form, Step]] = {
            Form.NOTE: self._note,
            Form.LEVEL: self._level,
            Form.REPLY: self._preview,
            Form.REPLY_CONFIRM: self._send,
            Form.RESOLVE: self._resolve,
            Form.REOPEN: self._reopen,
        }

    def sent(self, ack: Ack, body: Body, view: dict[str, Any]) -> None:
        """The listener of every form about a case."""
        user, at, given = text_of(body, "user", "id"), modals.carried(view), modals.entered(view)
        try:
            step = self._steps[Form(text_of(view, "callback_id"))]
            step(self._counter.actor(user), at, given, ack)
        except Stale as stale:
            later = Carried(at.ref, self._revision(at), at.channel, at.words)
            warning = f"{spelt(str(stale), user)} Your words are kept; send again if they still fit."
            ack(response_action="update", view=modals.with_warning(view, warning, given, later))
        except Exception as error:  # noqa: BLE001 - whatever happens, the person must keep the words and be told
            self._refuse(ack, view, given, at, spelt(self._counter.refusal(error), user))

    def new_case(self, ack: Ack, body: Body, view: dict[str, Any]) -> None:
        """The listener of the form behind `/case new`: kept, then acknowledged."""
        user, at, given = text_of(body, "user", "id"), modals.carried(view), modals.entered(view)
        place = {"team_id": text_of(body, "team", "id"), "channel_id": at.channel, "user_id": user}
        try:
            heard = heard_command(place, text=as_sent(given[Input.TEXT]), trigger_id=text_of(view, "id"))
            self._counter.ear.keep(heard)
        except Exception as error:  # noqa: BLE001 - an unkept report must stay before the person who wrote it
            self._refuse(ack, view, given, at, spelt(self._counter.refusal(error), user))
        else:
            ack(response_action="update", view=modals.sentence("Kept", KEPT))

    def _note(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk = self._counter.desk
        self._counter.do(lambda tx, now: triage.note(tx, at.ref, given[Input.TEXT], actor=actor, desk=desk, now=now))
        ack()

    def _level(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk = self._counter.desk
        rows = {row.level: row.criteria for row in desk.field.isf.levels}
        met = [
            f"ISF {row}: {rows[row][int(place)]}"
            for row in sorted(rows)
            for place in given.get(f"{Input.CRITERIA}:{row}", ())
            if place.isdigit() and int(place) < len(rows[row])
        ]
        self._counter.do(
            lambda tx, now: triage.level(
                tx, at.ref, int(given[Input.LEVEL]), given[Input.REASON], provisional=bool(given[Input.PROVISIONAL]),
                criteria=met, actor=actor, seen=at.seen, desk=desk, now=now,
            )
        )  # fmt: skip
        ack()

    def _preview(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        letter, to = self._counter.look(
            at.ref, "reply", actor, lambda tx, case: self._letter(tx, case, given[Input.TEXT])
        )
        carried = Carried(at.ref, at.seen, at.channel, given[Input.TEXT])
        try:
            confirm = modals.reply_confirm(carried, to=to, letter=letter, undo_seconds=self._counter.desk.undo_seconds)
        except ValueError:
            ack(
                response_action="errors",
                errors={Input.TEXT.value: TOO_LONG},
            )
            return
        ack(response_action="push", view=confirm)

    def _letter(self, tx: Tx, case: Case, words: str) -> tuple[str, str]:
        person = correspondent(tx, case)
        if not person.address:
            return f"{words}\n\n{case.ref}", addressee(person)
        letter = self._counter.desk.letters.compose("reply", {"case_ref": case.ref, "words": words})
        return letter.text, addressee(person)

    def _send(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:  # noqa: ARG002
        desk = self._counter.desk
        ref, parcel = self._counter.do(
            lambda tx, now: _sent(tx, triage.reply(tx, at.ref, at.words, actor=actor, seen=at.seen, desk=desk, now=now))
        )
        ack(response_action="clear")
        if parcel and desk.undo_seconds:
            said = told(f"Your letter on {ref} leaves in {desk.undo_seconds} seconds.")
            undo = blocks.button(
                "Take back", Action.TAKE_BACK, str(parcel), about=f"the letter on {ref}", style="danger"
            )
            self._counter.whisper(at.channel, actor.slack_user, said, [blocks.section(said), *blocks.actions([undo])])

    def _resolve(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk = self._counter.desk
        self._counter.do(
            lambda tx, now: triage.resolve(
                tx, at.ref, given[Input.TEXT], given[Input.FEEDBACK],
                passed_on=given[Input.OUTCOME] == "passed_on", actor=actor, seen=at.seen, desk=desk, now=now,
            )
        )  # fmt: skip
        ack()

    def _reopen(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk = self._counter.desk
        self._counter.do(
            lambda tx, now: triage.reopen(
                tx, at.ref, given[Input.REASON], actor=actor, seen=at.seen, desk=desk, now=now
            )
        )
        ack()

    def _revision(self, at: Carried) -> int:
        with self._counter.store.reading() as tx:
            return find(tx, at.ref).revision

    def _refuse(self, ack: Ack, view: dict[str, Any], given: Given, at: Carried, sentence: str) -> None:
        """A sentence under the first field, or on top of a form that has no field."""
        first = next((each["block_id"] for each in view.get("blocks", ()) if each.get("type") == "input"), None)
        if first is not None:
            ack(response_action="errors", errors={first: sentence})
        else:
            ack(response_action="update", view=modals.with_warning(view, sentence, given, at))


def as_sent(text: str) -> str:
    """What a person typed into a form, as Slack would have sent it in a message: with its control characters escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _sent(tx: Tx, case: Case) -> tuple[str, int]:
    tx.flush()
    event = tx.scalar(
        select(Event).where(Event.case_id == case.id, Event.kind == "replied").order_by(Event.id.desc()).limit(1)
    )
    return case.ref, int(event.detail.get("parcel", 0)) if event else 0
