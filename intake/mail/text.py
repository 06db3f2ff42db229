"""Which parts are the words of the mail, decoded to lines; what of them is new or quoted is decided in quoting."""

from dataclasses import dataclass, field

from intake.mail import html, outlook, transfer
from intake.mail.attachments import MAX_ATTACHMENTS, attachment_of, file_of
from intake.mail.charsets import clean_text, to_text
from intake.mail.header_block import Budget
from intake.mail.lines import Line, lines_of, text_of, unflowed
from intake.mail.mapi import OutlookMessage
from intake.mail.mime import Part
from tracker.submission import Attachment

MAX_TEXT = 1024 * 1024
MAX_OPENED = 20
MAX_TEXT_LINES = 50_000
_REPORTS = {
    "message/delivery-status", "message/global-delivery-status", "message/disposition-notification", "message/feedback-report",
    "text/rfc822-headers", "message/global-headers",
}  # fmt: skip
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_SIGNATURES = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}


@dataclass(slots=True)
class Bodies:
    """What the walk over the tree collects: the words in order, the files, the reports and the mails inside."""

    plain: list[Line] = field(default_factory=list)
    page: list[Line] = field(default_factory=list)
    seen: list[Line] = field(default_factory=list)
    first: list[Line] | None = None
    has_plain: bool = False
    has_page: bool = False
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Part] = field(default_factory=list)
    messages: list[Part] = field(default_factory=list)
    calendar_method: str = ""
    inner_files: list[Attachment] = field(default_factory=list)
    opened: list[OutlookMessage] = field(default_factory=list)
    outlook_mails: list[OutlookMessage] = field(default_factory=list)
    named_texts: list[Part] = field(default_factory=list)


def bodies_of(top: Part, budget: Budget) -> Bodies:
    """Walk the tree once and sort every leaf to its place."""
    bodies = Bodies()
    _visit(top, bodies, budget)
    if not any(line.text.strip() for line in bodies.seen):
        # what came as a named file, or in an Outlook wrapping, is the text where there is no other
        for part in bodies.named_texts[:1]:
            _add(bodies, *_words(part, part.content_type, bodies, budget))
        for message in bodies.opened[:1]:
            _add(bodies, *message.words())
    return bodies


def bodies_of_outlook(message: OutlookMessage) -> Bodies:
    """The same out of a winmail.dat or .msg."""
    bodies = Bodies(attachments=list(message.attachments[:MAX_ATTACHMENTS]))
    _add(bodies, *message.words())
    return bodies


def _visit(part: Part, bodies: Bodies, budget: Budget) -> None:
    """Sort the part to its place; one that breaks us costs no other."""
    try:
        _sort(part, bodies, budget)
    except Exception as why:  # noqa: BLE001  # a mail is never lost for one part of it; the fault is shown
        budget.fault(f"a part could not be read ({type(why).__name__})")


def _sort(part: Part, bodies: Bodies, budget: Budget) -> None:
    kind = part.content_type
    if kind.startswith("multipart/") and part.children:
        if kind == "multipart/alternative":
            _alternative(part, bodies, budget)
        else:
            for child in part.children:
                _visit(child, bodies, budget)
        return
    if kind in _REPORTS:
        bodies.reports.append(part)
        if part.declared_name and part.disposition == "attachment":
            _attach(part, bodies, budget)
        return
    if kind.startswith("message/") and part.children:
        bodies.messages.append(part)
        _attach(part, bodies, budget)
        inner = bodies_of(part.children[0], budget)
        room = MAX_ATTACHMENTS - len(bodies.inner_files)
        bodies.inner_files += (inner.attachments + inner.inner_files)[: max(room, 0)]
        return
    if part.seal == "signed" and part.children:
        _visit(part.children[0], bodies, budget)
        return
    if kind == "text/calendar":
        bodies.calendar_method = bodies.calendar_method or part.parameter("method").lower()
    if _is_text(part, kind):
        plain, page = _words(part, kind, bodies, budget)
        _add(bodies, plain, page)
        return
    if kind in _SIGNATURES and not part.declared_name:
        return
    _attach(part, bodies, budget)


def _is_text(part: Part, kind: str) -> bool:
    """Whether the part is words to read on the spot: text that is not named as a file and not meant as one."""
    if kind.startswith("multipart/"):
        return True  # a multipart without its boundary
    if not kind.startswith("text/") or kind == "text/calendar":
        return False
    return part.disposition != "attachment" and not part.declared_name


def _alternative(part: Part, bodies: Bodies, budget: Budget) -> None:
    """One text told twice: plain and HTML stand for the same words; further kinds (calendar) are files."""
    plain: list[Line] | None = None
    page: list[Line] | None = None
    for child in part.children:
        kind = child.content_type
        if _is_text(child, kind) and kind in ("text/plain", "text/html"):
            words_plain, words_page = _words(child, kind, bodies, budget)
            plain = plain if words_plain is None else (plain or []) + words_plain
            page = page if words_page is None else (page or []) + words_page
        elif (kind.startswith("multipart/") or child.seal) and child.children:
            before = Bodies()
            _visit(child, before, budget)
            bodies.attachments += before.attachments
            bodies.messages += before.messages
            bodies.reports += before.reports
            bodies.inner_files += before.inner_files
            bodies.opened += before.opened
            bodies.outlook_mails += before.outlook_mails
            bodies.named_texts += before.named_texts
            bodies.calendar_method = bodies.calendar_method or before.calendar_method
            plain = plain if not before.has_plain else (plain or []) + before.plain
            page = page if not before.has_page else (page or []) + before.page
        elif not (kind.startswith("text/") and kind not in ("text/calendar", "text/rtf")):
            _visit(child, bodies, budget)
    _add(bodies, plain, page)


def _add(bodies: Bodies, plain: list[Line] | None, page: list[Line] | None) -> None:
    if plain is not None:
        bodies.has_plain = True
        bodies.plain += plain
    if page is not None:
        bodies.has_page = True
        bodies.page += page
    told = plain if _size(plain) else page or plain
    bodies.seen += (page if page and _is_stub(plain, page) else told) or []
    if bodies.first is None:
        bodies.first = told


def _size(lines: list[Line] | None) -> int:
    return sum(len(line.text.split()) for line in lines or [])


def _is_stub(plain: list[Line] | None, page: list[Line]) -> bool:
    """Whether the plain part only says that there is another ("please use an HTML viewer"): then the page is the text."""
    return 0 < _size(plain) * 3 < _size(page) and _size(plain) < 60


def _words(part: Part, kind: str, bodies: Bodies, budget: Budget) -> tuple[list[Line] | None, list[Line] | None]:
    """A text part as lines of plain text or of HTML; uuencoded files inside become attachments."""
    raw, fault = transfer.decode(part.body, part.header("content-transfer-encoding"))
    if fault:
        budget.fault(fault)
    room = max(0, min(MAX_TEXT, budget.text))
    budget.text -= len(raw)
    if len(raw) > room:
        budget.fault("text over its limit: the rest of it was left out")
        raw = raw[:room]
    if raw.count(b"\n") > MAX_TEXT_LINES:
        budget.fault("text over its limit: the rest of it was left out")
        raw = b"\n".join(raw.split(b"\n", MAX_TEXT_LINES)[:MAX_TEXT_LINES])
    files = transfer.uuencoded(raw) if b"begin" in raw and kind != "text/html" else []
    bodies.attachments += [file_of(content, name, "application/octet-stream") for name, content, _, _ in files]
    if kind == "text/html":
        text, fault = to_text(raw, part.charset)
        lines = html.lines_of(text)
        if text.count("<") > html.MAX_TAGS:
            budget.fault("HTML with more tags than the limit: the rest of it was left out")
    else:
        lines, fault = _plain_lines(part, raw, [(start, end) for _, _, start, end in files])
    if fault:
        budget.fault(fault)
    return (None, lines) if kind == "text/html" else (lines, None)


def _plain_lines(part: Part, raw: bytes, files: list[tuple[int, int]]) -> tuple[list[Line], str]:
    """Lines of a plain text; those of uuencoded files are marked, they are no words."""
    text, fault = to_text(raw, part.charset)
    if files:
        lines: list[Line] = []
        at = 0
        for start, end in files:
            lines += lines_of(clean_text(to_text(raw[at:start], part.charset)[0]))
            lines += [Line(line, 0, "file") for line in raw[start:end].decode("latin-1").splitlines()]
            at = end
        return lines + lines_of(clean_text(to_text(raw[at:], part.charset)[0])), fault
    text = clean_text(text)
    if part.parameter("format").lower() == "flowed":
        text = unflowed(text, delsp=part.parameter("delsp").lower() == "yes")
    return lines_of(text), fault


def _attach(part: Part, bodies: Bodies, budget: Budget) -> None:
    if len(bodies.attachments) >= MAX_ATTACHMENTS:
        budget.fault("more attachments than the limit: the rest of them were left out")
        return
    name = part.declared_name
    if not name and part.content_type.startswith("message/") and part.children:
        name = "message.eml"
    file = attachment_of(part, budget.faults, name=name)
    if part.seal == "encrypted":
        file = file.model_copy(update={"note": "encrypted: kept as it came"})
    bodies.attachments.append(_kept(file, budget))
    if part.content_type in ("text/plain", "text/html") and part.disposition != "attachment":
        bodies.named_texts.append(part)
    message = outlook.opened(file.content) if file.content else None
    if message is None or len(bodies.opened) + len(bodies.outlook_mails) >= MAX_OPENED:
        return
    bodies.inner_files += [_kept(inner, budget) for inner in message.attachments[:MAX_ATTACHMENTS]]
    bodies.outlook_mails += message.messages[:MAX_OPENED]
    if file.content_type in _TNEF or file.filename.lower() == "winmail.dat":
        bodies.opened.append(message)
        bodies.attachments.pop()  # only the wrapping of what is listed instead
    else:
        bodies.outlook_mails.append(message)


def _kept(file: Attachment, budget: Budget) -> Attachment:
    """The file, without its content once the files of this mail together are over their limit."""
    budget.content -= file.size if file.content is not None else 0
    if budget.content >= 0 or file.content is None:
        return file
    budget.fault("files together over their limit: the content of some was left out")
    return file.model_copy(update={"content": None, "note": "over the limit of all files: content left out"})


def joined(lines: list[Line]) -> str:
    """Lines as one text."""
    return text_of(lines)
