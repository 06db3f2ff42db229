"""`qualitydesk case …` as a person and as a machine uses it."""

import io
import json

import pytest

from tests.bot.commands.line import Line
from tests.tracker.room import Room
from tracker.submission import Submission


def test_a_list_is_one_object_a_line(line: Line, room: Room) -> None:
    refs = [room.hear(sender=f"r{number}@trust.example").ref for number in range(3)]
    assert [row["ref"] for row in line.json("case", "list")] == refs[::-1]
    assert [row["ref"] for row in line.json("case", "list", "--limit", 1)] == refs[2:]
    assert line.json("case", "list", "--status", "closed") == []


def test_a_table_fits_a_narrow_page_and_speaks_words_and_local_time(line: Line, room: Room) -> None:
    room.hear(urgency="same_day")
    out = line("case", "list").out
    assert max(map(len, out.splitlines())) <= 100
    assert "same day" in out
    assert "Mon 23 Nov 2026, 2pm" in out
    assert out.endswith("1 case\n")


def test_an_empty_desk_says_so(line: Line, room: Room) -> None:
    assert line("case", "list").out == "No case matches.\n"


def test_what_is_shown_depends_on_the_role(line: Line, room: Room) -> None:
    case = room.hear_with(Submission(channel="mail", text="Nobody answers."), "robin@trust.example", "", "", {})
    assert "Nobody answers." in line("case", "show", case.ref, "--as", "manager").out
    for hidden in (line("case", "show", case.ref), line("case", "show", case.ref, "--as", "administrator")):
        assert "Nobody answers." not in hidden.out
        assert "not shown" in hidden.out
    assert "administrator, manager" in line("case", "show", case.ref, "--as", "king", code=1).err


def test_no_text_from_outside_steers_the_terminal(line: Line, room: Room) -> None:
    evil = Submission(channel="mail", subject="\x1b]0;owned\x07", text="\x1b[2J[bold red]gone\u202e :smile:")
    case = room.hear_with(evil, "robin@trust.example", "", "", {"summary": "\x1b[31mred"})
    for out in (line("case", "show", case.ref, "--as", "manager").out, line("case", "list").out):
        assert not {"\x1b", "\x07", "\u202e"} & set(out)
    assert "[bold red]gone" in line("case", "show", case.ref, "--as", "manager").out
    assert line.json("case", "show", case.ref, "--as", "manager")[0]["messages"][0]["text"].startswith("\x1b[2J")


def test_a_case_from_taking_to_reopening(line: Line, room: Room) -> None:
    ref = room.hear().ref
    assert line.json("case", "take", ref, "--as", "mary")[0]["owner"] == "mary"
    assert line.json("case", "assign", ref, "max", "--as", "mary")[0]["owner"] == "max"
    assert line.json("case", "note", ref, "Rang the ward.", "--as", "adam")[0]["status"] == "triaged"
    assert line.json("case", "move", ref, "awaiting_provider", "--as", "mary")[0]["status"] == "awaiting_provider"
    assert line.json("case", "level", ref, 1, "--as", "mary", "--reason", "two sources")[0]["isf"] == 1
    assert line.json("case", "resolve", ref, "Rota changed.", "--as", "mary")[0]["status"] == "closed"
    assert line.json("case", "reopen", ref, "--as", "mary", "--reason", "it came back")[0]["status"] == "triaged"
    shown = line.json("case", "show", ref, "--as", "manager")[0]
    kinds = [event["kind"] for event in shown["events"] if event["actor"] != "desk"]
    assert kinds == ["taken", "assigned", "noted", "moved", "level_set", "resolved", "reopened"]


def test_a_high_level_needs_a_second_person(line: Line, room: Room) -> None:
    ref = room.hear().ref
    asked = line("case", "level", ref, 3, "--as", "mary", "--reason", "persistent").out
    assert "3 asked by mary, waits for a second person" in asked
    assert "second person must confirm" in line(
        "case", "level", ref, 3, "--as", "mary", "--reason", "persistent", code=1
    ).err  # fmt: skip
    assert line.json("case", "level", ref, 3, "--as", "max", "--reason", "I agree")[0]["isf"] == 3


def test_a_reply_can_be_taken_back(line: Line, room: Room) -> None:
    ref = room.hear().ref
    said = line("case", "reply", ref, "Thank you.", "--as", "mary").out
    number = line.json("case", "list")[0]["letters_waiting"][0]["id"]
    assert f"qualitydesk case take-back {number} --as USER" in said
    assert line.json("case", "take-back", number, "--as", "mary")[0]["letters_waiting"] == []


def test_words_come_from_standard_input_where_asked(line: Line, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = room.hear().ref
    monkeypatch.setattr("sys.stdin", io.StringIO("Two lines\nof a note.\n"))
    line("case", "note", ref, "-", "--as", "adam")
    messages = line.json("case", "show", ref, "--as", "manager")[0]["messages"]
    assert [row["text"] for row in messages if row["kind"] == "note"] == ["Two lines\nof a note."]


def test_somebody_faster_is_named(line: Line, room: Room) -> None:
    case = room.hear()
    line("case", "take", case.ref, "--as", "max", "--seen", case.revision)
    said = line("case", "assign", case.ref, "mary", "--as", "mary", "--seen", case.revision, code=1)
    assert "(max: taken); look again" in said.err


def test_merging_and_unmerging(line: Line, room: Room) -> None:
    one, head = room.hear().ref, room.hear(sender="jo@trust.example").ref
    assert line.json("case", "merge", one, head, "--as", "mary", "--reason", "same")[0]["merged_into"] == head
    assert line.json("case", "unmerge", one, "--as", "mary", "--reason", "not the same")[0]["merged_into"] is None


def test_correcting_linking_and_putting_off(line: Line, room: Room) -> None:
    one, other = room.hear().ref, room.hear(sender="jo@trust.example").ref
    assert line.json("case", "correct", one, "provider=RTD", "--as", "mary")[0]["provider"] == ["RTD"]
    assert "is not of the form" in line("case", "correct", one, "provider", "--as", "mary", code=1).err
    assert line.json("case", "link", one, other, "--as", "mary")[0]["possibly_related"] == [other]
    line("case", "follow-up", one, "ring the ward", "--as", "mary", "--within", "2 working days")
    line("case", "snooze", one, "personal_reply", "--as", "mary", "--within", "9 working days", "--reason", "away")
    kinds = {row["what"] for row in line.json("case", "show", one)[0]["follow_ups"] if row["state"] == "pending"}
    assert "own_1" in kinds


def test_a_person_without_the_right_is_told_which_role_they_hold(line: Line, room: Room) -> None:
    ref = room.hear().ref
    said = line("case", "resolve", ref, "done", "--as", "adam", code=1)
    assert said.err == "adam holds Administrator, which does not include the right to resolve.\n"
    assert "holds no role" in line("case", "take", ref, "--as", "stranger", code=1).err


def test_every_page_is_plain_json(line: Line, room: Room) -> None:
    ref = room.hear(provider=("RTD",), isf=(1, 2)).ref
    (page,) = line.json("case", "show", ref, "--as", "manager")
    assert {"messages", "events", "follow_ups", "letters"} <= page.keys()
    assert json.dumps(page)
