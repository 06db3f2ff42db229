"""What reading a mail costs in CPU, beside the standard library in the same run, and in memory; see README.md.

    python benchmarks/mail.py [--rounds 15] [--shared ../shared/mail]

Three mails of about 20 KB are read in turn by `read_mail` and by `email.message_from_bytes` with `get_body().get_content()`,
as somebody would do it by hand. Then one reading child reads every mail of a folder, where there is one, and tells its peak
of memory.
"""

import argparse
import email
import email.policy
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from intake.box import Box, BoxSettings
from intake.mail import read_mail
from tracker.errors import Unreadable

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 3.0
READS = 20
WORDS = (
    "the rota leaves no time for teaching and our supervisor is away most weeks so nobody signs off our work".split()  # noqa: SIM905
)


def prose(draw: random.Random, size: int) -> list[str]:
    """Paragraphs of about `size` characters together."""
    out: list[str] = []
    while sum(map(len, out)) < size:
        out.append(" ".join(" ".join(draw.choices(WORDS, k=12)).capitalize() + "." for _ in range(4)))
    return out


def a_mail(kind: str) -> bytes:
    """About 20 KB: "plain" (a bottomless reply with quotes), "html" (Outlook's two parts), "file" (words and a small file)."""
    draw = random.Random(kind)
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Received"] = "from mx.learner.example by mx.desk.example with ESMTPS; Mon, 23 Nov 2026 09:00:00 +0000"
    mail["Authentication-Results"] = "mx.desk.example; spf=pass smtp.mailfrom=learner.example; dmarc=pass"
    mail["From"], mail["To"] = "A Writer <writer@learner.example>", "Quality <quality@desk.example>"
    mail["Subject"], mail["Date"] = "RE: About teaching at night", "Mon, 23 Nov 2026 09:00:00 +0000"
    mail["Message-ID"], mail["In-Reply-To"] = f"<{kind}@learner.example>", "<first@desk.example>"
    new, old = prose(draw, 3000), prose(draw, {"plain": 15000, "html": 4000, "file": 5000}[kind])
    header = [
        "From: Quality <quality@desk.example>",
        "Sent: 20 November 2026 10:00",
        "To: A Writer",
        "Subject: About teaching",
    ]
    if kind == "plain":
        intro = "On Fri, 20 Nov 2026 at 10:00, Quality <quality@desk.example> wrote:"
        mail.set_content(
            "\n\n".join([*new, "Kind regards\nA Writer", intro]) + "\n" + "\n>\n".join(f"> {line}" for line in old)
        )
        return mail.as_bytes()
    mail.set_content("\n\n".join([*new, "Kind regards", "\n".join(header), *old]))
    if kind == "html":
        paragraphs = "".join(
            f'<p class="MsoNormal"><span lang="EN-GB">{line}<o:p></o:p></span></p>\n' for line in new + old
        )
        mail.add_alternative(
            f"<html><head><style>p {{margin:0}}</style></head><body>{paragraphs}</body></html>", subtype="html"
        )
    else:
        mail.add_attachment(draw.randbytes(7000), maintype="application", subtype="pdf", filename="rota.pdf")
    return mail.as_bytes()


def by_hand(raw: bytes) -> str:
    """What one would write without a reader: parse, take the body, decode it."""
    body = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain", "html"))
    return str(body.get_content()) if body is not None else ""


def cpu_of(read: Callable[[bytes], object], raw: bytes) -> float:
    """CPU seconds of one reading, the mean of READS."""
    began = time.process_time()
    for _ in range(READS):
        read(raw)
    return (time.process_time() - began) / READS


def speed(rounds: int) -> bool:
    """Print a line a mail; False where the median ratio of all is over LIMIT."""
    ratios: list[float] = []
    for kind in ("plain", "html", "file"):
        raw = a_mail(kind)
        read_mail(raw)
        by_hand(raw)
        ours, theirs = [], []
        for _ in range(rounds):
            gc.collect()
            theirs.append(cpu_of(by_hand, raw))
            ours.append(cpu_of(read_mail, raw))
        ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
        ratios.append(ratio)
        say(mail=kind, bytes=len(raw), read_ms=ms(ours), by_hand_ms=ms(theirs), x_by_hand=round(ratio, 2))
    say(x_by_hand=round(statistics.mean(ratios), 2), limit=LIMIT)
    return statistics.mean(ratios) <= LIMIT


def memory(folder: Path) -> None:
    """Have one reading child read every .eml of `folder`, understanding included, and print its peak."""
    mails = sorted(folder.rglob("*.eml"))
    if not mails:
        sys.stdout.write(f"No mails in {folder.name}: the peak of memory was not measured.\n")
        return
    unreadable, slowest, began = 0, 0.0, time.perf_counter()
    box = Box(BoxSettings(inboxes=("quality@desk.example",)))
    try:
        box.start()
        first = box.pid
        at_rest = peak_mib(first)
        for mail in mails:
            started = time.perf_counter()
            try:
                box.read("mail", mail.read_bytes(), {"mail_from": "writer@learner.example", "rcpt_to": []})
            except Unreadable:
                unreadable += 1
            slowest = max(slowest, time.perf_counter() - started)
        say(
            mails=len(mails),
            unreadable=unreadable,
            same_child=box.pid == first,
            mib_at_rest=at_rest,
            mib_peak=peak_mib(box.pid),
            slowest_ms=round(slowest * 1000, 1),
            seconds=round(time.perf_counter() - began, 1),
        )
    finally:
        box.close()


def peak_mib(pid: int | None) -> float:
    """The most resident memory a process ever had."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024, 1)


def ms(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 3)


def say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "mail")
    options = asked.parse_args()
    quick = speed(options.rounds)
    memory(options.shared)
    return 0 if quick else 1


if __name__ == "__main__":
    sys.exit(main())
