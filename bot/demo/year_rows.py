"""The invented rows of the demonstration year: places, ratings, requirements, reviews and cases; the same in every run.

Rows are put into the tables as they would be found at the end of the year: a year cannot be lived through in seconds. They
keep the rules all the same: ratings fall one step at a time, and dates are reckoned by the same working days.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from bot.demo.year_surveys import Spot
from tracker.desk import Desk
from tracker.model import (
    Case,
    Event,
    FollowUp,
    Intervention,
    Parcel,
    Person,
    Rating,
    RegisterEvent,
    RegisterPlace,
    Requirement,
    Session,
)
from tracker.register import places, refs
from tracker.store import Tx
from tracker.tokens import new_ref
from tracker.working_days import due, is_working_day

FIRST = datetime(2025, 12, 1, 9, tzinfo=UTC)
LAST = datetime(2026, 11, 30, 17, tzinfo=UTC)
PROGRAMMES = (
    "foundation", "imt", "emergency_medicine", "general_surgery", "obstetrics_and_gynaecology", "paediatrics", "anaesthetics",
    "trauma_and_orthopaedic_surgery", "geriatric_medicine", "cardiology", "general_practice", "general_psychiatry",
)  # fmt: skip
PROFESSIONS = ("medical", "medical", "medical", "nursing", "midwifery", "ahp", "pharmacy")
A_TRUST = 5
CASES, REQUIREMENTS, REVIEWS = 400, 120, 30
BY = "demo"


def spots(desk: Desk, chance: Random) -> list[Spot]:
    """Sixty programmes at sites of twelve trusts, some of them poor."""
    found = []
    for trust in desk.field.organisations.trusts:
        sites = [site.name for site in trust.site] or [""]
        for number, programme in enumerate(chance.sample(PROGRAMMES, A_TRUST)):
            quality = min(1.0, max(0.0, chance.betavariate(2.6, 1.7)))
            found.append(Spot(trust.ods, sites[number % len(sites)], programme, quality))
    return found


def fill(tx: Tx, wanted: Sequence[Spot], *, desk: Desk, chance: Random) -> None:
    """Put the year's rows into empty tables."""
    made = [
        (places.place_for(tx, places.Where(spot.provider, spot.site, spot.programme), now=FIRST), spot.quality)
        for spot in wanted
    ]
    reviews = _reviews(tx, made, desk, chance)
    for place, quality in made:
        _ratings(tx, place, quality, desk, chance)
    _requirements(tx, made, reviews, desk, chance)
    _cases(tx, wanted, desk, chance)
    tx.flush()


def _moment(chance: Random, since: datetime = FIRST, until: datetime = LAST) -> datetime:
    return since + timedelta(minutes=chance.randrange(int((until - since).total_seconds() // 60)))


def _ratings(tx: Tx, place: RegisterPlace, quality: float, desk: Desk, chance: Random) -> None:
    """A first rating before the year or within it, and up to three decisions after it."""
    target = 3 if quality < 0.2 else 2 if quality < 0.38 else 1 if quality < 0.6 else 0
    level = min(4, max(0, target + chance.choice((-1, 0, 0, 1))))
    at = _moment(chance, FIRST - timedelta(days=200), FIRST + timedelta(days=150))
    before: int | None = None
    while at < LAST:
        every = desk.field.isf.levels[level].review_every_days
        state = "unchanged" if level == before else chance.choice(("set", "set", "set", "provisional"))
        asks = "unchanged" if state == "unchanged" else state
        tx.add(
            Rating(
                place_id=place.id, level=level, before=before, state=state, asks=asks, reason="Invented for the demonstration.",
                proposed_by=BY, proposed_at=at - timedelta(days=3), decided_at=at, review_on=(at + timedelta(days=every)).date(),
                review_why=f"ISF {level} is looked at again at least every {every} days.",
            )
        )  # fmt: skip
        before = level
        # Up by any number of steps, down one at a time.
        level = max(0, level - 1) if level > target else min(4, max(level, target + chance.choice((0, 0, 0, 0, 0, 1))))
        # Looked at again about when it should be, now and then too late.
        at += timedelta(days=max(12, round(every * chance.choice((0.5, 0.8, 0.9, 1.0, 1.3)))))


def _reviews(
    tx: Tx, made: list[tuple[RegisterPlace, float]], desk: Desk, chance: Random
) -> list[tuple[Intervention, RegisterPlace, datetime]]:
    kinds = [row.id for row in desk.field.interventions.types[:5]]
    found = []
    for number in range(REVIEWS):
        place, _ = chance.choice(sorted(made, key=lambda each: each[1])[:30])
        held = _working(_moment(chance, FIRST, LAST + timedelta(days=60)).date(), desk)
        done = held <= LAST.date()
        reported = held + timedelta(days=chance.randrange(20, 80))
        kind = kinds[number % len(kinds)]
        issued = reported if done and reported <= LAST.date() else None
        asked = (
            datetime.combine(held, datetime.min.time(), UTC) - timedelta(days=60) if done else LAST - timedelta(days=20)
        )
        row = Intervention(
            ref=refs.fresh(tx, "QV", chance.randbytes),
            place_id=place.id,
            provider=place.provider,
            kind=kind,
            kind_raw=kind.replace("_", " ").capitalize(),
            state="final" if issued else "held" if done else "planned",
            report_due_on=held + timedelta(days=42),
            reported_on=issued,
            made_by=BY,
            made_at=asked,
        )
        tx.add(row)
        tx.flush()
        tx.add(Session(intervention_id=row.id, held_on=held, state="held" if done else "planned"))
        _happened(tx, row, "planned", asked, dates=[held.isoformat()])
        if done:
            _happened(
                tx,
                row,
                "held",
                datetime.combine(held, datetime.min.time(), UTC) + timedelta(hours=16),
                on=held.isoformat(),
            )
        if issued:
            at = datetime.combine(issued, datetime.min.time(), UTC) + timedelta(hours=11)
            _happened(tx, row, "finished", at, on=issued.isoformat())
        if done:
            found.append((row, place, datetime.combine(held, datetime.min.time(), UTC) + timedelta(hours=15)))
    return found


def _requirements(
    tx: Tx,
    made: list[tuple[RegisterPlace, float]],
    reviews: list[tuple[Intervention, RegisterPlace, datetime]],
    desk: Desk,
    chance: Random,
) -> None:
    standards = [row.id for row in desk.field.standards.eqf_standard]
    weights = [1.05 - quality for _, quality in made]
    for number in range(REQUIREMENTS):
        kind = "IMR" if number % 15 == 0 else "REC" if number % 6 == 1 else "GP" if number % 10 == 2 else "MR"
        review: Intervention | None = None
        place = chance.choices([place for place, _ in made], weights)[0]
        at = _moment(chance, FIRST - timedelta(days=60), LAST - timedelta(days=3))
        if reviews and number % 2 and kind != "GP":
            review, place, at = chance.choice(reviews)
        if number == REQUIREMENTS - 15:
            at = LAST - timedelta(days=2)
        sum_ = due("5 working days" if kind == "IMR" else "60 working days", at, desk.hours, since="Issued")
        chased = kind in ("IMR", "MR")
        closed = at + timedelta(days=chance.randrange(3, 12) if kind == "IMR" else chance.randrange(40, 160))
        ended = chased and closed < LAST
        state = "open"
        if chased:
            state = chance.choice(("open", "open", "evidence_received", "extended"))
        if ended:
            state = "closed_with_conditions" if number % 9 == 0 else "closed"
        row = Requirement(
            ref=refs.fresh(tx, "QR", chance.randbytes), kind=kind, state=state,
            place_id=place.id, intervention_id=review.id if review else None,
            standards=sorted(chance.sample(standards, chance.choice((1, 1, 2)))),
            affected_group=["medical"] if number % 5 else ["nursing"],
            finding="Invented for the demonstration.", action="Invented for the demonstration.",
            owner_role="Director of medical education", due_at=sum_.at if chased else None,
            due_why=sum_.why if chased else "", opened_by=BY, opened_at=at, closed_by=BY if ended else None,
            closed_at=closed if ended else None,
        )  # fmt: skip
        tx.add(row)
        tx.flush()
        due_at = sum_.at.isoformat() if chased else ""
        _happened(tx, row, "became_open", at, due_at=due_at)
        if ended:
            _happened(tx, row, f"became_{state}", closed, due_at=due_at)
        elif state != "open":
            _happened(tx, row, f"became_{state}", min(at + timedelta(days=20), LAST), due_at=due_at)


def _happened(tx: Tx, row: Requirement | Intervention, kind: str, at: datetime, **detail: object) -> None:
    """A line of the register's history, which papers are read off."""
    subject = "requirement" if isinstance(row, Requirement) else "intervention"
    tx.add(
        RegisterEvent(
            subject=subject, subject_id=row.id, place_id=row.place_id, at=at, actor=BY, kind=kind, detail=dict(detail)
        )
    )


def _cases(tx: Tx, wanted: Sequence[Spot], desk: Desk, chance: Random) -> None:
    themes = [theme.id for theme in desk.field.routing.themes]
    common = [1 + 3 * (number % 4 == 0) + 2 * (number % 3 == 0) for number in range(len(themes))]
    weights = [1.1 - spot.quality for spot in wanted]
    made: list[tuple[Case, Person, datetime | None]] = []
    for number in range(CASES):
        spot = chance.choices(wanted, weights)[0]
        at = _moment(chance)
        urgency = chance.choices(("routine", "same_day", "immediate"), (85, 12, 3))[0]
        read = due("2 working hours", at, desk.hours).at + timedelta(
            minutes=chance.randrange(5, 900 if number % 9 else 4000)
        )
        answered = read + timedelta(hours=chance.randrange(1, 60 if number % 6 else 200))
        closed = answered + timedelta(days=chance.randrange(4, 110))
        ended = closed < LAST
        picked = list(dict.fromkeys(chance.choices(themes, common, k=chance.choice((1, 1, 2)))))
        kind = "good_practice" if number % 14 == 0 else "concern"
        person = Person(pseudonym=f"reporter {number + 1}", first_seen_at=at)
        case = Case(
            ref=new_ref(chance.randbytes), kind=kind, status="closed" if ended else "in_review" if read < LAST else "new",
            urgency=urgency, raiser_role="learner", affected_group=[chance.choice(PROFESSIONS)], provider=[spot.provider],
            provider_first=spot.provider, site=[spot.site] if spot.site else [], specialty=[spot.programme],
            specialty_first=spot.programme, themes=picked, standards=[], summary="Invented for the demonstration.",
            acknowledgement_kind="standard", opened_at=at, changed_at=min(closed, LAST),
            acknowledged_at=at + timedelta(seconds=chance.randrange(20, 500 if number % 20 else 4000)),
            first_read_at=read if read < LAST else None, first_response_at=answered if answered < LAST else None,
            closed_at=closed if ended else None, outcome="resolved_locally" if ended else None,
        )  # fmt: skip
        tx.add_all((person, case))
        made.append((case, person, closed if ended else None))
    tx.flush()
    for number, (case, person, ended_at) in enumerate(made):
        tx.add(Event(case_id=case.id, at=case.opened_at, actor="desk", kind="opened", revision=1, detail={}))
        if ended_at is not None and number % 7:
            tx.add(_told(case, person, "closed", ended_at))
        elif ended_at is None:
            if number % 5:
                news = max(case.opened_at, LAST - timedelta(days=number % 24))
                tx.add(_told(case, person, "follow_up/update_to_reporter", news))
            wait = "3 working days" if case.first_response_at is None else "20 working days"
            sum_ = due(
                wait,
                max(case.first_read_at or case.opened_at, LAST - timedelta(days=chance.randrange(2, 38))),
                desk.hours,
            )
            kind = "personal_reply" if case.first_response_at is None else "update_to_reporter"
            tx.add(FollowUp(case_id=case.id, kind=kind, due_at=sum_.at, why=sum_.why, made_at=case.opened_at))


def _told(case: Case, person: Person, occasion: str, at: datetime) -> Parcel:
    return Parcel(
        channel="mail", occasion=occasion, case_id=case.id, person_id=person.id, machine_made=occasion != "closed",
        dedupe_key=f"demo-told-{case.id}", state="sent", content={}, due_at=at, made_at=at, sent_at=at,
    )  # fmt: skip


def _working(day: date, desk: Desk) -> date:
    while not is_working_day(day, desk.hours):
        day += timedelta(days=1)
    return day
