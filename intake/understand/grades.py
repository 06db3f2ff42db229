"""Which grade a message is about: named, told in a figure of speech of the field, or told by what a student studies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intake.understand.names import Mention, Name, NameTable
from intake.understand.words import Sentence, Words
from tracker.field import Field
from tracker.field.rows import Grade

_SELF = re.compile(
    r"(?:\b(?:i am|i'm|im|i've been|i was|we are|we're|as|being|myself,?|me,?|working as|currently|"
    r"name is [\w' -]{2,40}(?:,| and i'm| and i am)?) (?:currently |now |just |only |also |"
    r"still )*(?:an?|the|one of (?:the|your|two|three|four)|your|all|both|a group of|two|three|"
    r"four)?(?: [\w&/'-]+){0,6} ?|^(?:hi,? |hello,? |dear [\w ]+,? )?)$"
)
_FORMER = re.compile(
    r"\b(?:when i was|used to be|was once|as an? (?:former|ex|then)|former(?:ly)?|last year as|"
    r"years ago as|back when i was|(?:paid|moved|went|promoted) (?:at|as|up )?(?:from )?)"
    r"(?: an?| the)?(?: \w+){0,2} ?$"
)
_OTHER = re.compile(
    r"\b(?:the other|another|our other|previous|last|next|future|fellow|supervis\w+|teach(?:ing)?|"
    r"alongside|above|below|unlike|instead of|compared (?:to|with)) (?:[\w&-]+ ){0,2}$"
)
_STUDENT = re.compile(
    r"\b(?:students?|undergraduates?|on (?:my |her |his |a |the )?(?:\w+ )?placement|my (?:\w+ )?placement|pare\b|"
    r"supernumerary|practice (?:assessor|supervisor|educator)s?|uni(?:versity)?(?! hospital)|cohort|elective|"
    r"(?:first|second|third|fourth|fifth|final|1st|2nd|3rd|4th|5th)[- ]?y(?:ea)?rs?|y(?:ea)?r ?[1-5]|y[1-5]|stage [1-5])\b"
)
_PLAIN_STUDENT = "STN_ADULT"
_STUDENT_NURSES = ("STN_ADULT", "STN_MH", "STN_CHILD", "STN_LD")
_TO_GP = {"ST1": "GPST1", "ST2": "GPST2", "ST3": "GPST3"}
_GP = re.compile(
    r"\b(?:gp (?:trainee|registrar|scheme|training|programme|st|vts|rotation|job|surgery|practice|trainer|partner)s?|"
    r"(?:at|in) (?:a|the|my|our) (?:\w+ )?(?:practice|surgery)(?! (?:assessor|supervis|educat))|"
    r"vts|csr|general practice(?! nurse)|my (?:trainer|practice)|practice manager|out of hours hub|ooh sessions)\b"
)
_MIXED = 2


@dataclass(frozen=True, slots=True)
class GradeFound:
    """The grade, None where none or several are told; `self_told` where the writer names their own; with its words."""

    grade: Grade | None = None
    self_told: bool = False
    words: tuple[str, ...] = ()


class Grades:
    """The grades of the field as names, patterns and signs, built once."""

    def __init__(self, field: Field) -> None:
        grades = [grade for grade in field.grades.grades if not grade.ask_level and grade.tier != "educator"]
        self._by_id = {grade.id: grade for grade in grades}
        self._names = NameTable(
            [Name(alias, grade, "alias") for grade in grades for alias in (grade.name, *grade.aliases)]
        )
        self._patterns = [
            (re.compile(r"(?<!\w)(?:" + pattern + r")(?!\w)"), grade) for grade in grades for pattern in grade.patterns
        ]
        self._signs = [
            (re.compile(r"(?<!\w)(?:" + "|".join(grade.signs) + r")(?!\w)"), grade) for grade in grades if grade.signs
        ]
        self._hidden = NameTable(
            [Name(alias, grade, "alias") for grade in field.grades.grades if grade.ask_level for alias in grade.aliases]
        )

    def grade(self, words: Words) -> GradeFound:
        """The grade a message is about: the learner's own or theirs who are spoken of, else what a student studies."""
        found = self._named(words)
        if found.grade is None:
            return found if found.words else self._by_study(words)
        if found.grade.id in _TO_GP and any(_GP.search(sentence.plain) for sentence in words.own):
            return GradeFound(self._by_id[_TO_GP[found.grade.id]], found.self_told, found.words)
        if found.grade.id == _PLAIN_STUDENT and "adult" not in " ".join(found.words).lower():
            field = self._field_of_nursing(words)
            if field is not None:
                return GradeFound(field, found.self_told, found.words)
        return found

    def speaks_of_hidden(self, words: Words) -> bool:
        """Whether a word stands there that hides its grade, such as SHO or registrar."""
        return bool(self._hidden.mentions(words.own))

    @property
    def ids(self) -> frozenset[str]:
        """The grades that a learner may have."""
        return frozenset(self._by_id)

    def row(self, grade: str) -> Grade | None:
        """The grade of an id, None where no learner has it."""
        return self._by_id.get(grade)

    def tier(self, grade: str) -> str:
        """The tier of a grade."""
        return self._by_id[grade].tier

    def in_practice(self, grade: str) -> str | None:
        """What ST1 to ST3 are in general practice, None for other grades."""
        return _TO_GP.get(grade)

    def speaks_of_practice(self, words: Words) -> bool:
        """Whether the reporter speaks of a GP practice or of GP training."""
        return any(_GP.search(sentence.plain) for sentence in words.own)

    def speaks_of_students(self, sentences: Sequence[Sentence]) -> bool:
        """Whether a student's word stands in these sentences."""
        return any(_STUDENT.search(sentence.plain) for sentence in sentences)

    def study_signs(self, sentences: Sequence[Sentence]) -> list[tuple[str, str, str]]:
        """Words of a student's course or trade: the grade they tell, whose words they are, and the words."""
        return [
            (grade.id, sentence.voice, hit.group())
            for sentence in sentences
            for pattern, grade in self._signs
            for hit in pattern.finditer(sentence.plain)
        ]

    def bearings(self, mention: Mention[Grade]) -> set[str]:
        """How a grade stands in its sentence: the writer's own, a former one, somebody else's."""
        told = {"self": _SELF, "former": _FORMER, "other": _OTHER}
        return {sign for sign, pattern in told.items() if pattern.search(mention.before)}

    def _named(self, words: Words) -> GradeFound:
        mentions = self.mentions(words.own)
        mentions = [mention for mention in mentions if not _FORMER.search(mention.before)]
        told = [mention for mention in mentions if mention.sentence.voice == "own" and _SELF.search(mention.before)]
        if told:
            first = _most_exact([mention for mention in told if mention.sentence is told[0].sentence])
            return GradeFound(first.row, True, (first.words,))
        spoken = [mention for mention in mentions if not _OTHER.search(mention.before)] or mentions
        if not spoken:
            signed = self.mentions(words.voiced("signature"))
            if signed and len({mention.row.id for mention in signed}) == 1:
                return GradeFound(signed[0].row, True, (signed[0].words,))
            return GradeFound()
        counts: dict[str, int] = {}
        for mention in spoken:
            counts[mention.row.id] = counts.get(mention.row.id, 0) + 1
        if len(set(counts) & set(_STUDENT_NURSES)) > 1:
            counts.pop(_PLAIN_STUDENT, None)
        ordered = sorted(counts, key=lambda row: -counts[row])
        alone = len(ordered) == 1
        most = (
            len(ordered) == _MIXED
            and not self._hidden.mentions([spoken[0].sentence])
            and counts[ordered[0]] >= 3 * counts[ordered[1]]
        )
        if not alone and not most:
            return GradeFound(None, False, tuple(dict.fromkeys(mention.words for mention in spoken)))
        first = next(mention for mention in spoken if mention.row.id == ordered[0])
        return GradeFound(first.row, False, (first.words,))

    def _by_study(self, words: Words) -> GradeFound:
        """A student whose course is told beside the word, or by the ward and words of the trade."""
        students = [
            sentence for sentence in (*words.own, *words.voiced("signature")) if _STUDENT.search(sentence.plain)
        ]
        if not students or self.speaks_of_hidden(words):
            return GradeFound()
        for sentences in (students, (*words.own, *words.voiced("signature"))):
            counts: dict[str, int] = {}
            said: dict[str, str] = {}
            for pattern, grade in self._signs:
                hits = [hit for sentence in sentences for hit in pattern.finditer(sentence.plain)]
                if hits:
                    counts[grade.id], said[grade.id] = len(hits), hits[0].group()
            if len(counts) > 1:
                counts.pop(_PLAIN_STUDENT, None)
            if counts:
                ordered = sorted(counts, key=lambda row: -counts[row])
                if len(ordered) > 1 and counts[ordered[0]] == counts[ordered[1]]:
                    return GradeFound()
                return GradeFound(self._by_id[ordered[0]], False, (said[ordered[0]],))
        return GradeFound()

    def _field_of_nursing(self, words: Words) -> Grade | None:
        """The field of nursing that is told elsewhere in a message that only says student nurse."""
        told = [
            grade
            for pattern, grade in self._signs
            if grade.id in _STUDENT_NURSES
            and grade.id != _PLAIN_STUDENT
            and any(pattern.search(sentence.plain) for sentence in words.own)
        ]
        return told[0] if len(told) == 1 else None

    def mentions(self, sentences: Sequence[Sentence]) -> list[Mention[Grade]]:
        """Every grade named in these sentences, in order, the longest name of a place alone."""
        found = self._names.mentions(sentences)
        for sentence in sentences:
            for pattern, grade in self._patterns:
                found += [
                    Mention(grade, "pattern", sentence, hit.start(), hit.end())
                    for hit in pattern.finditer(sentence.plain)
                ]
        kept = [mention for mention in found if not any(_covers(other, mention) for other in found)]
        return sorted(kept, key=lambda mention: (mention.sentence.place, mention.start))


def _covers(other: Mention[Grade], mention: Mention[Grade]) -> bool:
    return (
        other is not mention
        and other.sentence is mention.sentence
        and other.start <= mention.start
        and mention.end <= other.end
        and other.end - other.start > mention.end - mention.start
    )


def _most_exact(mentions: Sequence[Mention[Grade]]) -> Mention[Grade]:
    return max(mentions, key=lambda mention: mention.end - mention.start)
