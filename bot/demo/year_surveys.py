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
