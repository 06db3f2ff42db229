"""The list of ordinary words by which names are told from other words: made from our own texts, without the names in them.

    python -m training.ordinary        # writes tracker/deidentify/ordinary.txt

A word is ordinary where it is written small more often than with a capital within a sentence, in the labelled messages,
our own documents and Python's. Words of the messages' header names must be common to count. What is always written with a
capital counts where several messages have it and no name stands there (systems, drugs, forms).
"""

import json
import pydoc_data.topics
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tracker.deidentify.names import names_in_header, names_in_text
from tracker.deidentify.words import ORDINARY_FILE, TOKEN, lexicon_of
from tracker.field import load_field

ROOT: Final = Path(__file__).parent.parent
COMMON: Final = 6
RARE: Final = 2
KNOWN_IN: Final = 4
_START: Final = re.compile(r"(?:^|[.!?:;\n\"“(>*-])\s*$")


def texts() -> Iterator[tuple[str, str]]:
    """Each text with the name of who wrote it, "" for ours."""
    for path in sorted((ROOT / "training" / "messages").glob("?.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            if "slack" in row:
                yield row["slack"]["text"], ""
            else:
                yield f"{row['subject']}\n\n{row['body']}", row["from"]
    for pattern in ("README.md", "docs/**/*.md", "templates/**/*.txt", "tracker/field/*.toml"):
        for path in sorted(ROOT.glob(pattern)):
            yield path.read_text(encoding="utf-8"), ""
    yield from ((text, "") for text in pydoc_data.topics.topics.values())


def main() -> None:
    """Count, decide, write."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    named: set[str] = set()
    every = list(texts())
    ORDINARY_FILE.write_text("the\n", encoding="utf-8")
    for text, who in every:
        seen_small: set[str] = set()
        seen_capital: set[str] = set()
        for hit in TOKEN.finditer(text):
            word = hit[0].replace("’", "'")
            if word == word.lower():
                seen_small.add(word)
            elif not _START.search(text[max(0, hit.start() - 4) : hit.start()]):
                seen_capital.add(word.lower())
        small.update(seen_small)
        capital.update(seen_capital)
        named.update(token.lower() for token in TOKEN.findall(who.partition("<")[0]))
    ordinary = {
        word for word, count in small.items() if len(word) > 1 and _is_ordinary(word, count, capital[word], named)
    }
    ORDINARY_FILE.write_text("\n".join(sorted(ordinary)) + "\n", encoding="utf-8")
    from tracker.deidentify.words import ordinary_words

    ordinary_words.cache_clear()
    lexicon = lexicon_of(load_field())
    told: set[str] = set()
    for text, who in every:
        told.update(names_in_text(text, lexicon))
        told.update(names_in_header([(who.partition("<")[0].strip(' "'), "")], lexicon))
    known = {word for word, count in capital.items() if count >= KNOWN_IN and word not in told | named}
    ORDINARY_FILE.write_text("\n".join(sorted(ordinary | known)) + "\n", encoding="utf-8")
    print(f"{len(ordinary)} words, {len(known)} always with a capital")


def _is_ordinary(word: str, small: int, capital: int, named: set[str]) -> bool:
    """Whether a word is written small often enough; a rare one that is seen with a capital as often may be a shy name."""
    if word in named:
        return small >= COMMON and small >= capital
    return small > capital or (small == capital and small > RARE)


if __name__ == "__main__":
    main()
