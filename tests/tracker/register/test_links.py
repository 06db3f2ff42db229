"""Cases beside a rating: linked by a person, offered together, and small teams protected."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.tracker.desk import a_case
from tests.tracker.register.shelf import Shelf
from tracker.errors import NotAllowed, Refused
from tracker.model import CaseLink, Event, Exclusion
from tracker.register import links, places


def cases(shelf: Shelf, count: int, *, reporters: int = 9, **changes: Any) -> list[str]:
    told = {"provider": ["RVW"], "provider_first": "RVW", "specialty": ["urology"], "specialty_first": "urology",
            "themes": ["rota"]} | changes  # fmt: skip

    def job(tx: Any) -> list[str]:
        return [
            a_case(tx, shelf.desk, reporter=f"r{number % reporters}@trust.example", **told).ref
            for number in range(count)
        ]

    return shelf.store.write(job)


def together(shelf: Shelf, by: str = "mary", **more: Any) -> list[links.Together]:
    with shelf.store.reading() as tx:
        return links.seen_together(tx, actor=shelf.actor(by), desk=shelf.desk, now=shelf.now, **more)


def test_a_linked_case_is_seen_beside_the_place_and_in_its_own_history(shelf: Shelf) -> None:
    (ref,) = cases(shelf, 1)
    shelf.do(links.link_case, shelf.where(), ref, "the third of this rota")
    with pytest.raises(Refused, match="already"):
        shelf.do(links.link_case, shelf.where(), ref)
    place = shelf.read(places.find_place, shelf.where())
    assert [case.ref for case in shelf.read(links.linked_cases, place.id, at=shelf.now)] == [ref]
    assert "linked_to_place" in {event.kind for event in shelf.rows(select(Event))}


def test_as_it_was_linked_on_any_day(shelf: Shelf) -> None:
    (ref,) = cases(shelf, 1)
    shelf.do(links.link_case, shelf.where(), ref)
    linked = shelf.now
    shelf.later(days=1)
    shelf.do(links.unlink_case, shelf.where(), ref, "another ward")
    with pytest.raises(Refused, match="not linked"):
        shelf.do(links.unlink_case, shelf.where(), ref, "again")
    place = shelf.read(places.find_place, shelf.where())
    assert shelf.read(links.linked_cases, place.id, at=shelf.now) == []
    assert len(shelf.read(links.linked_cases, place.id, at=linked)) == 1


def test_several_cases_of_one_place_and_theme_are_offered_and_not_joined(shelf: Shelf) -> None:
    refs = cases(shelf, 4)
    cases(shelf, 1, themes=["handover"])
    (offer,) = together(shelf)
    assert (offer.where.key, offer.theme, offer.refs) == ("RVW//urology", "rota", tuple(refs))
    assert offer.reporters == 4
    assert offer.linked == ()
    assert shelf.rows(select(CaseLink)) == []
    assert together(shelf, provider="RTF") == []


def test_of_a_small_group_nobody_learns_how_many_spoke(shelf: Shelf) -> None:
    cases(shelf, 4, reporters=2)
    (offer,) = together(shelf)
    assert offer.reporters is None


def test_a_case_that_somebody_may_not_open_is_not_counted_for_them(shelf: Shelf) -> None:
    refs = cases(shelf, 3)

    def wall(tx: Any) -> None:
        from tracker.finding import find

        for ref in refs[:2]:
            tx.add(Exclusion(case_id=find(tx, ref).id, staff="mary", why="a friend"))

    shelf.store.write(wall)
    assert together(shelf, by="mary") == []
    assert len(together(shelf, by="ann")) == 1
    with pytest.raises(NotAllowed):
        shelf.do(links.link_case, shelf.where(), refs[0], by="mary")
