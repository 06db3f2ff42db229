"""An invented region of twelve trusts, so that no invented rating is ever read as one of a real hospital."""

from typing import Final

from tracker.field import Field
from tracker.field.rows import Site, Trust

NAMES: Final = (
    "Ashdale", "Brackenmoor", "Coldwater", "Dunmere", "Elderbrook", "Fallowmoor", "Glenhollow", "Harrowbeck", "Ivymere",
    "Kestrelbay", "Larkwater", "Merrowdale",
)  # fmt: skip
SITES: Final = ("General Hospital", "Infirmary", "Community Hospital")


def invented(field: Field) -> Field:
    """The field's facts with invented trusts in the place of the real ones; everything else stays."""
    trusts = tuple(
        Trust(
            ods=f"X{number:02}",
            name=f"{name} Hospitals (invented)",
            kind="acute",
            site=tuple(Site(name=f"{name} {site}") for site in SITES),
        )
        for number, name in enumerate(NAMES, 1)
    )
    return field.model_copy(update={"organisations": field.organisations.model_copy(update={"trusts": trusts})})
