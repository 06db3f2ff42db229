"""Who writes, whether for somebody else, and who may know; whom the message is about lives in learners.py."""

import re
from dataclasses import dataclass

from intake.understand.cues import CueBook, Script
from intake.understand.learners import Learners
from intake.understand.words import Words
from tracker.submission import Anonymity, RaiserRole, SlackPlace

_NAME = re.compile(
    r"^\W*[A-Z][a-z'’-]+[A-Za-z'’-]*(?:[ ,]+(?:[A-Z][\w'’.-]*|de|van|von|al|el|bin|ap|of|and|-)){0,5}\W*$"
)
_NO_NAME = re.compile(
    r"\b(?:anon\w*|trainee|student|nurse|doctor|concerned|worried|unknown|nobody|no ?one|noreply|"
    r"no-reply|admin|info|office|team|user|guest|someone|staff|junior|resident|account|whistle\w*|"
    r"throwaway|a\.? ?n\.? ?other|x+|na)\b",
    re.I,
)
_OFFICE = re.compile(
    r"\b(?:team|office|desk|unit|department|registry|help ?desk|service|services|support|newsroom|programme|trust|hub|"
    r"university|education|survey|library|council|liaison|newsdesk|editorial|committee|centre|payroll|newsletter|bulletin)\b",
    re.I,
)
_FORM = re.compile(r"\b(?:form|submission|concerns?|speak ?up|raise)\b", re.I)
STAFF = ("regulator", "hei", "programme_lead", "provider_lead", "educator", "staff_other")
_SIGNED_ROLES: tuple[RaiserRole, ...] = ("regulator", "programme_lead", "provider_lead", "hei", "educator")
_SLACK_ROLES: dict[str, RaiserRole] = {
    "head": "programme_lead",
    "tpd": "programme_lead",
    "dean": "programme_lead",
    "programme": "programme_lead",
    "school": "programme_lead",
    "dme": "provider_lead",
    "provider": "provider_lead",
    "pef": "provider_lead",
    "ftsu": "provider_lead",
    "goswh": "provider_lead",
    "education": "provider_lead",
    "trainee": "learner",
    "registrar": "learner",
    "fellow": "learner",
    "doctor": "learner",
    "apprentice": "learner",
    "rep": "learner",
    "learner": "learner",
    "student": "learner",
    "resident": "learner",
    "lecturer": "hei",
    "hei": "hei",
    "university": "hei",
    "tutor": "hei",
    "supervisor": "educator",
    "educator": "educator",
    "consultant": "educator",
    "trainer": "educator",
}
_GRADE_AS_TITLE = re.compile(r"\W*(?:f[ty]?[12]|[cs]t[1-8]|dct[1-3]|imt?[1-3]|gpst[1-4]|sho|spr)\b")
"""How a learner's profile begins that says their grade: "FY2, acute medicine"."""
_DESK_TITLES = {"support", "officer", "administrator", "manager", "coordinator", "lead", "team"}


@dataclass(frozen=True, slots=True)
class Raiser:
    """The writer: role, whether somebody else's concern is passed on, and who may know; each with its words.

    `forwarded` is of any forward, also of one's own words; `of_another` only where somebody else wrote them.
    """

    role: RaiserRole = "unknown"
    role_words: tuple[str, ...] = ()
    proxy: bool = False
    proxy_words: tuple[str, ...] = ()
    forwarded: bool = False
    of_another: bool = False
    anonymity: Anonymity = "open"
    anonymity_words: tuple[str, ...] = ()


def raiser_of(words: Words, book: CueBook, script: Script, learners: Learners) -> Raiser:
    """Who writes, for whom, and who may know."""
    signature = Script((*words.voiced("signature"), *words.voiced("subject")))
    role, role_words = _role(words, book, script, signature, learners)
    proxy, proxy_words = _proxy(words, book, script, role, learners)
    anonymity, anonymity_words = _anonymity(words, book, script, proxy=proxy)
    forwarded = words.submission.proxy is not None or words.submission.is_forward
    of_another = words.submission.proxy is not None
    return Raiser(role, role_words, proxy, proxy_words, forwarded, of_another, anonymity, anonymity_words)


def _role(
    words: Words, book: CueBook, script: Script, signature: Script, learners: Learners
) -> tuple[RaiserRole, tuple[str, ...]]:
    sender = words.submission.sender
    if words.submission.slack is not None:
        role_name = (sender.name if sender is not None else "").lower()
        titles = re.findall(r"[a-z]+", role_name)
        for key, role in _SLACK_ROLES.items():
            if key in titles and not (role == "learner" and _DESK_TITLES & set(titles)):
                return role, (role_name,)
        if _GRADE_AS_TITLE.match(role_name):
            return "learner", (role_name,)
        if titles:
            return "staff_other", (role_name,)
    told = book.find("learner", Script(words.voiced("own")))
    if learners.self_told or any(not said.startswith("my ") for said in told.words if told.shown):
        return "learner", learners.grade_words or told.words
    public = book.find("patient_public", script)
    passed_on = book.find("proxy", script).shown or book.find("told_of_learner", script).shown
    a_student = told.shown and learners.is_student and not passed_on
    for role in _SIGNED_ROLES:
        found = book.find(role, signature)
        if found.shown and not (role == "hei" and a_student):
            return role, found.words
    if public.shown:
        return "patient_public", public.words
    for role in ("educator", "programme_lead", "provider_lead", "hei", "regulator"):
        found = book.find(role, _first_person(script))
        if found.shown:
            return role, found.words
    if told.shown:
        return "learner", told.words
    if learners.grade is not None and not passed_on and words.submission.slack is None:
        return "learner", learners.grade_words
    if words.domain.endswith(".ac.uk"):
        return ("hei", ()) if book.find("proxy", script).shown else ("learner", ())
    if words.submission.slack is not None:
        return "staff_other", ()
    of_student = book.find("told_of_learner", script)
    if of_student.shown and learners.is_student:
        return "staff_other", of_student.words
    return "unknown", ()


def _first_person(script: Script) -> Script:
    return Script(
        sentence
        for sentence in script.sentences
        if re.search(r"\b(?:i am|i'm|as (?:the|an?|their)|i look after|i supervise|our|my role)\b", sentence.plain)
    )


def _proxy(
    words: Words, book: CueBook, script: Script, role: RaiserRole, learners: Learners
) -> tuple[bool, tuple[str, ...]]:
    """Passed on: by a forward, in so many words, or by staff who tell of a learner in the third person."""
    found = book.find("proxy", script)
    if words.submission.proxy is not None or words.submission.is_forward:
        return True, found.words or ("forwarded",)
    behalf = tuple(said for said in found.words if "behalf" in said or said.startswith("forward"))
    if role in ("learner", "patient_public"):
        return bool(behalf), behalf
    if found.shown:
        return True, found.words
    if words.submission.slack is not None and role in STAFF and (learners.grade or learners.mentioned):
        return True, learners.grade_words
    told_of = book.find("told_of_learner", script)
    return (True, told_of.words) if told_of.shown and role in STAFF else (False, ())


def _anonymity(words: Words, book: CueBook, script: Script, *, proxy: bool) -> tuple[Anonymity, tuple[str, ...]]:
    anonymous = book.find("anonymous", script)
    confidential = book.find("confidential", script)
    if anonymous.shown:
        return "anonymous", anonymous.words
    if confidential.shown:
        return "confidential", confidential.words
    if not proxy and not _is_named(words) and not _is_office(words):
        return "anonymous", ()
    return "open", ()


def _is_office(words: Words) -> bool:
    """Whether an office or a machine writes, which hides no name of its own; a form that was left without one is not."""
    who = words.submission.author or words.submission.sender
    return who is not None and bool(_OFFICE.search(who.name)) and not _FORM.search(who.name)


def _is_named(words: Words) -> bool:
    """Whether the writer gives a name, in the header or at the end."""
    submission = words.submission
    if isinstance(submission.slack, SlackPlace):
        return True
    who = submission.author or submission.sender
    if (
        who is not None
        and who.name
        and not _NO_NAME.search(who.name)
        and len(re.findall(r"[^\W\d_]{2,}", who.name)) >= 1
    ):
        return True
    lines = [sentence.text for sentence in words.voiced("signature")]
    return any(_NAME.match(line.strip()) and not _NO_NAME.search(line) for line in lines) or _introduces_self(words)


def _introduces_self(words: Words) -> bool:
    return any(
        re.search(
            r"\b(?:[Mm]y name is|[Mm]y name's|[Ii] am called|[Tt]his is|[Ii]t's) [A-Z][a-z]+ ?(?:[A-Z][a-z]+|from|here|,|\.|$)",
            s.text,
        )
        for s in words.own
    )
