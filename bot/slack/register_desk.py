"""The register in Slack: what `/case register` answers, what its buttons open and its forms do; deciding is the tracker's."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from slack_bolt import Ack
from sqlalchemy import select

from bot.slack import blocks, frame, register_lists, register_modals, register_openers
from bot.slack.blocks import Block
from bot.slack.buttons import Press, press_of
from bot.slack.counter import Counter, spelt, text_of, told
from bot.slack.forms import Body, Given
from bot.slack.frame import Carried
from bot.slack.register_ids import Entry, RegisterAction, RegisterForm
from tracker import triage
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.model import Rating, RatingApproval
from tracker.register import evidence, places, ratings, telling
from tracker.register.rating_rules import level_of_authority
from tracker.register.ratings import Proposal
from tracker.store import Tx
from tracker.triage import Actor
from tracker.triage.levels import people_needed

VERBS: Final = ("register", "place", "rate", "evidence")
NO_EVIDENCE: Final = "The register holds no evidence about this place yet; put some down first, with “Add evidence”."


class Register:
    """Shared by the command, the buttons, the forms and Home. Every right is asked for at the deed itself."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._doings: Final[dict[RegisterForm, Callable[[Actor, Carried, Given, Ack], None]]] = {
            RegisterForm.PROPOSE: self._go_on,
            RegisterForm.CRITERIA: self._propose,
            RegisterForm.DECIDE: self._decide,
            RegisterForm.EVIDENCE: self._add_evidence,
            RegisterForm.TOLD: self._told,
        }

    @property
    def _desk(self) -> Desk:
        return self._counter.desk

    def typed(self, ack: Ack, body: Body, verb: str, words: str) -> None:
        """The listener of the command's words of the register; what it says is seen by this person only."""
        text, made = "", list[Block]()
        try:
            actor = self._counter.actor(text_of(body, "user_id"))
            if verb in {"rate", "evidence"}:
                action = RegisterAction.PROPOSE if verb == "rate" else RegisterAction.EVIDENCE
                view = self._form(action, words, actor, text_of(body, "channel_id"))
                self._counter.open(text_of(body, "trigger_id"), view)
            else:
                text, made = self._lists(actor) if verb == "register" else self._place(actor, words)
        except Exception as error:  # noqa: BLE001 - whatever happens, the person who asked must be told
            text, made = told(self._counter.refusal(error)), []
        if text:
            ack(text=text, blocks=made or [blocks.section(text)])
        else:
            ack()

    def pressed(self, ack: Ack, body: Body) -> None:
        """The listener of every button of the register."""
        ack()
        press = press_of(body)
        try:
            view = self._form(RegisterAction(press.action), press.value, self._counter.actor(press.user), press.channel)
            self._counter.show(press.trigger, view, instead_of=text_of(press.view, "id") if press.in_form else "")
        except Exception as error:  # noqa: BLE001 - whatever happens, the person who pressed must be told
            self._say(press, self._counter.refusal(error))

    def sent(self, ack: Ack, body: Body, view: dict[str, Any]) -> None:
        """The listener of every form of the register; a refusal keeps the form and every word in it."""
        user, at = text_of(body, "user", "id"), frame.carried(view)
        given = frame.entered(view) | register_modals.days_in(view)
        try:
            doing = self._doings[RegisterForm(text_of(view, "callback_id"))]
            doing(self._counter.actor(user), at, given, ack)
        except Exception as error:  # noqa: BLE001 - whatever happens, the person must keep the words and be told
            sentence = spelt(self._counter.refusal(error), user)
            field = frame.first_field(view)
            ack(response_action="errors", errors={field or Entry.REASON.value: sentence})

    def on_home(self, tx: Tx, actor: Actor, now: datetime) -> list[Block]:
        """One line for Home, for whom the register concerns."""
        if not register_lists.concerns(actor):
            return []
        return register_lists.summary(register_lists.piles(tx, actor, self._desk, now))

    def due(self, tx: Tx, actor: Actor, now: datetime) -> str:
        """What the register adds to the list of what is due; "" for whom it does not concern."""
        if not register_lists.concerns(actor):
            return ""
        return f"\n{register_lists.words(register_lists.piles(tx, actor, self._desk, now))}"

    def _lists(self, actor: Actor) -> tuple[str, list[Block]]:
        triage.need(actor, "read")
        with self._counter.store.reading() as tx:
            found = register_lists.piles(tx, actor, self._desk, self._counter.now())
        return register_lists.words(found), register_lists.drawn(found, actor)

    def _place(self, actor: Actor, words: str) -> tuple[str, list[Block]]:
        triage.need(actor, "read")
        where = places.parse_where(words or " ", self._desk.field)
        with self._counter.store.reading() as tx:
            made = register_lists.of_place(tx, places.find_place(tx, where), actor, self._desk, self._counter.now())
        return where.key, made

    def _form(self, action: RegisterAction, value: str, actor: Actor, channel: str) -> Block:
        """The form that a button or a word of the command opens. Raises Refused, NotAllowed."""
        at, now = Carried(channel=channel), self._counter.now()
        if action is RegisterAction.LISTS:
            return register_modals.lists(self._lists(actor)[1])
        triage.need(actor, "evidence" if action is RegisterAction.EVIDENCE else "rate")
        with self._counter.store.reading() as tx:
            return register_openers.form_of(action, tx, value, at, desk=self._desk, now=now)

    def _go_on(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        """From the first page of a proposal to the second."""
        triage.need(actor, "rate")
        level, asks = int(given[Entry.LEVEL]), str(given[Entry.ASKS])
        with self._counter.store.reading() as tx:
            where = register_openers.place_of(tx, given, self._desk)
            asked = register_openers.asked(tx, where, level, asks, actor, desk=self._desk, now=self._counter.now())
        if asks != "unchanged" and not asked.evidence:
            raise Refused(NO_EVIDENCE)
        second = Carried(channel=at.channel, more={"place": where.key, "level": level, "asks": asks})
        ack(response_action="push", view=register_modals.criteria(second, asked, self._desk.field.isf.risk))

    def _propose(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        where = places.parse_where(str(at.more["place"]), self._desk.field)
        wanted, agree = _proposal(at, given, self._desk), bool(given.get(Entry.AGREE))

        def job(tx: Tx, now: datetime) -> str:
            known: dict[str, Any] = {"actor": actor, "desk": self._desk, "now": now}
            row = ratings.propose(tx, where, wanted, **known)
            if agree:
                ratings.approve(tx, row.id, wanted.reason, **known)
            return _standing(tx, row.id, self._desk)

        said = self._counter.do(job)
        ack(response_action="clear")
        self._counter.whisper(at.channel, actor.slack_user, told(f"{where.key}: {said}"))

    def _decide(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        number, reason = int(at.more["rating"]), str(given.get(Entry.REASON) or "")
        withdraws = given[Entry.DECISION] == "withdraw"

        def job(tx: Tx, now: datetime) -> str:
            if withdraws:
                ratings.withdraw(tx, number, reason, actor=actor, now=now)
            else:
                ratings.approve(tx, number, reason, actor=actor, desk=self._desk, now=now)
            return _standing(tx, number, self._desk)

        said = self._counter.do(job)
        ack(response_action="update", view=frame.sentence("A proposed rating", said))

    def _add_evidence(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:  # noqa: ARG002 - all are called alike
        count = str(given.get(Entry.COUNT) or "").strip()
        if count and not count.isdigit():
            raise Refused("How many people stand behind it is a whole number.")

        def job(tx: Tx, now: datetime) -> str:
            where = register_openers.place_of(tx, given, self._desk)
            item = evidence.add(
                tx, where, given[Entry.KIND], date.fromisoformat(given[Entry.ON]), given[Entry.TEXT],
                source=str(given.get(Entry.SOURCE) or ""), n=int(count) if count else None,
                actor=actor, desk=self._desk, now=now,
            )  # fmt: skip
            return f"Evidence {item.id} about {where.key} is kept."

        said = self._counter.do(job)
        ack(response_action="update", view=frame.sentence("Kept", said))

    def _told(self, actor: Actor, at: Carried, given: Given, ack: Ack) -> None:
        number, reason = int(at.more["task"]), str(given.get(Entry.REASON) or "")
        self._counter.do(
            lambda tx, now: telling.settle(tx, number, given[Entry.DECISION], reason, actor=actor, now=now)
        )
        ack(response_action="update", view=frame.sentence("Noted", "It is in the rating's history."))

    def _say(self, press: Press, sentence: str) -> None:
        """Where the press was: in the form, else privately."""
        if press.in_form:
            shown = frame.sentence("The register", spelt(sentence, press.user))
            self._counter.show(press.trigger, shown, instead_of=text_of(press.view, "id"))
        else:
            self._counter.whisper(press.channel, press.user, told(sentence))


def _proposal(at: Carried, given: Given, desk: Desk) -> Proposal:
    level, asks = int(at.more["level"]), at.more["asks"]
    criteria = [] if asks == "unchanged" else list(enumerate(desk.field.isf.levels[level].criteria))
    shown = {words: _numbers(given.get(f"{Entry.CRITERION}:{number}")) for number, words in criteria}
    return Proposal(
        level=level,
        reason=given[Entry.REASON],
        asks=asks,
        provisional=asks == "provisional",
        criteria=tuple((words, bool(ids), ids) for words, ids in shown.items()),
        evidence=_numbers(given.get(Entry.MORE)),
        immediate_risk=bool(given.get(Entry.RISK_NOW)),
        doctors_affected=bool(given.get(Entry.DOCTORS)),
        changed_on=_day(given.get(Entry.CHANGED_ON)),
        gmc_agreed_on=_day(given.get(Entry.GMC_ON)),
        intervention=str(given.get(Entry.REVIEW) or ""),
        impact=_number(given.get(Entry.IMPACT)),
        likelihood=_number(given.get(Entry.LIKELIHOOD)),
        controls=str(given.get(Entry.CONTROLS) or ""),
    )


def _standing(tx: Tx, number: int, desk: Desk) -> str:
    """How a rating stands after a deed, in a sentence."""
    tx.flush()
    row = tx.get_one(Rating, number)
    if row.state == "withdrawn":
        return f"The proposal of ISF {row.level} is taken back; what stands stays as it is."
    if row.state != "proposed":
        left = len(telling.tasks(tx, place_id=row.place_id))
        tell = f" To be told of it: {left}, by people; nothing is sent by itself." if left else ""
        return f"ISF {row.level} stands now ({row.state}).{tell}"
    agreed = len(tx.scalars(select(RatingApproval.id).where(RatingApproval.rating_id == number)).all())
    needed = people_needed(desk, level_of_authority(row.before, row.level))
    return f"ISF {row.level} is proposed (rating {number}); {agreed} of {needed} agreed, and nothing stands before all have."


def _numbers(chosen: Any) -> tuple[int, ...]:
    return tuple(int(each) for each in chosen or ())


def _number(chosen: Any) -> int | None:
    return int(chosen) if chosen else None


def _day(chosen: Any) -> date | None:
    return date.fromisoformat(chosen) if chosen else None
