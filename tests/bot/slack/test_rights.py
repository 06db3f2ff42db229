"""Role by action, every cell: who holds the right gets the form, everybody else a sentence, at the press and at the sending."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import packaged_config
from bot.slack.ids import Action
from bot.slack.steps import STEPS
from tests.bot.slack.side import Transport, Turned, slack_side
from tests.servers.slack import GUEST, STRANGER, TRIAGE, SlackServer
from tracker import triage
from tracker.desk import ContactRule, RoleRule
from tracker.diary import add
from tracker.finding import find

ROLES = tuple(
    RoleRule.model_validate(row | {"members": [f"S0ROLE{number}"]})
    for number, row in enumerate(tomllib.loads(packaged_config().read_text(encoding="utf-8"))["role"])
)
"""The roles that we ship, each held by a user group of its own."""
MEMBER = "U0MEMBER"
HOLDERS = {f"U0HOLDER{number}": role for number, role in enumerate(ROLES)}
PEOPLE = [*HOLDERS, MEMBER, GUEST, STRANGER]
ALL_POWERFUL = "U0EVERYTHING"
EVERYTHING = RoleRule(
    id="everything", title="Everything", may=tuple({step.right for step in STEPS.values()} | {"read", "release"}),
    level_up_to=4, members=(ALL_POWERFUL,),
)  # fmt: skip
CONTACT = ContactRule(provider="RVW", role="Director of medical education", address="dme@trust.example")
ROUTE = {"route": {"id": "everything", "channel": "quality-triage"}}
SENT: dict[Action, dict[str, Any]] = {
    Action.NOTE: {"text": "Rang them"},
    Action.LEVEL: {"level": "0", "reason": "Nothing open"},
    Action.REPLY: {"text": "Thank you"},
    Action.ASK: {"text": "Which ward?"},
    Action.TELL: {"to": CONTACT.key, "text": "How is it arranged?"},
    Action.CORRECT: {"department": "Ward 7"},
    Action.ASSIGN: {"who": ALL_POWERFUL},
    Action.FOLLOW_UP: {"what": "The rota", "within": "1 working day"},
    Action.SNOOZE: {"what": "own_1", "within": "20 working days", "reason": "On leave"},
    Action.LINK: {"case": "OTHER"},
    Action.MERGE: {"case": "OTHER", "reason": "The same"},
    Action.UNMERGE: {"reason": "Not the same"},
    Action.RESOLVE: {"text": "Mended"},
    Action.REOPEN: {"reason": "Broken again"},
    Action.LOOK: {"reason": "I take over from a colleague"},
    Action.REVEAL: {"reason": "They have to be reached today"},
    Action.EXCLUDE: {"who": GUEST, "reason": "Their tutor"},
}


@pytest.fixture
def room(slack: SlackServer, tmp_path: Path, transport: Transport) -> Iterator[Turned]:
    for number, user in enumerate(HOLDERS):
        slack.add_user(user, f"Holder {number}")
        slack.add_usergroup(f"S0ROLE{number}", f"role-{number}", [user])
    for user in (MEMBER, ALL_POWERFUL):
        slack.add_user(user, user.title())
    slack.channel(TRIAGE).members.extend(PEOPLE)
    desk = {"roles": (*ROLES, EVERYTHING), "contacts": (CONTACT,)}
    with slack_side(slack, tmp_path, transport=transport, desk=desk) as turned:
        yield turned


def a_case_for(turned: Turned, action: Action) -> str:
    """A case in the state in which the step makes sense."""
    ref = turned.open_case(provider=["RVW"], reading=ROUTE)
    all_powerful = triage.actor_for(turned.desk, name=f"slack:{ALL_POWERFUL}", slack_user=ALL_POWERFUL)

    def prepare(tx: Any) -> None:
        known: dict[str, Any] = {"actor": all_powerful, "desk": turned.desk, "now": turned.now()}
        if action is Action.REOPEN:
            triage.resolve(tx, ref, "Mended", seen=None, **known)
        if action is Action.UNMERGE:
            triage.merge(tx, ref, turned.other, "The same", seen=None, **known)  # type: ignore[attr-defined]
        if action is Action.SNOOZE:
            add(tx, find(tx, ref), due_at=turned.now(), why="The rota", now=turned.now())

    turned.store.write(prepare)
    return ref


def press(slack: SlackServer, user: str, action: Action, ref: str) -> str:
    """Press, and return what came of it: "form", "done", or the sentence that was told."""
    before = len(slack.ephemerals)
    payload = {
        "type": "block_actions", "user": {"id": user, "team_id": slack.workspace.users[user].team_id},
        "team": {"id": slack.team_id}, "channel": {"id": TRIAGE}, "trigger_id": slack.workspace.new_trigger(user),
        "actions": [{"type": "button", "action_id": action.value, "block_id": "b", "value": ref}],
        "container": {"type": "message", "channel_id": TRIAGE},
    }  # fmt: skip
    slack.workspace.stacks[user].clear()
    assert slack.send_interactive(payload) is not None

    def came() -> str:
        if slack.workspace.stacks[user]:
            return "form"
        told = [each["text"] for each in slack.ephemerals[before:] if each["user"] == user]
        return told[-1] if told else ""

    return str(slack.wait_until(came, what=f"an answer to {user} pressing {action}"))


def allowed(user: str, action: Action) -> bool:
    role = HOLDERS.get(user)
    if role is None:
        return False
    return STEPS[action].right in role.may and (action is not Action.LEVEL or role.level_up_to >= 0)


@pytest.mark.parametrize("action", [action for action in STEPS if action is not Action.TAKE])
def test_a_form_opens_for_whoever_holds_the_right_and_for_nobody_else(
    room: Turned, slack: SlackServer, action: Action
) -> None:
    room.other = room.open_case(reading=ROUTE)  # type: ignore[attr-defined]
    ref = a_case_for(room, action)
    got = {user: press(slack, user, action, ref) for user in PEOPLE}
    assert {user: answer == "form" for user, answer in got.items()} == {user: allowed(user, action) for user in PEOPLE}
    for answer in got.values():
        if answer != "form":
            assert answer.endswith((".", "!"))
            assert len(answer.split()) > 3, answer


def test_a_case_is_taken_by_whoever_holds_the_right_and_by_nobody_else(room: Turned, slack: SlackServer) -> None:
    for user in PEOPLE:
        ref = room.open_case(reading=ROUTE)
        before = len(slack.ephemerals)
        payload = {
            "type": "block_actions", "user": {"id": user, "team_id": slack.workspace.users[user].team_id},
            "team": {"id": slack.team_id}, "channel": {"id": TRIAGE}, "trigger_id": "1.2.x",
            "actions": [{"type": "button", "action_id": "case_take", "block_id": "b", "value": ref}],
        }  # fmt: skip
        slack.send_interactive(payload)
        slack.wait_until(
            lambda was=before, it=ref: room.case(it).owner or len(slack.ephemerals) > was, what="an answer"
        )
        assert (room.case(ref).owner == f"slack:{user}") == allowed(user, Action.TAKE), user


@pytest.mark.parametrize("action", list(SENT))
def test_a_form_that_is_sent_without_the_right_changes_nothing(
    room: Turned, slack: SlackServer, action: Action
) -> None:
    """The right is asked for again when the form is sent: an open form is no ticket."""
    room.other = room.open_case(reading=ROUTE)  # type: ignore[attr-defined]
    ref = a_case_for(room, action)
    assert press(slack, ALL_POWERFUL, action, ref) == "form"
    view = slack.view_of(ALL_POWERFUL)
    values = {name: room.other if value == "OTHER" else value for name, value in SENT[action].items()}  # type: ignore[attr-defined]
    revision = room.case(ref).revision
    for user in PEOPLE:
        if allowed(user, action):
            continue
        slack.workspace.stacks[user] = [view["id"]]
        ack = slack.submit(user, view, values)
        assert ack is not None
        assert ack.payload.get("response_action") == "errors", (user, ack.payload)
        assert room.case(ref).revision == revision, user
    slack.workspace.stacks[ALL_POWERFUL] = [view["id"]]
    ack = slack.submit(ALL_POWERFUL, view, values)
    assert ack is not None
    assert ack.payload.get("response_action") != "errors", ack.payload
