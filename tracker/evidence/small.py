"""Small numbers hidden, and with them what would give them away; pure.

A count of few people can tell who they are. A single hidden part can be worked out from the total, so a part is never hidden
alone, and never so that each hidden part must be small (statistical disclosure control, as the NHS publishes counts).

Counts that overlap, or that stand in several papers (a place, its trust, the month before), could be taken from each other
whatever is hidden in one of them. They are rounded: what is small becomes nought, and no difference tells a small number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WITHHELD: Final = "withheld"
FEWER: Final = "fewer than"


@dataclass(frozen=True)
class Hidden:
    """The parts (None where hidden) and their total (None where it would give a hidden part away)."""

    parts: tuple[int | None, ...]
    total: int | None


def hide_small(parts: Sequence[int], at_least: int) -> Hidden:
    """Hide every part from 1 to below `at_least`, and as many others, smallest first, as are needed to hide it.

    From what is shown, each hidden part could still be `at_least` or more. Where that cannot be had, the total is hidden too.
    Nought is shown: it is about nobody.
    """
    if any(part < 0 for part in parts):
        raise ValueError("a count is never below nought")
    hidden = {place for place, part in enumerate(parts) if 0 < part < at_least}
    spare = sorted(
        (place for place, part in enumerate(parts) if part >= at_least), key=lambda place: (parts[place], place)
    )
    while hidden and not _safe([parts[place] for place in hidden], at_least) and spare:
        hidden.add(spare.pop(0))
    shown = tuple(None if place in hidden else part for place, part in enumerate(parts))
    safe = not hidden or _safe([parts[place] for place in hidden], at_least)
    return Hidden(shown, sum(parts) if safe else None)


def _safe(hidden: list[int], at_least: int) -> bool:
    """Whether a reader who knows the sum of the hidden parts cannot tell that any one of them is small."""
    return len(hidden) > 1 and sum(hidden) - (len(hidden) - 1) >= at_least


def rounded(count: int, at_least: int) -> int:
    """The count to the nearest multiple of `2 * at_least - 1` (5 where 3 is the smallest); below `at_least` it is nought."""
    base = 2 * at_least - 1
    return (count + at_least - 1) // base * base


def about(count: int, at_least: int) -> int | str:
    """A rounded count as it is printed; nought is not told from a small number: that somebody spoke at all may tell who."""
    near = rounded(count, at_least)
    return near if near or at_least == 1 else f"{FEWER} {at_least}"


def shown(count: int, at_least: int) -> int | str:
    """A count that stands alone, or that it is withheld."""
    return WITHHELD if 0 < count < at_least else count
