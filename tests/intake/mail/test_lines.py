"""Lines, quote marks and format=flowed."""

from intake.mail.lines import lines_of, unflowed, unquoted
from tests.intake.mail.lessons import lesson


def test_quote_marks_are_counted_with_and_without_blanks() -> None:
    assert [line.depth for line in lines_of("a\n> b\n>> c\n> > d\n>From the start\n＞ e")] == [0, 1, 2, 2, 0, 1]


def test_the_end_of_an_address_is_no_quote_mark() -> None:
    assert [line.depth for line in lines_of("3. jan. skrev Ben <ben@x.example\n>:\n> hello")] == [0, 0, 1]


def test_a_quoted_mail_looks_as_its_own_reader_saw_it() -> None:
    assert [(line.text, line.depth) for line in unquoted(lines_of("> From: a\n>> b"))] == [("From: a", 0), ("> b", 1)]


def test_flowed_text_flows_and_its_signature_does_not() -> None:
    mail = lesson("flowed_text_with_soft_ends")
    assert mail.text == "This is one sentence.\n> quoted too\n--\nAnna"


def test_delsp_drops_the_blank_that_marked_the_soft_end() -> None:
    assert unflowed("こん \nにちは", delsp=True) == "こんにちは"
