"""`qualitydesk place show`: a place's page on the terminal and as JSON, without a word of anybody."""

from pathlib import Path

from tests.bot.commands.line import Line
from tests.tracker.room import Room
from tracker.register.places import Where, place_for


def test_a_place_is_told_on_one_page(line: Line, room: Room) -> None:
    room.store.write(lambda tx: place_for(tx, Where("RTD", "", "urology"), now=room.now))
    room.hear(provider=["RTD"], specialty=["urology"])
    said = line("place", "show", "RTD//urology").out
    for heading in (
        "What does not fit together",
        "Rating over time",
        "Requirements",
        "What learners said in surveys",
        "Reports",
    ):
        assert heading in said
    assert "Reports received in the twelve months December 2025 to November 2026: fewer than 3." in said
    assert "rota gaps" not in said


def test_the_same_as_json(line: Line, room: Room) -> None:
    room.store.write(lambda tx: place_for(tx, Where("RTD", "", "urology"), now=room.now))
    (page,) = line.json("place", "show", "RTD//urology")
    assert page["title"].startswith("Urology (The Newcastle upon Tyne Hospitals")
    assert {"blocks", "traces", "dated"} <= page.keys()


def test_rows_that_stay_in_the_desk_are_not_in_it(line: Line, room: Room) -> None:
    room.store.write(lambda tx: place_for(tx, Where("RTD", "", "urology"), now=room.now))
    refs = {room.hear(provider=["RTD"], specialty=["urology"], themes=["handover"]).ref for _ in range(4)}
    said = line("place", "show", "RTD//urology", "--json").out
    assert not [ref for ref in refs if ref in said]


def test_a_place_is_shown_as_it_stood_on_a_day(line: Line, room: Room) -> None:
    room.store.write(lambda tx: place_for(tx, Where("RTD", "", "urology"), now=room.now))
    for _ in range(4):
        room.hear(provider=["RTD"], specialty=["urology"])
    room.later(days=2)
    (Path(line.config).parent / "clock").write_text(room.now.isoformat(), encoding="utf-8")
    for _ in range(6):
        room.hear(provider=["RTD"], specialty=["urology"])
    then, now = (
        line("place", "show", "RTD//urology", "--on", "2026-11-23").out,
        line("place", "show", "RTD//urology").out,
    )
    assert "as it stood on 23 Nov 2026" in then
    assert ": 5." in then
    assert ": 10." in now
    assert "still to come" in line("place", "show", "RTD//urology", "--on", "2026-11-26", code=1).err
    assert "nothing of RTD//urology yet" in line("place", "show", "RTD//urology", "--on", "2026-11-20", code=1).err
    (made,) = line.json(
        "pack", "trust", "RTD", "--on", "2026-11-23", "--format", "html", "--out", Path(line.config).parent
    )
    assert made["files"][0].endswith("trust-rtd-2026-11-23.html")


def test_a_place_of_which_nothing_is_held_is_told(line: Line, room: Room) -> None:
    assert "holds nothing of RTD//urology" in line("place", "show", "RTD//urology", code=1).err
