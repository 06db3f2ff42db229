"""A sheet as rows of text, whatever file it came from, and CSV read into it; nothing is understood here."""

import csv
import io
from dataclasses import dataclass
from typing import Final

from tracker.errors import Refused

SEPARATORS: Final = ",;\t|"
LONGEST: Final = 500_000


@dataclass(frozen=True)
class Grid:
    """Rows of stripped text, the first is number 1; `merged` are the numbers of rows that merged cells touch."""

    rows: tuple[tuple[str, ...], ...]
    merged: frozenset[int] = frozenset()


def read_csv(content: bytes) -> Grid:
    """The rows of a CSV file: UTF-8, UTF-16 with its mark, or Windows-1252; the separator is the one most used in the first line.

    Raises Refused with a sentence where it is no text, or far longer than any export.
    """
    text = _decoded(content)
    if "\0" in text:
        raise Refused("The file is no text; save it as CSV or XLSX.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    try:
        rows = tuple(
            tuple(cell.strip() for cell in row)
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        )
    except csv.Error as error:
        raise Refused(f"The file is no CSV that can be read: {error}.") from None
    if len(rows) > LONGEST:
        raise Refused(f"The file has more than {LONGEST:,} rows; cut it into years.")
    return Grid(rows)


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
