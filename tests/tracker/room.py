"""A triage room for tests: a database, a desk with a few roles, people who hold them, and cases that came by mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, select

from tests.tracker.desk import a_desk
from tracker import inbound
from tracker.desk import Desk, LevelRule, RoleRule, RouteMatch, RouteRule
from tracker.model import Case, Event, Parcel
from tracker.receive import receive
from tracker.store import Store, Tx
from tracker.submission import Address, Reading, SlackPlace, Submission
from tracker.triage import Actor, actor_for

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
EVERYTHING = (
    "read", "take", "assign", "level", "note", "reply", "ask", "resolve", "reopen", "merge", "link", "correct",
    "follow_up", "snooze", "release", "exclude",
)  # fmt: skip
ROLES = (
    RoleRule(id="administrator", title="Administrator", may=("take", "note"), members=("adam",)),
    RoleRule(
        id="manager", title="Quality manager", may=EVERYTHING, level_up_to=2, members=("mary", "U0MAX", "S0MANAGERS")
    ),
    RoleRule(id="dean", title="Postgraduate dean", may=EVERYTHING, level_up_to=4, members=("dora", "duncan")),
    RoleRule(id="governance", title="Governance lead", may=EVERYTHING, members=("gwen",)),
    RoleRule(id="safeguarding_lead", title="Safeguarding lead", may=EVERYTHING, members=()),
)
ROUTES = (
    RouteRule(id="harm", when=RouteMatch(red_flags=("patient_harm_now",)), channel="urgent", tell=("dean",), restricted=True),
    RouteRule(id="named", when=RouteMatch(red_flags=("person_named_is_recipient",)), channel="restricted",
              tell=("dean", "governance"), restricted=True),
    RouteRule(id="safeguarding", when=RouteMatch(red_flags=("safeguarding",)), channel="restricted",
              tell=("safeguarding_lead",), restricted=True),
    RouteRule(id="else", channel="triage"),
)  # fmt: skip
LEVELS = (LevelRule(level=2, name="Serious"), LevelRule(level=3, people_needed=2), LevelRule(level=4, people_needed=2))
T = TypeVar("T")


def triage_desk() -> Desk:
    """The usual desk of the tests with this room's roles, routes and levels."""
    return a_desk(roles=ROLES, routes=ROUTES, levels=LEVELS)


@dataclass
class Room:
    """The room itself; `now` moves on with `later`."""

    store: Store
    desk: Desk
    now: datetime = NOW

    def later(self, **span: float) -> datetime:
        """Move the clock on and return the new time."""
        self.now += timedelta(**span)
        return self.now

    def actor(self, name: str) -> Actor:
        """The member of staff of that name."""
        return actor_for(self.desk, name=name)

    def do(self, verb: Callable[..., T], *what: object, by: str, **more: object) -> T:
        """Run one verb in a transaction. `seen` is None unless given."""
        actor = self.actor(by)
        return self.store.write(lambda tx: verb(tx, *what, actor=actor, desk=self.desk, now=self.now, **more))

    def hear(
        self, *, sender: str = "robin@trust.example", name: str = "", slack_user: str = "", **labels: object
    ) -> Case:
        """A new case from one mail (or Slack message) read with these labels."""
        return self.hear_with(Submission(channel="mail", text="The rota has gaps."), sender, name, slack_user, labels)

    def hear_with(
        self, submission: Submission, sender: str, name: str, slack_user: str, labels: dict[str, object]
    ) -> Case:
        """The same with a given text, subject and so on."""
        reading = Reading.model_validate(
            {"opens_case": True, "kind": "concern", "summary": "Concern about rota gaps", **labels}
        )

        def job(tx: Tx) -> str:
            address = Address(email=sender, name=name) if sender and not slack_user else None
            place = (
                SlackPlace(team="T0", channel="C0", user=slack_user, ts=str(tx.scalar(select(Case.id).limit(1))))
                if slack_user
                else None
            )
            arrived = submission.model_copy(
                update={
                    "channel": "slack" if slack_user else "mail",
                    "sender": address,
                    "author": address,
                    "to": ("quality@desk.example",),
                    "envelope_from": sender,
                    "envelope_to": ("quality@desk.example",),
                    "new_text": submission.new_text or submission.text,
                    "message_id": submission.message_id or f"{self.desk.draw(8).hex()}@trust.example",
                    "slack": place,
                }
            )
            kept = inbound.keep(
                tx, channel=arrived.channel, source="test", recipient="quality@desk.example", envelope={},
                content=arrived.message_id.encode(), message_id=arrived.message_id, now=self.now,
            )  # fmt: skip
            received = receive(tx, arrived, reading, inbound_id=kept.id, desk=self.desk, now=self.now)
            assert received.case is not None
            return received.case.ref

        return self.case(self.store.write(job))

    def ask(self, query: Select[Any]) -> list[Any]:
        """The rows of a query, whole and free of their session."""
        with self.store.reading() as tx:
            rows = list(tx.scalars(query))
            tx.expunge_all()
            return rows

    def case(self, ref: str) -> Case:
        """The case as it is now."""
        (case,) = self.ask(select(Case).where(Case.ref == ref))
        assert isinstance(case, Case)
        return case

    def events(self, ref: str) -> list[Event]:
        """Its history."""
        return self.ask(select(Event).join(Case, Case.id == Event.case_id).where(Case.ref == ref).order_by(Event.id))

    def parcels(self, ref: str, occasion: str = "") -> list[Parcel]:
        """Its parcels, of one occasion if given."""
        rows = self.ask(select(Parcel).join(Case, Case.id == Parcel.case_id).where(Case.ref == ref).order_by(Parcel.id))
        return [row for row in rows if not occasion or row.occasion == occasion]
