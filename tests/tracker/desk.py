"""A desk, a store and a case for tests of the tracker: the real field data and letters, invented people, chance that repeats."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine

from tracker.desk import CapRules, Desk, HoursRules, LeaseRules, LevelRule, PromiseRule, RetryRules, RoleRule, RouteRule
from tracker.field import Field, load_field
from tracker.history import record
from tracker.letters import Letters
from tracker.model import Base, Case, Person
from tracker.people import person_for, take_part
from tracker.store import Store, Tx, sqlite_engine
from tracker.submission import Address
from tracker.tokens import new_ref
from tracker.working_days import hours_from

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""Monday 23 November 2026 at 10am in London, within office hours; no bank holiday is near."""

PROMISES = {
    "first_human_read": PromiseRule(
        within="1 working day", within_same_day="4 working hours", within_immediate="1 working hour", repeat=True
    ),
    "personal_reply": PromiseRule(within="3 working days", within_same_day="1 working day", repeat=True),
    "update_to_reporter": PromiseRule(within="20 working days", repeat=True, times=12, do="letter"),
    "chase_provider": PromiseRule(within="10 working days", repeat=True, times=2, do="chase"),
    "closing_kindly": PromiseRule(within="10 working days", repeat=True, times=2, do="close"),
    "page_duty": PromiseRule(within="10 minutes", repeat=True, times=6),
    "information_rights": PromiseRule(within="1 calendar month"),
    "freedom_of_information": PromiseRule(within="20 working days"),
    "data_breach": PromiseRule(within="72 hours"),
    "risk_score": PromiseRule(within="5 working days", repeat=True),
    "acknowledge_by_hand": PromiseRule(within="1 working day", within_same_day="4 working hours", repeat=True),
}
READ = ("read", "take", "assign", "level", "note", "reply", "ask", "resolve", "reopen", "merge", "link", "correct")
ROLES = (
    RoleRule(id="quality_manager", title="Quality manager", may=(*READ, "follow_up", "snooze"), members=("*",)),
    RoleRule(id="duty_manager", title="Duty manager", may=READ, mention="<!subteam^S0DUTY001>"),
    RoleRule(id="postgraduate_dean", title="Postgraduate dean", may=READ, level_up_to=4, members=("U0DEAN0001",)),
)


@cache
def the_field() -> Field:
    """The field's facts as packaged."""
    return load_field()


@cache
def the_letters() -> Letters:
    """The letters as packaged."""
    return Letters(team="Education Quality Team")


def a_draw(seed: int = 1) -> Callable[[int], bytes]:
    """Chance that is the same in every run."""
    return random.Random(seed).randbytes


def a_desk(**changes: Any) -> Desk:
    """A desk with sensible rules; `changes` replace its parts by name."""
    desk = Desk(
        field=the_field(),
        hours=hours_from(HoursRules(), {row.date: row.name for row in the_field().calendar.bank_holidays}),
        caps=CapRules(),
        retry=RetryRules(),
        lease=LeaseRules(),
        routes=(RouteRule(id="everything", channel="quality-triage", tell=("duty_manager", "postgraduate_dean")),),
        roles=ROLES,
        levels=tuple(LevelRule(level=level, people_needed=2 if level > 2 else 1) for level in range(5)),
        promises=PROMISES,
        letters=the_letters(),
        inboxes=("quality@desk.example",),
        letters_from="quality@desk.example",
        team="Education Quality Team",
        domain="desk.example",
        key=b"a key that is only used in tests",
        draw=a_draw(),
    )
    return replace(desk, **changes)


@cache
def empty_tables() -> bytes:
    """A SQLite file with all tables and no row; made once, since making tables is the longest part of most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "desk.sqlite3"
        _make_tables(f"sqlite:///{path}")
        return path.read_bytes()


def a_store(where: Path | str) -> Store:
    """A store with all tables, in a new SQLite file in a folder, or in the empty database of a URL; the test closes it."""
    if isinstance(where, str):
        _make_tables(where)
        return Store(where)
    path = where / "desk.sqlite3"
    if not path.exists():
        path.write_bytes(empty_tables())
    return Store(f"sqlite:///{path}")


def _make_tables(url: str) -> None:
    engine = sqlite_engine(url, writer=True) if url.startswith("sqlite") else create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


def a_case(
    tx: Tx,
    desk: Desk,
    *,
    now: datetime = MONDAY,
    reporter: str | None = "ash.example@trust.example",
    promises: Sequence[str] = ("first_human_read", "personal_reply", "update_to_reporter"),
    **changes: Any,
) -> Case:
    """An opened case with its reporter (None: no address is known); `changes` replace its columns by name."""
    route = {
        "id": "everything",
        "channel": "quality-triage",
        "tell": ["duty_manager", "postgraduate_dean"],
        "promises": list(promises),
    }
    columns: dict[str, Any] = {
        "ref": new_ref(desk.draw),
        "kind": "concern",
        "status": "new",
        "urgency": "routine",
        "summary": "A rota leaves no time for teaching.",
        "reading": {"route": route},
        "opened_at": now,
        "changed_at": now,
        "revision": 0,
    }
    case = Case(**(columns | changes))
    tx.add(case)
    tx.flush()
    if reporter is not None:
        take_part(tx, case, a_person(tx, desk, reporter, now=now), "reporter")
    record(tx, case, actor="desk", kind="opened", detail={}, now=now)
    return case


def a_person(tx: Tx, desk: Desk, address: str, *, now: datetime = MONDAY) -> Person:
    """The person behind an address, made where there is none yet."""
    person = person_for(tx, Address(email=address), draw=desk.draw, now=now)
    assert person is not None
    return person
