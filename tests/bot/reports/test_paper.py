"""A paper as data: its tables are whole, and its appendix says all that it may."""

import pytest

from bot.reports.paper import Cell, Table, is_counted, is_number, plain, together


def test_rows_of_a_file_that_follow_each_other_stand_together() -> None:
    rows = ("import 1 row 2", "import 1 row 3", "import 1 row 4", "import 1 row 9", "import 2 row 10", "QR-1")
    assert together(rows) == ["import 1 rows 2-4", "import 1 row 9", "import 2 row 10", "QR-1"]


def test_a_row_that_does_not_fit_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells under 2 columns"):
        Table("A table", ("a", "b"), (("one",),))


def test_values_are_written_for_people() -> None:
    assert [plain(value) for value in (1234, 1234.56, "x", Cell(5, "red"))] == ["1,234", "1,234.6", "x", "5"]


def test_what_is_withheld_stands_where_numbers_stand() -> None:
    assert is_number("withheld")
    assert is_number("fewer than 3")
    assert not is_number("none")
    table = Table("A table", ("what", "many"), (("a", 1), ("b", "withheld")))
    assert [is_counted(table, place) for place in (0, 1)] == [False, True]
    assert is_counted(Table("A table", ("what", "many"), (("a", 1), ("b", ""))), 1)
