"""A drawing as PNG for documents that cannot hold SVG: drawn three times as large and made smaller, so that edges are smooth."""

from functools import cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot.reports.charts import Box, Dot, Line, Shape, draw
from bot.reports.paper import Chart

SHARP: Final = 2
"""Pixels of the picture for one of the drawing, so that it stays sharp in print."""
FINE: Final = 2
"""How many times larger still it is drawn before it is made smaller."""
ZOOM: Final = SHARP * FINE
ANCHORS: Final = {"start": "ls", "middle": "ms", "end": "rs"}


def png(chart: Chart) -> tuple[bytes, float]:
    """The picture's bytes, the same for the same chart, and its height divided by its width."""
    drawing = draw(chart)
    image = Image.new("RGB", (drawing.width * ZOOM, drawing.height * ZOOM), "white")
    pen = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        _paint(pen, shape)
    small = image.reduce(FINE)
    out = BytesIO()
    # A chart has few colours: a palette makes the file a third as large. Its nearest colour to white must be white itself.
    few = small.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = few.getpalette() or []
    ground = few.getpixel((0, 0))
    assert isinstance(ground, int)
    palette[3 * ground : 3 * ground + 3] = [255, 255, 255]
    few.putpalette(palette)
    few.save(out, "PNG")
    return out.getvalue(), drawing.height / drawing.width


def _paint(pen: ImageDraw.ImageDraw, shape: Shape) -> None:
    if isinstance(shape, Box):
        pen.rectangle(
            (shape.x * ZOOM, shape.y * ZOOM, (shape.x + shape.width) * ZOOM, (shape.y + shape.height) * ZOOM),
            fill=f"#{shape.fill}",
        )
    elif isinstance(shape, Line):
        ends = (shape.x1 * ZOOM, shape.y1 * ZOOM, shape.x2 * ZOOM, shape.y2 * ZOOM)
        pen.line(ends, fill=f"#{shape.colour}", width=round(shape.width * ZOOM))
    elif isinstance(shape, Dot):
        pen.circle((shape.x * ZOOM, shape.y * ZOOM), shape.radius * ZOOM, fill=f"#{shape.fill}")
    else:
        pen.text(
            (shape.x * ZOOM, shape.y * ZOOM),
            shape.words,
            fill=f"#{shape.colour}",
            font=_font(shape.size),
            anchor=ANCHORS[shape.anchor],
            stroke_width=ZOOM // 4 if shape.bold else 0,
            stroke_fill=f"#{shape.colour}",
        )


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with the library, so that a picture is the same on every machine."""
    return ImageFont.load_default(size * ZOOM)
