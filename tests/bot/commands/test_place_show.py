"""`qualitydesk place show`: a place's page on the terminal and as JSON, without a word of anybody."""

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


def test_a_place_of_which_nothing_is_held_is_told(line: Line, room: Room) -> None:
    assert "holds nothing of RTD//urology" in line("place", "show", "RTD//urology", code=1).err
