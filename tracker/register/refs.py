"""References of requirements (`QR-…`) and interventions (`QV-…`), made like those of cases; they prove nothing."""

import re
from collections.abc import Callable
from typing import Any, Final, Literal

from sqlalchemy import select

from tracker.model import Intervention, Requirement
from tracker.store import Tx
from tracker.tokens import new_ref, normal_ref

Prefix = Literal["QR", "QV"]
_WITHIN: Final = re.compile(r"\bQR[-\s]?[2-9A-HJKMNP-TV-Y]{4}[-\s]?[2-9A-HJKMNP-TV-Y]{3}\b", re.IGNORECASE)


def fresh(tx: Tx, prefix: Prefix, draw: Callable[[int], bytes]) -> str:
    """A reference that nothing bears yet."""
    table: Any = {"QR": Requirement, "QV": Intervention}[prefix]
    while True:
        ref = prefix + new_ref(draw).removeprefix("QD")
        if tx.scalar(select(table.id).where(table.ref == ref)) is None:
            return ref


def normal(text: str, prefix: Prefix) -> str | None:
    """The reference as we write it, from however a person typed it; None where it is none or its check fails."""
    typed = text.strip().upper()
    # What follows the prefix may begin with the same two letters, and a person may leave the prefix out.
    found = normal_ref("QD" + typed.removeprefix(prefix)) or normal_ref("QD" + typed)
    return prefix + found.removeprefix("QD") if found else None


def requirements_in(text: str) -> tuple[str, ...]:
    """All well-formed references of requirements within a text, in order, each once."""
    found = (normal(match[0], "QR") for match in _WITHIN.finditer(text))
    return tuple(dict.fromkeys(ref for ref in found if ref))
