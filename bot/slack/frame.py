"""The frame of every form: what it carries along (a reference, the revision it showed), and reading it back; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.ids import Form

METADATA: Final = 3000
_INITIAL: Final = ("initial_value", "initial_option", "initial_options", "initial_user")


@dataclass(frozen=True)
class Carried:
    """What a form carries along. `seen` is the revision it showed; nothing in it grants a right.

    `more` is what a first page hands to the second; `home` is the state of the Home it was opened from.
    """

    ref: str = ""
    seen: int = 0
    channel: str = ""
    words: str = ""
    home: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def packed(self) -> str:
        """As `private_metadata`. Raises ValueError where the words are too long to travel."""
        text = json.dumps({key: value for key, value in vars(self).items() if value}, ensure_ascii=False)
        if len(text) > METADATA:
            raise ValueError("too long")
        return text


def carried(view: Mapping[str, Any]) -> Carried:
    """What a form brought back; an empty Carried where it is not ours."""
    try:
        return Carried(**json.loads(view.get("private_metadata") or "{}"))
    except (ValueError, TypeError):
        return Carried()


def entered(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a person put in, by field: a text, a chosen value or user, or a list of chosen values."""
    found: dict[str, Any] = {}
    for elements in ((view.get("state") or {}).get("values") or {}).values():
        for name, state in elements.items():
            if "selected_options" in state or state.get("type") in {"checkboxes", "multi_static_select"}:
                found[name] = [each["value"] for each in state.get("selected_options") or ()]
            elif "selected_option" in state:
                found[name] = (state["selected_option"] or {}).get("value", "")
            elif "selected_user" in state:
                found[name] = state["selected_user"] or ""
            else:
                found[name] = state.get("value") or ""
    return found


def form(form: Form, title: str, submit: str, at: Carried, body: list[Block], *, close: str = "Cancel") -> Block:
    """A modal; one without `submit` only shows something. Raises ValueError where what it carries is too long."""
    made: Block = {
        "type": "modal",
        "callback_id": form.value,
        "private_metadata": at.packed(),
        "title": blocks.plain(title, blocks.TITLE),
        "close": blocks.plain(close, blocks.TITLE),
        "blocks": body,
    }
    return made | ({"submit": blocks.plain(submit, blocks.TITLE)} if submit else {})


def about(at: Carried, text: str) -> Block:
    """The line on top of a form: which case, and what the form does."""
    return {"type": "section", "block_id": "about", "text": blocks.plain(f"{at.ref}: {text}", blocks.SECTION)}


def sentence(title: str, text: str) -> Block:
    """A form that only says something."""
    return {
        "type": "modal",
        "title": blocks.plain(title, blocks.TITLE),
        "close": blocks.plain("Close", blocks.TITLE),
        "blocks": [blocks.words(text)],
    }


def with_warning(view: Mapping[str, Any], warning: str, given: Mapping[str, Any], at: Carried) -> Block:
    """The same form again with a sentence on top and what the person had put in; a field not in `given` stays as it is."""
    kept = [
        _filled(block, given)
        for block in view.get("blocks", ())
        if not str(block.get("block_id", "")).startswith("warning")
    ]
    warned = {"type": "section", "block_id": f"warning:{at.seen}", "text": blocks.plain(f"⚠ {warning}", blocks.SECTION)}
    made: Block = {key: view[key] for key in ("type", "callback_id", "title", "submit", "close") if view.get(key)}
    return made | {"private_metadata": at.packed(), "blocks": [warned, *kept]}


def changed(view: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """The fields in which a person put something else than what the form showed."""
    return [
        element["action_id"]
        for element in (block["element"] for block in view.get("blocks", ()) if block.get("type") == "input")
        if element["action_id"] in given and given[element["action_id"]] != _shown(element)
    ]


def first_field(view: Mapping[str, Any]) -> str | None:
    """The block of the first field, under which a refusal is shown; None where the form has no field."""
    return next((each["block_id"] for each in view.get("blocks", ()) if each.get("type") == "input"), None)


def _filled(block: Block, given: Mapping[str, Any]) -> Block:
    if block.get("type") != "input" or block["element"]["action_id"] not in given:
        return dict(block)
    element = {key: value for key, value in block["element"].items() if key not in _INITIAL}
    value = given.get(element["action_id"])
    if value and element["type"] == "plain_text_input":
        element["initial_value"] = value
    elif value and element["type"] == "users_select":
        element["initial_user"] = value
    elif value and element["type"] == "static_select":
        element["initial_option"] = next(each for each in _offered(element) if each["value"] == value)
    elif value and element["type"] in {"checkboxes", "multi_static_select"}:
        element["initial_options"] = [each for each in _offered(element) if each["value"] in value]
    return dict(block) | {"element": element}


def _shown(element: Block) -> Any:
    """What an element held before anybody touched it, in the form in which `entered` reads it back."""
    if element["type"] in {"checkboxes", "multi_static_select"}:
        return [each["value"] for each in element.get("initial_options") or ()]
    if element["type"] == "static_select":
        return (element.get("initial_option") or {}).get("value", "")
    return element.get("initial_user") or element.get("initial_value") or ""


def _offered(element: Block) -> list[Block]:
    groups = element.get("option_groups") or ()
    return [*(element.get("options") or ()), *(option for group in groups for option in group["options"])]
