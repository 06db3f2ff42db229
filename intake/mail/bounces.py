"""Delivery reports: whom a letter failed to reach and why, from RFC 3464 parts and from the many reports that have none."""

import re

from intake.mail import transfer
from intake.mail.charsets import clean_text, to_text
from intake.mail.headers import message_ids, one_line
from intake.mail.mime import Budget, Part
from tracker.submission import Bounce, BouncedRecipient

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_CODE = re.compile(r"(?<![\d.])([45][0-7]\d)(?=[\s\-,;:)>\]]|$)(?!\.\d)")


def delivery_status(part: Part, budget: Budget) -> list[dict[str, str]]:
    """The field groups of a message/delivery-status part: the first about the message, then one a recipient."""
    raw, _ = transfer.decode(part.body, part.header("content-transfer-encoding"))
    text = clean_text(to_text(raw[:500_000], "utf-8")[0])
    groups: list[dict[str, str]] = []
    now: dict[str, str] = {}
    name = ""
    for line in text.split("\n"):
        if not line.strip():
            if now:
                groups.append(now)
            now, name = {}, ""
            continue
        if line[0] in " \t" and name:
            now[name] += " " + line.strip()
            continue
        key, colon, value = line.partition(":")
        if colon and " " not in key.strip():
            name = key.strip().lower()
            if name in ("final-recipient", "original-recipient", "status") and name in now:
                groups.append(now)
                now = {}
            now[name] = value.strip()
        if len(groups) > 200:
            budget.fault("more recipients in a report than the limit")
            break
    if now:
        groups.append(now)
    return groups


def recipient_of(group: dict[str, str]) -> BouncedRecipient | None:
    """One recipient's group as a value; None where it names nobody."""
    recipient = group.get("final-recipient") or group.get("original-recipient") or group.get("x-actual-recipient") or ""
    if not recipient:
        return None
    diagnostic = group.get("diagnostic-code", "")
    given = _STATUS.findall(group.get("status", ""))
    told = _STATUS.findall(diagnostic)
    status = given[0] if given else ""
    if told and (not status or status.endswith(".0.0") or status[0] != told[0][0]):
        status = told[0]
    code = _CODE.findall(diagnostic)
    return BouncedRecipient(
        recipient=address_in(recipient),
        status=status,
        reply_code=code[0] if code else "",
        hard=status.startswith("5") or (not status and bool(code) and code[0].startswith("5")),
        action=group.get("action", "").split()[0].lower() if group.get("action", "").split() else "",
    )


def address_in(text: str) -> str:
    """The address in a recipient field ("rfc822; a@b"), lower-case."""
    found = re.search(r"[^\s<>;,\"()]{1,120}@[^\s<>;,\"()]{1,250}", text.rpartition(";")[2] or text)
    return one_line(found[0]).lower().strip(".,:") if found else ""


def bounce_of(reports: list[Part], budget: Budget, original_id: str) -> Bounce | None:
    """A Bounce of the delivery-status parts, None where there are none."""
    recipients: list[BouncedRecipient] = []
    for part in reports:
        if part.content_type not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        for group in delivery_status(part, budget):
            one = recipient_of(group)
            if one is not None:
                recipients.append(one)
    if not recipients:
        return None
    failed = [r for r in recipients if r.action not in ("delivered", "relayed", "expanded")]
    return Bounce(recipients=tuple(failed or recipients), original_message_id=original_id, failed=bool(failed))


def original_id_in(parts: list[Part]) -> str:
    """The Message-ID of the mail that came back with a report."""
    for part in parts:
        inner = part.children[0] if part.children else None
        value = inner.header("message-id") if inner else ""
        if not value and part.content_type in ("text/rfc822-headers", "message/global-headers"):
            found = re.search(r"(?im)^message-id:\s*(<[^<>\s]{3,998}>)", to_text(part.body[:100_000], "utf-8")[0])
            value = found[1] if found else ""
        if value:
            ids = message_ids(value)
            return ids[0] if ids else ""
    return ""
