"""Finding a case by the reference that a person typed, or by its id; whether they may see it is not decided here."""

from sqlalchemy import select

from tracker.errors import NotFound
from tracker.model import Case
from tracker.store import Tx
from tracker.tokens import normal_ref


def find(tx: Tx, ref: str, *, lock: bool = False) -> Case:
    """The case of a reference, however it was typed; with `lock` nobody else changes it until the transaction ends.

    Raises NotFound.
    """
    normal = normal_ref(ref)
    if normal is None:
        raise NotFound(f"{_shown(ref)} is not a case reference; they look like QD-7F3K-9MX.")
    query = select(Case).where(Case.ref == normal)
    case = tx.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if case is None:
        raise NotFound(f"There is no case {normal}; `qualitydesk case list` shows those there are.")
    return case


def locked(tx: Tx, case_id: int) -> Case:
    """The case of an id as it is now; nobody else changes it until the transaction ends."""
    return tx.get_one(Case, case_id, with_for_update=True, populate_existing=True)


def _shown(ref: str) -> str:
    printable = "".join(character for character in ref[:30] if character.isprintable())
    return f"“{printable}”"
