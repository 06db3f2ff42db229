"""XLSX both ways: a paper as a workbook without formulas, and a workbook's sheet as plain rows; nothing is understood here."""

import zipfile
from datetime import date, datetime
from io import BytesIO
from math import ceil
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.reports import paper as paper_words
from bot.reports.colours import BRAND, HEAD, RULE, TINTS
from bot.reports.paper import Chart, Heading, Paper, Points, Table, Value, Words, tone
from bot.reports.zipped import same_bytes
from tracker.errors import Refused
from tracker.evidence.grid import Grid
from tracker.evidence.small import WITHHELD

WIDEST: Final = 60
LINE: Final = Side(style="thin", color=RULE)
UNREADABLE: Final = "The file is no XLSX workbook that can be read; save it again as XLSX or CSV."
LARGEST: Final = 200 * 1024 * 1024
"""Bytes that a workbook may unfold to."""


def sheets(paper: Paper) -> bytes:
    """The paper as the bytes of an XLSX file: a sheet for each section, and text that can never become a formula."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    about = book.properties
    about.title, about.subject, about.creator, about.language = paper.title, paper.subtitle, paper.team, "en-GB"
    about.lastModifiedBy = paper.team
    sheet, row = _sheet(book, "About"), 1
    for words, size in ((paper.title, 16), (paper.subtitle, 12), (paper.team, 11), (paper.marking, 11)):
        _write(sheet.cell(row, 1), words).font = _font(bold=size > 11, size=size, color=BRAND if size > 12 else None)
        row += 1
    row += 1
    for block in paper.all_blocks():
        if isinstance(block, Heading) and block.level == 1:
            _fit(sheet)
            sheet, row = _sheet(book, block.words), 1
            _write(sheet.cell(1, 1), block.words).font = _font(bold=True, size=14, color=BRAND)
            row = 3
        elif isinstance(block, Heading):
            _write(sheet.cell(row, 1), block.words).font = _font(bold=True, size=12)
            row += 1
        elif isinstance(block, Words):
            _write(sheet.cell(row, 1), block.words).font = _font(italic=block.quiet)
            row += 2
        elif isinstance(block, Points):
            for item in block.items:
                _write(sheet.cell(row, 1), f"• {item}")
                row += 1
            row += 1
        else:
            row = _table(sheet, row, _of_chart(block) if isinstance(block, Chart) else block)
    _fit(sheet)
    out = BytesIO()
    book.save(out)
    return same_bytes(out.getvalue(), paper.dated)


def _of_chart(chart: Chart) -> Table:
    """A chart's figures as a table, since a workbook is for figures."""
    unit = f" ({chart.unit})" if chart.unit.strip() else ""
    rows = tuple(
        (label, *(WITHHELD if series.values[place] is None else series.values[place] or 0 for series in chart.series))
        for place, label in enumerate(chart.labels)
    )
    return Table(chart.title, ("", *(f"{series.name}{unit}" for series in chart.series)), rows)


def _sheet(book: Workbook, name: str) -> Worksheet:
    words = "".join(letter for letter in name if letter not in "[]:*?/\\'")[:31].strip() or "Sheet"
    sheet: Worksheet = book.create_sheet(words)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    assert sheet.sheet_properties.pageSetUpPr is not None
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return sheet


def _table(sheet: Worksheet, row: int, table: Table) -> int:
    """Write the table from `row` on; the row after it and an empty one."""
    _write(sheet.cell(row, 1), table.caption).font = _font(bold=True)
    row += 1
    if not table.rows:
        _write(sheet.cell(row, 1), table.nothing)
        return row + 2
    for place, name in enumerate(table.columns, 1):
        head = _write(sheet.cell(row, place), name)
        head.font, head.fill = _font(bold=True), PatternFill("solid", fgColor=HEAD)
        head.border = Border(bottom=LINE)
        head.alignment = Alignment(wrap_text=True, vertical="top")
    for values in table.rows:
        row += 1
        for place, value in enumerate(values, 1):
            cell = _write(sheet.cell(row, place), value)
            cell.border = Border(bottom=LINE)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            tint = TINTS.get(tone(value))
            if tint:
                cell.fill = PatternFill("solid", fgColor=tint)
    return row + 2


def _write(cell: Any, value: Value) -> Cell:
    """Put a value in: numbers as numbers, everything else as text, whatever it begins with."""
    inner = value.value if isinstance(value, paper_words.Cell) else value
    cell.font = _font()
    if isinstance(inner, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", inner)
        cell.data_type = "s"
        # Shown as text even where somebody edits the cell and leaves it again.
        cell.number_format = "@"
        cell.quotePrefix = inner[:1] in "=+-@"
    else:
        cell.value = inner
    assert isinstance(cell, Cell)
    return cell


def _font(*, bold: bool = False, italic: bool = False, size: int = 10, color: str | None = None) -> Font:
    return Font(name="Arial", bold=bold, italic=italic, size=size, color=color)


def _fit(sheet: Worksheet) -> None:
    """Columns as wide as what stands in tables; a lone sentence runs over its neighbours."""
    wide: dict[int, int] = {}
    for row in sheet.iter_rows():
        filled = [cell for cell in row if cell.value is not None]
        if len(filled) > 1:
            for cell in filled:
                wide[cell.column] = max(wide.get(cell.column, 8), min(len(str(cell.value)), WIDEST))
    for column, width in wide.items():
        sheet.column_dimensions[get_column_letter(column)].width = width + 2
    for row in sheet.iter_rows():
        filled = [cell for cell in row if cell.value is not None]
        if len(filled) > 1:
            lines = max(ceil(len(str(cell.value)) / wide[cell.column]) for cell in filled)
            # A workbook is not laid out until somebody opens it, and not every program makes room then.
            sheet.row_dimensions[filled[0].row].height = min(14 * lines + 2, 400)


def read_sheet(content: bytes, sheet_name: str = "") -> Grid:
    """The first sheet (or the one named) as rows of text, with the rows that merged cells touch.

    Raises Refused with a sentence where the bytes are no workbook, unfold too far, or hold no such sheet.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise Refused(UNREADABLE) from None
    if size > LARGEST:
        raise Refused("The workbook unfolds to more than 200 MB; save the one sheet as CSV.")
    try:
        # Not read-only: merged cells are only known to the whole sheet. Values, never formulas.
        book = load_workbook(BytesIO(content), data_only=True)
    except Exception:  # noqa: BLE001 - a broken file fails in any way it likes; all mean the same to the person
        raise Refused(UNREADABLE) from None
    names = ", ".join(book.sheetnames)
    if sheet_name and sheet_name not in book.sheetnames:
        raise Refused(f"There is no sheet {sheet_name!r}; there are: {names}.")
    sheet: Any = book[sheet_name] if sheet_name else book.worksheets[0]
    merged = frozenset(row for area in sheet.merged_cells.ranges for row in range(area.min_row, area.max_row + 1))
    rows = tuple(tuple(_read(value) for value in row) for row in sheet.iter_rows(values_only=True))
    return Grid(rows, merged)


def _read(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip()
