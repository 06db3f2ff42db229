"""Blocks that stand for a chart become pictures that Slack keeps; one that cannot be drawn or sent is left out."""

from collections.abc import Callable, Sequence
from typing import Final

import structlog

from bot.log import facts_of
from bot.slack import chart
from bot.slack.blocks import Block
from bot.slack.calls import SlackTrouble

NAME: Final = "cases.png"
ALT: Final = 2000
log = structlog.get_logger()


def drawn(upload: Callable[[str, bytes, str], str], made: Sequence[Block]) -> list[Block]:
    """The blocks with each `chart` uploaded; `upload` takes name, bytes and words, and returns Slack's id of the file."""
    found: list[Block] = []
    for block in made:
        if "chart" not in block:
            found.append(block)
            continue
        words = str(block.get("alt_text", ""))[:ALT]
        days = [(str(label), int(opened), int(ended)) for label, opened, ended in block["chart"]]
        try:
            file = upload(NAME, chart.bars(days), words)
        except SlackTrouble as trouble:
            log.warning("slack.no_picture", **facts_of(trouble))
            continue
        if file:
            found.append({"type": "image", "alt_text": words or "A chart", "slack_file": {"id": file}})
    return found
