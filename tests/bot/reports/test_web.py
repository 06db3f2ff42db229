"""A paper as HTML: one page that works without colour, mouse or network."""

from html.parser import HTMLParser

from bot.reports.web import web
from tests.bot.reports.papers import a_paper


class Page(HTMLParser):
    """What a page holds: its tags in order, and its attributes by tag."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


PAGE = Page(web(a_paper()))


def test_the_same_paper_has_the_same_bytes() -> None:
    assert web(a_paper()) == web(a_paper())


def test_the_page_says_its_language_and_title() -> None:
    assert PAGE.all("html")[0]["lang"] == "en-GB"
    assert len(PAGE.all("h1")) == 1
    assert "A paper, November 2026" in PAGE.words


def test_headers_of_tables_have_a_scope() -> None:
    assert {attrs.get("scope") for attrs in PAGE.all("th")} == {"row", "col"}
    assert len(PAGE.all("caption")) == len(PAGE.all("table"))


def test_every_picture_is_told_in_words() -> None:
    assert [attrs["aria-label"] for attrs in PAGE.all("svg")] == ['In: 3; "Out": 1, 2.', "All: 5.", "All: 5, 7.5."]
    assert all(attrs["role"] == "img" for attrs in PAGE.all("svg"))


def test_text_never_becomes_markup() -> None:
    assert not PAGE.all("b")
    assert "Ward <b>" in PAGE.words


def test_nothing_is_fetched_and_nothing_runs() -> None:
    tags = {tag for tag, _ in PAGE.tags}
    assert not tags & {"script", "img", "link", "iframe", "object"}
    assert all("src" not in attrs for _, attrs in PAGE.tags)


def test_links_within_the_page_lead_somewhere() -> None:
    there = {attrs.get("id") for _, attrs in PAGE.tags}
    assert all((attrs["href"] or "")[1:] in there for attrs in PAGE.all("a"))
