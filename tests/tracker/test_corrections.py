"""Staff corrections become labelled messages: what was right in the end, without names, by right, and noted."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tracker.desk import a_store
from tests.tracker.room import ROLES, Room, triage_desk
from tracker import triage
from tracker.corrections import Exported, corrections, gold_of
from tracker.errors import NotAllowed
from tracker.submission import Reading, Submission

TEXT = "I am Robin Vale, 07700 900123. Dr Ormsby-Quill says the rota at the RVI is all right."


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    store = a_store(tmp_path)
    desk = triage_desk()
    roles = tuple(
        role.model_copy(update={"may": (*role.may, "export")}) if role.id == "dean" else role for role in ROLES
    )
    yield Room(store, replace(desk, roles=roles))
    store.close()


def heard(room: Room, **labels: object) -> str:
    submission = Submission(channel="mail", subject="Rota, from Robin Vale", text=TEXT)
    return room.hear_with(submission, "robin.vale@trust.example", "Robin Vale", "", labels).ref


def export(room: Room, by: str = "dora") -> Exported:
    return room.do(corrections, by=by)


def test_what_staff_put_right_is_gold_and_what_the_desk_said_stands_beside_it(room: Room) -> None:
    ref = heard(room, grade="ST4", themes=["rota"])
    heard(room)
    room.do(triage.correct, ref, {"grade": "ST5", "provider": ["RTD"]}, by="mary", seen=None)
    room.do(triage.correct, ref, {"grade": "CT1"}, by="mary", seen=None)
    (row,) = export(room).rows
    assert (row["said"]["grade"], row["gold"]["grade"], row["gold"]["provider"]) == ("ST4", "CT1", ["RTD"])
    assert (row["hand"], row["why"], row["channel"]) == ("staff", "staff corrected grade, provider", "email")
    assert ref not in str(row)


def test_its_words_tell_nobody(room: Room) -> None:
    ref = heard(room)
    room.do(triage.correct, ref, {"grade": "ST5"}, by="mary", seen=None)
    (row,) = export(room).rows
    for told in ("Robin", "Vale", "07700", "Ormsby", "Quill", "trust.example"):
        assert told not in str(row)
    assert row["body"] == "I am [name], [telephone]. Dr [name] says the rota at the RVI is all right."


def test_a_corrected_flag_brings_the_urgency_and_the_answer_that_belong_to_it(room: Room) -> None:
    read = Reading(
        opens_case=True, kind="concern", red_flags=("self_harm",), urgency="immediate", acknowledgement="crisis"
    )
    calm = gold_of(read, [{"after": {"red_flags": []}}], room.desk)
    assert (calm["urgency"], calm["acknowledgement"]) == ("routine", "standard")
    alarm = gold_of(Reading(opens_case=True, kind="concern"), [{"after": {"red_flags": ["self_harm"]}}], room.desk)
    assert (alarm["urgency"], alarm["acknowledgement"]) == ("immediate", "crisis")
    told = gold_of(read, [{"after": {"red_flags": []}}, {"after": {"urgency": "same_day"}}], room.desk)
    assert told["urgency"] == "same_day"
    asked = gold_of(Reading(opens_case=True, kind="concern", isf=(1, 1)), [{"after": {"kind": "not_ours"}}], room.desk)
    assert (asked["acknowledgement"], asked["isf"]) == ("signpost", None)


def test_it_takes_the_right_and_each_case_notes_it_without_being_touched(room: Room) -> None:
    ref = heard(room)
    room.do(triage.correct, ref, {"grade": "ST5"}, by="mary", seen=None)
    with pytest.raises(NotAllowed, match="right to export"):
        export(room, by="mary")
    before = room.case(ref)
    export(room)
    event = room.events(ref)[-1]
    assert (event.kind, event.actor, event.detail) == ("corrections_exported", "desk", {"by": "dora"})
    room.do(triage.note, ref, "still in hand", by="mary", seen=before.revision)


def test_a_case_that_the_person_may_not_open_is_kept_back(room: Room) -> None:
    ref, other = heard(room), heard(room)
    for each in (ref, other):
        room.do(triage.correct, each, {"grade": "ST5"}, by="mary", seen=None)
    room.do(triage.exclude, ref, "dora", "her trainee is named", by="mary")
    found = export(room)
    assert (len(found.rows), found.kept_back) == (1, 1)
    assert "corrections_exported" not in [event.kind for event in room.events(ref)]
