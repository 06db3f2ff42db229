"""Delivery reports: whom a letter failed to reach and why, from RFC 3464 parts and from the many reports that have none."""

import re

from intake.mail import bounce_json, bounce_text, phrases, transfer
from intake.mail.charsets import clean_text, to_text
from intake.mail.header_block import Budget
from intake.mail.headers import decoded, message_ids, one_line
from intake.mail.mime import Part
from tracker.submission import Bounce, BouncedRecipient

_ID_LINE = re.compile(r"(?im)^[ \t>|]{0,8}message-id:[ \t]*<([^<>\s]{3,998})>")
_LOCAL_VERDICTS = ("4.4.7", "5.4.7")
"""Our side gave up waiting: what the other side said before tells more."""


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
    status = bounce_text.telling_status(group.get("status", ""))
    told = bounce_text.telling_status(diagnostic)
    if told and (not status or status.endswith(".0.0") or status in _LOCAL_VERDICTS or status[0] != told[0]):
        status = told
    code = bounce_text.CODE.findall(diagnostic)
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


def bounce_of(
    top: Part, reports: list[Part], text: str, sender: str, to: tuple[str, ...], budget: Budget, original_id: str
) -> Bounce | None:
    """A Bounce out of the delivery-status parts, else out of the words of a report that looks like one; else None."""
    listed = _listed(reports, budget) or bounce_json.recipients_in(text)
    failed = [r for r in listed if r.action not in _GOOD_ACTIONS]
    if listed and not failed:
        return Bounce(recipients=tuple(listed), original_message_id=original_id, failed=False)
    lines = bounce_text.report_lines(text)
    original_id = original_id or _id_in_prose(text)
    if failed:
        return Bounce(recipients=tuple(_completed(failed, lines)), original_message_id=original_id, failed=True)
    hints = tuple(x.lower() for x in bounce_text.ADDRESS.findall(top.header("x-failed-recipients"))[:50])
    if not hints and not _looks_like_report(top, sender, lines):
        return None
    recipients = bounce_text.recipients_in(lines, sender=to[0] if to else "", reporter=sender, hints=hints)
    if not recipients and not bounce_text.speaks_of_failure(lines):
        return None
    return Bounce(recipients=recipients, original_message_id=original_id, failed=True)


def _id_in_prose(text: str) -> str:
    """The Message-ID in the copy of the letter that a report without parts carries in its text."""
    found = _ID_LINE.search(text[:200_000])
    return found[1] if found else ""


def _listed(reports: list[Part], budget: Budget) -> list[BouncedRecipient]:
    recipients: dict[str, BouncedRecipient] = {}
    for part in reports:
        if part.content_type not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        for group in delivery_status(part, budget):
            one = recipient_of(group)
            if one is not None:
                recipients.setdefault(one.recipient, one)
    return list(recipients.values())


def _completed(failed: list[BouncedRecipient], lines: list[str]) -> list[BouncedRecipient]:
    """One recipient whose group told no more than x.0.0: the words of the report may tell more."""
    if len(failed) != 1 or (failed[0].status and not failed[0].status.endswith(".0.0")):
        return failed
    told = bounce_text.recipients_in(lines, sender="", hints=(failed[0].recipient,) if failed[0].recipient else ())
    if not told or not told[0].status or told[0].status.endswith(".0.0"):
        return failed
    return [
        failed[0].model_copy(
            update={"status": told[0].status, "reply_code": failed[0].reply_code or told[0].reply_code}
        )
    ]


def _looks_like_report(top: Part, sender: str, lines: list[str]) -> bool:
    """Whether a mail system speaks (by its address, or by subject and null return path) and speaks of failure.

    A person may write "rejected" or "failure" in a subject: words alone make no report, they need a server's codes too.
    """
    local = sender.rpartition("@")[0].lower() or sender.lower()
    subject = one_line(decoded(top.header("subject")))
    named = phrases.BOUNCE_SUBJECT.search(subject) is not None
    if local.startswith(_SYSTEMS):
        return named or bounce_text.speaks_of_failure(lines)
    system_name = phrases.MAIL_SYSTEM_NAME.search(decoded(top.header("from"))) is not None
    null = top.header("return-path").replace(" ", "").strip() in ("<>", "<MAILER-DAEMON>", "<#@[]>")
    robot = _ROBOT.match(local) is not None and any(part.content_type == "message/rfc822" for part in top.walk())
    if null or system_name or robot:
        return named
    return (
        _PLAIN_SUBJECT.match(subject) is not None
        and bounce_text.has_codes(lines)
        and bounce_text.speaks_of_failure(lines)
    )


_ROBOT = re.compile(r"(?:no|do[._-]?not)[._-]?reply")
_PLAIN_SUBJECT = re.compile(
    r"(?:re: ?)?(?:undeliver(?:able:|able (?:mail|message|e-mail)|ed (?:mail|message))|mail delivery|mail system error|"
    r"returned mail|"
    r"delivery (?:status notification|failed|failure|report|problem|notification)|failure notice|"
    r"message (?:could not be delivered|delivery failure)|non remis|unzustellbar|nicht zugestellt|退信)",
    re.IGNORECASE,
)
_GOOD_ACTIONS = ("delivered", "relayed", "expanded", "deliverable")
_SYSTEMS = (
    "mailer-daemon",
    "postmaster",
    "post_master",
    "mailerdaemon",
    "mail-daemon",
    "mail-deamon",
    "mmdf",
    "mail_daemon",
    "maildaemon",
)


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
