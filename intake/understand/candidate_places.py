"""The trusts and sites that a message may be about, with signs of how each is told; what they weigh lives in weighing.py."""

from collections.abc import Sequence

from intake.understand.bearings import is_anchor, is_contrast, is_followed_by_work, is_person, is_place, is_workplace
from intake.understand.candidates import (
    Candidate,
    Label,
    Scene,
    count_spoken,
    crossed,
    few,
    is_spoken,
    met_words,
    standing_signs,
    with_rule,
)
from intake.understand.names import Mention
from intake.understand.places import LIST_OF_ALL, Gazetteer, Row
from intake.understand.universities import is_university
from intake.understand.words import Sentence

_Mentions = dict[str, list[Mention[Row]]]


def place_candidates(gazetteer: Gazetteer, scene: Scene) -> list[Candidate]:
    """Every trust and site that is named anywhere in a message, or that its writer's address points to."""
    titles = scene.titles(slack_only=False)
    met = [m for m in gazetteer.mentions([*scene.words.sentences, *titles]) if m.row.kind != "other"]
    trusts: _Mentions = {}
    sites: _Mentions = {}
    for mention in met:
        if mention.row.kind != "hei":
            trusts.setdefault(mention.row.ods, []).append(mention)
        if mention.row.kind == "site":
            sites.setdefault(mention.row.name, []).append(mention)
    employers = gazetteer.pointed_to(scene.words.domain)
    for row in employers:
        if row.kind == "trust":
            trusts.setdefault(row.ods, [])
    alike, every = scene.told(), scene.said()
    signs = {id(mention): _signs(mention, met, scene, titles) for mention in met if mention.row.kind != "hei"}
    found: list[Candidate] = []
    kinds = gazetteer.kinds
    is_list = sum(any(_is_sure(mention) for mention in mentions) for mentions in trusts.values()) >= LIST_OF_ALL
    ours = {row.ods for row in employers if row.kind == "trust"}
    tables: tuple[tuple[Label, _Mentions, tuple[str, ...]], ...] = (
        ("provider", trusts, scene.places.provider),
        ("site", sites, scene.places.site),
    )
    for label, table, by_rules in tables:
        spoken = count_spoken(table)
        first = next(iter(spoken), None)
        for value, mentions in table.items():
            ods = mentions[0].row.ods if mentions else value
            best = _surest(mentions)
            here = {sign for mention in mentions for sign in signs[id(mention)]}
            rule, own = with_rule(value, by_rules), "spoken" if value in spoken else "unspoken"
            here |= {rule, f"times {few(spoken.get(value, 0))}", f"rivals {few(len(set(spoken) - {value}))}"}
            here |= {"first"} if value == first else set()
            here |= {"alone"} if len(table) == 1 else set()
            here |= {"none spoken"} if not spoken else set()
            here |= {"rule many"} if rule == "rule yes" and len(by_rules) > 1 else set()
            here |= {"employer" if ods in ours else "employer another" if ours else "employer unknown"}
            here |= {best, f"trust {kinds[ods]}"}
            here |= {"employer alone"} if not mentions else set()
            if label == "site":
                here |= {"its trust by rule"} if ods in scene.places.provider else set()
                here |= {"sibling"} if any(o != value and sites[o][0].row.ods == ods for o in sites) else set()
            else:
                here |= {f"named as {mention.row.kind}" for mention in mentions}
            rivals = {
                f"rival {kinds[o]}" for o, ms in trusts.items() if o != ods and any(_is_sure(mention) for mention in ms)
            }
            here |= rivals | crossed((best,), rivals)
            here |= alike | crossed((rule, own, best), alike)
            decided = _decided(mentions, scene, by_rule=rule == "rule yes")
            if is_list and not scene.places.provider:
                decided = False
            found.append(Candidate(label, value, met_words(mentions), frozenset(here | every), decided))
    return found


def _decided(mentions: Sequence[Mention[Row]], scene: Scene, *, by_rule: bool) -> bool | None:
    """A name that several places share means what the rules make of it, and so does one of the earlier thread alone.

    What is always a person's name is no place. An employer is a hint, except in its own answer, which is about itself.
    """
    if not mentions:
        return None if scene.kind == "requirement_response" else False
    if all(is_person(mention) for mention in mentions):
        return False
    shared = all(mention.strength == "ambiguous" for mention in mentions)
    earlier = all(mention.sentence.voice == "thread" for mention in mentions)
    return by_rule if shared or (earlier and not by_rule) else None


def _is_sure(mention: Mention[Row]) -> bool:
    return mention.strength == "alias" and is_spoken(mention)


def _surest(mentions: Sequence[Mention[Row]]) -> str:
    strengths = {mention.strength for mention in mentions}
    return next(
        (f"as {strength}" for strength in ("alias", "town", "ambiguous") if strength in strengths), "as employer"
    )


def _signs(mention: Mention[Row], met: Sequence[Mention[Row]], scene: Scene, titles: Sequence[Sentence]) -> set[str]:
    """How one mention stands: in its sentence, by the rules of bearings, and among what else its words may mean."""
    signs = standing_signs(mention, titles)
    same = [other for other in met if other.sentence is mention.sentence and other.start == mention.start]
    kinds = sorted({other.row.kind for other in same})
    signs |= {"means " + " or ".join(kinds)} if len(kinds) > 1 else set()
    if any(other.row.kind == "hei" and other.row.name in scene.places.hei for other in same):
        signs |= {"the university", f"the university {mention.strength}"}
    if not is_spoken(mention):
        return signs
    rules = {
        "place": is_place(mention, scene.words, university=False),
        "contrast": is_contrast(mention),
        "anchor": is_anchor(mention),
        "work follows": is_followed_by_work(mention),
        "university": is_university(mention, placed=False),
        "workplace": is_workplace(mention, surely=False),
    }
    signs |= {sign for sign, holds in rules.items() if holds}
    return signs | ({f"place {mention.strength}"} if rules["place"] else {"no place"})
