"""Compressed RTF undone; RTF as text, or as the HTML that Outlook hid in it."""

from hypothesis import given
from hypothesis import strategies as st

from intake.mail.rtf import as_text, decompressed

# [MS-OXRTFCP] section 3.1.1
COMPRESSED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def test_the_example_of_the_specification_is_undone() -> None:
    assert decompressed(COMPRESSED) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_text_keeps_its_lines_letters_and_no_tables_of_fonts() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator x;}\pard Caf\'e9 \u8364?\par second\tab line\par}"
    )
    assert as_text(rtf) == ("Café €\nsecond\tline\n", False)


def test_wrapped_html_comes_out_with_its_tags() -> None:
    rtf = (
        rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hello\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}}"
    )
    assert as_text(rtf) == ("<p>Hello</p>", True)


@given(st.binary(max_size=300))
def test_any_bytes_are_read(raw: bytes) -> None:
    as_text(raw)
    decompressed(raw[:8] + b"LZFu" + raw)
