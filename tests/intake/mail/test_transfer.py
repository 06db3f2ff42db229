"""Transfer encodings, honest and broken."""

import base64
import binascii

from hypothesis import given
from hypothesis import strategies as st

from intake.mail.transfer import decode, from_base64, uuencoded


@given(st.binary(max_size=500))
def test_honest_base64_and_quoted_printable_come_back(raw: bytes) -> None:
    assert from_base64(base64.encodebytes(raw)) == (raw, "")
    assert decode(binascii.b2a_qp(raw, istext=False), "Quoted-Printable")[0] == raw


def test_two_padded_runs_are_joined() -> None:
    assert from_base64(b"YQ==\nYg==\n")[0] == b"ab"


def test_what_follows_the_padding_and_is_no_base64_is_dropped() -> None:
    assert from_base64(b"aGVsbG8=\n\n-- \nA list footer, hung on by a list.\n")[0] == b"hello"


def test_a_damaged_boundary_ends_the_content_before_it() -> None:
    content, fault = from_base64(b"aGVsbG8h\nXXXX--the-boundary--\n\nThe epilogue.\n")
    assert (content, fault) == (b"hello!", "foreign characters in base64")


def test_prose_that_claims_to_be_base64_is_given_back_whole() -> None:
    prose = b"I cannot go on like this.\n-- \nAnna\n"
    assert from_base64(prose) == (prose, "declared base64 and is not")


def test_padding_in_an_impossible_place_is_repaired() -> None:
    assert from_base64(b"AA=A")[0] == b"\0"
    assert from_base64(b"=A==")[0] == b""


def test_soft_line_ends_with_blanks_behind_them_are_soft() -> None:
    assert decode(b"one=  \ntwo", "quoted-printable")[0] == b"onetwo"


def test_a_begin_line_in_prose_is_no_file() -> None:
    assert uuencoded(b"begin 100 things at once\nand finish none\n") == []


@given(st.text("AQz/=+ \n\v\f-", max_size=30))
def test_any_base64_letters_are_decoded(letters: str) -> None:
    from_base64(letters.encode())


@given(st.binary(max_size=300), st.sampled_from(["base64", "quoted-printable", "x-uuencode", "7bit", "nonsense", ""]))
def test_any_bytes_are_decoded(raw: bytes, encoding: str) -> None:
    decode(raw, encoding)
