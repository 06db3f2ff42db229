"""The few shapes of Block Kit that we use, safe for any content: everything escaped, everything within Slack's sizes; pure.

Sizes: docs.slack.dev, reference/block-kit. They are counted after escaping, so text is escaped first and cut then.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from bot.slack.ids import Input

Block = dict[str, Any]

HEADER: Final = 150
SECTION: Final = 3000
FIELD: Final = 2000
BUTTON: Final = 75
OPTION: Final = 75
TITLE: Final = 24
LABEL: Final = 2000
INPUT: Final = 3000
PLACEHOLDER: Final = 150
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30
OPTIONS: Final = 100
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


def button(text: str, action: str, value: str, *, about: str, style: str = "", confirm: str = "") -> Block:
    """A button; `about` is what a screen reader adds to its text, `confirm` a question asked before it counts."""
    made: Block = {
        "type": "button",
        "action_id": str(action),
        "text": plain(text, BUTTON),
        "value": value[:FIELD],
        "accessibility_label": cut(safe(f"{text} {about}"), BUTTON),
    }
    if confirm:
        made["confirm"] = {
            "title": plain("Are you sure?", CONFIRM_TITLE),
            "text": plain(confirm, CONFIRM_TEXT),
            "confirm": plain(text, CONFIRM_BUTTON),
            "deny": plain("No", CONFIRM_BUTTON),
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


def text_input(*, initial: str = "", longest: int = INPUT, lines: bool = True) -> Block:
    """A field for words; `lines` False: for one line of them."""
    made: Block = {"type": "plain_text_input", "multiline": lines, "max_length": longest}
    return made | ({"initial_value": initial[:longest]} if initial else {})


def option(text: str, value: str) -> Block:
    """A choice. A text longer than Slack allows goes on in the line below it."""
    if len(safe(text)) <= OPTION:
        return {"text": plain(text, OPTION), "value": value}
    first, rest = _split(text)
    return {"text": plain(first, OPTION), "description": plain("… " + rest, OPTION), "value": value}


def select(options: Sequence[Block], *, chosen: str = "", placeholder: str = "Choose one") -> Block:
    """A menu for one choice; `chosen` is the value that is shown as chosen."""
    made: Block = {"type": "static_select", "placeholder": plain(placeholder, PLACEHOLDER), **_offered(options)}
    initial = next((each for each in options if each["value"] == chosen), None)
    return made | ({"initial_option": initial} if initial else {})


def multi_select(options: Sequence[Block], *, chosen: Sequence[str] = (), placeholder: str = "Choose any") -> Block:
    """A menu for any number of choices."""
    made: Block = {"type": "multi_static_select", "placeholder": plain(placeholder, PLACEHOLDER), **_offered(options)}
    initial = [each for each in options if each["value"] in chosen]
    return made | ({"initial_options": initial} if initial else {})


def user_select(*, placeholder: str = "Choose a colleague") -> Block:
    return {"type": "users_select", "placeholder": plain(placeholder, PLACEHOLDER)}


def checkboxes(options: Sequence[Block], *, chosen: Sequence[str] = ()) -> Block:
    offered = list(options[:10])
    initial = [each for each in offered if each["value"] in chosen]
    made: Block = {"type": "checkboxes", "options": offered}
    return made | ({"initial_options": initial} if initial else {})


def _offered(options: Sequence[Block]) -> Block:
    """The options, in groups where there are more than one menu holds: a hundred groups of a hundred."""
    if len(options) <= OPTIONS:
        return {"options": list(options)}
    groups = [options[start : start + OPTIONS] for start in range(0, len(options), OPTIONS)][:OPTIONS]
    return {
        "option_groups": [
            {"label": plain(f"{_begins(group[0])} to {_begins(group[-1])}", OPTION), "options": list(group)}
            for group in groups
        ]
    }


def _begins(choice: Block) -> str:
    return str(choice["text"]["text"])[:20]


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names as one escaped text, the main one first; beyond `most` only their number."""
    shown = [cut(safe(name), 200) for name in names[:most]]
    left = len(names) - len(shown)
    return "; ".join(shown) + (f" and {left} more" if left else "")


def _split(text: str) -> tuple[str, str]:
    head = text[:_SHORT_OPTION].rpartition(" ")[0] or text[:_SHORT_OPTION]
    return head, text[len(head) :].strip()
