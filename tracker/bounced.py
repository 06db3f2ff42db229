"""A letter of ours came back: it shows on its case, the address is muted, a person is asked to act.

A report is believed where it names the Message-ID of a letter in our own outbox and speaks of the very address it went to.
Many reports lose the Message-ID: one that came to the signed return path of a case shows on that case, but never mutes, since
everybody who takes part knows that path. All others, forged or foreign, change nothing.
"""

from collections.abc import Collection
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
from tracker.tokens import cases_opened


def note(tx: Tx, submission: Submission, *, inbound_id: int, desk: Desk, now: datetime) -> tuple[Case | None, str]:
    """File a delivery report; returns the case it concerns, if any, and what was made of it in words."""
    report = submission.bounce
    assert report is not None
    parcel = _letter(tx, report.original_message_id)
    named = parcel is not None
    home = parcel.case_id if parcel is not None else _case_of_return_path(tx, submission, desk)
    if home is None:
        return None, "a delivery report that speaks of no letter of ours"
    addresses = {canonical(each.recipient): each for each in reversed(report.recipients)}
    if parcel is None:
        parcel = _latest_to(tx, home, addresses)
    person = tx.get(Person, parcel.person_id) if parcel is not None and parcel.person_id is not None else None
    about = addresses.get(person.address or "") if person is not None else None
    if named and about is None:
        return None, "a delivery report about an address that our letter did not go to"
    case = locked(tx, home)
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
    if parcel is None or person is None or about is None:
        record(tx, case, actor="desk", kind="bounce_unclear", detail={"failed": report.failed}, now=now)
        return case, "a delivery report about some letter of this case"
    if not report.failed:
        record(tx, case, actor="desk", kind="letter_delayed_or_delivered", detail=_detail(parcel, about), now=now)
        return case, "a delivery report: nothing failed for good"
    parcel.state = "failed"
    parcel.last_error = f"it bounced: {_words(about)}"
    if about.hard and named:
        mute(tx, person.id, f"a letter bounced ({_words(about)})")
    record(tx, case, actor="desk", kind="letter_bounced", detail=_detail(parcel, about), now=now)
    follow_up.replan(tx, case, desk=desk, now=now)
    return case, f"a letter of ours bounced: {_words(about)}"


def _case_of_return_path(tx: Tx, submission: Submission, desk: Desk) -> int | None:
    """The case to whose signed return path the report came; the null sender is how reports travel (RFC 3461 section 6.1)."""
    if submission.envelope_from.strip(" <>"):
        return None
    opened = cases_opened(desk.key, submission.envelope_to, (), desk.domain)
    return next((case_id for case_id in opened if tx.get(Case, case_id) is not None), None)


def _latest_to(tx: Tx, case_id: int, addresses: Collection[str]) -> Parcel | None:
    """The last letter of the case that left for one of these addresses."""
    return tx.scalar(
        select(Parcel)
        .join(Person, Person.id == Parcel.person_id)
        .where(
            Parcel.case_id == case_id,
            Parcel.channel == "mail",
            Parcel.state.in_(("sent", "held")),
            Person.address.in_([address for address in addresses if address]),
        )
        .order_by(Parcel.id.desc())
        .limit(1)
    )


def _letter(tx: Tx, message_id: str) -> Parcel | None:
    wanted = message_id.strip("<> ")
    if not wanted:
        return None
    return tx.scalar(select(Parcel).where(Parcel.channel == "mail", Parcel.message_id == wanted))


def _words(about: BouncedRecipient) -> str:
    return " ".join(part for part in (about.status, about.kind) if part) or "no reason given"


def _detail(parcel: Parcel, about: BouncedRecipient) -> dict[str, str | bool]:
    return {"occasion": parcel.occasion, "status": about.status, "kind": about.kind, "hard": about.hard}
