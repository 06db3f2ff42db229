"""What Slack would refuse in a whole message or view, as pure checks; the shapes of single blocks live in blocks."""

import json
from collections.abc import Iterator
from typing import Any

from tests.servers.slack.blocks import ANYWHERE, HOME, MODAL, PICKERS, PRESSED, SELECTS, WRITING
from tests.servers.slack.shapes import fault, items, typed

MESSAGE_BLOCKS = 50
MESSAGE_CHARACTERS = 13_200
"""Text in all blocks of one message; undocumented, reported as `msg_blocks_too_long` (slackapi/bolt-js#2509)."""
VIEW_BYTES = 250_000


def faults_in_message_blocks(blocks: Any) -> list[str]:
    """What Slack would refuse in the blocks of a message; an empty list means they are fine."""
    return [*items(MESSAGE_BLOCKS, typed(ANYWHERE), least=0)(blocks, "/blocks"), *_faults_in_ids(blocks)]


def faults_in_view(view: Any) -> list[str]:
    """What Slack would refuse in a modal or Home view; an empty list means it is fine."""
    faults = list(typed({"modal": MODAL, "home": HOME})(view, "/view"))
    if faults:
        return faults
    blocks = view["blocks"]
    if view["type"] == "modal" and "submit" not in view and any(block["type"] == "input" for block in blocks):
        faults.append(fault("missing required field: submit", "/view"))
    return [*faults, *_faults_in_ids(blocks)]


def text_length(blocks: Any) -> int:
    """How many characters of text are in all blocks together."""
    if isinstance(blocks, dict):
        own = len(blocks["text"]) if isinstance(blocks.get("text"), str) else 0
        return own + sum(text_length(part) for part in blocks.values() if isinstance(part, dict | list))
    return sum(text_length(part) for part in blocks) if isinstance(blocks, list) else 0


def view_is_too_large(view: Any) -> bool:
    return len(json.dumps(view)) > VIEW_BYTES


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of one block, in the order they are shown."""
    candidates = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    interactive = {**PRESSED, **SELECTS, **PICKERS, **WRITING}
    return [element for element in candidates if isinstance(element, dict) and element.get("type") in interactive]


def _faults_in_ids(blocks: Any) -> Iterator[str]:
    if not isinstance(blocks, list):
        return
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        block_id = block.get("block_id")
        if block_id is not None and block_id in seen:
            yield fault(f"`block_id` {block_id} already exists", f"/blocks/{index}/block_id")
        seen.add(str(block_id))
        actions = [element["action_id"] for element in elements_of(block) if "action_id" in element]
        if len(actions) != len(set(actions)):
            yield fault("`action_id` already exists for other actions in this block", f"/blocks/{index}")
