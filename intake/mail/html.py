"""HTML of a mail as the lines a person would see, each with its quoting depth; nothing is rendered, fetched or run.

A tokenizer of our own, not a tree: one pass, constant work a tag, no recursion, so neither nesting nor size can hurt.
Hidden text is left out; lists, table rows and links stay readable; a client's own marks of quoting are kept as
`Line.depth` and `Line.mark`.
"""

import re
from dataclasses import dataclass
from html import unescape

from intake.mail import html_marks as marks
from intake.mail.charsets import clean_text
from intake.mail.lines import Line

_MAX_STACK = 400
MAX_TAGS = 80_000
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,30})")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_HIDDEN_CLASS = re.compile(r"\.([A-Za-z][\w\-]{0,60})\s{0,20}\{[^{}]{0,500}?display\s{0,9}:\s{0,9}none", re.I)
_RAW = {"style", "script", "title", "textarea", "noscript", "template", "object", "svg", "math", "xml"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "base", "col", "area", "wbr", "source", "embed", "param", "track"}
_BLOCK = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "html", "legend", "li", "main",
    "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_SPACED = {"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre"}
_UNTRACKED = {"html", "body", "tbody", "thead", "tfoot", "li", "dd", "dt", "td", "th", "tr", "option"}
_MARKED = _BLOCK | {"span", "font", "a", "hr", "td", "th", "b", "i", "u", "img", "o:p"}


@dataclass(slots=True)
class _Open:
    name: str
    hidden: bool = False
    quotes: int = 0
    block: bool = False
    signature: bool = False
    pre: bool = False
    href: str = ""
    began: int = 0


def lines_of(source: str) -> list[Line]:
    """The visible lines of an HTML document or fragment."""
    return _Page(source).read()


class _Page:
    """One pass over one document; all state of the reading is here."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: list[Line] = []
        self.now: list[str] = []
        self.stack: list[_Open] = []
        self.hidden = 0
        self.depth = 0
        self.blocks = 0
        self.signatures = 0
        self.pre = 0
        self.mark = ""
        self.lists: list[int] = []
        self.gap = False
        self.hidden_classes: set[str] = set()
        self.endless: set[str] = set()
        self.tags = 0

    def read(self) -> list[Line]:
        source, at, size = self.source, 0, len(self.source)
        last_comment = source.rfind("-->")
        while at < size and self.tags < MAX_TAGS:
            opened = source.find("<", at)
            if opened < 0:
                self._text(source[at:])
                break
            if opened > at:
                self._text(source[at:opened])
            if source.startswith("<!--", opened):
                closed = source.find("-->", opened + 2) + 3 if last_comment > opened else source.find(">", opened) + 1
                at = closed or size
                continue
            tag = _TAG.match(source, opened)
            if tag is None:
                if source[opened + 1 : opened + 2] in ("!", "?", "/"):
                    at = source.find(">", opened) + 1 or size
                else:
                    self._text("<")
                    at = opened + 1
                continue
            self.tags += 1
            at = self._tag(tag)
        self._break()
        return self.lines

    def _tag(self, tag: re.Match[str]) -> int:
        """Take the tag; gives the offset behind it (behind its content where that is never text)."""
        source = self.source
        name = tag[2].lower()
        end = source.find(">", tag.end())
        if end < 0:
            return len(source)
        limit = min(end, tag.end() + 4000)
        attributes = source[tag.end() : limit]
        if attributes.count('"') % 2:  # a ">" inside a quoted value
            close = source.find('"', end)
            further = source.find(">", close) if 0 <= close < end + 2000 else -1
            if further > 0 and "<" not in source[end:close]:
                end, attributes = further, source[tag.end() : further]
        if tag[1]:
            self._close(name)
            return end + 1
        if name in _RAW and not attributes.endswith("/"):
            close = self._end_of(name, end)
            if close >= 0:
                if name == "style":
                    self.hidden_classes.update(
                        x.lower() for x in _HIDDEN_CLASS.findall(source[end : min(close, end + 100_000)])
                    )
                return source.find(">", close) + 1 or len(source)
            return end + 1
        self._open(name, attributes)
        return end + 1

    def _end_of(self, name: str, at: int) -> int:
        """Where the element's end tag begins, -1 if there is none; the search for what is not there is made once."""
        if name in self.endless:
            return -1
        close = self.source.find(f"</{name}", at)
        if close < 0:
            close = self.source.find(f"</{name.upper()}", at)
        if close < 0:
            self.endless.add(name)
        return close

    def _open(self, name: str, attributes: str) -> None:
        values = marks.attributes(attributes) if attributes and name in _MARKED else {}
        if name == "br":
            self._newline()
            return
        if name in _BLOCK:
            if self.stack and self.stack[-1].name == "p":
                self._pop()
            self._break()
            self.gap = self.gap or name in _SPACED
        if name in ("ul", "ol"):
            self.lists.append(0 if name == "ul" else 1)
        elif name == "li":
            self.now.append("- " if not self.lists or self.lists[-1] == 0 else f"{self.lists[-1]}. ")
            if self.lists and self.lists[-1]:
                self.lists[-1] += 1
        elif name in ("td", "th") and self.now and "".join(self.now[-3:]).strip():
            self.now.append("\t")
        if values and (mark := marks.cuts(values)):
            self._break()
            self.mark = mark if self.mark != "cut" else "cut"
        hidden = marks.hides(values, self.hidden_classes)
        if name in _VOID or (name in _UNTRACKED and not hidden) or len(self.stack) >= _MAX_STACK:
            return
        entry = _Open(name, hidden=hidden, pre=name == "pre", began=len(self.now))
        entry.quotes = int(marks.quotes(name, values))
        entry.block = name == "blockquote" and not entry.quotes
        entry.signature = marks.signs(values)
        if name == "a":
            entry.href = unescape(values.get("href", ""))[:2000]
        self.stack.append(entry)
        self.hidden += entry.hidden
        self.depth += entry.quotes
        self.blocks += entry.block
        self.signatures += entry.signature
        self.pre += entry.pre

    def _close(self, name: str) -> None:
        for back in range(1, min(len(self.stack), 60) + 1):
            if self.stack[-back].name == name:
                if name in _BLOCK:
                    self._break()
                for _ in range(back):
                    self._pop()
                break
        if name in _BLOCK:
            self._break()
            self.gap = self.gap or name in _SPACED
        if name in ("ul", "ol") and self.lists:
            self.lists.pop()

    def _pop(self) -> None:
        entry = self.stack.pop()
        self.hidden -= entry.hidden
        if (entry.quotes or entry.block or entry.signature) and self.now:
            self._break()
        self.depth -= entry.quotes
        self.blocks -= entry.block
        self.signatures -= entry.signature
        self.pre -= entry.pre
        if entry.href and not self.hidden:
            self._link(entry)

    def _link(self, entry: _Open) -> None:
        shown = _SPACES.sub(" ", "".join(self.now[entry.began :])).strip()
        href = entry.href.strip()
        if not shown or not href.lower().startswith(("http://", "https://")) or "://" in shown:
            return
        bare = href.split("://", 1)[1].removeprefix("www.").rstrip("/").lower()
        if shown.lower().removeprefix("www.").rstrip("/") not in (bare, href.lower()):
            self.now[entry.began :] = [f"[{shown}]({one_word(href)})"]

    def _text(self, text: str) -> None:
        if self.hidden:
            return
        if "&" in text:
            text = unescape(text)
        if self.pre:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self.now.append(first)
            for line in others:
                self._newline()
                self.now.append(line)
        elif text and (self.now or not text.isspace()):
            self.now.append(_SPACES.sub(" ", text))

    def _newline(self) -> None:
        """A line ends here even if it is empty."""
        if self.hidden:
            return
        if self.now:
            self._break()
        else:
            self._put("")

    def _break(self) -> None:
        """The line ends here if there is one."""
        if not self.now:
            return
        text = "".join(self.now)
        self.now.clear()
        text = text.rstrip() if self.pre else text.strip(" ").rstrip()
        if text or self.pre:
            self._put(text)

    def _put(self, text: str) -> None:
        if self.gap and self.lines and self.lines[-1].text and text:
            self.lines.append(Line("", min(self.depth, self.lines[-1].depth)))
        self.gap = False
        for line in clean_text(text).split("\n"):
            self.lines.append(
                Line(
                    line, self.depth, self.mark or ("signature" if self.signatures else "block" if self.blocks else "")
                )
            )
            if line.strip():
                self.mark = ""


def one_word(href: str) -> str:
    """A link target that cannot be taken for more than one word."""
    return _SPACES.sub("%20", href).replace(">", "%3E").replace("<", "%3C")
