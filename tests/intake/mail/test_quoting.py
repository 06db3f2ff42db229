"""New words apart from quoted ones: many clients, many languages, and no word of the writer cut."""
# ruff: noqa: E501  # lines of mails are shown as they are

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail.lines import lines_of
from intake.mail.quoting import Manner, split
from tests.intake.mail.lessons import lesson

NEW = "Dear team,\n\nHere is the answer. It is long enough.\nIt has two lines."
OLD = "Hello,\n\nplease send the rota.\n\nRegards\nBen"
QUOTED = "\n".join(f"> {line}" for line in OLD.split("\n"))

INTROS = [
    "On Tue, 3 Jan 2023 at 10:00, Ben Sample <ben@x.example> wrote:",
    "On Tue, Jan 3, 2023 at 10:00 AM Ben Sample <ben@x.example>\\nwrote:",
    "On 3 Jan 2023, at 10:00, Ben Sample <\\nben@x.example> wrote:",
    "On 03/01/2023 10:00, Ben Sample wrote:",
    "On Tuesday, January 3rd, 2023 at 10:00 AM, Ben Sample <ben@x.example> wrote:",
    "Am 03.01.23 um 10:00 schrieb Ben Sample:",
    "Am Di., 3. Jan. 2023 um 10:00 Uhr schrieb Ben Sample <ben@x.example>:",
    "Ben Sample <ben@x.example> schrieb am Di., 3. Jan. 2023, 10:00:",
    "Le mar. 3 janv. 2023 à 10:00, Ben Sample <ben@x.example> a écrit :",
    "Le 03/01/2023 à 10:00, Ben Sample a écrit :",
    "El mar, 3 ene 2023 a las 10:00, Ben Sample (<ben@x.example>) escribió:",
    "Il giorno mar 3 gen 2023 alle ore 10:00 Ben Sample <ben@x.example> ha scritto:",
    "Em ter., 3 de jan. de 2023 às 10:00, Ben Sample <ben@x.example> escreveu:",
    "Op di 3 jan. 2023 om 10:00 schreef Ben Sample <ben@x.example>:",
    "Den tis 3 jan. 2023 kl 10:00 skrev Ben Sample <ben@x.example>:",
    "tir. 3. jan. 2023 kl. 10:00 skrev Ben Sample <ben@x.example\\n>:",
    "ti 3. tammik. 2023 klo 10.00 Ben Sample (ben@x.example) kirjoitti:",
    "wt., 3 sty 2023 o 10:00 Ben Sample <ben@x.example> napisał(a):",
    "út 3. 1. 2023 v 10:00 odesílatel Ben Sample <ben@x.example> napsal:",
    "вт, 3 янв. 2023 г. в 10:00, Ben Sample <ben@x.example>:",
    "03.01.2023 10:00, Ben Sample пишет:",
    "Στις Τρί 3 Ιαν 2023 στις 10:00 π.μ., ο/η Ben Sample <ben@x.example> έγραψε:",
    "Ben Sample <ben@x.example>, 3 Oca 2023 Sal, 10:00 tarihinde şunu yazdı:",
    "Ben Sample <ben@x.example> ezt írta (időpont: 2023. jan. 3., K, 10:00):",
    "2023年1月3日(火) 10:00 Ben Sample <ben@x.example>:",
    "Ben Sample <ben@x.example> 于2023年1月3日周二 10:00写道：",
    "2023년 1월 3일 (화) 오전 10:00, Ben Sample <ben@x.example>님이 작성:",
    "---- On Tue, 03 Jan 2023 10:00:00 +0000 Ben Sample <ben@x.example> wrote ----",
]

HEADERS = [
    "From: Ben Sample <ben@x.example>|Sent: 03 January 2023 10:00|To: Desk <desk@desk.example>|Subject: Rota",
    "From: Ben Sample [mailto:|ben@x.example]|Sent: Tuesday, January 03, 2023 10:00 AM|To: desk@desk.example|Cc: a@x.example;|b@x.example|Subject: RE: Rota",
    "*From:* Ben Sample|*Sent:* 03 January 2023 10:00|*To:* Desk|*Subject:* Rota",
    "Von: Ben Sample|Gesendet: Dienstag, 3. Januar 2023 10:00|An: Desk|Betreff: Rota",
    "De : Ben Sample|Envoyé : mardi 3 janvier 2023 10:00|À : Desk|Objet : Rota",
    "De: Ben Sample|Enviado el: martes, 3 de enero de 2023 10:00|Para: Desk|Asunto: Rota",
    "Da: Ben Sample|Inviato: martedì 3 gennaio 2023 10:00|A: Desk|Oggetto: Rota",
    "Van: Ben Sample|Verzonden: dinsdag 3 januari 2023 10:00|Aan: Desk|Onderwerp: Rota",
    "Från: Ben Sample|Skickat: den 3 januari 2023 10:00|Till: Desk|Ämne: Rota",
    "Fra: Ben Sample|Sendt: 3. januar 2023 10:00|Til: Desk|Emne: Rota",
    "Lähettäjä: Ben|Lähetetty: tiistai 3. tammikuuta 2023 10.00|Vastaanottaja: Desk|Aihe: Rota",
    "Od: Ben|Wysłano: wtorek, 3 stycznia 2023 10:00|Do: Desk|Temat: Rota",
    "От: Ben|Отправлено: 3 января 2023 г. 10:00|Кому: Desk|Тема: Rota",
    "差出人: Ben|送信日時: 2023年1月3日 10:00|宛先: Desk|件名: Rota",
    "发件人: Ben|发送时间: 2023年1月3日 10:00|收件人: Desk|主题: Rota",
]


@pytest.mark.parametrize("intro", INTROS)
@pytest.mark.parametrize("old", [QUOTED, OLD], ids=["marked", "unmarked"])
def test_a_reply_ends_at_its_intro(intro: str, old: str) -> None:
    intro = intro.replace("\\n", "\n")
    parts = split(lines_of(f"{NEW}\n\n{intro}\n\n{old}\n"))
    assert parts.new == NEW
    assert parts.quoted.startswith(intro)


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("above", ["", "________________________________\n", "-----Original Message-----\n"])
def test_a_reply_ends_at_the_header_of_the_mail_it_answers(header: str, above: str) -> None:
    lines = header.replace("|", "\n")
    assert split(lines_of(f"{NEW}\n\n{above}{lines}\n\n{OLD}\n")).new == NEW


def test_an_outlook_reply_keeps_only_the_answer() -> None:
    mail = lesson("an_outlook_reply")
    assert mail.new_text == "Thank you, I will send it."
    assert mail.quoted_message is not None
    assert mail.quoted_message.subject == "Rota"
    assert not mail.is_forward


def test_a_gmail_reply_in_html_keeps_only_the_answer() -> None:
    mail = lesson("a_gmail_reply_in_html")
    assert mail.new_text == "Yes, please do."
    assert "May we call you?" in mail.quoted_text


def test_answers_between_the_quotes_are_all_new() -> None:
    assert lesson("answers_between_the_quotes").new_text == "He shouted at me.\n\n\nOn Monday."


def test_an_answer_below_the_quote_is_new() -> None:
    assert split(lines_of(f"On 3 Jan 2023, Ben wrote:\n{QUOTED}\n\n{NEW}\n")).new == NEW


@pytest.mark.parametrize(
    "name",
    [
        "a_reply_without_any_mark",
        "a_fresh_mail_tells_what_another_wrote",
        "a_cry_under_a_closing_formula",
        "headers_made_of_a_writers_words",
    ],
)
def test_in_doubt_all_is_new(name: str) -> None:
    mail = lesson(name)
    assert mail.new_text == mail.text
    assert mail.quoted_text == mail.signature == ""


TELLING = [
    "Timeline\n\n3 January 2023 10:00: Dr Smith shouted\n4 January 2023 11:00: Dr Smith wrote:\nnothing\n5 January: I cried",
    "Subject: bullying\nDate: all of January 2023\nFrom: my consultant\nTo: all of us trainees\n\nIt must stop.",
    "As I told you on 3 January 2023 at 10:00 in my email to ben@x.example:\n\nthe rota is unsafe.\n\nPlease answer.",
    'My consultant wrote on 3 January 2023:\n"You are useless"\nand wrote again on 4 January 2023:\n"Go home"\nI can\'t go on.',
    'I wrote to ben@x.example on 3 January 2023 and he said:\n\n"go away"\n\nI am lost.',
    "4 January 2023 11:00 Dr Smith wrote:\nnothing\n5 January I cried",
    "From: the first week I was bullied.\nTo: this day nothing changed.\nSubject: my supervisor shouts.",
    "On Monday he wrote:\nyou are useless\nand on Tuesday I cried.",
    "At 10:00 on 3 Jan 2023 he emailed me and wrote:\n\nyou will never work here again.\n\nI am afraid.",
    "My supervisor (ben@x.example) wrote:\nI hate trainees\nWhat should I do?",
    "Hello\n\nOn 3 Jan 2023 at 10:00 my consultant wrote:\n\nyou are useless\n\nThat made me cry.",
    "I wanted to answer this:\n-----\nnobody helps me\n-----\nplease do",
]


@pytest.mark.parametrize("manner", ["reply", "forward", "fresh"])
@pytest.mark.parametrize("text", TELLING)
def test_who_tells_what_another_wrote_loses_no_word(text: str, manner: Manner) -> None:
    assert split(lines_of(text), manner=manner).new == text


@given(
    st.lists(
        st.sampled_from([*TELLING, *INTROS, *HEADERS, NEW, QUOTED, "", "-- ", "Kind regards", "Anna", "____", "> x"]),
        max_size=12,
    )
)
def test_every_line_is_in_exactly_one_part(blocks: list[str]) -> None:
    text = "\n".join(block.replace("|", "\n") for block in blocks)
    parts = split(lines_of(text))
    told = "\n".join((parts.new, parts.quoted, parts.signature, *parts.notices))
    assert sorted("".join(told.split())) == sorted("".join(text.split()))


def test_a_wrapped_rest_of_a_quoted_line_is_quoted() -> None:
    long = "> The rota of the whole department has changed again and nobody was asked before the day,"
    assert split(lines_of(f"Yes.\n\nOn 3 Jan 2023, Ben wrote:\n\n{long}\nwhich is a pity.\n>\n")).new == "Yes."
    assert split(lines_of("> When?\non Monday\n> Where?\nin theatre\n")).new == "on Monday\nin theatre"


FORMS = [
    ("Replying ok\n2023/4/7 Nathan Sample <support@x.example>\n\n>  Cool beans, indeed", "Replying ok"),
    ("Text here\n\nDate: Wed, 16 May 2023 00:15:02 -0600\nTo: klara@x.example\n\nold text", "Text here"),
    ("Visit us now for help\n>>> >>>  http://www.x.example <<<\nVisit our site above", None),
    ("reply On Wed, Apr 4, 2023 at 3:59 PM, bob@x.example wrote:\n> Hi", "reply"),
    (
        "Invitation for an interview:\n\nDate: Wednesday 3, October 2023\nTime: 7 : 00am\nAddress: 130 Fox St\n\nPlease bring in your ID.",
        None,
    ),
    ("Blah-blah-blah\nOn blah-blah-blah", None),
    ("Test reply\n\n-----Ursprüngliche Nachricht-----\n\nTest", "Test reply"),
    ("On 04/19/2023 07:10 AM, Roman Sample wrote:\n\n>\n> Test\nTest reply", "Test reply"),
    (
        "Test reply\nOn 04/19/2023 07:10 AM, Roman wrote:\n>Test test\n>>Test.\n>\n>Roman\n\nRegards, Roman",
        "Test reply\n\nRegards, Roman",
    ),
    ("Bla.\n\n------On 12/29/2023 17:32 PM, Julius Sample wrote-----\n\nBrunch text", "Bla."),
    (
        'Btw blah...\n\nOn Tue, Jan 27, 2023 at 12:42 PM -0800, "Company" <c@x.example> wrote:\n\nHi Mark,\nBlah? \nThanks,C \n\nOn Jan 27, 2023, at 11:55 AM, Mark X <mark@x.example> wrote:',
        "Btw blah...",
    ),
    (
        "8.45am-1pm\n\nFrom: somebody@x.example\nDate: Wed, 16 May 2023 00:15:02 -0600\n\n<http://x.example/c/dHJh\n>  <bob@x.example <mailto:bob@x.example> >\n\nRequester: ",
        "8.45am-1pm",
    ),
    (
        "Allo! Follow up MIME!\n\nDe : Brendan Xxx [mailto:brendan@x.example]\nEnvoyé : vendredi 23 janvier 2023 16:39\nÀ : Camille Xxx\nObjet : Follow Up\n\nBlah-blah",
        "Allo! Follow up MIME!",
    ),
    ("Allo!\n\nTừ: bob@x.example\nNgày: 00:00 Thứ 2, 3 Tháng 1 2023\nĐến: \nChủ đề: x\n\nblah", "Allo!"),
    (
        "Lorem ipsum\n\n------Original Message------\nFrom: X\nSubject: x\nSent: Dec 27, 2023 1:00 PM\n\nold",
        "Lorem ipsum",
    ),
    (
        "Hello world.\n\nOn 2023-10-16 \nat 17:02 , Someone <someone@x.example> \nwrote:\n\n> Some quoted text",
        "Hello world.",
    ),
    (
        "Hello world.\n\nOn 2023-10-16 at 17:02 , Someone <\nsomeone@x.example> wrote:\n\n> Some quoted text\n",
        "Hello world.",
    ),
    (
        "Outlook with a reply\n\n\n ------------------------------\n*From:* Bob [mailto:bob@x.example]\n*Sent:* Monday, July 22, 2023 2:10 PM\n*To:* x\n*Subject:* y\n\nold",
        "Outlook with a reply",
    ),
    (
        "Outlook with a reply above headers using unusual format\n\n--------------------\nFrom: Bob<mailto:bob@x.example>\nSent: ‎7/‎22/‎2023 2:10 PM\nTo: x<mailto:x@x.example>\nSubject: y\n\nold",
        "Outlook with a reply above headers using unusual format",
    ),
    (
        "I get proper rendering as well.\n\nSent from a magnificent torch of pixels\n\nOn Dec 16, 2023, at 12:47 PM, Corey Sample\n<reply@x.example>\nwrote:\n\n> Was this cached",
        "I get proper rendering as well.",
    ),
    (
        "Thank, this is really helpful.\n\nOne outstanding question I had:\n\nLocally (on development), when I run...\n\nOn Oct 1, 2023, at 11:55 PM, Dave Sample wrote:\n\n> The good news",
        "Thank, this is really helpful.\n\nOne outstanding question I had:\n\nLocally (on development), when I run...",
    ),
    (
        "On your remote host you can run:\n\n     telnet 127.0.0.1 52698\n\nThis should connect.\n\nOn 9 Jan 2023, at 2:47, George Sample wrote:\n\n> I am having an odd issue",
        "On your remote host you can run:\n\n     telnet 127.0.0.1 52698\n\nThis should connect.",
    ),
    (
        "test 2 this should list second\n\n   - how about bullets\n   - and another\n\n\nOn Fri, Feb 24, 2023 at 10:19 AM, <examples@x.example> wrote:\n\n> Give us an example",
        "test 2 this should list second\n\n   - how about bullets\n   - and another",
    ),
    ("Awesome!\n\nOn Aug 22, 2023, at 7:37 PM, defunkt<reply@x.example> wrote:\n\n> Loader", "Awesome!"),
    ("Here is another email\n\nSent from my Verizon Wireless BlackBerry", "Here is another email"),
    ("Hi\n\n> On 1 Jan 2023, at 10:00, B <b@x.example> wrote:\n> \n> old\n", "Hi"),
    ("Antwort\n\nGesendet mit der GMX Mail App\n\nAm 03.01.23 um 10:00 schrieb Bob\n> alt", "Antwort"),
    (
        "Reply\n\n\n\nFrom: Bob Sample via Desk <desk@x.example> \nDate: Tuesday, 3 January 2023 at 10:00 \nTo: Anna <a@x.example> \nSubject: Re: x \n\nold",
        "Reply",
    ),
    (
        "Reply\n\n________________________________\n From: Bob <b@x.example>\nTo: Anna <a@x.example> \nSent: Tuesday, January 3, 2023 10:00 AM\nSubject: x\n \n\nold",
        "Reply",
    ),
    (
        "Reply\n\n> Date: Tue, 10 Apr 2023 14:01:02 +0000\n> From: a@x.example\n> To: b@x.example\n> Subject: x\n>\n> old",
        "Reply",
    ),
    ("Reply\n\nBob Sample <bob@x.example> wrote:\n\n> old", "Reply"),
    (
        "Reply.\n\n---------- Původní e-mail ----------\nOd: Bob <b@x.example>\nKomu: x@x.example\nDatum: 3. 1. 2023 10:00:00\nPředmět: x\n\nold",
        "Reply.",
    ),
    ("Reply.\n\n--- mensaje original ---\nDe: B\nold", "Reply."),
    (
        "Reply.\n\n-- \nBob\n\n-------- Forwarded Message --------\nSubject: x\nDate: Tue, 3 Jan 2023 10:00:00 +0000\nFrom: c@x.example\nTo: b@x.example\n\nold",
        "Reply.",
    ),
    ("Reply.\n\nВторник, 3 января 2023, 10:00 +03:00 от Bob <b@x.example>:\n>old", "Reply."),
    ('Reply.\n\n在 2023-01-03 10:00:00，"Bob" <b@x.example> 写道：\nold', "Reply."),
    (
        'Reply.\n\n------------------ 原始邮件 ------------------\n发件人: "Bob" <b@x.example>;\n发送时间: 2023年1月3日(星期二) 上午10:00\n收件人: "x"<x@x.example>;\n主题: x\n\nold',
        "Reply.",
    ),
    ("Reply.\n\nOn Tuesday, January 3, 2023, Bob <b@x.example> wrote:\n\n> old", "Reply."),
    ("Reply.\n\nOn Tue, Jan 3, 2023 at 10:00 AM, Bob <b@x.example [b@x.example]> wrote:\nold", "Reply."),
    ("Reply.\n\nEl 03/01/2023 a las 10:00, Bob escribió:\n> old", "Reply."),
    (
        'Reply.\n\nDe: "Bob" <b@x.example>\nÀ: "x" <x@x.example>\nEnvoyé: Mardi 3 Janvier 2023 10:00:00\nObjet: Re: x\n\nold',
        "Reply.",
    ),
    ("Reply.\n\nLe 3 janvier 2023 10:00:00 GMT+01:00, Bob <b@x.example> a écrit :\n>old", "Reply."),
]


@pytest.mark.parametrize(("text", "new"), FORMS)
def test_replies_of_all_forms_keep_the_answer(text: str, new: str | None) -> None:
    parts = split(lines_of(text))
    told = "".join(parts.new.split())
    wanted = "".join((new if new is not None else text).split())
    assert told in (wanted, wanted.removesuffix("".join(parts.signature.split())))
