"""Amazon SES notifications, where a topic mails them as JSON: their bounced or reached recipients; nothing else."""

import json
import re

from intake.mail.bounce_text import CODE, STATUS
from tracker.submission import BouncedRecipient

_MAX_JSON = 200_000
_KIND = re.compile(r'\{\s?"notificationType"\s?:\s?"(\w{1,20})"')


def kind_of(text: str) -> str:
    """ "Bounce", "Complaint" or "Delivery" of a notification that begins the text, "" for any other text."""
    found = _KIND.match(text)
    return found[1] if found else ""


def recipients_in(text: str) -> list[BouncedRecipient]:
    """Recipients of a notification that begins the text, as SES documents it; [] for any other text."""
    if kind_of(text) not in ("Bounce", "Delivery"):
        return []
    # a relay may have cut the long line with "!" and a line break (RFC 5321 leaves it no better way)
    source = text[:_MAX_JSON].replace("!\n ", "").replace("\n", "")
    try:
        told, _ = json.JSONDecoder().raw_decode(source)
        bounce, delivery = told.get("bounce"), told.get("delivery")
        if isinstance(bounce, dict):
            return [_recipient(one) for one in bounce.get("bouncedRecipients", [])[:200]]
        if isinstance(delivery, dict):
            return [
                BouncedRecipient(recipient=str(r)[:320].lower(), action="delivered")
                for r in delivery.get("recipients", [])[:200]
            ]
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []  # it looked like a notification and is none
    return []


def _recipient(one: dict[str, object]) -> BouncedRecipient:
    diagnostic = str(one.get("diagnosticCode", ""))
    status = str(one.get("status", "")) or (STATUS.findall(diagnostic) or [""])[0]
    code = CODE.search(diagnostic)
    return BouncedRecipient(
        recipient=str(one.get("emailAddress", ""))[:320].lower(),
        status=status[:12],
        reply_code=code[1] if code else "",
        hard=status.startswith("5"),
        action=str(one.get("action", "failed"))[:20].lower(),
    )
