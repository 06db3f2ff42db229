"""Take, assign, move, note, link, correct: what they change, what they stamp, and what they refuse."""

import pytest
from sqlalchemy import select

from tests.tracker.room import Room
from tracker import triage
from tracker.errors import NotFound, Refused, Stale
from tracker.finding import find
from tracker.history import record
from tracker.model import Card, Message
from tracker.tokens import normal_ref


def test_taking_a_new_case_makes_it_triaged_and_stops_the_first_clock(room: Room) -> None:
    case = room.hear()
    taken = room.do(triage.take, case.ref, by="mary", seen=case.revision)
    assert (taken.owner, taken.status, taken.first_read_at) == ("mary", "triaged", room.now)
    assert taken.revision == case.revision + 1
    event = room.events(case.ref)[-1]
    assert (event.actor, event.kind, event.revision) == ("mary", "taken", taken.revision)


def test_the_first_act_of_staff_is_stamped_once(room: Room) -> None:
    case = room.hear()
    first = room.do(triage.note, case.ref, "I have read it.", by="adam").first_read_at
    room.later(hours=1)
    assert room.do(triage.take, case.ref, by="mary", seen=None).first_read_at == first


def test_a_case_somebody_has_is_assigned_not_taken(room: Room) -> None:
    case = room.hear()
    room.do(triage.take, case.ref, by="mary", seen=None)
    with pytest.raises(Refused, match=r"mary has .*; assign it"):
        room.do(triage.take, case.ref, by="dora", seen=None)
    with pytest.raises(Refused, match="is yours already"):
        room.do(triage.take, case.ref, by="mary", seen=None)
    assert room.do(triage.assign, case.ref, "dora", by="mary", seen=None).owner == "dora"


def test_a_case_is_not_assigned_to_somebody_walled_off_from_it(room: Room) -> None:
    case = room.hear()
    room.do(triage.exclude, case.ref, "adam", "named in it", by="dora")
    with pytest.raises(Refused, match="adam may not work on"):
        room.do(triage.assign, case.ref, "adam", by="mary", seen=None)


def test_a_form_that_shows_an_older_case_is_told_who_was_faster(room: Room) -> None:
    case = room.hear()
    room.do(triage.take, case.ref, by="dora", seen=case.revision)
    with pytest.raises(Stale) as stale:
        room.do(triage.assign, case.ref, "mary", by="mary", seen=case.revision)
    assert (stale.value.by, stale.value.what) == ("dora", "taken")
    assert room.case(case.ref).owner == "dora"


def test_what_the_desk_does_by_itself_makes_no_form_stale(room: Room) -> None:
    case = room.hear()

    def acknowledged(tx: object) -> None:
        record(tx, find(tx, case.ref), actor="desk", kind="acknowledged", detail={}, now=room.now)  # type: ignore[arg-type]

    room.store.write(acknowledged)
    assert room.do(triage.take, case.ref, by="mary", seen=case.revision).owner == "mary"


def test_a_revision_from_the_future_is_stale_too(room: Room) -> None:
    case = room.hear()
    with pytest.raises(Stale):
        room.do(triage.take, case.ref, by="mary", seen=case.revision + 5)


def test_a_note_stays_inside(room: Room) -> None:
    case = room.hear()
    parcels = len(room.parcels(case.ref))
    room.do(triage.note, case.ref, "  Rang the ward.  ", by="adam")
    (note,) = room.ask(select(Message).where(Message.kind == "note"))
    assert (note.direction, note.text, note.staff) == ("internal", "Rang the ward.", "adam")
    assert len(room.parcels(case.ref)) == parcels


@pytest.mark.parametrize("text", ["", "   \n", "x" * 20_001])
def test_an_empty_or_endless_note_is_refused(room: Room, text: str) -> None:
    case = room.hear()
    with pytest.raises(Refused, match="the note"):
        room.do(triage.note, case.ref, text, by="adam")


def test_a_reference_may_be_typed_in_any_way(room: Room) -> None:
    case = room.hear()
    typed = case.ref.lower().replace("-", "")
    assert room.do(triage.take, typed, by="mary", seen=None).ref == case.ref


def test_an_unknown_or_mistyped_reference_is_named(room: Room) -> None:
    case = room.hear()
    wrong = case.ref[:-1] + ("X" if case.ref[-1] != "X" else "Y")
    with pytest.raises(NotFound, match="is not a case reference"):
        room.do(triage.take, wrong, by="mary", seen=None)
    other = "QD-2222-222"
    assert normal_ref(other)
    with pytest.raises(NotFound, match="There is no case"):
        room.do(triage.take, other, by="mary", seen=None)


def test_work_moves_between_working_statuses_only(room: Room) -> None:
    case = room.hear()
    assert room.do(triage.move_to, case.ref, "awaiting_provider", by="mary", seen=None).status == "awaiting_provider"
    for wrong in ("closed", "merged", "new", "nonsense"):
        with pytest.raises(Refused, match="can be moved to one of"):
            room.do(triage.move_to, case.ref, wrong, by="mary", seen=None)


def test_linking_is_seen_from_both_sides_and_joins_nothing(room: Room) -> None:
    one, other = room.hear(), room.hear(sender="jo@trust.example")
    room.do(triage.link, one.ref, other.ref, by="mary")
    assert room.events(one.ref)[-1].detail == {"other": other.ref}
    assert room.events(other.ref)[-1].detail == {"other": one.ref}
    for pair in ((one.ref, other.ref), (other.ref, one.ref)):
        with pytest.raises(Refused, match="linked already"):
            room.do(triage.link, *pair, by="mary")
    with pytest.raises(Refused, match="itself"):
        room.do(triage.link, one.ref, one.ref, by="mary")


def test_a_correction_takes_only_what_the_field_knows(room: Room) -> None:
    case = room.hear(provider=("RTD",))
    with pytest.raises(Refused, match="“RXX” is not a known provider"):
        room.do(triage.correct, case.ref, {"provider": ["RXX"]}, by="mary", seen=None)
    with pytest.raises(Refused, match="Did you mean urgency"):
        room.do(triage.correct, case.ref, {"urgenzy": "routine"}, by="mary", seen=None)
    with pytest.raises(Refused, match="says so already"):
        room.do(triage.correct, case.ref, {"provider": ["RTD"]}, by="mary", seen=None)
    corrected = room.do(triage.correct, case.ref, {"provider": []}, "the writer works there", by="mary", seen=None)
    assert (corrected.provider, corrected.provider_first) == ([], None)
    assert room.events(case.ref)[-1].detail["before"] == {"provider": ["RTD"]}


def test_correcting_a_flag_routes_the_case_anew(room: Room) -> None:
    case = room.hear()
    flagged = room.do(triage.correct, case.ref, {"red_flags": ["patient_harm_now"]}, by="mary", seen=None)
    assert flagged.restricted
    assert flagged.urgency == "immediate"
    assert flagged.reading["route"]["id"] == "harm"
    assert room.ask(select(Card.slack_channel)) == ["urgent"], (
        "its first card was never hung, so none has to say good-bye"
    )
    calm = room.do(
        triage.correct, case.ref, {"red_flags": [], "urgency": "routine"}, "a misreading", by="dora", seen=None
    )
    assert (calm.restricted, calm.urgency, calm.reading["route"]["id"]) == (False, "routine", "else")


def test_a_person_may_lower_an_urgency_that_flags_had_raised(room: Room) -> None:
    case = room.hear(red_flags=("patient_harm_now",))
    assert room.do(triage.correct, case.ref, {"urgency": "same_day"}, by="dora", seen=None).urgency == "same_day"


def test_a_correction_is_recorded_with_what_was_and_what_is(room: Room) -> None:
    """The shape is relied on by whoever learns from corrections: keep it."""
    case = room.hear()
    before = {"themes": case.themes, "grade": case.grade, "affected_group": case.affected_group}
    after = {"themes": ["handover"], "grade": "FY2", "affected_group": ["medical", "multi"]}
    room.do(triage.correct, case.ref, {**after, "kind": case.kind}, "It says so.", by="mary", seen=None)
    event = room.events(case.ref)[-1]
    assert (event.kind, event.actor) == ("corrected", "mary")
    assert event.detail == {"before": before, "after": after, "reason": "It says so.", "standards_before": []}


def test_standards_follow_corrected_themes_unless_they_are_corrected_themselves(room: Room) -> None:
    case = room.hear()
    themes = {row.id: row for row in room.desk.field.routing.themes}
    corrected = room.do(triage.correct, case.ref, {"themes": ["handover", "induction"]}, by="mary", seen=None)
    assert corrected.standards == list(dict.fromkeys((*themes["handover"].standards, *themes["induction"].standards)))
    own = room.desk.field.standards.eqf_standard[-1].id
    again = room.do(triage.correct, case.ref, {"themes": ["workload_rota"], "standards": [own]}, by="mary", seen=None)
    assert again.standards == [own]


@pytest.mark.parametrize(
    ("name", "value"), [("hei", "No Such University"), ("affected_group", "vets"), ("standards", "9.9")]
)
def test_a_value_that_the_field_does_not_know_is_refused(room: Room, name: str, value: str) -> None:
    with pytest.raises(Refused, match=f"is not a known {name}"):
        room.do(triage.correct, room.hear().ref, {name: [value]}, by="mary", seen=None)
