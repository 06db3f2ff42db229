"""`qualitydesk evidence import`: a look that names every row, and nothing half taken."""

import re
from pathlib import Path

import pytest

from tests.bot.commands.line import CONFIG, Line
from tests.tracker.evidence.export import an_export
from tests.tracker.room import Room
from tracker.register.places import Where, place_for


@pytest.fixture
def importing(line: Line, room: Room) -> Line:
    line.config.write_text(CONFIG.replace('"follow_up"', '"evidence", "follow_up"'), encoding="utf-8")
    return line


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "nts.csv"
    path.write_bytes(an_export({}, {"Indicator": "Handover", "n": "2"}))
    return path


def test_a_dry_run_changes_nothing(importing: Line, good: Path) -> None:
    said = importing("evidence", "import", good, "--kind", "nts", "--as", "mary", "--dry-run")
    assert "All 2 rows can be placed. Nothing was changed" in said.out
    assert "Nothing was imported yet." in importing("evidence", "imports").out


def test_a_good_file_is_taken_and_listed(importing: Line, good: Path) -> None:
    assert "Import 1: 2 rows taken in." in importing("evidence", "import", good, "--kind", "nts", "--as", "mary").out
    (entry,) = importing.json("evidence", "imports")
    assert (entry["survey"], entry["rows"], entry["years"]) == ("NTS", 2, [2025])
    again = importing("evidence", "import", good, "--kind", "nts", "--as", "mary", code=1)
    assert "This very file was imported before" in again.err


def test_a_bad_file_changes_nothing_and_names_its_rows(importing: Line, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(an_export({}, {"Trust code": "XXX", "Indicator": "Handover"}))
    said = importing("evidence", "import", path, "--kind", "nts", "--as", "mary", code=1)
    assert "none of ours" in said.out
    assert "Nothing was changed: 1 troubles" in said.out
    found = importing("evidence", "import", path, "--kind", "nts", "--as", "mary", "--json", code=1).json()[0]
    assert (found["taken"], found["troubles"][0]["row"]) == (False, 3)
    assert importing.json("evidence", "imports") == []


def test_comments_are_kept_and_never_printed(importing: Line, tmp_path: Path) -> None:
    path = tmp_path / "comments.csv"
    headers = ("Year", "Trust code", "Comment type", "Comment")
    path.write_bytes(an_export({"Comment type": "Patient safety", "Comment": "Words of a learner"}, headers=headers))
    said = importing("evidence", "import", path, "--kind", "nts-comments", "--as", "mary")
    assert "Import 1: 1 rows taken in." in said.out
    assert "Words of a learner" not in said.out + said.err


def test_comments_are_listed_by_number_linked_and_counted(importing: Line, room: Room, tmp_path: Path) -> None:
    path = tmp_path / "comments.csv"
    headers = ("Year", "Trust code", "Comment type", "Comment")
    rows = ({"Comment type": "Patient safety", "Comment": f"Words of learner {number}"} for number in range(4))
    path.write_bytes(an_export(*rows, headers=headers))
    importing("evidence", "import", path, "--kind", "nts-comments", "--as", "mary")
    ref = room.hear(provider=("RTD",), themes=("patient_safety",)).ref
    listed = importing.json("evidence", "comments", "--as", "mary")
    assert [(each["comment"], each["place"], each["likely"], each["linked"]) for each in listed[:1]] == [
        (1, "RTD", [ref], None)
    ]
    assert importing.json("evidence", "link", 1, ref, "--as", "mary")[0]["linked"] == ref
    assert len(importing.json("evidence", "comments", "--open", "--as", "mary")) == 3
    assert ref in importing("evidence", "comments", "--provider", "rtd", "--as", "mary").out
    assert "no case" in importing("evidence", "unlink", 1, "--reason", "Another matter.", "--as", "mary").out
    room.store.write(lambda tx: place_for(tx, Where("RTD"), now=room.now))
    page = importing("place", "show", "RTD").out
    assert "Free-text comments" in page
    assert re.search(r"National Training Survey 2025\s+5\s+fewer than 3", page)
    assert "Words of" not in page + repr(listed)


def test_only_those_with_the_right_may_import(importing: Line, good: Path) -> None:
    said = importing("evidence", "import", good, "--kind", "nts", "--as", "adam", code=1)
    assert "right to evidence" in said.err


def test_an_old_workbook_is_told_what_to_do(importing: Line, tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0rest")
    assert "save it as XLSX" in importing("evidence", "import", path, "--kind", "nts", "--as", "mary", code=1).err


def test_a_list_of_other_evidence_is_taken_and_shown_with_its_place(importing: Line, tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text(
        "Date,Kind of evidence,Trust code,Summary,Source\n2026-11-02,FTSU,RTD,Themes about handover,Guardian's report\n",
        encoding="utf-8",
    )
    assert (
        "All 1 rows can be placed."
        in importing("evidence", "import", path, "--kind", "items", "--as", "mary", "--dry-run").out
    )
    assert "Import 1: 1 rows taken in." in importing("evidence", "import", path, "--kind", "items", "--as", "mary").out
    assert "Guardian's report" in importing("place", "show", "RTD").out
