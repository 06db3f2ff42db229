"""Which provider, site and university a message is about; a name in a signature or an employer is a hint, no more."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from intake.understand.names import Mention, Name, NameTable
from intake.understand.words import Sentence, Words
from tracker.field import Field

_LIST_OF_ALL = 4

_NOT_A_PLACE_AFTER = re.compile(
    r"^(?:'s)?[ ,]*(?:road|rd|street|avenue|ave|lane|drive|close|way|terrace|court|house|crescent|"
    r"square|united|fc|afc|city council|council|airport|station|"
    r"(?:medical|health|dental|veterinary|family) (?:centre|practice|group|care)|surgery|practice|"
    r"gp\b|dental practice|pharmacy|college|school|vts|scheme|"
    r"police|programme|scheme|rotation|deanery|gp\b|crown court|library|festival|racecourse|prison|"
    r"hmp|line|metro|beach|town|village)\b"
)
_PERSON_BEFORE = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|miss|mx|prof|professor|sister|matron|nurse|sir|lady|dear|hi|hello|dame|"
    r"rev)\.? (?:[a-z]\.? )?|\b[a-z]\. )$"
)
_ELSEWHERE_BEFORE = re.compile(
    r"\b(?:liv(?:e|es|ed|ing)(?: \w+){0,2} (?:in|near|at)|moved? (?:back )?(?:to|from)|"
    r"commut\w+(?: \w+){0,3} (?:from|to)|home(?: is)? in|(?:grew up|born) in|"
    r"family in|flat in|house in|train (?:to|from)|"
    r"driv\w+ (?:to|from|in from|over from|up from|down from)|miles? (?:off |away |from )*(?:in )?|"
    r"qualified (?:in|at|from)|trained (?:in|at)|graduat\w+ (?:from|at)|"
    r"used to (?:work|be)(?: at| in)?|previous(?:ly)?(?: \w+){0,4}|last (?:job|post|rotation|"
    r"placement|year|hospital)(?: \w+){0,3}|before (?:this|that|i came)(?: \w+){0,3}|"
    r"when i was (?:at|in)|my time (?:at|in)|compared (?:to|with)|unlike|better than|worse than|"
    r"same as|as (?:good|bad|nice) as|not like|different (?:from|to)|similar to|"
    r"(?:next|future|upcoming) (?:post|rotation|placement|job|block)(?: \w+){0,3}|rotat\w+ (?:on )?to|"
    r"(?:i )?start(?:s|ing)? (?:at|in)|moving (?:on )?to|going to|came from|come from|"
    r"transferr?(?:ed)? (?:to|from)|on to|"
    r"transfer\w*(?: \w+){0,4} (?:to|from)|referr\w*(?: \w+){0,3} (?:to|from)|"
    r"blue[- ]light\w*(?: \w+){0,2} (?:to|from)|retriev\w*(?: \w+){0,2} (?:to|from)|(?:practice|"
    r"gp surgery|pharmacy|health centre|dentist|care home|nursing home|school|prison|campus|office|"
    r"shop|flat|house|church)(?: \w+){0,2} (?:in|at|near|outside|of)|(?:held|hosted|taking place|"
    r"takes place)(?: \w+){0,2} (?:at|in)|(?:my old|old) (?:ward|unit|job|hospital|trust|"
    r"department)(?: \w+){0,2}|(?:lecturer|tutor|academic)(?: \w+){0,4} (?:at|in)|(?:interview|job|"
    r"offer) (?:at|in)|colleagues? (?:at|in)|friends? (?:at|in)|also (?:work|works) (?:at|in)|"
    r"meeting (?:at|in)|conference (?:at|in)|office in|campus in|"
    r"up the road in)[ ,]*(?:the )?$"
)
_PLACE_BEFORE = re.compile(
    r"(?:\b(?:at|in|from|@|within|across|over at|over in|through|near|of|for|to|with|and|&|/|is|re|"
    r"about|down in|up in|up at|down at|here in|here at)[ :]*(?:the )?|^[\W]*(?:re:? )?|"
    r"[-:/,(] ?(?:the )?)$"
)
_PLACE_AFTER = re.compile(
    r"^[ ,'s]*(?:trust|hospitals?|site|ed\b|a&e|icu|itu|amu|eau|mau|sau|picu|nicu|scbu|labour ward|"
    r"maternity|theatres?|ward|paeds|surgery department|medicine|infirmary|general|royal|"
    r"foundation trust|nhs|ft\b|on[- ]calls?|nights|f[12]s?\b|trainees?|rota)"
)
_PRACTICE = re.compile(
    r"\b(?:gp (?:practice|surgery|training practice|trainer|partners?)|(?:the|our|my|a|his|her|this|"
    r"two-doctor|dental|training|host) practice|"
    r"(?:the|our|my) (?:senior )?partners?|home visits?|practice manager|receptionists?|community pharmacy|"
    r"surgery (?:in|at|near)|high street)\b"
)
_AT_WORK = re.compile(
    r"\b(?:f[12]s?|fy[12]s?|st[1-8]s?|ct[1-4]s?|im[123]|imt\d?|gpst\d|stps?|dcts?|tnas?|trainees?|"
    r"students?|learners?|"
    r"shos?|reg(?:istrar)?s?|residents?|midwi\w+|nurses?|consultants?|placements?|wards?|hospital|"
    r"rota|ed|a&e|department|"
    r"post|unit|site|trust|rotat\w+|theatres?|clinics?|nights?|on[- ]calls?|shifts?|bleep|paeds|medicine|surgery|"
    r"maternity|induction|supervis\w+)\b"
)
_STUDENTS = re.compile(
    r"\b(?:students?|uni|university|course|cohort|lecturers?|tutors?|degree|undergraduates?|apprentices?)\b"
)
_CONTRAST = re.compile(
    r"\b(?:previous\w*|last (?:job|post|rotation|placement|year|trust|hospital)|before (?:this|that)|"
    r"used to|compared|unlike|"
    r"whereas|in contrast|where i trained|my old|elsewhere|next (?:job|post|rotation|placement)|"
    r"i(?:'ll| will)? (?:move|rotate|start|go|am going|am moving) (?:on )?(?:to|at|in)|"
    r"(?:was|were) (?:fine|great|brilliant|good|lovely|much better) (?:at|in))\b"
)
_UNIVERSITY_AFTER = re.compile(
    r"^(?:'s)?[ ,]*(?:uni\b|university|univ\b|medical school|school of|students?\b|campus|"
    r"dental school|bsc|mbbs|mpharm|programme team|lecturer)"
)
_UNIVERSITY_BEFORE = re.compile(
    r"\b(?:students?|medics?|undergraduates?|apprentices?|stud(?:y|ying|ied)|reading|enrolled|degree|"
    r"course|cohort|lecturers?|tutors?|programme|bsc|msc|mbbs|mpharm|(?:first|second|third|fourth|"
    r"fifth|final|1st|2nd|3rd|4th) years?|year [1-6]|uni(?:versity)?)"
    r"(?: (?:nurse|nurses|midwife|midwives|paramedic|nursing|midwifery|doing|on|in|adult|child|mental|"
    r"health|pharmacy|medicine|physio\w*|radiography|placements?|year))*[ ,(]*(?:at|from|with|of|in|@|"
    r",|by)?[ (]*(?:the )?$"
)
_OTHER_REGION = re.compile(r"\b(?:birmingham|london|woolwich|king'?s lynn|portsmouth|glasgow|leeds|manchester)\b")


@dataclass(frozen=True, slots=True)
class _Row:
    kind: Literal["trust", "site", "hei", "other"]
    name: str
    ods: str


@dataclass(frozen=True, slots=True)
class Places:
    """What a message is about, the main entry first, with the words it rests on."""

    provider: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    hei: tuple[str, ...] = ()
    provider_words: tuple[str, ...] = ()
    site_words: tuple[str, ...] = ()
    hei_words: tuple[str, ...] = ()


class Gazetteer:
    """The region's names, built once from the field."""

    def __init__(self, field: Field) -> None:
        names: list[Name[_Row]] = []
        self._domains: dict[str, _Row] = {}
        for trust in field.organisations.trusts:
            row = _Row("trust", trust.name, trust.ods)
            names += _names(row, trust.name, trust.aliases, trust.towns, trust.ambiguous)
            self._domains |= dict.fromkeys(trust.domains, row)
            for site in trust.site:
                names += _names(_Row("site", site.name, trust.ods), site.name, site.aliases, site.towns, site.ambiguous)
        for hei in field.organisations.heis:
            row = _Row("hei", hei.name, hei.ukprn)
            names += _names(row, hei.name, hei.aliases, hei.towns, hei.ambiguous)
            self._domains |= dict.fromkeys(hei.domains, row)
        for employer in field.organisations.employers:
            names += _names(_Row("other", employer.name, ""), employer.name, employer.aliases, (), ())
        self._table = NameTable(names, fuzzy=True)

    def places(self, words: Words, *, of_university: bool) -> Places:
        """The places a message is about. `of_university`: the writer speaks for one, so the signature names it."""
        mentions = self._table.mentions(words.sentences)
        spoken = [mention for mention in mentions if mention.sentence.voice in ("subject", "own")]
        kept = self._kept(spoken, words, mentions)
        earlier = self._kept([mention for mention in mentions if mention.sentence.voice == "thread"], words, mentions)
        if not any(mention.row.kind in ("trust", "site") for mention in kept):
            named_before = [mention for mention in earlier if mention.row.kind in ("trust", "site")]
            kept += named_before if len({mention.row.ods for mention in named_before}) == 1 else []
        heis = [mention for mention in kept if mention.row.kind == "hei"]
        heis = heis or self._signed_university(words, mentions, of_university=of_university)
        hei_names = _unique(mention.row.name for mention in heis)
        if not hei_names and of_university:
            employer = self._employer(words)
            hei_names = (employer.name,) if employer is not None and employer.kind == "hei" else ()
        provider, site = _settle([mention for mention in kept if mention.row.kind in ("trust", "site")])
        return Places(
            provider,
            site,
            hei_names,
            _unique(mention.words for mention in kept if mention.row.ods in provider),
            _unique(mention.words for mention in kept if mention.row.name in site),
            _unique(mention.words for mention in heis),
        )

    def signed_trust(self, words: Words) -> tuple[str, ...]:
        """The trust a signature names, for a trust's own answer, which is about itself; none where it names several."""
        signed = self._table.mentions(words.voiced("signature"))
        named = _unique(m.row.ods for m in signed if m.row.kind in ("trust", "site") and m.strength == "alias")
        return named if len(named) == 1 else ()

    @staticmethod
    def _signed_university(
        words: Words, mentions: Sequence[Mention[_Row]], *, of_university: bool
    ) -> list[Mention[_Row]]:
        """The university a signature names, unless it names a trust as well (an honorary post) and speaks for that."""
        signed = [
            mention for mention in mentions if mention.sentence.voice == "signature" and mention.strength == "alias"
        ]
        students = any(
            re.search(r"\b(?:students?|learners?|course|cohort)\b", sentence.plain) for sentence in words.own
        )
        if of_university or (students and all(mention.row.kind == "hei" for mention in signed)):
            return [mention for mention in signed if mention.row.kind == "hei"][:1]
        return []

    def _employer(self, words: Words) -> _Row | None:
        return next(
            (
                row
                for domain, row in self._domains.items()
                if words.domain == domain or words.domain.endswith("." + domain)
            ),
            None,
        )

    def _kept(
        self, spoken: Sequence[Mention[_Row]], words: Words, every: Sequence[Mention[_Row]]
    ) -> list[Mention[_Row]]:
        """The mentions that speak of a learner's place."""
        employer = self._employer(words)
        sure = {mention.row.ods for mention in every if mention.strength == "alias" and mention.row.kind != "hei"}
        towns = {mention.row.ods for mention in every if mention.strength == "town"}
        kept: list[Mention[_Row]] = []
        for mention in spoken:
            if not _is_place(mention, words):
                continue
            rivals = [other for other in spoken if other.sentence is mention.sentence and other.start == mention.start]
            university = _is_university(mention)
            if mention.row.kind == "hei":
                alone = all(other.row.kind == "hei" for other in rivals) and _STUDENTS.search(mention.sentence.plain)
                if mention.strength == "alias" or university or alone:
                    kept.append(mention)
            elif mention.strength == "alias":
                if not (university and any(other.row.kind == "hei" for other in rivals)):
                    kept.append(mention)
            elif mention.strength == "town":
                a_university = university and any(other.row.kind == "hei" for other in rivals)
                if not a_university and not _is_practice(words) and _is_workplace(mention, surely=bool(sure)):
                    kept.append(mention)
            elif _OTHER_REGION.search(mention.sentence.plain) is None:
                known = mention.row.ods in sure | towns or (employer is not None and employer.ods == mention.row.ods)
                shared = {other.row.ods for other in rivals} - {mention.row.ods}
                if known and not shared & (sure | towns):
                    kept.append(mention)
        about = [mention for mention in kept if not _CONTRAST.search(mention.sentence.plain)]
        return about if any(mention.row.kind != "hei" for mention in about) else kept


def _names(
    row: _Row, name: str, aliases: Sequence[str], towns: Sequence[str], ambiguous: Sequence[str]
) -> list[Name[_Row]]:
    return [
        *(Name(written, row, "alias") for written in (name, *aliases)),
        *(Name(written, row, "town") for written in towns),
        *(Name(written, row, "ambiguous") for written in ambiguous),
    ]


def _is_place(mention: Mention[_Row], words: Words) -> bool:
    if _PERSON_BEFORE.search(mention.before) and mention.strength != "ambiguous":
        return False
    if mention.row.kind != "hei" and _NOT_A_PLACE_AFTER.search(mention.after):
        return False
    if (
        mention.words.lower() in words.names
        and mention.strength != "ambiguous"
        and not _PLACE_BEFORE.search(mention.before)
    ):
        return False
    return not _ELSEWHERE_BEFORE.search(mention.before)


def _is_university(mention: Mention[_Row]) -> bool:
    if _PLACE_AFTER.search(mention.after):
        return False
    return bool(_UNIVERSITY_AFTER.search(mention.after) or _UNIVERSITY_BEFORE.search(mention.before))


def _is_workplace(mention: Mention[_Row], *, surely: bool) -> bool:
    """Whether a town stands for its hospital; `surely`: another place is named, so a town alone will not do."""
    if _PLACE_AFTER.search(mention.after):
        return True
    at_work = not surely or bool(_AT_WORK.search(mention.sentence.plain))
    return at_work and bool(_PLACE_BEFORE.search(mention.before))


def _is_practice(words: Words) -> bool:
    """Whether the learner works in a GP or dental practice: then a town is only where it stands."""
    return any(_PRACTICE.search(sentence.plain) for sentence in words.own)


def _settle(mentions: Sequence[Mention[_Row]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Trusts and sites named, by how often and how early; a list of every trust is about none of them."""
    exact = {mention.row.ods for mention in mentions if mention.exact}
    mentions = [mention for mention in mentions if mention.exact or not exact - {mention.row.ods}]
    provider = _unique(mention.row.ods for mention in mentions)
    if len(provider) >= _LIST_OF_ALL:
        return (), ()
    sites = [mention for mention in mentions if mention.row.kind == "site"]
    # "North Tees" is a trust and its main hospital: the hospital counts unless another site of the trust is named as well.
    shared = {
        mention.row.name
        for mention in sites
        if any(o.row.kind == "trust" and o.sentence is mention.sentence and o.start == mention.start for o in mentions)
        and any(o.row.ods == mention.row.ods and o.row.name != mention.row.name and o.row.kind == "site" for o in sites)
    }
    return provider, _unique(mention.row.name for mention in sites if mention.row.name not in shared)


def _unique(values: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))  # type: ignore[call-overload]


__all__ = ["Gazetteer", "Places", "Sentence"]
