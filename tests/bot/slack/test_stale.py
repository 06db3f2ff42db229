"""Every form that shows a case says who was faster, keeps what was put in, and works when it is sent again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.slack import blocks, frame, work_modals
from bot.slack.frame import Carried
from bot.slack.ids import Action
from tests.bot.slack.side import Turned, slack_side
from tests.bot.slack.test_rights import ROUTE, SENT
from tests.bot.slack.test_work import changed
from tests.servers.slack import KIM, LEE, TRIAGE, SlackServer
from tests.tracker.desk import the_field
from tracker import triage
from tracker.desk import ContactRule
from tracker.diary import add
from tracker.finding import find
from tracker.model import Case, Event

CONTACT = ContactRule(provider="RVW", role="Director of medical education", address="dme@trust.example")
NEVER_STALE = {Action.NOTE, Action.LINK, Action.EXCLUDE, Action.REVEAL, Action.FOLLOW_UP, Action.LOOK}
"""They add something and overwrite nothing, so nobody was faster."""
SECOND_PAGES = {Action.REPLY, Action.ASK, Action.TELL}


@pytest.fixture
def turned(slack: SlackServer, tmp_path: Path) -> Iterator[Turned]:
    slack.add_usergroup("S0DEANS", "deans", [KIM, LEE])
    with slack_side(slack, tmp_path, desk={"contacts": (CONTACT,)}) as made:
        yield made


def ready(turned: Turned, action: Action) -> tuple[str, str]:
    """(a case in the state in which the step makes sense, another case)."""
    other = turned.open_case(reading=ROUTE)
    ref = turned.open_case(provider=["RVW"], reading={**ROUTE, "read": {"opens_case": True, "kind": "concern"}})
    dean = triage.actor_for(turned.desk, name=f"slack:{KIM}", slack_user=KIM, groups=("S0DEANS",))
    known: dict[str, Any] = {"actor": dean, "desk": turned.desk, "now": turned.now()}

    def prepare(tx: Any) -> None:
        if action is Action.REOPEN:
            triage.resolve(tx, ref, "Mended", seen=None, **known)
        if action is Action.UNMERGE:
            triage.merge(tx, ref, other, "The same", seen=None, **known)
        if action is Action.SNOOZE:
            add(tx, find(tx, ref), due_at=turned.now(), why="The rota", now=turned.now())

    turned.store.write(prepare)
    return ref, other


def opened(slack: SlackServer, ref: str, action: Action) -> dict[str, Any]:
    slack.workspace.stacks[KIM].clear()
    payload = {
        "type": "block_actions", "user": {"id": KIM, "team_id": slack.team_id}, "team": {"id": slack.team_id},
        "channel": {"id": TRIAGE}, "trigger_id": slack.workspace.new_trigger(KIM),
        "actions": [{"type": "button", "action_id": action.value, "block_id": "b", "value": ref}],
        "container": {"type": "message", "channel_id": TRIAGE},
    }  # fmt: skip
    assert slack.send_interactive(payload) is not None
    slack.wait_until(lambda: slack.workspace.stacks[KIM], what=f"the form of {action}")
    return slack.view_of(KIM)


def held(view: dict[str, Any]) -> dict[str, Any]:
    """What the fields of a form hold."""
    inputs = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    return {each["action_id"]: frame._shown(each) for each in inputs}


@pytest.mark.parametrize("action", [action for action in SENT if action not in NEVER_STALE])
def test_a_stale_form_says_who_was_faster_keeps_the_words_and_can_be_sent_again(
    turned: Turned, slack: SlackServer, action: Action
) -> None:
    ref, other = ready(turned, action)
    opened(slack, ref, action)
    values = {name: other if value == "OTHER" else value for name, value in SENT[action].items()}
    values |= {"who": LEE} if "who" in values else {}
    if action in SECOND_PAGES:
        slack.submit(KIM, values=values)
        first, values = values, {}
    changed(turned, ref, department="Ward 9")
    slack.submit(KIM, values=values)
    again = slack.view_of(KIM)
    assert "A colleague: assigned" in again["blocks"][0]["text"]["text"]
    assert {name: held(again).get(name) for name in values} == values
    if action in SECOND_PAGES:
        assert first["text"] in str(again["blocks"]), "the letter is still there to be looked at"
    before = turned.case(ref).revision
    slack.submit(KIM)
    assert turned.case(ref).revision > before


def test_correcting_late_does_not_undo_what_a_colleague_put_right(turned: Turned, slack: SlackServer) -> None:
    ref, _ = ready(turned, Action.CORRECT)
    opened(slack, ref, Action.CORRECT)
    changed(turned, ref, themes=["teaching_access"], provider=["RTD"])
    slack.submit(KIM, values={"specialty": ["acute_internal_medicine"], "reason": "It says so"})
    again = held(slack.view_of(KIM))
    assert (again["themes"], again["provider"]) == (["teaching_access"], ["RTD"])
    assert (again["specialty"], again["reason"]) == (["acute_internal_medicine"], "It says so")
    changed(turned, ref, department="Ward 3")
    slack.submit(KIM)
    assert held(slack.view_of(KIM))["specialty"] == ["acute_internal_medicine"]
    slack.submit(KIM)
    case = turned.case(ref)
    assert (case.themes, case.provider, case.department) == (["teaching_access"], ["RTD"], "Ward 3")
    (event,) = turned.all_of(select(Event).where(Event.kind == "corrected"))
    assert event.detail["after"] == {"specialty": ["acute_internal_medicine"]}


def test_every_label_of_a_case_can_be_corrected_and_nothing_touched_is_nothing_changed() -> None:
    case = Case(
        kind="concern", urgency="routine", provider=["RVW"], site=[], hei=[], department=None, specialty=[], themes=[],
        standards=[], red_flags=[], raiser_role="learner", grade=None, affected_group=["medical"], anonymity="open",
    )  # fmt: skip
    view = work_modals.correct(Carried("QD-7F3K-9MX"), case, the_field())
    fields = [block["element"]["action_id"] for block in view["blocks"] if block["type"] == "input"]
    assert set(fields) == {*triage.correcting.ONE, *triage.correcting.MANY, "reason"}
    assert frame.changed(view, {name: frame._shown(block["element"]) for name, block in by_name(view).items()}) == []
    assert len(view["blocks"]) <= blocks.OPTIONS


def by_name(view: dict[str, Any]) -> dict[str, Any]:
    return {block["element"]["action_id"]: block for block in view["blocks"] if block["type"] == "input"}


def test_a_correction_that_changes_the_route_takes_the_card_along(turned: Turned, slack: SlackServer) -> None:
    ref, _ = ready(turned, Action.CORRECT)
    turned.redraw_all()
    opened(slack, ref, Action.CORRECT)
    slack.submit(KIM, values={"red_flags": ["sexual_misconduct"]})
    turned.redraw_all()
    (old,) = [each for each in slack.messages[TRIAGE] if ref in each["text"]]
    assert old["text"] == f"{ref} has moved to another channel."
    (new,) = [each for each in slack.messages["C0RESTRICTED"] if ref in each["text"]]
    assert "Restricted case needs you" in new["text"]
    assert "exual" not in str(slack.messages)
    slack.workspace.stacks[KIM].clear()
    slack.press(KIM, "C0RESTRICTED", new["ts"], "case_take")
    slack.wait_until(lambda: turned.case(ref).owner == f"slack:{KIM}", what="the owner")
