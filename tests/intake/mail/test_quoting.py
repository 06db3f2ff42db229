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
    ("The rota came.\n2023/4/7 Ben Sample <ben@x.example>\n\n>  Has it come?", "The rota came."),
    ("The rota came.\n\nDate: Wed, 4 Jan 2023 09:15:02 +0000\nTo: anna@x.example\n\nHas it come?", "The rota came."),
    ("Please read the notice\n>>> >>>  http://trust.example/notice <<<\nbefore the ward round", None),
    ("It came On Wed, Jan 4, 2023 at 9:15 AM, ben@x.example wrote:\n> Has it?", "It came"),
    ("The visit is planned:\n\nDate: Wednesday 4 January 2023\nTime: 9.15\nPlace: Ward 6\n\nPlease come.", None),
    ("We met on the ward.\nOn nights it is worse", None),
    ("It came.\n\n-----Ursprüngliche Nachricht-----\n\nIst er da?", "It came."),
    ("On 04/01/2023 09:15 AM, Ben Sample wrote:\n\n>\n> Has it come?\nIt came.", "It came."),
    (
        "It came.\nOn 04/01/2023 09:15 AM, Ben wrote:\n>Has it?\n>>Not yet.\n>\n>Ben\n\nRegards, Anna",
        "It came.\n\nRegards, Anna",
    ),
    ("It came.\n\n------On 01/04/2023 09:15 AM, Ben Sample wrote-----\n\nHas it come", "It came."),
    (
        "It came.\n\nDe : Ben Sample [mailto:ben@x.example]\nEnvoyé : mercredi 4 janvier 2023 09:15\nÀ : Anna\nObjet : Rota\n\nHas it?",
        "It came.",
    ),
    ("It came.\n\nTừ: ben@x.example\nNgày: 09:15 Thứ 4, 4 Tháng 1 2023\nĐến: \nChủ đề: Rota\n\nHas it?", "It came."),
    (
        "It came.\n\n------Original Message------\nFrom: Ben\nSubject: Rota\nSent: Jan 4, 2023 9:15 AM\n\nHas it?",
        "It came.",
    ),
    ("It came.\n\nOn 2023-01-04 \nat 09:15 , Ben <ben@x.example> \nwrote:\n\n> Has it?", "It came."),
    (
        "It came.\n\n\n ------------------------------\n*From:* Ben [mailto:ben@x.example]\n*Sent:* Wednesday, January 4, 2023 9:15 AM\n*To:* Anna\n*Subject:* Rota\n\nHas it?",
        "It came.",
    ),
    (
        "It came.\n\nFrom: Ben<mailto:ben@x.example>\nSent: \u200e1/\u200e4/\u200e2023 9:15 AM\nTo: Anna<mailto:anna@x.example>\nSubject: Rota\n\nHas it?",
        "It came.",
    ),
    (
        "It came.\n\nOne thing I still ask:\n\nWho signs it?\n\nOn Jan 4, 2023, at 9:15 AM, Ben Sample wrote:\n\n> Has it?",
        "It came.\n\nOne thing I still ask:\n\nWho signs it?",
    ),
    (
        "On nights you can ring:\n\n     01632 960000\n\nThey answer.\n\nOn 4 Jan 2023, at 9:15, Ben Sample wrote:\n\n> Whom?",
        "On nights you can ring:\n\n     01632 960000\n\nThey answer.",
    ),
    ("It came.\n\nOn Jan 4, 2023, at 9:15 AM, ben<ben@x.example> wrote:\n\n> Has it?", "It came."),
    ("It came.\n\n> On 4 Jan 2023, at 09:15, Ben <ben@x.example> wrote:\n> \n> Has it?\n", "It came."),
    ("Er ist da.\n\nGesendet mit der GMX Mail App\n\nAm 04.01.23 um 09:15 schrieb Ben\n> Ist er da?", "Er ist da."),
    (
        "It came.\n\n\n\nFrom: Ben Sample via Desk <desk@x.example> \nDate: Wednesday, 4 January 2023 at 09:15 \nTo: Anna <anna@x.example> \nSubject: Re: Rota \n\nHas it?",
        "It came.",
    ),
    (
        "It came.\n\n> Date: Wed, 4 Jan 2023 09:15:02 +0000\n> From: ben@x.example\n> To: anna@x.example\n> Subject: Rota\n>\n> Has it?",
        "It came.",
    ),
    ("It came.\n\nBen Sample <ben@x.example> wrote:\n\n> Has it?", "It came."),
    (
        "It came.\n\n---------- Původní e-mail ----------\nOd: Ben <ben@x.example>\nKomu: anna@x.example\nDatum: 4. 1. 2023 9:15:00\nPředmět: Rota\n\nHas it?",
        "It came.",
    ),
    (
        "It came.\n\n-- \nAnna\n\n-------- Forwarded Message --------\nSubject: Rota\nDate: Wed, 4 Jan 2023 09:15:00 +0000\nFrom: ben@x.example\nTo: anna@x.example\n\nHas it?",
        "It came.",
    ),
    ("It came.\n\nСреда, 4 января 2023, 9:15 +03:00 от Ben <ben@x.example>:\n>Has it?", "It came."),
    ('It came.\n\n在 2023-01-04 09:15:00，"Ben" <ben@x.example> 写道：\nHas it?', "It came."),
    (
        'It came.\n\n------------------ 原始邮件 ------------------\n发件人: "Ben" <ben@x.example>;\n发送时间: 2023年1月4日(星期三) 上午9:15\n收件人: "Anna"<anna@x.example>;\n主题: Rota\n\nHas it?',
        "It came.",
    ),
    ("It came.\n\nOn Wed, Jan 4, 2023 at 9:15 AM, Ben <ben@x.example [ben@x.example]> wrote:\nHas it?", "It came."),
    ("It came.\n\nEl 04/01/2023 a las 9:15, Ben escribió:\n> Has it?", "It came."),
    (
        'It came.\n\nDe: "Ben" <ben@x.example>\nÀ: "Anna" <anna@x.example>\nEnvoyé: Mercredi 4 Janvier 2023 09:15:00\nObjet: Rota\n\nHas it?',
        "It came.",
    ),
    ("It came.\n\nLe 4 janvier 2023 09:15:00 GMT+01:00, Ben <ben@x.example> a écrit :\n>Has it?", "It came."),
]


@pytest.mark.parametrize(("text", "new"), FORMS)
def test_replies_of_all_forms_keep_the_answer(text: str, new: str | None) -> None:
    parts = split(lines_of(text))
    told = "".join(parts.new.split())
    wanted = "".join((new if new is not None else text).split())
    assert told in (wanted, wanted.removesuffix("".join(parts.signature.split())))


TYPED = "Hello,\n\nwhat he said to me was:\n\n> you should leave\n\n> in front of patients\n\nI cannot go on."


def test_in_a_mail_that_answers_nothing_marks_are_how_its_writer_begins_lines() -> None:
    parts = split(lines_of(TYPED), manner="fresh")
    assert (parts.new, parts.quoted) == (TYPED, "")


def test_marks_under_an_intro_are_a_quote_also_in_a_fresh_mail() -> None:
    parts = split(lines_of(f"See this.\n\n{INTROS[0]}\n{QUOTED}"), manner="fresh")
    assert parts.new == "See this."


@pytest.mark.parametrize("manner", ["reply", "fresh", "forward"])
def test_a_list_with_marks_right_under_a_colon_is_the_writers(manner: Manner) -> None:
    said = "Hello,\nmy points:\n> no teaching since August\n> nobody supervises us\nAnna"
    assert split(lines_of(said), manner=manner).new == said


@pytest.mark.parametrize(
    "announced",
    ["Please see my answers below in red.", "I have added my comments inline.", "Replies in line.", "See in red below.",
     "I have answered your questions in the text below.", "Meine Antworten unten in rot.", "Mes réponses en rouge ci-dessous.",
     "My responses are in CAPITALS."],
)  # fmt: skip
def test_nothing_is_cut_where_the_writer_says_that_they_wrote_on_within_the_quote(announced: str) -> None:
    header = HEADERS[0].replace("|", "\n")
    answered = f"{announced}\n\n{header}\n\n1. When did it begin?\n\nIn August, and nobody came."
    assert "In August, and nobody came." in split(lines_of(answered)).new


@pytest.mark.parametrize("said", ["Thanks, see below.", "I look forward to your answer.", "My comments were ignored."])
def test_other_words_leave_the_quote_a_quote(said: str) -> None:
    header = HEADERS[0].replace("|", "\n")
    assert split(lines_of(f"{said}\n\n{header}\n\n{OLD}")).new == said
