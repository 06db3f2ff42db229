"""The clock's round for papers: it announces what is due, and nothing where nothing is."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select

from bot.clock import Rounds
from tests.tracker.desk import a_desk, a_store
from tracker.desk import RegisterRules
from tracker.model import Parcel


def test_the_round_announces_the_paper_once(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    desk = replace(a_desk(), register=RegisterRules(committee_dates=(date(2026, 12, 15),), announce_before=5))
    moments = [datetime(2026, 12, day, 10, tzinfo=UTC) for day in (7, 8, 9)]
    seen = []
    for now in moments:
        Rounds(store, desk, lambda now=now: now).papers()  # type: ignore[misc]
        with store.reading() as tx:
            seen.append(len(tx.scalars(select(Parcel.id).where(Parcel.occasion == "paper")).all()))
    store.close()
    assert seen == [0, 1, 1]
