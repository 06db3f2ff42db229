"""A paper on a terminal: headings, words and tables; charts are told by their words."""

from bot.commands import show
from bot.reports.paper import Chart, Heading, Paper, Points, Table, Words, plain


def on_screen(paper: Paper) -> None:
    """Print the paper without its appendix."""
    show.say(paper.title)
    show.say(paper.subtitle)
    for block in paper.blocks:
        if isinstance(block, Heading):
            show.heading(block.words)
        elif isinstance(block, Words):
            show.say(block.words)
        elif isinstance(block, Points):
            for item in block.items:
                show.say(f"- {item}")
        elif isinstance(block, Table):
            show.say(f"{block.caption}:" if block.rows else f"{block.caption}: {block.nothing}")
            show.table(block.columns, [[plain(value) for value in row] for row in block.rows])
        else:
            assert isinstance(block, Chart)
            show.say(block.alt)
