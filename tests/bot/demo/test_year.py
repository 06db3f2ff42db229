"""The invented year: the same in every run, and every paper from it keeps its promises."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from bot.demo.year import NOW, a_year, papers
from bot.demo.year_rows import CASES, REQUIREMENTS
from bot.reports.keeping import demq_paper, from_data, to_data
from bot.reports.making import Maker
from bot.reports.paper import Chart, Paper, Table, plain
from tracker.desk import Desk
from tracker.evidence import rating_facts
from tracker.evidence.period import month
from tracker.evidence.scope import EVERYWHERE
from tracker.evidence.small import WITHHELD
from tracker.field import load_field
from tracker.model import Case, RegisterPlace, Requirement, SurveyResult
from tracker.model import Paper as Row
from tracker.store import Store


@pytest.fixture(scope="module")
def year() -> Iterator[tuple[Store, Desk]]:
    with a_year() as made:
        yield made


@pytest.fixture(scope="module")
def made(year: tuple[Store, Desk]) -> list[Paper]:
    store, desk = year
    with store.reading() as tx:
        return list(papers(Maker(tx, desk, NOW)))


def named(made: list[Paper], start: str) -> Paper:
    return next(paper for paper in made if paper.name.startswith(start))


def tables(paper: Paper) -> list[Table]:
    return [block for block in paper.blocks if isinstance(block, Table)]


def test_a_year_has_what_it_promises(year: tuple[Store, Desk]) -> None:
    store, _ = year
    with store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Case)) == CASES
        assert tx.scalar(select(func.count()).select_from(Requirement)) == REQUIREMENTS
        places = tx.scalars(select(RegisterPlace)).all()
        assert len({place.provider for place in places}) == 12
        assert len(places) == 60
        assert {2025, 2026} <= set(tx.scalars(select(SurveyResult.year).where(SurveyResult.survey == "NTS").distinct()))


def test_the_same_seed_gives_the_same_papers(made: list[Paper]) -> None:
    with a_year() as (store, desk), store.reading() as tx:
        assert list(papers(Maker(tx, desk, NOW))) == made


def test_its_ratings_fall_one_step_at_a_time(year: tuple[Store, Desk]) -> None:
    store, _ = year
    with store.reading() as tx:
        history = rating_facts.steps(tx, EVERYWHERE, at=NOW)
    for steps in history.values():
        levels = [step.level for step in steps]
        assert all(after >= before - 1 for before, after in pairwise(levels))


def test_no_paper_shows_a_small_number_of_reports(made: list[Paper]) -> None:
    """Only tables that count reports; levels and requirements are about places."""
    seen = 0
    for paper in made:
        for table in tables(paper):
            if table.caption.startswith(("Reports", "Themes", "Standards of", "Professions", "By theme")):
                numbers = [value for row in table.rows for value in row[1:]]
                assert all(
                    value in (WITHHELD, "fewer than 3", 0) or (isinstance(value, int) and value >= 3)
                    for value in numbers
                )
                if table.caption.startswith(("Themes", "Standards of", "Professions", "By theme")):
                    assert all(value == "fewer than 3" or value % 5 == 0 for value in numbers)  # type: ignore[operator]
                seen += len(numbers)
    assert seen > 100


def test_no_paper_holds_words_of_a_case_or_a_person(made: list[Paper]) -> None:
    for paper in made:
        said = repr(paper)
        assert "Invented for the demonstration" not in said
        assert "reporter " not in said.replace("reporter was", "").replace("reporter.", "")
        assert "@" not in said


def test_references_of_cases_stand_only_behind_whole_counts(made: list[Paper]) -> None:
    """Breakdowns side by side would say which case is about what, and where."""
    for paper in made:
        shown = [trace for trace in paper.traces if trace.printed and any(ref.startswith("QD-") for ref in trace.rows)]
        assert all(" by " not in trace.figure and ": " not in trace.figure for trace in shown)
        body = repr(paper.blocks)
        assert not re.search(r"\bQD-[0-9A-Z]{4}-[0-9A-Z]{3}\b", body)


def test_every_number_of_the_glance_has_its_rows(made: list[Paper]) -> None:
    paper = named(made, "demq-2026-11")
    traces = {trace.figure: trace for trace in paper.traces}
    (glance,) = [table for table in tables(paper) if table.caption.startswith("The register in")]
    for words, value in glance.rows:
        trace = traces[plain(words)]
        assert trace.value == str(value)
        if value != WITHHELD:
            assert len(trace.rows) == value


def test_the_month_tells_what_moved(made: list[Paper]) -> None:
    moved = [
        table for table in tables(named(made, "demq-2026-11")) if table.caption == "New, rising, falling and closed"
    ]
    assert {plain(row[1]) for row in moved[0].rows} <= {"new", "rising", "falling", "closed"}
    assert moved[0].rows


def test_a_chart_says_in_words_all_that_it_shows(made: list[Paper]) -> None:
    for paper in made:
        for chart in (block for block in paper.blocks if isinstance(block, Chart)):
            for series in chart.series:
                for value in series.values:
                    assert (WITHHELD if value is None else f"{value:.0f}") in chart.alt


def test_a_month_that_is_over_stays_what_it_was(year: tuple[Store, Desk], made: list[Paper]) -> None:
    """Made a month later from the same rows, the paper is the same: what came after is left out."""
    store, desk = year
    with store.reading() as tx:
        later = Maker(tx, desk, NOW + timedelta(days=31)).demq(month("2026-10", desk.hours.zone))
    assert later == named(made, "demq-2026-10")


def test_a_month_that_is_not_over_says_so(year: tuple[Store, Desk]) -> None:
    store, desk = year
    with store.reading() as tx:
        paper = Maker(tx, desk, NOW - timedelta(days=10)).demq(month("2026-11", desk.hours.zone))
    assert paper.subtitle == "November 2026 so far, as it stood on 21 Nov 2026"


def test_a_paper_survives_being_kept(made: list[Paper]) -> None:
    for paper in made:
        assert from_data(to_data(paper)) == paper


def test_a_correction_does_not_change_what_a_committee_read(year: tuple[Store, Desk]) -> None:
    store, desk = year

    def made_now() -> Paper:
        return demq_paper(store, "2026-06", desk=desk, now=NOW, at_least=3)

    before = made_now()
    with store.reading() as tx:
        case = tx.scalar(select(Case).where(Case.opened_at > NOW - timedelta(days=170)))
        assert case is not None
    store.write(lambda tx: setattr(tx.get_one(Case, case.id), "opened_at", NOW - timedelta(days=175)))
    assert made_now() == before
    store.write(lambda tx: tx.query(Row).delete())
    store.write(lambda tx: setattr(tx.get_one(Case, case.id), "opened_at", case.opened_at))


def test_an_unfinished_month_is_not_kept(year: tuple[Store, Desk]) -> None:
    store, desk = year
    demq_paper(store, "2026-11", desk=desk, now=NOW - timedelta(days=5), at_least=3)
    with store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Row).where(Row.period == "2026-11")) == 0


def test_a_place_is_told_with_its_survey_in_words_and_colour(made: list[Paper]) -> None:
    paper = named(made, "place-")
    (survey,) = [table for table in tables(paper) if table.caption == "GMC National Training Survey"]
    assert survey.columns == ("Indicator", "2025", "2026")
    flags = [value for row in survey.rows for value in row[1:]]
    assert all(
        re.match(r"Below|Lower quarter|Within|Upper quarter|Above|Withheld|no result", plain(flag)) for flag in flags
    )


def test_a_regulator_sees_every_item_in_its_own_terms(made: list[Paper]) -> None:
    paper = named(made, "regulator-gmc")
    items = [
        table for table in tables(paper) if table.caption in ("Requirements", "Recommendations", "Notable practice")
    ]
    assert len(items) == 3
    rows = [row for table in items for row in table.rows]
    assert rows
    assert all(re.match(r"[SRT]\d", plain(row[3])) for row in rows)


def test_no_real_trust_or_hospital_is_named(made: list[Paper]) -> None:
    """An invented rating of a real hospital could be taken for a true one."""
    organisations = load_field().organisations
    names = {
        name for trust in organisations.trusts for row in (trust, *trust.site) for name in (row.name, *row.aliases)
    }
    real = {name for name in names if len(name) > 5}
    for paper in made:
        said = repr(paper)
        assert not [name for name in real if name in said]
        assert "invented" in paper.team
