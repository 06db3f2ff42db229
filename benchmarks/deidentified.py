"""Whether anybody can be told by what cards, histories and the second reader are given; see README.md.

    python benchmarks/deidentified.py [--set FILE …] [--survivors]

Three texts of each message are looked at: the card's summary, the words its labels rest on as a history keeps them, and the text
that a second reader gets. What identifies is looked for by means of its own, simpler than those that take it out: addresses,
telephone, register and NHS numbers by form; words of the header's names; names after a title, on a closing line, and after
"my name is". A word that is also an ordinary one or part of a place's name counts only where a name must stand.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TRIAGE = ROOT.parent / "shared" / "triage" / "dev.jsonl"
FORMS = {
    "address": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    "telephone": re.compile(r"(?<!\d)(?:\+\d{2}|0)[\d ()-]{8,14}\d"),
    "number": re.compile(
        r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)|(?i:\b(?:GMC|NMC|GDC|HCPC|GPhC)\D{0,12}\d{5,8})|\b\d{2}[A-Z]\d{4}[A-Z]\b"
    ),
}
NAME = r"[A-Z][^\W\d_]+(?:[-'’][^\W\d_]+)*"
TITLED = re.compile(rf"\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|Professor|Sister|Matron)\.? ({NAME}(?: {NAME})?)")
CLOSED = re.compile(rf"(?m)^({NAME}(?: {NAME}){{0,2}}) *$")
CALLED = re.compile(rf"\b(?:[Mm]y name is|I am called|supervisor|consultant called) ({NAME}(?: {NAME})?)")


def main() -> None:
    """Print a line a set: messages, and the share of each text in which something survived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--set", type=Path, nargs="*", help="labelled messages; ours and, beside the repository, a triage set"
    )
    parser.add_argument("--survivors", action="store_true", help="also print what survived, and where")
    asked = parser.parse_args()
    ours = sorted((ROOT / "training" / "messages").glob("?.jsonl"))
    for path in asked.set or [*ours, *([TRIAGE] if TRIAGE.exists() else [])]:
        found, messages = measured(path)
        shares = "  ".join(
            f"{text} {len({i for i, t, _ in found if t == text}) / max(messages, 1):.4f}" for text in TEXTS
        )
        print(f"{path.name:12} {messages:5} messages  {shares}")
        if asked.survivors:
            for ident, text, what in found:
                print(f"    {ident} {text}: {what}")


TEXTS = ("summary", "words", "text")


def measured(path: Path, *, every: int = 1) -> tuple[list[tuple[str, str, str]], int]:
    """(message, text, what survived) of each `every`th message of a set, and how many those are."""
    from intake.understand import Understanding
    from tests.tracker.desk import a_desk
    from tracker.deidentify import eraser_for
    from tracker.deidentify.words import lexicon_of
    from tracker.worded import words_without_names
    from training.labelled import from_file

    desk = a_desk()
    understanding, lexicon = Understanding(desk.field), lexicon_of(desk.field)
    found: list[tuple[str, str, str]] = []
    examples = list(from_file(path))[::every]
    for example in examples:
        submission = example.submission
        reading = understanding.read(submission)
        people = [(who.name, who.email) for who in (submission.sender, submission.author, submission.proxy) if who]
        erase = eraser_for(desk.field, people, (submission.subject, submission.text))
        texts = {
            "summary": reading.summary,
            "words": "\n".join(
                said for words in words_without_names(submission, reading, desk).values() for said in words
            ),
            "text": erase(f"{submission.subject}\n\n{submission.new_text}").text,
        }
        names = sorted(set(_names(submission, people, lexicon)))
        for text, shown in texts.items():
            found += [(example.id, text, what) for what in _survivors(shown, names, lexicon)]
    return found, len(examples)


def _names(submission: Any, people: list[tuple[str, str]], lexicon: Any) -> Iterator[str]:
    whole = f"{submission.subject}\n{submission.text}\n{submission.signature}"
    said = [name for name, _ in people if name and submission.slack is None]
    said += [hit[1] for pattern in (TITLED, CLOSED, CALLED) for hit in pattern.finditer(whole)]
    for name in said:
        for word in re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", name):
            if len(word) > 2 and word[0].isupper() and word.lower() not in lexicon.ordinary:
                yield word


def _survivors(shown: str, names: list[str], lexicon: Any) -> Iterator[str]:
    for form, pattern in FORMS.items():
        yield from (f"{form} {hit[0]}" for hit in pattern.finditer(shown))
    places = lexicon.kept(shown)
    for name in names:
        for hit in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", shown, re.IGNORECASE):
            if not any(start <= hit.start() < end for start, end in places):
                yield f"name {hit[0]}"
                break


if __name__ == "__main__":
    main()
