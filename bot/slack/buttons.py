"""What a button does: take a case, take a letter back, or open the form of its verb; what a form does is in `forms`."""

from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack

from bot.slack import modals
from bot.slack.blocks import Block
from bot.slack.counter import Counter, text_of, told
from bot.slack.ids import Action
from bot.slack.modals import Carried, LevelChoice
from tracker import triage
from tracker.errors import Refused
from tracker.model import Case, Person
from tracker.people import correspondent_of
from tracker.store import Tx
from tracker.triage import Actor

Body = dict[str, Any]

_VERBS: Final = {
    Action.NOTE: "note",
    Action.LEVEL: "level",
    Action.REPLY: "reply",
    Action.RESOLVE: "resolve",
    Action.REOPEN: "reopen",
}


class Buttons:
    """A press is acknowledged at once, then the role is checked, then it is done or a sentence says why not.

    `home` draws the Home of a person anew after a press in it.
    """

    def __init__(self, counter: Counter, *, home: Callable[[str], None]) -> None:
        self._counter = counter
        self._home = home

    def pressed(self, ack: Ack, body: Body) -> None:
        """The listener of every button of a case."""
        ack()
        pressed = (body.get("actions") or [{}])[0]
        channel, user = text_of(body, "channel", "id"), text_of(body, "user", "id")
        try:
            action = Action(text_of(pressed, "action_id"))
            self._do(action, text_of(pressed, "value"), channel, user, text_of(body, "trigger_id"))
            if text_of(body, "view", "type") == "home":
                self._home(user)
        except Exception as error:  # noqa: BLE001 - whatever happens, the person who pressed must be told
            self._counter.whisper(channel, user, told(self._counter.refusal(error)))

    def _do(self, action: Action, value: str, channel: str, user: str, trigger_id: str) -> None:
        actor = self._counter.actor(user)
        desk = self._counter.desk
        if action is Action.TAKE:
            self._counter.do(lambda tx, now: triage.take(tx, value, actor=actor, seen=None, desk=desk, now=now))
        elif action is Action.TAKE_BACK:
            if not value.isdigit():
                raise Refused("That button is no longer good; nothing was changed.")
            case = self._counter.do(lambda tx, now: triage.take_back(tx, int(value), actor=actor, desk=desk, now=now))
            self._counter.whisper(channel, user, told(f"Taken back: your letter on {case.ref} was not sent."))
        else:
            view = self._counter.look(
                value, _VERBS[action], actor,
                lambda tx, case: self._form(action, tx, case, actor, Carried(case.ref, case.revision, channel)),
            )  # fmt: skip
            self._counter.open(trigger_id, view)

    def _form(self, action: Action, tx: Tx, case: Case, actor: Actor, at: Carried) -> Block:
        match action:
            case Action.LEVEL:
                return modals.level(at, self._choices(actor), waiting=_waiting(case, actor))
            case Action.REPLY:
                return modals.reply(at, to=addressee(correspondent(tx, case)))
            case Action.RESOLVE:
                return modals.resolve(at)
            case Action.REOPEN:
                return modals.reopen(at)
            case _:
                return modals.note(at)

    def _choices(self, actor: Actor) -> list[LevelChoice]:
        ours = {rule.level: rule.name for rule in self._counter.desk.levels if rule.name}
        choices = [
            LevelChoice(row.level, ours.get(row.level, row.name), row.criteria)
            for row in self._counter.desk.field.isf.levels
            if row.level <= actor.level_up_to
        ]
        if not choices:
            raise Refused("None of your roles may set a level.")
        return choices


def correspondent(tx: Tx, case: Case) -> Person:
    """Whom a reply goes to. Raises Refused where nobody can be written to."""
    person = correspondent_of(tx, case)
    if person is None:
        raise Refused(f"Nobody can be written to on {case.ref}: the reporter left no address.")
    return person


def addressee(person: Person) -> str:
    """Who that is, by pseudonym."""
    return f"{person.pseudonym} ({'by mail' if person.address else 'in a private Slack message'})"


def _waiting(case: Case, actor: Actor) -> str:
    asked = case.isf_awaiting
    if not asked:
        return ""
    if asked["by"] == actor.name:
        return f"You asked for ISF {asked['level']} ({asked['state']}); a second person has to confirm it."
    return f"A colleague asked for ISF {asked['level']} ({asked['state']}); set the same to confirm it."
