"""The monthly paper announced to the leads before the committee meets, once for each meeting; it is not made here."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from tracker.desk import Desk
from tracker.model import Parcel
from tracker.outbox import SLACK_OFF, enqueue_post
from tracker.store import Tx
from tracker.working_days import earlier_opening, written_day

OCCASION: Final = "paper"


def due_for(now: datetime, desk: Desk) -> date | None:
    """The committee's next date where its paper is to be announced by now; None where there is none."""
    today = now.astimezone(desk.hours.zone).date()
    for day in sorted(desk.register.committee_dates):
        meeting = datetime.combine(day, desk.hours.closes, desk.hours.zone)
        if day >= today and earlier_opening(meeting, desk.register.announce_before, desk.hours) <= now:
            return day
    return None


def announce_due(tx: Tx, *, desk: Desk, now: datetime) -> bool:
    """Queue the announcement that is due, if it was not queued before. Returns whether one was.

    It speaks of the last month that is over, and holds nothing of the paper: Slack is no place for it.
    """
    day = due_for(now, desk)
    if day is None or not desk.register.channel:
        return False
    key = f"{OCCASION}/{day.isoformat()}"
    if tx.scalar(select(Parcel.id).where(Parcel.dedupe_key == key)) is not None:
        return False
    local = now.astimezone(desk.hours.zone)
    month = local.year * 12 + local.month - 2
    first = date(month // 12, month % 12 + 1, 1)
    facts = {
        "paper_month": f"{first:%B %Y}",
        "paper_key": f"{first:%Y-%m}",
        "committee_day": written_day(day, desk.hours),
    }
    enqueue_post(
        tx,
        case=None,
        channel=desk.register.channel,
        occasion=OCCASION,
        text=desk.letters.post(OCCASION, facts),
        dedupe_key=key,
        now=now,
        withheld=None if desk.slack_on else SLACK_OFF,
    )
    return True
