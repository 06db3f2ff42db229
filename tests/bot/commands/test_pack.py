"""`qualitydesk pack`: files where they were asked for, and rows only for those who may read."""

from pathlib import Path

from tests.bot.commands.line import Line
from tests.tracker.room import Room
from tracker.register.places import Where, place_for


def test_the_monthly_paper_is_written_in_every_format(line: Line, room: Room, tmp_path: Path) -> None:
    room.hear()
    out = tmp_path / "out"
    (said,) = line.json("pack", "demq", "--month", "2026-11", "--out", out)
    assert [Path(path).name for path in said["files"]] == [f"demq-2026-11.{kind}" for kind in ("docx", "xlsx", "html")]
    assert all(Path(path).stat().st_size > 1000 for path in said["files"])
    assert "so far" in said["about"]


def test_the_same_month_gives_the_same_bytes(line: Line, room: Room, tmp_path: Path) -> None:
    room.hear()
    for folder in ("one", "two"):
        line("pack", "demq", "--month", "2026-10", "--out", tmp_path / folder)
    for kind in ("docx", "xlsx", "html"):
        name = f"demq-2026-10.{kind}"
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_only_the_formats_asked_for_are_written(line: Line, room: Room, tmp_path: Path) -> None:
    line("pack", "demq", "--month", "2026-10", "--out", tmp_path / "out", "--format", "html")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["demq-2026-10.html"]
    assert "there are: docx, xlsx, html" in line("pack", "demq", "--month", "2026-10", "--format", "pdf", code=1).err


def test_what_cannot_be_made_is_told_in_a_sentence(line: Line, room: Room) -> None:
    assert "no month" in line("pack", "demq", "--month", "November", code=1).err
    assert "has not begun" in line("pack", "demq", "--month", "2027-01", code=1).err
    assert "there are: FOUNDATION" in line("pack", "school", "NOSCHOOL", code=1).err
    assert "there are: gmc, nmc" in line("pack", "regulator", "gcc", "--year", "2026", code=1).err
    assert "holds nothing of RTD" in line("pack", "place", "RTD", code=1).err


def test_sheets_of_a_place_a_trust_a_school_and_for_a_regulator(line: Line, room: Room, tmp_path: Path) -> None:
    room.store.write(lambda tx: place_for(tx, Where("RTD", "", "urology"), now=room.now))
    for call in (
        ("place", "RTD//urology"),
        ("trust", "RTD"),
        ("school", "SURGERY"),
        ("regulator", "nmc", "--year", "2026-27"),
    ):
        (said,) = line.json("pack", *call, "--out", tmp_path, "--format", "html")
        assert Path(said["files"][0]).is_file()


def test_rows_behind_a_figure_are_for_those_who_may_read(line: Line, room: Room) -> None:
    refs = sorted(room.hear().ref for _ in range(3))
    assert "name yours with --as" in line("pack", "rows", "--month", "2026-11", code=1).err
    assert "may read" in line("pack", "rows", "--month", "2026-11", "--as", "administrator", code=1).err
    (said,) = line.json("pack", "rows", "--month", "2026-11", "Reports received", "--as", "manager")
    assert sorted(said["rows"]) == refs
