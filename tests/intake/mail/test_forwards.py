"""Forwards: the inner writer is the author, who passed it on the proxy."""
# ruff: noqa: E501  # lines of mails are shown as they are

import pytest

from intake.mail import Mail, read_mail, submission_of
from intake.mail.forwards import manner_of, sender_of
from intake.mail.mime import Part
from tests.intake.mail.lessons import lesson

FORWARDS = [
    "a_forward_with_comment",
    "a_gmail_forward_without_comment",
    "an_apple_forward_with_quote_marks",
    "a_forward_as_attachment",
]


@pytest.mark.parametrize("name", FORWARDS)
def test_the_inner_writer_is_the_author_and_the_forwarder_the_proxy(name: str) -> None:
    mail = lesson(name)
    handed = submission_of(mail, envelope_from="anna@trust.example", envelope_to=("desk@desk.example",))
    assert mail.is_forward
    assert mail.forwarded is not None
    assert mail.forwarded.subject == "Rota"
    assert "I have been on nights for three weeks." in mail.forwarded.text
    assert handed.author is not None
    assert handed.proxy is not None
    assert (handed.author.email, handed.proxy.email) == ("ben@trust.example", "anna@trust.example")
    assert "I have been on nights for three weeks." in handed.new_text
    assert ">" not in handed.new_text


def test_the_forwarders_own_words_come_first() -> None:
    handed = submission_of(lesson("a_forward_with_comment"), envelope_from="a@b.example", envelope_to=())
    assert handed.new_text.startswith("Please look at this, I am worried about him.")


def test_files_of_the_attached_mail_are_listed() -> None:
    assert [a.filename for a in lesson("a_forward_as_attachment").attachments] == ["message.eml", "rota.pdf"]


@pytest.mark.parametrize(
    ("subject", "manner"),
    [("FW: x", "forward"), ("Fwd: x", "forward"), ("WG: x", "forward"), ("TR : x", "forward"), ("I: x", "forward"), ("RV: x", "forward"),
     ("Re: x", "reply"), ("AW: x", "reply"), ("Re: FW: x", "reply"), ("Rota: x", "fresh"), ("x", "fresh")],
)  # fmt: skip
def test_the_outermost_prefix_tells_a_forward_from_a_reply(subject: str, manner: str) -> None:
    assert manner_of(Part([("message-id", b"<a@b>")], b""), subject) == manner


@pytest.mark.parametrize(
    ("printed", "email"),
    [("Ben Sample <ben@x.example>", "ben@x.example"), ("Ben Sample [mailto:ben@x.example]", "ben@x.example"), ("ben@x.example<mailto:ben@x.example>", "ben@x.example"),
     ('"Sample, Ben" <ben@x.example>', "ben@x.example"), ("Ben Sample", ""), ("Sample, Ben (Trust) <ben@x.example>", "ben@x.example")],
)  # fmt: skip
def test_a_sender_is_read_as_programs_print_it(printed: str, email: str) -> None:
    found = sender_of(printed)
    assert found is not None
    assert found.email == email


def test_several_attached_mails_are_all_told() -> None:
    part = "--b\nContent-Type: message/rfc822\n\nFrom: {0}@trust.example\nSubject: {0}\n\nWords of {0}.\n"
    head = (
        "From: anna@trust.example\nSubject: FW: two\nMessage-ID: <a@b>\nContent-Type: multipart/mixed; boundary=b\n\n"
    )
    mail = read_mail((head + part.format("ben") + part.format("cleo") + "--b--\n").encode())
    handed = submission_of(mail, envelope_from="anna@trust.example", envelope_to=())
    assert [m.subject for m in mail.enclosed] == ["ben", "cleo"]
    assert handed.new_text == "Words of ben.\n\nWords of cleo."
    assert "Subject: cleo" in handed.text


def test_a_mail_attached_as_evidence_leaves_the_writer_the_author() -> None:
    head = "From: anna@trust.example\nSubject: Rota\nMessage-ID: <a@b>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHe wrote this to me.\n"
    inner = "--b\nContent-Type: message/rfc822\n\nFrom: ben@trust.example\nSubject: you\n\nYou are useless.\n--b--\n"
    handed = submission_of(read_mail((head + inner).encode()), envelope_from="anna@trust.example", envelope_to=())
    assert not handed.is_forward
    assert handed.author is not None
    assert handed.author.email == "anna@trust.example"
    assert handed.new_text == "He wrote this to me."
    assert "You are useless." in handed.text


PASSED_ON = "I have been on nights.<br>More."
PAGES = {
    "thunderbird": '<p>See this.</p><div class="moz-forward-container"><br><br>-------- Forwarded Message --------<table class="moz-email-headers-table"><tbody><tr><th align="RIGHT">Subject: </th><td>Rota</td></tr><tr><th>Date: </th><td>Tue, 3 Jan 2023 10:00:00 +0000</td></tr><tr><th>From: </th><td>Ben &lt;ben@x.example&gt;</td></tr><tr><th>To: </th><td>anna@x.example</td></tr></tbody></table><br><br>'
    + PASSED_ON
    + "</div>",
    "yahoo": '<div>See this.</div><div class="yahoo_quoted"><div>----- Forwarded message -----</div><div><b>From:</b> Ben &lt;ben@x.example&gt;</div><div><b>To:</b> anna</div><div><b>Sent:</b> Tuesday, 3 January 2023, 10:00:00</div><div><b>Subject:</b> Rota</div><div>'
    + PASSED_ON
    + "</div></div>",
    "proton": '<div>See this.</div><div class="protonmail_quote">------- Forwarded Message -------<br>From: Ben &lt;ben@x.example&gt;<br>Date: On Tuesday, January 3rd, 2023 at 10:00<br>Subject: Rota<br>To: anna@x.example<br><br><blockquote type="cite">'
    + PASSED_ON
    + "</blockquote></div>",
    "apple": '<div>See this.</div><div><br><blockquote type="cite"><div>Begin forwarded message:</div><br><div><b>From: </b>Ben &lt;<a href="mailto:ben@x.example">ben@x.example</a>&gt;</div><div><b>Subject: </b>Rota</div><div><b>Date: </b>3 January 2023 at 10:00:00 GMT</div><div><b>To: </b>anna</div><br><div>'
    + PASSED_ON
    + "</div></blockquote></div>",
    "outlook": '<div>See this.</div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><b>From:</b> Ben &lt;ben@x.example&gt;<br><b>Sent:</b> 03 January 2023 10:00<br><b>To:</b> Anna<br><b>Subject:</b> Rota</div><p>'
    + PASSED_ON
    + "</p>",
    "outlook on the web": '<div>See this.</div><hr><div id="divRplyFwdMsg"><b>From:</b> Ben &lt;ben@x.example&gt;<br><b>Sent:</b> 03 January 2023 10:00<br><b>To:</b> Anna<br><b>Subject:</b> Rota</div><div>'
    + PASSED_ON
    + "</div>",
    "outlook on the web, without comment": '<hr><div id="divRplyFwdMsg"><b>From:</b> Ben &lt;ben@x.example&gt;<br><b>Sent:</b> 03 January 2023 10:00<br><b>To:</b> Anna<br><b>Subject:</b> Rota</div><div>'
    + PASSED_ON
    + "</div>",
}


@pytest.mark.parametrize("client", PAGES)
def test_a_forward_in_html_is_taken_apart(client: str) -> None:
    head = "From: anna@x.example\nSubject: Fwd: Rota\nMessage-ID: <a@b>\nContent-Type: text/html; charset=utf-8\n\n"
    mail = read_mail((head + PAGES[client]).encode())
    assert mail.forwarded is not None
    assert mail.forwarded.sender is not None
    assert (mail.forwarded.sender.email, mail.forwarded.subject) == ("ben@x.example", "Rota")
    assert mail.forwarded.text.split() == ["I", "have", "been", "on", "nights.", "More."]
    assert mail.new_text == ("" if "without" in client else "See this.")


PASSED_ON = "From: Bob Sample <bob@trust.example>\nDate: Mon, 12 Nov 2026 at 10:00\nSubject: Rota\nTo: Anna\n\nThe rota is attached.\n\nBob\n"
OWN = "I pass this on since I am afraid to raise it myself.\nAnna"


def forward(body: str) -> Mail:
    head = "From: Anna Example <anna@trust.example>\nMessage-ID: <1@trust.example>\nSubject: FW: Rota\n\n"
    return read_mail((head + body).encode())


def test_words_below_a_forward_that_the_forwarder_signed_are_theirs() -> None:
    mail = forward(f"---------- Forwarded message ---------\n{PASSED_ON}\n{OWN}\n")
    assert mail.new_text == OWN
    assert mail.forwarded is not None
    assert mail.forwarded.text == "The rota is attached.\n\nBob"
    assert "afraid" not in mail.quoted_text


def test_words_below_the_marks_of_a_forward_are_the_forwarders() -> None:
    marked = "\n".join(f"> {line}" for line in PASSED_ON.splitlines())
    mail = forward(f"Begin forwarded message:\n\n{marked}\n\nPlease call me.\n")
    assert mail.new_text == "Please call me."


def test_words_below_a_forward_that_nobody_signed_stay_with_it_and_are_handed_on() -> None:
    mail = forward(f"Look.\n\n---------- Forwarded message ---------\n{PASSED_ON}\nPlease call me.\n")
    assert mail.new_text == "Look."
    handed = submission_of(mail, envelope_from="anna@trust.example", envelope_to=())
    assert "Please call me." in handed.new_text
