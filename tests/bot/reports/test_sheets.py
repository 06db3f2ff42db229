"""XLSX both ways: nothing in it can run, and what comes in is plain rows."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from bot.reports.sheets import read_sheet, sheets
from tests.bot.reports.papers import a_paper
from tests.tracker.desk import the_field
from tests.tracker.evidence.export import GOOD, HEADERS
from tracker.errors import Refused
from tracker.evidence.surveys import look


def test_the_same_paper_has_the_same_bytes() -> None:
    assert sheets(a_paper()) == sheets(a_paper())


def test_no_cell_is_a_formula() -> None:
    book = load_workbook(BytesIO(sheets(a_paper())))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "=1+1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    with zipfile.ZipFile(BytesIO(sheets(a_paper()))) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)


def test_numbers_are_numbers_and_what_is_withheld_is_said() -> None:
    book = load_workbook(BytesIO(sheets(a_paper())))
    values = [cell for row in book["First"].iter_rows(values_only=True) for cell in row]
    assert 12 in values
    assert values.count("withheld") == 2


def test_each_section_has_a_sheet_whose_name_a_workbook_can_bear() -> None:
    assert load_workbook(BytesIO(sheets(a_paper()))).sheetnames == [
        "About",
        "First",
        "Secondpart",
        "Where the figures come from",
    ]


def test_a_cell_of_the_appendix_is_never_too_long_for_a_workbook() -> None:
    book = load_workbook(BytesIO(sheets(a_paper())))
    rows = list(book["Where the figures come from"].iter_rows(values_only=True))
    assert sum(str(row[0]).startswith("Many") for row in rows) == 3


def a_workbook(*, merged: str = "", number: object = 9) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["NTS export"])
    sheet.append(list(HEADERS))
    sheet.append([int(GOOD["Year"]), *list(GOOD.values())[1:-1], number])
    sheet.append([2025.0, *list((GOOD | {"Indicator": "Handover"}).values())[1:-1], number])
    if merged:
        sheet.merge_cells(merged)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_numbers_and_numbers_as_text_are_read_alike() -> None:
    field = the_field()
    for number in (9, "9", 9.0):
        found = look(read_sheet(a_workbook(number=number)), field.surveys.survey("NTS"), field)
        assert not found.troubles
        assert [result.n for result in found.results] == [9, 9]


def test_merged_cells_are_told_row_by_row() -> None:
    field = the_field()
    found = look(read_sheet(a_workbook(merged="C3:C4")), field.surveys.survey("NTS"), field)
    assert [each.row for each in found.troubles] == [3, 4]
    assert not found.results


def test_a_title_in_merged_cells_above_the_headers_is_no_trouble() -> None:
    field = the_field()
    assert not look(read_sheet(a_workbook(merged="A1:F1")), field.surveys.survey("NTS"), field).troubles


def test_a_sheet_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(Refused, match="there are: Sheet"):
        read_sheet(a_workbook(), "Results")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"year,n\n"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="no XLSX workbook"):
        read_sheet(content)


def test_a_zip_that_holds_no_workbook_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(Refused, match="no XLSX workbook"):
        read_sheet(out.getvalue())
