"""What cannot be true in what a review's report prints: dates that exclude each other, a provider that is not one; pure.

What was printed is kept as it is: a warning tells a person to look, and corrects nothing.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

LONGEST_SPAN: Final = timedelta(days=366)
NOT_VISIBLE: Final = "not visible"


def warnings(
    held: Sequence[date], reported_on: date | None, *, today: date, provider: str = "", header_provider: str = ""
) -> tuple[str, ...]:
    """Every reason to doubt the print, as a sentence; empty where nothing contradicts itself. `held` in any order."""
    found = []
    days = sorted(held)
    if reported_on is not None and days and reported_on < days[-1]:
        gap = (days[-1] - reported_on).days
        found.append(
            f"The report is dated {_said(reported_on)}, {gap} days before the review on {_said(days[-1])}: "
            "one of the two cannot be right. Both are kept as printed."
        )
    if reported_on is not None and reported_on > today:
        found.append(f"The report is dated {_said(reported_on)}, which is still to come.")
    if reported_on is not None and days and reported_on - days[-1] > LONGEST_SPAN:
        found.append(f"The report is dated {_said(reported_on)}, more than a year after the review.")
    if len(days) > 1 and days[-1] - days[0] > LONGEST_SPAN:
        found.append(f"Its dates lie more than a year apart: {_said(days[0])} and {_said(days[-1])}.")
    if header_provider and provider and header_provider.casefold() != provider.casefold():
        found.append("The header of the report names another provider than its title.")
    return tuple(found)


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
