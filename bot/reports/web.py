"""A paper as one accessible HTML page that prints well: everything is inside, and everything is escaped."""

import re
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.reports import colours
from bot.reports.paper import Chart, Heading, Paper, Value, is_counted, is_number, plain, tone
from bot.reports.svg import svg

_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("templates", "reports"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_WHOLE: Final = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}|Q[DRV]-\w{4}-\w{3}")
"""A day, or a reference: what is read wrongly where a line breaks within it."""


def kinds(value: Value) -> str:
    """The classes of a cell: its tint, and whether it is a number, or must stand in one line."""
    named = (tone(value), "number" if is_number(value) else "", "whole" if _WHOLE.fullmatch(plain(value)) else "")
    return " ".join(name for name in named if name)


_ENVIRONMENT.filters |= {"plain": plain, "kinds": kinds, "is_counted": is_counted}


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
