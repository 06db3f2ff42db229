"""Which learners a message is about: grade, specialty or programme, and profession; who writes lives in people.py."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intake.understand.names import Mention, Name, NameTable
from intake.understand.words import Sentence, Words
from tracker.field import Field
from tracker.field.rows import Grade, Specialty

_SELF = re.compile(
    r"(?:\b(?:i am|i'm|im|i've been|i was|we are|we're|as|being|myself,?|me,?|working as|currently|"
    r"name is [\w' -]{2,40}(?:,| and i'm| and i am)?) (?:currently |now |just |only |also |"
    r"still )*(?:an?|the|one of (?:the|your|two|three|four)|your|all|both|a group of|two|three|"
    r"four)?(?: [\w&/'-]+){0,6} ?|^(?:hi,? |hello,? |dear [\w ]+,? )?)$"
)
_FORMER = re.compile(
    r"\b(?:when i was|used to be|was once|as an? (?:former|ex|then)|former(?:ly)?|last year as|"
    r"years ago as|back when i was)"
    r"(?: an?| the)?(?: \w+){0,2} ?$"
)
_OTHER = re.compile(
    r"\b(?:the other|another|our other|previous|last|next|future|fellow|supervis\w+|teach(?:ing)?|"
    r"alongside|unlike|instead of|compared (?:to|with)) (?:[\w&-]+ ){0,2}$"
)
_BESIDE_AFTER = re.compile(
    r"^[ ,(]*(?:s\b|trainees?|registrars?|regs?\b|shos?|students?|consultants?|surgeons?|rotation|"
    r"placement|post\b|posts\b|job|training|programme|department|dept|wards?|unit|rota|on[- ]calls?|"
    r"lists?|theatres?|block|firm|team|"
    r"at |in |here|st[1-8]|ct[1-4]|f[12]|fy[12]|higher|core|resident|doctors?|juniors?|clinics?|take|"
    r"nights?|attachment|school|service|ed\b|department)"
)
_BESIDE_BEFORE = re.compile(
    r"\b(?:trainees?|registrars?|regs?|shos?|students?|consultants?|surgeons?|rotation|placement|post|"
    r"job|training|block|firm|st[1-8]s?|ct[1-4]s?|f[12]s?|fy[12]s?|im[123]|imt[123]?s?|gpst[123]|"
    r"dct[123]?s?|residents?|doctors?|juniors?|fellows?|acf|apprentices?|midwives|nurses?|lead|"
    r"supervisor|tpd|rotating|working|placed|based|attached|allocated|month|months|weeks|week|year|"
    r"works|department of|ward,?)[ ,(:-]*(?:in|on|with|at|of|within|,|-|for|into|through|are in|is in|"
    r"is on|are on)? ?(?:the |our |a |an )?(?:acute |adult |paediatric |higher |core |specialty |"
    r"busy |general )?$"
)
_ELSEWHERE = re.compile(
    r"\b(?:refer\w*|call(?:ed|ing)?|rang|ring|phon\w+|bleep\w*|ask(?:ed|ing)?|discuss\w*|speak|spoke|"
    r"advice from|opinion from|review (?:from|by)|transfer\w*|moved(?: down| up)?|sent(?: down| up)?|"
    r"admitted|take over|taken over|taken|borrowed|pulled|redeployed|gone|scan (?:from|in)|"
    r"waiting for|went|results from|teaching (?:on|in)|interest in|career in|apply\w* (?:to|for)|"
    r"interview\w* (?:in|for)|next (?:in|rotation is|post is)|previous(?:ly)?(?: \w+){0,2}|"
    r"last (?:post|job|rotation)(?: \w+){0,3}|used to be)(?: to| by| with| from| the| in| into| for|"
    r" on| down| up| an?| off| via)* ?$"
)
_IN = re.compile(r"\b(?:in|on|for|of|within|re|about)[: ]+(?:the |our |adult |acute )?$|^\W*$")
_ENOUGH = 1.0
_MOST_SPECIALTIES = 2
_GRADE_PROGRAMME = {
    "FY1": "foundation",
    "FY2": "foundation",
    "FTP": "ftp",
    "PTPT": "ptpt",
    "DFT": "dental_foundation",
    "DCT": "dental_core",
    "DST": "dental_specialty",
    "GPST1": "general_practice",
    "GPST2": "general_practice",
    "GPST3": "general_practice",
    "STP": "stp",
}
_CORE_PROGRAMME = {"anaesthetics": "cat", "general_psychiatry": "cpt", "general_surgery": "cst"}
_STUDENT_NURSES = ("STN_ADULT", "STN_MH", "STN_CHILD", "STN_LD")
_GROUPS = {
    "nursing": re.compile(r"\bnurs(?:e|es|ing)\b"),
    "midwifery": re.compile(r"\bmidwi(?:fe|ves|fery)\b"),
    "medical": re.compile(
        r"\b(?:doctors?|medical|registrars?|shos?|consultants?|foundation|trainees?|residents?|surgeons?)\b"
    ),
    "pharmacy": re.compile(r"\bpharmac\w+\b"),
    "dental": re.compile(r"\bdent(?:al|ists?|istry)\b"),
    "ahp": re.compile(
        r"\b(?:physio\w*|paramedics?|radiograph\w+|occupational therap\w+|dietiti?\w+|podiatr\w+|odps?)\b"
    ),
}
_LEARNER = re.compile(
    r"\b(?:trainees?|students?|learners?|apprentices?|resident doctors?|foundation doctors?|juniors|"
    r"tutees?|supervisees?|new starters?|(?:f[12]|fy[12]|st[1-8]|ct[1-4]|imt?[1-3]|gpst[1-3]|dct|dft|"
    r"tna|stp)s?)\b"
)
_REPORTED = ("medical", "dental", "nursing", "midwifery", "ahp", "pharmacy", "healthcare_science", "maps")


@dataclass(frozen=True, slots=True)
class Learners:
    """Whom a message is about; ids of the field. `self_told` where the writer names their own grade."""

    grade: str | None = None
    grade_words: tuple[str, ...] = ()
    self_told: bool = False
    is_student: bool = False
    mentioned: bool = False
    specialty: tuple[str, ...] = ()
    specialty_words: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Ladder:
    """Grades and specialties as names and patterns, built once from the field."""

    def __init__(self, field: Field) -> None:
        grades = [grade for grade in field.grades.grades if not grade.ask_level and grade.tier != "educator"]
        self._grades = NameTable(
            [Name(alias, grade, "alias") for grade in grades for alias in (grade.name, *grade.aliases)]
        )
        self._patterns = [
            (re.compile(r"(?<!\w)(?:" + pattern + r")(?!\w)"), grade) for grade in grades for pattern in grade.patterns
        ]
        self._hidden = NameTable(
            [Name(alias, grade, "alias") for grade in field.grades.grades if grade.ask_level for alias in grade.aliases]
        )
        specialties: list[Name[Specialty]] = []
        for row in field.specialties.every():
            specialties += [Name(alias, row, "alias") for alias in (row.name, *row.aliases)]
            specialties += [Name(alias, row, "ambiguous") for alias in row.ambiguous]
        self._specialties = NameTable(specialties, fuzzy=True)
        self._programmes = {row.id for row in field.specialties.programmes}

    def learners(self, words: Words) -> Learners:
        """Grade, specialties and professions a message is about."""
        grade, told, evidence = self._grade(words)
        specialty = self._specialty(words, grade, " ".join(evidence).lower())
        groups = self._groups(words, grade)
        return Learners(
            grade.id if grade else None,
            evidence,
            told,
            grade is not None and grade.tier in ("student", "apprentice"),
            any(_LEARNER.search(s.plain) for s in words.own)
            or grade is not None
            or bool(self._hidden.mentions(words.own)),
            tuple(row for row, _ in specialty),
            tuple(dict.fromkeys(said for _, said in specialty if said)),
            groups,
        )

    def _grade(self, words: Words) -> tuple[Grade | None, bool, tuple[str, ...]]:
        mentions = self._all_grades([s for s in words.sentences if s.voice in ("subject", "own")])
        mentions = [mention for mention in mentions if not _FORMER.search(mention.before)]
        told = [mention for mention in mentions if mention.sentence.voice == "own" and _SELF.search(mention.before)]
        if told:
            first = _most_exact([mention for mention in told if mention.sentence is told[0].sentence])
            return first.row, True, (first.words,)
        spoken = [mention for mention in mentions if not _OTHER.search(mention.before)] or mentions
        if spoken:
            distinct = {mention.row.id for mention in spoken}
            if len(distinct & set(_STUDENT_NURSES)) > 1:
                distinct -= {"STN_ADULT"}
            if len(distinct) == 1:
                first = next(mention for mention in spoken if mention.row.id in distinct)
                return first.row, False, (first.words,)
            if not self._hidden.mentions([spoken[0].sentence]) and len(distinct) == 2:
                counts = [(sum(m.row.id == row for m in spoken), row) for row in distinct]
                most, least = max(counts), min(counts)
                if most[0] >= 3 * least[0]:
                    first = next(mention for mention in spoken if mention.row.id == most[1])
                    return first.row, False, (first.words,)
            return None, False, ()
        signed = self._all_grades(words.voiced("signature"))
        if signed and len({mention.row.id for mention in signed}) == 1:
            return signed[0].row, True, (signed[0].words,)
        return None, False, ()

    def _all_grades(self, sentences: Sequence[Sentence]) -> list[Mention[Grade]]:
        found = self._grades.mentions(sentences)
        for sentence in sentences:
            for pattern, grade in self._patterns:
                found += [
                    Mention(grade, "pattern", sentence, hit.start(), hit.end())
                    for hit in pattern.finditer(sentence.plain)
                ]
        kept = [
            mention
            for mention in found
            if not any(
                other is not mention
                and other.sentence is mention.sentence
                and other.start <= mention.start
                and mention.end <= other.end
                and other.end - other.start > mention.end - mention.start
                for other in found
            )
        ]
        return sorted(kept, key=lambda mention: (mention.sentence.place, mention.start))

    def _specialty(self, words: Words, grade: Grade | None, grade_words: str) -> list[tuple[str, str]]:
        scores: dict[str, float] = {}
        said: dict[str, str] = {}
        spoken = [s for s in words.sentences if s.voice in ("subject", "own")]
        for mention in self._specialties.mentions(spoken):
            score = _weight(mention)
            if mention.row.id not in scores or score > scores[mention.row.id]:
                scores[mention.row.id] = score
                said[mention.row.id] = mention.words
        for mention in self._specialties.mentions(words.voiced("signature")):
            if mention.strength == "alias" and mention.row.id not in scores and grade is not None and not scores:
                scores[mention.row.id], said[mention.row.id] = _ENOUGH, mention.words
        enough = sorted((row for row in scores if scores[row] >= _ENOUGH), key=lambda row: -scores[row])
        posts = [row for row in enough if row not in self._programmes][:_MOST_SPECIALTIES]
        programmes = [row for row in enough if row in self._programmes]
        programmes += _programme_of(grade, grade_words, [*posts, *programmes])
        if grade is not None and "foundation" in programmes and grade.id not in ("FY1", "FY2"):
            programmes.remove("foundation")
        return [(row, said.get(row, "")) for row in dict.fromkeys(posts + programmes)]

    def _groups(self, words: Words, grade: Grade | None) -> tuple[str, ...]:
        if grade is not None:
            return (grade.profession,) if grade.profession in _REPORTED else ()
        plain = "\n".join(s.plain for s in words.own)
        found = [
            name
            for name, pattern in _GROUPS.items()
            if pattern.search(plain)
            and re.search(
                r"\b(?:student|trainee|learner|resident|junior|registrar|sho|foundation|apprentice)s?\b", plain
            )
        ]
        return ("multi",) if len(found) > 2 else tuple(found)


def _programme_of(grade: Grade | None, grade_words: str, named: Sequence[str]) -> list[str]:
    """The programme a grade belongs to: by itself (F1, DCT), or with its specialty (CT2 in anaesthetics)."""
    if grade is None:
        return []
    if grade.id == "STP":
        return [] if {"hsst", "ptp"} & set(named) else ["stp"]
    if grade.id in _GRADE_PROGRAMME:
        return [_GRADE_PROGRAMME[grade.id]]
    if grade.tier != "core" or not grade.id.startswith("CT"):
        return []
    if grade_words.startswith("im"):
        return ["imt"]
    if grade_words.startswith("accs"):
        return ["accs"]
    return [programme for specialty, programme in _CORE_PROGRAMME.items() if specialty in named][:1]


def _most_exact(mentions: Sequence[Mention[Grade]]) -> Mention[Grade]:
    return max(mentions, key=lambda mention: mention.end - mention.start)


def _weight(mention: Mention[Specialty]) -> float:
    score = 1.0 if mention.strength == "alias" else 0.4
    if _ELSEWHERE.search(mention.before):
        score -= 1.0
    if _BESIDE_AFTER.search(mention.after) or _BESIDE_BEFORE.search(mention.before):
        score += 0.9
    if _IN.search(mention.before):
        score += 0.4
    if mention.sentence.voice == "subject":
        score += 0.5
    return score
