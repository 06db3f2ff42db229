"""From what was found to what should be done: themes in order, urgency, acknowledgement and a first level proposal; pure."""

from collections.abc import Mapping, Sequence

from intake.understand.cues import Finding
from intake.understand.kinds import KindFound
from tracker.field import Field
from tracker.submission import AcknowledgementKind, Kind, Urgency

_THEMELESS: tuple[Kind, ...] = ("automatic", "spam", "survey_admin", "information_rights", "enquiry")
_MOST_THEMES = 3
_LEAST_THEME = 0.45
_FLAG_THEMES = {
    "patient_harm_now": "patient_safety",
    "self_harm": "wellbeing",
    "sexual_misconduct": "sexual_safety",
    "safeguarding": "patient_safety",
    "violence_or_crime": "bullying_undermining",
    "reprisal": "speaking_up_culture",
    "race_or_other_hate": "discrimination",
    "impaired_practitioner": "patient_safety",
}
_GRAVE_LEVELS = {
    "patient_harm_now": (2, 2),
    "sexual_misconduct": (2, 2),
    "safeguarding": (2, 2),
    "violence_or_crime": (2, 2),
    "impaired_practitioner": (2, 2),
}


def themes_of(kind: Kind, themes: Mapping[str, Finding], flags: Sequence[str]) -> tuple[str, ...]:
    """The themes of a message, the main one first: what a red flag is about leads, then the strongest."""
    if kind in _THEMELESS:
        return ()
    scores = {name: finding.score for name, finding in themes.items() if finding.shown}
    if kind == "good_practice":
        return ("good_practice",)
    scores.pop("good_practice", None)
    if kind == "not_ours":
        return tuple(name for name in scores if name.startswith("not_quality"))[:1]
    scores = {name: score for name, score in scores.items() if not name.startswith("not_quality")}
    for flag in flags:
        if flag in _FLAG_THEMES:
            theme = _FLAG_THEMES[flag]
            scores[theme] = max(scores.get(theme, 0.0), 1.0) + 3.0
    ordered = sorted(scores, key=lambda name: -scores[name])
    return tuple(name for name in ordered if scores[name] >= _LEAST_THEME)[:_MOST_THEMES]


def urgency_of(field: Field, found: KindFound, flags: Sequence[str]) -> Urgency:
    """The highest red flag decides; nothing to do is none. Rules raise urgency, only a person lowers it."""
    levels = {row.id: row.level for row in field.routing.red_flags}
    shown = {levels[flag] for flag in flags}
    if "immediate" in shown:
        return "immediate"
    if "same_day" in shown:
        return "same_day"
    return "routine" if found.to_do else "none"


def acknowledgement_of(field: Field, found: KindFound, flags: Sequence[str]) -> AcknowledgementKind:
    """Which templated answer fits: crisis beats every other, then sensitive, then the kind's own."""
    replies = {row.id: row.auto_reply for row in field.routing.red_flags}
    wanted = {replies[flag] for flag in flags}
    if not found.to_do:
        return "none"
    if "crisis" in wanted:
        return "crisis"
    if "sensitive" in wanted:
        return "sensitive"
    if found.kind == "information_rights":
        return "information_rights"
    return "signpost" if found.kind == "not_ours" else "standard"


def level_of(found: KindFound, themes: Sequence[str], flags: Sequence[str], *, over: bool) -> tuple[int, int] | None:
    """A first ISF proposal, lowest and highest; for concerns only, none for a person's own health alone."""
    if found.kind != "concern":
        return None
    if "self_harm" in flags and not set(flags) - {"self_harm"}:
        return None
    if over and not flags:
        return (0, 0)
    grave = [_GRAVE_LEVELS[flag] for flag in flags if flag in _GRAVE_LEVELS]
    if grave:
        return max(grave)
    return (1, 1) if themes else None
