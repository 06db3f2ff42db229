"""What became of each mail of the demo, as a table for people; nothing is sent or decided here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.table import Table
from rich.text import Text

OUTCOMES = {
    "joined": "joined the case it answers",
    "filed": "filed; machines are not answered",
    "repeat": "known already, nothing more",
    "quarantined": "set aside; a person must look",
    None: "not read yet",
}
LETTERS = {
    "sent": "sent",
    "queued": "waiting",
    "sending": "leaving",
    "held": "held: it may have left",
    "failed": "could not be delivered",
    "withheld": "withheld",
    "cancelled": "cancelled",
}
ROWS_TOGETHER = 5
URGENT = {"immediate": "bold red", "same_day": "yellow"}


def table(rows: Iterable[tuple[str, dict[str, Any] | None, dict[str, Any] | None]], *, zone: ZoneInfo) -> Table:
    """Rows are (what was sent, its line of `inbound list`, the line of its case in `case list`); a repeat has no line."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column("What was sent", ratio=5)
    grid.add_column("Case", no_wrap=True)
    for name, ratio in (("How it stands", 5), ("Acknowledgement, and why", 8), ("Next promise", 5)):
        grid.add_column(name, ratio=ratio, overflow="fold")
    for number, (what, heard, case) in enumerate(rows):
        outcome = "repeat" if heard is None else heard["outcome"]
        whole = case if case and (outcome not in OUTCOMES or outcome == "quarantined") else None
        style = URGENT.get(whole["urgency"], "") if whole else "dim"
        grid.add_row(
            Text(what),
            Text(case["ref"] if case else "none", style="bold" if whole else "dim"),
            Text(_standing(whole, outcome) if whole else OUTCOMES.get(outcome, outcome), style=style),
            Text(_acknowledgement(whole) if whole else "none", style="" if whole else "dim"),
            Text(_next(whole, zone) if whole else ""),
            end_section=number % ROWS_TOGETHER == ROWS_TOGETHER - 1,
        )
    return grid


def _standing(case: dict[str, Any], outcome: str) -> str:
    if outcome == "quarantined":
        return OUTCOMES[outcome]
    words = [case["status"], case["urgency"] if case["urgency"] != "none" else "", case["kind"]]
    return ", ".join(word.replace("_", " ") for word in words if word)


def _acknowledgement(case: dict[str, Any]) -> str:
    said = case["acknowledgement"]
    kind = said["kind"].replace("_", " ")
    why = (said["why"] or "").removeprefix(f"{kind} ").removeprefix(f"{said['kind']} ")
    return f"{kind}, {LETTERS.get(said['state'], said['state'])}" + (f": {why}" if why else "")


def _next(case: dict[str, Any], zone: ZoneInfo) -> str:
    due = case["next_due"]
    if not due:
        return "nothing"
    at = datetime.fromisoformat(due["due_at"]).astimezone(zone)
    return f"{due['what'].replace('_', ' ')} by {at:%a} {at.day} {at:%b %H:%M}"
