"""What kind of message it is and whether a case should exist afterwards; what a concern is about lives in `cues/themes.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.understand.cues import CueBook, Finding, Script
from intake.understand.words import Words
from tracker.submission import Kind, RaiserRole

_EMPLOYMENT = ("not_quality_employment", "not_quality_arcp")
_NOT_CONCERNS = (*_EMPLOYMENT, "good_practice")
_BRIEF_WORDS = 60
_LITTLE = 0.6
_MUCH = 1.5
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
) -> KindFound:
    """Decide the kind, the surest signs first; a message that tells of danger is never filed as noise.

    `about_learners`: a learner, a specialty or a place of ours is named.
    """
    submission = words.submission
    found = book.find_all(script)
    grave = [name for name in _GRAVE if flags[name].shown]
    concern = sum(finding.score for name, finding in themes.items() if name not in _NOT_CONCERNS and finding.shown)
    length = sum(len(sentence.plain.split()) for sentence in script.sentences)
    if submission.automatic is not None or submission.bounce is not None:
        why = submission.automatic.why if submission.automatic is not None else "delivery report"
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
        nothing = _nothing_to_do(found, words, length, concern, about_learners=about_learners)
        if nothing is not None:
            return nothing
    asked = any(sentence.plain.endswith("?") for sentence in script.sentences)
    return _told(found, themes, flags, concern, grave, role, asked=asked)


def _nothing_to_do(
    found: Mapping[str, Finding], words: Words, length: int, concern: float, *, about_learners: bool
) -> KindFound | None:
    asks = any("?" in sentence.plain for sentence in words.own)
    if found["chaser"].shown and concern < 1.0 and (found["chaser"].score >= 1.4 or words.submission.in_reply_to):
        return KindFound("enquiry", opens_case=False, words=found["chaser"].words)
    if length <= _BRIEF_WORDS and found["thanks"].shown and concern < 1 and not asks:
        return KindFound("enquiry", opens_case=False, to_do=False, words=found["thanks"].words)
    office = words.submission.slack is not None and length <= _BRIEF_WORDS and not about_learners
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
    if not grave and praise.shown and praise.score >= trouble:
        return KindFound("good_practice", opens_case=True, words=praise.words)
    elsewhere = max((themes[name] for name in _EMPLOYMENT), key=lambda finding: finding.score)
    if not grave and elsewhere.shown and elsewhere.score >= concern:
        return KindFound("not_ours", opens_case=True, words=elsewhere.words)
    if not grave and found["not_ours"].shown and (role == "patient_public" or concern < 1):
        return KindFound("not_ours", opens_case=True, words=found["not_ours"].words)
    asks = found["enquiry"].shown or asked
    if not grave and asks and (not found["trouble"].shown or (trouble < _MUCH and concern < _LITTLE)):
        return KindFound("enquiry", opens_case=True, words=found["enquiry"].words)
    return KindFound("concern", opens_case=True)
