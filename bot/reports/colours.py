"""The colours of papers: tints of cells that keep dark text readable, and colours of charts told apart by everybody."""

from typing import Final

from bot.reports.paper import Tone

INK: Final = "212b32"
QUIET: Final = "4c6272"
RULE: Final = "d8dde0"
HEAD: Final = "e8edee"
BRAND: Final = "003087"
SERIES: Final = ("005eb8", "ed8b00", "768692", "330072")
"""Blue, orange, grey, purple: told apart without red and green."""

TINTS: Final[dict[Tone, str]] = {
    "red": "f4a7a0",
    "amber": "ffd28a",
    "yellow": "fff3b0",
    "pink": "fbdcd9",
    "light_green": "dff0d8",
    "green": "a5d6a0",
    "grey": "e4e7ea",
    "dark": "c9b8d8",
}
