"""The facts that letters may be made of, as plain data, and samples of them to try every template with; nothing is rendered."""

from collections.abc import Mapping
from datetime import datetime
from itertools import product
from typing import Any, Final, Literal

from tracker import working_days
from tracker.desk import Desk, Hours
from tracker.field.tables import Grades, Signposts
from tracker.working_days import Due

SupportFor = Literal["doctor", "gp", "dentist", "student", "healthcare_science", "anyone"]
SUPPORT_FOR: Final[tuple[SupportFor, ...]] = ("doctor", "gp", "dentist", "student", "healthcare_science", "anyone")

NEEDED_CONTACTS: Final = ("emergency_999", "nhs111_mh", "samaritans")
"""Signposts without which no letter to somebody in danger can say what to do now."""

_STUDYING: Final = frozenset({"student", "apprentice"})
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def acknowledgement_facts(
    *,
    case_ref: str,
    received_at: datetime,
    read_by: Due,
    desk: Desk,
    raiser_role: str = "unknown",
    grade: str | None = None,
    alerted: bool = True,
) -> dict[str, Any]:
    """What an acknowledgement may say: our reference, when the message came, by when a person reads it, where help is.

    `read_by` is when the promise of a first human read falls due. Of the reading only the writer's role and grade are used, to
    choose the lines of support; nothing of what they wrote is in a letter. `alerted`: a message that calls a person now really
    goes out; a letter to somebody in danger must not say so where it does not.
    """
    hours = desk.hours
    promise = desk.promises.get("information_rights")
    answer_by = working_days.due(promise.within if promise else "1 calendar month", received_at, hours)
    return {
        "case_ref": case_ref,
        "received_day": working_days.written_day(received_at, hours),
        "received_time": working_days.written_time(received_at, hours),
        "read_by_day": working_days.written_day(read_by.at, hours),
        "read_by_time": working_days.written_time(read_by.at, hours),
        "answer_by_day": working_days.written_day(answer_by.at, hours),
        "office_hours": written_hours(hours),
        "support_for": support_for(raiser_role, grade, desk.field.grades),
        "contact": contacts(desk.field.signposts, use_unverified=desk.letters.use_unverified),
        "alerted": alerted and "page_duty" in desk.promises,
        "words": "",
    }


def support_for(raiser_role: str, grade: str | None, grades: Grades) -> SupportFor:
    """Whose support lines fit the writer. A grade that belongs to somebody they write about tells nothing about them."""
    if raiser_role != "learner" or grade is None:
        return "anyone"
    row = next((each for each in grades.grades if each.id == grade), None)
    if row is None:
        return "anyone"
    if row.tier in _STUDYING:
        return "student"
    if row.tier == "gp":
        return "gp"
    fitting: Mapping[str, SupportFor] = {
        "medical": "doctor",
        "dental": "dentist",
        "healthcare_science": "healthcare_science",
    }
    return fitting.get(row.profession, "anyone")


def contacts(signposts: Signposts, *, use_unverified: bool) -> dict[str, str]:
    """Numbers and addresses by signpost. Those marked `verify` are left out unless the configuration allows them."""
    return {row.id: row.contact for row in signposts.signposts if use_unverified or not row.verify}


def missing_contacts(signposts: Signposts) -> list[str]:
    """Faults: signposts that every desk needs and that are not there, or may not be used."""
    usable = contacts(signposts, use_unverified=False)
    return [
        f"signposts.toml: {each} must be there, and verified: letters to people in danger name it"
        for each in NEEDED_CONTACTS
        if not usable.get(each)
    ]


def written_hours(hours: Hours) -> str:
    """The office hours in words: "9am to 5pm, Monday to Friday"."""
    day = datetime(2026, 1, 5, tzinfo=hours.zone)
    opens = working_days.written_time(day.replace(hour=hours.opens.hour, minute=hours.opens.minute), hours)
    closes = working_days.written_time(day.replace(hour=hours.closes.hour, minute=hours.closes.minute), hours)
    days = sorted(hours.weekdays)
    in_a_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    named = [_WEEKDAYS[each] for each in days]
    return f"{opens} to {closes}, " + (f"{named[0]} to {named[-1]}" if in_a_row else ", ".join(named))


def samples() -> list[dict[str, Any]]:
    """Facts of an invented case, with and without what may be missing, so that every branch of a template is tried."""
    common: dict[str, Any] = {
        "case_ref": "QD-7F3K-9MX",
        "received_day": "Monday 23 November 2026",
        "received_time": "5.30pm",
        "read_by_day": "Tuesday 24 November 2026",
        "read_by_time": "5pm",
        "answer_by_day": "Wednesday 23 December 2026",
        "asked_day": "Monday 2 November 2026",
        "close_day": "Monday 7 December 2026",
        "next_day": "Friday 18 December 2026",
        "office_hours": "9am to 5pm, Monday to Friday",
        "mentions": "",
        "what": "MR QR-7F3K-9MX",
        "place": "Urology, Example Hospital (Example NHS Trust)",
        "happens": "it falls due soon",
        "words": "Thank you for your message.\n\nWe have spoken to the people who plan the rota.",
    }
    every = dict.fromkeys((*NEEDED_CONTACTS, *_OPTIONAL_CONTACTS), "0000 000 0000")
    needed = dict.fromkeys(NEEDED_CONTACTS, "000")
    reminders: tuple[dict[str, Any], ...] = (
        {"due_day": "Tuesday 24 November 2026", "due_time": "5pm", "late": "", "owner": "", "step": 1, "why": ""}
        | {"level": 3, "before": 2, "agreed": 0, "left": 2},
        {"due_day": "Monday 23 November 2026", "due_time": "midday", "late": "2 days late", "owner": "robin", "step": 3}
        | {"why": "no address is known", "level": 3, "before": "", "agreed": 1, "left": 1},
    )
    common |= dict.fromkeys(
        ("new", "open_cases", "unowned", "due_today", "overdue", "to_come", "waiting_reporter", "waiting_provider"), 3
    )
    common |= {"digest_day": "Monday 23 November 2026", "oldest_day": "Friday 20 November 2026", "second": 1}
    common |= {"oldest_ref": "QD-7F3K-9MX"}
    common |= {"paper_month": "October 2026", "paper_key": "2026-10", "committee_day": "Tuesday 24 November 2026"}
    return [
        common | {"support_for": group, "contact": contact, "alerted": contact is every} | reminder
        for group, contact, reminder in product(SUPPORT_FOR, (every, needed), reminders)
    ]


_OPTIONAL_CONTACTS: Final = (
    "bma_wellbeing",
    "practitioner_health",
    "pswu",
    "oh_let",
    "university_support",
    "nshcs",
    "goswh",
    "ftsu_local",
    "cqc",
)
