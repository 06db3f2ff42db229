"""`qualitydesk rating`, `requirement`, `intervention`, `place` and `evidence` as a person and as a machine uses them."""

import json
from pathlib import Path

import pytest

from tests.bot.commands.line import CONFIG, Line
from tests.tracker.room import Room
from tracker.field import load_field

REGISTER = """
[[role]]
id = "associate_or_deputy_dean_quality"
title = "Associate dean"
may = ["read", "link", "reply", "rate", "require", "intervene", "evidence"]
level_up_to = 3
members = ["ann", "arun"]
[[role]]
id = "postgraduate_dean"
title = "Postgraduate dean"
may = ["read", "rate", "require", "intervene", "evidence"]
level_up_to = 4
members = ["dora", "duncan"]
[[contact]]
provider = "RVW"
role = "Director of medical education"
address = "dme@trust.example"
"""
UROLOGY = "RVW//urology"


@pytest.fixture
def desk(line: Line, room: Room) -> Line:
    line.config.write_text(CONFIG + REGISTER, encoding="utf-8")
    return line


def heard(desk: Line, kind: str = "learner_feedback", on: str = "2026-11-20") -> str:
    (item,) = desk.json("evidence", "add", UROLOGY, kind, on, "Learners say that nobody supervises.", "--as", "ann")
    return str(item["evidence"])


def criteria(level: int, item: str) -> list[str]:
    count = len(load_field().isf.levels[level].criteria)
    return [word for number in range(1, count + 1) for word in ("--criterion", f"{number}={item}")]


def rated(desk: Line, level: int, *more: str) -> int:
    item = heard(desk)
    (row,) = desk.json("rating", "propose", UROLOGY, level, "--as", "ann", "--reason", "Two sources.", *criteria(level, item),
                       *more)  # fmt: skip
    return int(row["rating"])


def test_every_command_of_the_register_is_there(desk: Line) -> None:
    for of, commands in (
        ("rating", "checklist propose approve withdraw show list due tell told risk"),
        ("requirement", "issue send show list due respond take assess extend close supersede reopen change"),
        ("intervention", "plan hold move draft finish cancel show list enter"),
        ("place", "list link unlink together show"),
        ("evidence", "add list terms import"),
    ):
        said = desk(of, "--help").out
        assert [name for name in commands.split() if f"  {name}" not in said] == []


def test_a_rating_from_checklist_to_history(desk: Line) -> None:
    (asked,) = desk.json("rating", "checklist", 2)
    assert (len(asked["criteria"]), asked["criteria_status"]) == (3, "known")
    number = rated(desk, 2)
    assert desk.json("rating", "list") == []
    assert [row["rating"] for row in desk.json("rating", "due")] == [number]
    page = desk("rating", "show", number).out
    assert "waits for approval" in page
    assert page.count("evidence 1") == 3
    assert "no rating 99" in desk("rating", "show", 99, code=1).err
    (row,) = desk.json("rating", "approve", number, "--as", "ann")
    assert (row["state"], row["level"], row["review_on"]) == ("set", 2, "2027-01-22")
    (listed,) = desk.json("place", "list")
    assert (listed["place"], listed["level"], listed["requirements_open"]) == (UROLOGY, 2, 0)
    assert [row["level"] for row in desk.json("rating", "show", UROLOGY)] == [2]
    assert desk.json("rating", "show", UROLOGY, "--on", "2026-11-22") == []
    assert desk.json("rating", "list", "--from", 3) == []


def test_level_3_by_two_people_and_who_is_told(desk: Line) -> None:
    number = rated(desk, 3, "--set")
    assert desk.json("rating", "list") == []
    assert desk.json("rating", "approve", number, "--as", "dora")[0]["state"] == "set"
    tasks = desk.json("rating", "tell")
    assert "provider_chief_executive" in {task["whom"] for task in tasks}
    task = tasks[0]["task"]
    assert "need not" in desk("rating", "told", task, "--as", "ann", "--not-needed", code=1).err
    assert desk.json("rating", "told", task, "--as", "ann", "--reason", "rang")[0]["state"] == "done"
    assert len(desk.json("rating", "tell")) == len(tasks) - 1
    assert len(desk.json("rating", "tell", "--all")) == len(tasks)
    assert desk.json("outbox", "list") == []


def test_answers_that_are_none_are_told_so(desk: Line) -> None:
    start = ("rating", "propose", UROLOGY, 1, "--as", "ann", "--reason", "x", "--criterion")
    for typed in ("9=1", "1=maybe", "one=1", "1="):
        assert "=no" in desk(*start, typed, code=1).err
    assert "no day" in desk("rating", "list", "--on", "Friday", code=1).err
    assert "PROVIDER/SITE" in desk("rating", "show", "//", code=1).err
    assert "may" not in desk("rating", "propose", UROLOGY, 1, "--as", "adam", "--reason", "x", code=1).out


def test_a_risk_score_is_a_suggestion(desk: Line) -> None:
    assert "suggests ISF 3 or 4" in desk("rating", "risk", 5, 4).out
    assert desk.json("rating", "risk", 2, 3)[0]["score"] == 6
    assert "goes from 1" in desk("rating", "risk", 6, 1, code=1).err


def test_a_requirement_from_issue_to_closing(desk: Line) -> None:
    start = ("requirement", "issue", UROLOGY, "imr", "--as", "ann", "--finding", "Nobody supervises.")
    assert "must do" in desk(*start, code=1).err
    (row,) = desk.json(*start, "--action", "Name supervisors.", "--standard", "3.5", "--contact",
                       "RVW/Director of medical education", "--their-ref", "QA-17")  # fmt: skip
    ref = row["ref"]
    assert (row["state"], row["kind"], row["their_ref"]) == ("open", "IMR", "QA-17")
    assert row["due_at"].startswith("2026-11-30T17:00")
    assert {"GMC", "NMC", "HCPC"} <= {term["framework"] for term in row["terms"]}
    assert desk.json("outbox", "list") == []
    desk.json("requirement", "send", ref, "--as", "ann")
    assert [letter["occasion"] for letter in desk.json("outbox", "list")] == ["tell_provider"]
    assert [each["ref"] for each in desk.json("requirement", "due")] == [ref]
    assert desk.json("requirement", "due", "--overdue") == []
    desk.json("requirement", "extend", ref, "--due", "2026-12-14", "--as", "ann", "--reason", "leave")
    desk.json("requirement", "respond", ref, "They sent a list.", "--as", "ann")
    desk.json("requirement", "assess", ref, "Two are missing.", "--insufficient", "--as", "ann")
    desk.json("requirement", "respond", ref, "The two.", "--as", "ann")
    desk.json("requirement", "assess", ref, "Complete.", "--sufficient", "--as", "ann")
    closed = desk.json("requirement", "close", ref, "--as", "ann", "--reason", "Done.", "--condition", "it stays so")[0]
    assert (closed["state"], closed["conditions"]) == ("closed_with_conditions", ["it stays so"])
    assert [each["what"] for each in closed["history"]][:2] == ["became_open", "sent"]
    assert desk.json("requirement", "list", "--open") == []
    page = desk("requirement", "show", ref).out
    assert "closed with conditions" in page
    assert max(map(len, page.splitlines())) <= 140


def test_what_stood_on_a_day_is_listed_as_it_was(desk: Line) -> None:
    (row,) = desk.json("requirement", "issue", UROLOGY, "MR", "--as", "ann", "--finding", "x", "--action", "y",
                       "--due", "return")  # fmt: skip
    assert row["due_at"].startswith("2026-12-01")
    (Path(desk.config).parent / "clock").write_text("2026-12-05T10:00:00+00:00", encoding="utf-8")
    desk.json("requirement", "close", row["ref"], "--as", "ann", "--reason", "Done.")
    (then,) = desk.json("requirement", "list", "--on", "2026-12-04")
    assert (then["state"], then["overdue"], then["closed_at"]) == ("open", True, None)
    assert desk.json("requirement", "list", "--on", "2026-11-22") == []
    assert desk.json("requirement", "list", "--place", UROLOGY, "--provider", "rvw")[0]["state"] == "closed"


def test_an_intervention_from_plan_to_report(desk: Line) -> None:
    (row,) = desk.json(
        "intervention", "plan", UROLOGY, "SLE", "--date", "2026-11-23", "--as", "ann", "--form", "meeting"
    )
    ref = row["ref"]
    assert (row["kind"], row["plan_year"]) == ("senior_leader_engagement", "2026/27")
    held = desk.json(
        "intervention", "hold", ref, "2026-11-23", "--as", "ann", "--came", "F1=0/12", "--came", "ST3=?/4"
    )[0]
    assert held["state"] == "held"
    assert held["sessions"][0]["attendance"][1] == {"group": "ST3", "asked": 4, "came": None}
    assert (
        "write F1=0/12" in desk("intervention", "hold", ref, "2026-11-23", "--as", "ann", "--came", "many", code=1).err
    )
    desk.json("intervention", "draft", ref, "2026-11-23", "--as", "ann")
    done = desk.json("intervention", "finish", ref, "2026-11-23", "Two MRs.", "--as", "ann")[0]
    assert (done["state"], done["outcome"]) == ("final", "Two MRs.")
    assert [each["ref"] for each in desk.json("intervention", "list", "--year", "2026/27", "--form", "meeting")] == [
        ref
    ]
    assert "0 of 12" in desk("intervention", "show", ref).out


def test_published_reviews_are_entered_once_with_their_warning(desk: Line) -> None:
    said = desk("intervention", "enter", "--as", "ann").out
    assert said.startswith("28 reviews entered; 0 were there before.")
    assert "cannot be right" in said
    rows = desk.json("intervention", "enter", "--as", "ann")
    assert [row["known"] for row in rows] == [True] * 28
    assert len(desk.json("intervention", "list", "--state", "final")) == 28


def test_a_file_that_holds_no_reviews_changes_nothing(desk: Line, tmp_path: Path) -> None:
    file = tmp_path / "reviews.toml"
    for text, why in (("nonsense", "no TOML"), ("schema = 1\n[[review]]\nid = 'x'\n", "review.0.provider")):
        file.write_text(text, encoding="utf-8")
        assert why in desk("intervention", "enter", file, "--as", "ann", code=1).err
    assert desk.json("intervention", "list") == []


def test_cases_beside_a_place(desk: Line, room: Room) -> None:
    labels = {"provider": ("RVW",), "specialty": ("urology",), "themes": ("rota",)}
    refs = [room.hear(sender=f"r{number}@trust.example", **labels).ref for number in range(2)]
    (offer,) = desk.json("place", "together", "--as", "ann")
    assert (offer["place"], sorted(offer["cases"]), offer["reporters"]) == (UROLOGY, sorted(refs), None)
    assert desk.json("place", "link", UROLOGY, refs[0], "--as", "ann")[0]["linked"] is True
    assert desk.json("place", "together", "--as", "ann")[0]["linked"] == [refs[0]]
    assert desk.json("place", "unlink", UROLOGY, refs[0], "--as", "ann", "--reason", "ward")[0]["linked"] is False


def test_standards_and_evidence(desk: Line) -> None:
    frameworks = {term["framework"] for term in desk.json("evidence", "terms", "3.5")}
    assert frameworks == {"EQF", "GMC", "NMC", "HCPC", "GPhC2011", "GDC"}
    assert "mapped from" in desk("evidence", "terms", "3.5").out
    heard(desk)
    assert desk.json("evidence", "list", UROLOGY, "--on", "2026-11-22") == []
    (item,) = desk.json("evidence", "list", UROLOGY)
    assert (item["origin"], item["learner_feedback"]) == ("learners", True)
    assert (
        "no kind of evidence"
        in desk("evidence", "add", UROLOGY, "gossip", "2026-11-20", "x", "--as", "ann", code=1).err
    )
    assert "future" in desk("evidence", "add", UROLOGY, "SAR", "2027-11-20", "x", "--as", "ann", code=1).err


def test_of_a_small_group_the_number_is_not_shown(desk: Line) -> None:
    for n, shown in ((2, None), (3, 3)):
        (item,) = desk.json("evidence", "add", UROLOGY, "NTS", "2026-11-20", "Low.", "--as", "ann", "--n", n)
        assert item["n"] == shown


def test_pages_for_people_are_words(desk: Line) -> None:
    rated(desk, 1, "--set")
    for command in (
        ("rating", "list"),
        ("rating", "show", UROLOGY),
        ("rating", "due"),
        ("place", "list"),
        ("rating", "tell"),
    ):
        out = desk(*command).out
        assert out
        with pytest.raises(json.JSONDecodeError):
            json.loads(out)
