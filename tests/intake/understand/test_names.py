"""Names are found as people write them, and never inside other words."""

import pytest

from intake.understand.names import Name, NameTable
from intake.understand.words import Sentence

TABLE = NameTable(
    [
        Name("St Nicholas", "nicholas", "alias"),
        Name("St Nicholas Park", "park", "alias"),
        Name("LET", "employer", "alias"),
        Name("NSECH", "emergency", "alias"),
        Name("Wansbeck", "wansbeck", "alias"),
        Name("Newcastle", "trust", "town"),
        Name("Newcastle", "university", "town"),
    ],
    fuzzy=True,
)


def found(text: str) -> list[str]:
    return [mention.row for mention in TABLE.mentions([Sentence(text, text.lower(), "own", 0)])]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("at St. Nicholas's today", ["nicholas"]),
        ("at st nicholas park", ["park"]),
        ("the LET told me", ["employer"]),
        ("let me tell you", []),
        ("nsech at night", ["emergency"]),
        ("at Wansbek", ["wansbeck"]),
        ("at wansbek", []),
        ("Wansbecker is a surname", []),
        ("in Newcastle", ["trust", "university"]),
    ],
)
def test_a_name_is_met_as_it_is_written(text: str, rows: list[str]) -> None:
    assert found(text) == rows


def test_a_mention_knows_its_words_and_what_stands_around_it() -> None:
    (mention,) = TABLE.mentions([Sentence("Nights at Wansbeck again", "nights at wansbeck again", "own", 0)])
    assert (mention.before, mention.words, mention.after) == ("nights at ", "Wansbeck", " again")
