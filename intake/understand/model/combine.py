"""Rules and model together: the wider caution wins for danger, the model decides where words alone mislead; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from intake.understand.cues import Finding
from intake.understand.kinds import KindFound
from intake.understand.model.opinion import NOTHING, Opinion
from intake.understand.people import Raiser
from tracker.field import Field
from tracker.submission import Anonymity, Kind

_SILENT = ("automatic", "spam")
_MOST_THEMES = 3


@dataclass(frozen=True, slots=True)
class View:
    """What is thought of a message at one stage: first by the rules, then by both.

    `sure_machine`: the headers leave no doubt. `themes` (main first) and `level` are the model's alone; the rules order
    and propose later, where `themes` is None.
    """

    found: KindFound
    flags: Mapping[str, Finding]
    raiser: Raiser
    sure_machine: bool = False
    themes: tuple[str, ...] | None = None
    level: tuple[int, int] | None = None


def combine(rules: View, opinion: Opinion, thresholds: Mapping[str, float], field: Field) -> View:
    """Both views in one; a machine known by its headers stays a machine.

    A red flag that either sees stands. Only where the model, which is told what the rules saw, is all but sure that a
    rule's flag is mistaken (its chance is under `doubt`), it falls: a wrong crisis answer frightens.
    """
    flags = _flags(rules.flags, opinion, thresholds, field)
    grave = any(flags[row.id].shown for row in field.routing.red_flags if row.level in ("immediate", "same_day"))
    found = rules.found if rules.sure_machine else _found(rules.found, opinion, thresholds, grave=grave)
    return View(
        found,
        flags,
        _raiser(rules.raiser, opinion, thresholds),
        rules.sure_machine,
        _themes(found.kind, opinion, thresholds),
        _level(opinion) if found.kind == "concern" else None,
    )


def _flags(
    seen: Mapping[str, Finding], opinion: Opinion, thresholds: Mapping[str, float], field: Field
) -> dict[str, Finding]:
    flags = dict(seen)
    for row in field.routing.red_flags:
        label = f"flag {row.id}"
        chance = opinion.chances[label]
        if flags[row.id].shown and chance >= thresholds[f"doubt {row.id}"]:
            continue
        if chance >= thresholds[label]:
            flags[row.id] = _by_model(row.id, chance, opinion.passages.get(label, ()))
        else:
            flags[row.id] = replace(flags[row.id], shown=False)
    # The urgency head sees what no single flag may be sure of: then the likeliest flag of that urgency is named.
    for level in ("immediate", "same_day"):
        if any(flags[row.id].shown for row in field.routing.red_flags if row.level in ("immediate", level)):
            continue
        chance = opinion.chances["urgency immediate"] + (
            opinion.chances["urgency same_day"] if level == "same_day" else 0.0
        )
        if chance >= thresholds[f"urgency {level}"]:
            own = [row.id for row in field.routing.red_flags if row.level == level]
            likeliest = max(own, key=lambda name: opinion.chances[f"flag {name}"])
            said = opinion.passages.get(f"urgency {level}", ()) or opinion.passages.get(f"flag {likeliest}", ())
            flags[likeliest] = _by_model(likeliest, chance, said)
    return flags


def _by_model(name: str, chance: float, passages: tuple[str, ...]) -> Finding:
    """A Finding whose confidence is the model's chance."""
    chance = min(chance, 0.99)
    return Finding(name, round(chance / (1 - chance), 3), shown=True, words=passages)


def _found(rules: KindFound, opinion: Opinion, thresholds: Mapping[str, float], *, grave: bool) -> KindFound:
    """The kind and whether a case opens. What tells of danger is never filed, whoever thinks it noise."""
    kind = opinion.best("kind")
    # What the rules would open is filed only where the model is rather sure: in doubt a person looks.
    opens = opinion.chances["opens_case"] >= thresholds["keeps_case" if rules.opens_case else "opens_case"]
    if grave and (not opens or kind in _SILENT):
        kind, opens = ("concern" if kind in (*_SILENT, "enquiry") else kind), True
    if opens and kind in _SILENT:
        own = [label.removeprefix("kind ") for label in opinion.chances if label.startswith("kind ")]
        kind = max((name for name in own if name not in _SILENT), key=lambda name: opinion.chances[f"kind {name}"])
    words = rules.words if kind == rules.kind else ()
    return KindFound(
        _kind(kind),
        opens_case=opens and kind not in _SILENT,
        to_do=opens and kind not in _SILENT,
        words=words or opinion.passages.get(f"kind {kind}", ()),
    )


def _raiser(rules: Raiser, opinion: Opinion, thresholds: Mapping[str, float]) -> Raiser:
    # A mail that carries somebody else's message is passed on, whatever its words: that is seen, not guessed.
    proxy = opinion.chances["proxy"] >= 0.5 or (rules.of_another and rules.proxy)
    raiser = rules
    if proxy != rules.proxy:
        raiser = replace(rules, proxy=proxy, proxy_words=opinion.passages.get("proxy", ()) if proxy else ())
    wish = opinion.best("anonymity")
    if rules.anonymity == "open" and wish != "open":
        raiser = replace(raiser, anonymity=_wish(wish), anonymity_words=opinion.passages.get(f"anonymity {wish}", ()))
    # "In confidence" is also said of a survey: what a rule heard falls only where the model is all but sure of it.
    if rules.anonymity != "open" and opinion.chances["anonymity open"] >= thresholds["no_wish"]:
        raiser = replace(raiser, anonymity="open", anonymity_words=())
    return raiser


def _themes(kind: Kind, opinion: Opinion, thresholds: Mapping[str, float]) -> tuple[str, ...]:
    if kind in _SILENT:
        return ()
    main = opinion.best("main")
    if main == NOTHING:
        return ()
    own = {label.removeprefix("theme "): chance for label, chance in opinion.chances.items() if label[:6] == "theme "}
    others = sorted((name for name in own if own[name] >= thresholds["theme"] and name != main), key=lambda n: -own[n])
    return (main, *others)[:_MOST_THEMES]


def _level(opinion: Opinion) -> tuple[int, int] | None:
    best = opinion.best("isf")
    return None if best == NOTHING else (int(best), int(best))


def _kind(name: str) -> Kind:
    return next(kind for kind in _KINDS if kind == name)


def _wish(name: str) -> Anonymity:
    return next(wish for wish in _WISHES if wish == name)


_KINDS: tuple[Kind, ...] = (
    "concern", "enquiry", "good_practice", "requirement_response", "survey_admin", "complaint_about_us",
    "information_rights", "not_ours", "automatic", "spam",
)  # fmt: skip
_WISHES: tuple[Anonymity, ...] = ("open", "confidential", "anonymous")
