"""The invented survey exports of the demonstration year, as CSV files like those that surveys hand out; nobody answered them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tracker.field import Field
from tracker.field.survey_rows import Survey

HEADERS = (
    "Year", "Report by", "Trust or board", "Trust code", "Site", "Post specialty or programme group", "Indicator", "Mean",
    "Outlier result", "Lower CI", "Upper CI", "n", "Benchmark mean",
)  # fmt: skip
BENCHMARK = 76.0
KINDS = (
    ("exception_reports", "Guardian's quarterly report"),
    ("FTSU", "Speak-up guardian's report"),
    ("SAR", "Self-assessment report"),
    ("QIP", "Quality improvement plan"),
    ("school_report", "School's annual report"),
    ("CQC", "Published inspection report"),
    ("HEI", "University's placement evaluation"),
)
"""Kinds of evidence.toml with a source each."""


@dataclass(frozen=True)
class Spot:
    """A programme at a site, and how good it is: 0 is poor, 1 is good."""

    provider: str
    site: str
    programme: str
    quality: float


def export(survey: Survey, years: Sequence[int], spots: Sequence[Spot], field: Field, chance: Random) -> bytes:
    """A survey's export: every indicator of every spot, and of every trust as a whole."""
    trusts = {trust.ods: trust.name for trust in field.organisations.trusts}
    programmes = {row.id: row.name for row in field.specialties.every()}
    out = io.StringIO()
    write = csv.writer(out).writerow
    write((f"{survey.name}: invented results",))
    write(HEADERS)
    for year in years:
        for provider in dict.fromkeys(spot.provider for spot in spots):
            mine = [spot for spot in spots if spot.provider == provider]
            quality = sum(spot.quality for spot in mine) / len(mine)
            for indicator in survey.indicators:
                row = _row(quality, 40, survey, chance)
                write((year, "Trust", trusts[provider], provider, "", "", indicator, *row))
            for spot in mine:
                size = chance.choice((2, 4, 6, 9, 14))
                for indicator in survey.indicators:
                    row = _row(spot.quality, size, survey, chance)
                    name = programmes[spot.programme]
                    write((year, "Site", trusts[provider], provider, spot.site, name, indicator, *row))
    return out.getvalue().encode()


def comments(years: Sequence[int], spots: Sequence[Spot], field: Field, chance: Random) -> bytes:
    """Free-text comments of a survey: the poorer a place, the more of them; no learner wrote them."""
    rows: list[tuple[object, ...]] = [("Year", "Trust code", "Site", "Specialty", "Comment type", "Comment")]
    for year in years:
        for spot in spots:
            for _ in range(chance.randrange(round(9 * (1 - spot.quality)) + 1)):
                kind = chance.choice(("Patient safety", "Bullying and undermining"))
                rows.append((year, *_place(spot, field), kind, "Invented for the demonstration."))
    return _csv(rows)


def items(spots: Sequence[Spot], field: Field, chance: Random) -> bytes:
    """A list of other evidence about some of the places."""
    rows: list[tuple[object, ...]] = [
        ("Date", "Kind of evidence", "Trust code", "Site", "Programme", "Summary", "Source")
    ]
    for spot in chance.sample(list(spots), 30):
        kind, source = chance.choice(KINDS)
        on = f"2026-{chance.randrange(1, 7):02}-{chance.randrange(1, 29):02}"
        rows.append((on, kind, *_place(spot, field), "Invented for the demonstration.", source))
    return _csv(rows)


def _place(spot: Spot, field: Field) -> tuple[str, str, str]:
    """The place as an export writes it: the trust's code, the site's and the programme's name."""
    name = next(row.name for row in field.specialties.every() if row.id == spot.programme)
    return spot.provider, spot.site, name


def _csv(rows: Sequence[tuple[object, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _row(quality: float, size: int, survey: Survey, chance: Random) -> tuple[object, ...]:
    if size < survey.smallest_group:
        return ("", f"n<{survey.smallest_group}" if survey.smallest_group == 3 else "Suppressed", "", "", "n<3", "")
    mean = min(98.0, max(30.0, chance.gauss(62 + 26 * quality, 7)))
    width = 22 / size**0.5
    low, high = max(0.0, mean - width), min(100.0, mean + width)
    if mean < BENCHMARK - 6:
        flag = "Below" if high < BENCHMARK - 1 else "In Q1 but not a below outlier"
    elif mean > BENCHMARK + 6:
        flag = "Above" if low > BENCHMARK + 1 else "In Q4 but not an above outlier"
    else:
        flag = "Within IQR"
    return (f"{mean:.2f}", flag, f"{low:.2f}", f"{high:.2f}", size, f"{BENCHMARK:.2f}")
