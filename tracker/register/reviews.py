"""Published reviews as they were printed: entered whole and given back word for word; nothing printed is corrected."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.actors import Actor, need
from tracker.desk import Desk
from tracker.errors import Refused
from tracker.field.rules import Review
from tracker.model import Intervention, Session
from tracker.register import events, places, printed, refs
from tracker.register.interventions import plan_year_of, sessions
from tracker.register.kinds_of_review import kind_of
from tracker.store import Tx

COUNTS = ("imr_count", "mr_count", "rec_count")


@dataclass(frozen=True)
class Entered:
    """What became of a published review: its row, whether it was there before, and what in it cannot be true."""

    intervention: Intervention
    known: bool
    warnings: tuple[str, ...]


def enter(tx: Tx, review: Review, *, header_provider: str = "", actor: Actor, desk: Desk, now: datetime) -> Entered:
    """Enter a published review with everything it prints. The same `id` is entered once.

    `header_provider` is the provider that the report's own header names, where a person saw that it is another one. Raises
    Refused where the same id was entered with other words: two prints of one review are two reviews.
    """
    need(actor, "intervene")
    known = tx.scalar(select(Intervention).where(Intervention.source_id == review.id))
    if known is not None:
        if as_printed(tx, known) != review.model_copy(update={"status": "known", "url2": ""}):
            raise Refused(f"Review {review.id} was entered before with other words ({known.ref}); give it another id.")
        return Entered(known, True, tuple(known.warnings))
    today = now.astimezone(desk.hours.zone).date()
    found = printed.warnings(
        review.review_dates, review.report_date, today=today, provider=review.provider, header_provider=header_provider
    )
    row = Intervention(
        ref=refs.fresh(tx, "QV", desk.draw),
        source_id=review.id,
        place_id=_place_id(tx, review, desk, now),
        provider=review.ods,
        provider_raw=review.provider,
        header_provider_raw=header_provider,
        site_raw=review.site,
        group_raw=review.group,
        kind=review.type or kind_of(review.type_raw, desk.field),
        kind_raw=review.type_raw,
        form="review",
        plan_year=plan_year_of(min(review.review_dates)) if review.review_dates else "",
        office=review.office,
        trigger=review.trigger,
        state="final",
        concerns=list(review.concerns),
        requirements_raw=review.requirements,
        requirement_counts={name: getattr(review, name) for name in COUNTS if getattr(review, name) is not None},
        isf_raw=review.isf,
        note=review.note,
        url=review.url,
        reported_on=review.report_date,
        warnings=list(found),
        made_by=actor.name,
        made_at=now,
    )
    tx.add(row)
    tx.flush()
    tx.add_all(Session(intervention_id=row.id, held_on=day, state="held") for day in review.review_dates)
    tx.flush()
    detail = {"source": review.id, "warnings": list(found)}
    events.note(tx, "intervention", row.id, "entered", place_id=row.place_id, actor=actor.name, now=now, detail=detail)
    return Entered(row, False, found)


def as_printed(tx: Tx, row: Intervention) -> Review:
    """The review as it was entered, with every printed word and date."""
    days: tuple[date, ...] = tuple(each.held_on for each in sessions(tx, row.id))
    return Review(
        id=row.source_id or row.ref,
        provider=row.provider_raw,
        ods=row.provider,
        site=row.site_raw,
        group=row.group_raw,
        type_raw=row.kind_raw,
        type=row.kind,
        office=row.office,
        review_dates=days,
        report_date=row.reported_on,
        trigger=row.trigger,
        concerns=tuple(row.concerns),
        requirements=row.requirements_raw,
        isf=row.isf_raw,
        note=row.note,
        url=row.url,
        **row.requirement_counts,
    )


def _place_id(tx: Tx, review: Review, desk: Desk, now: datetime) -> int | None:
    """The place where the provider is one of ours; a site that we do not know by that name stays as printed only."""
    try:
        where = places.where(desk.field, provider=review.ods, site=review.site) if review.ods else None
    except Refused:
        trusts = {each.ods for each in desk.field.organisations.trusts}
        where = places.where(desk.field, provider=review.ods) if review.ods in trusts else None
    return places.place_for(tx, where, now=now).id if where else None
