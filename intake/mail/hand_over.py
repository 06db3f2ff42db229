"""A Mail as the tracker wants it (Submission) and as `qualitydesk read` prints it (fields); no reading happens here."""

from typing import Final

from intake.mail.model import Mail, QuotedMessage
from intake.mail.trust import verdict
from tracker.submission import Address, Automatic, Submission

NO_WORDS: Final = "no readable words"
_MAX_SUBJECT: Final = 2000


def submission_of(
    mail: Mail,
    *,
    envelope_from: str,
    envelope_to: tuple[str, ...],
    authserv_id: str = "",
    arc_sealers: tuple[str, ...] = (),
) -> Submission:
    """What arrived, for the tracker. The writer of a forward is the author, who passed it on the proxy.

    `envelope_from` "" is the null return path (rule 1). `new_text` of a forward is the forwarder's words and then the
    inner writer's; nothing of either is cut.
    """
    sender = mail.sender[0] if mail.sender else None
    inner = mail.forwarded if mail.is_forward else None
    author = inner.sender if inner and inner.sender else mail.original_sender or sender
    domain = sender.email.rpartition("@")[2] if sender else ""
    same = mail.sender_header is None or (
        sender is not None and mail.sender_header.email.lower() == sender.email.lower()
    )
    trust, source = verdict(
        mail,
        authserv_id=authserv_id,
        from_domain=domain,
        from_is_plain=mail.sender_is_plain and same,
        arc_sealers=arc_sealers,
    )
    all_said = _text(mail)
    return Submission(
        channel="mail",
        sender=sender,
        author=author,
        proxy=sender if inner and inner.sender else None,
        reply_to=_emails(mail.reply_to),
        to=_emails(mail.to),
        cc=_emails(mail.cc),
        envelope_from=envelope_from,
        envelope_to=envelope_to,
        subject=mail.subject[:_MAX_SUBJECT],
        text=all_said,
        new_text=_new_text(mail, inner),
        quoted_text=mail.quoted_text,
        signature=mail.signature,
        is_forward=mail.is_forward,
        sent_at=mail.date,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        attachments=mail.attachments,
        automatic=_automatic(mail, envelope_from),
        bounce=mail.bounce,
        trust=trust,
        trust_source=source,
        faults=mail.faults if all_said.strip() else (*mail.faults, NO_WORDS),
    )


def _emails(addresses: tuple[Address, ...]) -> tuple[str, ...]:
    return tuple(a.email for a in addresses if a.email)


def _text(mail: Mail) -> str:
    """All that was said: the mail's own text, then each attached mail under its header."""
    parts = [mail.text]
    for inner in mail.enclosed:
        sender = " ".join(x for x in (inner.sender.name, f"<{inner.sender.email}>") if x) if inner.sender else ""
        fields = {"From": sender, "Date": inner.date, "Subject": inner.subject}
        header = "\n".join(f"{name}: {value}" for name, value in fields.items() if value)
        parts.append(f"{header}\n\n{inner.text}")
    return "\n\n".join(part for part in parts if part.strip())


def _new_text(mail: Mail, inner: QuotedMessage | None) -> str:
    if inner is not None:
        passed_on = mail.enclosed if inner in mail.enclosed else (inner,)
        parts = [mail.new_text, *(one.new_text or one.text for one in passed_on)]
        return "\n\n".join(part for part in parts if part.strip()) or _text(mail)
    return mail.new_text if mail.new_text.strip() else _text(mail)


def _automatic(mail: Mail, envelope_from: str) -> Automatic | None:
    if mail.automatic is not None:
        return mail.automatic
    if envelope_from.strip(" <>") == "":
        return Automatic(rule="1", why="null return path")
    if mail.sender_from != "from" or len(mail.sender) != 1 or not mail.sender[0].email:
        return Automatic(rule="17", why="From is empty, invalid or several")
    return None


def fields_of(mail: Mail) -> dict[str, object]:
    """The mail as one JSON-ready object with the field names that outsiders compare by."""
    effective = mail.original_sender or next(iter(mail.sender), None)
    fields: dict[str, object] = {
        "subject": mail.subject,
        "from": [_pair(a) for a in mail.sender],
        "to": list(_emails(mail.to)),
        "cc": list(_emails(mail.cc)),
        "reply_to": list(_emails(mail.reply_to)),
        "to_header": mail.to_header,
        "cc_header": mail.cc_header,
        "sender_effective": effective.email if effective else "",
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "text": mail.body,
        "full_text": mail.text,
        "html_text": mail.html_text,
        "new_text": mail.new_text,
        "quoted_text": mail.quoted_text,
        "signature": mail.signature,
        "notices": list(mail.notices),
        "is_forward": mail.is_forward,
        "forwarded": _message(mail.forwarded) if mail.forwarded else None,
        "quoted_message": _message(mail.quoted_message) if mail.quoted_message else None,
        "attachments": [
            {"index": n, "filename": a.filename, "content_type": a.content_type, "size": a.size, "sha256": a.sha256,
             "inline": a.inline, "note": a.note}
            for n, a in enumerate(mail.attachments)
        ],
        "attachment_count": len(mail.attachments),
        "mime_tree": list(mail.mime_tree),
        "is_bounce": mail.bounce is not None and mail.bounce.failed,
        "is_auto_reply": bool(mail.automatic and mail.automatic.is_auto_reply),
        "is_automated": mail.automatic is not None,
        "automatic": mail.automatic.model_dump() if mail.automatic else None,
        "is_delivery_report": mail.is_delivery_report,
        "is_feedback_report": mail.is_feedback_report,
        "bounce": [r.model_dump() for r in mail.bounce.recipients] if mail.bounce and mail.bounce.failed else [],
        "original_message_id": mail.bounce.original_message_id if mail.bounce else "",
        "body_empty": not (mail.text + mail.html_text).strip(),
        "sender_missing": not any("@" in a.email for a in mail.sender),
        "faults": list(mail.faults),
    }  # fmt: skip
    return fields


def _pair(address: Address) -> dict[str, str]:
    return {"name": address.name, "email": address.email}


def _message(message: QuotedMessage) -> dict[str, object]:
    return {
        "from": _pair(message.sender) if message.sender else None,
        "to": message.to,
        "cc": message.cc,
        "subject": message.subject,
        "date": message.date,
        "text": message.text,
        "attached": message.attached,
    }
