"""What of the register waits for somebody, in lines for Slack: places, levels and dates, never a finding and nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.counter import told
from bot.slack.ids import COMMAND
from bot.slack.register_ids import RegisterAction
from tracker.actors import Actor
from tracker.desk import Desk
from tracker.model import Intervention, Rating, RatingApproval, RegisterPlace, Requirement, Session, TellTask
from tracker.register import places, rating_rules, telling
from tracker.register.requirements import AWAITS_PROVIDER
from tracker.register.standing import standings
from tracker.store import Tx
from tracker.triage.levels import people_needed
from tracker.working_days import earlier_opening, written_day

MOST: Final = 4
"""Rows of one list; beyond them only their number is said. A message of Slack's holds 50 blocks, and there are eight lists."""
RIGHTS: Final = ("rate", "require", "intervene", "evidence")
AHEAD: Final = timedelta(days=14)


@dataclass(frozen=True)
class Row:
    """A line of mrkdwn, escaped; with a button where something can be done about it."""

    text: str
    button: Block | None = None


@dataclass(frozen=True)
class Pile:
    """A list with its title and its short name for a count."""

    title: str
    short: str
    rows: tuple[Row, ...] = field(default=())


def concerns(actor: Actor) -> bool:
    """Whether the register is this person's work: they may read, and one of its rights is theirs."""
    return actor.may("read") and any(actor.may(right) for right in RIGHTS)


def piles(tx: Tx, actor: Actor, desk: Desk, now: datetime) -> tuple[Pile, ...]:
    """Everything of the register that waits for a person or falls due within two weeks; buttons by the person's rights."""
    say = _Say(tx, desk)
    today = now.astimezone(desk.hours.zone).date()
    late, coming, sent = _requirements(tx, say, now)
    return (
        Pile("Ratings that wait for approval", "to approve", _waiting(tx, actor, say, desk)),
        Pile("Requirements that are overdue", "overdue", late),
        Pile("Requirements that fall due", "due", coming),
        Pile("Answers of providers to be assessed", "to assess", sent),
        Pile("Ratings to be looked at again", "to look at again", _looks(tx, say, now, today)),
        Pile("Reviews, visits and meetings that are planned", "planned", _visits(tx, say, desk, now)),
        Pile("Reports that are awaited", "reports", _reports(tx, say, today)),
        Pile("People to be told of a rating", "to tell", _tell(tx, actor, say)),
    )


def drawn(found: Sequence[Pile], actor: Actor) -> list[Block]:
    """The lists as blocks, those without a row in one line at the end; then what can be begun."""
    made: list[Block] = []
    for pile in found:
        if pile.rows:
            made.append(blocks.section(f"*{pile.title}* ({len(pile.rows)})"))
            made += [_block(row) for row in pile.rows[:MOST]]
            left = len(pile.rows) - MOST
            made += blocks.context(f"and {left} more; the command line lists them all") if left > 0 else []
    none = [pile.title for pile in found if not pile.rows]
    made += blocks.context(f"None: {'; '.join(none)}.") if none else []
    return [*made, *blocks.actions(begin(actor))][:50]


def words(found: Sequence[Pile]) -> str:
    """The lists as text, for notifications and lists of text."""
    lines = []
    for pile in found:
        if pile.rows:
            lines += [f"*{pile.title}*", *(row.text for row in pile.rows[:MOST])]
            lines += [f"and {len(pile.rows) - MOST} more"] if len(pile.rows) > MOST else []
    return "\n".join(lines) or "Nothing of the register waits or falls due within two weeks."


def summary(found: Sequence[Pile]) -> list[Block]:
    """One line for Home: what waits, and the button that lists it."""
    counts = [f"{len(pile.rows)} {pile.short}" for pile in found if pile.rows]
    look = blocks.button("Look", RegisterAction.LISTS, "home", about="at the register")
    return [
        {"type": "divider"},
        blocks.section(f"*The quality register*\n{', '.join(counts) or 'Nothing waits.'}") | {"accessory": look},
    ]


def begin(actor: Actor, place: str = "") -> list[Block]:
    """The buttons that begin something, by the person's rights. `place` is the key of the place they are about."""
    made = []
    if actor.may("rate"):
        made.append(blocks.button("Propose a rating", RegisterAction.PROPOSE, place or "any", about="of a place"))
    if actor.may("evidence"):
        made.append(blocks.button("Add evidence", RegisterAction.EVIDENCE, place or "any", about="about a place"))
    return made


def of_place(tx: Tx, place: RegisterPlace, actor: Actor, desk: Desk, now: datetime) -> list[Block]:
    """What stands at one place: its rating, what waits, and what its provider owes."""
    say = _Say(tx, desk)
    stands = standings(tx, at=now).get(place.id)
    rated = "Not rated yet."
    if stands is not None and stands.decided_at is not None:
        look = f"; to be looked at again by {written_day(stands.review_on, desk.hours)}" if stands.review_on else ""
        since = written_day(stands.decided_at, desk.hours)
        rated = f"*ISF {stands.level}*, {stands.state}, since {since}{look}."
    waiting = _waiting(tx, actor, say, desk, place.id)
    late, coming, sent = _requirements(tx, say, now, place.id, ahead=None)
    made = [blocks.section(f"*{say.place(place.id)}*\n{rated}"), *(_block(row) for row in waiting)]
    owed = [*late, *coming, *sent]
    made += [blocks.section(f"*Requirements that are open* ({len(owed)})")] if owed else []
    made += [_block(row) for row in owed[: 2 * MOST]]
    made += [] if owed else blocks.context("No requirement is open.")
    return [*made, *blocks.actions(begin(actor, place.key))]


class _Say:
    """Places in escaped words, each looked up once."""

    def __init__(self, tx: Tx, desk: Desk) -> None:
        self._tx = tx
        self._desk = desk
        self._known: dict[int, str] = {}

    def place(self, place_id: int | None) -> str:
        if place_id is None:
            return "another provider"
        if place_id not in self._known:
            row = self._tx.get_one(RegisterPlace, place_id)
            self._known[place_id] = blocks.safe(places.label(row, self._desk.field))
        return self._known[place_id]

    def day(self, at: datetime | date) -> str:
        return written_day(at, self._desk.hours)


def _block(row: Row) -> Block:
    return blocks.section(row.text) | ({"accessory": row.button} if row.button else {})


def _waiting(tx: Tx, actor: Actor, say: _Say, desk: Desk, place_id: int | None = None) -> tuple[Row, ...]:
    query = select(Rating).where(Rating.state == "proposed").order_by(Rating.id)
    rows = tx.scalars(query if place_id is None else query.where(Rating.place_id == place_id)).all()
    found = []
    for row in rows:
        agreed = tx.scalar(select(func.count()).where(RatingApproval.rating_id == row.id)) or 0
        needed = people_needed(desk, rating_rules.level_of_authority(row.before, row.level))
        now = "not rated now" if row.before is None else f"now ISF {row.before}"
        who = told(row.proposed_by)
        text = (
            f"*ISF {row.level}* at {say.place(row.place_id)}: {now}. Asked for by {who} on {say.day(row.proposed_at)}; "
            f"{agreed} of {needed} agreed."
        )
        look = blocks.button("Look", RegisterAction.DECIDE, str(row.id), about=f"at rating {row.id}")
        found.append(Row(text, look if actor.may("rate") else None))
    return tuple(found)


def _requirements(
    tx: Tx, say: _Say, now: datetime, place_id: int | None = None, *, ahead: timedelta | None = AHEAD
) -> tuple[tuple[Row, ...], tuple[Row, ...], tuple[Row, ...]]:
    """(overdue, falling due within `ahead` or at any time, answered and to be assessed)."""
    columns = (Requirement.ref, Requirement.kind, Requirement.state, Requirement.due_at, Requirement.place_id)
    query = select(*columns).where(Requirement.state.in_((*AWAITS_PROVIDER, "evidence_received")))
    query = query if place_id is None else query.where(Requirement.place_id == place_id)
    late, coming, sent = [], [], []
    for row in tx.execute(query.order_by(Requirement.due_at, Requirement.id)):
        line = f"*{row.ref}* {row.kind}, {say.place(row.place_id)}"
        if row.state == "evidence_received":
            sent.append(Row(f"{line}: answered"))
        elif row.due_at is not None and row.due_at < now:
            late.append(Row(f"{line}: was due on {say.day(row.due_at)}"))
        elif row.due_at is not None and (ahead is None or row.due_at < now + ahead):
            coming.append(Row(f"{line}: due on {say.day(row.due_at)}"))
    return tuple(late), tuple(coming), tuple(sent)


def _looks(tx: Tx, say: _Say, now: datetime, today: date) -> tuple[Row, ...]:
    stand = [(row.review_on, row) for row in standings(tx, at=now).values() if row.review_on is not None]
    due = sorted(((day, row) for day, row in stand if day <= today + AHEAD), key=lambda each: (each[0], each[1].id))
    return tuple(
        Row(f"*ISF {row.level}* at {say.place(row.place_id)}: by {say.day(day)}{' — overdue' if day < today else ''}")
        for day, row in due
    )


def _visits(tx: Tx, say: _Say, desk: Desk, now: datetime) -> tuple[Row, ...]:
    """Planned dates that are near, and those that are past and of which nobody said whether they took place."""
    today = now.astimezone(desk.hours.zone).date()
    query = (
        select(Intervention, Session.held_on)
        .join(Session, Session.intervention_id == Intervention.id)
        .where(Session.state == "planned", Intervention.state == "planned", Session.held_on <= today + 3 * AHEAD)
        .order_by(Session.held_on, Intervention.id)
    )
    found = []
    for row, day in tx.execute(query):
        meeting = datetime.combine(day, desk.hours.closes, desk.hours.zone)
        if day < today or earlier_opening(meeting, desk.register.visit_soon, desk.hours) <= now:
            past = " — past; did it take place?" if day < today else ""
            kind = blocks.safe(row.kind_raw)
            found.append(Row(f"*{row.ref}* {kind}, {say.place(row.place_id)}: {say.day(day)}{past}"))
    return tuple(found)


def _reports(tx: Tx, say: _Say, today: date) -> tuple[Row, ...]:
    query = select(Intervention).where(
        Intervention.state.in_(("held", "draft")), Intervention.report_due_on <= today + AHEAD
    )
    return tuple(
        Row(
            f"*{row.ref}* {blocks.safe(row.kind_raw)}, {say.place(row.place_id)}: by {say.day(row.report_due_on)}"
            f"{' — overdue' if row.report_due_on < today else ''}"
        )
        for row in tx.scalars(query.order_by(Intervention.report_due_on, Intervention.id))
        if row.report_due_on is not None
    )


def _tell(tx: Tx, actor: Actor, say: _Say) -> tuple[Row, ...]:
    return tuple(
        Row(
            f"{blocks.safe(task.whom.replace('_', ' ').capitalize())}: of ISF {_level(tx, task)} at {say.place(task.place_id)}",
            blocks.button("Told", RegisterAction.TOLD, str(task.id), about=f"task {task.id}")
            if actor.may("rate")
            else None,
        )
        for task in telling.tasks(tx)
    )


def _level(tx: Tx, task: TellTask) -> int:
    return tx.get_one(Rating, task.rating_id).level


HELP: Final = "\n".join(
    (
        f"*{COMMAND} register* lists what of the quality register waits or falls due.",
        f"*{COMMAND} place RVW//urology* shows what stands at a place.",
        f"*{COMMAND} rate* proposes a rating, *{COMMAND} evidence* puts an item of evidence down.",
    )
)
