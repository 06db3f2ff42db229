"""Occasion and facts become a letter or a Slack post, through the templates; who gets it and whether is decided elsewhere.

Templates see plain data only, in a sandbox, and every name they use must be there. All of them are read, compiled and tried
with sample facts at the start; what was read then is what is used until the process ends. A template that fails later all the
same is replaced by the plain fallback, and the letter says so (`Letter.fault`).
"""

import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from jinja2 import FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tracker import plain_html
from tracker.errors import ConfigurationFault
from tracker.letter_facts import acknowledgement_facts, samples
from tracker.model import clean_text
from tracker.outbox.parcels import clean_line

__all__ = ["LETTERS", "POSTS", "TEMPLATES", "Letter", "Letters", "acknowledgement_facts"]

Facts: TypeAlias = Mapping[str, Any]

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates"
MAIL: Final = ("subject.txt", "mail.txt")
FALLBACK: Final = "fallback"

LETTERS: Final = (
    "acknowledgement/standard",
    "acknowledgement/sensitive",
    "acknowledgement/crisis",
    "acknowledgement/information_rights",
    "acknowledgement/signpost",
    "follow_up/update_to_reporter",
    "follow_up/chase_provider",
    "follow_up/chase_requirement",
    "follow_up/ask_reporter",
    "follow_up/closing_kindly",
    "reply",
    "ask_reporter",
    "tell_provider",
    "closed",
    FALLBACK,
)
POSTS: Final = (
    *(occasion for occasion in LETTERS if occasion.startswith("acknowledgement/")),
    "remind/page_duty",
    "remind/first_human_read",
    "remind/acknowledge_by_hand",
    "remind/personal_reply",
    "remind/update_to_reporter",
    "remind/chase_provider",
    "remind/closing_kindly",
    "remind/information_rights",
    "remind/information_rights_soon",
    "remind/freedom_of_information",
    "remind/freedom_of_information_soon",
    "remind/data_breach",
    "remind/data_breach_soon",
    "remind/risk_score",
    "remind/letter_not_delivered",
    "remind/other",
    "remind/register",
    "remind/rating",
    "digest",
    "paper",
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Letter:
    """Words ready to leave: one line of subject, plain text, and the same text as HTML.

    `fault` names the template that failed where the fallback speaks instead ("" as a rule).
    """

    subject: str
    text: str
    html: str
    fault: str = ""


class Letters:
    """All templates, checked. `directory` may hold some of them only; the rest come from ours.

    `team` is what letters call us, `privacy_notice` the address of our privacy notice. `use_unverified` allows phone numbers
    and addresses that nobody has re-checked. `occasions` are the letters there are, those that only `directory` has included.
    Raises ConfigurationFault naming every faulty template by file and line.
    """

    def __init__(
        self, directory: Path = TEMPLATES, *, team: str, privacy_notice: str = "", use_unverified: bool = False
    ) -> None:
        if not directory.is_dir():
            raise ConfigurationFault([f"[templates] dir: there is no folder {directory}"])
        self.use_unverified = use_unverified
        # Nothing is read again at run time: what was tried at the start is what speaks.
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([directory, TEMPLATES]),
            undefined=StrictUndefined,
            # Templates are plain text; the HTML part escapes every word by itself.
            autoescape=False,
            auto_reload=False,
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.globals |= {
            "team": clean_line(team),
            "privacy_notice": clean_line(privacy_notice),
            "heading": lambda words: f"\n{plain_html.HEADING}{words}",
        }
        own = {path.parent.relative_to(directory).as_posix() for path in directory.rglob("mail.txt")}
        self.occasions = frozenset({*LETTERS, *own})
        faults = [fault for occasion in sorted(self.occasions) for fault in self._try(occasion, MAIL)]
        faults += [fault for occasion in POSTS for fault in self._try(occasion, ("slack.txt",))]
        if faults:
            raise ConfigurationFault(list(dict.fromkeys(faults)))

    def compose(self, occasion: str, facts: Facts) -> Letter:
        """The letter for an occasion. `facts` are plain data: texts, numbers, truths, None, and lists and dicts of them.

        Raises TypeError for anything else, so that no row and nobody's identity reaches a template by accident.
        """
        cleaned = {name: _plain(value) for name, value in facts.items()}
        try:
            return self._letter(occasion, cleaned)
        except Exception as error:  # noqa: BLE001 - a template can raise anything, and a letter must leave; `fault` shows it
            fallback = self._letter(FALLBACK, {"case_ref": "", "words": "", "contact": {}} | cleaned)
            fault = f"{occasion}: {type(error).__name__}"
            return Letter(fallback.subject, fallback.text, fallback.html, fault)

    def post(self, occasion: str, facts: Facts, *, mentions: str = "") -> str:
        """The Slack post for an occasion, as mrkdwn; everything but `mentions` is escaped. Raises TypeError as above."""
        cleaned = {name: _escaped(_plain(value)) for name, value in facts.items()} | {"mentions": mentions}
        try:
            return self._render(f"{occasion}/slack.txt", cleaned).strip()
        except Exception:  # noqa: BLE001 - a template can raise anything, and the team must be told all the same
            return f"{mentions} {cleaned.get('case_ref', 'A case')} needs you.".strip()

    def _letter(self, occasion: str, facts: Facts) -> Letter:
        marked = self._render(f"{occasion}/mail.txt", facts)
        subject = clean_line(self._render(f"{occasion}/subject.txt", facts))
        return Letter(subject, plain_html.plain(marked), plain_html.html(marked, title=subject))

    def _render(self, name: str, facts: Facts) -> str:
        return self._environment.get_template(name).render(facts)

    def _try(self, occasion: str, files: tuple[str, ...]) -> list[str]:
        """Render every file of an occasion with all sample facts; the faults found, as "file:line: what"."""
        faults = []
        for name in (f"{occasion}/{file}" for file in files):
            try:
                said = [self._render(name, facts) for facts in samples()]
            except Exception as error:  # noqa: BLE001 - a template can raise anything; each fault is named, none is lost
                faults.append(_fault(name, error))
                continue
            if not all(words.strip() for words in said):
                faults.append(f"templates/{name}: it says nothing")
        return faults


def _fault(name: str, error: Exception) -> str:
    """The innermost place within a template that the error comes from."""
    if isinstance(error, TemplateSyntaxError):
        return f"templates/{error.name or name}:{error.lineno}: {error.message}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".txt")]
    if not frames:
        return f"templates/{name}: {type(error).__name__}: {error}"
    return f"{frames[-1].filename}:{frames[-1].lineno}: {error}"


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub("", clean_text(value.replace("\r\n", "\n").replace("\r", "\n")))
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    raise TypeError(f"a template gets plain data only, not {type(value).__name__}")


def _escaped(value: Any) -> Any:
    """Slack's three control characters made plain, in every text."""
    if isinstance(value, str):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(value, dict):
        return {name: _escaped(each) for name, each in value.items()}
    return [_escaped(each) for each in value] if isinstance(value, list) else value
