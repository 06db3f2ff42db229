"""Comments of surveys are counted by place, offered beside cases and linked by people; their words are never read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.tracker.register.shelf import Shelf, register_desk
from tests.tracker.room import Room
from tracker.errors import NotAllowed, NotFound, Refused
from tracker.evidence import comments
from tracker.evidence.scope import EVERYWHERE, Scope
from tracker.model import Exclusion, SurveyComment, SurveyImport
from tracker.store import Store, Tx

WORDS = "Nobody answers the bleep at night"


@pytest.fixture
def shelf(tables_url: str) -> Iterator[Shelf]:
    store = Store(tables_url)
    yield Shelf(store, register_desk())
    store.close()


@pytest.fixture
def numbers(shelf: Shelf) -> list[int]:
    """Two comments about urology at RVW, one about another trust."""

    def job(tx: Tx) -> list[int]:
        file = SurveyImport(
            survey="NTS", filename="c.csv", sha256="c", rows=3, imported_by="mary", imported_at=shelf.now
        )
        tx.add(file)
        tx.flush()
        rows = [
            SurveyComment(import_id=file.id, survey="NTS", year=2026, kind=kind, provider=provider, programme="urology",
                          words=WORDS)
            for kind, provider in (("patient_safety", "RVW"), ("bullying_undermining", "RVW"), ("patient_safety", "RTD"))
        ]  # fmt: skip
        tx.add_all(rows)
        tx.flush()
        return [row.id for row in rows]

    return shelf.store.write(job)


def heard(shelf: Shelf, **labels: Any) -> str:
    usual = {"provider": ("RVW",), "specialty": ("urology",), "themes": ("patient_safety",)}
    return Room(shelf.store, shelf.desk, shelf.now).hear(**usual | labels).ref


def test_they_are_counted_by_place_year_and_kind(shelf: Shelf, numbers: list[int]) -> None:
    def counted(scope: Scope, **more: float) -> list[tuple[int, dict[str, int]]]:
        at = shelf.now + timedelta(**more)
        return [(each.year, each.by_kind) for each in shelf.read(comments.counted, scope, at=at)]

    assert counted(EVERYWHERE, hours=1) == [(2026, {"patient_safety": 2, "bullying_undermining": 1})]
    assert counted(Scope("RTD"), hours=1) == [(2026, {"patient_safety": 1, "bullying_undermining": 0})]
    assert counted(Scope("RVW", "", frozenset({"cardiology"})), hours=1)[0][1]["patient_safety"] == 0
    assert counted(Scope("RVW", "", frozenset(), "Ward 7"), hours=1)[0][1]["patient_safety"] == 0
    assert counted(EVERYWHERE) == [], "what was imported later was not there then"


def test_cases_about_the_same_place_are_offered_those_of_its_theme_first(shelf: Shelf, numbers: list[int]) -> None:
    likely, other = heard(shelf), heard(shelf, themes=("handover",))
    heard(shelf, provider=("RTF",))
    walled = heard(shelf)

    def wall(tx: Tx) -> None:
        number = tx.query(comments.Case.id).filter(comments.Case.ref == walled).scalar()
        tx.add(Exclusion(case_id=number, staff="mary", why="friend"))

    shelf.store.write(wall)
    first, second, elsewhere = shelf.do(comments.offered)
    assert (first.likely, first.others, first.linked) == ((likely,), (other,), "")
    assert (second.likely, second.others) == ((), (likely, other))
    assert (elsewhere.likely, elsewhere.others) == ((), ())
    assert [each.comment for each in shelf.do(comments.offered, provider="RTD")] == numbers[2:]
    assert WORDS not in repr([first, second, elsewhere])
    with pytest.raises(NotAllowed):
        shelf.do(comments.offered, by="nobody")


def test_a_person_links_one_and_the_history_keeps_it(shelf: Shelf, numbers: list[int]) -> None:
    ref = heard(shelf)
    room = Room(shelf.store, shelf.desk, shelf.now)
    shelf.do(comments.link, numbers[0], ref)
    with pytest.raises(Refused, match="already"):
        shelf.do(comments.link, numbers[0], ref)
    with pytest.raises(NotFound):
        shelf.do(comments.link, 999, ref)
    with pytest.raises(NotAllowed):
        shelf.do(comments.link, numbers[1], ref, by="adam")
    assert shelf.do(comments.offered)[0].linked == ref
    shelf.do(comments.unlink, numbers[0], "Another matter.")
    with pytest.raises(Refused, match="no case"):
        shelf.do(comments.unlink, numbers[0], "Again.")
    kinds = [event.kind for event in room.events(ref)]
    assert kinds[-2:] == ["survey_comment_linked", "survey_comment_unlinked"]
    assert WORDS not in repr([event.detail for event in room.events(ref)])
