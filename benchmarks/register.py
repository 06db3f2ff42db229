"""How long the register's papers take when it is large: 10,000 requirements and 100,000 rows of surveys.

The baseline of the same run is the same papers from the demonstration's year, which is small.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import func, insert, select

from bot.demo.year import NOW, a_year
from bot.reports.making import Maker
from bot.reports.sheets import sheets
from bot.reports.web import web
from bot.reports.word import word
from tracker.evidence.period import month
from tracker.model import RegisterEvent, RegisterPlace, Requirement, SurveyResult
from tracker.register.places import Where
from tracker.store import Store, Tx

REQUIREMENTS, SURVEY_ROWS = 10_000, 100_000
AT_ONCE = 5_000


def main() -> None:
    with a_year() as (store, desk):
        print(f"{'':34}{'a year':>10}{'large':>10}")
        small = measure(store, desk)
        store.write(grow)
        with store.reading() as tx:
            counts = [tx.scalar(select(func.count()).select_from(table)) for table in (Requirement, SurveyResult)]
        large = measure(store, desk)
        for what, before in small.items():
            print(f"{what:34}{before:>8.2f} s{large[what]:>8.2f} s")
        print(f"large: {counts[0]:,} requirements, {counts[1]:,} rows of surveys")


def measure(store: Store, desk: object) -> dict[str, float]:
    """Seconds of each step, by its name."""
    with store.reading() as tx:
        maker = Maker(tx, desk, NOW)  # type: ignore[arg-type]
        place = tx.scalars(select(RegisterPlace).order_by(RegisterPlace.id).limit(1)).one()
        where = Where(place.provider, place.site, place.programme, place.department)
        paper = maker.demq(month("2026-11", maker.zone))
        steps: dict[str, Callable[[], object]] = {
            "place show, the facts and words": lambda: maker.place(where),
            "pack trust, the facts and words": lambda: maker.trust(place.provider),
            "pack trust a year ago, the same": lambda: replace(maker, now=NOW - timedelta(days=300)).trust(
                place.provider
            ),
            "pack demq, the facts and words": lambda: maker.demq(month("2026-11", maker.zone)),
            "pack demq, DOCX": lambda: word(paper),
            "pack demq, XLSX": lambda: sheets(paper),
            "pack demq, HTML": lambda: web(paper),
        }
        return {name: seconds(step) for name, step in steps.items()}


def seconds(step: Callable[[], object]) -> float:
    """CPU seconds, the best of three: the machine's other work is not ours."""
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        step()
        best = min(best, time.process_time() - begun)
    return best


def grow(tx: Tx) -> None:
    """Fill the tables up with copies of what is there: requirements of other dates, results of earlier years."""
    chance = Random(7)
    requirements = tx.scalars(select(Requirement)).all()
    rows = [
        {
            column.name: getattr(requirement, column.name)
            for column in Requirement.__table__.columns
            if column.name != "id"
        }
        | {
            "ref": f"QR-BENCH-{number}",
            "closed_at": requirement.closed_at if number % 20 == 0 else requirement.opened_at,
        }
        for number in range(REQUIREMENTS - len(requirements))
        for requirement in [chance.choice(requirements)]
    ]
    put(tx, Requirement, rows)
    made = tx.execute(
        select(Requirement.id, Requirement.place_id, Requirement.opened_at, Requirement.closed_at).where(
            Requirement.ref.startswith("QR-BENCH-")
        )
    )
    steps = [
        {
            "subject": "requirement",
            "subject_id": number,
            "place_id": place_id,
            "at": at,
            "actor": "bench",
            "kind": kind,
            "detail": {"due_at": at.isoformat()},
        }
        for number, place_id, opened, closed in made.all()
        for kind, at in (("became_open", opened), ("became_extended", opened), ("became_closed", closed))
        if at is not None
    ]
    put(tx, RegisterEvent, steps)
    results = tx.scalars(select(SurveyResult)).all()
    more = [
        {column.name: getattr(result, column.name) for column in SurveyResult.__table__.columns if column.name != "id"}
        | {"year": 2024 - number // len(results) % 12}
        for number in range(SURVEY_ROWS - len(results))
        for result in [results[number % len(results)]]
    ]
    put(tx, SurveyResult, more)


def put(tx: Tx, table: type[Requirement | SurveyResult | RegisterEvent], rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        tx.execute(insert(table), rows[start : start + AT_ONCE])


if __name__ == "__main__":
    main()
