"""Whole mails, damaged in every way that was met: each lesson a file, and totality as a law."""
# ruff: noqa: E501  # lines of mails are shown as they are

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.mail import fields_of, message_id_of, read_mail, submission_of
from tests.intake.mail.lessons import FOLDER, lesson

NAMES = sorted(path.stem for path in FOLDER.glob("*.eml"))
PIECES = st.sampled_from(
    [b"From: a@b.example\n", b"Subject: =?utf-8?b?", b"?=", b"\n\n", b"\r", b"Content-Type: multipart/mixed; boundary=b\n", b"--b\n", b"--b--",
     b"Content-Type: text/html\n\n<div>", b"<blockquote>", b"Content-Transfer-Encoding: base64\n", b"> ", b"On Monday Bob wrote:\n", b"\xff\xfe",
     b"To: \"", b"<", b"(", b"charset=\"a\0b\"", b"begin 644 x\n", b"Content-Type: message/rfc822\n\n", b"\xed\xa0\x80", b"From: x\nTo: y\nDate: z\n"]
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_lesson_is_read_without_a_field_giving_up(name: str) -> None:
    lesson(name)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=40)), max_size=40).map(b"".join))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_mail_with_clean_text(raw: bytes) -> None:
    mail = read_mail(raw)
    told = "".join((mail.text, mail.subject, mail.new_text, mail.html_text, *(a.filename for a in mail.attachments)))
    assert not any(0xD800 <= ord(c) <= 0xDFFF or c == "\0" for c in told)
    assert isinstance(fields_of(mail), dict)
    message_id_of(raw)


@given(st.lists(PIECES, max_size=30).map(b"".join))
@settings(max_examples=150, deadline=None)
def test_new_text_is_never_empty_where_text_is_not(raw: bytes) -> None:
    handed = submission_of(read_mail(raw), envelope_from="a@b.example", envelope_to=("desk@desk.example",))
    assert bool(handed.text.strip()) == bool(handed.new_text.strip()) or handed.is_forward


def test_carriage_returns_alone_end_lines() -> None:
    assert lesson("carriage_returns_alone_end_lines").text == "First line.\nSecond line."


def test_blank_and_mbox_lines_before_the_header_are_skipped() -> None:
    mail = lesson("blank_and_mbox_lines_come_first")
    assert (mail.subject, mail.text) == ("Rota", "Here I am.")


def test_a_missing_last_boundary_costs_nothing() -> None:
    mail = lesson("the_last_boundary_is_missing")
    assert mail.text == "The words."
    assert [a.filename for a in mail.attachments] == ["rota.pdf"]
    assert mail.attachments[0].content == b"%PDF-1.4\n%%EOF\n"
    assert "the last boundary of a multipart is missing" in mail.faults


def test_a_boundary_that_never_comes_is_guessed() -> None:
    assert lesson("the_boundary_is_not_the_declared_one").text == "The words."


def test_text_that_was_never_base64_stays_as_it_was_written() -> None:
    assert "never base64" in lesson("base64_that_is_none_stays_text").text


def test_a_uuencoded_file_is_an_attachment_and_no_word_of_the_writer() -> None:
    mail = lesson("a_uuencoded_file_in_the_text")
    assert [(a.filename, a.content) for a in mail.attachments] == [("list.txt", b"hello there!\n")]
    assert mail.new_text == "The list is below.\n\n\nThank you for reading."
    assert "begin 644" in mail.text


def test_malformed_message_id_and_date_do_not_stop_the_rest() -> None:
    mail = lesson("malformed_message_id_and_date")
    assert mail.message_id == "[broken]@"
    assert mail.date is None
    assert mail.text == "Text"


def test_folded_header_lines_that_lost_their_blanks_are_folded_again() -> None:
    mail = lesson("folded_lines_that_lost_their_blanks")
    assert (mail.sender[0].email, mail.subject, mail.text) == ("anna@trust.example", "Here", "The words.")


def test_without_a_sender_nobody_is_made_up() -> None:
    mail = lesson("no_sender_at_all")
    assert mail.sender == ()
    assert fields_of(mail)["sender_missing"] is True


def test_the_writer_behind_a_list_is_the_author() -> None:
    mail = lesson("a_list_sends_under_its_own_address")
    assert mail.original_sender is not None
    assert mail.original_sender.email == "ben@trust.example"
    assert mail.sender[0].email == "staff@list.example"


def test_a_message_id_is_found_without_reading_the_body() -> None:
    assert (
        message_id_of(b"\n\nMessage-ID:\n <abc@trust.example>\n\nMessage-ID: <other@x.example>\n")
        == "abc@trust.example"
    )
    assert message_id_of(b"Message-ID: <") == ""
    assert message_id_of(b"") == ""


def test_finding_the_message_id_looks_into_no_other_field() -> None:
    began = time.process_time()
    for hurts in (b"(" * 90_000, b"()" * 45_000, b"; x*1=(" * 12_000, b'; x="' + b'\\"' * 40_000):
        assert (
            message_id_of(b"Content-Type: a/b " + hurts + b"\nMessage-ID: <abc@trust.example>\n\n")
            == "abc@trust.example"
        )
    assert time.process_time() - began < 0.2


def test_a_header_cannot_be_injected_from_an_encoded_word() -> None:
    mail = read_mail(b"Subject: =?utf-8?q?a=0d=0aBcc:_v=40x.example?=\n\nx")
    assert mail.subject == "a Bcc: v@x.example"


def test_depth_parts_and_header_are_capped_and_said() -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(200))
    assert "parts nested or counted beyond the limit stay unopened" in read_mail(nested).faults
    many = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 3000
    assert len(read_mail(many).mime_tree) <= 502
    long = b"X-Long: " + b"a" * 300_000 + b"\n" + b"X: y\n" * 50_000 + b"\nbody"
    assert "header block over its limit: the rest of it was left out" in read_mail(long).faults


TRAPS = {
    "intros": b"hi\n" + b"On 3 Jan 2023 at 10:00 Bob wrote:\nx\n" * 30_000 + b"> q\n",
    "on a b c": b"On a b c " * 100_000,
    "quote marks": b">" * 1_000_000,
    "labels": b"hi\n" + b"To: a@b.example,\n" * 50_000,
    "blank lines": b"\t \t \n" * 300_000,
    "open tags": b"<a href='" * 100_000,
    "styles": b"<style>" * 100_000,
    "comments": b"<!--" * 200_000,
}


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("name", TRAPS)
def test_a_text_made_to_hurt_takes_bounded_time(name: str, kind: str) -> None:
    began = time.process_time()
    read_mail(b"Subject: Re: x\nContent-Type: text/" + kind.encode() + b"\n\n" + TRAPS[name])
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    "field",
    [
        b'"' * 90_000,
        b"(" * 90_000,
        b"<" * 90_000,
        b"a@b.example, " * 7000,
        b"=?utf-8?q?a?= " * 7000,
        b"a:" * 40_000,
        b"a@" * 40_000,
    ],
)
@pytest.mark.parametrize(
    "name", [b"To", b"Subject", b"Message-ID", b"References", b"Date", b"Content-Type", b"Authentication-Results"]
)
def test_a_header_made_to_hurt_takes_bounded_time(name: bytes, field: bytes) -> None:
    began = time.process_time()
    read_mail(name + b": " + field + b"\n\nx")
    assert time.process_time() - began < 2


def test_a_plain_part_that_only_points_to_the_page_is_not_the_text() -> None:
    head = b"Subject: x\nMessage-ID: <a@b>\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nPlease use an HTML viewer.\n"
    page = (
        b"--b\nContent-Type: text/html\n\n<p>"
        + b"I was told to leave the ward and nobody says why. " * 3
        + b"</p>\n--b--\n"
    )
    mail = read_mail(head + page)
    assert mail.new_text.startswith("I was told to leave the ward")
    assert mail.body == "Please use an HTML viewer."


def test_text_parts_around_a_file_are_read_in_their_order() -> None:
    part = b"--b\nContent-Type: text/plain\n\n%s\n"
    file = b"--b\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-1.4\n"
    mail = read_mail(
        b"Content-Type: multipart/mixed; boundary=b\n\n" + part % b"First." + file + part % b"Second." + b"--b--\n"
    )
    assert mail.text == "First.\nSecond."
    assert mail.body == "First."


def test_all_text_and_all_files_together_are_capped_and_said() -> None:
    part = b"--b\nContent-Type: text/plain\n\n" + b"word " * 100_000 + b"\n"
    mail = read_mail(b"Content-Type: multipart/mixed; boundary=b\n\n" + part * 12 + b"--b--\n")
    assert len(mail.text) < 3_000_000
    assert "text over its limit: the rest of it was left out" in mail.faults
