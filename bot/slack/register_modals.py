"""The forms of the register: propose a rating in two pages, decide on one, put evidence down, say who was told; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.frame import Carried
from bot.slack.register_ids import Entry, RegisterForm
from tracker.field.rules import IsfLevel
from tracker.field.tables import Risk

_HINT: Final = "Such as RVW//urology: trust, site, programme. What is not said stays empty."
_LONG: Final = 2900


@dataclass(frozen=True)
class Choice:
    """Something to choose: its value and its words."""

    value: str
    words: str


@dataclass(frozen=True)
class Asked:
    """What the second page of a proposal has to ask for: which place, which level stands and which is wanted."""

    place: str
    before: int | None
    level: IsfLevel
    asks: str
    evidence: tuple[Choice, ...]
    reviews: tuple[Choice, ...] = ()
    may_agree: bool = False

    @property
    def falls(self) -> bool:
        return self.before is not None and self.level.level < self.before

    @property
    def jumps(self) -> bool:
        return self.before is not None and self.level.level > self.before + 1


def lists(made: Sequence[Block]) -> Block:
    """Everything that waits."""
    return _form(RegisterForm.LISTS, "The register", "", Carried(), list(made))


def propose(at: Carried, known: Sequence[Choice], levels: Sequence[tuple[int, str]], chosen: str) -> Block:
    """The first page: which place, which level, and as what."""
    asks = (
        ("set", "Set"),
        ("provisional", "Provisional, until more is known"),
        ("unchanged", "Unchanged: the level stays"),
    )
    options = [blocks.option(f"ISF {level}: {name}", str(level)) for level, name in levels]
    return _form(RegisterForm.PROPOSE, "Propose a rating", "Go on", at, [
        blocks.words("A rating is set by people. Whoever may agree finds it under “Ratings that wait for approval”."),
        *_place(known, chosen),
        blocks.field(Entry.LEVEL, "Level", blocks.select(options)),
        blocks.field(Entry.ASKS, "As what", blocks.select([blocks.option(name, code) for code, name in asks], chosen="set")),
    ])  # fmt: skip


def criteria(at: Carried, asked: Asked, risk: Risk) -> Block:
    """The second page: each criterion with its evidence, what this move needs besides, and the reason."""
    level = asked.level
    before = "It is not rated yet." if asked.before is None else f"ISF {asked.before} stands."
    body: list[Block] = [blocks.words(f"{asked.place}: {before} You ask for ISF {level.level}, {asked.asks}.")]
    if asked.asks != "unchanged":
        body += [
            blocks.field(f"{Entry.CRITERION}:{number}", each, _evidence(asked, "Not met"), optional=True,
                         hint="Choose what shows it; nothing chosen means that it is not met.")
            for number, each in enumerate(level.criteria)
        ]  # fmt: skip
        body += _of_move(asked)
        body += _score(risk)
    body.append(blocks.field(Entry.REASON, "Reason", blocks.text_input(longest=_LONG)))
    if asked.may_agree:
        agree = blocks.checkboxes([blocks.option("Agree to it myself now", "yes")])
        body.append(blocks.field(Entry.AGREE, "Approval", agree, optional=True))
    return _form(RegisterForm.CRITERIA, "Propose a rating", "Propose", at, body, close="Back")


def decide(at: Carried, shown: Sequence[str]) -> Block:
    """A proposed rating with its checklist and reason, and whether to agree."""
    options = (("approve", "Agree: it may stand"), ("withdraw", "Take the proposal back"))
    return _form(RegisterForm.DECIDE, "A proposed rating", "Decide", at, [
        *(blocks.words(text) for text in shown),
        blocks.field(Entry.DECISION, "Your decision", blocks.select([blocks.option(name, code) for code, name in options])),
        blocks.field(Entry.REASON, "Reason", blocks.text_input(longest=2000), optional=True,
                     hint="Needed where you take it back."),
    ])  # fmt: skip


def evidence(at: Carried, known: Sequence[Choice], kinds: Sequence[Choice], chosen: str, today: date) -> Block:
    """An item of evidence about a place."""
    return _form(RegisterForm.EVIDENCE, "Add evidence", "Add", at, [
        *_place(known, chosen),
        blocks.field(Entry.KIND, "Kind", blocks.select([blocks.option(each.words, each.value) for each in kinds])),
        blocks.field(Entry.ON, "When it was gathered", _day(today)),
        blocks.field(Entry.TEXT, "What it says", blocks.text_input(longest=_LONG),
                     hint="In your own words. Quote nobody, and name nobody."),
        blocks.field(Entry.SOURCE, "Where it can be found", blocks.text_input(longest=500, lines=False), optional=True),
        blocks.field(Entry.COUNT, "How many people stand behind it", blocks.text_input(longest=6, lines=False), optional=True),
    ])  # fmt: skip


def told(at: Carried, text: str) -> Block:
    """Whether somebody was told of a rating."""
    options = (("done", "They were told"), ("not_needed", "They need not be told"))
    return _form(RegisterForm.TOLD, "Told of a rating", "Note", at, [
        blocks.words(f"{text} Nothing is sent from here."),
        blocks.field(Entry.DECISION, "What is so", blocks.select([blocks.option(name, code) for code, name in options],
                                                                 chosen="done")),
        blocks.field(Entry.REASON, "How, or why not", blocks.text_input(longest=1000), optional=True),
    ])  # fmt: skip


def days_in(view: dict[str, Any]) -> dict[str, str]:
    """The days that were chosen in a form, by field, as 2026-11-30."""
    values = (view.get("state") or {}).get("values") or {}
    return {
        name: state["selected_date"]
        for elements in values.values()
        for name, state in elements.items()
        if state.get("selected_date")
    }


def _of_move(asked: Asked) -> list[Block]:
    """What isf.toml's rules of movement ask for besides the checklist."""
    made: list[Block] = []
    if asked.jumps:
        risk_now = blocks.checkboxes([blocks.option("Patients or learners are at immediate risk", "yes")])
        made.append(blocks.field(Entry.RISK_NOW, "More than one step up", risk_now, optional=True))
    if asked.falls:
        made += [
            blocks.field(Entry.CHANGED_ON, "When the provider's change took effect", _day(), optional=True),
            blocks.field(Entry.MORE, "What else shows that it is better", _evidence(asked, "Nothing else"), optional=True,
                         hint="Two origins are needed, one of them learners who were heard after the change."),
        ]  # fmt: skip
    if asked.falls and asked.before == 4:
        reviews = [blocks.option(each.words, each.value) for each in asked.reviews]
        if reviews:
            made.append(
                blocks.field(Entry.REVIEW, "The follow-up review that is booked", blocks.select(reviews), optional=True)
            )
        doctors = blocks.checkboxes([blocks.option("Doctors are affected", "yes")])
        made += [
            blocks.field(Entry.DOCTORS, "The GMC", doctors, optional=True),
            blocks.field(Entry.GMC_ON, "When the GMC agreed", _day(), optional=True),
        ]
    return made


def _score(risk: Risk) -> list[Block]:
    def scale(labels: Sequence[str]) -> Block:
        return blocks.select(
            [blocks.option(f"{number} {label}", str(number)) for number, label in enumerate(labels, 1)]
        )

    return [
        blocks.field(Entry.IMPACT, "Risk: impact", scale(risk.impact_labels), optional=True),
        blocks.field(Entry.LIKELIHOOD, "Risk: likelihood", scale(risk.likelihood_labels), optional=True),
        blocks.field(
            Entry.CONTROLS, "Risk: what holds it back already", blocks.text_input(longest=1000), optional=True
        ),
    ]


def _evidence(asked: Asked, nothing: str) -> Block:
    options = [blocks.option(each.words, each.value) for each in asked.evidence]
    return blocks.multi_select(options, placeholder=nothing)


def _place(known: Sequence[Choice], chosen: str) -> list[Block]:
    """A place of the register, or any other by its key."""
    initial = "" if any(each.value == chosen for each in known) else chosen
    typed = blocks.field(
        Entry.PLACE, "Or another place" if known else "Place", blocks.text_input(initial=initial, longest=300, lines=False),
        hint=_HINT, optional=bool(known),
    )  # fmt: skip
    if not known:
        return [typed]
    options = [blocks.option(each.words, each.value) for each in known]
    return [blocks.field(Entry.OTHER, "Place", blocks.select(options, chosen=chosen), optional=True), typed]


def _day(initial: date | None = None) -> Block:
    made: Block = {"type": "datepicker", "placeholder": blocks.plain("Choose a day", blocks.PLACEHOLDER)}
    return made | ({"initial_date": initial.isoformat()} if initial else {})


def _form(
    form: RegisterForm, title: str, submit: str, at: Carried, body: list[Block], *, close: str = "Close"
) -> Block:
    made: Block = {
        "type": "modal",
        "callback_id": form.value,
        "private_metadata": at.packed(),
        "title": blocks.plain(title, blocks.TITLE),
        "close": blocks.plain(close, blocks.TITLE),
        "blocks": body,
    }
    return made | ({"submit": blocks.plain(submit, blocks.TITLE)} if submit else {})
