"""The register's forms and lists, at their largest, are what Slack takes; each move asks for what its rule needs and no more."""

from datetime import date

import pytest

from bot.slack import register_lists, register_modals
from bot.slack.blocks import Block
from bot.slack.frame import Carried
from bot.slack.register_lists import Pile, Row
from bot.slack.register_modals import Asked, Choice
from tests.servers.slack.checks import faults_in_view
from tests.tracker.desk import the_field
from tracker.actors import Actor
from tracker.desk import RoleRule

ISF = the_field().isf
LONG = "A department with a very long name, at a hospital with a longer one (and a trust that merged twice) " * 3
MANY = tuple(Choice(str(number), f"{number}: {LONG}") for number in range(250))
EVERYBODY = Actor("mary", (RoleRule(id="dean", title="Dean", may=("read", "rate", "evidence"), level_up_to=4),))


def fields(view: Block) -> set[str]:
    return {block["block_id"] for block in view["blocks"] if block["type"] == "input"}


def second_page(before: int | None, level: int, asks: str = "set") -> Block:
    asked = Asked(LONG, before, ISF.levels[level], asks, MANY[:100], MANY[:100], may_agree=True)
    return register_modals.criteria(Carried(more={"place": LONG}), asked, ISF.risk)


@pytest.mark.parametrize(
    "view",
    [
        register_modals.propose(Carried(), MANY, [(level.level, LONG) for level in ISF.levels], "7"),
        register_modals.propose(Carried(), (), [(0, "No concerns")], "RVW//urology"),
        second_page(4, 3),
        second_page(0, 4),
        register_modals.decide(Carried(), [LONG] * 12),
        register_modals.evidence(Carried(), MANY, MANY[:40], "", date(2026, 11, 23)),
        register_modals.told(Carried(), LONG),
    ],
)
def test_slack_takes_every_form_at_its_largest(view: Block) -> None:
    assert faults_in_view(view) == []


def test_a_step_up_asks_for_nothing_more_and_a_jump_for_the_risk() -> None:
    assert "immediate_risk" not in fields(second_page(1, 2))
    assert "immediate_risk" in fields(second_page(1, 3))
    assert "immediate_risk" not in fields(second_page(None, 3)), "a first rating may be any level"


def test_a_step_down_asks_for_the_change_and_only_a_lifted_suspension_for_the_gmc() -> None:
    assert {"changed_on", "more_evidence"} <= fields(second_page(2, 1))
    assert not {"review", "gmc_agreed_on"} & fields(second_page(3, 2))
    assert {"review", "doctors_affected", "gmc_agreed_on"} <= fields(second_page(4, 3))


def test_what_stays_needs_no_checklist() -> None:
    assert fields(second_page(2, 2, "unchanged")) == {"reason", "agree"}


def test_a_day_that_was_chosen_is_found() -> None:
    state = {
        "values": {
            "on": {"on": {"type": "datepicker", "selected_date": "2026-11-30"}},
            "text": {"text": {"value": "x"}},
        }
    }
    assert register_modals.days_in({"state": state}) == {"on": "2026-11-30"}


def test_full_lists_fit_a_message() -> None:
    row = Row(LONG, {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Look"}, "value": "1"})
    found = [Pile(f"A list of things {number}", "things", (row,) * 30) for number in range(8)]
    made = register_lists.drawn(found, EVERYBODY)
    assert len(made) <= 50, "a message of Slack's holds no more"
    assert made[-1]["type"] == "actions"
    assert "and 26 more" in str(made)
    assert len(register_lists.summary(found)) == 2
