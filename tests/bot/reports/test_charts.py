"""Charts stay within their canvas, whatever they are given."""

from hypothesis import given
from hypothesis import strategies as st

from bot.reports.charts import Box, Dot, Line, Text, draw
from bot.reports.paper import Chart, Series
from bot.reports.png import png
from bot.reports.svg import svg

VALUES = st.one_of(st.none(), st.integers(0, 10**6), st.floats(0, 1e6, allow_nan=False))


@st.composite
def charts(draw_: st.DrawFn) -> Chart:
    size = draw_(st.integers(1, 14))
    series = draw_(st.lists(st.lists(VALUES, min_size=size, max_size=size), min_size=1, max_size=4))
    labels = draw_(st.lists(st.text(min_size=0, max_size=60), min_size=size, max_size=size))
    kind = draw_(st.sampled_from(["bars", "columns", "lines"]))
    named = tuple(Series(f"Series {number}", tuple(values)) for number, values in enumerate(series))
    return Chart("A chart", kind, tuple(labels), named, "What it shows.")


@given(charts())
def test_every_shape_lies_on_the_canvas(chart: Chart) -> None:
    drawing = draw(chart)
    for shape in drawing.shapes:
        if isinstance(shape, Box):
            assert shape.width >= 0
            assert shape.height >= 0
            assert shape.x >= -0.1
            assert shape.x + shape.width <= drawing.width + 0.1
            assert shape.y >= -0.1
            assert shape.y + shape.height <= drawing.height + 0.1
        elif isinstance(shape, Line):
            assert all(-0.1 <= x <= drawing.width + 0.1 for x in (shape.x1, shape.x2))
            assert all(-0.1 <= y <= drawing.height + 0.1 for y in (shape.y1, shape.y2))
        elif isinstance(shape, Dot | Text):
            assert -0.1 <= shape.y <= drawing.height + 0.1


def test_a_gap_is_not_drawn_over() -> None:
    chart = Chart("Gap", "lines", ("1", "2", "3", "4"), (Series("All", (1, None, 3, 4)),), "…")
    thick = [shape for shape in draw(chart).shapes if isinstance(shape, Line) and shape.width > 1]
    assert len(thick) == 1
    assert len([shape for shape in draw(chart).shapes if isinstance(shape, Dot)]) == 3


def test_a_chart_without_values_says_so() -> None:
    chart = Chart("Empty", "columns", ("1",), (Series("All", (None,)),), "…")
    assert "Nothing to show." in svg(chart)


def test_a_picture_is_the_same_every_time() -> None:
    chart = Chart("Same", "columns", ("Ä", "B"), (Series("x", (1, 2)), Series("y", (2, 1))), "…")
    assert png(chart) == png(chart)
    assert png(chart)[0].startswith(b"\x89PNG")


def test_words_in_svg_are_escaped() -> None:
    chart = Chart("<script>", "bars", ('"><x>',), (Series("a&b", (1,)),), '"<y>')
    said = svg(chart)
    assert "<script>" not in said
    assert "<x>" not in said
    assert "<y>" not in said
