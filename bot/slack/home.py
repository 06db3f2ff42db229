"""The Home of a member of staff: what is published when, and which page of it; what it looks like is in `home_view`."""

from datetime import datetime
from typing import Any, Final

from slack_bolt import Ack

from bot.slack import blocks, home_view, listing
from bot.slack.blocks import Block
from bot.slack.buttons import press_of
from bot.slack.calls import SlackTrouble
from bot.slack.counter import Counter, spelt, text_of
from bot.slack.home_view import LETTERS, ON_OVERVIEW, OVERVIEW, UNREADABLE, Facts, Shown, shown_of
from bot.slack.ids import HomeAction
from bot.slack.register_desk import Register
from tracker.errors import DeskError
from tracker.store import Tx
from tracker.triage import Actor, worklist

SHOWN: Final = 10
ON_OVERVIEW_SHOWN: Final = 4


class Home:
    """Publishes a person's Home when they open it and after what they do in it; each press says which part they look at."""

    def __init__(self, counter: Counter, register: Register) -> None:
        self._counter = counter
        self._register = register

    def opened(self, event: dict[str, Any]) -> None:
        """The listener of `app_home_opened`, which also fires for the tab of messages."""
        if event.get("tab", "home") == "home":
            self.publish(text_of(event, "user"), text_of(event, "view", "private_metadata"))

    def turned(self, ack: Ack, body: dict[str, Any]) -> None:
        """The listener of everything that shows another part of Home."""
        ack()
        press = press_of(body)
        name, _, value = press.action.partition(":")
        now_shown = shown_of(press.home)
        match name:
            case HomeAction.PILE:
                now_shown = Shown(value, now_shown.urgency, now_shown.level)
            case HomeAction.URGENCY:
                now_shown = Shown(now_shown.pile, press.value, now_shown.level)
            case HomeAction.LEVEL:
                now_shown = Shown(now_shown.pile, now_shown.urgency, press.value)
            case HomeAction.PAGE:
                now_shown = now_shown.turned_to(value)
        self.publish(press.user, now_shown.packed())

    def publish(self, user: str, state: str = "") -> None:
        """Draw the Home as of now; who has no role sees a sentence instead."""
        try:
            view = self._view(self._counter.actor(user), shown_of(state))
        except DeskError as error:
            view = {"type": "home", "blocks": [blocks.words(spelt(str(error), user))]}
        try:
            self._counter.publish(user, view)
        except SlackTrouble as trouble:
            self._counter.refusal(trouble)

    def _view(self, actor: Actor, shown: Shown) -> Block:
        now = self._counter.now()
        with self._counter.store.reading() as tx:
            view = home_view.draw(self._facts(tx, actor, shown, now), shown, now)
            register = self._register.on_home(tx, actor, now) if shown.pile == OVERVIEW else []
            return view | {"blocks": [*view["blocks"], *register][:100]}

    def _facts(self, tx: Tx, actor: Actor, shown: Shown, now: datetime) -> Facts:
        desk = self._counter.desk
        every = worklist.tasks(tx, actor, desk, now)
        piles = {name: worklist.pile(every, name, actor, now, desk) for name in worklist.PILES}
        skip = shown.page * SHOWN
        of_letters = shown.pile == LETTERS
        letters, stuck = worklist.stuck(tx, actor, desk, most=SHOWN, skip=skip if of_letters else 0)
        unread, aside = worklist.unreadable(tx, most=SHOWN, skip=skip) if actor.may("read") else (0, [])
        found = worklist.narrowed(piles.get(shown.pile, []), urgency=shown.urgency, level=shown.level)
        pages = {shown.pile: found[skip : skip + SHOWN]} if shown.pile in piles else {}
        if shown.pile == OVERVIEW:
            pages = {name: piles[name][:ON_OVERVIEW_SHOWN] for name in ON_OVERVIEW}
        return Facts(
            counts={**{name: len(tasks) for name, tasks in piles.items()}, LETTERS: letters, UNREADABLE: unread},
            total=letters if of_letters else unread if shown.pile == UNREADABLE else len(found),
            cases={name: tuple(listing.of_tasks(tx, page, desk=desk, now=now)) for name, page in pages.items()},
            letters=tuple(stuck) if of_letters else (),
            unreadable=tuple(aside) if shown.pile == UNREADABLE else (),
            page_size=SHOWN,
            releases=actor.may("release"),
        )
