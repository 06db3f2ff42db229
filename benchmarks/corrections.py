"""What staff corrected, scored: how the desk had read those messages then, and how it reads them now; see README.md.

    qualitydesk understand --export-corrections corrections.jsonl --as NAME
    python benchmarks/corrections.py corrections.jsonl [--errors]

`then` is what the desk said when each message came, `now` what the present rules and trained reader say of the de-identified
words. Corrected messages are those that were read wrongly, so `then` is low by their choice: look at whether `now` is higher.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Print the figures of both readings, and with --errors the ids that are still wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", help="from `qualitydesk understand --export-corrections`")
    parser.add_argument("--errors", action="store_true", help="also which messages are still wrong, per figure")
    asked = parser.parse_args()
    if asked.file is None:
        print("No file of corrections is given: there is nothing to score.")
        return
    boards = scored(asked.file)
    figures = [
        name for name in boards["now"].figures if any(board.figures[name] is not None for board in boards.values())
    ]
    print(f"{'':22}{'then':>10}{'now':>10}")
    for name in figures:
        values = (board.figures[name] for board in boards.values())
        print(f"{name:22}" + "".join(f"{'n/a' if value is None else format(value, '.3f'):>10}" for value in values))
    if asked.errors:
        for name, wrong in boards["now"].wrong.items():
            print(f"errors {name}: {' '.join(wrong)}")


def scored(path: Path) -> dict[str, Any]:
    """A Board for `then` and one for `now`."""
    from intake.understand import Understanding, labels_of, packaged_model
    from tracker.field import load_field
    from training.labelled import from_file
    from training.scorer import own_score

    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    then = {row["id"]: row["said"] for row in rows}
    understanding = Understanding(load_field(), model=packaged_model())
    examples = list(from_file(path))
    now = {example.id: labels_of(understanding.read(example.submission)) for example in examples}
    gold = [{"id": example.id, "gold": example.gold} for example in examples]
    return {"then": own_score(gold, then), "now": own_score(gold, now)}


if __name__ == "__main__":
    main()
