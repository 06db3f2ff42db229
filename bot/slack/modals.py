"""The forms: what each asks, what it carries along (a reference and the revision it showed), and reading them back; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.ids import Form, Input

LETTER: Final = 2200
"""Longest reply in a form: it travels on in `private_metadata` (3,000 characters) while the person looks at the preview."""
METADATA: Final = 3000


@dataclass(frozen=True)
class Carried:
    """What a form carries along. `seen` is the revision it showed; nothing in it grants a right."""

    ref: str = ""
    seen: int = 0
    channel: str = ""
    words: str = ""

    def packed(self) -> str:
        """As `private_metadata`. Raises ValueError where the words are too long to travel."""
        text = json.dumps({key: value for key, value in vars(self).items() if value}, ensure_ascii=False)
        if len(text) > METADATA:
            raise ValueError("too long")
        return text


@dataclass(frozen=True)
class LevelChoice:
    """A level as the form shows it: its number, the team's name for it and the framework's criteria."""

    level: int
    name: str
    criteria: tuple[str, ...]


def carried(view: Mapping[str, Any]) -> Carried:
    """What a form brought back; an empty Carried where it is not ours."""
    try:
        return Carried(**json.loads(view.get("private_metadata") or "{}"))
    except (ValueError, TypeError):
        return Carried()


def entered(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a person put in, by field: a text, a chosen value, or a list of chosen values."""
    found: dict[str, Any] = {}
    for elements in (view.get("state") or {}).get("values", {}).values():
        for name, state in elements.items():
            if state.get("type") == "checkboxes":
                found[name] = [each["value"] for each in state.get("selected_options") or ()]
            elif "selected_option" in state:
                found[name] = (state["selected_option"] or {}).get("value", "")
            else:
                found[name] = state.get("value") or ""
    return found


def note(at: Carried) -> Block:
    return _form(Form.NOTE, "Note", "Keep", at, [
        _about(at, "A note stays with the team; it is never sent."),
        blocks.field(Input.TEXT, "Note", blocks.text_input()),
    ])  # fmt: skip


def level(at: Carried, choices: Sequence[LevelChoice], *, waiting: str = "") -> Block:
    """The checklist of each level's criteria, the level, and the reason. `waiting` says what a first person asked for."""
    options = [blocks.option(f"ISF {choice.level}: {choice.name}", str(choice.level)) for choice in choices]
    return _form(Form.LEVEL, "ISF level", "Set level", at, [
        _about(at, waiting or "The desk only proposes; the level is a person's decision and can move both ways."),
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
        blocks.field(Input.LEVEL, "Level", blocks.select(options)),
        blocks.field(
            Input.PROVISIONAL, "How sure", blocks.checkboxes([blocks.option("Provisional", "yes")]), optional=True
        ),
        blocks.field(Input.REASON, "Reason and evidence", blocks.text_input(longest=2000)),
    ])  # fmt: skip


def reply(at: Carried, *, to: str) -> Block:
    return _form(Form.REPLY, "Reply", "Look at the letter", at, [
        _about(at, f"To {to}. Nothing is sent yet: next you see the letter as it will leave."),
        blocks.field(Input.TEXT, "Your words", blocks.text_input(longest=LETTER)),
    ])  # fmt: skip


def reply_confirm(at: Carried, *, to: str, letter: str, undo_seconds: int) -> Block:
    """The letter as it will leave, once more before it does; the words travel along."""
    undo = f" For {undo_seconds} seconds after that you can take it back." if undo_seconds else ""
    return _form(Form.REPLY_CONFIRM, "Send this letter?", "Send", at, [
        _about(at, f"To {to}. It leaves when you choose Send.{undo}"),
        {"type": "divider"},
        *(blocks.words(part) for part in _parts(letter)),
    ], close="Back")  # fmt: skip


def resolve(at: Carried) -> Block:
    outcomes = (("closed", "Closed by us"), ("passed_on", "Passed on to somebody else"))
    options = [blocks.option(words, code) for code, words in outcomes]
    return _form(Form.RESOLVE, "Resolve", "Resolve", at, [
        _about(at, "The case ends; a reply of the reporter opens it again."),
        blocks.field(Input.OUTCOME, "How it ends", blocks.select(options, initial=options[0])),
        blocks.field(Input.TEXT, "What came of it", blocks.text_input(), hint="For the record; it is not sent."),
        blocks.field(
            Input.FEEDBACK,
            "What to tell the reporter",
            blocks.text_input(),
            hint="Sent as a letter in these words. Empty: nothing is sent.",
            optional=True,
        ),
    ])  # fmt: skip


def reopen(at: Carried) -> Block:
    return _form(Form.REOPEN, "Reopen", "Reopen", at, [
        _about(at, "The case becomes triaged again and its clocks run."),
        blocks.field(Input.REASON, "Why", blocks.text_input(longest=2000)),
    ])  # fmt: skip


def new_case(at: Carried) -> Block:
    return _form(Form.NEW, "New case", "Open a case", at, [
        blocks.words("What you write is kept as the report and read like a mail to the team."),
        blocks.field(Input.TEXT, "What happened, where, and who is affected", blocks.text_input()),
    ])  # fmt: skip


def sentence(title: str, text: str) -> Block:
    """A form that only says something."""
    return {
        "type": "modal",
        "title": blocks.plain(title, blocks.TITLE),
        "close": blocks.plain("Close", blocks.TITLE),
        "blocks": [blocks.words(text)],
    }


def with_warning(view: Mapping[str, Any], warning: str, given: Mapping[str, Any], at: Carried) -> Block:
    """The same form again with a sentence on top and everything kept that the person had put in."""
    kept = [_filled(block, given) for block in view["blocks"] if not block["block_id"].startswith("warning")]
    warned = {"type": "section", "block_id": f"warning:{at.seen}", "text": blocks.plain(f"⚠ {warning}", blocks.SECTION)}
    made: Block = {key: view[key] for key in ("type", "callback_id", "title", "submit", "close") if view.get(key)}
    return made | {"private_metadata": at.packed(), "blocks": [warned, *kept]}


def _form(form: Form, title: str, submit: str, at: Carried, body: list[Block], *, close: str = "Cancel") -> Block:
    return {
        "type": "modal",
        "callback_id": form.value,
        "private_metadata": at.packed(),
        "title": blocks.plain(title, blocks.TITLE),
        "submit": blocks.plain(submit, blocks.TITLE),
        "close": blocks.plain(close, blocks.TITLE),
        "blocks": body,
    }


def _about(at: Carried, text: str) -> Block:
    return {"type": "section", "block_id": "about", "text": blocks.plain(f"{at.ref}: {text}", blocks.SECTION)}


def _parts(letter: str) -> list[str]:
    """The letter in pieces that fit a block after escaping; an escaped character takes up to five."""
    size = 550
    return [letter[start : start + size] for start in range(0, len(letter), size)][:40] or [" "]


def _filled(block: Block, given: Mapping[str, Any]) -> Block:
    if block.get("type") != "input":
        return dict(block)
    element = dict(block["element"])
    value = given.get(element["action_id"])
    for key in ("initial_value", "initial_option", "initial_options"):
        element.pop(key, None)
    if value and element["type"] == "plain_text_input":
        element["initial_value"] = value
    elif value and element["type"] == "static_select":
        element["initial_option"] = next(each for each in element["options"] if each["value"] == value)
    elif value and element["type"] == "checkboxes":
        element["initial_options"] = [each for each in element["options"] if each["value"] in value]
    return dict(block) | {"element": element}
