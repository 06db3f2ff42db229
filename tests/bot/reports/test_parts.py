"""Figures of a paper: what is small is withheld, and nothing gives it away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.parts import Figures, span
from tracker.evidence.case_facts import Wait
from tracker.evidence.reports import Report
from tracker.evidence.small import WITHHELD

AT = datetime(2026, 11, 2, tzinfo=UTC)


def cases(many: int, name: str = "") -> list[Report]:
    return [Report(number, f"QD-{name}{number}", AT) for number in range(many)]


def parts(figures: Figures, **counts: int) -> list[tuple[str, int | str]]:
    return figures.parts("By trust", {name: cases(many, name) for name, many in counts.items()}, "open", str.upper)


def test_a_small_count_is_withheld_and_its_rows_with_it() -> None:
    figures = Figures(3)
    assert figures.cases("Few", cases(2), "how") == WITHHELD
    assert figures.cases("Many", cases(3), "how") == 3
    assert [(trace.value, len(trace.rows)) for trace in figures.traces] == [(WITHHELD, 0), ("3", 3)]


def test_a_count_of_a_part_is_rounded_and_its_rows_stay_in_the_desk() -> None:
    figures = Figures(3)
    said = [figures.about("Some", cases(many), "how") for many in (0, 2, 3, 7, 8, 12)]
    assert said == ["fewer than 3", "fewer than 3", 5, 5, 10, 10]
    assert not any(trace.printed for trace in figures.traces)
    assert [len(trace.rows) for trace in figures.traces] == [0, 0, 3, 7, 8, 12]


def test_labels_of_few_reports_are_not_listed_and_the_order_tells_no_size() -> None:
    parts = {name: cases(many) for name, many in (("z", 4), ("a", 3), ("few", 2), ("many", 9), ("none", 0))}
    assert Figures(3).enough(parts, str.upper) == ["many", "a", "z"]


def test_parts_stand_by_name_so_that_their_order_tells_no_size() -> None:
    assert [name for name, _ in parts(Figures(3), c=9, a=1, b=5)] == ["A", "B", "C"]


def test_parts_that_their_sum_would_tell_are_not_shown_at_all() -> None:
    assert parts(Figures(3), a=1, b=2) == []
    assert parts(Figures(3), a=1, b=9) == [("A", WITHHELD), ("B", WITHHELD)]


def test_a_share_says_no_count_that_singles_out_a_few() -> None:
    def said(kept: int, whole: int) -> str:
        wait = Wait(tuple(map(str, range(whole))), tuple(map(str, range(kept))), None)
        return Figures(3).share("Kept", wait, "how")

    assert said(21, 25) == "84%"
    assert said(25, 25) == "100%"
    assert said(24, 25) == said(23, 25) == "over 88%"
    assert said(1, 25) == said(2, 25) == "under 12%"
    assert said(1, 2) == said(4, 5) == WITHHELD
    assert said(0, 0) == "no case"


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 8))
def test_a_share_is_always_true(kept: int, missed: int, at_least: int) -> None:
    wait = Wait(tuple(map(str, range(kept + missed))), tuple(map(str, range(kept))), None)
    said = Figures(at_least).share("Kept", wait, "how")
    if said.startswith(("over", "under")):
        edge = int(said.split()[1].rstrip("%"))
        true = kept * 100 / (kept + missed)
        assert true > edge if said.startswith("over") else true < edge


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (None, "no case"),
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=45), "45 minutes"),
        (timedelta(hours=5, minutes=30), "5.5 hours"),
        (timedelta(days=9), "9.0 days"),
    ],
)
def test_spans_are_said_in_words(length: timedelta | None, said: str) -> None:
    assert span(length) == said
