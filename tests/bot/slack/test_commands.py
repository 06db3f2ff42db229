"""`/case` and Home: anybody may report, looking takes a role, and no list says what nobody may read."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.bot.slack.side import Turned
from tests.servers.slack import ADA, GUEST, INTAKE, TRIAGE, SlackServer
from tracker.model import Exclusion, FollowUp

WORDS = "no rota on ward seven"


def said(slack: SlackServer) -> str:
    return str(slack.ephemerals[-1]["text"])


def test_a_report_by_command_is_kept_before_it_is_acknowledged(desk_side: Turned, slack: SlackServer) -> None:
    ack = slack.command(ADA, INTAKE, "/case", f"new {WORDS}")
    assert ack is not None
    assert "kept" in ack.payload["text"]
    (row,) = desk_side.rows()
    assert (row.envelope["kind"], row.envelope["by"]) == ("command", ADA)
    desk_side.read_all()
    assert len(desk_side.cases()) == 1


def test_a_guest_may_report_by_command(desk_side: Turned, slack: SlackServer) -> None:
    slack.command(GUEST, INTAKE, "/case", f"new {WORDS}")
    assert len(desk_side.rows()) == 1


def test_the_same_report_twice_is_two_reports(desk_side: Turned, slack: SlackServer) -> None:
    for _ in range(2):
        slack.command(ADA, INTAKE, "/case", f"new {WORDS}")
    assert len(desk_side.rows()) == 2


def test_without_words_a_form_asks_for_them(desk_side: Turned, slack: SlackServer) -> None:
    slack.command(ADA, INTAKE, "/case", "new")
    slack.wait_until(lambda: slack.workspace.stacks[ADA], what="a form")
    ack = slack.submit(ADA, values={"text": "Is <this> read & kept?"})
    assert ack is not None
    desk_side.read_all()
    assert len(desk_side.cases()) == 1
    assert "kept" in str(slack.view_of(ADA)["blocks"])


def test_an_unkept_report_does_not_look_like_a_kept_one(desk_side: Turned, slack: SlackServer) -> None:
    slack.command(ADA, INTAKE, "/case", "new")
    slack.wait_until(lambda: slack.workspace.stacks[ADA], what="a form")
    desk_side.store.close()
    slack.command(ADA, INTAKE, "/case", f"new {WORDS}")
    assert "could not keep" in said(slack)
    ack = slack.submit(ADA, values={"text": WORDS})
    assert ack is not None
    assert "later" in ack.payload["errors"]["text"]


@pytest.mark.parametrize("text", ["", "help", "dance"])
def test_help_says_what_there_is(desk_side: Turned, slack: SlackServer, text: str) -> None:
    slack.command(ADA, INTAKE, "/case", text)
    assert "/case new WORDS" in said(slack)


def test_a_case_is_shown_to_one_person_as_its_card(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case()
    slack.command(ADA, INTAKE, "/case", f"show {ref.lower().replace('-', ' ')}")
    assert said(slack).startswith(ref)
    assert not slack.messages[INTAKE]


@pytest.mark.parametrize("text", ["show QD-7F3K-9MX", "show me", "mine", "due", "find rota"])
def test_looking_takes_a_role(desk_side: Turned, slack: SlackServer, text: str) -> None:
    slack.command(GUEST, INTAKE, "/case", text)
    assert said(slack) == "Guests may not work on cases."


def test_lists_are_of_cases_one_may_see(desk_side: Turned, slack: SlackServer) -> None:
    mine = desk_side.open_case(owner="slack:U0ADA", status="triaged")
    other = desk_side.open_case(owner="slack:U0LEE")
    walled = desk_side.open_case(owner="slack:U0ADA")
    case_id = desk_side.case(walled).id
    desk_side.store.write(lambda tx: tx.add(Exclusion(case_id=case_id, staff="slack:U0ADA", why="friend")))
    slack.command(ADA, INTAKE, "/case", "mine")
    assert mine in said(slack)
    assert other not in said(slack)
    assert walled not in said(slack)


def test_what_is_overdue_is_listed_with_its_promise(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case()
    case_id = desk_side.case(ref).id

    def promise(tx: Any) -> None:
        tx.add(
            FollowUp(case_id=case_id, kind="personal_reply", due_at=desk_side.now(), why="", made_at=desk_side.now())
        )

    desk_side.store.write(promise)
    desk_side.later(hours=1)
    slack.command(ADA, INTAKE, "/case", "due")
    assert ref in said(slack)
    assert "overdue" in said(slack)


def test_cases_are_found_by_their_labels_and_a_restricted_one_by_its_reference_only(
    desk_side: Turned, slack: SlackServer
) -> None:
    trust = desk_side.desk.field.organisations.trusts[0]
    ref = desk_side.open_case(provider=[trust.ods])
    hidden = desk_side.open_case(provider=[trust.ods], restricted=True)
    slack.command(ADA, INTAKE, "/case", f"find {trust.name}")
    assert ref in said(slack)
    assert hidden not in said(slack)
    slack.command(ADA, INTAKE, "/case", f"find {hidden}")
    assert f"*{hidden}* Restricted case" in said(slack)
    assert trust.name not in said(slack)


def test_home_shows_what_is_mine_nobodys_and_overdue(desk_side: Turned, slack: SlackServer) -> None:
    mine, nobodys = desk_side.open_case(owner="slack:U0ADA"), desk_side.open_case()
    slack.open_home(ADA)
    slack.wait_until(lambda: ADA in slack.homes, what="a Home")
    text = str(slack.homes[ADA]["blocks"])
    assert text.index("*Mine* (1)") < text.index(mine) < text.index("*Nobody has these yet* (1)") < text.index(nobodys)
    assert "*Overdue*: none" in text


def test_taking_a_case_in_home_draws_it_anew(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case()
    slack.open_home(ADA)
    slack.wait_until(lambda: ADA in slack.homes, what="a Home")
    slack.press_in_view(ADA, slack.homes[ADA], "case_take")
    slack.wait_until(lambda: "*Mine* (1)" in str(slack.homes[ADA]["blocks"]), what="the case among mine")
    assert desk_side.case(ref).owner == "slack:U0ADA"


def test_a_guests_home_is_one_sentence(desk_side: Turned, slack: SlackServer) -> None:
    desk_side.open_case()
    slack.open_home(GUEST)
    slack.wait_until(lambda: GUEST in slack.homes, what="a Home")
    assert [block["text"]["text"] for block in slack.homes[GUEST]["blocks"]] == ["Guests may not work on cases."]


def test_a_home_of_very_many_cases_fits_and_begins_with_the_most_urgent(desk_side: Turned, slack: SlackServer) -> None:
    urgent = desk_side.open_case(urgency="immediate")
    for _ in range(59):
        desk_side.open_case()
    slack.open_home(ADA)
    slack.wait_until(lambda: ADA in slack.homes, what="a Home")
    text = str(slack.homes[ADA]["blocks"])
    assert "*Nobody has these yet* (60)" in text
    assert text.count("*QD-") == 10
    assert text.index(urgent) < text.index("*QD-") + 20


def test_nothing_a_reporter_wrote_is_ever_sent_to_slack(desk_side: Turned, slack: SlackServer) -> None:
    slack.send_message("quality-intake", ADA, f"Zebedee Quillfeather (zeb@quill.example) says {WORDS}")
    slack.direct_message(ADA, f"Zebedee Quillfeather again: {WORDS}")
    desk_side.read_all()
    desk_side.redraw_all()
    desk_side.deliver_all()
    for case in desk_side.cases():
        slack.command(ADA, INTAKE, "/case", f"show {case.ref}")
    slack.command(ADA, INTAKE, "/case", "find concern")
    slack.open_home(ADA)
    slack.wait_until(lambda: ADA in slack.homes, what="a Home")
    for message in list(slack.messages[TRIAGE]):
        for action in ("case_note", "case_level", "case_reply", "case_resolve"):
            slack.press(ADA, TRIAGE, message["ts"], action)
            slack.wait_until(lambda: slack.workspace.stacks[ADA], what="a form")
            slack.close_view(ADA)
    sent = (
        str([call.params for call in slack.calls])
        + str(slack.ephemerals)
        + str([ack.payload for ack in slack.acks if ack])
    )
    assert len(slack.messages[TRIAGE]) == 2
    for planted in ("Zebedee", "Quillfeather", "quill.example", "ward seven"):
        assert planted not in sent
    assert desk_side.all_of(select(FollowUp))
