"""The triage set beside the repository: what no message may suffer, and floors under the rest."""

import json
from pathlib import Path
from typing import Any

import pytest

from intake.mail import read_mail
from intake.mail import submission_of as submission_of_mail
from tests.intake.understand.messages import slack, understanding
from tracker.submission import Reading, Submission

SET = Path("../shared/triage/dev.jsonl")
Judged = list[tuple[dict[str, Any], Reading]]


def as_submission(row: dict[str, Any]) -> Submission:
    if row["channel"] == "slack":
        told = row["slack"]
        return slack(told["text"], role=told["user_role"], channel=told["channel"])
    mail = read_mail(row["eml"].encode("utf-8", "surrogateescape"))
    return submission_of_mail(mail, envelope_from="someone@example.org", envelope_to=())


@pytest.fixture(scope="module")
def judged() -> Judged:
    """Every message of the set with its labels and its reading."""
    if not SET.exists():
        pytest.skip("the triage set is not beside this repository")
    rows = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(row["gold"], understanding().read(as_submission(row))) for row in rows]


def share(outcomes: list[bool]) -> float:
    assert outcomes
    return sum(outcomes) / len(outcomes)


def test_hardly_anybody_is_frightened_by_a_wrong_crisis_answer(judged: Judged) -> None:
    calm = [reading for gold, reading in judged if gold["urgency"] in ("routine", "none")]
    assert share([reading.acknowledgement != "crisis" for reading in calm]) >= 0.98


def test_nothing_is_said_about_the_wrong_trust(judged: Judged) -> None:
    named = [ods in gold["provider"] for gold, reading in judged for ods in reading.provider]
    assert share(named) >= 0.9


def test_no_concern_is_filed_away(judged: Judged) -> None:
    concerns = [reading for gold, reading in judged if gold["kind"] == "concern"]
    assert share([reading.opens_case for reading in concerns]) >= 0.98


def test_the_figures_do_not_fall(judged: Judged) -> None:
    floors = {
        "kind": 0.75,
        "opens_case": 0.95,
        "anonymity": 0.85,
        "proxy": 0.85,
        "urgency": 0.78,
        "acknowledgement": 0.8,
    }
    for label, floor in floors.items():
        assert share([gold[label] == getattr(reading, label) for gold, reading in judged]) >= floor, label
