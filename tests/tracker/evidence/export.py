"""Survey exports for tests: a good one, and ways to spoil it."""

import csv
import io

HEADERS = (
    "Year", "Report by", "Trust or board", "Trust code", "Site", "Post specialty", "Indicator", "Mean", "Outlier result",
    "Lower CI", "Upper CI", "n",
)  # fmt: skip
GOOD = {
    "Year": "2025", "Report by": "Site", "Trust or board": "Newcastle Hospitals", "Trust code": "RTD", "Site": "RVI",
    "Post specialty": "Cardiology", "Indicator": "Workload", "Mean": "61.5", "Outlier result": "Below", "Lower CI": "55",
    "Upper CI": "68", "n": "9",
}  # fmt: skip


def an_export(*rows: dict[str, str], headers: tuple[str, ...] = HEADERS, title: str = "") -> bytes:
    """A CSV file with one line for each row, each `GOOD` but for what it says."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    if title:
        write((title,))
    write(headers)
    for row in rows:
        write([(GOOD | row).get(header, "") for header in headers])
    return out.getvalue().encode()
