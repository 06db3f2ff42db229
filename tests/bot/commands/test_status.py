"""`qualitydesk status`: well or not, in words, in JSON and in the exit code."""

from tests.bot.commands.line import Line
from tests.tracker.room import Room
from tracker.model import Mark


def test_a_desk_whose_clock_never_ticked_is_not_well(line: Line, room: Room) -> None:
    said = line("status", code=1)
    assert said.out.startswith("The desk is not well:\n  The clock has never ticked")


def test_a_desk_whose_clock_ticks_is_well(line: Line, room: Room) -> None:
    room.store.write(lambda tx: tx.add(Mark(name="clock.tick", value="", at=room.now)))
    assert line("status").out.startswith("The desk is well.\n")
    (said,) = line.json("status")
    assert said["ok"]
    assert said["reasons"] == []
    assert {"quarantined", "held", "withheld", "failed"} <= said["counts"].keys()
    assert 0 <= said["ages"]["clock_tick"] < 60
