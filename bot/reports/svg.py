"""A drawing as SVG for web pages: a picture with a name and a description, without scripts or outside parts."""

from html import escape

from bot.reports.charts import Box, Dot, Drawing, Line, Shape, draw
from bot.reports.paper import Chart


def svg(chart: Chart) -> str:
    """The chart as an `<svg>` element that screen readers speak as its `alt`."""
    drawing = draw(chart)
    return (
        f'<svg viewBox="0 0 {drawing.width} {drawing.height}" role="img" aria-label="{escape(chart.alt)}" '
        f'xmlns="http://www.w3.org/2000/svg" font-family="Arial, Helvetica, sans-serif">{_shapes(drawing)}</svg>'
    )


def _shapes(drawing: Drawing) -> str:
    return "".join(_shape(shape) for shape in drawing.shapes)


def _shape(shape: Shape) -> str:
    if isinstance(shape, Box):
        return (
            f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}" '
            f'fill="#{shape.fill}"/>'
        )
    if isinstance(shape, Line):
        return (
            f'<line x1="{shape.x1:.1f}" y1="{shape.y1:.1f}" x2="{shape.x2:.1f}" y2="{shape.y2:.1f}" '
            f'stroke="#{shape.colour}" stroke-width="{shape.width}"/>'
        )
    if isinstance(shape, Dot):
        return f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{shape.radius}" fill="#{shape.fill}"/>'
    weight = ' font-weight="bold"' if shape.bold else ""
    return (
        f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size}" fill="#{shape.colour}" '
        f'text-anchor="{shape.anchor}"{weight}>{escape(shape.words)}</text>'
    )
