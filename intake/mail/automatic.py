"""Whether a machine wrote a mail: the RFC 3834 list by its rule numbers; what needs our addresses or history is the gate's."""

import re
from collections.abc import Sequence

from intake.mail import phrases
from intake.mail.headers import one_line, raw_text
from tracker.submission import Automatic

_NOREPLY = re.compile(
    r"^(?:.*[._\-+])?(?:no|do|not|dont|donot|never)[._\-]?(?:not)?[._\-]?repl(?:y|ies)(?:[._\-+].*)?$"
)
_LIST_LOCAL = re.compile(
    r"^(?:owner-.*|.*-owner|.*-request|.*-bounces?(?:\+.*)?|bounces?(?:[+\-_=].*)?|listserv|majordomo|mailman)$"
)
_PRECEDENCE = ("bulk", "list", "junk", "auto_reply", "auto-reply")


class Fields:
    """Header fields by lower-case name, for tests of presence and of value."""

    def __init__(self, headers: Sequence[tuple[str, bytes]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in headers:
            self._values.setdefault(name, one_line(raw_text(value)))

    def get(self, name: str) -> str:
        return self._values.get(name, "")

    def has(self, name: str) -> bool:
        return name in self._values

    def names(self) -> list[str]:
        return list(self._values)


def automatic_of(
    fields: Fields, *, sender: str, subject: str, content_type: str, report_type: str, calendar_method: str
) -> Automatic | None:
    """The first rule that holds, with its evidence; None for a mail that a person may have written.

    `sender` is the From address, `subject` the decoded subject, the types are those of the whole mail.
    """
    local = sender.rpartition("@")[0].strip('"').lower()
    return (
        _by_auto_submitted(fields)
        or _by_report(fields, content_type, report_type)
        or _by_responder_headers(fields, subject)
        or _by_subject(subject)
        or _by_sender(local)
        or _by_list_headers(fields)
        or _by_calendar(calendar_method, content_type, subject)
        or _by_return_path(fields)
    )


def _by_auto_submitted(fields: Fields) -> Automatic | None:
    value = fields.get("auto-submitted").split(";")[0].split("(")[0].strip().lower()
    if value and value != "no":
        return Automatic(
            rule="2",
            why=f"Auto-Submitted: {value[:40]}",
            is_auto_reply=value.startswith(("auto-replied", "auto_replied", "auto-reply")),
        )
    return None


def _by_report(fields: Fields, content_type: str, report_type: str) -> Automatic | None:
    if content_type == "multipart/report":
        rule = "9" if report_type == "disposition-notification" else "8"
        return Automatic(rule=rule, why=f"multipart/report {report_type[:40]}".strip())
    if content_type in ("message/delivery-status", "message/disposition-notification", "message/feedback-report"):
        return Automatic(rule="9" if "disposition" in content_type else "8", why=content_type)
    if fields.has("x-failed-recipients"):
        return Automatic(rule="15", why="X-Failed-Recipients")
    return None


def _by_responder_headers(fields: Fields, subject: str) -> Automatic | None:
    for name in (
        "x-autoreply",
        "x-autorespond",
        "x-autoreply-from",
        "x-autoresponder",
        "x-mail-autoreply",
        "x-auto-reply",
        "x-auto-reply-from",
    ):
        if fields.has(name) and fields.get(name).lower() not in ("no", "false", "0"):
            return Automatic(rule="14", why=name, is_auto_reply=True)
    suppress = fields.get("x-auto-response-suppress").lower()
    if any(word in suppress for word in ("all", "autoreply", "oof")):
        reply = bool(_by_subject(subject))
        return Automatic(rule="6", why="X-Auto-Response-Suppress", is_auto_reply=reply)
    for name in ("x-loop", "x-loops", "x-zammad-loop", "x-rt-loop-prevention", "x-otrs-loop", "x-znuny-loop"):
        if fields.has(name):
            return Automatic(rule="7", why=name)
    precedence = fields.get("precedence").lower()
    if precedence in _PRECEDENCE:
        return Automatic(
            rule="3",
            why=f"Precedence: {precedence}",
            is_auto_reply=precedence.startswith("auto") or bool(_by_subject(subject)),
        )
    return None


def _by_subject(subject: str) -> Automatic | None:
    words = " ".join(subject.lower().split())
    for phrase in phrases.OUT_OF_OFFICE:
        if words.startswith(phrase) or (
            phrase in words and len(phrase) > 12 and words.startswith(("re:", "aw:", "sv:", "[", "auto", phrase[:1]))
        ):
            return Automatic(rule="25", why="subject of an out-of-office reply", is_auto_reply=True)
    if words.startswith(phrases.READ_RECEIPT):
        return Automatic(rule="9", why="subject of a read receipt")
    return None


def _by_sender(local: str) -> Automatic | None:
    if local in ("mailer-daemon", "mailerdaemon", "mail-daemon", "mail-deamon"):
        return Automatic(rule="10", why="sender is a mail system")
    if local in ("postmaster", "mmdf", "uucp"):
        return Automatic(rule="11", why="sender is postmaster")
    if _NOREPLY.match(local):
        return Automatic(rule="12", why="sender takes no replies")
    if _LIST_LOCAL.match(local):
        return Automatic(rule="13", why="sender is a list or bounce address")
    return None


def _by_list_headers(fields: Fields) -> Automatic | None:
    if fields.has("list-id"):
        return Automatic(rule="4", why="List-Id")
    for name in fields.names():
        if name in (
            "list-unsubscribe",
            "list-post",
            "list-help",
            "list-subscribe",
            "list-owner",
            "list-archive",
            "mailing-list",
            "x-mailman-version",
        ):
            return Automatic(rule="5", why=name)
    return None


def _by_calendar(method: str, content_type: str, subject: str) -> Automatic | None:
    if method in ("reply", "counter", "refresh"):
        return Automatic(rule="20", why=f"calendar {method}")
    if content_type == "text/calendar" and subject.lower().startswith(phrases.CALENDAR):
        return Automatic(rule="20", why="calendar answer")
    return None


def _by_return_path(fields: Fields) -> Automatic | None:
    if fields.has("return-path") and fields.get("return-path").replace(" ", "") == "<>":
        return Automatic(rule="1", why="null return path")
    return None
