"""A paper as one accessible HTML page that prints well: everything is inside, and everything is escaped."""

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.reports import colours
from bot.reports.paper import Chart, Heading, Paper, is_counted, is_number, plain, tone
from bot.reports.svg import svg

_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("templates", "reports"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {"plain": plain, "tone": tone, "is_number": is_number, "is_counted": is_counted}


def web(paper: Paper) -> bytes:
    """The paper as the bytes of an HTML page, UTF-8."""
    blocks = list(paper.all_blocks())
    page = _ENVIRONMENT.get_template("paper.html").render(
        paper=paper,
        blocks=[(type(block).__name__.lower(), block) for block in blocks],
        pictures={block.title: Markup(svg(block)) for block in blocks if isinstance(block, Chart)},  # noqa: S704 - `svg` escapes
        sections=[block.words for block in blocks if isinstance(block, Heading) and block.level == 1],
        colours=colours,
    )
    return page.encode()
