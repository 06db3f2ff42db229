"""What understanding a message costs, by rules and with the trained reader, in time and memory; see README.md.

    python benchmarks/understand.py [--messages 120] [--rounds 3]

Each reader runs in a process of its own, in turn, on the same messages of the hand that nobody trained on. Time is CPU time
of the process, so that other work on the machine counts little; `x_rules` is its ratio to the rules alone in the same round.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READERS = ("rules", "both")


def measure(reader: str, most: int) -> None:
    """Read the messages and print one JSON line with CPU milliseconds of each and the memory that the reading added."""
    from intake.understand import Understanding, packaged_model
    from tracker.field import load_field
    from training.labelled import UNSEEN_HAND, labelled

    submissions = [example.submission for example in labelled([UNSEEN_HAND])[:most]]
    model = packaged_model() if reader == "both" else None
    if reader == "both" and model is None:
        raise SystemExit("the trained reader is not installed")
    understanding = Understanding(load_field(), model=model)
    before = status("VmRSS"), status("VmSize")
    first = time.process_time()
    understanding.read(submissions[0])
    first = time.process_time() - first
    spent = []
    for submission in submissions:
        start = time.process_time()
        understanding.read(submission)
        spent.append((time.process_time() - start) * 1000)
    after = status("VmRSS"), status("VmSize")
    added = [late - early for early, late in zip(before, after, strict=True)]
    print(json.dumps({"ms": spent, "first_ms": first * 1000, "mib": added[0], "space_mib": added[1]}))


def status(name: str) -> float:
    """A size of this process in MiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name + ":"))


def main() -> None:
    """Take the readers in turn and print a JSON line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reader", choices=READERS, help="only this one, in this process")
    asked = parser.parse_args()
    if asked.reader:
        measure(asked.reader, asked.messages)
        return
    rounds = []
    for _ in range(asked.rounds):
        told = {}
        for reader in READERS:
            command = [sys.executable, __file__, "--reader", reader, "--messages", str(asked.messages)]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            told[reader] = json.loads(done.stdout)
        rounds.append(told)
    for reader in READERS:
        every = sorted(ms for told in rounds for ms in told[reader]["ms"])
        ratios = [statistics.median(told[reader]["ms"]) / statistics.median(told["rules"]["ms"]) for told in rounds]
        print(
            json.dumps(
                {
                    "reader": reader,
                    "median_ms": round(statistics.median(every), 1),
                    "p99_ms": round(every[int(len(every) * 0.99)], 1),
                    "first_ms": round(statistics.median(told[reader]["first_ms"] for told in rounds), 1),
                    "x_rules": round(statistics.median(ratios), 2),
                    "extra_mib": round(max(told[reader]["mib"] for told in rounds)),
                    "extra_space_mib": round(max(told[reader]["space_mib"] for told in rounds)),
                }
            )
        )


if __name__ == "__main__":
    main()
