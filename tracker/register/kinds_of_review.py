"""From the printed wording of a review to its normalised kind; pure, by the aliases of interventions.toml."""

from tracker.field import Field
from tracker.register.printed import NOT_VISIBLE


def kind_of(raw: str, field: Field) -> str:
    """The id of the kind that the words surely mean, or "": names vary freely in print, and a wrong kind is worse than none."""
    words = " ".join(raw.split()).casefold()
    if not words or words == NOT_VISIBLE:
        return ""
    for row in field.interventions.types:
        if words in {row.id.casefold(), row.name.casefold(), *(alias.casefold() for alias in row.aliases)}:
            return row.id
    return ""
