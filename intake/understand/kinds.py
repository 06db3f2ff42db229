"""What kind of message it is and whether a case should exist afterwards; what a concern is about lives in `cues/themes.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.understand.cues import CueBook, Finding, Script
from tracker.submission import Kind, RaiserRole, Submission

_SURELY_A_MACHINE = {"2", "8", "9", "14", "15", "20", "25"}
_IMMEDIATE = ("patient_harm_now", "self_harm")
_GRAVE = (
    *_IMMEDIATE,
    "sexual_misconduct",
    "safeguarding",
    "violence_or_crime",
    "impaired_practitioner",
    "reprisal",
    "race_or_other_hate",
)
_EMPLOYMENT = ("not_quality_employment", "not_quality_arcp")
_NOT_CONCERNS = (*_EMPLOYMENT, "good_practice")
_BRIEF_WORDS = 60
_NOD_WORDS = 15
_PLAINLY = 1.5
_MASKED = 0.5


@dataclass(frozen=True, slots=True)
class KindFound:
    """The kind, whether a case should exist, whether anything is to be done at all, and the words it rests on."""

    kind: Kind
    opens_case: bool
    to_do: bool = True
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a message when its kind is asked.

    `about_learners`: the writer is a learner or speaks of one; `about_training`: that, or a specialty or place is named.
    `in_our_name`: the sender's address is one of our own inboxes, which strangers like to put on.
    """

    submission: Submission
    script: Script
    themes: Mapping[str, Finding]
    flags: Mapping[str, Finding]
    role: RaiserRole
    about_learners: bool
    about_training: bool
    in_our_name: bool = False

    @property
    def grave(self) -> bool:
        """Whether somebody may be in danger or badly wronged: such a message is never noise."""
        return any(self.flags[name].shown for name in _GRAVE)

    @property
    def concern(self) -> float:
        """How much of a concern the themes add up to."""
        shown = (finding for name, finding in self.themes.items() if name not in _NOT_CONCERNS and finding.shown)
        return sum(finding.score for finding in shown)

    @property
    def length(self) -> int:
        """Words of one's own, the subject's included."""
        return sum(len(sentence.plain.split()) for sentence in self.script.sentences)

    @property
    def asks(self) -> bool:
        """Whether a sentence ends in a question."""
        return any(sentence.plain.endswith("?") for sentence in self.script.sentences)


def kind_of(seen: Seen, book: CueBook) -> KindFound:
    """Decide the kind, the surest signs first; a message that tells of danger is never filed as noise."""
    why = _machine(seen)
    if why:
        return KindFound("automatic", opens_case=False, to_do=False, words=(why,))
    found = book.find_all(seen.script)
    spam = found["spam"]
    stranger = seen.role in ("unknown", "staff_other") and (not seen.about_training or spam.score >= _PLAINLY)
    masked = seen.in_our_name and spam.score >= _MASKED
    if ((spam.shown and stranger) or masked) and not seen.flags["self_harm"].shown:
        return KindFound("spam", opens_case=False, to_do=False, words=spam.words)
    if not seen.grave:
        nothing = _nothing_to_do(seen, found)
        if nothing is not None:
            return nothing
    return _by_name(seen, found) or _by_balance(seen, found)


def _machine(seen: Seen) -> str:
    """Why a machine wrote this, "" where a person may have.

    A list header or an odd sender does not make a person's cry a newsletter: there a learner or danger goes before.
    """
    automatic = seen.submission.automatic
    if seen.submission.bounce is not None:
        return "delivery report"
    if automatic is None:
        return ""
    if not surely_a_machine(seen.submission) and (
        seen.role == "learner" or any(seen.flags[name].shown for name in _IMMEDIATE)
    ):
        return ""
    return automatic.why or automatic.rule


def surely_a_machine(submission: Submission) -> bool:
    """Whether the headers leave no doubt that no person wrote this."""
    automatic = submission.automatic
    told = automatic is not None and (automatic.is_auto_reply or automatic.rule in _SURELY_A_MACHINE)
    return submission.bounce is not None or told


def _nothing_to_do(seen: Seen, found: Mapping[str, Finding]) -> KindFound | None:
    """Noise, thanks, chatter, or a chaser that adds nothing."""
    concern, length, asks = seen.concern, seen.length, seen.asks
    reply, brief = bool(seen.submission.in_reply_to), length <= _BRIEF_WORDS
    if found["automatic"].shown and found["automatic"].score > concern / 2:
        return KindFound("automatic", opens_case=False, to_do=False, words=found["automatic"].words)
    if found["chaser"].shown and concern < 1 and (found["chaser"].score >= 1.4 or reply):
        return KindFound("enquiry", opens_case=False, words=found["chaser"].words)
    if found["thanks"].shown and concern < 1 and brief and not asks:
        return KindFound("enquiry", opens_case=False, to_do=False, words=found["thanks"].words)
    if seen.about_training or not brief:
        return None
    nod = reply and length <= _NOD_WORDS and concern == 0 and not asks and not found["trouble"].shown
    office = seen.submission.slack is not None and concern == 0 and not asks and not found["survey_admin"].shown
    chatter = found["chatter"].shown and (
        seen.submission.slack is not None or found["chatter"].score > max(concern, 1.2)
    )
    if nod or office or chatter:
        return KindFound("enquiry", opens_case=False, to_do=False, words=found["chatter"].words)
    return None


def _by_name(seen: Seen, found: Mapping[str, Finding]) -> KindFound | None:
    """Kinds that say what they are."""
    rights = seen.flags["information_rights"]
    if rights.shown:
        return KindFound("information_rights", opens_case=True, words=rights.words)
    if found["complaint_about_us"].shown:
        return KindFound("complaint_about_us", opens_case=True, words=found["complaint_about_us"].words)
    if found["requirement_response"].shown and seen.role not in ("learner", "patient_public"):
        return KindFound("requirement_response", opens_case=True, words=found["requirement_response"].words)
    if found["survey_admin"].shown and not seen.grave and seen.concern < 1.5:
        return KindFound("survey_admin", opens_case=True, words=found["survey_admin"].words)
    return None


def _by_balance(seen: Seen, found: Mapping[str, Finding]) -> KindFound:
    """Praise, another service's matter, a question or a concern: whichever there is most of; in doubt a concern."""
    trouble, concern, praise = found["trouble"], seen.concern, seen.themes["good_practice"]
    if seen.grave:
        return KindFound("concern", opens_case=True)
    if praise.shown and praise.score >= trouble.score and praise.score >= concern / 2:
        return KindFound("good_practice", opens_case=True, words=praise.words)
    elsewhere = max((seen.themes[name] for name in _EMPLOYMENT), key=lambda finding: finding.score)
    if elsewhere.shown and elsewhere.score >= concern:
        return KindFound("not_ours", opens_case=True, words=elsewhere.words)
    as_patient = seen.role == "patient_public" and not seen.about_learners
    if as_patient or (found["not_ours"].shown and concern < 1):
        return KindFound("not_ours", opens_case=True, words=found["not_ours"].words)
    little = concern < 1.0 if not trouble.shown else trouble.score < 1.5 and concern < 0.6
    if little and (found["enquiry"].shown or seen.asks):
        return KindFound("enquiry", opens_case=True, words=found["enquiry"].words)
    if not (seen.about_training or concern or trouble.shown):
        return KindFound("enquiry", opens_case=True)
    return KindFound("concern", opens_case=True)
