"""A survey's export is understood row by row, and a bad row says what to do."""

from tests.tracker.desk import the_field
from tests.tracker.evidence.export import HEADERS, an_export
from tracker.evidence.grid import Grid, read_csv
from tracker.evidence.surveys import Look, look, look_at_comments

FIELD = the_field()
NTS = FIELD.surveys.survey("NTS")
NETS = FIELD.surveys.survey("NETS")


def looked(content: bytes) -> Look:
    return look(read_csv(content), NTS, FIELD)


def trouble(**spoilt: str) -> tuple[str, str]:
    """The column and the words of the one trouble that a spoilt second row has."""
    row = {key.replace("_", " "): value for key, value in spoilt.items()}
    found = looked(an_export({}, {"Indicator": "Handover"} | row)).troubles
    assert [each.row for each in found] == [3]
    return found[0].column, found[0].words


def test_a_good_row_is_placed() -> None:
    found = looked(an_export({}))
    (result,) = found.results
    assert not found.troubles
    assert (result.provider, result.site, result.programme) == ("RTD", "Royal Victoria Infirmary", "cardiology")
    assert (result.year, result.indicator, result.outlier, result.n) == (2025, "Workload", "below_outlier", 9)
    assert (result.mean, result.lower, result.upper) == (61.5, 55.0, 68.0)


def test_columns_are_found_by_their_headers_wherever_they_stand() -> None:
    turned = looked(an_export({}, headers=tuple(reversed(HEADERS)), title="Reporting tool export"))
    assert not turned.troubles
    assert turned.results[0].provider == "RTD"
    assert turned.results[0].row == 3


def test_wrong_columns_are_named_with_the_headers_that_are_there() -> None:
    (found,) = looked(an_export({}, headers=("Year", "Trust code", "Indicator", "Mean"))).troubles
    assert found.row == 0
    assert found.column == "outlier, n"
    assert '"Trust code"' in found.words


def test_a_file_without_headers_is_no_export() -> None:
    (found,) = looked(b"some,words\nand,others\n").troubles
    assert "No row of headers" in found.words


def test_two_columns_of_one_meaning_are_named() -> None:
    (found,) = looked(an_export({}, headers=(*HEADERS, "Respondents"))).troubles
    assert '"n" and "Respondents" both mean n' in found.words


def test_an_unknown_trust_is_told_with_the_nearest_one() -> None:
    column, words = trouble(Trust_code="", Trust_or_board="Newcastle Hospital")
    assert column == "trust"
    assert "did you mean The Newcastle upon Tyne Hospitals" in words


def test_an_unknown_code_is_told() -> None:
    assert "'XXX' is none of ours" in trouble(Trust_code="XXX")[1]


def test_a_code_and_a_name_that_disagree_are_told() -> None:
    assert "but the name says Northumbria" in trouble(Trust_or_board="Northumbria Healthcare")[1]


def test_a_site_of_another_trust_is_told() -> None:
    column, words = trouble(Site="Hexham General")
    assert column == "site"
    assert "belongs to Northumbria Healthcare" in words


def test_an_unknown_specialty_is_told() -> None:
    assert trouble(Post_specialty="Chronology")[0] == "programme"


def test_a_row_of_the_whole_trust_has_neither_site_nor_programme() -> None:
    (result,) = looked(an_export({"Site": "All", "Post specialty": ""})).results
    assert (result.site, result.programme) == ("", "")


def test_a_number_written_as_words_is_told() -> None:
    column, words = trouble(n="nine")
    assert column == "n"
    assert "whole number" in words
    assert trouble(Mean="high")[0] == "mean"


def test_the_year_without_indicators_is_told() -> None:
    column, words = trouble(Year="2020")
    assert column == "year"
    assert "no indicators" in words


def test_years_on_both_sides_of_the_gap_are_taken() -> None:
    found = looked(an_export({"Year": "2019"}, {"Year": "2021"}))
    assert [result.year for result in found.results] == [2019, 2021]


def test_an_unknown_indicator_and_result_are_told() -> None:
    assert trouble(Indicator="Happiness")[0] == "indicator"
    assert trouble(Outlier_result="Purple")[0] == "outlier"


def test_a_mean_outside_its_interval_is_told() -> None:
    assert "outside" in trouble(Mean="20")[1]


def test_the_same_group_twice_is_told() -> None:
    (found,) = looked(an_export({}, {})).troubles
    assert found.row == 3
    assert "row 2 already" in found.words


def test_a_row_with_merged_cells_is_told() -> None:
    grid = read_csv(an_export({}, {"Indicator": "Handover"}))
    (found,) = look(Grid(grid.rows, frozenset({3})), NTS, FIELD).troubles
    assert found.row == 3
    assert "unmerge" in found.words


def test_all_troubles_of_a_row_are_told_at_once() -> None:
    found = looked(an_export({"Trust code": "XXX", "Year": "soon", "n": "few"})).troubles
    assert [each.column for each in found] == ["trust", "year", "n"]


def test_a_small_group_is_kept_without_any_figure() -> None:
    for spoilt in ({"n": "2"}, {"n": "n<3", "Outlier result": "n<3"}, {"n": "9", "Outlier result": "n<3"}):
        (result,) = looked(an_export(spoilt)).results
        assert result.outlier == "suppressed"
        assert (result.mean, result.lower, result.upper, result.n) == (None, None, None, None)


def test_each_survey_has_its_own_smallest_group() -> None:
    four = {"Indicator": "Teamwork", "n": "4", "Outlier result": "Within"}
    (nets,) = look(read_csv(an_export(four)), NETS, FIELD).results
    (nts,) = look(read_csv(an_export(four)), NTS, FIELD).results
    assert (nets.outlier, nts.outlier) == ("suppressed", "within")


def test_a_survey_without_flags_needs_none() -> None:
    (result,) = look(read_csv(an_export({"Indicator": "Teamwork", "Outlier result": ""})), NETS, FIELD).results
    assert result.outlier == "none"


def test_an_empty_export_is_told() -> None:
    (found,) = looked(an_export()).troubles
    assert found.words == "There is no row below the headers."


def test_a_comment_is_placed_and_no_trouble_repeats_its_words() -> None:
    headers = ("Year", "Trust code", "Site", "Post specialty", "Comment type", "Comment")
    said = {"Comment type": "Patient safety", "Comment": "The words of a learner"}
    found = look_at_comments(read_csv(an_export(said, said | {"Trust code": "XXX"}, headers=headers)), NTS, FIELD)
    (comment,) = found.comments
    assert (comment.kind, comment.provider, comment.words) == ("patient_safety", "RTD", "The words of a learner")
    assert [each.row for each in found.troubles] == [3]
    assert "words of a learner" not in repr(found.troubles) + repr(found.notes)
