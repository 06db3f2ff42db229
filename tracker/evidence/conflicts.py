"""What does not fit together about a place: surveys, reports, requirements and ratings that tell different stories; pure.

Published reviews show it: trainees told one department one thing and the survey another. A conflict is a question for people,
never a finding, and no count of reports is told in it.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from tracker.evidence.reports import Report
from tracker.evidence.requirement_facts import Asked
from tracker.evidence.survey_facts import Answer
from tracker.field.rules import Theme

LOW: Final = frozenset({"below_outlier"})
HIGH: Final = frozenset({"above_outlier", "q4_not_outlier"})
MANY_RED: Final = 2


def conflicts(
    *,
    level: int | None,
    answers: Sequence[Answer],
    cases: Sequence[Report],
    requirements: Sequence[Asked],
    planned: int,
    themes: Collection[Theme],
    theme_words: Mapping[str, str],
    at_least: int,
) -> tuple[str, ...]:
    """Sentences for people. `level` is the standing rating, `cases` the reports of the last year, `planned` reviews to come."""
    latest = _latest(answers)
    red = sorted(indicator for indicator, flag in latest.items() if flag in LOW)
    owed = [row for row in requirements if row.is_open()]
    return (
        *_rating(level, red, owed, planned),
        *_silence(latest, cases, owed, themes, theme_words, at_least),
        *_two_truths(latest, cases, themes, theme_words, at_least),
        *_closed_too_soon(latest, requirements, themes),
    )


def _latest(answers: Sequence[Answer]) -> dict[str, str]:
    """The newest flag of each indicator."""
    newest: dict[str, Answer] = {}
    for answer in answers:
        known = newest.get(answer.indicator)
        if answer.outlier not in ("suppressed", "none") and (known is None or answer.year >= known.year):
            newest[answer.indicator] = answer
    return {indicator: answer.outlier for indicator, answer in newest.items()}


def _rating(level: int | None, red: Sequence[str], owed: Sequence[Asked], planned: int) -> Iterator[str]:
    if not level:
        rated = "is not rated" if level is None else "is rated ISF 0"
        if len(red) >= MANY_RED:
            yield f"The place {rated}, yet the newest survey is below outlier in {len(red)} indicators: {', '.join(red)}."
        if owed:
            yield f"The place {rated}, yet {len(owed)} requirement(s) are open: {', '.join(row.ref for row in owed)}."
    elif level >= 2 and not owed and not planned:
        yield f"The place is rated ISF {level}, yet no requirement is open and no review is planned."


def _silence(
    latest: Mapping[str, str],
    cases: Sequence[Report],
    owed: Sequence[Asked],
    themes: Collection[Theme],
    theme_words: Mapping[str, str],
    at_least: int,
) -> Iterator[str]:
    """The survey is low, and neither several reports nor a requirement speak of it.

    One or two reports count as none: the missing of this sentence must not give them away.
    """
    counts = Counter(theme for case in cases for theme in case.themes)
    spoken = {theme for theme, many in counts.items() if many >= at_least}
    for theme in themes:
        low = sorted(indicator for indicator in theme.nts if latest.get(indicator) in LOW)
        if low and theme.id not in spoken and not any(set(theme.standards) & set(row.standards) for row in owed):
            words = theme_words.get(theme.id, theme.name)
            yield (
                f"The survey is below outlier in {' and '.join(low)}, yet few reports of the year (fewer than {at_least}) and "
                f"no open requirement are about {words}."
            )


def _two_truths(
    latest: Mapping[str, str],
    cases: Sequence[Report],
    themes: Collection[Theme],
    theme_words: Mapping[str, str],
    at_least: int,
) -> Iterator[str]:
    """Several reports say one thing and the survey another; few reports are not spoken of, so that nobody is found out."""
    for theme in themes:
        reports = sum(theme.id in case.themes for case in cases)
        flags = {indicator: latest[indicator] for indicator in theme.nts if indicator in latest}
        if reports >= at_least and flags and all(flag in HIGH for flag in flags.values()):
            words = theme_words.get(theme.id, theme.name)
            yield f"Reports of the year are about {words}, yet the survey is high in {' and '.join(sorted(flags))}."


def _closed_too_soon(
    latest: Mapping[str, str], requirements: Sequence[Asked], themes: Collection[Theme]
) -> Iterator[str]:
    """A requirement was closed, and the newest survey is still low in what its standards are about."""
    for row in requirements:
        if row.closed_at is None or row.kind not in ("IMR", "MR"):
            continue
        low = {
            indicator
            for theme in themes
            if set(theme.standards) & set(row.standards)
            for indicator in theme.nts
            if latest.get(indicator) in LOW
        }
        if low:
            yield f"{row.ref} was closed, yet the newest survey is below outlier in {' and '.join(sorted(low))}."
