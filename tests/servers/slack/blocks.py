"""Block Kit as data: which blocks and elements there are, with the sizes Slack allows; judging a whole lives in checks.

Sources: Slack's Block Kit reference and the limits in slack_sdk's model classes.
"""

from collections.abc import Iterator
from typing import Any

from tests.servers.slack.shapes import (
    Check,
    anything,
    boolean,
    fault,
    items,
    number,
    one_of,
    plain,
    shape,
    string,
    text,
    typed,
)

VIEW_BLOCKS = 100

IDENTIFIER = string(255)
CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = shape({"text": text(75), "value": string(150, least=1)}, {"description": text(75), "url": string(3000)})
OPTION_GROUP = shape({"label": plain(75), "options": items(100, OPTION)})
IMAGE = shape({"alt_text": string(2000, least=1)}, {"image_url": string(3000), "slack_file": anything})
_COMMON: dict[str, Check] = {"action_id": IDENTIFIER, "confirm": CONFIRM, "focus_on_load": boolean}
_SELECT: dict[str, Check] = {**_COMMON, "placeholder": plain(150)}
_MULTI: dict[str, Check] = {**_SELECT, "max_selected_items": number(1, 10_000)}


def _options_or_groups(initial: str) -> Check:
    form = shape(
        {},
        {
            **_MULTI,
            "options": items(100, OPTION),
            "option_groups": items(100, OPTION_GROUP),
            initial: anything,
        },
    )

    def check(value: Any, where: str) -> Iterator[str]:
        yield from form(value, where)
        if ("options" in value) == ("option_groups" in value):
            yield fault("exactly one of options and option_groups is needed", where)
        yield from _initial_is_an_option(value, initial, where)

    return check


def _choices(initial: str) -> Check:
    form = shape({"options": items(10, OPTION)}, {**_COMMON, initial: anything})

    def check(value: Any, where: str) -> Iterator[str]:
        yield from form(value, where)
        yield from _initial_is_an_option(value, initial, where)

    return check


def _initial_is_an_option(element: dict[str, Any], initial: str, where: str) -> Iterator[str]:
    given = element.get(initial)
    wanted = given if isinstance(given, list) else [given] if given is not None else []
    offered = options_of(element)
    if any(option not in offered for option in wanted):
        yield fault(f"{initial} must be one of the options", f"{where}/{initial}")


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Every option of a menu, those in groups too."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group.get("options", []))]


BUTTON = shape(
    {"text": plain(75)},
    {
        **_COMMON,
        "value": string(2000),
        "url": string(3000),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
)
SELECTS: dict[str, Check] = {
    "static_select": _options_or_groups("initial_option"),
    "multi_static_select": _options_or_groups("initial_options"),
    "external_select": shape({}, {**_SELECT, "initial_option": OPTION, "min_query_length": number(0, 100)}),
    "multi_external_select": shape({}, {**_MULTI, "initial_options": anything, "min_query_length": number(0, 100)}),
    "users_select": shape({}, {**_SELECT, "initial_user": string(20)}),
    "multi_users_select": shape({}, {**_MULTI, "initial_users": anything}),
    "conversations_select": shape(
        {},
        {
            **_SELECT,
            "initial_conversation": string(20),
            "default_to_current_conversation": boolean,
            "filter": anything,
            "response_url_enabled": boolean,
        },
    ),
    "multi_conversations_select": shape({}, {**_MULTI, "initial_conversations": anything, "filter": anything}),
    "channels_select": shape({}, {**_SELECT, "initial_channel": string(20), "response_url_enabled": boolean}),
    "multi_channels_select": shape({}, {**_MULTI, "initial_channels": anything}),
}
PICKERS: dict[str, Check] = {
    "datepicker": shape({}, {**_SELECT, "initial_date": string(10, pattern=r"\d{4}-\d{2}-\d{2}")}),
    "timepicker": shape({}, {**_SELECT, "initial_time": string(5, pattern=r"\d{2}:\d{2}"), "timezone": string(60)}),
    "datetimepicker": shape({}, {**_COMMON, "initial_date_time": number(10**9, 10**10 - 1)}),
    "checkboxes": _choices("initial_options"),
    "radio_buttons": _choices("initial_option"),
}
_WRITING: dict[str, Check] = {**_SELECT, "initial_value": string(3000), "dispatch_action_config": anything}
WRITING: dict[str, Check] = {
    "plain_text_input": shape(
        {}, {**_WRITING, "multiline": boolean, "min_length": number(0, 3000), "max_length": number(1, 3000)}
    ),
    "email_text_input": shape({}, _WRITING),
    "url_text_input": shape({}, _WRITING),
    "number_input": shape(
        {"is_decimal_allowed": boolean}, {**_WRITING, "min_value": string(100), "max_value": string(100)}
    ),
    "rich_text_input": shape({}, {**_SELECT, "initial_value": anything, "dispatch_action_config": anything}),
    "file_input": shape({}, {"action_id": IDENTIFIER, "filetypes": anything, "max_files": number(1, 10)}),
}
PRESSED: dict[str, Check] = {
    "button": BUTTON,
    "overflow": shape({"options": items(5, OPTION)}, {"action_id": IDENTIFIER, "confirm": CONFIRM}),
}


def section(value: Any, where: str) -> Iterator[str]:
    elements = typed({**PRESSED, **SELECTS, **PICKERS, "image": IMAGE})
    yield from shape(
        {},
        {
            "text": text(3000),
            "fields": items(10, text(2000)),
            "accessory": elements,
            "block_id": IDENTIFIER,
            "expand": boolean,
        },
    )(value, where)
    if "text" not in value and "fields" not in value:
        yield fault("missing required field: text", where)


ANYWHERE: dict[str, Check] = {
    "section": section,
    "divider": shape({}, {"block_id": IDENTIFIER}),
    "header": shape({"text": plain(150)}, {"block_id": IDENTIFIER}),
    "context": shape(
        {
            "elements": items(
                10,
                typed(
                    {
                        "image": IMAGE,
                        "plain_text": shape({"text": string(3000, least=1)}, {"emoji": boolean}),
                        "mrkdwn": shape({"text": string(3000, least=1)}, {"verbatim": boolean}),
                    }
                ),
            )
        },
        {"block_id": IDENTIFIER},
    ),
    "actions": shape(
        {"elements": items(25, typed({**PRESSED, **SELECTS, **PICKERS}))},
        {"block_id": IDENTIFIER},
    ),
    "input": shape(
        {"label": plain(2000), "element": typed({**SELECTS, **PICKERS, **WRITING})},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean, "block_id": IDENTIFIER},
    ),
    "image": shape(
        {"alt_text": string(2000, least=1)},
        {"image_url": string(3000), "slack_file": anything, "title": plain(2000), "block_id": IDENTIFIER},
    ),
    "rich_text": shape({"elements": anything}, {"block_id": IDENTIFIER}),
    "markdown": shape({"text": string(12_000, least=1)}, {"block_id": IDENTIFIER}),
    "table": shape({"rows": items(100, items(20, anything))}, {"block_id": IDENTIFIER, "column_settings": anything}),
}
IN_MODALS: dict[str, Check] = {**ANYWHERE, "alert": anything}
VIEW_PARTS: dict[str, Check] = {
    "blocks": items(VIEW_BLOCKS, typed(IN_MODALS), least=0),
    "private_metadata": string(3000),
    "callback_id": IDENTIFIER,
    "external_id": IDENTIFIER,
}
MODAL = shape(
    {"title": plain(24), "blocks": VIEW_PARTS["blocks"]},
    {
        **VIEW_PARTS,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
HOME = shape({"blocks": VIEW_PARTS["blocks"]}, VIEW_PARTS)
