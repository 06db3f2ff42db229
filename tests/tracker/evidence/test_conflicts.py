"""What does not fit together is asked, and no small number of reports shows through."""

from datetime import UTC, datetime
from typing import Any

from tests.tracker.desk import the_field
from tracker.evidence.conflicts import conflicts
from tracker.evidence.reports import Report
from tracker.evidence.requirement_facts import Asked
from tracker.evidence.survey_facts import Answer
from tracker.model import RegisterPlace
from tracker.register.requirements import Stood

THEMES = the_field().routing.themes
WORKLOAD = next(theme for theme in THEMES if "Workload" in theme.nts)
AT = datetime(2026, 11, 1, tzinfo=UTC)


def asked(**said: Any) -> tuple[str, ...]:
    usual: dict[str, Any] = {"level": 1, "answers": [], "cases": [], "requirements": [], "planned": 0}
    return conflicts(**usual | said, themes=THEMES, theme_words={}, at_least=3)


def flag(outlier: str, indicator: str = "Workload", year: int = 2026) -> Answer:
    return Answer("import 1 row 2", "NTS", year, "", "", indicator, outlier, 50.0)


def requirement(*standards: str, closed: bool = False, kind: str = "MR") -> Asked:
    place = RegisterPlace(key="RTD", scope="organisation", provider="RTD")
    return Asked("QR-1", kind, place, standards, (), AT, (Stood("closed" if closed else "open", AT, AT),))


def reports(many: int, theme: str = WORKLOAD.id) -> list[Report]:
    return [Report(number, f"QD-{number}", AT, themes=(theme,)) for number in range(many)]


def test_nothing_said_is_no_conflict() -> None:
    assert asked() == ()
    assert asked(answers=[flag("within")]) == ()


def test_a_low_survey_of_which_nobody_speaks_is_asked() -> None:
    (said,) = asked(answers=[flag("below_outlier")])
    assert "below outlier in Workload" in said


def test_a_requirement_about_it_answers_the_question() -> None:
    assert asked(answers=[flag("below_outlier")], requirements=[requirement(*WORKLOAD.standards)]) == ()


def test_one_or_two_reports_change_nothing_that_is_said() -> None:
    """Else the missing sentence would tell that somebody wrote."""
    none, one, two = (asked(answers=[flag("below_outlier")], cases=reports(many)) for many in range(3))
    assert none == one == two
    assert asked(answers=[flag("below_outlier")], cases=reports(3)) == ()


def test_reports_against_a_good_survey_are_two_truths() -> None:
    high = [flag("above_outlier", indicator) for indicator in WORKLOAD.nts]
    (said,) = asked(answers=high, cases=reports(3))
    assert "yet the survey is high" in said
    assert asked(answers=high, cases=reports(2)) == ()


def test_only_the_newest_year_speaks() -> None:
    assert asked(answers=[flag("below_outlier", year=2025), flag("within")]) == ()


def test_a_group_too_small_to_show_says_nothing() -> None:
    assert asked(answers=[flag("below_outlier", year=2025), flag("suppressed")], cases=reports(3)) == ()


def test_a_requirement_closed_under_a_low_survey_is_asked() -> None:
    said = asked(
        answers=[flag("below_outlier")], requirements=[requirement(*WORKLOAD.standards, closed=True)], cases=reports(3)
    )
    assert said == ("QR-1 was closed, yet the newest survey is below outlier in Workload.",)


def test_a_rating_of_nought_against_low_surveys_or_open_requirements_is_asked() -> None:
    low = [flag("below_outlier"), flag("below_outlier", "Handover")]
    assert any("is rated ISF 0" in said and "2 indicators" in said for said in asked(level=0, answers=low))
    assert any("is not rated" in said for said in asked(level=None, requirements=[requirement("1.1")]))


def test_a_high_rating_without_anything_asked_or_planned_is_asked() -> None:
    assert asked(level=3) == ("The place is rated ISF 3, yet no requirement is open and no review is planned.",)
    assert asked(level=3, planned=1) == ()
