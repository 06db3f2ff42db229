"""The Home of a member of staff: what is theirs, nobody's and overdue, and what waits for a person; as of when it was drawn."""

from datetime import datetime
from typing import Any, Final

from slack_bolt import Ack

from bot.slack import blocks, listing
from bot.slack.blocks import Block
from bot.slack.calls import SlackTrouble
from bot.slack.counter import Counter, spelt, text_of
from bot.slack.ids import Action
from bot.slack.listing import Line
from tracker.errors import DeskError
from tracker.queries import CaseFilter, case_count, status
from tracker.store import Tx
from tracker.triage import Actor

SHOWN: Final = 10


class Home:
    """Publishes a person's Home when they open it and after what they do in it."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def opened(self, event: dict[str, Any]) -> None:
        """The listener of `app_home_opened`, which also fires for the tab of messages."""
        if event.get("tab", "home") == "home":
            self.publish(text_of(event, "user"))

    def refreshed(self, ack: Ack, body: dict[str, Any]) -> None:
        """The listener of the button that draws it anew."""
        ack()
        self.publish(text_of(body, "user", "id"))

    def publish(self, user: str) -> None:
        """Draw the Home as of now; who has no role sees a sentence instead."""
        try:
            view = self._view(self._counter.actor(user))
        except DeskError as error:
            view = {"type": "home", "blocks": [blocks.words(spelt(str(error), user))]}
        try:
            self._counter.publish(user, view)
        except SlackTrouble as trouble:
            self._counter.refusal(trouble)

    def _view(self, actor: Actor) -> Block:
        now = self._counter.now()
        with self._counter.store.reading() as tx:
            return {"type": "home", "blocks": self._blocks(tx, actor, now)}

    def _blocks(self, tx: Tx, actor: Actor, now: datetime) -> list[Block]:
        waiting = [blocks.safe(sentence) for sentence in status(tx, now=now)["attention"]]
        parts = (
            ("Mine", CaseFilter(open_only=True, owner=actor.name), None),
            ("Nobody has these yet", CaseFilter(open_only=True, owner="-"), Action.TAKE),
            ("Overdue", CaseFilter(open_only=True, overdue=True), None),
        )
        made = [
            blocks.header("Quality Desk"),
            *blocks.context(f"As of {when(now)}", *waiting[:5]),
            *blocks.actions([blocks.button("Refresh", Action.REFRESH_HOME, "home", about="this page")]),
        ]
        for title, wanted, step in parts:
            total = case_count(tx, wanted, now=now)
            rows = listing.lines(tx, wanted, actor, most=SHOWN, desk=self._counter.desk, now=now)
            made.append({"type": "divider"})
            made.append(blocks.section(f"*{title}* ({total})" if total else f"*{title}*: none"))
            made += [_row(row, step) for row in rows]
            made += blocks.context(f"The {len(rows)} most urgent are shown." if total > len(rows) > 0 else "")
        return made[:100]


def when(now: datetime) -> str:
    """The time in the reader's own zone."""
    return f"<!date^{int(now.timestamp())}^{{date_short_pretty}} {{time}}|{now:%d %B %Y %H:%M} UTC>"


def _row(row: Line, step: Action | None) -> Block:
    made = blocks.section(row.text)
    return made | {"accessory": blocks.button("Take", step, row.ref, about=row.ref)} if step else made
