"""What a button does: take a case, take back, release or stop a letter, or open the form of its step; forms do the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from slack_bolt import Ack

from bot.slack import frame
from bot.slack.counter import Counter, spelt, text_of, told
from bot.slack.frame import Carried, carried
from bot.slack.ids import Action
from bot.slack.openers import form_of
from bot.slack.steps import STEPS
from tracker import triage
from tracker.errors import Refused
from tracker.triage import Actor

Body = dict[str, Any]

_OF_LETTERS: Final = frozenset({Action.TAKE_BACK, Action.SEND_AFTER_ALL, Action.NEVER_SEND})


@dataclass(frozen=True)
class Press:
    """One press: what, on what, by whom, and where (a message, a modal or Home)."""

    action: str
    value: str
    user: str
    trigger: str
    channel: str
    view: Body

    @property
    def in_form(self) -> bool:
        return text_of(self.view, "type") == "modal"

    @property
    def home(self) -> str:
        """The state of the Home it was pressed in, "" elsewhere."""
        return text_of(self.view, "private_metadata") or "{}" if text_of(self.view, "type") == "home" else ""


def press_of(body: Body) -> Press:
    """What a payload of block actions tells; empty texts where it tells less."""
    pressed = (body.get("actions") or [{}])[0]
    view = body.get("view") or {}
    return Press(
        action=text_of(pressed, "action_id"),
        value=text_of(pressed, "value") or text_of(pressed, "selected_option", "value"),
        user=text_of(body, "user", "id"),
        trigger=text_of(body, "trigger_id"),
        channel=text_of(body, "channel", "id") or carried(view).channel,
        view=view,
    )


class Buttons:
    """A press is acknowledged at once, then the role is checked, then it is done or a sentence says why not.

    `home` draws the Home of a person anew, in the state it was in, after a press that came from it.
    """

    def __init__(self, counter: Counter, *, home: Callable[[str, str], None]) -> None:
        self._counter = counter
        self._home = home

    def pressed(self, ack: Ack, body: Body) -> None:
        """The listener of every button of a case or a letter."""
        ack()
        press = press_of(body)
        try:
            self._do(Action(press.action), press, self._counter.actor(press.user))
        except Exception as error:  # noqa: BLE001 - whatever happens, the person who pressed must be told
            self._say(press, self._counter.refusal(error))

    def _do(self, action: Action, press: Press, actor: Actor) -> None:
        desk = self._counter.desk
        home = press.home or (carried(press.view).home if press.in_form else "")
        if action in _OF_LETTERS:
            self._letter(action, press, actor)
        elif action is Action.TAKE:
            case = self._counter.do(
                lambda tx, now: triage.take(tx, press.value, actor=actor, seen=None, desk=desk, now=now)
            )
            if press.in_form:
                self._say(press, f"{case.ref} is yours.")
        else:
            right = "read" if action is Action.MORE else STEPS[action].right
            view = self._counter.look(
                press.value, right, actor,
                lambda tx, case: form_of(
                    action, tx, case, actor, Carried(case.ref, case.revision, press.channel, home=home),
                    desk=desk, now=self._counter.now(),
                ),
            )  # fmt: skip
            self._counter.show(press.trigger, view, instead_of=text_of(press.view, "id") if press.in_form else "")
            return
        if home:
            self._home(press.user, home)

    def _letter(self, action: Action, press: Press, actor: Actor) -> None:
        desk = self._counter.desk
        if not press.value.isdigit():
            raise Refused("That button is no longer good; nothing was changed.")
        number = int(press.value)
        if action is Action.TAKE_BACK:
            case = self._counter.do(lambda tx, now: triage.take_back(tx, number, actor=actor, desk=desk, now=now))
            self._say(press, f"Taken back: your letter on {case.ref} was not sent.")
        elif action is Action.SEND_AFTER_ALL:
            self._counter.do(lambda tx, now: triage.send_after_all(tx, number, actor=actor, desk=desk, now=now))
        else:
            self._counter.do(lambda tx, now: triage.never_send(tx, number, actor=actor, desk=desk, now=now))

    def _say(self, press: Press, sentence: str) -> None:
        """Where the press was: in the form, else privately."""
        if press.in_form:
            ref = carried(press.view).ref or "Quality Desk"
            self._counter.show(
                press.trigger, frame.sentence(ref, spelt(sentence, press.user)), instead_of=text_of(press.view, "id")
            )
        else:
            self._counter.whisper(press.channel, press.user, told(sentence))
