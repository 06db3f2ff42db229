"""What Home looks like: piles with their numbers, filters, one page of rows, and pages before and after; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.ids import Action, HomeAction
from bot.slack.listing import Line
from tracker.card_facts import URGENCY_WORDS, words
from tracker.triage.worklist import NO_LEVEL, StuckParcel

LETTERS: Final = "letters"
UNREADABLE: Final = "unreadable"
OVERVIEW: Final = "overview"
ON_OVERVIEW: Final = ("mine", "unowned", "overdue", "today")
TITLES: Final = {
    OVERVIEW: "Overview",
    "mine": "Mine",
    "unowned": "Nobody has these yet",
    "today": "Due today",
    "overdue": "Overdue",
    "second": "Waiting for a second person",
    "all": "All open",
    LETTERS: "Letters that wait for a person",
    UNREADABLE: "Could not be read",
}
_SHORT: Final = TITLES | {"unowned": "Nobody's", "second": "Second person", LETTERS: "Letters"}
_ANY: Final = "any"
_LEVELS: Final = ("0", "1", "2", "3", "4")


@dataclass(frozen=True)
class Shown:
    """Which part of Home a person looks at. It travels in the view and grants nothing."""

    pile: str = OVERVIEW
    urgency: str = ""
    level: str = ""
    page: int = 0

    def packed(self) -> str:
        return json.dumps({key: value for key, value in vars(self).items() if value})

    def turned_to(self, page: str) -> "Shown":
        return Shown(self.pile, self.urgency, self.level, int(page) if page.isdigit() else 0)


def shown_of(packed: str) -> Shown:
    """What a view carried along; the overview where it carried nothing of ours."""
    try:
        given = json.loads(packed or "{}")
        pile, urgency, level, page = (given.get(key) for key in ("pile", "urgency", "level", "page"))
    except (ValueError, AttributeError):
        return Shown()
    return Shown(
        pile if pile in TITLES else OVERVIEW,
        urgency if urgency in URGENCY_WORDS else "",
        level if level in {*_LEVELS, NO_LEVEL} else "",
        page if isinstance(page, int) and 0 <= page < 10_000 else 0,
    )


@dataclass(frozen=True)
class Facts:
    """All that Home shows: how many are in each pile, and one page of the chosen one (`total`: of how many).

    `cases`: the rows by pile; several piles on the overview, one elsewhere.
    """

    counts: Mapping[str, int]
    total: int
    cases: Mapping[str, tuple[Line, ...]]
    letters: tuple[StuckParcel, ...] = ()
    unreadable: tuple[tuple[int, datetime, str], ...] = ()
    page_size: int = 10
    releases: bool = False


def draw(facts: Facts, shown: Shown, now: datetime) -> Block:
    """The view to publish."""
    made = [
        blocks.header("Quality Desk"),
        *blocks.context(f"As of {when(now)}"),
        *blocks.actions([_pile(name, facts, shown) for name in TITLES if _offered(name, facts, shown)]),
        *_filters(shown),
    ]
    for pile, rows in facts.cases.items():
        total = facts.counts[pile] if shown.pile == OVERVIEW else facts.total
        made += [{"type": "divider"}, _title(pile, total)]
        for row in rows:
            made += _case(row)
    if shown.pile in {LETTERS, UNREADABLE}:
        made += [{"type": "divider"}, _title(shown.pile, facts.total)]
    for letter in facts.letters:
        made += _letter(letter, releases=facts.releases)
    for number, at, ref in facts.unreadable:
        on = f" on *{blocks.safe(ref)}*" if ref else ""
        made.append(blocks.section(f"Message {number}{on}, came {when(at)}. Please read the original."))
    made += _pages(facts, shown)
    return {"type": "home", "private_metadata": shown.packed(), "blocks": made[:100]}


def when(at: datetime) -> str:
    """The time in the reader's own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%d %B %Y %H:%M} UTC>"


def _title(pile: str, total: int) -> Block:
    return blocks.section(f"*{TITLES[pile]}* ({total})" if total else f"*{TITLES[pile]}*: none")


def _offered(name: str, facts: Facts, shown: Shown) -> bool:
    """Small piles show up only where there is something in them."""
    return name not in {"second", LETTERS, UNREADABLE} or facts.counts.get(name, 0) > 0 or shown.pile == name


def _pile(name: str, facts: Facts, shown: Shown) -> Block:
    count = facts.counts.get(name, 0)
    text = _SHORT[name] if name == OVERVIEW else f"{_SHORT[name]} {count}"
    about = f"{count} {'case' if count == 1 else 'cases'}" if name != OVERVIEW else "of all piles"
    style = "primary" if name == shown.pile else ""
    return blocks.button(text, f"{HomeAction.PILE}:{name}", name, about=about, style=style)


def _filters(shown: Shown) -> list[Block]:
    refresh = blocks.button("Refresh", HomeAction.REFRESH, "home", about="this page")
    if shown.pile in {OVERVIEW, LETTERS, UNREADABLE}:
        return blocks.actions([refresh])
    urgencies = [
        blocks.option("Any urgency", _ANY),
        *(blocks.option(text, code) for code, text in URGENCY_WORDS.items()),
    ]
    levels = [
        blocks.option("Any level", _ANY),
        blocks.option("No level set", NO_LEVEL),
        *(blocks.option(f"ISF {level}", level) for level in _LEVELS),
    ]
    return blocks.actions([
        blocks.select(urgencies, chosen=shown.urgency or _ANY, placeholder="Urgency") | {"action_id": str(HomeAction.URGENCY)},
        blocks.select(levels, chosen=shown.level or _ANY, placeholder="Level") | {"action_id": str(HomeAction.LEVEL)},
        refresh,
    ])  # fmt: skip


def _case(row: Line) -> list[Block]:
    look = blocks.button("Open", Action.MORE, row.ref, about=row.ref)
    if row.owned:
        return [blocks.section(row.text) | {"accessory": look}]
    take = blocks.button("Take", Action.TAKE, row.ref, about=row.ref, style="primary")
    return [blocks.section(row.text), *blocks.actions([take, look])]


def _letter(letter: StuckParcel, *, releases: bool) -> list[Block]:
    left = " It may have left already." if letter.may_have_left else ""
    on = f" on *{blocks.safe(letter.ref)}*" if letter.ref else ""
    text = f"{words(letter.occasion.replace('/', ', '))}{on}: {letter.state}.{left} Written {when(letter.made_at)}."
    number = str(letter.parcel_id)
    steps = [
        blocks.button(
            "Send after all", Action.SEND_AFTER_ALL, number, about=f"letter {number}",
            confirm="The letter leaves now. If it left before, they get it twice.",
        )
    ]  # fmt: skip
    if letter.state != "failed":
        steps.append(
            blocks.button(
                "Never send", Action.NEVER_SEND, number, about=f"letter {number}", style="danger",
                confirm="The letter will never leave. Somebody should answer by hand.",
            )
        )  # fmt: skip
    return [blocks.section(text), *blocks.actions(steps if releases else [])]


def _pages(facts: Facts, shown: Shown) -> list[Block]:
    last = max(facts.total - 1, 0) // facts.page_size
    if last == 0 or shown.pile == OVERVIEW:
        return []
    steps = []
    if shown.page > 0:
        steps.append(blocks.button("Before", f"{HomeAction.PAGE}:{shown.page - 1}", "page", about="page"))
    if shown.page < last:
        steps.append(blocks.button("Next", f"{HomeAction.PAGE}:{shown.page + 1}", "page", about="page"))
    return [*blocks.context(f"Page {shown.page + 1} of {last + 1}"), *blocks.actions(steps)]
