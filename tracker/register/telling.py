"""Who must be told of a rating, as tasks that people settle; nothing is sent from here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from tracker.actors import Actor, need
from tracker.errors import NotFound, Refused
from tracker.field import Field
from tracker.model import Rating, TellTask
from tracker.register import events
from tracker.store import Tx
from tracker.triage.frame import said

SETTLED: Final = ("done", "not_needed")


def make_tasks(tx: Tx, rating: Rating, before: int | None, field: Field, *, now: datetime) -> list[TellTask]:
    """One task for everybody whom isf.toml names for the new level, and, on the way down, for the old one too.

    Whoever was told that it was bad must also hear that it is better. An unchanged rating tells nobody anew.
    """
    if rating.state == "unchanged":
        return []
    levels = {row.level: row for row in field.isf.levels}
    named = list(levels[rating.level].notify)
    if before is not None and before > rating.level:
        named += levels[before].notify
    tasks = [
        TellTask(rating_id=rating.id, place_id=rating.place_id, whom=whom, made_at=now) for whom in dict.fromkeys(named)
    ]
    tx.add_all(tasks)
    tx.flush()
    return tasks


def tasks(tx: Tx, *, place_id: int | None = None, open_only: bool = True) -> Sequence[TellTask]:
    """The tasks, oldest first."""
    query = select(TellTask).order_by(TellTask.id)
    if place_id is not None:
        query = query.where(TellTask.place_id == place_id)
    return tx.scalars(query.where(TellTask.state == "open") if open_only else query).all()


def settle(tx: Tx, task_id: int, state: str, why: str, *, actor: Actor, now: datetime) -> TellTask:
    """Note that somebody was told, or need not be (then a reason is needed). Raises Refused where it was settled before."""
    need(actor, "rate")
    task = tx.get(TellTask, task_id, with_for_update=True, populate_existing=True)
    if task is None:
        raise NotFound(f"There is no task {task_id}; `qualitydesk rating tell` shows those that are open.")
    if state not in SETTLED:
        raise Refused(f"A task becomes one of {', '.join(SETTLED)}.")
    if task.state != "open":
        raise Refused(f"Task {task_id} was settled before: {task.state.replace('_', ' ')} by {task.settled_by}.")
    if state == "not_needed":
        why = said(why, "why they need not be told", limit=2000)
    task.state, task.settled_at, task.settled_by, task.settled_why = state, now, actor.name, why.strip()
    detail = {"whom": task.whom, "state": state, "why": task.settled_why}
    events.note(tx, "rating", task.rating_id, "told", place_id=task.place_id, actor=actor.name, now=now, detail=detail)
    return task
