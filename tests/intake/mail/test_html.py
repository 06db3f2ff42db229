"""HTML as a person sees it: hidden text gone, tables and lists kept, each client's own mark of quoting understood."""
# ruff: noqa: E501  # lines of mails are shown as they are

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail.html import lines_of
from intake.mail.quoting import split
from tests.intake.mail.lessons import lesson

NEW = "Hello team,<br><br>the answer is yes.<br>Second line."
OLD = "Old text here.<br>More old text."
HEAD = "<b>From:</b> Ben &lt;ben@x.example&gt;<br><b>Sent:</b> 03 January 2023 10:00<br><b>To:</b> Anna<br><b>Subject:</b> Rota"
INTRO = "On Tue, 3 Jan 2023 at 10:00, Ben &lt;ben@x.example&gt; wrote:"
CLIENTS = {
    "outlook on the desktop": f'<div>{NEW}</div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt"><p>{HEAD}</p></div><p>{OLD}</p>',
    "outlook on the web": f'<div>{NEW}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">{HEAD}</div><div>{OLD}</div>',
    "outlook on a phone": f'<div>{NEW}</div><div id="ms-outlook-mobile-signature">Get Outlook for iOS</div><div id="mail-editor-reference-message-container">{HEAD}<br>{OLD}</div>',
    "gmail": f'<div>{NEW}</div><br><div class="gmail_quote"><div class="gmail_attr">{INTRO}<br></div><blockquote class="gmail_quote">{OLD}</blockquote></div>',
    "gmail, answered below": f'<div class="gmail_quote"><div>{INTRO}</div><blockquote class="gmail_quote">{OLD}</blockquote><div>{NEW}</div></div>',
    "apple mail": f'{NEW}<br><blockquote type="cite"><div>{INTRO}</div><br><div>{OLD}</div></blockquote>',
    "thunderbird": f'{NEW}<br><div class="moz-cite-prefix">On 03/01/2023 10:00, Ben wrote:<br></div><blockquote type="cite" cite="mid:1">{OLD}</blockquote>',
    "yahoo": f'<div>{NEW}</div><div class="yahoo_quoted"><div>{INTRO}</div><div>{OLD}</div></div>',
    "hotmail": f'<div>{NEW}</div><hr id="stopSpelling">Date: Tue, 3 Jan 2023<br>From: b@x.example<br>To: a@x.example<br>Subject: x<br><br>{OLD}',
    "proton": f'<div>{NEW}</div><div class="protonmail_quote">{INTRO}<blockquote type="cite">{OLD}</blockquote></div>',
    "yandex": f'<div>{NEW}</div><div>03.01.2023, 10:00, "Ben" &lt;ben@x.example&gt;:</div><blockquote>{OLD}</blockquote>',
    "lotus": f"<font>{NEW}</font><table><tr><td>From:</td><td>Ben &lt;ben@x.example&gt;</td></tr><tr><td>To:</td><td>anna</td></tr>"
    f"<tr><td>Date:</td><td>03/01/2023 10:00</td></tr><tr><td>Subject:</td><td>x</td></tr></table><hr>{OLD}",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_reply_keeps_only_the_answer(client: str) -> None:
    assert split(lines_of(CLIENTS[client])).new == "Hello team,\n\nthe answer is yes.\nSecond line."


def test_what_is_hidden_is_not_read_and_what_is_shown_keeps_its_form() -> None:
    assert lesson("html_alone_with_hidden_text").text == (
        "Dear team,\n\nMonday\tnight\nTuesday\toff\n\n- one\n- two\n\nSee [the rota](https://rota.example/x)."
    )


def test_a_writers_own_indented_block_is_new() -> None:
    assert split(lines_of("<p>He said:</p><blockquote>You are useless</blockquote><p>I cried.</p>")).quoted == ""


def test_a_script_link_shows_no_target() -> None:
    assert [line.text for line in lines_of('<a href="javascript:alert(1)">click</a>')] == ["click"]


@given(st.lists(st.sampled_from(["<div>", "</div>", "<p>", "<blockquote type=cite>", "</blockquote>", "<td>", "<", ">", "x", "&#x110000;",
                                 "&amp;", "<!--", "-->", "<style>", "</style>", "<a href='", "'", '"', "<pre>", "\n", "<li>", "</ul>"]), max_size=60))  # fmt: skip
def test_any_page_is_read(pieces: list[str]) -> None:
    for line in lines_of("".join(pieces)):
        line.text.encode("utf-8")
        assert line.depth >= 0


def test_a_rule_above_no_header_begins_no_quoted_mail() -> None:
    rule = '<div style="border:none;border-top:solid #E1E1E1 1.0pt">'
    page = f"<p>The rota is unsafe.</p>{rule}<p>And nobody answers when we call at night.</p></div>"
    assert split(lines_of(page)).new == "The rota is unsafe.\n\nAnd nobody answers when we call at night."
