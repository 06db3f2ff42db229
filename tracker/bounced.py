"""A letter of ours came back: it shows on its case, the address is muted, a person is asked to act.

A report is believed only where it names the Message-ID of a letter in our own outbox and speaks of the very address it went
to: forged and foreign reports change nothing.
"""

from datetime import datetime

from sqlalchemy import select

from tracker import follow_up, inbound
from tracker.desk import Desk
from tracker.finding import locked
from tracker.history import record
from tracker.messages import write_down
from tracker.model import Case, Parcel, Person
from tracker.people import canonical, mute
from tracker.store import Tx
from tracker.submission import BouncedRecipient, Submission


def note(tx: Tx, submission: Submission, *, inbound_id: int, desk: Desk, now: datetime) -> tuple[Case | None, str]:
    """File a delivery report; returns the case it concerns, if any, and what was made of it in words."""
    report = submission.bounce
    assert report is not None
    parcel = _letter(tx, report.original_message_id)
    if parcel is None or parcel.case_id is None or parcel.person_id is None:
        return None, "a delivery report that speaks of no letter of ours"
    person = tx.get_one(Person, parcel.person_id)
    about = next((each for each in report.recipients if canonical(each.recipient) == (person.address or "")), None)
    if about is None:
        return None, "a delivery report about an address that our letter did not go to"
    case = locked(tx, parcel.case_id)
    write_down(
        tx,
        case,
        submission,
        inbound_id=inbound_id,
        direction="in",
        kind="notice",
        person=None,
        at=inbound.heard_at(tx, inbound_id),
    )
    if not report.failed:
        record(tx, case, actor="desk", kind="letter_delayed_or_delivered", detail=_detail(parcel, about), now=now)
        return case, "a delivery report: nothing failed for good"
    parcel.state = "failed"
    parcel.last_error = f"it bounced: {_words(about)}"
    if about.hard:
        mute(tx, person.id, f"a letter bounced ({_words(about)})")
    record(tx, case, actor="desk", kind="letter_bounced", detail=_detail(parcel, about), now=now)
    follow_up.replan(tx, case, desk=desk, now=now)
    return case, f"a letter of ours bounced: {_words(about)}"


def _letter(tx: Tx, message_id: str) -> Parcel | None:
    wanted = message_id.strip("<> ")
    if not wanted:
        return None
    return tx.scalar(select(Parcel).where(Parcel.channel == "mail", Parcel.message_id == wanted))


def _words(about: BouncedRecipient) -> str:
    return " ".join(part for part in (about.status, about.kind) if part) or "no reason given"


def _detail(parcel: Parcel, about: BouncedRecipient) -> dict[str, str | bool]:
    return {"occasion": parcel.occasion, "status": about.status, "kind": about.kind, "hard": about.hard}
