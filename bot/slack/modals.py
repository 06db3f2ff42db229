"""The forms of notes, levels and endings, and the list of steps behind "More": what each asks; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.frame import Carried, about, form
from bot.slack.ids import Form, Input
from bot.slack.steps import Step

EVIDENCE: Final = 600
OUTCOME: Final = 1300
REASON: Final = 1200
"""Longest texts in forms of two pages: they travel on in `private_metadata` to the second."""


@dataclass(frozen=True)
class LevelChoice:
    """A level as the form shows it: its number, the team's name for it and the framework's criteria."""

    level: int
    name: str
    criteria: tuple[str, ...]


def more(at: Carried, shown: Sequence[Block], steps: Sequence[Step]) -> Block:
    """Everything that this person may do with the case now, each with a sentence of what happens."""
    rows = [
        blocks.section(f"*{blocks.safe(step.name)}*\n{blocks.safe(step.about)}")
        | {"accessory": blocks.button(step.name, step.action, at.ref, about=at.ref)}
        for step in steps
    ]
    nothing = [blocks.words("There is nothing that your roles let you do with this case now.")] if not rows else []
    return form(Form.MORE, at.ref, "", at, [*shown, {"type": "divider"}, *rows, *nothing], close="Close")


def note(at: Carried) -> Block:
    return form(Form.NOTE, "Note", "Keep", at, [
        about(at, "A note stays with the team; it is never sent."),
        blocks.field(Input.TEXT, "Note", blocks.text_input()),
    ])  # fmt: skip


def level(at: Carried, choices: Sequence[LevelChoice], *, waiting: str = "", asked: str = "") -> Block:
    """The checklist of each level's criteria, the level, and the reason.

    `waiting` says what a first person asked for, `asked` is the level that they asked for.
    """
    options = [blocks.option(f"ISF {choice.level}: {choice.name}", str(choice.level)) for choice in choices]
    return form(Form.LEVEL, "ISF level", "Go on", at, [
        about(at, waiting or "The desk only proposes; the level is a person's decision and can move both ways."),
        *(
            blocks.field(
                f"{Input.CRITERIA}:{choice.level}",
                f"Met of ISF {choice.level}, {choice.name}",
                blocks.checkboxes([blocks.option(text, str(place)) for place, text in enumerate(choice.criteria)]),
                optional=True,
            )
            for choice in choices
            if choice.criteria
        ),
        blocks.field(Input.LEVEL, "Level", blocks.select(options, chosen=asked)),
        blocks.field(
            Input.PROVISIONAL, "How sure", blocks.checkboxes([blocks.option("Provisional", "yes")]), optional=True
        ),
        blocks.field(
            Input.REASON, "Reason", blocks.text_input(longest=REASON),
            hint="For each criterion that you ticked you are asked for its evidence next.",
        ),
    ])  # fmt: skip


def evidence(at: Carried, level: int, met: Mapping[str, str]) -> Block:
    """The second page of a level: what shows each criterion that was ticked. `met`: its words by `LEVEL:PLACE`."""
    return form(Form.EVIDENCE, "Evidence", "Set level", at, [
        about(at, f"ISF {level}. What shows it? Name sources and dates, not people."),
        *(
            blocks.field(f"{Input.EVIDENCE}:{key}", words, blocks.text_input(longest=EVIDENCE))
            for key, words in met.items()
        ),
    ], close="Back")  # fmt: skip


def resolve(at: Carried) -> Block:
    outcomes = (("closed", "Closed by us"), ("passed_on", "Passed on to somebody else"))
    options = [blocks.option(words, code) for code, words in outcomes]
    return form(Form.RESOLVE, "Resolve", "Resolve", at, [
        about(at, "The case ends; a reply of the reporter opens it again."),
        blocks.field(Input.OUTCOME, "How it ends", blocks.select(options, chosen="closed")),
        blocks.field(
            Input.TEXT, "What came of it", blocks.text_input(longest=OUTCOME), hint="For the record; it is not sent."
        ),
        blocks.field(
            Input.FEEDBACK,
            "What to tell the reporter",
            blocks.text_input(longest=OUTCOME),
            hint="A letter in these words, which you see before it leaves. Empty: nothing is sent.",
            optional=True,
        ),
    ])  # fmt: skip


def reopen(at: Carried) -> Block:
    return form(Form.REOPEN, "Reopen", "Reopen", at, [
        about(at, "The case becomes triaged again and its clocks run."),
        blocks.field(Input.REASON, "Why", blocks.text_input(longest=2000)),
    ])  # fmt: skip


def new_case(at: Carried) -> Block:
    return form(Form.NEW, "New case", "Open a case", at, [
        blocks.words("What you write is kept as the report and read like a mail to the team."),
        blocks.field(Input.TEXT, "What happened, where, and who is affected", blocks.text_input()),
    ])  # fmt: skip


def add_to_case(at: Carried, suggested: Sequence[tuple[str, str]]) -> Block:
    """To which case a message belongs: one of those the person works on (reference, words), or another by reference."""
    options = [blocks.option(f"{ref} {words}", ref) for ref, words in suggested]
    mine: list[Block] = []
    if options:
        mine = [blocks.field(Input.OTHER, "One of your cases", blocks.select(options), optional=True)]
    return form(Form.ADD, "Add to a case", "Add", at, [
        blocks.words("The message becomes a note on the case. It stays with the team; nobody is written to."),
        *mine,
        blocks.field(
            Input.CASE, "Or its reference", blocks.text_input(longest=40, lines=False), optional=bool(options),
            hint="It looks like QD-7F3K-9MX.",
        ),
    ])  # fmt: skip
