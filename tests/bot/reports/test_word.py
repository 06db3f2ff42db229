"""A paper as DOCX: a committee can edit it, and a screen reader can read it."""

import zipfile
from io import BytesIO

import docx
from docx.oxml.ns import qn

from bot.reports.paper import Heading, Paper, Words
from bot.reports.word import word
from tests.bot.reports.papers import a_paper


def opened() -> docx.document.Document:
    return docx.Document(BytesIO(word(a_paper())))


def test_the_same_paper_has_the_same_bytes() -> None:
    assert word(a_paper()) == word(a_paper())


def test_every_entry_is_dated_by_the_paper_and_not_by_the_clock() -> None:
    with zipfile.ZipFile(BytesIO(word(a_paper()))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-11-30T09:00:00Z") == 2


def test_headings_have_real_styles() -> None:
    said = [(each.text, each.style.name) for each in opened().paragraphs if each.style and each.style.name != "Normal"]
    assert said[:3] == [("A paper", "Title"), ("November 2026", "Subtitle"), ("First", "Heading 1")]
    assert ("A part", "Heading 2") in said
    assert ("One", "List Bullet") in said


def test_a_table_repeats_its_header_row_and_says_what_it_is() -> None:
    table = opened().tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["Place", "Level", "Number"]
    assert table.rows[0]._tr.trPr is not None
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    assert table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val")) == "Places & levels"
    assert [cell.text for cell in table.rows[1].cells] == ["Ward <b>", "2, significant", "4"]


def test_a_picture_has_its_words() -> None:
    found = [shape._inline.docPr.get("descr") for shape in opened().inline_shapes]
    assert found == ['In: 3; "Out": 1, 2.', "All: 5.", "All: 5, 7.5."]


def test_an_empty_table_says_so() -> None:
    assert "None at all." in [each.text for each in opened().paragraphs]


def test_rows_of_figures_are_there_but_for_those_kept_in_the_desk() -> None:
    document = opened()
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "QD-1, QD-2, QD-3" in cells
    assert "Kept" not in cells
    assert not any("QD-SECRET" in cell for cell in cells)
    assert any(cell.endswith("QR-449") for cell in cells)


def test_what_xml_cannot_hold_is_left_out() -> None:
    odd = Paper("odd", "T\x00itle \ud800", "s", "t", a_paper().dated, (Heading("a\x0bb"), Words("c\x1bd")))
    texts = [each.text for each in docx.Document(BytesIO(word(odd))).paragraphs]
    assert "ab" in texts
    assert "cd" in texts
