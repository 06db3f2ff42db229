"""The register in Slack: ratings proposed and agreed to by people, lists of what is due, and rights asked for at the deed."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.config import packaged_config
from bot.slack.register_ids import RegisterAction
from tests.bot.slack.side import Turned, slack_side
from tests.bot.slack.test_work import form, whispered
from tests.servers.slack import ADA, GUEST, INTAKE, KIM, LEE, STRANGER, SlackServer
from tracker import triage
from tracker.desk import RoleRule
from tracker.model import Evidence, Rating, RatingApproval, TellTask
from tracker.register import assessing, evidence, interventions, places, ratings, requirements, standing
from tracker.register.interventions import Plan
from tracker.register.requirements import Order

UROLOGY = "RVW//urology"
FINDING = "Nobody supervises the night shift on ward seven"
REGISTER = ("read", "rate", "require", "intervene", "evidence", "link")
ROLES = (
    RoleRule(id="quality_manager", title="Quality manager", may=REGISTER, level_up_to=1, members=(ADA,)),
    RoleRule(id="postgraduate_dean", title="Postgraduate dean", may=REGISTER, level_up_to=4, members=("S0DEANS",)),
)
PACKAGED = tuple(
    RoleRule.model_validate(row | {"members": [f"S0ROLE{number}"]})
    for number, row in enumerate(tomllib.loads(packaged_config().read_text(encoding="utf-8"))["role"])
)
HOLDERS = {f"U0HOLDER{number}": role for number, role in enumerate(PACKAGED)}
PEOPLE = [*HOLDERS, "U0MEMBER", GUEST, STRANGER]


@pytest.fixture
def side(slack: SlackServer, tmp_path: Path) -> Iterator[Turned]:
    """ADA is a quality manager, LEE and KIM are deans."""
    slack.add_usergroup("S0DEANS", "deans", [LEE, KIM])
    with slack_side(slack, tmp_path, desk={"roles": ROLES}) as turned:
        yield turned


@pytest.fixture
def everybody(slack: SlackServer, tmp_path: Path) -> Iterator[Turned]:
    """Each role that we ship is held by one person; one member holds none."""
    for number, user in enumerate(HOLDERS):
        slack.add_user(user, f"Holder {number}")
        slack.add_usergroup(f"S0ROLE{number}", f"role-{number}", [user])
    slack.add_user("U0MEMBER", "Member")
    slack.channel(INTAKE).members.extend(PEOPLE)
    everything = RoleRule(id="everything", title="Everything", may=REGISTER, level_up_to=4, members=("seed",))
    with slack_side(slack, tmp_path, desk={"roles": (*PACKAGED, everything)}) as turned:
        yield turned


def done(turned: Turned, verb: Any, *what: Any, by: str = "slack:U0ADA", ago: timedelta = timedelta()) -> Any:
    """Run a verb of the register as somebody who may do everything."""
    actor = replace(triage.actor_for(turned.desk, name=by), roles=turned.desk.roles)

    def job(tx: Any) -> Any:
        made = verb(tx, *what, actor=actor, desk=turned.desk, now=turned.now() - ago)
        tx.flush()
        tx.expunge_all()
        return made

    return turned.store.write(job)


def where(turned: Turned, key: str = UROLOGY) -> places.Where:
    return places.parse_where(key, turned.desk.field)


def an_item(turned: Turned, kind: str = "learner_feedback") -> int:
    return int(done(turned, evidence.add, where(turned), kind, turned.now().date(), FINDING).id)


def proposed(turned: Turned, level: int) -> int:
    item = an_item(turned)
    criteria = tuple((each, True, (item,)) for each in turned.desk.field.isf.levels[level].criteria)
    return int(done(turned, ratings.propose, where(turned), ratings.Proposal(level, FINDING, criteria=criteria)).id)


def level_of(turned: Turned) -> int | None:
    with turned.store.reading() as tx:
        place = places.find_place(tx, where(turned))
        stands = standing.standing(tx, place.id, at=turned.now() + timedelta(minutes=1))
        return stands.level if stands else None


def last(slack: SlackServer, user: str = "") -> str:
    heard = [each for each in slack.ephemerals if not user or each["user"] == user]
    return str(heard[-1]["text"]) + repr(heard[-1].get("blocks", ""))


def press(slack: SlackServer, user: str, action: RegisterAction, value: str) -> str:
    """Press a button of the register; "form", or the sentence that was told."""
    before = len(slack.ephemerals)
    slack.workspace.stacks[user].clear()
    payload = {
        "type": "block_actions", "user": {"id": user, "team_id": slack.workspace.users[user].team_id},
        "team": {"id": slack.team_id}, "channel": {"id": INTAKE}, "trigger_id": slack.workspace.new_trigger(user),
        "actions": [{"type": "button", "action_id": action.value, "block_id": "b", "value": value}],
    }  # fmt: skip
    assert slack.send_interactive(payload) is not None

    def came() -> str:
        if slack.workspace.stacks[user]:
            return "form"
        told = [each["text"] for each in slack.ephemerals[before:] if each["user"] == user]
        return str(told[-1]) if told else ""

    return str(slack.wait_until(came, what=f"an answer to {user} pressing {action}"))


def test_a_rating_from_evidence_to_whom_it_was_told(side: Turned, slack: SlackServer) -> None:
    """Everything on a phone: evidence, a proposal of level 3, two deans who agree, and the chief executive who is told."""
    slack.command(ADA, INTAKE, "/case", f"evidence {UROLOGY}")
    kept = {"kind": "learner_feedback", "text": "Learners say that nobody comes at night.", "count": "4"}
    form(slack, ADA)
    slack.submit(ADA, values=kept)
    assert "is kept" in str(slack.view_of(ADA)["blocks"])
    (item,) = side.all_of(select(Evidence))
    assert (item.n, item.added_by) == (4, "slack:U0ADA")

    slack.command(ADA, INTAKE, "/case", f"rate {UROLOGY}")
    form(slack, ADA)
    slack.submit(ADA, values={"level": "3", "asks": "set"})
    second = form(slack, ADA)
    assert "It is not rated yet" in str(second["blocks"][0])
    assert "Agree to it myself" not in str(second), "a manager may not agree to level 3"
    assert item.summary not in str(second)
    slack.submit(
        ADA, values={"criterion:0": [str(item.id)], "impact": "5", "likelihood": "4", "reason": "Two sources."}
    )
    whispered(slack, "0 of 2 agreed")
    (row,) = side.all_of(select(Rating))
    assert [each["met"] for each in row.criteria] == [True, False, False]

    press(slack, ADA, RegisterAction.DECIDE, str(row.id))
    ack = slack.submit(ADA, values={"decision": "approve"})
    assert ack is not None
    assert "up to 1" in ack.payload["errors"]["decision"]
    slack.command(LEE, INTAKE, "/case", "register")
    assert "ISF 3" in last(slack)
    assert "0 of 2 agreed" in last(slack)
    for user, said in ((LEE, "1 of 2 agreed"), (LEE, "second person"), (KIM, "ISF 3 stands now")):
        assert press(slack, user, RegisterAction.DECIDE, str(row.id)) == "form"
        shown = str(slack.view_of(user)["blocks"])
        assert "Risk 20" in shown
        assert "Two sources." in shown
        ack = slack.submit(user, values={"decision": "approve"})
        assert ack is not None
        assert said in str(ack.payload)
    assert level_of(side) == 3
    assert "it is set" in press(slack, LEE, RegisterAction.DECIDE, str(row.id))

    slack.command(KIM, INTAKE, "/case", "register")
    task = next(each for each in side.all_of(select(TellTask)) if each.whom == "provider_chief_executive")
    assert "Provider chief executive" in last(slack)
    press(slack, KIM, RegisterAction.TOLD, str(task.id))
    ack = slack.submit(KIM, values={"decision": "not_needed"})
    assert ack is not None
    assert "need not" in ack.payload["errors"]["decision"]
    slack.submit(KIM, values={"decision": "done", "reason": "rang"})
    assert side.all_of(select(TellTask).where(TellTask.id == task.id))[0].state == "done"


def test_one_who_may_agrees_while_proposing(side: Turned, slack: SlackServer) -> None:
    item = an_item(side)
    slack.command(ADA, INTAKE, "/case", "rate")
    form(slack, ADA)
    slack.submit(ADA, values={"other_place": "1", "level": "1", "asks": "provisional"})
    slack.submit(ADA, values={"criterion:1": [str(item)], "reason": "Seen by us.", "agree": ["yes"]})
    whispered(slack, "ISF 1 stands now (provisional)")
    assert level_of(side) == 1
    slack.command(ADA, INTAKE, "/case", "place rvw//Urology")
    assert "ISF 1" in last(slack)
    assert "No requirement is open" in last(slack)


def test_the_rules_speak_in_the_form_and_every_word_stays(side: Turned, slack: SlackServer) -> None:
    number = proposed(side, 2)
    for name in ("slack:U0LEE", "slack:U0KIM"):
        if side.all_of(select(Rating))[0].state == "proposed":
            done(side, ratings.approve, number, "", by=name)
    slack.command(ADA, INTAKE, "/case", f"rate {UROLOGY}")
    form(slack, ADA)
    slack.submit(ADA, values={"level": "1", "asks": "set"})
    view = form(slack, ADA)
    assert {"changed_on", "more_evidence"} <= {block.get("block_id") for block in view["blocks"]}
    item = str(side.all_of(select(Evidence))[0].id)
    ack = slack.submit(ADA, values={"criterion:0": [item], "changed_on": "2026-01-02", "reason": "They mended it."})
    assert ack is not None
    said = ack.payload["errors"]["criterion:0"]
    assert "two independent kinds" in said
    assert "feedback of learners" in said
    assert slack.view_of(ADA)["id"] == view["id"]
    assert level_of(side) == 2
    slack.close_view(ADA)
    slack.submit(ADA, values={"level": "2", "asks": "unchanged"})
    assert not any("criterion" in str(block.get("block_id")) for block in slack.view_of(ADA)["blocks"])


def test_what_cannot_be_begun_is_told_in_the_form(side: Turned, slack: SlackServer) -> None:
    slack.command(ADA, INTAKE, "/case", "rate")
    form(slack, ADA)
    for place, said in (
        ("RVW//urology", "no evidence about this place"),
        ("XXX", "no provider XXX"),
        ("//", "PROVIDER/SITE"),
    ):
        ack = slack.submit(ADA, values={"place": place, "level": "1", "asks": "set"})
        assert ack is not None
        assert said in ack.payload["errors"]["place"]
    slack.command(ADA, INTAKE, "/case", "place RVW//urology")
    assert "holds nothing" in last(slack)
    slack.command(ADA, INTAKE, "/case", "place")
    assert "PROVIDER/SITE" in last(slack)
    for action in (RegisterAction.DECIDE, RegisterAction.TOLD):
        for value in ("99", "'; drop table ratings"):
            assert "no longer good" in press(slack, ADA, action, value)


def test_a_proposal_is_taken_back_for_a_reason(side: Turned, slack: SlackServer) -> None:
    number = proposed(side, 1)
    press(slack, ADA, RegisterAction.DECIDE, str(number))
    ack = slack.submit(ADA, values={"decision": "withdraw"})
    assert ack is not None
    assert "reason" in ack.payload["errors"]["decision"]
    slack.submit(ADA, values={"decision": "withdraw", "reason": "Too early."})
    assert "taken back" in str(slack.view_of(ADA)["blocks"])
    assert side.all_of(select(RatingApproval)) == []


def test_what_is_due_is_listed_without_a_finding(side: Turned, slack: SlackServer) -> None:
    done(side, ratings.approve, proposed(side, 1), "")
    side.later(days=80)
    order = Order("MR", FINDING, "Name supervisors.", due="2 working hours")
    late = done(side, requirements.issue, where(side), order, ago=timedelta(days=9)).ref
    soon = done(side, requirements.issue, where(side), replace(order, due="3 working days")).ref
    sent = done(side, requirements.issue, where(side), replace(order, due="5 working days")).ref
    done(side, assessing.respond, sent, "They sent a list.")
    far = done(side, requirements.issue, where(side), replace(order, due="60 working days")).ref
    day = side.now().date() + timedelta(days=4)
    visit = done(side, interventions.plan, Plan("SLE", (day,), where(side), form="meeting")).ref
    held = done(side, interventions.plan, Plan("visit", (side.now().date() - timedelta(days=60),), where(side))).ref
    past = side.now().date() - timedelta(days=60)
    done(side, interventions.hold, held, past)
    slack.command(ADA, INTAKE, "/case", "register")
    said = last(slack)
    for ref, words in ((late, "was due on"), (soon, "due on"), (sent, "answered"), (visit, "SLE"), (held, "overdue")):
        assert ref in said
        assert words in said
    assert far not in said
    assert "Ratings to be looked at again* (1)" in said
    assert FINDING not in said
    slack.command(ADA, INTAKE, "/case", f"place {UROLOGY}")
    assert far in last(slack)
    slack.command(ADA, INTAKE, "/case", "due")
    assert late in last(slack)
    slack.open_home(ADA)
    home = slack.wait_until(lambda: str(slack.workspace.homes.get(ADA, "")), what="Home")
    assert "The quality register" in home
    assert "1 overdue" in home
    assert press(slack, ADA, RegisterAction.LISTS, "home") == "form"
    assert late in str(slack.view_of(ADA))


def test_every_role_may_do_what_its_rights_say_and_nobody_else_may(everybody: Turned, slack: SlackServer) -> None:
    """Role by button at the press, then at the sending: an open form is no ticket."""
    number = proposed(everybody, 1)
    tell = proposed_elsewhere(everybody)
    rights = {
        (RegisterAction.LISTS, ""): "read",
        (RegisterAction.PROPOSE, UROLOGY): "rate",
        (RegisterAction.EVIDENCE, UROLOGY): "evidence",
        (RegisterAction.DECIDE, str(number)): "rate",
        (RegisterAction.TOLD, str(tell)): "rate",
    }
    sent = {
        RegisterAction.PROPOSE: {"level": "1", "asks": "unchanged"},
        RegisterAction.EVIDENCE: {"kind": "SAR", "text": "Words"},
        RegisterAction.DECIDE: {"decision": "withdraw", "reason": "x"},
        RegisterAction.TOLD: {"decision": "done"},
    }
    for (action, value), right in rights.items():
        allowed = {user: user in HOLDERS and right in HOLDERS[user].may for user in PEOPLE}
        got = {user: press(slack, user, action, value) for user in PEOPLE}
        assert {user: answer == "form" for user, answer in got.items()} == allowed, action
        for answer in got.values():
            assert answer == "form" or (answer.endswith((".", "!")) and len(answer.split()) > 3), answer
        if action in sent:
            view = slack.view_of(next(user for user in PEOPLE if allowed[user]))
            for user in PEOPLE:
                if not allowed[user]:
                    slack.workspace.stacks[user] = [view["id"]]
                    ack = slack.submit(user, view, sent[action])
                    assert ack is not None
                    assert ack.payload.get("response_action") == "errors", (user, action)
    assert {row.state for row in everybody.all_of(select(Rating))} == {"proposed", "set"}
    assert {row.state for row in everybody.all_of(select(TellTask))} == {"open"}
    for user in PEOPLE:
        before = len(slack.ephemerals)
        slack.command(user, INTAKE, "/case", "register")
        listed = "The register" in last(slack, user) or "divider" in last(slack, user) or "None:" in last(slack, user)
        assert len(slack.ephemerals) == before + 1
        assert listed == (user in HOLDERS and "read" in HOLDERS[user].may), user


def proposed_elsewhere(turned: Turned) -> int:
    """The number of somebody to be told of a rating that stands at another place."""
    place = where(turned, "RTD//urology")
    item = done(turned, evidence.add, place, "SAR", turned.now().date(), "Words.").id
    criteria = tuple((each, True, (item,)) for each in turned.desk.field.isf.levels[1].criteria)
    made = done(turned, ratings.propose, place, ratings.Proposal(1, "Seen.", criteria=criteria))
    done(turned, ratings.approve, made.id, "")
    return turned.all_of(select(TellTask))[0].id
