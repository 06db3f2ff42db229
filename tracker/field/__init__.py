"""The field's facts as typed rows: organisations, specialties, grades, standards, routing, levels, signposts, times."""

from tracker.field.load import load_field
from tracker.field.tables import Field

__all__ = ["Field", "load_field"]
