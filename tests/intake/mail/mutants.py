"""Mails damaged at random, and what must hold for every one of them; as a program it tries many and keeps those that fail.

python -m tests.intake.mail.mutants [--mutants 20000] [--seed 1] [--folder FOLDER] [--keep FOLDER]
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from intake.mail import fields_of, message_id_of, read_file, submission_of

OURS = Path(__file__).with_name("data")
KINDS = frozenset({".eml", ".txt", ".html", ".tnef", ".msg"})
SECONDS = 2.0
LARGEST = 3_000_000
PIECES = (
    b"\r", b"\n", b"\r\n", b"\n\n", b"\0", b"\xff", b"\xfe", b"=?utf-8?q?", b"?=", b"=?x?b?", b'"', b"<", b">", b"(",
    b")", b"@", b";", b":", b"--", b"boundary=", b"Content-Type: multipart/mixed; boundary=x\n",
    b"Content-Type: message/rfc822\n\n", b"charset=utf-7", b'charset="a\0b"', b"Content-Transfer-Encoding: base64\n",
    b"\x1b$B", b"<blockquote>", b"</div>", b"<!--", b"&#x110000;", b"&#55296;", b"\xed\xa0\x80", b"From ", b"> ",
    b"On ", b" wrote:\n", b"From: a\nTo: b\nSubject: c\nDate: d\n", b"filename*0*=utf-8''%ff;", b"begin 644 x\n",
    b"\xe2\x80\xae", b"Content-Type: application/pkcs7-mime\n", b"\x30\x80\x06\x09", b"\x24\x80",
    b"\x04\x84\xff\xff\xff\xff", b"ARC-Seal: i=1; d=x\n", b"Received: from a by b\n",
    b"Authentication-Results: spf=pass\n",
)  # fmt: skip
SWAPS = ((b"\n", b"\r"), (b"\n", b"\n\n"), (b":", b""), (b";", b" "), (b"--", b"="), (b"=", b"=="), (b" ", b"\t"))


def mutant(raw: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    """`raw` with one to thirty wounds: bytes lost, doubled, swapped, replaced, or borrowed from another mail."""
    torn = bytearray(raw)
    for _ in range(draw.choice((1, 1, 2, 3, 5, 10, 30))):
        if not torn:
            break
        _wound(torn, others, draw)
    return bytes(torn[:LARGEST])


def _wound(torn: bytearray, others: Sequence[bytes], draw: random.Random) -> None:
    at = draw.randrange(len(torn))
    end = min(len(torn), at + int(draw.expovariate(1 / 60)) + 1)
    match draw.randrange(8):
        case 0:
            del torn[at:end]
        case 1:
            torn[at:at] = draw.choice(PIECES)
        case 2:
            torn[at] = draw.randrange(256)
        case 3:
            torn[at:at] = torn[at:end] * draw.choice((1, 2, 50))
        case 4:
            torn[at:end] = draw.choice(PIECES) * draw.choice((1, 1, 3, 200))
        case 5:
            other = draw.choice(others)
            start = draw.randrange(max(1, len(other)))
            torn[at:at] = other[start : start + draw.randrange(1, 2000)]
        case 6:
            del torn[at:]
        case _:
            torn[:] = torn.replace(*draw.choice(SWAPS))


def wrong_with(name: str, raw: bytes) -> str:
    """What a reader may never do with any bytes; "" where it did nothing of it."""
    began = time.process_time()
    try:
        mail = read_file(name, raw)
        said = submission_of(mail, envelope_from="a@trust.example", envelope_to=("quality@desk.example",))
        json.dumps(fields_of(mail))
        said.model_dump_json()
        message_id_of(raw)
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"raised {type(error).__name__}"
    seconds = time.process_time() - began
    if seconds > SECONDS:
        return f"took {seconds:.1f} s"
    if said.text.strip() and not said.new_text.strip():
        return "lost all words"
    if any(c == "\0" or 0xD800 <= ord(c) <= 0xDFFF for c in said.text + said.subject + said.new_text):
        return "left a NUL or a lone surrogate"
    return next((fault for fault in mail.faults if "could not be read" in fault), "")


def mails_in(folder: Path) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.suffix in KINDS]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--mutants", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--folder", type=Path, default=OURS, help="mails to damage; ours if not given")
    asked.add_argument("--keep", type=Path, help="where those that fail are kept")
    options = asked.parse_args()
    draw = random.Random(options.seed)
    mails = mails_in(options.folder)
    others = [raw for _, raw in mails]
    failed, times = 0, []
    for number in range(options.mutants):
        name, raw = draw.choice(mails)
        torn = mutant(raw, others, draw)
        began = time.process_time()
        wrong = wrong_with(name, torn)
        times.append(time.process_time() - began)
        if wrong:
            failed += 1
            sys.stdout.write(f"{options.seed}-{number} of {name}: {wrong}\n")
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{number}{Path(name).suffix}").write_bytes(torn)
    times.sort()
    p99 = times[int(len(times) * 0.99)] * 1000
    sys.stdout.write(
        f"{options.mutants} mutants, {failed} failed, p99 {p99:.0f} ms, slowest {times[-1] * 1000:.0f} ms\n"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
