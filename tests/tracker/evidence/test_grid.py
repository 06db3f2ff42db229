"""CSV files come as programs write them."""

import pytest

from tracker.errors import Refused
from tracker.evidence.grid import read_csv


@pytest.mark.parametrize(
    "content",
    [
        "Jahr;Näme\n1;2\n".encode(),
        "\ufeffJahr;Näme\n1;2\n".encode(),
        "Jahr;Näme\r\n1;2\r\n".encode("utf-16"),
        "Jahr\tNäme\n1\t2\n".encode("cp1252"),
        b'"Jahr" , "N\xc3\xa4me"\n1,2\n'.replace(b" , ", b","),
    ],
)
def test_encodings_and_separators_are_found(content: bytes) -> None:
    assert read_csv(content).rows == (("Jahr", "Näme"), ("1", "2"))


def test_a_picture_is_no_text() -> None:
    with pytest.raises(Refused, match="no text"):
        read_csv(b"\x89PNG\0\0\0")


def test_a_quoted_cell_may_hold_lines() -> None:
    assert read_csv(b'a,b\n"one\ntwo",3\n').rows[1] == ("one\ntwo", "3")
