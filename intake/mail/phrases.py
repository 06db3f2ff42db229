"""The phrases of `phrases.toml` as tuples and patterns, loaded once; which words mean what is data there."""

import re
import tomllib
from pathlib import Path
from typing import Any

_DATA: dict[str, Any] = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


def _words(section: str, name: str) -> tuple[str, ...]:
    return tuple(str(word) for word in _DATA[section][name])


def _pattern(name: str, section: str = "bounces") -> re.Pattern[str]:
    return re.compile("|".join(_words(section, name)), re.IGNORECASE)


WROTE = _words("quoting", "wrote")
INTRO_STARTS = _words("quoting", "intro_starts")
FROM_LABELS = _words("quoting", "from_labels")
DATE_LABELS = _words("quoting", "date_labels")
TO_LABELS = _words("quoting", "to_labels")
CC_LABELS = _words("quoting", "cc_labels")
SUBJECT_LABELS = _words("quoting", "subject_labels")
OTHER_LABELS = _words("quoting", "other_labels")
ORIGINAL_MESSAGE = _words("quoting", "original_message")
FORWARDED_MESSAGE = _words("quoting", "forwarded_message")
FORWARD_OPENINGS = _words("quoting", "forward_openings")
FORWARD_PREFIXES = _words("quoting", "forward_prefixes")
REPLY_PREFIXES = _words("quoting", "reply_prefixes")
REPLY_ABOVE = _words("quoting", "reply_above")
ANSWERS_WHERE = _words("quoting", "answers_where")
ANSWERS_INSIDE = _pattern("answers_inside", "quoting")
PREVIOUS_REPLIES = frozenset(_words("quoting", "previous_replies"))

SENT_FROM = _words("added", "sent_from")
VALEDICTIONS = frozenset(_words("added", "valedictions"))
BANNERS = _words("added", "banners")
DISCLAIMERS = _words("added", "disclaimers")

AUTO_REPLY = _words("machines", "auto_reply")
ABSENCE = _words("machines", "absence")
ABSENCE_SAID = _words("machines", "absence_said")
RETURN_SAID = _words("machines", "return_said")
MEANWHILE_SAID = _words("machines", "meanwhile_said")
READ_RECEIPT = _words("machines", "read_receipt")
CALENDAR = _words("machines", "calendar")

BOUNCE_FAILURE = _pattern("failure")
BOUNCE_COPY = _pattern("copy")
BOUNCE_SUBJECT = _pattern("subject")
MAIL_SYSTEM_NAME = _pattern("system_name")
