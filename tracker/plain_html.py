"""Plain words into simple, accessible HTML: the second part of a letter says exactly what the first one says; pure."""

import re
from html import escape
from typing import Final

HEADING: Final = "\x02"
"""Marks a line as a heading. A control character, so that no fact can forge it: facts are cleaned of them."""

_ITEM: Final = re.compile(r"(?:(?P<bullet>[-•])|(?P<number>\d{1,2})\.) +(?P<words>.+)")
_STYLE: Final = "font-family:Arial,Helvetica,sans-serif;font-size:1rem;line-height:1.5;max-width:40em"


def plain(marked: str) -> str:
    """The words for people who read plain text: no heading marks, no trailing blanks, one empty line between blocks."""
    lines = "\n".join(line.rstrip() for line in marked.replace(HEADING, "").splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def html(marked: str, *, title: str) -> str:
    """A whole page with `title` as its heading: headings, paragraphs and lists; no images, no links, nothing to fetch."""
    blocks = [_block(block) for block in re.split(r"\n\s*\n", marked.strip()) if block.strip()]
    head = f'<head><meta charset="utf-8"><title>{escape(title)}</title></head>'
    body = "\n".join([f"<h1>{escape(title)}</h1>", *blocks])
    return f'<!DOCTYPE html>\n<html lang="en-GB">\n{head}\n<body style="{_STYLE}">\n{body}\n</body>\n</html>\n'


def _block(block: str) -> str:
    """Neighbouring lines of one sort become one element."""
    parts: list[tuple[str, list[str]]] = []
    for line in (line.strip() for line in block.splitlines()):
        item = _ITEM.fullmatch(line)
        if line.startswith(HEADING):
            parts.append(("h2", [line.removeprefix(HEADING)]))
            continue
        sort = "p" if item is None else "ul" if item["bullet"] else "ol"
        if not parts or parts[-1][0] != sort:
            parts.append((sort, []))
        parts[-1][1].append(item["words"] if item else line)
    return "\n".join(_element(sort, lines) for sort, lines in parts)


def _element(sort: str, lines: list[str]) -> str:
    words = [escape(line) for line in lines]
    if sort in {"ul", "ol"}:
        return f"<{sort}>\n" + "\n".join(f"<li>{line}</li>" for line in words) + f"\n</{sort}>"
    return f"<{sort}>{'<br>'.join(words)}</{sort}>"
