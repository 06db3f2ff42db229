"""A restricted case says nothing until a person with the right has written down why; all others are told so in a sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.bot.slack.side import MAY, MORE, ROUTES, Transport, Turned, slack_side
from tests.bot.slack.test_more import names, said
from tests.bot.slack.test_work import form, press, whispered
from tests.servers.slack import ADA, INTAKE, KIM, LEE, RESTRICTED, SlackServer
from tracker.desk import RoleRule
from tracker.model import Event
from tracker.submission import Reading

ROLES = (
    RoleRule(id="quality_manager", title="Quality manager", may=MAY, level_up_to=1, members=("*",)),
    RoleRule(id="dean", title="Postgraduate dean", may=(*MAY, *MORE), level_up_to=4, members=("S0DEANS",)),
)
REASON = "I have to ring the trust about it today"


@pytest.fixture
def room(slack: SlackServer, tmp_path: Path, transport: Transport) -> Iterator[Turned]:
    slack.add_usergroup("S0DEANS", "deans", [LEE, KIM])
    with slack_side(slack, tmp_path, transport=transport, desk={"roles": ROLES}) as turned:
        yield turned


@pytest.fixture
def ref(room: Turned) -> str:
    """A case that only the dean's role is told of."""
    route = {"id": ROUTES[0].id, "channel": "quality-restricted", "tell": ["dean"], "promises": []}
    read = Reading(opens_case=True, kind="concern", provider=("RVW",)).model_dump(mode="json")
    made = room.open_case(
        "quality-restricted", restricted=True, provider=["RVW"], themes=["sexual_safety"],
        red_flags=["sexual_misconduct"], reading={"route": route, "read": read},
    )  # fmt: skip
    room.redraw_all()
    return made


def pressed(slack: SlackServer, user: str, action: str) -> None:
    (card,) = [each for each in slack.messages[RESTRICTED] if each.get("metadata")]
    slack.workspace.stacks[user].clear()
    assert slack.press(user, RESTRICTED, card["ts"], action) is not None


def says_what(view: dict[str, Any]) -> bool:
    return "North Tees" in str(view) or "exual" in str(view)


def test_whoever_holds_no_right_is_told_so_in_a_sentence(room: Turned, slack: SlackServer, ref: str) -> None:
    for action in ("case_more", "case_note", "case_level", "case_reply", "case_resolve"):
        slack.ephemerals.clear()
        pressed(slack, ADA, action)
        assert whispered(slack, "not available").endswith("is not available to <@U0ADA>.")
        assert not slack.workspace.stacks[ADA]
    slack.command(ADA, INTAKE, "/case", f"show {ref}")
    assert "not available" in slack.ephemerals[-1]["text"]


def test_what_it_is_about_is_shown_for_a_reason_that_is_recorded_first(
    room: Turned, slack: SlackServer, ref: str
) -> None:
    pressed(slack, LEE, "case_more")
    listed = form(slack, LEE)
    assert not says_what(listed)
    assert names(listed)[0] == "case_look"
    slack.press_in_view(LEE, listed, "case_look")
    slack.wait_until(lambda: slack.view_of(LEE)["callback_id"] == "form_look", what="the form")
    refused = slack.submit(LEE, values={"reason": "because"})
    assert refused is not None
    assert "few words" in refused.payload["errors"]["reason"]
    slack.submit(LEE, values={"reason": REASON})
    full = slack.view_of(LEE)
    assert "North Tees" in str(full)
    assert "Sexual" in str(full)
    assert "case_look" not in names(full)
    assert "case_correct" in names(full)
    (event,) = room.all_of(select(Event).where(Event.kind == "looked"))
    assert (event.actor, event.detail) == ("slack:U0LEE", {"reason": REASON})
    assert not says_what({"all": slack.messages})


def test_the_reason_counts_for_its_writer_and_for_a_day_of_work(room: Turned, slack: SlackServer, ref: str) -> None:
    pressed(slack, LEE, "case_more")
    slack.press_in_view(LEE, form(slack, LEE), "case_correct")
    slack.wait_until(lambda: slack.view_of(LEE)["callback_id"] == "form_look", what="the question why")
    slack.submit(LEE, values={"reason": REASON})
    slack.press_in_view(LEE, slack.view_of(LEE), "case_correct")
    slack.wait_until(lambda: slack.view_of(LEE)["callback_id"] == "form_correct", what="the labels")
    pressed(slack, KIM, "case_more")
    assert not says_what(form(slack, KIM))
    room.later(hours=9)
    pressed(slack, LEE, "case_more")
    assert not says_what(form(slack, LEE))


def test_its_other_forms_open_and_say_nothing_of_it(room: Turned, slack: SlackServer, ref: str) -> None:
    for action in ("case_note", "case_level", "case_reply", "case_resolve"):
        pressed(slack, LEE, action)
        assert not says_what(form(slack, LEE))
    pressed(slack, LEE, "case_note")
    form(slack, LEE)
    slack.submit(LEE, values={"text": "Rang the trust's safeguarding lead"})
    assert room.all_of(select(Event).where(Event.kind == "noted"))


def test_a_case_that_is_not_restricted_asks_for_no_reason(room: Turned, slack: SlackServer) -> None:
    ref = room.open_case(provider=["RVW"])
    room.redraw_all()
    press(room, slack, ADA, ref, "case_more")
    listed = form(slack, ADA)
    assert "case_look" not in names(listed)
    # In the form that is open: a second list could open over the form that is asked for.
    slack.press_in_view(ADA, listed, "case_correct")
    slack.wait_until(lambda: slack.view_of(ADA)["callback_id"] != "form_more", what="the form of case_correct")
    assert "Change what is wrong" in said(slack.view_of(ADA))
