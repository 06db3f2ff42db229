"""Every [[movement]] of isf.toml, and tries to break it."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.desk import the_field
from tracker.register.rating_rules import (
    ASKS,
    EvidenceFact,
    Move,
    Stands,
    faults,
    level_of_authority,
    unanswered,
)

TODAY = date(2026, 11, 23)
SET_ON = date(2026, 9, 1)
CHANGED = date(2026, 10, 1)
HEARD = EvidenceFact(1, "learners", learner_feedback=True, happened_on=date(2026, 11, 1))
SENT = EvidenceFact(2, "provider", learner_feedback=False, happened_on=date(2026, 11, 2))
BOOKED = date(2027, 1, 12)

levels = st.integers(0, 4)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
facts = st.builds(
    EvidenceFact,
    id=st.integers(1, 9),
    origin=st.sampled_from(["learners", "provider", "team"]),
    learner_feedback=st.booleans(),
    happened_on=days,
)
moves = st.builds(
    Move,
    to=levels,
    asks=st.sampled_from(ASKS),
    evidence=st.lists(facts, max_size=4).map(tuple),
    immediate_risk=st.booleans(),
    doctors_affected=st.booleans(),
    changed_on=st.none() | days,
    gmc_agreed_on=st.none() | days,
    review_booked_on=st.none() | days,
)
standings = st.builds(
    Stands, level=levels, state=st.sampled_from(["provisional", "set", "unchanged"]), since=st.dates(SET_ON, TODAY)
)


def down(to: int, **changes: object) -> Move:
    told: dict[str, object] = {"asks": "set", "evidence": (HEARD, SENT), "changed_on": CHANGED}
    return Move(to=to, **(told | changes))  # type: ignore[arg-type]


def at(level: int, state: str = "set") -> Stands:
    return Stands(level, state, SET_ON)


def allowed(move: Move, stands: Stands | None) -> bool:
    return faults(move, stands, today=TODAY) == ()


def test_the_field_has_the_movements_that_are_tried_here() -> None:
    assert [row.direction for row in the_field().isf.movements] == ["up", "down", "down_from_4", "hold"]


def test_up_by_one_step_needs_no_immediate_risk_and_by_more_does() -> None:
    assert allowed(Move(2, "set"), at(1))
    assert not allowed(Move(3, "set"), at(1))
    assert allowed(Move(3, "set", immediate_risk=True), at(1))
    assert allowed(Move(4, "set", immediate_risk=True), at(0))


@given(moves, standings)
def test_nothing_rises_by_more_than_a_step_without_immediate_risk(move: Move, stands: Stands) -> None:
    if allowed(move, stands) and move.to > stands.level + 1:
        assert move.immediate_risk


@given(moves, standings)
def test_nothing_falls_by_more_than_a_step_whatever_is_said(move: Move, stands: Stands) -> None:
    if allowed(move, stands):
        assert move.to >= stands.level - 1


@given(moves, standings)
def test_nothing_falls_without_two_origins_and_learners_heard_after_the_change(move: Move, stands: Stands) -> None:
    if allowed(move, stands) and move.to < stands.level:
        assert len({fact.origin for fact in move.evidence}) >= 2
        assert move.changed_on is not None
        assert any(
            fact.learner_feedback and move.changed_on < fact.happened_on <= TODAY and fact.happened_on > stands.since
            for fact in move.evidence
        )


@given(moves, standings)
def test_no_suspension_is_lifted_without_a_review_to_come_and_the_gmc_where_doctors_are_affected(
    move: Move, stands: Stands
) -> None:
    if allowed(move, stands) and stands.level == 4 and move.to < 4:
        assert move.to == 3
        assert move.review_booked_on is not None
        assert move.review_booked_on > TODAY
        assert not move.doctors_affected or (move.gmc_agreed_on is not None and move.gmc_agreed_on <= TODAY)


@given(moves, standings)
def test_unchanged_changes_nothing(move: Move, stands: Stands) -> None:
    if allowed(move, stands) and move.asks == "unchanged":
        assert move.to == stands.level


@given(moves, st.none() | standings)
def test_no_evidence_from_the_future_moves_anything(move: Move, stands: Stands | None) -> None:
    if allowed(move, stands):
        assert all(fact.happened_on <= TODAY for fact in move.evidence)


@given(levels, levels, st.integers(1, 400))
def test_what_is_well_founded_is_never_refused(before: int, after: int, since: int) -> None:
    """The rules must not wall anybody in: each level is left again by one step with everything that is asked for."""
    stands = Stands(before, "set", TODAY - timedelta(days=since))
    heard = EvidenceFact(1, "learners", learner_feedback=True, happened_on=TODAY)
    move = down(after, immediate_risk=True, evidence=(heard, SENT), changed_on=TODAY - timedelta(days=1),
                review_booked_on=BOOKED, doctors_affected=True, gmc_agreed_on=TODAY)  # fmt: skip
    if after == before:
        move = Move(after, "unchanged")
    assert allowed(move, stands) == (after >= before - 1)


def test_down_by_one_step_with_everything_said_is_allowed_and_each_part_is_needed() -> None:
    assert allowed(down(1), at(2))
    assert not allowed(down(1, evidence=(SENT,)), at(2))
    assert not allowed(down(1, evidence=(HEARD,)), at(2))
    assert not allowed(down(1, changed_on=None), at(2))
    assert not allowed(down(1, changed_on=HEARD.happened_on), at(2))
    assert not allowed(down(1, changed_on=TODAY + timedelta(days=1)), at(2))
    assert not allowed(down(0), at(2))


def test_learners_heard_before_the_level_was_set_were_weighed_already() -> None:
    early = EvidenceFact(3, "learners", learner_feedback=True, happened_on=date(2026, 8, 1))
    assert not allowed(down(1, evidence=(early, SENT), changed_on=date(2026, 7, 1)), at(2))


def test_two_kinds_of_one_origin_are_not_independent() -> None:
    other = EvidenceFact(4, "learners", learner_feedback=True, happened_on=date(2026, 11, 3))
    assert not allowed(down(1, evidence=(HEARD, other)), at(2))


def test_out_of_suspension_needs_the_booked_review_and_the_gmc() -> None:
    assert not allowed(down(3), at(4))
    assert allowed(down(3, review_booked_on=BOOKED), at(4))
    assert not allowed(down(3, review_booked_on=TODAY), at(4))
    assert not allowed(down(3, review_booked_on=BOOKED, doctors_affected=True), at(4))
    assert allowed(down(3, review_booked_on=BOOKED, doctors_affected=True, gmc_agreed_on=TODAY), at(4))


def test_hold_stores_unchanged_and_provisional_as_facts() -> None:
    assert allowed(Move(2, "unchanged"), at(2))
    assert allowed(Move(2, "provisional"), at(2))
    assert allowed(Move(2, "set"), at(2, "provisional"))
    assert not allowed(Move(2, "set"), at(2))
    assert not allowed(Move(2, "unchanged"), None)
    assert not allowed(Move(1, "unchanged"), at(2))


@given(levels, st.sampled_from(["provisional", "set"]))
def test_a_first_rating_may_be_any_level(level: int, asks: str) -> None:
    assert allowed(Move(level, asks), None)  # type: ignore[arg-type]


def test_a_level_beyond_the_scale_is_refused() -> None:
    assert not allowed(Move(5, "set"), at(4))
    assert not allowed(Move(-1, "set"), None)


@given(st.none() | levels, levels)
def test_lowering_weighs_as_much_as_raising(before: int | None, to: int) -> None:
    assert level_of_authority(before, to) == max(to, before or 0)


def test_a_checklist_is_whole_and_every_yes_has_evidence() -> None:
    asked = ("Standards met", "Nothing open")
    assert unanswered(asked, [("Standards met", True, (1,)), ("Nothing open", False, ())]) == ()
    assert any("not answered" in each for each in unanswered(asked, [("Standards met", True, (1,))]))
    assert any("no evidence" in each for each in unanswered(asked[:1], [("Standards met", True, ())]))
    assert any("At least one" in each for each in unanswered(asked[:1], [("Standards met", False, ())]))
    assert any("no criterion" in each for each in unanswered((), [("Else", True, (1,))]))
