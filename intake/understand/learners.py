"""Which learners a message is about: specialty, programme, profession; their grade is read in grades.py."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.understand.grades import Grades
from intake.understand.names import Mention, Name, NameTable
from intake.understand.words import Sentence, Words
from tracker.field import Field
from tracker.field.rows import Grade, Specialty

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
_NO_POST_AFTER = re.compile(r"^ (?:leave|pay|associates?|arrest|cover|students? union)\b")
_AT_WORK = re.compile(
    r"\b(?:placements?|placed|wards?|shifts?|unit|mentor|nights|practice (?:assessor|supervisor)|rotation)\b"
)
_ENOUGH = 1.0
_FAR_BEHIND = 0.3
_MOST_SPECIALTIES = 2
_PLACED_BY_SETTING = ("medical", "midwifery")
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
_CORE_PROGRAMME = {"ANAESTHESIA_ICM": "cat", "PSYCHIATRY": "cpt", "SURGERY": "cst"}
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
    r"tna|stp|cst|imt|ct|st|ptpt|ftp|rnda|gpst|accs|hsst)s?|"
    r"(?:first|second|third|fourth|fifth|final|1st|2nd|3rd|4th)[- ]?y(?:ea)?rs?|y(?:ea)?r ?[1-5]|(?:ot|odp|stm)s)\b"
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
        self.grades = Grades(field)
        specialties: list[Name[Specialty]] = []
        settings: list[Name[Specialty]] = []
        for row in field.specialties.every():
            specialties += [Name(alias, row, "alias") for alias in (row.name, *row.aliases)]
            specialties += [Name(alias, row, "ambiguous") for alias in row.ambiguous]
            settings += [Name(place, row, "town") for place in row.settings]
        self._specialties = NameTable(specialties, fuzzy=True)
        self._settings = NameTable(settings)
        self.programmes = {row.id for row in field.specialties.programmes}
        self._schools = {row.id: row.school for row in field.specialties.every()}

    def learners(self, words: Words) -> Learners:
        """Grade, specialties and professions a message is about."""
        found = self.grades.grade(words)
        grade, evidence = found.grade, found.words if found.grade is not None else ()
        specialty = self._specialty(words, grade, " ".join(evidence).lower())
        groups = self._groups(words, grade)
        return Learners(
            grade.id if grade else None,
            evidence,
            found.self_told,
            grade is not None and grade.tier in ("student", "apprentice"),
            any(_LEARNER.search(s.plain) for s in words.own)
            or grade is not None
            or self.grades.speaks_of_hidden(words),
            tuple(row for row, _ in specialty),
            tuple(dict.fromkeys(said for _, said in specialty if said)),
            groups,
        )

    def specialty_mentions(self, sentences: Sequence[Sentence]) -> list[tuple[Mention[Specialty], bool]]:
        """Every specialty and programme named, and every setting that tells of one (True)."""
        named = [(mention, False) for mention in self._specialties.mentions(sentences)]
        return named + [(mention, True) for mention in self._settings.mentions(sentences)]

    def weight(self, mention: Mention[Specialty]) -> float:
        """How much a mention says, by its name and what stands beside it, that it is a learner's specialty."""
        return _weight(mention)

    def is_elsewhere(self, mention: Mention[Specialty]) -> bool:
        """Whether the specialty is one that is called, referred to or moved to."""
        return bool(_ELSEWHERE.search(mention.before))

    def implied_by(self, grade: str) -> list[str]:
        """The programme and the specialty that a grade has by itself."""
        row = self.grades.row(grade)
        implied = [_GRADE_PROGRAMME.get(grade), row.specialty if row is not None else None]
        return [value for value in implied if value]

    def regraded(self, learners: Learners, words: Words, grade: str | None) -> Learners:
        """The same learners with another grade, and the professions that follow from it."""
        return replace(learners, grade=grade, groups=self._groups(words, self.grades.row(grade) if grade else None))

    def _specialty(self, words: Words, grade: Grade | None, grade_words: str) -> list[tuple[str, str]]:
        scores: dict[str, float] = {}
        said: dict[str, str] = {}
        spoken = words.own
        for mention in self._specialties.mentions(spoken):
            score = _weight(mention)
            if _NO_POST_AFTER.search(mention.after):
                continue
            if mention.row.id not in scores or score > scores[mention.row.id]:
                scores[mention.row.id] = score
                said[mention.row.id] = mention.words
        for mention in self._specialties.mentions(words.voiced("signature")):
            if mention.strength == "alias" and mention.row.id not in scores and grade is not None and not scores:
                scores[mention.row.id], said[mention.row.id] = _ENOUGH, mention.words
        enough = sorted((row for row in scores if scores[row] >= _ENOUGH), key=lambda row: -scores[row])
        posts = [row for row in enough if row not in self.programmes]
        posts = [row for row in posts if scores[row] >= scores[posts[0]] - _FAR_BEHIND][:_MOST_SPECIALTIES]
        if not posts and grade is not None and grade.profession in _PLACED_BY_SETTING:
            settings = [m for m in self._settings.mentions(spoken) if not _ELSEWHERE.search(m.before)]
            posts = list(dict.fromkeys(mention.row.id for mention in settings))[:1]
            said |= {mention.row.id: mention.words for mention in settings[:1]}
        if not posts and grade is not None and grade.specialty and any(_AT_WORK.search(s.plain) for s in spoken):
            posts = [grade.specialty]
        programmes = [row for row in enough if row in self.programmes]
        programmes += self._programme_of(grade, grade_words, [*posts, *programmes])
        if grade is not None and "foundation" in programmes and grade.id not in ("FY1", "FY2"):
            programmes.remove("foundation")
        return [(row, said.get(row, "")) for row in dict.fromkeys(posts + programmes)]

    def _programme_of(self, grade: Grade | None, grade_words: str, named: Sequence[str]) -> list[str]:
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
        if self.programmes & set(named):
            return []
        return [_CORE_PROGRAMME[school] for row in named if (school := self._schools[row]) in _CORE_PROGRAMME][:1]

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
