"""A look is taken whole or not at all, on both databases."""

import pytest
from sqlalchemy import func, select

from tests.tracker.desk import the_field
from tests.tracker.evidence.export import an_export
from tests.tracker.room import NOW
from tracker.actors import Actor
from tracker.desk import RoleRule
from tracker.errors import NotAllowed, Refused
from tracker.evidence.grid import read_csv
from tracker.evidence.surveys import Look, look
from tracker.evidence.taking import already_there, imports, take_survey
from tracker.model import SurveyImport, SurveyResult
from tracker.store import Store

FIELD = the_field()
MARY = Actor("mary", (RoleRule(id="manager", title="Manager", may=("evidence",)),))


def a_look(*rows: dict[str, str]) -> Look:
    return look(read_csv(an_export(*rows)), FIELD.surveys.survey("NTS"), FIELD)


def take(store: Store, what: Look, *, digest: str = "a", actor: Actor = MARY) -> int:
    return store.write(lambda tx: take_survey(tx, what, filename="nts.csv", sha256=digest, actor=actor, now=NOW).id)


@pytest.fixture
def store(tables_url: str) -> Store:
    return Store(tables_url)


def count(store: Store) -> int:
    with store.reading() as tx:
        return tx.scalar(select(func.count()).select_from(SurveyResult)) or 0


def test_rows_are_kept_with_their_file(store: Store) -> None:
    take(store, a_look({}, {"Indicator": "Handover", "n": "2"}))
    with store.reading() as tx:
        rows = tx.scalars(select(SurveyResult).order_by(SurveyResult.row_number)).all()
        (entry,) = imports(tx)
    assert [(row.row_number, row.indicator, row.outlier, row.n) for row in rows] == [
        (2, "Workload", "below_outlier", 9),
        (3, "Handover", "suppressed", None),
    ]
    assert (entry["survey"], entry["rows"], entry["years"], entry["by"]) == ("NTS", 2, [2025], "mary")
    store.close()


def test_one_bad_row_keeps_all_others_out(store: Store) -> None:
    with pytest.raises(Refused, match="nothing was changed"):
        take(store, a_look({}, {"Trust code": "XXX"}))
    assert count(store) == 0
    store.close()


def test_the_same_file_is_taken_once(store: Store) -> None:
    take(store, a_look({}))
    with pytest.raises(Refused, match="This very file"):
        take(store, a_look({"Indicator": "Handover"}))
    assert count(store) == 1
    store.close()


def test_what_another_file_said_is_not_said_twice(store: Store) -> None:
    first = take(store, a_look({}))
    again = a_look({"Indicator": "Handover"}, {})
    with store.reading() as tx:
        (found,) = already_there(tx, again)
    assert found.row == 3
    assert f"import {first} holds" in found.words
    with pytest.raises(Refused):
        take(store, again, digest="b")
    assert count(store) == 1
    store.close()


def test_only_those_with_the_right_import(store: Store) -> None:
    with pytest.raises(NotAllowed):
        take(store, a_look({}), actor=Actor("adam", ()))
    with store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(SurveyImport)) == 0
    store.close()
