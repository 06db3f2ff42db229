"""What kind of message it is and whether a case should exist afterwards; what a concern is about lives in `cues/themes.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.understand.cues import CueBook, Finding, Script
from intake.understand.words import Words
from tracker.submission import Kind, RaiserRole, Submission

_EMPLOYMENT = ("not_quality_employment", "not_quality_arcp")
_NOT_CONCERNS = (*_EMPLOYMENT, "good_practice")
_BRIEF_WORDS = 60
_LITTLE = 0.6
_NOD_WORDS = 15
_MUCH = 1.5
_SURELY_A_MACHINE = {"2", "8", "9", "14", "15", "20", "25"}
_IMMEDIATE = ("patient_harm_now", "self_harm")
_GRAVE = (
    "patient_harm_now",
    "self_harm",
    "sexual_misconduct",
    "safeguarding",
    "violence_or_crime",
    "impaired_practitioner",
    "reprisal",
    "race_or_other_hate",
)


@dataclass(frozen=True, slots=True)
class KindFound:
    """The kind, whether a case should exist, whether anything is to be done at all, and the words it rests on."""

    kind: Kind
    opens_case: bool
    to_do: bool = True
    words: tuple[str, ...] = ()


def kind_of(
    words: Words,
    book: CueBook,
    script: Script,
    themes: Mapping[str, Finding],
    flags: Mapping[str, Finding],
    role: RaiserRole,
    *,
    about_learners: bool,
    about_training: bool,
) -> KindFound:
    """Decide the kind, the surest signs first; a message that tells of danger is never filed as noise.

    `about_learners`: the writer is a learner or speaks of one; `about_training`: that, or a specialty or place is named.
    """
    submission = words.submission
    found = book.find_all(script)
    grave = [name for name in _GRAVE if flags[name].shown]
    concern = sum(finding.score for name, finding in themes.items() if name not in _NOT_CONCERNS and finding.shown)
    length = sum(len(sentence.plain.split()) for sentence in script.sentences)
    why = _machine(submission, flags, role)
    if why:
        return KindFound("automatic", opens_case=False, to_do=False, words=(why,))
    if (
        found["spam"].shown
        and not about_learners
        and role in ("unknown", "staff_other")
        and not flags["self_harm"].shown
    ):
        return KindFound("spam", opens_case=False, to_do=False, words=found["spam"].words)
    if not grave:
        if found["automatic"].shown and found["automatic"].score > concern / 2:
            return KindFound("automatic", opens_case=False, to_do=False, words=found["automatic"].words)
        nothing = _nothing_to_do(found, words, length, concern, about_training=about_training)
        if nothing is not None:
            return nothing
    asked = any(sentence.plain.endswith("?") for sentence in script.sentences)
    return _told(found, themes, flags, concern, grave, role, asked=asked, about_learners=about_learners)


def _machine(submission: Submission, flags: Mapping[str, Finding], role: RaiserRole) -> str:
    """Why a machine wrote this, "" where a person may have.

    A list header or an odd sender does not make a person's cry a newsletter: there a learner or danger goes before.
    """
    automatic = submission.automatic
    if submission.bounce is not None:
        return "delivery report"
    if automatic is None:
        return ""
    sure = automatic.is_auto_reply or automatic.rule in _SURELY_A_MACHINE
    if not sure and (role == "learner" or any(flags[name].shown for name in _IMMEDIATE)):
        return ""
    return automatic.why or automatic.rule


def _nothing_to_do(
    found: Mapping[str, Finding], words: Words, length: int, concern: float, *, about_training: bool
) -> KindFound | None:
    asks = any("?" in sentence.plain for sentence in words.own)
    if found["chaser"].shown and concern < 1.0 and (found["chaser"].score >= 1.4 or words.submission.in_reply_to):
        return KindFound("enquiry", opens_case=False, words=found["chaser"].words)
    if length <= _BRIEF_WORDS and found["thanks"].shown and concern < 1 and not asks:
        return KindFound("enquiry", opens_case=False, to_do=False, words=found["thanks"].words)
    nod = bool(words.submission.in_reply_to) and length <= _NOD_WORDS and not asks and not found["trouble"].shown
    if nod and concern == 0 and not about_training:
        return KindFound("enquiry", opens_case=False, to_do=False)
    office = words.submission.slack is not None and length <= _BRIEF_WORDS and not about_training
    if (
        found["chatter"].shown
        and found["chatter"].score > max(concern, 1.2)
        and length <= _BRIEF_WORDS
        and not about_training
    ):
        return KindFound("enquiry", opens_case=False, to_do=False, words=found["chatter"].words)
    if office and (found["chatter"].shown or (concern == 0 and not asks and not found["survey_admin"].shown)):
        return KindFound("enquiry", opens_case=False, to_do=False, words=found["chatter"].words)
    return None


def _told(
    found: Mapping[str, Finding],
    themes: Mapping[str, Finding],
    flags: Mapping[str, Finding],
    concern: float,
    grave: list[str],
    role: RaiserRole,
    *,
    asked: bool,
    about_learners: bool,
) -> KindFound:
    trouble = found["trouble"].score
    if flags["information_rights"].shown:
        return KindFound("information_rights", opens_case=True, words=flags["information_rights"].words)
    if found["complaint_about_us"].shown:
        return KindFound("complaint_about_us", opens_case=True, words=found["complaint_about_us"].words)
    if found["requirement_response"].shown and role not in ("learner", "patient_public"):
        return KindFound("requirement_response", opens_case=True, words=found["requirement_response"].words)
    if found["survey_admin"].shown and not grave and concern < 1.5:
        return KindFound("survey_admin", opens_case=True, words=found["survey_admin"].words)
    praise = themes["good_practice"]
    if not grave and praise.shown and praise.score >= trouble and praise.score >= concern / 2:
        return KindFound("good_practice", opens_case=True, words=praise.words)
    elsewhere = max((themes[name] for name in _EMPLOYMENT), key=lambda finding: finding.score)
    if not grave and elsewhere.shown and elsewhere.score >= concern:
        return KindFound("not_ours", opens_case=True, words=elsewhere.words)
    as_patient = role == "patient_public" and not about_learners
    if not grave and ((found["not_ours"].shown and concern < 1) or as_patient):
        return KindFound("not_ours", opens_case=True, words=found["not_ours"].words)
    asks = found["enquiry"].shown or asked
    if not grave and asks and (not found["trouble"].shown or (trouble < _MUCH and concern < _LITTLE)):
        return KindFound("enquiry", opens_case=True, words=found["enquiry"].words)
    return KindFound("concern", opens_case=True)
