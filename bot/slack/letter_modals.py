"""The forms of letters in a person's own words: what to write, then the letter as it will leave; pure."""

from collections.abc import Sequence
from typing import Final

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.frame import Carried, about, form
from bot.slack.ids import Form, Input

LETTER: Final = 2200
"""Longest letter in a form: it travels on in `private_metadata` (3,000 characters) while the person looks at the preview."""
LOOK: Final = "Look at the letter"


def reply(at: Carried, *, to: str) -> Block:
    return form(Form.REPLY, "Reply", LOOK, at, [
        about(at, f"To {to}. Nothing is sent yet: next you see the letter as it will leave."),
        blocks.field(Input.TEXT, "Your words", blocks.text_input(longest=LETTER)),
    ])  # fmt: skip


def ask(at: Carried, *, to: str) -> Block:
    return form(Form.ASK, "Ask the reporter", LOOK, at, [
        about(at, f"To {to}. The case then awaits their answer. Nothing is sent yet: next you see the letter."),
        blocks.field(Input.TEXT, "Your question", blocks.text_input(longest=LETTER)),
    ])  # fmt: skip


def tell(at: Carried, roles: Sequence[tuple[str, str]]) -> Block:
    """`roles`: (key, words) of every role of the case's providers that can be written to."""
    return form(Form.TELL, "Tell the provider", LOOK, at, [
        about(at, "The letter never says who reported. Nothing is sent yet: next you see it as it will leave."),
        blocks.field(Input.TO, "To whom", blocks.select([blocks.option(words, key) for key, words in roles])),
        blocks.field(
            Input.TEXT, "Your words", blocks.text_input(longest=LETTER),
            hint="No names, and nothing from which the provider could tell who spoke.",
        ),
    ])  # fmt: skip


def confirm(at: Carried, *, to: str, letter: str, undo_seconds: int) -> Block:
    """The letter as it will leave, once more before it does; the words travel along. Raises ValueError: too long."""
    undo = f" For {undo_seconds} seconds after that you can take it back." if undo_seconds else ""
    return form(Form.CONFIRM, "Send this letter?", "Send", at, [
        about(at, f"To {to}. It leaves when you choose Send.{undo}"),
        {"type": "divider"},
        *(blocks.words(part) for part in _parts(letter)),
    ], close="Back")  # fmt: skip


def _parts(letter: str) -> list[str]:
    """The letter in pieces that fit a block after escaping; an escaped character takes up to five."""
    size = 550
    return [letter[start : start + size] for start in range(0, len(letter), size)][:40] or [" "]
