"""What a form does when it is sent: the verb, then the ack that closes it; a refusal keeps the form and every word in it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from slack_bolt import Ack

from bot.slack import frame, modals, work_modals
from bot.slack.counter import Counter, spelt, text_of
from bot.slack.frame import Carried
from bot.slack.ids import Form, Input
from intake.slack import heard_command
from tracker import triage
from tracker.errors import Stale
from tracker.finding import find
from tracker.triage import Actor

Body = dict[str, Any]
Given: TypeAlias = dict[str, Any]
Doing: TypeAlias = Callable[[Actor, Carried, Given, Ack], None]
"""Does what a form asks for and acknowledges it, in this order."""

KEPT: Final = "Thank you. Your report is kept and will be read like every other; you get a private answer."


class Forms:
    """The verb is done before the ack, so that what the ack says is true; it has to be quick, and is.

    `doings` are those of other rooms; `home` draws a person's Home anew after a form that was opened from there.
    """

    def __init__(self, counter: Counter, *, doings: Mapping[Form, Doing], home: Callable[[str, str], None]) -> None:
        self._counter = counter
        self._home = home
        self._doings: Final[dict[Form, Doing]] = {
            Form.NOTE: self._note,
            Form.LEVEL: self._level,
            Form.EVIDENCE: self._evidence,
            Form.REOPEN: self._reopen,
            **doings,
        }

    def sent(self, ack: Ack, body: Body, view: dict[str, Any]) -> None:
        """The listener of every form about a case."""
        user, at, given = text_of(body, "user", "id"), frame.carried(view), frame.entered(view)
        try:
            doing = self._doings[Form(text_of(view, "callback_id"))]
            doing(self._counter.actor(user), at, given, ack)
        except Stale as stale:
            later = Carried(at.ref, self._revision(at), at.channel, at.words, at.home, at.more)
            warning = f"{spelt(str(stale), user)} Your words are kept; send again if they still fit."
            ack(response_action="update", view=self._again(view, warning, given, later))
        except Exception as error:  # noqa: BLE001 - whatever happens, the person must keep the words and be told
            self._refuse(ack, view, given, at, spelt(self._counter.refusal(error), user))
        else:
            if at.home:
                self._home(user, at.home)

    def new_case(self, ack: Ack, body: Body, view: dict[str, Any]) -> None:
        """The listener of the form behind `/case new`: kept, then acknowledged."""
        user, at, given = text_of(body, "user", "id"), frame.carried(view), frame.entered(view)
        place = {"team_id": text_of(body, "team", "id"), "channel_id": at.channel, "user_id": user}
        try:
            heard = heard_command(place, text=as_sent(given[Input.TEXT]), trigger_id=text_of(view, "id"))
            self._counter.ear.keep(heard)
        except Exception as error:  # noqa: BLE001 - an unkept report must stay before the person who wrote it
            self._refuse(ack, view, given, at, spelt(self._counter.refusal(error), user))
        else:
            ack(response_action="update", view=frame.sentence("Kept", KEPT))

    def _note(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk = self._counter.desk
        self._counter.do(lambda tx, now: triage.note(tx, at.ref, given[Input.TEXT], actor=actor, desk=desk, now=now))
        ack()

    def _level(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        """Set it where no criterion was ticked, else ask for the evidence of each."""
        ticked = [
            f"{row.level}:{place}"
            for row in self._counter.desk.field.isf.levels
            for place in given.get(f"{Input.CRITERIA}:{row.level}", ())
        ]
        level, provisional = int(given[Input.LEVEL]), bool(given[Input.PROVISIONAL])
        if not ticked:
            self._set_level(actor, at, level, given[Input.REASON], provisional, {})
            ack()
            return
        more = {"level": level, "provisional": provisional, "met": ticked}
        second = Carried(at.ref, at.seen, at.channel, given[Input.REASON], at.home, more)
        try:
            page = modals.evidence(second, level, self._criteria(ticked))
        except ValueError:
            ack(response_action="errors", errors={Input.REASON.value: "Please shorten the reason a little."})
            return
        ack(response_action="push", view=page)

    def _evidence(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        met = self._criteria(at.more.get("met", ()))
        shown_by = {words: str(given.get(f"{Input.EVIDENCE}:{key}", "")).strip() for key, words in met.items()}
        self._set_level(actor, at, int(at.more["level"]), at.words, bool(at.more["provisional"]), shown_by)
        ack(response_action="clear")

    def _criteria(self, keys: Any) -> dict[str, str]:
        """The criteria's words by `LEVEL:PLACE`, of those that there are."""
        known = {
            f"{row.level}:{place}": f"ISF {row.level}: {words}"
            for row in self._counter.desk.field.isf.levels
            for place, words in enumerate(row.criteria)
        }
        return {key: known[key] for key in keys if key in known}

    def _set_level(
        self, actor: Actor, at: Carried, level: int, reason: str, provisional: bool, evidence: dict[str, str]
    ) -> None:
        desk = self._counter.desk
        self._counter.do(
            lambda tx, now: triage.level(
                tx, at.ref, level, reason, provisional=provisional, criteria=tuple(evidence), evidence=evidence,
                actor=actor, seen=at.seen, desk=desk, now=now,
            )
        )  # fmt: skip

    def _reopen(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        desk = self._counter.desk
        self._counter.do(
            lambda tx, now: triage.reopen(
                tx, at.ref, given[Input.REASON], actor=actor, seen=at.seen, desk=desk, now=now
            )
        )
        ack()

    def _again(self, view: dict[str, Any], warning: str, given: Given, at: Carried) -> dict[str, Any]:
        """The form once more, as it was filled in. Of labels only what this person changed: the others are shown as they are
        now, or sending it again would undo what a colleague put right."""
        if text_of(view, "callback_id") != Form.CORRECT:
            return frame.with_warning(view, warning, given, at)
        mine = sorted({*at.more.get("changed", ()), *frame.changed(view, given)})
        later = replace(at, more={"changed": mine})
        with self._counter.store.reading() as tx:
            now_shown = work_modals.correct(later, find(tx, at.ref), self._counter.desk.field)
        return frame.with_warning(now_shown, warning, {name: given[name] for name in mine if name in given}, later)

    def _revision(self, at: Carried) -> int:
        with self._counter.store.reading() as tx:
            return find(tx, at.ref).revision

    def _refuse(self, ack: Ack, view: dict[str, Any], given: Given, at: Carried, sentence: str) -> None:
        """A sentence under the first field, or on top of a form that has no field."""
        first = frame.first_field(view)
        if first is not None:
            ack(response_action="errors", errors={first: sentence})
        else:
            ack(response_action="update", view=frame.with_warning(view, sentence, given, at))


def as_sent(text: str) -> str:
    """What a person typed into a form, as Slack would have sent it in a message: with its control characters escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
