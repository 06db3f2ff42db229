"""A Mail as the tracker wants it and as it is printed."""

import json

from intake.mail import fields_of, read_mail, submission_of
from tests.intake.mail.lessons import lesson
from tracker.submission import Submission


def test_a_submission_survives_the_pipe() -> None:
    handed = submission_of(
        lesson("attachment_names_that_obey_nobody"), envelope_from="a@b.example", envelope_to=("desk@desk.example",)
    )
    assert Submission.model_validate_json(handed.model_dump_json()) == handed


def test_fields_are_json_ready_and_carry_no_content_of_files() -> None:
    fields = fields_of(lesson("a_forward_as_attachment"))
    assert json.loads(json.dumps(fields)) == fields
    assert "PDF-1.4" not in json.dumps(fields["attachments"])


def test_threading_fields_are_handed_over() -> None:
    handed = submission_of(
        lesson("an_outlook_reply"), envelope_from="anna@trust.example", envelope_to=("desk@desk.example",)
    )
    assert handed.in_reply_to == "first@desk.example"
    assert handed.references == ("zero@desk.example", "first@desk.example")
    assert handed.channel == "mail"
    assert handed.trust == "unverified"


def test_a_mail_of_quotes_alone_is_not_handed_over_empty() -> None:
    mail = read_mail(b"Subject: Re: x\nIn-Reply-To: <a@b>\nMessage-ID: <c@d>\n\n> only\n> quotes\n")
    assert mail.new_text == ""
    assert submission_of(mail, envelope_from="a@b.example", envelope_to=()).new_text == "> only\n> quotes"
