"""Published reviews are entered as they were printed, the impossible ones too."""

import pytest

from tests.tracker.desk import the_field
from tests.tracker.register.shelf import Shelf
from tracker.errors import NotAllowed, Refused
from tracker.field.rules import Review
from tracker.model import Intervention
from tracker.register import interventions, reviews
from tracker.register.kinds_of_review import kind_of

REVIEWS = {review.id: review for review in the_field().reviews.reviews}


def round_trip(shelf: Shelf, review: Review) -> Review:
    entered = shelf.do(reviews.enter, review)
    with shelf.store.reading() as tx:
        return reviews.as_printed(tx, tx.get_one(Intervention, entered.intervention.id))


def test_all_28_published_reviews_come_back_word_for_word(shelf: Shelf) -> None:
    assert len(REVIEWS) == 28
    told_back = [round_trip(shelf, review) for review in REVIEWS.values()]
    assert told_back == list(REVIEWS.values())


def test_impossible_dates_are_kept_and_warned_of(shelf: Shelf) -> None:
    review = REVIEWS["gwh-medicine"]
    assert review.report_date is not None
    assert review.report_date < review.review_dates[0]
    entered = shelf.do(reviews.enter, review)
    assert "17 January 2025" in entered.warnings[0]
    assert "15 November 2025" in entered.warnings[0]
    assert "302 days before" in entered.warnings[0]
    row = entered.intervention
    assert (row.reported_on, row.warnings) == (review.report_date, list(entered.warnings))


def test_nothing_else_that_is_published_is_warned_of(shelf: Shelf) -> None:
    warned = {review.id for review in REVIEWS.values() if shelf.do(reviews.enter, review).warnings}
    assert warned == {"gwh-medicine"}


def test_a_header_that_names_another_provider_is_kept_beside_the_title(shelf: Shelf) -> None:
    entered = shelf.do(reviews.enter, REVIEWS["mtw-2024"], header_provider="Another NHS Trust")
    assert any("another provider" in each for each in entered.warnings)
    assert entered.intervention.provider_raw == REVIEWS["mtw-2024"].provider
    assert entered.intervention.header_provider_raw == "Another NHS Trust"


def test_the_same_review_is_entered_once_and_other_words_are_refused(shelf: Shelf) -> None:
    review = REVIEWS["jpuh-og-2025"]
    first, second = shelf.do(reviews.enter, review), shelf.do(reviews.enter, review)
    assert (first.known, second.known) == (False, True)
    assert first.intervention.id == second.intervention.id
    with pytest.raises(Refused, match="other words"):
        shelf.do(reviews.enter, review.model_copy(update={"isf": "ISF 2"}))


def test_only_a_provider_of_ours_has_a_place(shelf: Shelf) -> None:
    assert shelf.do(reviews.enter, REVIEWS["northumbria-2025"]).intervention.place_id is not None
    assert shelf.do(reviews.enter, REVIEWS["ltht-2024"]).intervention.place_id is None


def test_several_dates_are_several_sessions(shelf: Shelf) -> None:
    entered = shelf.do(reviews.enter, REVIEWS["jpuh-og-2025"])
    held = shelf.read(interventions.sessions, entered.intervention.id)
    assert [(each.held_on.isoformat(), each.state) for each in held] == [
        ("2024-12-06", "held"), ("2025-02-03", "held"), ("2025-02-05", "held"),
    ]  # fmt: skip


def test_entering_needs_the_right(shelf: Shelf) -> None:
    with pytest.raises(NotAllowed):
        shelf.do(reviews.enter, REVIEWS["ltht-2024"], by="adam")


def test_the_printed_wording_finds_its_kind_and_never_guesses() -> None:
    field = the_field()
    for review in REVIEWS.values():
        assert kind_of(review.type_raw, field) in {review.type, ""}, review.id
    assert kind_of("  SENIOR   Leader conversation ", field) == "senior_leader_engagement"
    assert kind_of("review of the canteen", field) == ""
    assert kind_of("not visible", field) == ""
