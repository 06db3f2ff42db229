"""The mail inside the mail: what was forwarded inline or attached, with its sender, date, subject and words."""

import re
from dataclasses import replace

from intake.mail import phrases
from intake.mail.addresses import addresses_of
from intake.mail.header_block import Budget
from intake.mail.headers import decoded
from intake.mail.intros import header_block_at, intro_at
from intake.mail.lines import Line, text_of, unquoted
from intake.mail.mime import Part
from intake.mail.model import QuotedMessage
from intake.mail.outlook import top_of
from intake.mail.quoting import Manner, Split, split
from intake.mail.text import MAX_OPENED, Bodies, bodies_of, bodies_of_outlook
from tracker.submission import Address

_PREFIX = re.compile(r"^\s*(?:\[[^\]]{1,40}\]\s*)?([^\W\d_]{1,12}\.?)\s?(?:\[\d+\]|\(\d+\)|\^\d+)?\s?[:：]")


def manner_of(top: Part, subject: str) -> Manner:
    """Forward by the outermost prefix of the subject (FW, WG, TR, RV …); reply by prefix or by In-Reply-To; else fresh.

    What came without a Message-ID never went through a mail program; nothing follows from the fields it has not.
    """
    found = _PREFIX.match(subject[:200])
    prefix = found[1].lower().rstrip(".") if found else ""
    if prefix in phrases.FORWARD_PREFIXES or subject[:200].lower().strip().endswith("(fwd)"):
        return "forward"
    if prefix in phrases.REPLY_PREFIXES or top.raw("in-reply-to") or top.raw("references"):
        return "reply"
    if len(top.header("thread-index").strip()) > 32:  # 22 bytes for the first mail of a thread, more for every answer
        return "reply"
    return "fresh" if top.raw("message-id") else "reply"


def quoted_message(parts: Split) -> QuotedMessage | None:
    """The mail within the text that `parts` found, None where there is none with any header of its own."""
    if not parts.inner_kind:
        return None
    lines = list(parts.inner)
    header = parts.inner_header
    while lines and lines[0].depth:
        lines = unquoted(lines)
    if not header and lines:
        size, header = header_block_at(lines, 0)
        lines = lines[size:]
        if not size:
            span, _ = intro_at(lines, 0)
            lines = lines[span:]
    sender = sender_of(header.get("from", ""))
    text = text_of(lines)
    return QuotedMessage(
        sender=sender,
        to=header.get("to", ""),
        cc=header.get("cc", ""),
        subject=header.get("subject", ""),
        date=header.get("date", ""),
        text=text,
        new_text=split(lines).new if lines and parts.inner_kind == "forwarded" else "",
    )


def with_own_words(parts: Split, sender: Address | None) -> Split:
    """The same, with what the forwarder wrote below the passed on mail among the new words.

    They are told by quote marks that end, or by names: the inner writer's, who signed, and further down the forwarder's.
    """
    if parts.inner_kind != "forwarded" or not parts.inner:
        return parts
    lines = list(parts.inner)
    at = _below_marks(lines) or _below_signature(lines, sender, sender_of(parts.inner_header.get("from", "")))
    own = text_of(lines[at:])
    if not own.strip() or not parts.quoted.endswith(own):
        return parts
    new = "\n\n".join(words for words in (parts.new, own) if words.strip())
    return replace(parts, new=new, quoted=parts.quoted.removesuffix(own).rstrip(), inner=tuple(lines[:at]))


def _below_marks(lines: list[Line]) -> int:
    """Where lines without marks begin below a mail of which every line has one; 0 if nowhere."""
    marked = [at for at, line in enumerate(lines) if line.depth]
    begins = marked[-1] + 1 if marked else 0
    return begins if len(marked) > 2 and all(line.depth or not line.text.strip() for line in lines[:begins]) else 0


def _below_signature(lines: list[Line], sender: Address | None, inner: Address | None) -> int:
    """Where the forwarder's words begin below the inner writer's own name on a line of its own; the end if nowhere."""
    names, theirs = _names(sender), _names(inner)
    signed = [at for at, line in enumerate(lines) if _signs(line) in theirs - names]
    last = next((_signs(line) for line in reversed(lines) if line.text.strip()), "")
    return signed[0] + 1 if signed and last in names - theirs else len(lines)


def _signs(line: Line) -> str:
    return line.bare.strip(" ,.-–—*_/~").lower()[:100]


def _names(address: Address | None) -> set[str]:
    """What someone of this name may sign with: the whole name or the first."""
    name = address.name.strip(" \"'").lower() if address else ""
    first = name.split(",")[-1].split()[:1]
    return {word for word in (name, *first) if len(word) > 1}


def sender_of(text: str) -> Address | None:
    """A sender as a mail program prints one: "Name <a@b>", "Name [mailto:a@b]", "a@b on behalf of …" or a bare name."""
    text = re.sub(r"[\[<(]\s?mailto:([^\]>)\s]{3,250})\s?[\]>)]", r"<\1>", text[:1000], flags=re.I)
    text = re.sub(r"<([^<>\s]{3,250})>\s?<\1>", r"<\1>", text)
    found = addresses_of(text.replace(";", ","))
    if not found:
        return None
    best = next((a for a in found if a.email), found[0])
    return best if best.email or best.name else None


def enclosed_in(bodies: Bodies) -> tuple[QuotedMessage, ...]:
    """The mails that came attached (message/rfc822, .msg), at most 20, each with header and words."""
    found = [
        _enclosed(part.children[0], bodies_of(part.children[0], Budget(parts=50, content=0)))
        for part in bodies.messages[:MAX_OPENED]
    ]
    found += [_enclosed(top_of(message), bodies_of_outlook(message)) for message in bodies.outlook_mails[:MAX_OPENED]]
    return tuple(found[:MAX_OPENED])


def _enclosed(top: Part, words: Bodies) -> QuotedMessage:
    return QuotedMessage(
        sender=next(iter(addresses_of(top.header("from"))), None),
        to=decoded(top.header("to")),
        cc=decoded(top.header("cc")),
        subject=decoded(top.header("subject")),
        date=decoded(top.header("date")),
        text=text_of(words.seen),
        new_text=split(words.seen).new,
        attached=True,
    )
