"""Which version of the tables a database has, told without loading what brings it to another; that is `schema`."""

from pathlib import Path
from typing import Final, Literal

from sqlalchemy import inspect, text

from tracker.store import Tx

_STEPS = Path(__file__).resolve().parent / "migrations" / "versions"
VERSIONS: Final = tuple(sorted(path.name.partition("_")[0] for path in _STEPS.glob("[0-9]*_*.py")))
"""Every version there was, by the names of the steps to it; the last is this program's."""


def version_of(tx: Tx) -> Literal["empty", "current", "behind", "unknown"]:
    """No tables of ours, those of this version, those of an older one, or those of a desk that we do not know."""
    tables = set(inspect(tx.connection()).get_table_names())
    if "cases" not in tables:
        return "empty"
    if "alembic_version" not in tables:
        return "current"  # made by a program that made them in one go, as tests do
    at = tx.scalar(text("SELECT version_num FROM alembic_version"))
    if at == VERSIONS[-1]:
        return "current"
    return "behind" if at in VERSIONS else "unknown"
