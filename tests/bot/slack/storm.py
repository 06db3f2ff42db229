"""A storm over Slack: messages and changes while calls fail, answers are lost, sockets break and events come twice and late."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.bot.slack.side import Turned, slack_side
from tests.servers.slack import ADA, INTAKE, KIM, LEE, TRIAGE, SlackServer
from tracker.history import record
from tracker.model import Card, Case, Message

CALLS = ("chat.postMessage", "chat.update", "conversations.history", "conversations.info", "conversations.members")
WAIT = 0.2
GUST = 0.15
SETTLED_WITHIN = 90.0


@dataclass(frozen=True)
class After:
    """What was left when the storm was over."""

    events: int
    changes: int
    cases: int
    heard_once: int
    cards: int
    true_cards: int
    posts: int
    doubled: int
    faults: int
    seconds: float

    @property
    def all_right(self) -> bool:
        return (
            self.cases == self.heard_once == self.cards == self.true_cards == self.posts == self.events
            and self.doubled == 0
        )


def storm(tmp_path: Path, *, events: int, changes: int, seed: int = 1, mirrors: int = 2) -> After:
    """Let it rage, wait until nothing is due any more, and count. Every fault that the server knows takes part."""
    chance = random.Random(seed)
    started = time.monotonic()
    with ExitStack() as stack:
        slack = stack.enter_context(SlackServer(echo=True, ack_seconds=2.0))
        turned = stack.enter_context(slack_side(slack, tmp_path))
        done, calm, gusts = threading.Event(), threading.Event(), [0]
        workers = [threading.Thread(target=_turn, args=(turned, done)) for _ in range(mirrors)]
        workers.append(threading.Thread(target=_clock, args=(turned, done)))
        weather = threading.Thread(target=_weather, args=(slack, random.Random(seed + 1), calm, gusts))
        for each in (*workers, weather):
            each.start()
        try:
            with ThreadPoolExecutor(8) as hands:
                list(hands.map(lambda number: _say(slack, number, random.Random(seed + number)), range(events)))
            turned.read_all()
            refs = [case.ref for case in turned.cases()]
            with ThreadPoolExecutor(4) as hands:
                list(hands.map(lambda number: _change(turned, chance.choice(refs), number), range(changes)))
            calm.set()
            weather.join()
            slack.behave()
            end = time.monotonic() + SETTLED_WITHIN
            while time.monotonic() < end and _untrue(turned):
                time.sleep(WAIT)
        finally:
            calm.set()
            done.set()
            for each in (*workers, weather):
                each.join()
        return _counted(turned, slack, events, changes, gusts, time.monotonic() - started)


def _say(slack: SlackServer, number: int, chance: random.Random) -> None:
    """One message: sometimes twice at once, sometimes late, repeated until it is heard, as Slack repeats."""
    text = f"report number {number} of the storm: no rota"
    ts = slack.send_message(INTAKE, ADA, text, deliver=False)
    event = {
        "type": "message", "channel": INTAKE, "channel_type": "channel", "user": ADA, "text": text, "ts": ts, "event_ts": ts,
    }  # fmt: skip
    event_id = f"Ev{number:06d}"
    if chance.random() < 0.1:
        slack.lose_acks()
    if chance.random() < 0.1:
        slack.send_event_at_once(event, 2, event_id=event_id, timeout=2.0)
    if chance.random() < 0.2:
        time.sleep(chance.random() * 0.2)  # so that later ones overtake it
    for _ in range(20):
        if slack.send_event(event, event_id=event_id, timeout=2.0) is not None:
            return
        time.sleep(0.1)
    raise AssertionError(f"message {number} was never acknowledged")


def _weather(slack: SlackServer, chance: random.Random, calm: threading.Event, gusts: list[int]) -> None:
    """Faults come by chance, all the time; `gusts[0]` counts them."""
    while not calm.wait(GUST):
        gusts[0] += 1
        method = chance.choice(CALLS)
        match chance.randrange(6):
            case 0:
                slack.answer_next(method, status=429, headers={"Retry-After": "1"})
            case 1:
                slack.answer_next(method, status=503)
            case 2:
                slack.drop_answer_next(chance.choice(CALLS[:2]))
            case 3:
                slack.drop_answer_next(method, perform=False)
            case 4 if chance.random() < 0.05:
                slack.disconnect("refresh_requested")
            case _:
                slack.delay_next(method, 0.1)


def _turn(turned: Turned, done: threading.Event) -> None:
    """A worker that redraws cards, with a clock that goes on."""
    while not done.is_set():
        if not turned.side.redraw_one():
            done.wait(0.02)


def _clock(turned: Turned, done: threading.Event) -> None:
    """Time goes ten times as fast as ours, so that waits of minutes are over in seconds."""
    while not done.wait(0.02):
        turned.later(seconds=0.2)


def _change(turned: Turned, ref: str, number: int) -> None:
    time.sleep(0.05)

    def job(tx: Any) -> None:
        case = tx.scalars(select(Case).where(Case.ref == ref)).one()
        case.owner = f"slack:{(ADA, LEE, KIM)[number % 3]}"
        case.department = f"Ward {number}"
        record(tx, case, actor="slack:U0LEE", kind="assigned", detail={}, now=turned.now())

    turned.store.write(job)


def _untrue(turned: Turned) -> bool:
    with turned.store.reading() as tx:
        stale = select(Card.id).join(Case, Case.id == Card.case_id).where(Card.shown_revision < Case.revision)
        return tx.scalar(stale.limit(1)) is not None


def _counted(turned: Turned, slack: SlackServer, events: int, changes: int, gusts: list[int], seconds: float) -> After:
    cases = {case.ref: case for case in turned.cases()}
    hung = [each for each in list(slack.messages[TRIAGE]) if each.get("metadata")]
    refs = Counter(each["metadata"]["event_payload"]["ref"] for each in hung)
    shown = {each["metadata"]["event_payload"]["ref"]: each["text"] for each in hung}
    true = sum(_says(shown.get(ref, ""), case) for ref, case in cases.items())
    texts = Counter(message.text for message in turned.all_of(select(Message)) if message.direction == "in")
    return After(
        events=events,
        changes=changes,
        cases=len(cases),
        heard_once=sum(count == 1 for count in texts.values()),
        cards=len(turned.all_of(select(Card).where(Card.ts.is_not(None)))),
        true_cards=true,
        posts=len(hung),
        doubled=sum(count - 1 for count in refs.values()),
        faults=gusts[0],
        seconds=round(seconds, 1),
    )


def _says(text: str, case: Case) -> bool:
    owner = f"<@{case.owner.removeprefix('slack:')}> has it" if case.owner else "Nobody has it yet"
    return case.ref in text and owner in text
