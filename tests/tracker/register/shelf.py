"""The register for tests: a database, a desk with the roles that work on it, and a clock that moves on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select

from tests.tracker.desk import MONDAY, a_desk
from tests.tracker.room import EVERYTHING, LEVELS
from tracker.actors import Actor, actor_for
from tracker.desk import ContactRule, Desk, RoleRule, RouteRule
from tracker.register import evidence, interventions, ratings
from tracker.register.interventions import Plan
from tracker.register.places import Where, parse_where
from tracker.register.ratings import Proposal
from tracker.store import Store

REGISTER = ("rate", "require", "intervene", "evidence")
ROLES = (
    RoleRule(id="administrator", title="Administrator", may=("read", "evidence"), members=("adam",)),
    RoleRule(id="quality_manager", title="Quality manager", may=(*EVERYTHING, *REGISTER), level_up_to=1, members=("mary",)),
    RoleRule(id="associate_or_deputy_dean_quality", title="Associate dean", may=(*EVERYTHING, *REGISTER), level_up_to=3,
             members=("ann", "arun")),
    RoleRule(id="postgraduate_dean", title="Postgraduate dean", may=(*EVERYTHING, *REGISTER), level_up_to=4,
             members=("dora", "duncan")),
    RoleRule(id="duty", title="Duty manager", may=(*EVERYTHING, *REGISTER), level_up_to=2, members=("dan",)),
)  # fmt: skip
CONTACTS = (
    ContactRule(provider="RVW", role="Director of medical education", address="dme@trust.example"),
    ContactRule(provider="RTF", role="Director of medical education", address="dme@other.example"),
)
T = TypeVar("T")


def register_desk(**changes: Any) -> Desk:
    """The usual desk with the register's roles and two providers' contacts."""
    routes = (RouteRule(id="else", channel="triage", promises=("first_human_read",)),)
    return replace(a_desk(roles=ROLES, routes=routes, levels=LEVELS, contacts=CONTACTS), **changes)


@dataclass
class Shelf:
    """The register itself; `now` moves on with `later`."""

    store: Store
    desk: Desk
    now: datetime = MONDAY

    def later(self, **span: float) -> datetime:
        """Move the clock on and return the new time."""
        self.now += timedelta(**span)
        return self.now

    def today(self) -> date:
        """The day of the clock, local time."""
        return self.now.astimezone(self.desk.hours.zone).date()

    def actor(self, name: str) -> Actor:
        """The member of staff of that name."""
        return actor_for(self.desk, name=name)

    def where(self, text: str = "RVW//urology") -> Where:
        """A place as a person writes it."""
        return parse_where(text, self.desk.field)

    def do(self, verb: Callable[..., T], *what: object, by: str = "mary", **more: object) -> T:
        """Run a verb in a transaction of its own; rows come back free of it."""

        def job(tx: Any) -> T:
            done = verb(tx, *what, actor=self.actor(by), desk=self.desk, now=self.now, **more)
            tx.flush()
            tx.expunge_all()
            return done

        return self.store.write(job)

    def read(self, query: Callable[..., T], *what: object, **more: object) -> T:
        """Run a function that only reads; rows come back free of the transaction."""
        with self.store.reading() as tx:
            found = query(tx, *what, **more)
            tx.expunge_all()
            return found

    def rows(self, query: Select[Any]) -> list[Any]:
        """The rows of a query, whole and free of their session."""
        return self.read(lambda tx: list(tx.scalars(query)))

    def heard(self, kind: str = "learner_feedback", *, on: date | None = None, place: str = "RVW//urology") -> int:
        """The id of a new item of evidence, of today if nothing else is said."""
        day = on or self.today()
        return self.do(evidence.add, self.where(place), kind, day, "Staff say it in their own words.", by="adam").id

    def checklist(self, level: int, shown: int) -> tuple[tuple[str, bool, tuple[int, ...]], ...]:
        """Every criterion of a level met by one item."""
        return tuple((each, True, (shown,)) for each in self.desk.field.isf.levels[level].criteria)

    def proposed(self, level: int, *, place: str = "RVW//urology", by: str = "mary", **changes: Any) -> int:
        """The id of a proposed rating whose checklist is filled in."""
        shown = self.heard(place=place)
        wanted = {"level": level, "reason": "Two sources agree.", "criteria": self.checklist(level, shown)} | changes
        return self.do(ratings.propose, self.where(place), Proposal(**wanted), by=by).id

    def rated(self, level: int, *, place: str = "RVW//urology", **changes: Any) -> int:
        """The id of a rating that stands, approved by whoever is needed."""
        rating_id = self.proposed(level, place=place, **changes)
        for name in ("dora", "duncan")[: 2 if level > 2 else 1]:
            self.do(ratings.approve, rating_id, "", by=name)
        return rating_id

    def booked(self, day: date, *, place: str = "RVW//urology") -> str:
        """The reference of a planned review."""
        return self.do(
            interventions.plan, Plan(kind_raw="follow up review visit", dates=(day,), where=self.where(place))
        ).ref
