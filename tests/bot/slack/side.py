"""The real Slack side on a database and a Slack-shaped server, with workers that a test turns by hand."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import SecretStr
from sqlalchemy import Select, select

from bot.settings import SlackSettings
from bot.slack.app import SlackSide
from intake.slack import submission_from
from tests.servers.slack import SlackServer
from tests.tracker.desk import a_case, a_desk, a_store
from tracker import cards, inbound, outbox
from tracker.desk import Desk, RoleRule, RouteMatch, RouteRule
from tracker.errors import StoreUnavailable
from tracker.model import Case, Inbound, Person
from tracker.receive import receive
from tracker.store import Store
from tracker.submission import Reading

MORE = ("follow_up", "snooze", "release", "exclude", "reveal")
Row = TypeVar("Row")
MAY = ("read", "take", "assign", "level", "note", "reply", "ask", "resolve", "reopen", "merge", "link", "correct")
ROLES = (
    RoleRule(id="quality_manager", title="Quality manager", may=MAY, level_up_to=1, members=("*",)),
    RoleRule(id="dean", title="Postgraduate dean", may=(*MAY, *MORE), level_up_to=4, members=("S0DEANS",)),
)
SIGNING_SECRET = "signing-secret-of-the-tests"
Transport = Literal["socket", "http"]
ROUTES = (
    RouteRule(id="restricted", when=RouteMatch(red_flags=("sexual_misconduct",)), channel="quality-restricted", restricted=True),
    RouteRule(id="everything", channel="quality-triage"),
)  # fmt: skip


class Turned:
    """The Slack side, its store and desk; the clock stands still unless a test moves it."""

    def __init__(self, slack: SlackServer, tmp_path: Path, *, settings: dict[str, Any], desk: dict[str, Any]) -> None:
        self.slack = slack
        self.clock = datetime.now(UTC)
        self.store: Store = a_store(tmp_path)
        self.desk: Desk = a_desk(**({"roles": ROLES, "routes": ROUTES} | desk))
        chosen: dict[str, Any] = {
            "api_url": slack.api_url,
            "bot_token": SecretStr(slack.bot_token),
            "app_token": SecretStr(slack.app_token),
            "team_id": slack.team_id,
            "timeout_seconds": 3,
        }
        self.settings = SlackSettings(**(chosen | settings))
        self.side = SlackSide(self.settings, self.store, self.desk, self.now)

    def now(self) -> datetime:
        return self.clock

    def later(self, **span: float) -> None:
        self.clock += timedelta(**span)

    def read_all(self, reading: Reading | None = None) -> int:
        """Read what was heard, as the reader does; returns how many."""
        reading = reading or Reading(opens_case=True, kind="concern", themes=("clinical_supervision",))
        count = 0
        while True:
            claimed = self.store.write(lambda tx: inbound.claim_one(tx, now=self.clock, lease=timedelta(minutes=1)))
            if claimed is None:
                return count
            submission = submission_from(claimed.content, claimed.envelope)
            self.store.write(
                lambda tx, it=claimed, said=submission: receive(
                    tx, said, reading, inbound_id=it.id, desk=self.desk, now=self.clock
                )
            )
            count += 1

    def redraw_all(self) -> int:
        """Redraw cards until all that are due are true; returns how many steps it took."""
        steps = 0
        while self.side.redraw_one():
            steps += 1
            assert steps < 200, "the mirror never rests"
        return steps

    def deliver_all(self) -> int:
        """Deliver the Slack posts that are due."""
        count = 0
        while True:
            parcel = self.store.write(
                lambda tx: outbox.claim_one(tx, channel="slack", now=self.clock, lease=timedelta(minutes=5))
            )
            if parcel is None:
                return count
            outcome = self.side.deliver(parcel)
            self.store.write(
                lambda tx, it=parcel, end=outcome: outbox.settle(tx, it.id, end, desk=self.desk, now=self.clock)
            )
            count += 1

    def fetch_all(self) -> int:
        """Fetch the files that are due; returns how many attempts it took."""
        count = 0
        while self.side.fetch_one():
            count += 1
            assert count < 50, "the fetcher never rests"
        return count

    def open_case(self, channel: str = "quality-triage", **columns: Any) -> str:
        """A case with a card to be hung in `channel`; returns its reference."""

        def job(tx: Any) -> str:
            case = a_case(tx, self.desk, now=self.clock, **columns)
            cards.ensure(tx, case, channel, now=self.clock)
            return case.ref

        return self.store.write(job)

    def case(self, ref: str) -> Case:
        return self.all_of(select(Case).where(Case.ref == ref))[0]

    def cases(self) -> list[Case]:
        return self.all_of(select(Case).order_by(Case.id))

    def rows(self) -> list[Inbound]:
        return self.all_of(select(Inbound).order_by(Inbound.id))

    def all_of(self, query: Select[tuple[Row]]) -> list[Row]:
        """The rows as they are now, still readable when the session is over."""
        with self.store.reading() as tx:
            found = list(tx.scalars(query))
            tx.expunge_all()
        return found

    def card_of(self, ref: str, channel: str = "quality-triage") -> dict[str, Any]:
        """The card as it hangs in Slack now."""
        return self.slack.wait_for_message(channel, lambda message: ref in message["text"])


SHORTEST_SECRET = 12


def nothing_leaked(turned: Turned) -> None:
    """In all that was sent to Slack there is no reporter's name, address, or sentence."""
    planted = {text for text in turned.slack.said_by_people() if len(text) >= SHORTEST_SECRET and "<" not in text}
    with contextlib.suppress(StoreUnavailable):
        people = turned.all_of(select(Person))
        planted |= {each for person in people for each in (person.address, person.name) if each}
    ours = {each for contact in turned.desk.contacts for each in (contact.address, contact.role)}
    sent = turned.slack.everything_sent()
    assert [secret for secret in planted - ours if secret in sent] == []


@contextmanager
def slack_side(
    slack: SlackServer,
    tmp_path: Path,
    *,
    start: bool = True,
    transport: Transport = "socket",
    desk: dict[str, Any] | None = None,
    **settings: Any,
) -> Iterator[Turned]:
    """The Slack side, connected unless `start` is False; `desk` and `settings` change parts of the configuration."""
    if transport == "http":
        settings |= {"mode": "http", "signing_secret": SecretStr(SIGNING_SECRET)}
    turned = Turned(slack, tmp_path, settings=settings, desk=desk or {})
    try:
        if start:
            port = turned.side.start()
            if transport == "http":
                slack.speak_over_http(port, SIGNING_SECRET)
            else:
                slack.wait_connected()
        yield turned
        nothing_leaked(turned)
    finally:
        turned.side.stop()
        turned.store.close()
