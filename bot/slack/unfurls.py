"""Links to cases that somebody pasted, shown as a reference and the command that opens it, without a word of the case; pure."""

import re
from collections.abc import Iterable
from typing import Any, Final

from bot.slack import blocks
from bot.slack.ids import COMMAND
from tracker.tokens import normal_ref

_PARTS: Final = re.compile(r"[/?&=#]")
MOST: Final = 10


def unfurled(links: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What Slack is to show for each link that holds a case's reference; whether there is such a case is not told."""
    shown: dict[str, dict[str, Any]] = {}
    for url in links:
        ref = next((found for found in map(normal_ref, reversed(_PARTS.split(url))) if found), None)
        if ref is not None and len(shown) < MOST:
            text = f"Quality case {ref}. `{COMMAND} show {ref}` shows it to whoever may see it."
            shown[url] = {"blocks": [blocks.section(blocks.safe(text))]}
    return shown


def links_of(event: dict[str, Any]) -> list[str]:
    """The links of a `link_shared` event."""
    rows = event.get("links") or ()
    return [str(row["url"]) for row in rows if isinstance(row, dict) and row.get("url")]
