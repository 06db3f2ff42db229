"""The register's clock: it turns with the service's, says each thing once, and one fault stops nothing."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.clock import Rounds
from tests.tracker.register.shelf import Shelf
from tracker.model import Parcel, Rating, RegisterDue, RegisterEvent
from tracker.queries.health import status
from tracker.register import dues


def posts(shelf: Shelf) -> list[str]:
    return [row.content["text"] for row in shelf.rows(select(Parcel).where(Parcel.occasion == "remind/register"))]


def test_the_services_clock_fires_what_is_due_of_the_register_once(shelf: Shelf) -> None:
    rounds = Rounds(shelf.store, shelf.desk, lambda: shelf.now)
    shelf.rated(1)
    rounds.follow_ups()
    assert posts(shelf) == []
    (due,) = shelf.read(dues.pending)
    shelf.now = due.due_at
    for _ in range(3):
        rounds.follow_ups()
    (said,) = posts(shelf)
    assert said.startswith("ISF 1 (Urology (")
    assert "to be looked at again" in said


def test_a_review_is_never_due_on_a_day_that_nobody_works_on(shelf: Shelf) -> None:
    rating_id = shelf.rated(0)
    (rating,) = shelf.rows(select(Rating).where(Rating.id == rating_id))
    (due,) = shelf.read(dues.pending)
    assert due.due_at.astimezone(shelf.desk.hours.zone).date() <= rating.review_on
    assert due.due_at.astimezone(shelf.desk.hours.zone).weekday() < 5


def test_one_that_cannot_be_done_is_said_and_keeps_no_other_waiting(shelf: Shelf) -> None:
    shelf.rated(1)
    at = shelf.now

    def two(tx: Any) -> None:
        dues.plan_at(tx, "requirement", 4711, "due", at - timedelta(hours=1), "Nobody knows it.", now=at)
        (rating_id,) = tx.scalars(select(Rating.id))
        dues.plan_at(tx, "rating", rating_id, "review", at - timedelta(minutes=1), "Now.", now=at)

    shelf.store.write(two)
    Rounds(shelf.store, shelf.desk, lambda: shelf.now).follow_ups()
    (fault,) = shelf.rows(select(RegisterDue).where(RegisterDue.subject_id == 4711))
    assert (fault.state, fault.settled_why) == ("fired", "it could not be done (NoResultFound); a person must look")
    assert "reminder_failed" in {event.kind for event in shelf.rows(select(RegisterEvent))}
    assert len(posts(shelf)) == 1


def test_nobody_is_written_to_at_night(shelf: Shelf) -> None:
    shelf.rated(1)
    (due,) = shelf.read(dues.pending)
    shelf.now = due.due_at + timedelta(hours=12)
    Rounds(shelf.store, shelf.desk, lambda: shelf.now).follow_ups()
    (post,) = shelf.rows(select(Parcel).where(Parcel.occasion == "remind/register"))
    assert post.due_at.astimezone(shelf.desk.hours.zone).hour == 9


def test_what_waits_for_a_person_is_in_the_status(shelf: Shelf) -> None:
    shelf.rated(1)
    shelf.proposed(2)
    with shelf.store.reading() as tx:
        told = status(tx, now=shelf.now)
    assert (told["counts"]["ratings_to_approve"], told["counts"]["people_to_tell"]) == (1, 4)
    assert any("qualitydesk rating due" in each for each in told["attention"])
    (due,) = shelf.read(dues.pending)
    shelf.now = due.due_at + timedelta(seconds=60)
    with shelf.store.reading() as tx:
        assert status(tx, now=shelf.now)["ages"]["overdue_follow_up"] == 60
