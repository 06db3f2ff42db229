"""Filling in a form as a person does: from plain values to Slack's `view.state.values`; sending it lives in deeds."""

from typing import Any

from tests.servers.slack.checks import elements_of
from tests.servers.slack.payloads import choice

INITIAL = {
    "static_select": "initial_option",
    "multi_static_select": "initial_options",
    "radio_buttons": "initial_option",
    "checkboxes": "initial_options",
    "external_select": "initial_option",
    "multi_external_select": "initial_options",
    "users_select": "initial_user",
    "multi_users_select": "initial_users",
    "conversations_select": "initial_conversation",
    "multi_conversations_select": "initial_conversations",
    "channels_select": "initial_channel",
    "multi_channels_select": "initial_channels",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
}
"""Under which name an element holds what is chosen before anybody touches it; text inputs use `initial_value`."""

NOT_STATEFUL = ("button", "overflow")


def fields(blocks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The block and element of everything that holds a value."""
    return [
        (block, element) for block in blocks for element in elements_of(block) if element["type"] not in NOT_STATEFUL
    ]


def names_of(block: dict[str, Any], element: dict[str, Any]) -> tuple[str, ...]:
    """What a test may call a field by: its action_id, its label, its block_id."""
    label = block.get("label") or block.get("text") or {}
    return element["action_id"], str(label.get("text", "")), block["block_id"]


def untouched(blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """`state.values` before anybody has touched anything."""
    return filled(blocks, {}, enforce=False)


def filled(blocks: list[dict[str, Any]], values: dict[str, Any], *, enforce: bool = True) -> dict[str, dict[str, Any]]:
    """`state.values` after a person has put in `values`; what is not named keeps its initial value.

    Raises AssertionError where Slack's client would not let a person submit: no such field, a needed one empty, text
    too long or too short, an option that is not offered.
    """
    there = fields(blocks)
    unknown = [name for name in values if not any(name in names_of(block, element) for block, element in there)]
    if unknown:
        offered = [names_of(block, element)[:2] for block, element in there]
        raise AssertionError(f"the form has no field {unknown}; it has {offered}")
    state: dict[str, dict[str, Any]] = {}
    for block, element in there:
        given = [values[name] for name in names_of(block, element) if name in values]
        value = given[0] if given else element.get(INITIAL.get(element["type"], "initial_value"))
        if enforce:
            _let_through(block, element, value)
        entry = {"type": element["type"], **choice(element, value)}
        state.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return state


def _let_through(block: dict[str, Any], element: dict[str, Any], value: Any) -> None:
    label = names_of(block, element)[1]
    if block["type"] == "input" and not block.get("optional") and value in (None, "", []):
        raise AssertionError(f"Slack would not submit the form: {label!r} is empty")
    if element["type"] == "plain_text_input" and value:
        if len(value) > element.get("max_length", 3000):
            raise AssertionError(f"Slack would not submit the form: {label!r} is too long")
        if len(value) < element.get("min_length", 0):
            raise AssertionError(f"Slack would not submit the form: {label!r} is too short")
