"""Bounces: whom, why, which letter; reports with and without RFC 3464 parts; people are never bounces."""
# ruff: noqa: E501  # lines of mails are shown as they are

import pytest

from intake.mail import fields_of, read_mail
from tests.intake.mail.lessons import lesson


def test_a_standard_bounce_names_recipient_status_and_our_letter() -> None:
    bounce = lesson("a_standard_bounce").bounce
    assert bounce is not None
    assert bounce.original_message_id == "letter.7@desk.example"
    [one] = bounce.recipients
    assert (one.recipient, one.status, one.reply_code, one.hard) == ("gone@trust.example", "5.1.1", "550", True)


def test_a_bounce_in_prose_gives_each_recipient_its_own_code() -> None:
    bounce = lesson("a_bounce_in_prose").bounce
    assert bounce is not None
    assert [(r.recipient, r.status, r.hard) for r in bounce.recipients] == [
        ("gone@trust.example", "5.1.1", True),
        ("full@trust.example", "4.2.2", False),
    ]
    assert bounce.original_message_id == "letter.8@desk.example"


def test_a_delay_warning_is_soft() -> None:
    bounce = lesson("a_delay_warning").bounce
    assert bounce is not None
    assert bounce.failed
    assert [(r.action, r.hard) for r in bounce.recipients] == [("delayed", False)]


def test_a_delivery_that_succeeded_is_a_report_and_no_failure() -> None:
    mail = lesson("a_delivery_that_succeeded")
    assert mail.bounce is not None
    assert not mail.bounce.failed
    assert fields_of(mail)["is_bounce"] is False
    assert fields_of(mail)["is_delivery_report"] is True


PROSE = [
    (
        "Your message did not reach the following recipient(s):\n\ngone@x.example on Tue, 3 Jan 2023\n    The recipient name is not recognized",
        "gone@x.example",
        "",
    ),
    (
        "Delivery to the following recipients failed permanently:\n\n    * gone@x.example\n\nReason: 550 5.2.1 disabled",
        "gone@x.example",
        "5.2.1",
    ),
    (
        "   ----- Transcript of session follows -----\n>>> RCPT To:<gone@x.example>\n<<< 550 5.1.1 unknown\n550 <gone@x.example>... User unknown",
        "gone@x.example",
        "5.1.1",
    ),
    (
        "was not delivered to:\n\n  gone@x.example\n\nbecause:\n\n  User gone (gone@x.example) not listed in directory",
        "gone@x.example",
        "",
    ),
    ("There was an error delivering your mail to <gone@x.example>.\n\nhost x.example not found", "gone@x.example", ""),
    (
        "Recipient address: gone@x.example\nReason: Remote server has rejected address\nDiagnostic code: smtp;550 5.7.1 no",
        "gone@x.example",
        "5.7.1",
    ),
    (
        "送信先のメールボックスが一杯のため、送信できませんでした。\n\n<gone@x.example>: mailbox full",
        "gone@x.example",
        "",
    ),
]


@pytest.mark.parametrize(("text", "recipient", "status"), PROSE)
def test_reports_in_many_forms_name_the_failed_recipient(text: str, recipient: str, status: str) -> None:
    head = "From: MAILER-DAEMON@mx.example\nTo: desk@desk.example\nSubject: Undelivered mail\nContent-Type: text/plain; charset=utf-8\n\n"
    bounce = read_mail((head + text).encode()).bounce
    assert bounce is not None
    assert [(r.recipient, r.status) for r in bounce.recipients] == [(recipient, status)]


def test_a_report_within_a_report_is_read() -> None:
    inner = (
        lesson_bytes
        := "From: MAILER-DAEMON@in.example\nSubject: Returned mail\n\n----- The following addresses had errors -----\ngone@x.example\n"
    )
    outer = "From: MAILER-DAEMON@out.example\nTo: d@desk.example\nSubject: Returned mail: User unknown\nContent-Type: multipart/mixed; boundary=b\n\n"
    body = f"--b\nContent-Type: text/plain\n\n----- The following addresses had permanent delivery errors -----\n\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n"
    bounce = read_mail((outer + body).encode()).bounce
    assert lesson_bytes
    assert bounce is not None
    assert [r.recipient for r in bounce.recipients] == ["gone@x.example"]


@pytest.mark.parametrize(
    "subject", ["Bounce back from leave", "Undeliverable rota", "Failure notice ignored", "Re: rejected requests"]
)
def test_a_persons_words_make_no_bounce(subject: str) -> None:
    text = f"From: Anna <anna@trust.example>\nSubject: {subject}\nMessage-ID: <a@b>\n\nrejected, not delivered to ben@trust.example\n"
    assert read_mail(text.encode()).bounce is None
    assert lesson("a_person_writes_about_failed_delivery").bounce is None


def test_a_notification_in_json_is_read() -> None:
    told = '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"Gone@x.example","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 no"}]}}'
    bounce = read_mail(f"From: no-reply@sns.example\nSubject: Notification\n\n{told}\n".encode()).bounce
    assert bounce is not None
    assert [(r.recipient, r.status, r.reply_code) for r in bounce.recipients] == [("gone@x.example", "5.1.1", "550")]
