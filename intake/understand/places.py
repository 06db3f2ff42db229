"""Which provider, site and university a message is about; a name in a signature or an employer is a hint, no more."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from intake.understand.bearings import is_anchor, is_contrast, is_followed_by_work, is_place, is_practice, is_workplace
from intake.understand.names import Mention, Name, NameTable
from intake.understand.universities import is_signed_university, is_university, speaks_of_students
from intake.understand.words import Sentence, Words
from tracker.field import Field

LIST_OF_ALL = 4
_OTHER_REGION = re.compile(r"\b(?:birmingham|london|woolwich|king'?s lynn|portsmouth|glasgow|leeds|manchester)\b")


@dataclass(frozen=True, slots=True)
class Row:
    """A trust, site, university or other employer; `ods` is the trust's code, or a university's number."""

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
        names: list[Name[Row]] = []
        self._domains: dict[str, Row] = {}
        for trust in field.organisations.trusts:
            row = Row("trust", trust.name, trust.ods)
            names += _names(row, trust.name, trust.aliases, trust.towns, trust.ambiguous)
            self._domains |= dict.fromkeys(trust.domains, row)
            for site in trust.site:
                names += _names(Row("site", site.name, trust.ods), site.name, site.aliases, site.towns, site.ambiguous)
        for hei in field.organisations.heis:
            row = Row("hei", hei.name, hei.ukprn)
            names += _names(row, hei.name, hei.aliases, hei.towns, hei.ambiguous)
            self._domains |= dict.fromkeys(hei.domains, row)
        for employer in field.organisations.employers:
            names += _names(Row("other", employer.name, ""), employer.name, employer.aliases, (), ())
        self._table = NameTable(names, fuzzy=True)
        self.kinds = {trust.ods: trust.kind for trust in field.organisations.trusts}
        self.trust_of = {site.name: trust.ods for trust in field.organisations.trusts for site in trust.site}
        self._pointers: dict[str, set[Row]] = {}
        for domain, row in self._domains.items():
            self._pointers.setdefault(domain.partition(".")[0], set()).add(row)

    def mentions(self, sentences: Iterable[Sentence]) -> list[Mention[Row]]:
        """Every name of a place, a university or an employer in these sentences."""
        return self._table.mentions(sentences)

    def pointed_to(self, domain: str) -> list[Row]:
        """Whom a mail domain may belong to, by a whole part of it: "mail.nuth.example" points to nuth.nhs.uk's trust.

        A part joined to others by a hyphen points to nobody: it may be anybody's name for themselves.
        """
        parts = set(domain.split("."))
        rows = {row for part in parts & set(self._pointers) for row in self._pointers[part]}
        return sorted(rows, key=lambda row: (row.kind, row.name))

    def places(self, words: Words, *, of_university: bool) -> Places:
        """The places a message is about. `of_university`: the writer speaks for one, so the signature names it."""
        mentions = self._table.mentions(words.sentences)
        spoken = [mention for mention in mentions if mention.sentence.voice in ("subject", "own")]
        earlier = [mention for mention in mentions if mention.sentence.voice == "thread"]
        students = of_university or speaks_of_students(words)
        kept = self._hospitals(spoken, words, mentions, students=students)
        if not kept:
            before = self._hospitals(earlier, words, mentions, students=students)
            kept = before if len({mention.row.ods for mention in before}) == 1 else []
        heis = (
            _universities(spoken, students=students)
            or self._signed_university(mentions, of_university=of_university, students=students)
            or _only(_universities(earlier, students=students))
        )
        hei_names = _unique(mention.row.name for mention in heis)
        if not hei_names and (of_university or students):
            employer = self._employer(words)
            hei_names = (employer.name,) if employer is not None and employer.kind == "hei" else ()
        provider, site = _settle(kept)
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
        mentions: Sequence[Mention[Row]], *, of_university: bool, students: bool
    ) -> list[Mention[Row]]:
        """The university a signature names, unless it names a trust as well (an honorary post) and speaks for that."""
        signed = [mention for mention in mentions if mention.sentence.voice == "signature"]
        full = [mention for mention in signed if mention.strength == "alias"]
        heis = [mention for mention in full if mention.row.kind == "hei"]
        if heis and (of_university or (students and len(heis) == len(full))):
            return heis[:1]
        if full or not students:
            return []
        return [
            mention
            for mention in signed
            if mention.row.kind == "hei"
            and mention.strength == "town"
            and (of_university or _is_region(mention, signed) or is_signed_university(mention))
        ][:1]

    def _employer(self, words: Words) -> Row | None:
        """Whose the writer's address is."""
        known = (row for domain, row in self._domains.items() if ("." + words.domain).endswith("." + domain))
        return next(known, None)

    def _hospitals(
        self, spoken: Sequence[Mention[Row]], words: Words, every: Sequence[Mention[Row]], *, students: bool
    ) -> list[Mention[Row]]:
        """The mentions of trusts and sites that speak of a learner's place."""
        employer = self._employer(words)
        sure = {mention.row.ods for mention in every if mention.strength == "alias" and mention.row.kind != "hei"}
        towns = {mention.row.ods for mention in every if mention.strength == "town"}
        in_practice = is_practice(words)
        kept: list[Mention[Row]] = []
        for mention in spoken:
            if mention.row.kind not in ("trust", "site") or not is_place(mention, words, university=False):
                continue
            rivals = [other for other in spoken if other.sentence is mention.sentence and other.start == mention.start]
            if mention.strength == "alias":
                kept.append(mention)
            elif mention.strength == "town":
                a_university = any(_means_university(other, spoken, students=students) for other in rivals)
                if not a_university and not in_practice and is_workplace(mention, surely=bool(sure)):
                    kept.append(mention)
            elif _OTHER_REGION.search(mention.sentence.plain) is None:
                known = mention.row.ods in sure | towns or (employer is not None and employer.ods == mention.row.ods)
                shared = {other.row.ods for other in rivals} - {mention.row.ods}
                if known and not shared & (sure | towns):
                    kept.append(mention)
        about = [mention for mention in kept if not is_contrast(mention)] or kept
        anchored = {mention.row.ods for mention in about if is_anchor(mention)}
        return [mention for mention in about if mention.row.ods in anchored] if anchored else about


def _universities(spoken: Sequence[Mention[Row]], *, students: bool) -> list[Mention[Row]]:
    """The mentions that name a university."""
    return [mention for mention in spoken if _means_university(mention, spoken, students=students)]


def _means_university(mention: Mention[Row], spoken: Sequence[Mention[Row]], *, students: bool) -> bool:
    if mention.row.kind != "hei":
        return False
    if mention.strength == "alias" or is_university(mention, placed=_is_placed_elsewhere(mention, spoken)):
        return True
    return students and _is_region(mention, spoken) and not is_followed_by_work(mention)


def _is_placed_elsewhere(mention: Mention[Row], spoken: Sequence[Mention[Row]]) -> bool:
    """Whether a hospital is named that is not of this town."""
    here = {o.row.ods for o in spoken if o.sentence is mention.sentence and o.start == mention.start}
    return any(o.row.kind == "site" and o.row.ods not in here and o.strength == "alias" for o in spoken)


def _is_region(mention: Mention[Row], rivals: Sequence[Mention[Row]]) -> bool:
    """Whether a name stands for no one town with a hospital, such as Teesside: said of students, it is the university."""
    return not any(
        o.row.kind == "site" for o in rivals if o.sentence is mention.sentence and o.start == mention.start
    ) and (mention.row.name not in ("Newcastle University", "Durham University"))


def _only(mentions: list[Mention[Row]]) -> list[Mention[Row]]:
    """The mentions where they all name one row."""
    return mentions if len({mention.row for mention in mentions}) == 1 else []


def _names(
    row: Row, name: str, aliases: Sequence[str], towns: Sequence[str], ambiguous: Sequence[str]
) -> list[Name[Row]]:
    return [
        *(Name(written, row, "alias") for written in (name, *aliases)),
        *(Name(written, row, "town") for written in towns),
        *(Name(written, row, "ambiguous") for written in ambiguous),
    ]


def _settle(mentions: Sequence[Mention[Row]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Trusts and sites named, by how often and how early; a list of every trust is about none of them."""
    exact = {mention.row.ods for mention in mentions if mention.exact}
    mentions = [mention for mention in mentions if mention.exact or not exact - {mention.row.ods}]
    provider = _unique(mention.row.ods for mention in mentions)
    if len(provider) >= LIST_OF_ALL:
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


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
