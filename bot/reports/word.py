"""A paper as DOCX that a committee can edit: real heading styles, repeated header rows, pictures with alternative text."""

from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from bot.reports.colours import BRAND, HEAD, INK, QUIET, TINTS
from bot.reports.paper import Chart, Heading, Paper, Points, Table, Value, Words, is_counted, is_number, plain, tone
from bot.reports.png import png
from bot.reports.zipped import same_bytes
from tracker.model import clean_text

PAGE: Final = (Cm(21.0), Cm(29.7))
MARGIN: Final = Cm(2.0)
INSIDE: Final = 17.0
"""Centimetres between the margins."""
FONT: Final = "Arial"


def word(paper: Paper) -> bytes:
    """The paper as the bytes of a DOCX file; the same paper gives the same bytes."""
    document = docx.Document()
    _styles(document)
    _page(document, paper)
    _say(document, paper.title, "Title")
    _say(document, paper.subtitle, "Subtitle")
    for block in paper.all_blocks():
        if isinstance(block, Heading):
            _say(document, block.words, f"Heading{block.level}")
        elif isinstance(block, Words):
            _say(document, block.words, "Quiet" if block.quiet else "")
        elif isinstance(block, Points):
            for item in block.items:
                _say(document, item, "ListBullet")
        elif isinstance(block, Chart):
            _chart(document, block)
        else:
            _table(document, block)
    out = BytesIO()
    document.save(out)
    return same_bytes(out.getvalue(), paper.dated)


def _say(document: Document, words: str, style: str = "") -> Paragraph:
    """A paragraph with the style of this id; looked up by name, each would cost more than all else about it."""
    paragraph = document.add_paragraph(_text(words))
    if style:
        paragraph._p.style = style
    return paragraph


def _text(words: str) -> str:
    """What XML can hold: no control characters but line breaks and tabs."""
    return "".join(letter for letter in clean_text(words) if letter >= " " or letter in "\n\t")


def _styles(document: Document) -> None:
    for name, size, colour, bold, before, after in (
        ("Normal", 10.5, INK, False, 0, 6),
        ("Title", 22, BRAND, True, 0, 2),
        ("Subtitle", 12, QUIET, False, 0, 10),
        ("Heading 1", 15, BRAND, True, 18, 6),
        ("Heading 2", 12, INK, True, 12, 4),
        ("Caption", 10, INK, True, 10, 4),
    ):
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
        style.font.color.rgb = RGBColor.from_string(colour.upper())
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(key), FONT)
        # The theme's fonts would win over the ones named above.
        for key in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(key), None)
    for name in ("Title", "Subtitle"):
        style = document.styles[name]
        for extra in style.element.xpath(".//w:pBdr | .//w:rPr/w:spacing"):
            extra.getparent().remove(extra)
    caption: Any = document.styles["Caption"]
    caption.paragraph_format.keep_with_next = True
    quiet: Any = document.styles.add_style("Quiet", 1)
    quiet.base_style = document.styles["Normal"]
    quiet.font.size, quiet.font.color.rgb = Pt(9), RGBColor.from_string(QUIET.upper())


def _page(document: Document, paper: Paper) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    about = document.core_properties
    about.title, about.subject, about.author = _text(paper.title), _text(paper.subtitle), _text(paper.team)
    about.last_modified_by, about.comments, about.language = _text(paper.team), _text(paper.marking), "en-GB"
    for style in document.styles.element.xpath("//w:lang"):
        style.set(qn("w:val"), "en-GB")
    foot = section.footer.paragraphs[0]
    foot.style = document.styles["Quiet"]
    foot.add_run(_text(f"{paper.marking}  {paper.team}, {paper.title}. Page "))
    _field(foot, "PAGE")


def _field(paragraph: Paragraph, name: str) -> None:
    """A field that the word processor fills in, such as the page's number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _chart(document: Document, chart: Chart) -> None:
    picture, ratio = png(chart)
    shape = document.add_picture(BytesIO(picture), width=Cm(INSIDE), height=Cm(INSIDE * ratio))
    # Without these a word processor sets the picture off from the margin.
    for side in ("distT", "distB", "distL", "distR"):
        shape._inline.set(side, "0")
    about: Any = shape._inline.docPr
    about.set("descr", _text(chart.alt))
    about.set("title", _text(chart.title))


def _table(document: Document, table: Table) -> None:
    _say(document, table.caption, "Caption")
    if not table.rows:
        _say(document, table.nothing).paragraph_format.space_after = Pt(8)
        return
    grid = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.LEFT
    grid.autofit = False
    widths = _widths(table)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)
    properties = grid._tbl.tblPr
    described = OxmlElement("w:tblDescription")
    described.set(qn("w:val"), _text(table.caption))
    properties.append(described)
    right = tuple(is_counted(table, place) for place in range(len(table.columns)))
    # The library looks every cell up anew; rows put in as XML take a tenth of the time.
    grid._tbl.append(_row(table.columns, widths, right, head=True))
    for row in table.rows:
        grid._tbl.append(_row(row, widths, tuple(is_number(value) for value in row)))
    _say(document, "").paragraph_format.space_after = Pt(2)


def _row(values: tuple[Value, ...], widths: tuple[float, ...], right: tuple[bool, ...], *, head: bool = False) -> Any:
    cells = "".join(
        _cell(value, width, right=to_right, head=head)
        for value, width, to_right in zip(values, widths, right, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return parse_xml(f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>")


def _cell(value: Value, width: float, *, right: bool, head: bool) -> str:
    fill = HEAD if head else TINTS.get(tone(value), "")
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill.upper()}"/>' if fill else ""
    side = '<w:jc w:val="right"/>' if right else ""
    bold = "<w:b/>" if head else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{Cm(width).twips}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/>{side}</w:pPr><w:r><w:rPr>{bold}<w:sz w:val="18"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(_text(plain(value)))}</w:t></w:r></w:p></w:tc>'
    )


def _widths(table: Table) -> tuple[float, ...]:
    """Centimetres for each column: as asked, else by the longest word and the usual length of what stands in it."""
    parts: tuple[float, ...] = table.widths
    if not parts:
        parts = tuple(
            max(_need(plain(row[place])) for row in (table.columns, *table.rows)) for place in range(len(table.columns))
        )
    return tuple(INSIDE * part / sum(parts) for part in parts)


def _need(words: str) -> float:
    return max(4.0, min(len(words), 26), *(len(each) for each in words.split()), 0) + 2
