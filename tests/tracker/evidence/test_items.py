"""A list of other evidence is taken whole or not at all, each item with its day and its source."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.tracker.desk import a_desk, the_field
from tests.tracker.room import NOW
from tracker.actors import Actor
from tracker.desk import RoleRule
from tracker.errors import NotAllowed, Refused
from tracker.evidence.grid import read_csv
from tracker.evidence.items import ItemsLook, look_at_items
from tracker.evidence.taking import take_items
from tracker.model import Evidence, RegisterPlace
from tracker.store import Store

HEAD = "Date,Kind of evidence,Trust code,Site,Programme,Summary,Source,n\n"
GOOD = "2026-11-02,FTSU,RTD,RVI,Cardiology,Two themes about handover,Guardian's quarterly report,\n"
TODAY = date(2026, 11, 23)
BOTH = RoleRule(id="manager", title="Manager", may=("evidence",))


def looked(*lines: str) -> ItemsLook:
    return look_at_items(read_csv((HEAD + "".join(lines)).encode()), the_field(), today=TODAY)


def test_a_good_row_is_placed() -> None:
    (item,) = looked(GOOD).items
    assert (item.kind, item.happened_on, item.provider) == ("FTSU", date(2026, 11, 2), "RTD")
    assert (item.site, item.programme, item.n) == ("Royal Victoria Infirmary", "cardiology", None)


def test_a_day_may_be_written_as_the_british_do() -> None:
    (item,) = looked(GOOD.replace("2026-11-02", "2/11/2026")).items
    assert item.happened_on == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("2026-11-02", "31/02/2026", "happened_on"),
        ("2026-11-02", "2026-11-24", "happened_on"),
        ("2026-11-02", "soon", "happened_on"),
        ("FTSU", "hearsay", "kind"),
        ("RTD", "XXX", "trust"),
        ("RVI", "Nowhere", "place"),
        ("Two themes about handover", "", "summary"),
        ("Guardian's quarterly report", "", "source"),
        ("report,\n", "report,many\n", "n"),
    ],
)
def test_a_bad_row_says_what_to_do(old: str, new: str, column: str) -> None:
    found = looked(GOOD, GOOD.replace(old, new))
    assert [(each.row, each.column) for each in found.troubles] == [(3, column)]


def test_items_are_put_down_with_their_file(tables_url: str) -> None:
    store = Store(tables_url)
    found = looked(GOOD, GOOD.replace("RVI,Cardiology", ","))

    def take(look: ItemsLook, *roles: RoleRule, digest: str = "a") -> int:
        return store.write(
            lambda tx: (
                take_items(
                    tx, look, filename="list.csv", sha256=digest, actor=Actor("mary", roles), desk=a_desk(), now=NOW
                ).id
            )
        )

    with pytest.raises(NotAllowed):
        take(found)
    with pytest.raises(Refused, match="nothing was changed"):
        take(looked(GOOD, GOOD.replace("FTSU", "hearsay")), BOTH)
    number = take(found, BOTH)
    with pytest.raises(Refused, match="This very file"):
        take(found, BOTH)
    with store.reading() as tx:
        rows = tx.execute(select(Evidence, RegisterPlace).join(RegisterPlace).order_by(Evidence.id)).all()
    store.close()
    assert [(place.key, item.source, item.import_id, item.added_by) for item, place in rows] == [
        ("RTD/Royal Victoria Infirmary/cardiology", "Guardian's quarterly report", number, "mary"),
        ("RTD", "Guardian's quarterly report", number, "mary"),
    ]
