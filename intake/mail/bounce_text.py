"""Delivery failures told in prose: recipients and status codes out of a report that has no RFC 3464 part.

No mail server is known by name here. Lines are read for what they show: an address standing alone or opening a
line, a field naming a recipient, a sentence of failure with an address in it; what follows belongs to that recipient
until the next. The letter that came back is cut off first. Linear: every line is looked at once by each short pattern.
"""

import re
from dataclasses import dataclass, field

from intake.mail import phrases
from tracker.submission import BouncedRecipient

_MAX_LINES = 2000
_MAX_RECIPIENTS = 200
_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,100}@[A-Za-z0-9\-][A-Za-z0-9.\-]{0,200}[A-Za-z0-9]"
ADDRESS = re.compile(_ADDRESS)
STATUS = re.compile(r"(?<![\d.\-/])([245]\.\d{1,2}\.\d{1,3})(?![\d]|\.\d)")
CODE = re.compile(
    r"(?<![\d.:,/\-+#=])([45][0-7]\d)(?=[\s\-,;:)>\]'\"]|$)(?![ ]?(?:bytes|kb|mb|seconds|hours|days))", re.I
)
_WITH_CODE = re.compile(r"(?<![\d.])[45][0-7]\d[ \-]\W{0,2}([45]\.\d{1,2}\.\d{1,3})(?!\d|\.\d)")
_OPENS = re.compile(
    rf"^[\s>*|\-]{{0,20}}(?:[245]\d\d\s|\d{{1,3}}[.)]\s{{1,4}})?<?\"?(?:mailto:|rfc822;\s?|smtp:)?(?P<address>{_ADDRESS})\"?>?"
    r"(?P<rest>$|\s*[:,;.)\]]|\s*\.\.\.|\s{1,40}[(\[\-]|\s{1,20}on\s|\s{1,40}\S)", re.I,
)  # fmt: skip
_FIELD_NAMES = (
    r"final-recipient|original-recipient|failed recipients?|recipients?|recipient address|recipient\(s\)|to|rcpt to|user|"
    r"intended recipient|"
    r"email|address|mail address|e-mail address|destination|account|mailbox|user unknown|delivery (?:failed|failure)(?: to)?|"
    r"could not (?:be )?deliver(?:ed)?(?: message)?(?: to)?|could not send message to|undeliverable to|"
    r"unable to deliver(?: message)? to|"
    r"empfänger|destinataire|收件人|宛先|無法送達"
)
_FIELD = re.compile(
    rf"^[\s>*\-]{{0,20}}(?:{_FIELD_NAMES})\s?[:：=]\s?(?:rfc822;|smtp;)?\s?<?\"?(?:mailto:)?(?P<address>{_ADDRESS})",
    re.IGNORECASE,
)
_COMMAND = re.compile(rf"rcpt to:\s?<?(?P<address>{_ADDRESS})>?", re.I)
_HEADER_OF_COPY = re.compile(
    r"^(?:Received|Return-Path|DKIM-Signature|X-Mailer|X-Google-DKIM-Signature|MIME-Version|Mime-Version|X-Originating-IP): ?\S"
)
_OTHER_FIELD = re.compile(
    r"^[\s>]*(?:from|sender|reply-to|return-path|message-id|original sender|envelope sender|in-reply-to|references|contact|"
    r"x-[a-z\-]+|received|mail from|cc|date)\b|mail from:|message-id|^\s*for <|\bid [A-Za-z0-9\-]+@",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"contact|help|assist|questions?|postmaster for|forward this|send (?:a|an|your) |support@|helpdesk@", re.I
)
_SYSTEM = ("mailer-daemon", "postmaster", "mailerdaemon", "abuse", "mmdf", "double-bounce")


@dataclass(slots=True)
class _Found:
    address: str
    tier: int
    words: list[str] = field(default_factory=list)


def report_lines(text: str) -> list[str]:
    """The lines of a report before the letter that came back: its header, or words that announce it."""
    out: list[str] = []
    named = addressed = False
    for line in text.split("\n")[:_MAX_LINES]:
        line = line[:2000]
        if addressed and _HEADER_OF_COPY.match(line):
            break
        if named and len(line) < 200 and phrases.BOUNCE_COPY.search(line):
            break
        if "@" in line:
            addressed = True
            named = named or bool(_OPENS.match(line) or _FIELD.match(line) or _COMMAND.search(line))
        out.append(line)
    return out


def speaks_of_failure(lines: list[str]) -> bool:
    """Whether the report says that something was not delivered."""
    return any(phrases.BOUNCE_FAILURE.search(line[:500]) for line in lines[:300])


def has_codes(lines: list[str]) -> bool:
    """Whether a server's status or reply code stands in the report."""
    return any(STATUS.search(line) or CODE.search(line) for line in lines[:300])


def recipients_in(
    lines: list[str], *, sender: str, reporter: str = "", hints: tuple[str, ...] = ()
) -> tuple[BouncedRecipient, ...]:
    """Recipients of a report in prose, each with status and reply code from the words that follow it.

    `sender` wrote the letter that came back, `reporter` the report (neither failed unless nobody else is named);
    `hints` are the addresses of an X-Failed-Recipients header, which outrank what the text shows.
    """
    found = _scan(lines, {sender.lower(), reporter.lower()})
    preamble, sections = _sections(lines, found)
    if hints:
        by_address = {f.address: f for f in sections}
        sections = [by_address.get(h.lower(), _Found(h.lower(), 0, list(lines))) for h in hints]
        if len(sections) == 1:
            sections[0].words = sections[0].words or list(lines)
    return tuple(_recipient(f, preamble, alone=len(sections) == 1) for f in sections[:_MAX_RECIPIENTS])


def _scan(lines: list[str], own: set[str]) -> list[tuple[int, str, int]]:
    """(line number, address, tier) of all that may be failed recipients; a lower tier is surer."""
    out: list[tuple[int, str, int]] = []
    for number, line in enumerate(lines):
        if "@" not in line:
            continue
        named = _FIELD.match(line)
        if named:
            words = line.lower().lstrip(" >*-")
            out.append(
                (
                    number,
                    named["address"].lower(),
                    2 if words.startswith("rcpt") else 3 if words.startswith("to") else 1,
                )
            )
            continue
        if _OTHER_FIELD.search(line[:200]):
            continue
        opened = _OPENS.match(line)
        if opened:
            rest = opened["rest"].strip()
            alone = not line[opened.end("address") :].strip(' >".:,;)]')
            sure = alone or rest[:1] in (":", "(", "[") or rest.startswith("...")
            out.append((number, opened["address"].lower(), 1 if sure else 2))
            continue
        commanded = _COMMAND.search(line)
        if commanded:
            out.append((number, commanded["address"].lower(), 2))
        elif not _CONTACT.search(line[:500]):
            near = " ".join(lines[max(0, number - 2) : number + 2])[:2000]
            tier = 4 if phrases.BOUNCE_FAILURE.search(near) else 5
            out += [(number, address.lower(), tier) for address in ADDRESS.findall(line[:1000])[:5]]
    others = [f for f in out if f[1] not in own and (f[2] == 1 or not f[1].startswith(_SYSTEM))]
    return others or [f for f in out if not f[1].startswith(_SYSTEM)] or [f for f in out if f[1] not in own]


def _sections(lines: list[str], found: list[tuple[int, str, int]]) -> tuple[list[str], list[_Found]]:
    """The lines before the first recipient, and each recipient of the best tier with the lines that follow it."""
    if not found:
        return lines, []
    best = min(tier for _, _, tier in found)
    keep = [f for f in found if f[2] == best]
    if best >= 4:
        keep = keep[:1]
    sections: dict[str, _Found] = {}
    for index, (number, address, tier) in enumerate(keep):
        stop = keep[index + 1][0] if index + 1 < len(keep) else len(lines)
        section = sections.setdefault(address, _Found(address, tier))
        section.words += lines[number : max(stop, number + 1)]
    return lines[: keep[0][0]], list(sections.values())


def _recipient(found: _Found, preamble: list[str], *, alone: bool) -> BouncedRecipient:
    status, code = _codes(found.words, found.address)
    if not status and alone:
        status, other = _codes(preamble, found.address)
        code = code or other
    return BouncedRecipient(
        recipient=found.address, status=status, reply_code=code, hard=_hard(status, code), action="failed"
    )


def _codes(lines: list[str], address: str) -> tuple[str, str]:
    """The most telling status in some lines, and the first reply code."""
    text = "\n".join(line.replace(address, "") for line in lines[:200])
    code = CODE.search(text)
    return telling_status(text), code[1] if code else ""


def telling_status(text: str) -> str:
    """The status that says most: the one a server gave with its reply code, else a detailed one, else any; or ""."""
    given: list[str] = [s for s in _WITH_CODE.findall(text) if not s.endswith(".0.0")]
    statuses: list[str] = [s for s in STATUS.findall(text) if s[0] in "45"]
    telling = [s for s in statuses if not s.endswith(".0.0")]
    return (given or telling or statuses or [""])[0]


def _hard(status: str, code: str) -> bool:
    return (status or code)[:1] == "5"
