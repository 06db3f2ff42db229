"""Header values: encoded words, parameters, ids, dates."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail.headers import date_of, decoded, message_ids, parameters
from tests.intake.mail.lessons import lesson


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("=?utf-8?Q?=C3=9Cber?= =?utf-8?Q?stunden?=", "Überstunden"),
        ("=?utf-8?B?w4M=?= x", "Ã x"),
        ("=?utf-8?Q?a_b?=c", "a bc"),
        ("=?iso-8859-1?Q?caf=E9?=", "café"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=9Cber?=", "Über"),
        ("=?utf-8?Q?not closed", "=?utf-8?Q?not closed"),
        ("=?x-none?Q?=41?=", "A"),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_decoded_also_where_a_letter_was_cut_in_two(raw: str, read: str) -> None:
    assert decoded(raw) == read


def test_raw_eight_bit_headers_are_read() -> None:
    mail = lesson("raw_eight_bit_header")
    assert (mail.sender[0].name, mail.subject) == ("Zoë Müller", "Überstunden")


@given(st.text(max_size=300))
def test_a_decoded_header_is_one_line_without_controls(value: str) -> None:
    read = decoded(value)
    assert not any(
        ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u2028\u2029" or 0xD800 <= ord(c) <= 0xDFFF for c in read
    )


@pytest.mark.parametrize(
    ("raw", "name", "value"),
    [
        ('attachment; filename="a;b.txt"', "filename", "a;b.txt"),
        ("attachment; filename=two words.txt", "filename", "two words.txt"),
        ("attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf", "filename", "résumé.pdf"),
        ("attachment; filename*0=one; filename*1=two", "filename", "onetwo"),
        ("attachment; filename*1*=two; filename*0*=utf-8''%C3%A4", "filename", "ätwo"),
        ('attachment; filename="=?utf-8?Q?=C3=A4.txt?="', "filename", "ä.txt"),
        ('text/plain; charset="unclosed', "charset", "unclosed"),
        ('attachment; filename="C:\\dir\\"; size=3', "filename", "C:\\dir\\"),
        ('attachment; filename="say \\"no\\".txt"', "filename", 'say "no".txt'),
    ],
)
def test_parameters_are_read_in_any_state_of_repair(raw: str, name: str, value: str) -> None:
    assert parameters(raw)[1][name] == value


def test_ids_are_read_with_or_without_brackets() -> None:
    assert message_ids("<a@b> <c@d>") == ("a@b", "c@d")
    assert message_ids("a@b") == ("a@b",)


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("Tue, 3 Jan 2023 10:00:00 +0100", datetime(2023, 1, 3, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("3 Jan 23 10:00 GMT", datetime(2023, 1, 3, 10, tzinfo=UTC)),
        ("Tue Jan  3 10:00:00 2023", datetime(2023, 1, 3, 10, tzinfo=UTC)),
        ("2023-01-03T10:00:00Z", datetime(2023, 1, 3, 10, tzinfo=UTC)),
        ("Tue, 03 Jan 2023 10:00:60 EST", datetime(2023, 1, 3, 10, 0, 59, tzinfo=timezone(timedelta(hours=-5)))),
    ],
)
def test_dates_of_all_sorts_are_the_instant_they_mean(raw: str, at: datetime) -> None:
    assert date_of(raw) == at


@given(st.text(max_size=200))
def test_no_date_raises(value: str) -> None:
    date_of(value)
