"""How quick and how sure the Slack side is, against a Slack-shaped server on this machine; see README.md.

    python benchmarks/slack.py [home] [acks] [storm]

home    drawing a Home with 5,000 open cases; over the promises of every third the clock has fired
acks    20 presses a second on the whole service: time to the acknowledgement, and to a card that is true again
storm   500 messages and 500 changes under faults: every case right, every card true, nothing twice
"""

import json
import logging
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.bot.slack.side import slack_side
from tests.bot.slack.storm import storm
from tests.servers.service import DeskProcess, write_config
from tests.servers.slack import ADA, KIM, LEE, SlackServer
from tests.tracker.desk import a_case
from tracker.diary import replan
from tracker.model import FollowUp

PRESSES, RATE, CASES, OPEN = 400, 20, 40, 5000
TRIAGE = "quality-triage"


def home(folder: Path) -> dict[str, Any]:
    """Seconds from opening Home to its being published, with many open cases."""
    with SlackServer() as slack, slack_side(slack, folder) as turned:

        def fill(tx: Any) -> None:
            for number in range(OPEN):
                case = a_case(
                    tx, turned.desk, now=turned.now(), reporter=None, provider=["RVW"], isf=number % 5 or None,
                    urgency="same_day" if number % 7 == 0 else "routine", owner="slack:U0ADA" if number % 4 == 0 else None,
                )  # fmt: skip
                if number % 2:
                    replan(tx, case, desk=turned.desk, now=turned.now())
                if number % 3 == 0:
                    fired_over(tx, case)

        def fired_over(tx: Any, case: Any) -> None:
            """As after a week in which nobody read the case and the clock fired all that was due."""
            case.opened_at = turned.now() - timedelta(days=7)
            replan(tx, case, desk=turned.desk, now=turned.now())
            for row in tx.scalars(select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.state == "pending")):
                if row.due_at < turned.now():
                    row.state, row.settled_at = "fired", turned.now()
            replan(tx, case, desk=turned.desk, now=turned.now())

        turned.store.write(fill)
        took = []
        for _ in range(12):
            slack.homes.clear()
            begun = time.monotonic()
            slack.open_home(ADA)
            slack.wait_until(lambda: ADA in slack.homes, 20, what="a Home")
            took.append(time.monotonic() - begun)
        begun = time.monotonic()
        slack.command(ADA, TRIAGE, "/case", "find supervision north tees")
        found = time.monotonic() - begun
    return {
        "open_cases": OPEN,
        "median_s": round(statistics.median(took), 3),
        "worst_s": round(max(took), 3),
        "find_s": round(found, 3),
    }


def acks(folder: Path) -> dict[str, Any]:
    """Presses from eight hands on the cards of the running service."""
    with SlackServer(echo=True) as slack:
        config = write_config(folder, f"sqlite:///{folder / 'desk.sqlite3'}", slack_api_url=slack.api_url, readers=2)
        with DeskProcess(config) as desk:
            slack.wait_connected()
            for number in range(CASES):
                slack.send_message(
                    "quality-intake", (ADA, LEE, KIM)[number % 3], f"No supervisor on ward {number} for a week"
                )
            where = slack.channel(TRIAGE).id
            slack.wait_until(lambda: len(slack.messages[where]) >= CASES, 120, what="the cards")
            cards = [message["ts"] for message in slack.messages[where]][:CASES]
            taken: dict[str, float] = {}
            true: dict[str, float] = {}

            def watch() -> None:
                while len(true) < CASES and time.monotonic() < until:
                    for message in list(slack.messages[where]):
                        if message["ts"] not in true and "> has it" in message["text"]:
                            true[message["ts"]] = time.monotonic()
                    time.sleep(0.01)

            until = time.monotonic() + PRESSES / RATE + 30
            watching = threading.Thread(target=watch)
            watching.start()
            before = len(slack.deliveries)
            threads, begun = [], time.monotonic()
            for number in range(PRESSES):
                ts = cards[number % CASES]
                action = "case_take" if number < CASES else ("case_note", "case_level", "case_more")[number % 3]
                if number < CASES:
                    taken[ts] = time.monotonic()
                user = (ADA, LEE, KIM)[number % 3]
                threads.append(threading.Thread(target=slack.press, args=(user, where, ts, action)))
                threads[-1].start()
                time.sleep(max(0.0, begun + (number + 1) / RATE - time.monotonic()))
            for thread in threads:
                thread.join()
            watching.join()
            pressed = [made for made in slack.deliveries[before:] if made.kind == "interactive"]
            heard = sorted(made.ack.seconds for made in pressed if made.ack is not None)
            late = sorted(true[ts] - taken[ts] for ts in cards if ts in true)
            assert desk.running
    return {
        "presses": len(pressed), "unheard": len(pressed) - len(heard), "p50_ms": _ms(heard, 0.5), "p99_ms": _ms(heard, 0.99),
        "worst_ms": _ms(heard, 1.0), "cards_true": len(late), "card_true_p50_ms": _ms(late, 0.5),
        "card_true_worst_ms": _ms(late, 1.0),
    }  # fmt: skip


def a_storm(folder: Path) -> dict[str, Any]:
    after = storm(folder, events=500, changes=500)
    return asdict(after) | {"all_right": after.all_right}


def _ms(found: list[float], part: float) -> float:
    return round(1000 * found[min(int(part * len(found)), len(found) - 1)], 1) if found else -1.0


def main(wanted: list[str]) -> int:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    logging.disable(logging.CRITICAL)
    for name, measure in (("home", home), ("acks", acks), ("storm", a_storm)):
        if not wanted or name in wanted:
            with tempfile.TemporaryDirectory() as folder:
                print(json.dumps({"what": name, **measure(Path(folder))}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
