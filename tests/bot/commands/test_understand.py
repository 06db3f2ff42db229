"""`qualitydesk understand`: what messages are about, why, and what staff put right."""

import json
from pathlib import Path

import pytest

from benchmarks.corrections import scored
from tests.bot.commands.line import Line
from tests.tracker.room import Room
from tracker import triage
from tracker.submission import Submission

CONCERN = """From: Robin Vale <robin@trust.example>
To: quality@desk.example
Subject: Nights
Date: Mon, 23 Nov 2026 09:00:00 +0000
Message-ID: <one@trust.example>

I am an ST4 in acute medicine at the RVI. I'm the only doctor here tonight, the registrar has gone home and a patient is
deteriorating.
"""
EXPORTERS = """
[[role]]
id = "dean"
title = "Dean"
may = ["read", "export"]
level_up_to = 4
members = ["dora"]
"""


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    file = tmp_path / "set.jsonl"
    rows: list[object] = [
        {"id": "a", "channel": "email", "eml": CONCERN},
        {"id": "b", "channel": "slack", "slack": {"user_role": "tpd", "channel": "tpd-forum", "text": "Teaching was superb."}},
        {"no": "id"},
    ]  # fmt: skip
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + "not json\n\n", encoding="utf-8")
    return file


def test_each_line_says_what_it_is_about_with_or_without_asking_for_json(line: Line, messages: Path) -> None:
    concern, praise, *wrong = line("understand", messages).json()
    assert (concern["id"], concern["kind"], concern["grade"]) == ("a", "concern", "ST4")
    assert "ST4" in concern["because"]["grade"]
    assert praise["id"] == "b"
    assert [row["line"] for row in wrong] == [3, 4]
    assert line.json("understand", messages)[0] == concern


def test_an_explanation_has_the_same_keys_and_why(line: Line, messages: Path) -> None:
    plain = line("understand", messages).json()[0]
    told, _, *wrong = line.json("understand", messages, "--explain")
    assert {key: told[key] for key in plain} == plain
    labels = {(row["label"], row["value"]): row for row in told["explained"]["labels"]}
    flag = labels["red_flags", "patient_harm_now"]
    assert flag["layer"].startswith("rules")
    assert flag["rule"] == "cues/flags.toml [patient_harm_now]"
    assert flag["words"]
    assert 0 < flag["chance"] <= 1
    assert labels["provider", "RTD"]["layer"] == "look-up"
    route = told["explained"]["route"]
    assert (route["urgency"], route["acknowledgement"]) == ("immediate", "crisis")
    assert "page_duty" in [row["what"] for row in route["follow_ups"]]
    assert route["isf_criteria"]
    assert [row["line"] for row in wrong] == [3, 4]


def test_people_get_a_table(line: Line, tmp_path: Path) -> None:
    mail = tmp_path / "one.eml"
    mail.write_text(CONCERN, encoding="utf-8")
    said = line("understand", mail, "--explain").out
    for words in ("patient harm now", "cues/flags.toml", "look-up", "crisis", "page duty", "ISF proposal"):
        assert words in " ".join(said.split())


def a_case(room: Room) -> str:
    submission = Submission(channel="mail", text="Dr Ormsby-Quill shouts. I'm an ST4 at the RVI.", subject="Rota")
    because = {"grade": ["ST4"], "kind": ["Dr Ormsby-Quill shouts"]}
    return room.hear_with(
        submission, "robin@trust.example", "Robin Vale", "", {"grade": "ST4", "because": because, "reader": "rules-1"}
    ).ref


def test_a_case_is_explained_with_its_words_only_to_a_role_that_may_read_it_and_never_with_names(
    line: Line, room: Room
) -> None:
    ref = a_case(room)
    (shown,) = line.json("understand", ref, "--explain", "--as", "manager")
    words = {row["label"]: row["words"] for row in shown["explained"]["labels"]}
    assert (shown["ref"], words["grade"], words["kind"]) == (ref, ["ST4"], ["Dr [name] shouts"])
    (hidden,) = line.json("understand", ref, "--explain")
    assert not hidden["explained"]["words_shown"]
    assert all(row["words"] == [] for row in hidden["explained"]["labels"])
    assert "not shown" in line("understand", ref, "--explain").out
    assert "no role" in line("understand", ref, "--explain", "--as", "nobody", code=1).err


def test_the_first_event_of_a_case_says_the_rule_and_the_words_to_who_may_read_them(line: Line, room: Room) -> None:
    ref = a_case(room)
    (page,) = line.json("case", "show", ref, "--as", "manager")
    assert page["events"][0]["detail"]["rule"] == "else"
    assert page["events"][0]["detail"]["because"]["kind"] == ["Dr [name] shouts"]
    (page,) = line.json("case", "show", ref)
    assert page["events"][0]["detail"] == {"rule": "else"}


def test_corrections_leave_by_right_into_a_file_that_can_be_scored(line: Line, room: Room, tmp_path: Path) -> None:
    line.config.write_text(line.config.read_text(encoding="utf-8") + EXPORTERS, encoding="utf-8")
    ref = a_case(room)
    room.do(triage.correct, ref, {"grade": "ST5"}, by="mary", seen=None)
    file = tmp_path / "corrections.jsonl"
    assert "--as" in line("understand", "--export-corrections", file, code=1).err
    assert "right to export" in line("understand", "--export-corrections", file, "--as", "mary", code=1).err
    assert not file.exists()
    assert line("understand", "--export-corrections", file, "--as", "dora").out == f"1 corrected message in {file}.\n"
    assert file.stat().st_mode & 0o077 == 0
    (row,) = line("understand", "--export-corrections", "--as", "dora").json()
    assert row == json.loads(file.read_text(encoding="utf-8"))
    boards = scored(file)
    assert boards["then"].figures["grade precision"] == 0.0
    assert boards["now"].wrong["grade precision"] == [row["id"]]


def test_a_missing_file_is_wrong_usage(line: Line) -> None:
    assert "no file" in line("understand", "nowhere.jsonl", code=2).err
    assert "name a file" in line("understand", code=2).err
