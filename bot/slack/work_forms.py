"""What the forms of work among staff do: assign, correct, follow-ups, links, merging, walls, who reported, adding a message."""

from dataclasses import replace
from typing import Any, Final

from slack_bolt import Ack

from bot.slack import work_modals
from bot.slack.card import SLACK_STAFF
from bot.slack.counter import Counter, told
from bot.slack.forms import Doing, Given
from bot.slack.frame import Carried
from bot.slack.ids import Action, Form, Input
from bot.slack.openers import form_of
from bot.slack.work_modals import UNKNOWN
from intake.slack import submission_from
from tracker import triage
from tracker.errors import Refused
from tracker.finding import find
from tracker.model import Case, Inbound, InboundContent
from tracker.store import Tx
from tracker.triage import Actor, correcting

NO_CASE: Final = "Choose one of the cases, or write the reference of another one."


class WorkForms:
    """Each does its verb and acknowledges; what cannot be done is raised as Refused."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def doings(self) -> dict[Form, Doing]:
        return {
            Form.ASSIGN: self._assign,
            Form.EXCLUDE: self._exclude,
            Form.CORRECT: self._correct,
            Form.FOLLOW_UP: self._follow_up,
            Form.SNOOZE: self._snooze,
            Form.LINK: self._link,
            Form.MERGE: self._merge,
            Form.UNMERGE: self._unmerge,
            Form.LOOK: self._look,
            Form.REVEAL: self._reveal,
            Form.ADD: self._add,
        }

    def _assign(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk = self._counter.desk
        holder = self._counter.actor(given[Input.WHO])
        self._counter.do(
            lambda tx, now: triage.assign(
                tx, at.ref, holder.name, holder=holder, actor=actor, seen=at.seen, desk=desk, now=now
            )
        )
        ack()
        if holder.slack_user != actor.slack_user:
            self._counter.whisper("", holder.slack_user, told(f"{actor.name} gave you {at.ref}."))

    def _exclude(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk, staff = self._counter.desk, f"{SLACK_STAFF}{given[Input.WHO]}"
        self._counter.do(
            lambda tx, now: triage.exclude(tx, at.ref, staff, given[Input.REASON], actor=actor, desk=desk, now=now)
        )
        ack()

    def _correct(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        """What was put in is compared with the case as it is, so that only real changes are changes."""
        desk = self._counter.desk
        wanted: dict[str, Any] = {
            name: None if name in correcting.MAY_BE_EMPTY and given.get(name) in {"", UNKNOWN} else given.get(name)
            for name in (*correcting.ONE, *correcting.MANY)
            if name in given
        }

        def correct(tx: Tx, now: Any) -> Case:
            case = find(tx, at.ref)
            changes = {name: value for name, value in wanted.items() if _differs(getattr(case, name), value)}
            if not changes:
                raise Refused(f"{case.ref} says so already; nothing was changed.")
            return triage.correct(
                tx, at.ref, changes, given[Input.REASON], actor=actor, seen=at.seen, desk=desk, now=now
            )

        self._counter.do(correct)
        ack()

    def _follow_up(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk = self._counter.desk
        self._counter.do(
            lambda tx, now: triage.add_follow_up(
                tx, at.ref, given[Input.WHAT], given[Input.WITHIN], actor=actor, desk=desk, now=now
            )
        )
        ack()

    def _snooze(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk = self._counter.desk
        self._counter.do(
            lambda tx, now: triage.snooze(
                tx, at.ref, given[Input.WHAT], given[Input.WITHIN], given[Input.REASON],
                actor=actor, seen=at.seen, desk=desk, now=now,
            )
        )  # fmt: skip
        ack()

    def _link(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk, other = self._counter.desk, _other(given)
        self._counter.do(
            lambda tx, now: triage.link(tx, at.ref, other, given[Input.REASON], actor=actor, desk=desk, now=now)
        )
        ack()

    def _merge(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk, into = self._counter.desk, _other(given)
        self._counter.do(
            lambda tx, now: triage.merge(
                tx, at.ref, into, given[Input.REASON], actor=actor, seen=at.seen, desk=desk, now=now
            )
        )
        ack()

    def _unmerge(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk = self._counter.desk
        self._counter.do(
            lambda tx, now: triage.unmerge(
                tx, at.ref, given[Input.REASON], actor=actor, seen=at.seen, desk=desk, now=now
            )
        )
        ack()

    def _reveal(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        """Recorded and committed first; only then is anything shown, to this person and in this form."""
        desk = self._counter.desk
        case, people = self._counter.do(
            lambda tx, now: triage.reveal(tx, at.ref, given[Input.REASON], actor=actor, desk=desk, now=now)
        )
        ack(response_action="update", view=work_modals.revealed(case.ref, people))

    def _look(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        """As above: recorded first, then shown, with all the steps that can be taken."""
        counter = self._counter
        case = counter.do(
            lambda tx, now: triage.look(tx, at.ref, given[Input.REASON], actor=actor, desk=counter.desk, now=now)
        )
        later = replace(at, seen=case.revision)
        view = counter.look(
            at.ref, "read", actor,
            lambda tx, found: form_of(Action.MORE, tx, found, actor, later, desk=counter.desk, now=counter.now()),
        )  # fmt: skip
        ack(response_action="update", view=view)

    def _add(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk, ref, number = self._counter.desk, _other(given), int(at.more.get("message", 0))

        def add(tx: Tx, now: Any) -> Case:
            row, kept = tx.get(Inbound, number), tx.get(InboundContent, number)
            if row is None or kept is None:
                raise Refused("That message is no longer there; choose it again.")
            said = submission_from(kept.content, row.envelope)
            return triage.add_message(tx, ref, said, inbound_id=number, actor=actor, desk=desk, now=now)

        case = self._counter.do(add)
        ack()
        self._counter.whisper(at.channel, actor.slack_user, told(f"The message is a note on {case.ref} now."))


def _other(given: Given) -> str:
    """The reference of the other case; what was typed counts before what was chosen."""
    ref = str(given.get(Input.CASE, "")).strip() or str(given.get(Input.OTHER, ""))
    if not ref:
        raise Refused(NO_CASE)
    return ref


def _differs(before: Any, after: Any) -> bool:
    if isinstance(after, list):
        return set(before or ()) != set(after)
    return (before or None) != (after or None)
