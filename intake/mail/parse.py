"""read_mail: the bytes of any mail to a Mail. Total by construction and by guard; each field fails alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from intake.mail import automatic, bounce_json, bounces, forwards, outlook, quoting, text, trust
from intake.mail.addresses import addresses_of, is_one_plain_address
from intake.mail.attachments import distinct
from intake.mail.header_block import MAX_HEADER_BLOCK, Budget
from intake.mail.headers import date_of, decoded, message_ids, raw_text
from intake.mail.mime import Part, header_fields, parse
from intake.mail.model import AuthenticationResult, Hop, Mail, QuotedMessage, Seal
from intake.mail.text import Bodies
from tracker.submission import Address, Automatic, Bounce

_T = TypeVar("_T")
MAX_BYTES = 64 * 1024 * 1024
MAX_HOPS = 50
ARC_FIELDS = frozenset({"arc-seal", "arc-authentication-results"})


def read_mail(raw: bytes) -> Mail:
    """Everything a person would see in a mail, from its bytes as received.

    Never raises and takes time linear in `raw`; what could not be read is named in `Mail.faults`.
    """
    budget = Budget()
    if len(raw) > MAX_BYTES:
        budget.fault("mail over its size limit: the rest of it was left out")
        raw = raw[:MAX_BYTES]
    top = _guard(budget, "structure", lambda: parse(raw, budget), Part([], raw))
    return _read(top, _guard(budget, "body", lambda: text.bodies_of(top, budget), Bodies()), budget)


def read_outlook(raw: bytes) -> Mail:
    """A Mail of a winmail.dat or .msg file; of anything else one whose only content is the file."""
    budget = Budget()
    message = _guard(budget, "Outlook message", lambda: outlook.opened(raw), None)
    if message is None:
        return read_mail(b"Content-Type: application/octet-stream\nContent-Disposition: attachment\n\n" + raw)
    top = _guard(budget, "Outlook header", lambda: outlook.top_of(message), Part([], b""))
    return _read(top, _guard(budget, "body", lambda: text.bodies_of_outlook(message), Bodies()), budget)


def message_id_of(raw: bytes) -> str:
    """The Message-ID without brackets, from the header block alone; "" where there is none."""
    try:
        fields = header_fields(raw[: MAX_HEADER_BLOCK + 4])
        value = next((v for name, v in fields if name == "message-id"), b"")
        ids = message_ids(raw_text(value)) if value else ()
    except Exception:  # noqa: BLE001  # the mail door keeps every mail, also one whose header breaks us
        return ""
    return ids[0] if ids else ""


def _guard(budget: Budget, what: str, read: Callable[[], _T], otherwise: _T) -> _T:
    """One field failing never loses another; the fault is kept in words, without the mail's content."""
    try:
        return read()
    except Exception as why:  # noqa: BLE001  # totality is the purpose here: see the promise of read_mail
        budget.fault(f"{what} could not be read ({type(why).__name__})")
        return otherwise


@dataclass(frozen=True)
class _Words:
    """The text of the mail and its parts, read once from the plain and once from the HTML part."""

    best: quoting.Split
    text: str = ""
    html_text: str = ""
    of_text_part: str | None = None
    of_html_part: str | None = None


def _read(top: Part, bodies: Bodies, budget: Budget) -> Mail:
    subject = _guard(budget, "subject", lambda: decoded(top.header("subject")), "")
    manner = forwards.manner_of(top, subject)
    words = _guard(
        budget, "new text", lambda: _words(bodies, manner), _Words(quoting.Split(text.joined(bodies.seen), "", ""))
    )
    sender, sender_from = _sender(top, budget)
    words = _guard(budget, "words below a forward", lambda: _with_own_words(words, next(iter(sender), None)), words)
    if any(not a.email.isascii() for a in sender):
        budget.fault("the sender's address is not plain ASCII: look-alike letters are possible")
    to = _addresses(top, "to", budget)
    bounce = _guard(budget, "bounce", lambda: _bounce(top, bodies, words.text, sender, to, budget), None)
    machine = _guard(budget, "automatic", lambda: _automatic(top, sender, subject, bodies), None)
    if machine is None and manner == "reply":
        machine = _guard(budget, "absence", lambda: automatic.absence_said(words.best.new), None)
    if machine is None and bodies.calendar_method:
        machine = _guard(
            budget, "invitation", lambda: automatic.bare_invitation(bodies.calendar_method, words.best.new), None
        )
    if machine is None and bounce is not None:
        machine = Automatic(rule="8", why="delivery report in prose")
    inner = _guard(budget, "quoted mail", lambda: forwards.quoted_message(words.best), None)
    nothing: tuple[QuotedMessage, ...] = ()
    is_report = bounce is not None or bool(bodies.reports)
    enclosed = nothing if is_report else _guard(budget, "attached mails", lambda: forwards.enclosed_in(bodies), nothing)
    passed_on = inner is None and bool(enclosed) and (manner == "forward" or not words.text.strip())
    report_type = top.parameter("report-type").lower()
    is_forward = words.best.inner_kind == "forwarded" or passed_on
    raw_from = top.header("from")
    unseen: tuple[AuthenticationResult, ...] = ()
    no_hops: tuple[Hop, ...] = ()
    no_seals: tuple[Seal, ...] = ()
    return Mail(
        subject=subject,
        sender=sender,
        sender_from=sender_from,
        sender_is_plain=_guard(
            budget, "from", lambda: len(top.all_raw("from")) == 1 and is_one_plain_address(raw_from), False
        ),
        sender_header=next(iter(_addresses(top, "sender", budget)), None),
        to=to,
        cc=_addresses(top, "cc", budget),
        reply_to=_addresses(top, "reply-to", budget),
        to_header=_header(top, "to", budget),
        cc_header=_header(top, "cc", budget),
        return_path=_return_path(top, budget),
        original_sender=_original_sender(top, budget),
        date=_guard(budget, "date", lambda: date_of(top.header("date")), None),
        message_id=next(iter(_ids(top, "message-id", budget)), ""),
        in_reply_to=next(iter(_ids(top, "in-reply-to", budget)), ""),
        references=_ids(top, "references", budget),
        text=words.text,
        body=text.joined(bodies.first or []),
        html_text=words.html_text,
        new_text=words.best.new,
        new_text_of_text_part=words.of_text_part,
        new_text_of_html_part=words.of_html_part,
        quoted_text=words.best.quoted,
        signature=words.best.signature,
        notices=words.best.notices,
        is_forward=is_forward,
        forwarded=(enclosed[0] if passed_on else inner) if is_forward else None,
        quoted_message=inner,
        enclosed=enclosed,
        attachments=tuple(bodies.attachments + distinct(bodies.inner_files)),
        mime_tree=tuple(p.declared_type for p in top.walk()),
        automatic=machine,
        is_delivery_report=(top.content_type == "multipart/report" and report_type == "delivery-status")
        or (bounce is not None and not bounce.failed),
        is_feedback_report=_guard(budget, "feedback report", lambda: _is_feedback(top, bodies, subject), False),
        bounce=bounce,
        authentication=_guard(budget, "authentication results", lambda: _authentication(top), unseen),
        hops=_guard(budget, "received fields", lambda: _hops(top), no_hops),
        seals=_guard(budget, "ARC fields", lambda: _seals(top), no_seals),
        faults=tuple(budget.faults),
    )


def _words(bodies: Bodies, manner: quoting.Manner) -> _Words:
    page = quoting.split(bodies.page, manner=manner) if bodies.has_page else None
    if manner == "fresh" and page is not None and page.inner_kind:
        manner = "reply"  # the mail program says so in the HTML part; the plain part has no way to
    plain = quoting.split(bodies.plain, manner=manner) if bodies.has_plain else None
    seen = text.joined(bodies.seen)
    if plain is not None and bodies.seen == bodies.plain:
        best = plain
    elif page is not None and bodies.seen == bodies.page:
        best = page
    else:
        best = quoting.split(bodies.seen, manner=manner)
    return _Words(
        best=best,
        text=seen,
        html_text=text.joined(bodies.page),
        of_text_part=plain.new if plain is not None else None,
        of_html_part=page.new if page is not None else None,
    )


def _with_own_words(words: _Words, sender: Address | None) -> _Words:
    return replace(words, best=forwards.with_own_words(words.best, sender))


def _automatic(top: Part, sender: tuple[Address, ...], subject: str, bodies: Bodies) -> Automatic | None:
    return automatic.automatic_of(
        automatic.Fields(top.headers),
        sender=sender[0].email if sender else "",
        subject=subject,
        content_type=top.content_type,
        report_type=top.parameter("report-type").lower(),
        calendar_method=bodies.calendar_method,
    )


def _bounce(
    top: Part, bodies: Bodies, words: str, sender: tuple[Address, ...], to: tuple[Address, ...], budget: Budget
) -> Bounce | None:
    returned = bounces.original_id_in([*bodies.reports, *bodies.messages])
    who = sender[0].email if sender else ""
    found = bounces.bounce_of(top, bodies.reports, words, who, tuple(a.email for a in to), budget, returned)
    if found is None or found.recipients or len(bodies.messages) != 1:
        return found
    report = bodies.messages[0].children[0]  # a gateway's report around the report of another server
    inner = text.bodies_of(report, budget)
    told = bounces.bounce_of(
        report,
        inner.reports,
        text.joined(inner.seen),
        "",
        (),
        budget,
        bounces.original_id_in(inner.reports + inner.messages),
    )
    return told or found


def _is_feedback(top: Part, bodies: Bodies, subject: str) -> bool:
    """A complaint or opt-out that a mailbox provider reports (RFC 5965, and the older forms without parts)."""
    return (
        any(part.content_type == "message/feedback-report" for part in bodies.reports)
        or top.parameter("report-type").lower() == "feedback-report"
        or top.header("x-apple-unsubscribe").strip().lower() == "true"
        or subject.lower().startswith("complaint about message from ")
        or bounce_json.kind_of(text.joined(bodies.seen[:3])) == "Complaint"
    )


def _addresses(top: Part, name: str, budget: Budget) -> tuple[Address, ...]:
    nobody: tuple[Address, ...] = ()
    values = top.all_raw(name)[:20]
    return _guard(budget, name, lambda: tuple(a for v in values for a in addresses_of(raw_text(v)))[:1000], nobody)


def _sender(top: Part, budget: Budget) -> tuple[tuple[Address, ...], Literal["from", "reply-to", "sender", ""]]:
    """Who sent it; without any address in From, who asks for the answer."""
    found = _addresses(top, "from", budget)
    if any(a.email for a in found):
        return found, "from"
    for name in ("reply-to", "sender"):
        others = _addresses(top, name, budget)
        if not found and any(a.email for a in others):
            budget.fault(f"no From: {name} stands in")
            return others[:1], "reply-to" if name == "reply-to" else "sender"
    return found, "from" if found else ""


def _original_sender(top: Part, budget: Budget) -> Address | None:
    """The writer of a mail that a list sends under its own address: X-Original-From, where Reply-To says the same."""
    original = next((a for a in _addresses(top, "x-original-from", budget) if a.email), None)
    answers = {a.email.lower() for a in _addresses(top, "reply-to", budget)}
    return original if original and original.email.lower() in answers else None


def _header(top: Part, name: str, budget: Budget) -> str:
    return _guard(budget, name, lambda: decoded(top.header(name)), "")


def _ids(top: Part, name: str, budget: Budget) -> tuple[str, ...]:
    none: tuple[str, ...] = ()
    return _guard(budget, name, lambda: message_ids(top.header(name)) if top.raw(name) else (), none)


def _return_path(top: Part, budget: Budget) -> str | None:
    if not top.raw("return-path"):
        return None
    return _guard(budget, "return-path", lambda: top.header("return-path").strip(" <>\r\n"), None)


def _authentication(top: Part) -> tuple[AuthenticationResult, ...]:
    found: list[AuthenticationResult] = []
    for position, (name, value) in enumerate(top.headers):
        if name == "authentication-results" and len(found) < 50:
            result = trust.result_of(raw_text(value), position)
            if result is not None:
                found.append(result)
    return tuple(found)


def _hops(top: Part) -> tuple[Hop, ...]:
    places = [place for place, (name, _) in enumerate(top.headers) if name == "received"][:MAX_HOPS]
    return tuple(trust.hop_of(raw_text(top.headers[place][1]), place) for place in places)


def _seals(top: Part) -> tuple[Seal, ...]:
    fields = [(name, raw_text(value)) for name, value in top.headers if name in ARC_FIELDS]
    return trust.seals_of(fields) if len(fields) <= 2 * MAX_HOPS else ()
