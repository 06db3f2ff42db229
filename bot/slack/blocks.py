"""The few shapes of Block Kit that we use, safe for any content: everything escaped, everything within Slack's sizes; pure.

Sizes: docs.slack.dev, reference/block-kit. They are counted after escaping, so text is escaped first and cut then.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from bot.slack.ids import Action, Input

Block = dict[str, Any]

HEADER: Final = 150
SECTION: Final = 3000
FIELD: Final = 2000
BUTTON: Final = 75
OPTION: Final = 75
TITLE: Final = 24
LABEL: Final = 2000
INPUT: Final = 3000
_SHORT_OPTION: Final = 72
_CUT_ENTITY: Final = re.compile(r"&[a-z]{0,4}$")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def safe(text: str) -> str:
    """Text that is shown as it is: Slack's three control characters escaped, invisible characters made visible."""
    seen = "".join(
        each if each in "\n\t" or unicodedata.category(each) not in _INVISIBLE else "\ufffd" for each in text
    )
    return seen.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(escaped: str, limit: int) -> str:
    """At most `limit` characters of text that is escaped already; never half an entity."""
    if len(escaped) <= limit:
        return escaped
    return _CUT_ENTITY.sub("", escaped[: limit - 1]) + "…"


def plain(text: str, limit: int) -> Block:
    """A plain_text object; Slack wants at least one character in it."""
    return {"type": "plain_text", "text": cut(safe(text), limit) or " ", "emoji": False}


def mrkdwn(escaped: str, limit: int) -> Block:
    """A mrkdwn object of text that is escaped already."""
    return {"type": "mrkdwn", "text": cut(escaped, limit) or " ", "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER)}


def section(escaped: str) -> Block:
    return {"type": "section", "text": mrkdwn(escaped, SECTION)}


def words(text: str) -> Block:
    """A section in which nothing is markup."""
    return {"type": "section", "text": plain(text, SECTION)}


def fields(pairs: Sequence[tuple[str, str]]) -> list[Block]:
    """Sections of label and (escaped) value in two columns, ten to a section; pairs without a value are left out."""
    texts = [mrkdwn(f"*{safe(label)}*\n{value}", FIELD) for label, value in pairs if value]
    return [{"type": "section", "fields": texts[start : start + 10]} for start in range(0, len(texts), 10)]


def context(*escaped: str) -> list[Block]:
    """One line of small print for each text; none where all are empty."""
    lines = [mrkdwn(text, SECTION) for text in escaped if text][:10]
    return [{"type": "context", "elements": lines}] if lines else []


def button(text: str, action: Action, value: str, *, about: str, style: str = "") -> Block:
    """A button; `about` is what a screen reader adds to its text."""
    made: Block = {
        "type": "button",
        "action_id": action.value,
        "text": plain(text, BUTTON),
        "value": value[:FIELD],
        "accessibility_label": cut(safe(f"{text} {about}"), BUTTON),
    }
    return made | ({"style": style} if style else {})


def actions(buttons: Sequence[Block]) -> list[Block]:
    return [{"type": "actions", "elements": list(buttons[:25])}] if buttons else []


def field(name: Input | str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """An input of a form; its block and its element bear the same name."""
    made: Block = {
        "type": "input",
        "block_id": str(name),
        "label": plain(label, LABEL),
        "element": element | {"action_id": str(name)},
        "optional": optional,
    }
    return made | ({"hint": plain(hint, LABEL)} if hint else {})


def text_input(*, initial: str = "", longest: int = INPUT) -> Block:
    made: Block = {"type": "plain_text_input", "multiline": True, "max_length": longest}
    return made | ({"initial_value": initial[:longest]} if initial else {})


def option(text: str, value: str) -> Block:
    """A choice. A text longer than Slack allows goes on in the line below it."""
    if len(safe(text)) <= OPTION:
        return {"text": plain(text, OPTION), "value": value}
    first, rest = _split(text)
    return {"text": plain(first, OPTION), "description": plain("… " + rest, OPTION), "value": value}


def select(options: Sequence[Block], *, initial: Block | None = None) -> Block:
    made: Block = {"type": "static_select", "options": list(options[:100])}
    return made | ({"initial_option": initial} if initial else {})


def checkboxes(options: Sequence[Block]) -> Block:
    return {"type": "checkboxes", "options": list(options[:10])}


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names as one escaped text, the main one first; beyond `most` only their number."""
    shown = [cut(safe(name), 200) for name in names[:most]]
    left = len(names) - len(shown)
    return "; ".join(shown) + (f" and {left} more" if left else "")


def _split(text: str) -> tuple[str, str]:
    head = text[:_SHORT_OPTION].rpartition(" ")[0] or text[:_SHORT_OPTION]
    return head, text[len(head) :].strip()
