"""The risk score: likelihood times impact on a scale of 1 to 5 each, its band, and the levels it suggests; it never sets one.

The method is that of the national HEE risk matrix; the limits of the bands are isf.toml's and marked known there.
"""

from dataclasses import dataclass

from tracker.errors import Refused
from tracker.field.tables import Risk


@dataclass(frozen=True)
class Score:
    """A score from 1 to 25 in words. `suggests` are ISF levels that a person may want to look at."""

    score: int
    band: str
    rag: str
    impact: str
    likelihood: str
    suggests: tuple[int, ...]


def score(impact: int, likelihood: int, risk: Risk) -> Score:
    """The score of an impact and a likelihood (1 to 5 each). Raises Refused for anything else.

    Products that lie between two bands do not exist on this scale; were a region's bands to leave a gap, the next band up counts.
    """
    for name, value, labels in (
        ("impact", impact, risk.impact_labels),
        ("likelihood", likelihood, risk.likelihood_labels),
    ):
        if not 1 <= value <= len(labels):
            raise Refused(f"The {name} goes from 1 ({labels[0]}) to {len(labels)} ({labels[-1]}).")
    product = impact * likelihood
    bands = sorted(risk.band, key=lambda band: band.max)
    band = next((each for each in bands if product <= each.max), bands[-1])
    return Score(
        product,
        band.name,
        band.rag,
        risk.impact_labels[impact - 1],
        risk.likelihood_labels[likelihood - 1],
        band.suggested_isf,
    )
