"""Tiny synthetic mails and one call to send them; reading mail is not done here."""

import re
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import make_msgid

REPORTER = "sam.reporter@learner.example"
DESK = "quality@desk.example"


@dataclass(frozen=True)
class Reply:
    """How the server answered the end of a mail: for LMTP one reply for each accepted recipient, else one."""

    code: int
    text: str
    each: tuple[tuple[int, str], ...] = ()


def letter(
    body: str = "Our teaching has been cancelled four weeks running and nobody answers.",
    *,
    subject: str = "Teaching cancelled again",
    sender: str = f"Sam Reporter <{REPORTER}>",
    to: str = DESK,
    message_id: str | None = None,
    in_reply_to: str | None = None,
    headers: dict[str, str] | None = None,
    html: str | None = None,
    attachments: Sequence[tuple[str, str, bytes]] = (),
) -> bytes:
    """Return a mail as it goes over the wire (CRLF). `attachments` are (file name, "type/subtype", bytes).

    Without `message_id` a fresh one is made, so that two letters are two mails even with the same words.
    """
    mail = EmailMessage(policy=WIRE)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = "Mon, 02 Nov 2026 09:15:00 +0000"
    mail["Message-ID"] = message_id or make_msgid(domain="learner.example")
    if in_reply_to is not None:
        mail["In-Reply-To"] = in_reply_to
        mail["References"] = in_reply_to
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(body)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    for filename, content_type, content in attachments:
        maintype, _, subtype = content_type.partition("/")
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=filename)
    return mail.as_bytes()


def out_of_office(*, in_reply_to: str = "<letter@desk.example>") -> bytes:
    """An automatic reply as RFC 3834 wants it marked."""
    return letter(
        "I am away until Monday.",
        subject="Automatic reply: your message",
        in_reply_to=in_reply_to,
        headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
    )


def bounce(*, of: str = "<letter@desk.example>", recipient: str = REPORTER, status: str = "5.1.1") -> bytes:
    """A non-delivery report in the form of RFC 3464; send it with the null sender ""."""
    lines = [
        "From: Mail Delivery System <mailer-daemon@relay.example>",
        f"To: {DESK}",
        "Subject: Undelivered mail returned to sender",
        "Date: Mon, 02 Nov 2026 09:20:00 +0000",
        f"Message-ID: {make_msgid(domain='relay.example')}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="parts"',
        "",
        "--parts",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "Your message could not be delivered.",
        "--parts",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; relay.example",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        f"Status: {status}",
        "Diagnostic-Code: smtp; 550 no such mailbox",
        "",
        "--parts",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {of}",
        "Subject: We have your report",
        "",
        "--parts--",
        "",
    ]
    return "\r\n".join(lines).encode("ascii")


def send(
    port: int,
    raw: bytes,
    sender: str = REPORTER,
    recipients: Sequence[str] = (DESK,),
    *,
    lmtp: bool = False,
    timeout: float = 30.0,
) -> Reply:
    """Send one mail to 127.0.0.1 in a session of its own and return the answer to its last step.

    The reply is that of the step that ended the mail: a refused MAIL, the last refused RCPT when none was accepted,
    DATA, or the dot. Raises smtplib.SMTPServerDisconnected or OSError where the connection broke.
    """
    client: smtplib.SMTP = (
        smtplib.LMTP("127.0.0.1", port, timeout=timeout) if lmtp else smtplib.SMTP("127.0.0.1", port, timeout=timeout)
    )
    with client:
        client.ehlo_or_helo_if_needed()
        code, text = client.mail(sender, [f"SIZE={len(raw)}"] if client.has_extn("size") else [])
        accepted = 0
        for recipient in recipients if code < 400 else ():
            rcpt_code, rcpt_text = client.rcpt(recipient)
            if rcpt_code < 400:
                accepted += 1
            elif not accepted:
                code, text = rcpt_code, rcpt_text
        if not accepted:
            return _reply(code, text)
        code, text = client.docmd("DATA")
        if code != 354:
            return _reply(code, text)
        client.send(_stuffed(raw) + b".\r\n")
        replies = [client.getreply() for _ in range(accepted if lmtp else 1)]
        last = _reply(*replies[-1])
        return Reply(last.code, last.text, tuple((code, text.decode("utf-8", "replace")) for code, text in replies))


def _stuffed(raw: bytes) -> bytes:
    """Line ends as CRLF, the last line ended, and dots doubled where a line begins with one (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    ended = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    return re.sub(rb"(\A|\r\n)\.", rb"\1..", ended)


def _reply(code: int, text: bytes) -> Reply:
    return Reply(code, text.decode("utf-8", "replace"))
