"""A chart becomes rectangles, lines and texts on a canvas; `svg` and `png` draw the same shapes, so both look alike."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from bot.reports.colours import INK, QUIET, RULE, SERIES
from bot.reports.paper import Chart

WIDTH: Final = 720
TITLE: Final = 34
LEGEND: Final = 26
FOOT: Final = 30
TALL: Final = 170
LEFT: Final = 48
BAR: Final = 24
LETTER: Final = 7.2
"""About how wide a letter is at 13 pixels: room for labels is reckoned with it."""


@dataclass(frozen=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 1


@dataclass(frozen=True)
class Dot:
    """A filled circle."""

    x: float
    y: float
    radius: float
    fill: str


@dataclass(frozen=True)
class Text:
    """Words on a baseline."""

    x: float
    y: float
    words: str
    size: int = 13
    colour: str = INK
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False


Shape: TypeAlias = Box | Line | Dot | Text


@dataclass(frozen=True)
class Drawing:
    """Shapes on a white canvas, in pixels."""

    width: int
    height: int
    shapes: tuple[Shape, ...]


def draw(chart: Chart) -> Drawing:
    """The chart's shapes. A chart without any value says so."""
    values = [value for series in chart.series for value in series.values if value is not None]
    top = TITLE + (LEGEND if len(chart.series) > 1 else 0)
    head: list[Shape] = [Text(0, 20, chart.title, 16, INK, bold=True), *_legend(chart)]
    if not values:
        return Drawing(WIDTH, top + 40, (*head, Text(0, top + 20, "Nothing to show.", 13, QUIET)))
    if chart.kind == "bars":
        body, height = _bars(chart, top, max(values))
    else:
        height = top + TALL + FOOT
        body = list(_upright(chart, top, top + TALL, max(values)))
    return Drawing(WIDTH, height, (*head, *body))


def _legend(chart: Chart) -> Iterator[Shape]:
    if len(chart.series) < 2:
        return
    x = 0.0
    for number, series in enumerate(chart.series):
        yield Box(x, TITLE + 2, 12, 12, _colour(number))
        yield Text(x + 18, TITLE + 13, series.name, 13, QUIET)
        x += 18 + len(series.name) * LETTER + 22


def _bars(chart: Chart, top: int, largest: float) -> tuple[list[Shape], int]:
    """Lying bars: the label to the left, the value behind the bar's end."""
    names = min(max(len(label) for label in chart.labels) * LETTER + 12, WIDTH * 0.45)
    room = WIDTH - names - 60
    shapes: list[Shape] = []
    y = float(top)
    thick = BAR if len(chart.series) == 1 else 14
    for place, label in enumerate(chart.labels):
        shapes.append(Text(names - 8, y + thick * len(chart.series) / 2 + 4, _short(label, names), 13, INK, "end"))
        for number, series in enumerate(chart.series):
            value = series.values[place]
            if value is not None:
                long = room * value / largest if largest else 0
                shapes.append(Box(names, y + number * thick, max(long, 1), thick - 3, _colour(number)))
                words = f"{_number(value)}{chart.unit}"
                shapes.append(Text(names + long + 6, y + number * thick + thick / 2 + 3, words, 13, INK))
        y += thick * len(chart.series) + 8
    shapes.append(Line(names, top - 4, names, y - 4, QUIET))
    return shapes, math.ceil(y + 4)


def _upright(chart: Chart, top: int, foot: int, largest: float) -> Iterator[Shape]:
    """Columns or lines above a row of labels, with a grid."""
    step = _step(largest)
    ceiling = max(step, math.ceil(largest / step) * step)
    for tick in range(round(ceiling / step) + 1):
        y = foot - (foot - top) * tick * step / ceiling
        yield Line(LEFT, y, WIDTH, y, RULE)
        yield Text(LEFT - 8, y + 4, f"{_number(tick * step)}{chart.unit}", 12, QUIET, "end")
    wide = (WIDTH - LEFT) / len(chart.labels)
    every = (
        math.ceil(max(len(label) for label in chart.labels) * LETTER / (wide - 4)) if wide > 5 else len(chart.labels)
    )
    for place, label in enumerate(chart.labels):
        if place % max(1, every) == 0:
            yield Text(LEFT + wide * (place + 0.5), foot + 18, label, 12, QUIET, "middle")
    for number, series in enumerate(chart.series):
        heights = [None if value is None else foot - (foot - top) * value / ceiling for value in series.values]
        if chart.kind == "columns":
            thick = wide * 0.7 / len(chart.series)
            for place, height in enumerate(heights):
                if height is not None:
                    x = LEFT + wide * (place + 0.15) + number * thick
                    yield Box(x, height, thick - 1, foot - height, _colour(number))
        else:
            yield from _line(heights, wide, _colour(number))
    yield Line(LEFT, foot, WIDTH, foot, QUIET)


def _line(heights: list[float | None], wide: float, colour: str) -> Iterator[Shape]:
    before: tuple[float, float] | None = None
    for place, y in enumerate(heights):
        if y is None:
            before = None
            continue
        here = (LEFT + wide * (place + 0.5), y)
        if before is not None:
            yield Line(*before, *here, colour, 2.5)
        yield Dot(*here, 4, colour)
        before = here


def _colour(number: int) -> str:
    return SERIES[number % len(SERIES)]


def _step(largest: float) -> float:
    """A round distance between grid lines, about four of them: 1, 2 or 5 times a power of ten, never below 1."""
    if largest <= 4:
        return 1
    rough = largest / 4
    power: float = 10 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _short(label: str, room: float) -> str:
    """The label, cut where it would run out of its room."""
    letters = int(room / LETTER)
    return label if len(label) <= letters else label[: letters - 1].rstrip() + "…"
