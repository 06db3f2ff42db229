"""How fast and how dear the desk takes mail, beside what aiosmtpd costs by itself, in the same minutes; see README.md.

    python benchmarks/door.py [--mails 400] [--connections 16] [--rounds 3]

Four programs take the same mails in turn, each in a process of its own:
    noop   aiosmtpd with a handler that does nothing
    file   aiosmtpd with one file per mail, synced before the answer
    door   our door and our store; nothing is read
    desk   the whole service: counted are mails that have become cases, letters written
"""

import argparse
import asyncio
import hashlib
import json
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.smtp import DoorSettings, MailDoor, keeper
from tracker import schema
from tracker.store import Store

DESK = "quality@desk.example"
PROGRAMS = ("noop", "file", "door", "desk")
ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
WORDS = (
    "The rota leaves no time for teaching and our supervisor is away most weeks so nobody signs off our work".split()  # noqa: SIM905
)


def a_mail(number: int, seed: int) -> bytes:
    """Six of ten are plain (5 KB), three have HTML (20 KB), one has a file (300 KB)."""
    draw = random.Random(f"{seed} {number}")
    body = "\n".join(" ".join(draw.choices(WORDS, k=12)) + "." for _ in range(70))
    rest = number % 10
    mail = EmailMessage(policy=WIRE)
    mail["From"] = f"A Writer <writer-{seed}-{number}@learner.example>"
    mail["To"] = DESK
    mail["Subject"] = f"About teaching, {number}"
    mail["Message-ID"] = f"<{seed}.{number}@learner.example>"
    mail.set_content(body)
    if rest in (6, 7, 8):
        mail.add_alternative(f"<p>{body}</p>" * 3, subtype="html")
    elif rest == 9:
        content = b"%PDF-1.7" + draw.randbytes(220_000)
        mail.add_attachment(content, maintype="application", subtype="pdf", filename="rota.pdf")
    return mail.as_bytes()


class _Noop:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        return "250 2.0.0 taken"


class _File:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        content = envelope.original_content or b""
        await asyncio.get_running_loop().run_in_executor(None, self._keep, content)
        return "250 2.0.0 kept"

    def _keep(self, content: bytes) -> None:
        name = hashlib.sha256(content).hexdigest()
        with (self._folder / f"{name}.part").open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        (self._folder / f"{name}.part").rename(self._folder / name)
        directory = os.open(self._folder, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)


def serve(program: str, folder: Path) -> None:
    """Be one of the references, or our door alone, until killed; says its port on standard error."""
    if program == "door":
        url = f"sqlite:///{folder / 'door.sqlite3'}"
        schema.upgrade(url)
        door = MailDoor(keeper(Store(url), lambda: datetime.now(UTC)), DoorSettings(inboxes=(DESK,)))
        _say(door.start())
        threading.Event().wait()

    async def listen() -> None:
        handler = _Noop() if program == "noop" else _File(folder)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(handler, hostname="x", loop=loop), "127.0.0.1", 0)
        _say(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(listen())


def _say(port: int) -> None:
    print(json.dumps({"smtp_port": port}), file=sys.stderr, flush=True)


class Program:
    """One of the four, running. `cpu` is in seconds and `memory` in bytes, both over the whole process tree."""

    def __init__(self, name: str, folder: Path) -> None:
        folder.mkdir()
        self.name = name
        self._database = folder / "desk.sqlite3"
        command = [sys.executable, __file__, "--serve", name, "--folder", str(folder)]
        if name == "desk":
            config = folder / "config.toml"
            config.write_text(
                f'[database]\nurl = "sqlite:///{self._database}"\n[[inbox]]\naddress = "{DESK}"\n'
                f'[mail]\nletters_dir = "{folder / "letters"}"\n[mail.listen]\nport = 0\n[http]\nport = 0\n'
                "[caps]\nletters_per_hour = 1000000\nletters_per_domain_per_hour = 1000000\n"
            )
            command = [str(Path(sys.executable).parent / "qualitydesk"), "--config", str(config), "serve"]
        began = time.monotonic()
        self._process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert self._process.stderr is not None
        self.port = 0
        while not self.port:
            line = self._process.stderr.readline()
            assert line, f"{name} did not start"
            self.port = int(json.loads(line).get("smtp_port") or 0) if line.startswith(b"{") else 0
        self.cold_start = time.monotonic() - began
        # Nobody may wait for us to read what it logs.
        threading.Thread(target=self._process.stderr.read, daemon=True).start()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM if self.name == "desk" else signal.SIGKILL)
        self._process.wait()

    def done(self) -> int:
        """Mails that were read to their end."""
        with sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=30) as database:
            return int(database.execute("SELECT count(*) FROM inbound WHERE state <> 'heard'").fetchone()[0])

    def cost(self) -> tuple[float, int]:
        cpu, memory = 0.0, 0
        for pid in self._tree(self._process.pid):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except OSError:
                continue
            cpu += sum(map(int, fields[11:15])) / TICK
            memory += pages * PAGE
        return cpu, memory

    def _tree(self, pid: int) -> list[int]:
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except OSError:
            children = []
        return [pid, *(each for child in children for each in self._tree(child))]


async def deliver(port: int, mails: list[bytes], connections: int) -> list[float]:
    """Deliver all over some kept connections, closed loop; the seconds from the first byte of each mail to its 250."""
    waiting = list(reversed(mails))
    seconds: list[float] = []

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def hear(wanted: bytes) -> None:
            while (line := await reader.readline())[3:4] == b"-":
                pass
            assert line.startswith(wanted), line

        async def say(command: str, wanted: bytes) -> None:
            writer.write(command.encode() + b"\r\n")
            await hear(wanted)

        await hear(b"220")
        await say("EHLO bench.example", b"250")
        while waiting:
            content = waiting.pop().replace(b"\r\n.", b"\r\n..") + b".\r\n"
            await say("MAIL FROM:<writer@learner.example>", b"250")
            await say(f"RCPT TO:<{DESK}>", b"250")
            await say("DATA", b"354")
            began = time.monotonic()
            writer.write(content)
            await hear(b"250")
            seconds.append(time.monotonic() - began)
        writer.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    return seconds


def measure(program: Program, mails: list[bytes], connections: int) -> dict[str, float]:
    cpu, _ = program.cost()
    before = program.done() if program.name == "desk" else 0
    began = time.monotonic()
    seconds = sorted(asyncio.run(deliver(program.port, mails, connections)))
    accepted = time.monotonic() - began
    while program.name == "desk" and program.done() < before + len(mails):
        time.sleep(0.02)
    done = time.monotonic() - began
    after, memory = program.cost()
    return {
        "accepted_per_s": len(mails) / accepted,
        "done_per_s": len(mails) / done,
        "cpu_ms": 1000 * (after - cpu) / len(mails),
        "p50_ms": 1000 * seconds[len(seconds) // 2],
        "p95_ms": 1000 * seconds[int(len(seconds) * 0.95)],
        "memory_mib": memory / 2**20,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=400, help="mails in a round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--programs", default=",".join(PROGRAMS), help="which to run, with commas")
    parser.add_argument("--serve", choices=PROGRAMS[:3], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="where to keep things (default: a temporary folder)")
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve, asked.folder)
        return
    with tempfile.TemporaryDirectory(dir=asked.folder and asked.folder.resolve()) as folder:
        programs = [Program(name, Path(folder) / name) for name in asked.programs.split(",")]
        try:
            rounds = [
                {each.name: measure(each, mails, asked.connections) for each in programs}
                for mails in (
                    [a_mail(number, seed) for number in range(asked.mails)] for seed in range(asked.rounds + 1)
                )
            ][1:]  # the first warms up
        finally:
            for each in programs:
                each.stop()
    for each in programs:
        print(
            json.dumps({"program": each.name, "cold_start_s": round(each.cold_start, 2)} | _middle(rounds, each.name))
        )


def _middle(rounds: list[dict[str, dict[str, float]]], name: str) -> dict[str, Any]:
    """Medians over the rounds; ratios to the references are taken round by round, since a shared machine drifts."""
    found: dict[str, Any] = {
        figure: round(statistics.median(each[name][figure] for each in rounds), 2) for figure in rounds[0][name]
    }
    for reference, figure, key in (
        ("noop", "done_per_s", "x_noop"),
        ("file", "done_per_s", "x_file"),
        ("noop", "cpu_ms", "cpu_x_noop"),
    ):
        if reference in rounds[0]:
            found[key] = round(statistics.median(each[name][figure] / each[reference][figure] for each in rounds), 2)
    return found


if __name__ == "__main__":
    main()
