"""The paper of a month that is over is kept once all of it was read; what changes later changes nothing in it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.reports.keeping import demq_paper, keep_last_month
from bot.reports.making import Maker
from bot.reports.paper import Paper
from tests.tracker.register.shelf import Shelf, register_desk
from tests.tracker.room import EVERYTHING, Room
from tracker import inbound
from tracker.desk import RoleRule
from tracker.evidence.period import month
from tracker.model import Paper as Row
from tracker.register import assessing, evidence, interventions, links, ratings, requirements
from tracker.register.interventions import Plan
from tracker.register.requirements import Order
from tracker.store import Store
from tracker.triage import merge, reopen, resolve
from tracker.triage.work import correct

OPENS = datetime(2026, 12, 1, 9, tzinfo=UTC)
EVERY_RIGHT = (*EVERYTHING, "rate", "require", "intervene", "evidence")
DEAN = RoleRule(
    id="postgraduate_dean", title="Dean", may=EVERY_RIGHT, level_up_to=4, members=("mary", "dora", "duncan")
)


@pytest.fixture
def shelf(tmp_path: Path, sqlite_with_tables: Path) -> Iterator[Shelf]:
    path = tmp_path / "desk.sqlite3"
    path.write_bytes(sqlite_with_tables.read_bytes())
    store = Store(f"sqlite:///{path}")
    yield Shelf(store, replace(register_desk(), roles=(DEAN, *register_desk().roles)))
    store.close()


def november(shelf: Shelf) -> Paper:
    """The paper of November as it would be made now, whether or not one was kept."""
    with shelf.store.reading() as tx:
        return Maker(tx, shelf.desk, shelf.now).demq(month("2026-11", shelf.desk.hours.zone))


def kept(shelf: Shelf) -> int:
    return shelf.read(lambda tx: tx.scalar(select(func.count()).select_from(Row)) or 0)


def case_of(shelf: Shelf, room: Room, number: int, **labels: Any) -> str:
    room.now = shelf.now
    usual = {"provider": ("RVW",), "specialty": ("urology",), "themes": ("handover",), "affected_group": ("medical",)}
    return room.hear(sender=f"r{number}@ash.example", **usual | labels).ref


def test_a_month_says_the_same_whatever_happens_after_it(shelf: Shelf) -> None:
    """Everything that people can do is done after the month, and the paper is made anew: not a figure moves, nor its rows."""
    room = Room(shelf.store, shelf.desk)
    refs = [case_of(shelf, room, number) for number in range(6)]
    shelf.do(links.link_case, shelf.where(), refs[0])
    shelf.do(resolve, refs[1], "Mended.", seen=None)
    order = Order("MR", "Nobody supervises.", "Name supervisors.", due="2026-11-27", standards=("3.5",))
    asked = [shelf.do(requirements.issue, shelf.where(), order).ref for _ in range(4)]
    shelf.do(assessing.close, asked[0], "Done.")
    shelf.rated(1)
    proposed = shelf.proposed(2, place="RTD//urology", by="dora")
    review = shelf.booked(date(2026, 12, 8))
    shelf.now = OPENS
    before = november(shelf)
    assert "so far" not in before.subtitle

    shelf.later(days=3)
    shelf.do(resolve, refs[0], "Mended.", seen=None)
    shelf.do(reopen, refs[1], "Broken again.", seen=None)
    shelf.do(merge, refs[2], refs[3], "The same.", seen=None)
    shelf.do(correct, refs[4], {"provider": ["RTD"], "themes": ["induction"], "kind": "enquiry"}, seen=None)
    shelf.do(links.unlink_case, shelf.where(), refs[0], "Another ward.")
    shelf.do(assessing.reopen, asked[0], "2027-01-15", "Not kept.")
    shelf.do(assessing.extend, asked[1], "2027-01-15", "Leave.")
    shelf.do(assessing.close, asked[2], "Done.")
    shelf.do(assessing.respond, asked[3], "They sent a list.")
    shelf.do(ratings.approve, proposed, "", by="mary")
    shelf.do(interventions.move_session, review, date(2026, 12, 8), date(2026, 12, 15), "Ill.")
    shelf.do(interventions.plan, Plan(kind_raw="visit", dates=(date(2026, 12, 9),), where=shelf.where()))
    shelf.do(evidence.add, shelf.where(), "SAR", date(2026, 11, 20), "Later words.")
    case_of(shelf, room, 9)
    shelf.later(days=20)
    after = november(shelf)
    assert after.blocks == before.blocks
    assert after == before


def test_the_clock_keeps_it_when_the_office_opens_after_the_month(shelf: Shelf) -> None:
    def keep(at: datetime) -> bool:
        return keep_last_month(shelf.store, desk=shelf.desk, now=at)

    assert not keep(OPENS), "a desk that knew nothing then has no paper of that month"
    shelf.rated(1)
    assert keep(OPENS)
    assert not keep(OPENS + timedelta(days=2))
    assert kept(shelf) == 1
    weekend = datetime(2027, 1, 4, 8, tzinfo=UTC)
    assert not keep(weekend)
    assert keep(weekend + timedelta(hours=1))


def test_while_a_message_of_the_month_is_unread_the_paper_is_not_kept(shelf: Shelf) -> None:
    heard = OPENS - timedelta(hours=12)
    row = shelf.store.write(
        lambda tx: inbound.keep(
            tx,
            channel="mail",
            source="test",
            recipient="quality@desk.example",
            envelope={},
            content=b"x",
            message_id="x",
            now=heard,
        )
    )
    demq_paper(shelf.store, "2026-11", desk=shelf.desk, now=OPENS, at_least=3)
    assert kept(shelf) == 0
    shelf.store.write(lambda tx: inbound.settle(tx, row.id, outcome="filed", case_id=None, reason="x"))
    demq_paper(shelf.store, "2026-11", desk=shelf.desk, now=OPENS, at_least=3)
    assert kept(shelf) == 1
