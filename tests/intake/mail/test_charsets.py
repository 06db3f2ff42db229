"""Bytes to text: supersets, liars, unknown labels, and never a lone surrogate."""
# ruff: noqa: E501  # samples are shown as they are

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail.charsets import CODECS, clean_text, codec_of, guess, to_text
from tests.intake.mail.lessons import lesson


def test_an_unknown_charset_is_guessed() -> None:
    mail = lesson("an_unknown_charset_is_guessed")
    assert mail.text == "Café au lait"
    assert "charset guessed" in mail.faults


def test_latin_one_is_read_as_its_windows_superset() -> None:
    assert lesson("windows_quotes_in_latin_one").text == "She said “enough”."


@pytest.mark.parametrize("label", ["utf-7", "zlib", "punycode", "unicode_escape", "rot13", "idna", "hex", "a\0b", ""])
def test_codecs_that_no_mail_may_choose_are_refused(label: str) -> None:
    assert codec_of(label) == ""


@pytest.mark.parametrize(
    ("text", "codec"),
    [("我们的值班表有问题，请尽快回复我。", "gb18030"), ("夜勤の当直表についてご相談があります。", "cp932"), ("当直表についてのご相談です", "euc_jp"),
     ("Здравствуйте, коллеги, спасибо", "koi8_r"), ("Здравствуйте, коллеги, спасибо", "cp1251"), ("Café, naïve, Müller", "cp1252")],
)  # fmt: skip
def test_undeclared_text_is_guessed_by_how_it_reads(text: str, codec: str) -> None:
    assert guess(text.encode(codec)) == text


def test_text_that_is_utf8_wins_over_a_western_label() -> None:
    assert to_text("Zoë".encode(), "iso-8859-1") == ("Zoë", "text is UTF-8 and not what its label says")


def test_circled_digits_in_iso_2022_jp_are_read_though_the_standard_has_none() -> None:
    assert to_text(b"\x1b$B-!\x1b(B ok", "iso-2022-jp")[0] == "① ok"


@given(st.binary(max_size=300), st.sampled_from(["", "nonsense", *sorted(CODECS)]))
def test_any_bytes_in_any_charset_give_text_without_lone_surrogates(raw: bytes, label: str) -> None:
    text, _ = to_text(raw, label)
    text.encode("utf-8")


@given(st.text(max_size=200))
def test_clean_text_is_clean_and_cleaning_again_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert not any(ord(c) < 32 and c not in "\n\t" for c in once)
