"""Machines by the rules of RFC 3834, and people who only sound like one."""
# ruff: noqa: E501  # lines of mails are shown as they are

import pytest

from intake.mail import Mail, read_mail, submission_of
from tests.intake.mail.lessons import lesson


def mail(subject: str = "Rota", fields: str = "", text: str = "Text", sender: str = "anna@trust.example") -> Mail:
    return read_mail(
        f"From: {sender}\nTo: d@desk.example\nSubject: {subject}\nMessage-ID: <a@b>\n{fields}\n{text}\n".encode()
    )


RULES = [
    ("1", {"fields": "Return-Path: <>\n"}), ("2", {"fields": "Auto-Submitted: AUTO-REPLIED (vacation); x=y\n"}), ("3", {"fields": "Precedence: bulk\n"}),
    ("4", {"fields": "List-Id: <l.example>\n"}), ("5", {"fields": "List-Unsubscribe: <mailto:x@y.example>\n"}), ("6", {"fields": "X-Auto-Response-Suppress: OOF, DR\n"}),
    ("7", {"fields": "X-Loop: yes\n"}), ("10", {"sender": "MAILER-DAEMON@x.example"}), ("11", {"sender": "postmaster@x.example"}),
    ("12", {"sender": "no-reply@x.example"}), ("12", {"sender": "donotreply@x.example"}), ("12", {"sender": "team.noreply@x.example"}),
    ("13", {"sender": "owner-list@x.example"}), ("13", {"sender": "list-bounces@x.example"}), ("13", {"sender": "bounce+abc@x.example"}),
    ("14", {"fields": "X-Autoreply: yes\n"}), ("15", {"fields": "X-Failed-Recipients: a@b.example\n"}),
    ("25", {"subject": "Automatic reply: Rota"}), ("25", {"subject": "Out of Office: Rota"}), ("25", {"subject": "Abwesenheitsnotiz: Rota"}),
    ("25", {"subject": "Réponse automatique : Rota"}), ("25", {"subject": "Automatiskt svar: Rota"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "given"), RULES)
def test_each_rule_is_found_with_its_number(rule: str, given: dict[str, str]) -> None:
    found = mail(**given).automatic
    assert found is not None
    assert found.rule == rule
    assert found.why


@pytest.mark.parametrize(
    ("name", "rule"),
    [("out_of_office_with_headers", "2"), ("out_of_office_told_by_its_text", "25"), ("a_calendar_answer", "20"), ("a_read_receipt", "9"),
     ("a_standard_bounce", "2"), ("a_bounce_in_prose", "11")],
)  # fmt: skip
def test_a_machines_mail_says_by_which_rule(name: str, rule: str) -> None:
    found = lesson(name).automatic
    assert found is not None
    assert found.rule == rule


PEOPLE = [
    {"subject": "Out of office hours cover is unsafe"}, {"subject": "Vacation policy unfair"}, {"subject": "Automatic rejection of my leave"},
    {"subject": "Annual leave refused"}, {"subject": "Read: this please"}, {"subject": "Return to work refused"}, {"subject": "Accepted: bullying as normal"},
    {"fields": "Auto-Submitted: no\n"}, {"fields": "Precedence: first-class\n"}, {"sender": "norma.reply@x.example"},
    {"subject": "Re: Rota", "fields": "In-Reply-To: <x@y>\n", "text": "I am on leave until Monday. I cannot cope any more."},
]  # fmt: skip


@pytest.mark.parametrize("given", PEOPLE)
def test_a_person_is_never_taken_for_a_machine(given: dict[str, str]) -> None:
    assert mail(**given).automatic is None


def test_the_envelope_tells_of_the_null_return_path() -> None:
    found = submission_of(mail(), envelope_from="", envelope_to=()).automatic
    assert found is not None
    assert found.rule == "1"


@pytest.mark.parametrize("sender", ["", "a@x.example, b@x.example", "Anna"])
def test_a_from_that_is_not_one_address_is_rule_17(sender: str) -> None:
    found = submission_of(mail(sender=sender), envelope_from="a@x.example", envelope_to=()).automatic
    assert found is not None
    assert found.rule == "17"


INVITATION = "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n"
CALENDAR = "--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR\n--b--"


def test_a_bare_invitation_is_a_machines_and_one_with_words_a_persons() -> None:
    bare = "--b\n\nWhen: 24 November 14:00\nWhere: Teams\n____________\nJoin the meeting: https://teams.example/x\nMeeting ID: 331\n"
    found = mail(fields=INVITATION, text=bare + CALENDAR).automatic
    assert found is not None
    assert found.rule == "20"
    words = "--b\n\nI would like to talk to somebody about how my supervisor treats me on the ward at night.\nWhen: 24 November 14:00\n"
    assert mail(fields=INVITATION, text=words + CALENDAR).automatic is None
