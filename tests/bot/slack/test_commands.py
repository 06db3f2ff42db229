"""`/case` and Home: anybody may report, looking takes a role, and no list says what nobody may read."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.bot.slack.side import Turned
from tests.servers.slack import ADA, GUEST, INTAKE, LEE, TRIAGE, SlackServer
from tracker.diary import replan
from tracker.follow_up import fire_one
from tracker.letters import Letter
from tracker.model import Case, Exclusion, FollowUp, Message, Parcel, Person
from tracker.opening import open_stub
from tracker.outbox import enqueue_letter

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


def test_what_nobody_kept_is_overdue_in_home_and_in_lists_after_the_clock_has_fired_over_it(
    desk_side: Turned, slack: SlackServer
) -> None:
    desk_side.clock = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    ref, kept = desk_side.open_case(), desk_side.open_case(owner="slack:U0ADA")

    def read_one_of_them(tx: Any) -> None:
        for each in (ref, kept):
            case = tx.get_one(Case, desk_side.case(each).id)
            case.first_read_at = case.first_response_at = desk_side.now() if each == kept else None
            replan(tx, case, desk=desk_side.desk, now=desk_side.now())

    desk_side.store.write(read_one_of_them)
    desk_side.later(days=1, hours=8)
    fired = 0
    while desk_side.store.write(lambda tx: fire_one(tx, desk=desk_side.desk, now=desk_side.now())):
        fired += 1
    assert fired == 1
    slack.open_home(ADA)
    slack.wait_until(lambda: ADA in slack.homes, what="a Home")
    home = str(slack.homes[ADA]["blocks"])
    assert "*Overdue* (1)" in home
    overdue = home[home.index("*Overdue* (1)") :]
    assert overdue.index(ref) < overdue.index("A first look by Tue 24 Nov at 5pm — overdue")
    slack.command(ADA, INTAKE, "/case", "due")
    lines = said(slack).split("*Due today*")[0]
    assert "A first look by Tue 24 Nov at 5pm — overdue" in lines
    assert ref in lines
    assert kept not in lines


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
    assert text.index(urgent) < text.index("*QD-") + 20


def test_a_pile_is_turned_page_by_page_and_every_case_is_on_one(desk_side: Turned, slack: SlackServer) -> None:
    refs = {desk_side.open_case() for _ in range(23)}
    slack.open_home(ADA)
    slack.wait_until(lambda: ADA in slack.homes, what="a Home")
    seen: set[str] = set()
    for page, action in enumerate(("home_pile:unowned", "home_page:1", "home_page:2"), 1):
        slack.press_in_view(ADA, slack.homes[ADA], action)
        slack.wait_until(lambda number=page: f"Page {number} of 3" in str(slack.homes[ADA]["blocks"]), what="the page")
        seen |= {ref for ref in refs if ref in str(slack.homes[ADA]["blocks"])}
    assert seen == refs


def test_home_is_narrowed_by_urgency_and_level(desk_side: Turned, slack: SlackServer) -> None:
    urgent, other = desk_side.open_case(urgency="same_day"), desk_side.open_case(isf=2)
    slack.open_home(ADA)
    slack.wait_until(lambda: ADA in slack.homes, what="a Home")
    slack.press_in_view(ADA, slack.homes[ADA], "home_pile:all")
    slack.wait_until(lambda: "*All open* (2)" in str(slack.homes[ADA]["blocks"]), what="all")
    slack.press_in_view(ADA, slack.homes[ADA], "home_urgency", "same_day")
    slack.wait_until(lambda: other not in str(slack.homes[ADA]["blocks"]), what="the urgent one alone")
    assert urgent in str(slack.homes[ADA]["blocks"])
    slack.press_in_view(ADA, slack.homes[ADA], "home_urgency", "any")
    slack.wait_until(lambda: other in str(slack.homes[ADA]["blocks"]), what="both again")
    slack.press_in_view(ADA, slack.homes[ADA], "home_level", "2")
    slack.wait_until(lambda: urgent not in str(slack.homes[ADA]["blocks"]), what="the level alone")
    assert other in str(slack.homes[ADA]["blocks"])


def test_home_shows_letters_that_wait_and_lets_them_go(desk_side: Turned, slack: SlackServer) -> None:
    slack.add_usergroup("S0DEANS", "deans", [LEE])
    ref = desk_side.open_case()
    desk_side.store.write(lambda tx: hold(tx, desk_side, ref))
    slack.open_home(LEE)
    slack.wait_until(lambda: LEE in slack.homes, what="a Home")
    slack.press_in_view(LEE, slack.homes[LEE], "home_pile:letters")
    slack.wait_until(lambda: "held" in str(slack.homes[LEE]["blocks"]), what="the letter")
    assert "A word that must stay" not in str(slack.homes[LEE])
    slack.press_in_view(LEE, slack.homes[LEE], "letter_send_after_all")
    slack.wait_until(lambda: desk_side.all_of(select(Parcel))[0].state == "queued", what="the letter queued")
    slack.open_home(ADA)
    slack.wait_until(lambda: ADA in slack.homes, what="a Home")
    assert "Letters" not in str(slack.homes[ADA]["blocks"])


def hold(tx: Any, turned: Turned, ref: str) -> None:
    case = tx.scalars(select(Case).where(Case.ref == ref)).one()
    person = tx.scalars(select(Person)).one()
    letter = Letter("Your message", "A word that must stay", "<p>A word that must stay</p>")
    parcel = enqueue_letter(
        tx,
        case=case,
        person=person,
        occasion="reply",
        letter=letter,
        dedupe_key="held",
        now=turned.now(),
        desk=turned.desk,
    )
    parcel.state = "held"


def test_a_message_that_could_not_be_read_is_in_home(desk_side: Turned, slack: SlackServer) -> None:
    slack.send_message("quality-intake", ADA, WORDS)
    (row,) = desk_side.rows()
    desk_side.store.write(
        lambda tx: open_stub(tx, row.id, reason="not readable", desk=desk_side.desk, now=desk_side.now())
    )
    slack.open_home(ADA)
    slack.wait_until(lambda: ADA in slack.homes, what="a Home")
    slack.press_in_view(ADA, slack.homes[ADA], "home_pile:unreadable")
    slack.wait_until(lambda: f"Message {row.id}" in str(slack.homes[ADA]["blocks"]), what="the message")
    assert desk_side.cases()[0].ref in str(slack.homes[ADA]["blocks"])


def test_a_message_is_added_to_a_case_as_a_note(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case(owner="slack:U0ADA")
    ts = slack.send_message("somewhere-else", LEE, WORDS, deliver=False)
    assert slack.message_shortcut(ADA, "add_to_case", "C0OTHER", ts) is not None
    slack.wait_until(lambda: slack.workspace.stacks[ADA], what="a form")
    assert WORDS not in str(slack.view_of(ADA))
    slack.submit(ADA, values={"other": ref})
    (note,) = desk_side.all_of(select(Message).where(Message.direction == "internal"))
    assert (note.text, note.staff) == (WORDS, "slack:U0LEE")
    assert desk_side.read_all() == 0
    assert len(desk_side.cases()) == 1
    slack.message_shortcut(ADA, "add_to_case", "C0OTHER", ts)
    told = slack.wait_for_message(slack.workspace.direct_channel(ADA).id, lambda each: "already" in each["text"])
    assert ref in told["text"]


def test_adding_a_message_needs_a_case_that_is_there(desk_side: Turned, slack: SlackServer) -> None:
    ts = slack.send_message("somewhere-else", LEE, WORDS, deliver=False)
    slack.message_shortcut(ADA, "add_to_case", "C0OTHER", ts)
    slack.wait_until(lambda: slack.workspace.stacks[ADA], what="a form")
    ack = slack.submit(ADA, values={"case": "QD-AAAA-AAA"})
    assert ack is not None
    assert ack.payload["errors"]
    assert slack.message_shortcut(GUEST, "add_to_case", "C0OTHER", ts) is not None
    slack.wait_for_message(slack.workspace.direct_channel(GUEST).id, lambda each: "Guests" in each["text"])


def test_a_pasted_link_shows_the_reference_and_nothing_of_the_case(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case()
    event = {
        "type": "link_shared", "channel": INTAKE, "user": ADA, "message_ts": "1795401880.000100",
        "links": [{"url": f"https://desk.example/case/{ref}", "domain": "desk.example"}],
    }  # fmt: skip
    assert slack.send_event(event) is not None
    slack.wait_until(lambda: slack.calls_of("chat.unfurl"), what="the unfurling")
    shown = str(slack.calls_of("chat.unfurl")[0].params["unfurls"])
    assert f"/case show {ref}" in shown
    assert "oncern" not in shown


def test_a_link_in_a_shared_channel_shows_nothing(desk_side: Turned, slack: SlackServer) -> None:
    url = f"https://desk.example/case/{desk_side.open_case()}"
    event = {"type": "link_shared", "channel": "C0SHARED", "user": ADA, "message_ts": "1795401880.000100",
             "links": [{"url": url}]}  # fmt: skip
    assert slack.send_event(event) is not None
    slack.wait_until(lambda: slack.calls_of("conversations.info"), what="a look at the channel")
    assert slack.calls_of("chat.unfurl") == []


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
        for action in ("case_note", "case_level", "case_reply", "case_resolve", "case_more"):
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


def test_show_and_find_alone_say_what_belongs_behind_them(desk_side: Turned, slack: SlackServer) -> None:
    slack.command(ADA, INTAKE, "/case", "show")
    assert "/case show QD-7F3K-9MX" in said(slack)
    slack.command(ADA, INTAKE, "/case", "find")
    assert "/case find induction durham" in said(slack)


def test_a_case_is_found_by_any_of_its_labels(desk_side: Turned, slack: SlackServer) -> None:
    ref = desk_side.open_case(
        themes=["teaching_access"], grade="FY2", raiser_role="learner", affected_group=["medical"], isf=2,
        status="triaged", urgency="same_day", anonymity="confidential", department="Ward 7",
    )  # fmt: skip
    other = desk_side.open_case(status="in_review", owner="slack:U0LEE", themes=["induction"])
    for sought in (
        "teaching",
        "f2",
        "learner medical",
        "isf 2",
        "triaged",
        "same day",
        "confidential",
        "ward 7",
        "nobody",
    ):
        slack.command(ADA, INTAKE, "/case", f"find {sought}")
        assert ref in said(slack), sought
        assert other not in said(slack), sought


def test_finding_nothing_says_what_is_searched(desk_side: Turned, slack: SlackServer) -> None:
    slack.command(ADA, INTAKE, "/case", "find unicorns")
    assert "*Found*: none" in said(slack)
    assert "What people wrote is not searched" in said(slack)
