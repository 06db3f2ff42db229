"""Ratings: proposed, approved by whoever is needed, standing from then on, and never set by anything but people."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.tracker.register.shelf import Shelf
from tracker.errors import NotAllowed, Refused
from tracker.model import Parcel, Rating, RegisterDue, RegisterPlace, TellTask
from tracker.register import dues, places, ratings, standing, telling
from tracker.register.ratings import Proposal


def level_of(shelf: Shelf, place: str = "RVW//urology", **at: object) -> int | None:
    row = shelf.read(places.find_place, shelf.where(place))
    stood = shelf.read(standing.standing, row.id, at=at.get("at", shelf.now))
    return stood.level if stood else None


def test_a_proposal_sets_nothing(shelf: Shelf) -> None:
    shelf.proposed(2)
    assert level_of(shelf) is None


def test_a_rating_stands_with_the_approval_of_who_may(shelf: Shelf) -> None:
    rating_id = shelf.proposed(2)
    with pytest.raises(NotAllowed, match="up to 1"):
        shelf.do(ratings.approve, rating_id, "", by="mary")
    shelf.do(ratings.approve, rating_id, "seen at the committee", by="ann")
    assert level_of(shelf) == 2


def test_the_role_that_the_field_names_must_be_among_those_who_approve(shelf: Shelf) -> None:
    """The duty manager may set level 2 on cases, but isf.toml names the associate dean for it."""
    rating_id = shelf.proposed(2)
    with pytest.raises(NotAllowed, match="associate or deputy dean"):
        shelf.do(ratings.approve, rating_id, "", by="dan")
    assert level_of(shelf) is None
    shelf.do(ratings.approve, rating_id, "", by="dora")
    assert level_of(shelf) == 2


@pytest.mark.parametrize("level", [3, 4])
def test_levels_3_and_4_need_two_people(shelf: Shelf, level: int) -> None:
    rating_id = shelf.proposed(level)
    shelf.do(ratings.approve, rating_id, "", by="dora")
    assert level_of(shelf) is None
    with pytest.raises(Refused, match="second person"):
        shelf.do(ratings.approve, rating_id, "", by="dora")
    shelf.do(ratings.approve, rating_id, "", by="duncan")
    assert level_of(shelf) == level


def test_two_associate_deans_do_not_make_a_postgraduate_dean(shelf: Shelf) -> None:
    rating_id = shelf.proposed(3)
    shelf.do(ratings.approve, rating_id, "", by="ann")
    with pytest.raises(NotAllowed, match="postgraduate dean"):
        shelf.do(ratings.approve, rating_id, "", by="arun")
    shelf.do(ratings.approve, rating_id, "", by="dora")
    assert level_of(shelf) == 3


def test_lowering_weighs_as_much_as_the_level_that_is_left(shelf: Shelf) -> None:
    shelf.rated(3)
    shelf.later(days=30)
    heard, sent = shelf.heard("NTS"), shelf.heard("provider_evidence")
    rating_id = shelf.proposed(2, evidence=(heard, sent), changed_on=shelf.today() - timedelta(days=10))
    shelf.do(ratings.approve, rating_id, "", by="dora")
    assert level_of(shelf) == 3
    shelf.do(ratings.approve, rating_id, "", by="ann")
    assert level_of(shelf) == 2


def test_the_rules_of_movement_are_asked_at_the_proposal(shelf: Shelf) -> None:
    shelf.rated(2)
    for level, why in ((4, "immediate risk"), (0, "one step at a time"), (1, "two independent kinds")):
        with pytest.raises(Refused, match=why):
            shelf.proposed(level)


def test_and_again_at_the_approval(shelf: Shelf) -> None:
    """A review that was booked at the proposal and cancelled since lifts no suspension."""
    from tracker.register import interventions

    shelf.rated(4)
    shelf.later(days=30)
    review = shelf.booked(shelf.today() + timedelta(days=60))
    heard, sent = shelf.heard("NTS"), shelf.heard("provider_evidence")
    rating_id = shelf.proposed(
        3, evidence=(heard, sent), changed_on=shelf.today() - timedelta(days=10), intervention=review
    )
    shelf.do(ratings.approve, rating_id, "", by="dora")
    shelf.do(interventions.cancel, review, "the trust asked", by="ann")
    with pytest.raises(Refused, match="booked"):
        shelf.do(ratings.approve, rating_id, "", by="duncan")
    assert level_of(shelf) == 4


def test_out_of_4_keeps_the_day_of_its_follow_up_review(shelf: Shelf) -> None:
    shelf.rated(4)
    shelf.later(days=30)
    day = shelf.today() + timedelta(days=60)
    heard, sent = shelf.heard("NTS"), shelf.heard("provider_evidence")
    changed = shelf.today() - timedelta(days=10)
    with pytest.raises(Refused, match="GMC"):
        shelf.proposed(
            3, evidence=(heard, sent), changed_on=changed, intervention=shelf.booked(day), doctors_affected=True
        )
    rating_id = shelf.rated(3, evidence=(heard, sent), changed_on=changed, intervention=shelf.booked(day))
    (row,) = shelf.rows(select(Rating).where(Rating.id == rating_id))
    assert (row.level, row.state, row.follow_up_on) == (3, "set", day)


def test_a_review_of_another_provider_lifts_nothing(shelf: Shelf) -> None:
    shelf.rated(4)
    shelf.later(days=30)
    elsewhere = shelf.booked(shelf.today() + timedelta(days=60), place="RTF")
    with pytest.raises(Refused, match="booked"):
        shelf.proposed(
            3, evidence=(shelf.heard("NTS"), shelf.heard("QIP")), changed_on=shelf.today(), intervention=elsewhere
        )


def test_a_checklist_with_gaps_is_refused(shelf: Shelf) -> None:
    shown = shelf.heard()
    half = shelf.checklist(2, shown)[:1]
    with pytest.raises(Refused, match="not answered"):
        shelf.proposed(2, criteria=half)
    with pytest.raises(Refused, match="no evidence"):
        shelf.proposed(2, criteria=tuple((each, met, ()) for each, met, _ in shelf.checklist(2, shown)))
    with pytest.raises(Refused, match="reason"):
        shelf.proposed(2, reason=" ")


def test_evidence_of_another_place_proves_nothing_here(shelf: Shelf) -> None:
    elsewhere = shelf.heard(place="RTF//urology")
    with pytest.raises(Refused, match="about this place"):
        shelf.proposed(1, criteria=shelf.checklist(1, elsewhere))


def test_only_one_proposal_waits_at_a_time_and_it_can_be_withdrawn(shelf: Shelf) -> None:
    first = shelf.proposed(1)
    with pytest.raises(Refused, match="waits for approval"):
        shelf.proposed(2)
    shelf.later(hours=1)
    with shelf.store.reading() as tx:
        assert tx.get_one(Rating, first).state == "proposed"
    shelf.store.write(lambda tx: ratings.withdraw(tx, first, "wrong site", actor=shelf.actor("mary"), now=shelf.now).id)
    with pytest.raises(Refused, match="waits for nobody"):
        shelf.do(ratings.approve, first, "", by="ann")
    shelf.proposed(2)


def test_unchanged_and_provisional_are_facts_of_the_history(shelf: Shelf) -> None:
    shelf.rated(2, asks="provisional")
    shelf.later(days=20)
    rating_id = shelf.do(
        ratings.propose, shelf.where(), Proposal(2, "Nothing new.", asks="unchanged", provisional=True)
    ).id
    shelf.do(ratings.approve, rating_id, "", by="ann")
    row = shelf.read(places.find_place, shelf.where())
    steps = shelf.read(standing.history, row.id, at=shelf.now)
    assert [(step.level, step.state, step.provisional) for step in steps] == [
        (2, "provisional", True), (2, "unchanged", True),
    ]  # fmt: skip


def test_as_it_stood_on_any_day(shelf: Shelf) -> None:
    monday = shelf.now
    shelf.rated(1)
    shelf.rated(2, place="RTF//urology")
    shelf.later(days=10)
    shelf.rated(2)
    assert level_of(shelf, at=monday - timedelta(seconds=1)) is None
    assert level_of(shelf, at=standing.end_of(monday.date(), shelf.desk.hours)) == 1
    assert level_of(shelf, at=shelf.now - timedelta(seconds=1)) == 1
    assert level_of(shelf) == 2
    stood = shelf.read(standing.standings, at=standing.end_of(monday.date(), shelf.desk.hours))
    assert sorted(rating.level for rating in stood.values()) == [1, 2]
    assert sorted(rating.level for rating in shelf.read(standing.standings, at=shelf.now).values()) == [2, 2]


def test_who_must_be_told_is_a_list_of_tasks_and_nothing_leaves(shelf: Shelf) -> None:
    shelf.rated(3)
    tasks = shelf.read(telling.tasks)
    assert [task.whom for task in tasks] == list(shelf.desk.field.isf.levels[3].notify)
    assert shelf.rows(select(Parcel).where(Parcel.state != "cancelled")) == []
    task_id = tasks[0].id
    with pytest.raises(Refused, match="need not"):
        shelf.store.write(
            lambda tx: telling.settle(tx, task_id, "not_needed", "", actor=shelf.actor("mary"), now=shelf.now)
        )
    shelf.store.write(
        lambda tx: telling.settle(tx, task_id, "done", "rang", actor=shelf.actor("mary"), now=shelf.now).id
    )
    with pytest.raises(Refused, match="settled before"):
        shelf.store.write(lambda tx: telling.settle(tx, task_id, "done", "", actor=shelf.actor("mary"), now=shelf.now))
    assert len(shelf.read(telling.tasks)) == len(tasks) - 1


def test_whoever_was_told_of_the_worse_level_is_told_of_the_better(shelf: Shelf) -> None:
    shelf.rated(2)
    shelf.later(days=30)
    heard, sent = shelf.heard("NTS"), shelf.heard("provider_evidence")
    rating_id = shelf.rated(1, evidence=(heard, sent), changed_on=shelf.today() - timedelta(days=10))
    told = {row.whom for row in shelf.rows(select(TellTask).where(TellTask.rating_id == rating_id))}
    levels = shelf.desk.field.isf.levels
    assert told == set(levels[1].notify) | set(levels[2].notify)


def test_the_review_date_is_on_the_clock_and_a_newer_rating_moves_it(shelf: Shelf) -> None:
    first = shelf.rated(1)
    (row,) = shelf.rows(select(Rating).where(Rating.id == first))
    assert row.review_on == shelf.today() + timedelta(days=90)
    assert "90 days" in row.review_why
    assert [due.subject_id for due in shelf.read(dues.pending)] == [first]
    shelf.later(days=5)
    second = shelf.rated(2)
    assert [due.subject_id for due in shelf.read(dues.pending)] == [second]
    (old,) = shelf.rows(select(RegisterDue).where(RegisterDue.subject_id == first))
    assert (old.state, old.settled_why) == ("done", "a newer rating stands")


def test_the_leads_are_told_while_it_waits_and_no_longer(shelf: Shelf) -> None:
    def posts() -> list[tuple[str, str]]:
        rows = shelf.rows(select(Parcel).where(Parcel.occasion == "remind/rating").order_by(Parcel.id))
        return [(row.state, row.content["text"]) for row in rows]

    rating_id = shelf.proposed(3)
    ((state, text),) = posts()
    assert (state, text.count("2 people must agree")) == ("queued", 1)
    assert "ISF 3 is asked for at Urology" in text
    shelf.do(ratings.approve, rating_id, "", by="dora")
    assert [state for state, _ in posts()] == ["cancelled", "queued"]
    assert "1 agreed; one person must still agree" in posts()[-1][1]
    shelf.do(ratings.approve, rating_id, "", by="duncan")
    assert [state for state, _ in posts()] == ["cancelled", "cancelled"]
    other = shelf.proposed(1, place="RTD//urology")
    shelf.do(lambda tx, *, actor, desk, now: ratings.withdraw(tx, other, "Too early.", actor=actor, now=now))  # noqa: ARG005
    assert posts()[-1][0] == "cancelled"
    assert "where ISF" not in posts()[-1][1]


def test_a_risk_score_suggests_and_never_sets(shelf: Shelf) -> None:
    shelf.proposed(1, impact=5, likelihood=5)
    assert level_of(shelf) is None
    with pytest.raises(Refused, match="impact"):
        shelf.proposed(1, place="RTF//urology", impact=6, likelihood=1)


def test_a_rating_is_of_one_place_and_others_of_the_trust_stay_as_they_are(shelf: Shelf) -> None:
    shelf.rated(2)
    shelf.rated(1, place="RVW//anaesthetics")
    shelf.rated(0, place="RVW")
    shelf.rated(2, place="system//paediatric_surgery")
    scopes = {row.key: row.scope for row in shelf.rows(select(RegisterPlace))}
    assert scopes == {
        "RVW//urology": "programme",
        "RVW//anaesthetics": "programme",
        "RVW": "organisation",
        "system//paediatric_surgery": "wider_system",
    }
    assert level_of(shelf, "RVW") == 0
    assert level_of(shelf) == 2
