"""Other people's text cannot steer a terminal, hide or turn round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.inert import as_text, inert, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07", "␛[2J␛]0;owned␇"),
        ("invoice\u202efdp.exe", "invoice<U+202E>fdp.exe"),
        ("a\r\nb\rc", "a\nb␍c"),
        ("\x9b31m", "<U+009B>31m"),
        ("zero\u200bwidth", "zero<U+200B>width"),
        ("lone \ud800 half", "lone <U+D800> half"),
        ("naïve café – “quoted” 日本 👍", "naïve café – “quoted” 日本 👍"),
        ("\x7f", "␡"),
    ],
)
def test_what_steers_or_hides_is_shown_and_the_rest_stays(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.text())
def test_nothing_but_line_feeds_and_tabs_is_left_that_a_terminal_obeys(text: str) -> None:
    assert all(character.isprintable() or character in "\n\t" or character.isspace() for character in inert(text))
    assert not {"\x1b", "\r", "\x9b", "\u202e", "\u2028", "\0"} & set(inert(text))


@given(st.binary())
def test_any_bytes_can_be_shown(content: bytes) -> None:
    as_text(content).encode("utf-8")


def test_one_line_is_one_line() -> None:
    assert one_line(" a\n b\tc\x0b d ") == "a b c d"
