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
        "このメールを届けることができませんでした。\n\n<gone@x.example>: mailbox full",
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


SYSTEMS = [
    (
        "notes",
        "From: Mail_Daemon@x.example\nSubject: Failure of delivery\n",
        "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\ngone@x.example\n\n------- Returned Message --------\n\nReceived: from a by b\nTo: gone@x.example\n",
        ["gone@x.example"],
        [""],
    ),
    (
        "mailmarshal",
        'From: postmaster@x.example\nSubject: Undeliverable Mail: "x"\n',
        "Your message:\n   From:    desk@desk.example\n   Subject: x\n\nCould not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected: \n    gone@x.example\n\nAdditional Information:\nOriginal Sender: <desk@desk.example>\n",
        ["gone@x.example"],
        ["5.1.1"],
    ),
    (
        "x6",
        "From: MAILER-DAEMON@x.example\nSubject: There was an error sending your mail\n",
        "We had trouble delivering your message. Full details follow:\n\nSubject: 'x'\nDate: 'Thu, 29 Apr 2012 23:34:45 +0000'\n\n1 error(s):\n\nSMTP Server <mta2.x.example> rejected recipient <gone@x.example> \n  (Error following RCPT command). It responded as follows: [550 5.1.1 User unknown]\n",
        ["gone@x.example"],
        ["5.1.1"],
    ),
    (
        "opensmtpd",
        "From: Mailer Daemon <MAILER-DAEMON@x.example>\nSubject: Delivery status notification\n",
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.\n\n    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n\ngone@x.example: 550 5.2.2 <gone@x.example>... Mailbox Full\n\n    Below is a copy of the original message:\n\nReceived: from a\n",
        ["gone@x.example"],
        ["5.2.2"],
    ),
    (
        "gmail old",
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Failure)\nX-Failed-Recipients: gone@x.example\n",
        "Delivery to the following recipient failed permanently:\n\n     gone@x.example\n\nTechnical details of permanent failure: \nGoogle tried to deliver your message, but it was rejected by the recipient domain. We recommend contacting the other email provider for further information about the cause of this error. The error that the other server returned was: 550 550 5.2.2 <gone@x.example>... Mailbox Full (state 14).\n\n   ----- Original message -----\n",
        ["gone@x.example"],
        ["5.2.2"],
    ),
    (
        "exim delay",
        "From: Mail Delivery System <Mailer-Daemon@x.example>\nSubject: Warning: message 1abc delayed 24 hours\n",
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.\n\nThe message identifier is:     1abc-000-00\nThe subject of the message is: x\n\nThe address to which the message has not yet been delivered is:\n\n  slow@x.example\n    Delay reason: mailbox full\n\nNo action is required on your part.\n",
        ["slow@x.example"],
        [""],
    ),
    (
        "exchange 2007",
        'From: "Microsoft Exchange" <postmaster@x.example>\nSubject: Undeliverable: x\n',
        "Delivery has failed to these recipients or distribution lists:\n\ngone@x.example<mailto:gone@x.example>\nThe recipient's e-mail address was not found in the recipient's e-mail system.\n\nDiagnostic information for administrators:\n\nGenerating server: mx.x.example\n\ngone@x.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\nOriginal message headers:\n\nReceived: from a\n",
        ["gone@x.example"],
        ["5.1.1"],
    ),
    (
        "exim two",
        "From: Mail Delivery System <Mailer-Daemon@x.example>\nSubject: Mail delivery failed: returning message to sender\n",
        "The following address(es) failed:\n\n  a@x.example\n    SMTP error from remote mail server after RCPT TO:<a@x.example>:\n    host mx [192.0.2.1]: 550 5.1.1 <a@x.example>: unknown\n  b@y.example\n    retry timeout exceeded\n\n------ This is a copy of the message, including all the headers. ------\n",
        ["a@x.example", "b@y.example"],
        ["5.1.1", ""],
    ),
    (
        "postfix old",
        "From: MAILER-DAEMON@x.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender\n",
        "This is the Postfix program at host x.\n\nIf you do so, please include this problem report. You can\ndelete your own text from the attached returned message.\n\n\t\t\tThe Postfix program\n\n<gone@x.example> (expanded from <alias@desk.example>): host\n    mx.x.example[192.0.2.1] said: 550 5.1.1\n    <gone@x.example>... User Unknown (in reply to RCPT TO command)\n",
        ["gone@x.example"],
        ["5.1.1"],
    ),
    (
        "sendmail",
        "From: Mail Delivery Subsystem <MAILER-DAEMON@x.example>\nSubject: Returned mail: see transcript for details\n",
        "The original message was received at Thu\nfrom localhost\n\n   ----- The following addresses had permanent fatal errors -----\n<gone@x.example>\n    (reason: 550 5.1.1 <gone@x.example>... User unknown)\n    (expanded from: <alias@desk.example>)\n\n   ----- Transcript of session follows -----\n... while talking to mx.x.example.:\n>>> DATA\n<<< 550 5.1.1 <gone@x.example>... User unknown\n550 5.1.1 <gone@x.example>... User unknown\n<<< 503 5.0.0 Need RCPT (recipient)\n",
        ["gone@x.example"],
        ["5.1.1"],
    ),
    (
        "yahoo",
        "From: MAILER-DAEMON@yahoo.example\nSubject: Failure Notice\n",
        "Sorry, we were unable to deliver your message to the following address.\n\n<gone@x.example>:\nRemote host said:\n550 5.1.1 <gone@x.example>... User Unknown\n [RCPT_TO]\n\n--- Below this line is a copy of the message.\n",
        ["gone@x.example"],
        ["5.1.1"],
    ),
    (
        "mdaemon",
        "From: MDaemon at x.example <MDaemon@x.example>\nReturn-Path: <>\nSubject: Permanent Delivery Failure\n",
        "The attached message had PERMANENT fatal delivery errors!\n\nAfter one or more unsuccessful delivery attempts the attached message has\nbeen removed from the mail queue on this server.  \n\nFailed address: gone@x.example\n\n--- Session Transcript ---\n Thu: <-- 550 5.1.1 unknown\n",
        ["gone@x.example"],
        ["5.1.1"],
    ),
    (
        "zimbra",
        "From: Mail Delivery System <postmaster@x.example>\nSubject: Mail delivery failed\n",
        "Message could not be delivered to: gone@x.example\nReason: quota exceeded\n",
        ["gone@x.example"],
        [""],
    ),
    (
        "german",
        "From: postmaster@x.example\nSubject: Unzustellbar: x\n",
        "Ihre Nachricht wurde an folgende Empfänger nicht zugestellt:\n\ngone@x.example\n\n550 5.7.1 abgelehnt\n",
        ["gone@x.example"],
        ["5.7.1"],
    ),
    (
        "french",
        "From: postmaster@x.example\nSubject: Non remis : x\n",
        "Votre message n'a pas pu être remis à gone@x.example.\n550 5.1.10 introuvable\n",
        ["gone@x.example"],
        ["5.1.10"],
    ),
    (
        "null subj only",
        "Return-Path: <>\nFrom: Mail Gateway <gw@x.example>\nSubject: Delivery failure\n",
        "Recipient <gone@x.example> could not be reached: 550 5.4.1 denied\n",
        ["gone@x.example"],
        ["5.4.1"],
    ),
]


@pytest.mark.parametrize(("system", "head", "text", "recipients", "statuses"), SYSTEMS, ids=[row[0] for row in SYSTEMS])
def test_reports_of_many_systems_are_read(
    system: str, head: str, text: str, recipients: list[str], statuses: list[str]
) -> None:
    bounce = read_mail(
        f"{head}To: desk@desk.example\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode()
    ).bounce
    assert bounce is not None
    assert [r.recipient for r in bounce.recipients] == recipients
    assert [r.status for r in bounce.recipients] == statuses
