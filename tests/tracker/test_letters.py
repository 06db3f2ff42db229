"""Letters: the thirteen points, the four forbidden things, plain English, safe headers, templates checked at start."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.desk import MONDAY, a_desk, the_field, the_letters
from tracker.errors import ConfigurationFault
from tracker.letter_facts import (
    NEEDED_CONTACTS,
    acknowledgement_facts,
    contacts,
    missing_contacts,
    samples,
    support_for,
    written_hours,
)
from tracker.letters import LETTERS, POSTS, TEMPLATES, Letters
from tracker.outbox import clean_id, clean_ids, clean_line
from tracker.plain_html import html, plain
from tracker.working_days import due

FULL = ("standard", "sensitive", "information_rights", "signpost")
KINDS = (*FULL, "crisis")
HOSTILE = 'Dr Ash <b>"& \n\r\x00\x02\u2028Bcc: victim@trust.example {{ 7 * 7 }} {% raw %} <!channel> \ud83d'

POINTS: dict[int, tuple[str, ...]] = {
    1: ("thank you|your message reached us", "QD-7F3K-9MX", "Monday 23 November 2026 at 5.30pm"),
    2: ("automatic reply", "a person", "Tuesday 24 November 2026"),
    3: ("not an emergency service|do not wait for us", "call 999", "most senior person", "111, mental health option"),
    4: ("supervisor", "Freedom to Speak Up guardian", "do not have to use a route that feels unsafe"),
    5: ("incident report", "exception report", "grievance", "appeal", "fitness to practise"),
    6: (
        "Only the people in our team who need",
        "will not give your name to your placement",
        "harm",
        "crime",
        "the law",
    ),
    7: ("do not want to be named", "limit what we can", "people may guess"),
    8: ("should be treated badly", "the law protects", "tell us at once"),
    9: ("What happens next", "we tell you|You get our answer"),
    10: ("Samaritans", "occupational health", "union"),
    11: ("another format", "privacy notice", "rights"),
    12: ("not send us anything that could identify a patient",),
    13: ("do not quote your words", "not copied anyone"),
}


def acknowledged(kind: str, **changes: Any) -> str:
    facts = acknowledgement_facts(
        case_ref="QD-7F3K-9MX",
        received_at=datetime(2026, 11, 23, 17, 30, tzinfo=UTC),
        read_by=due("1 working day", datetime(2026, 11, 23, 17, 0, tzinfo=UTC), a_desk().hours),
        desk=a_desk(),
    )
    return the_letters().compose(f"acknowledgement/{kind}", facts | changes).text


@pytest.mark.parametrize("kind", FULL)
@pytest.mark.parametrize("point", POINTS)
def test_each_full_acknowledgement_makes_each_of_the_thirteen_points(kind: str, point: int) -> None:
    text = acknowledged(kind)
    for wanted in POINTS[point]:
        assert re.search(wanted, text, re.IGNORECASE), f"{kind} does not say: {wanted}"


@pytest.mark.parametrize("kind", KINDS)
def test_no_acknowledgement_promises_judges_or_names_a_level(kind: str) -> None:
    text = acknowledged(kind)
    forbidden = (
        r"\b(?:completely|fully|totally|strictly) confidential|in confidence|\bguarantee|\bwe promise\b"
        r"|will be (?:solved|fixed|resolved)"
        r"|\ballegation|\bproven\b|\bminor\b|\bserious(?:ly)?\b|\bISF\b|\blevel \d|\bimmediately\b|within \d+ hours?"
    )
    assert not re.search(forbidden, text, re.IGNORECASE)


def test_the_crisis_letter_says_what_to_do_before_anything_about_the_message() -> None:
    text = acknowledged("crisis")
    assert text.index("call 999") < text.index("QD-7F3K-9MX")
    assert text.index("Please do not wait for us") < 250
    for wanted in (
        "A&E",
        "emergency call on your ward",
        "most senior person",
        "NHS 111, mental health option",
        "116 123",
    ):
        assert wanted in text
    assert "alerted someone" in text
    assert "!" not in text
    assert not re.search(r"\b(?:happy|pleased|great|glad|hello|hi|welcome)\b", text, re.IGNORECASE)
    assert len(text.split()) < 330


def test_nobody_is_said_to_be_alerted_where_nobody_is() -> None:
    text = acknowledged("crisis", alerted=False)
    assert "alerted" not in text
    assert "Please do not wait for us" in text


def test_the_sensitive_letter_gives_the_choice_of_person_and_of_contact() -> None:
    text = acknowledged("sensitive")
    for wanted in ("named person", "You can choose who", "safe to reach you", "Nothing is passed on before that talk"):
        assert wanted in text
    assert "!" not in text


def test_the_information_rights_letter_names_the_end_of_the_legal_month_and_no_cheer() -> None:
    text = acknowledged("information_rights")
    assert "one month" in text
    assert "Wednesday 23 December 2026" in text
    assert "Thank you" not in text


@pytest.mark.parametrize("occasion", [each for each in LETTERS if each.startswith("follow_up/")])
def test_a_scheduled_letter_says_that_it_is_automatic(occasion: str) -> None:
    assert "sent automatically" in the_letters().compose(occasion, samples()[0]).text


def test_a_letter_to_a_provider_says_nothing_about_who_wrote() -> None:
    text = the_letters().compose("follow_up/chase_provider", samples()[0]).text
    assert not re.search(r"\b(?:learner|trainee|student|reporter|doctor|nurse|concern)\b", text, re.IGNORECASE)
    assert "do not try to find out who" in text


@pytest.mark.parametrize(
    ("role", "grade", "group"),
    [
        ("learner", "FY1", "doctor"),
        ("learner", "GPST2", "gp"),
        ("learner", "DFT", "dentist"),
        ("learner", "STN_ADULT", "student"),
        ("learner", "MED_STUDENT", "student"),
        ("learner", "STP", "healthcare_science"),
        ("learner", "PARA_STUDENT", "student"),
        ("learner", None, "anyone"),
        ("learner", "NO_SUCH_GRADE", "anyone"),
        ("educator", "FY1", "anyone"),
    ],
)
def test_support_fits_the_writers_own_profession(role: str, grade: str | None, group: str) -> None:
    assert support_for(role, grade, the_field().grades) == group


def test_support_lines_differ_by_profession() -> None:
    assert "School of Primary Care" in acknowledged("standard", support_for="gp")
    assert "School of Primary Care" not in acknowledged("standard", support_for="dentist")
    assert "wellbeing team of their university" in acknowledged("standard", support_for="student")
    assert "Doctors and dentists" not in acknowledged("standard", support_for="student")
    assert "nshcs@nhs.net" in acknowledged("standard", support_for="healthcare_science")


def test_a_number_that_nobody_has_verified_is_in_no_letter_unless_allowed() -> None:
    signposts = the_field().signposts
    unverified = {row.contact for row in signposts.signposts if row.verify}
    assert unverified
    for kind in KINDS:
        assert not any(number in acknowledged(kind) for number in unverified)
    allowed = contacts(signposts, use_unverified=True)
    assert "0330 123 1245" in acknowledged("standard", contact=allowed)


def test_no_template_holds_a_phone_number_of_its_own() -> None:
    for path in TEMPLATES.rglob("*.txt"):
        assert not re.search(r"\b(?:999|111|116)\b|\d{4} \d{3}", path.read_text(encoding="utf-8")), path.name


def test_the_signposts_that_people_in_danger_need_are_there() -> None:
    signposts = the_field().signposts
    assert missing_contacts(signposts) == []
    left = tuple(row for row in signposts.signposts if row.id not in NEEDED_CONTACTS)
    assert len(missing_contacts(signposts.model_copy(update={"signposts": left}))) == len(NEEDED_CONTACTS)


def syllables(word: str) -> int:
    """Vowel groups, without a silent e at the end; good to about a tenth for running text."""
    word = re.sub(r"(?:[^laeiouy]es|[^aeiouylt]ed|[^laeiouy]e)$", lambda end: end[0][0], word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def smog(text: str) -> float:
    """McLaughlin's SMOG grade: 1.0430 sqrt(30 polysyllables / sentences) + 3.1291; each list item ends a sentence."""
    sentences = [each for each in re.split(r"(?<=[.:?])\s|\n", text) if len(each.split()) > 2]
    words = re.findall(r"[A-Za-z]+", text)
    many = sum(syllables(word) >= 3 for word in words)
    return 1.0430 * sqrt(30 * many / len(sentences)) + 3.1291


def test_the_smog_formula_tells_plain_from_officialese() -> None:
    assert smog("We read it. You hear from us soon. It is fine to ask.") < 5
    assert (
        smog("Notification regarding organisational accountability necessitates multidisciplinary consideration.") > 15
    )


@pytest.mark.parametrize("occasion", LETTERS)
def test_every_letter_is_in_plain_english(occasion: str) -> None:
    for facts in samples():
        letter = the_letters().compose(occasion, facts)
        grade = smog(letter.text)
        assert grade <= 12, f"{occasion} has SMOG {grade:.1f}"


class Outline(HTMLParser):
    """The tags and words of a page, and whether every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.said: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and "title" not in self.open:
            self.said.append(data.strip())


@pytest.mark.parametrize("occasion", LETTERS)
def test_the_html_part_says_the_same_words_and_fetches_nothing(occasion: str) -> None:
    letter = the_letters().compose(occasion, samples()[0])
    page = Outline()
    page.feed(letter.html)
    assert page.open == []
    assert set(page.tags) <= {"html", "head", "meta", "title", "body", "h1", "h2", "p", "br", "ul", "ol", "li"}
    assert set(page.attributes) <= {"lang", "charset", "style"}
    assert '<html lang="en-GB">' in letter.html
    words = [re.sub(r"^(?:- |\d+\. )", "", line) for line in letter.text.splitlines() if line.strip()]
    assert page.said == [letter.subject, *words]


@pytest.mark.parametrize("occasion", ["reply", "ask_reporter", "closed"])
def test_a_persons_own_words_are_carried_and_are_never_markup_or_template(occasion: str) -> None:
    letter = the_letters().compose(occasion, {"case_ref": "QD-7F3K-9MX", "words": HOSTILE})
    assert "{{ 7 * 7 }} {% raw %}" in letter.text
    assert "49" not in letter.text
    assert "<b>" not in letter.html
    assert "&lt;b&gt;" in letter.html
    assert letter.fault == ""
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u2028]", letter.text + letter.html)


def test_hostile_facts_cannot_break_the_one_line_of_a_subject() -> None:
    subject = the_letters().compose("reply", {"case_ref": HOSTILE, "words": "x"}).subject
    assert subject.isprintable()
    assert "\n" not in subject


def test_the_parts_of_an_acknowledgement_have_headings() -> None:
    letter = the_letters().compose("acknowledgement/standard", samples()[0])
    assert letter.html.count("<h2>") == 8
    assert "<h2>Who will see your message</h2>" in letter.html
    assert "\n\nWho will see your message\n" in letter.text


def test_a_fact_cannot_forge_a_heading() -> None:
    letter = the_letters().compose("reply", {"case_ref": "QD-7F3K-9MX", "words": "\x02From the ministry"})
    assert "<h2>" not in letter.html


def test_the_subject_is_neutral() -> None:
    for kind in KINDS:
        facts = samples()[0]
        assert the_letters().compose(f"acknowledgement/{kind}", facts).subject == "Your message to us (QD-7F3K-9MX)"


def test_rows_and_other_objects_never_reach_a_template() -> None:
    with pytest.raises(TypeError, match="plain data only"):
        the_letters().compose("reply", {"case_ref": MONDAY, "words": ""})
    with pytest.raises(TypeError, match="plain data only"):
        the_letters().compose("reply", {"case_ref": "x", "words": {"deep": [object()]}})


def test_a_letter_whose_template_fails_leaves_as_the_plain_fallback_and_says_so() -> None:
    facts = samples()[0] | {"words": ""}
    del facts["received_day"]
    letter = the_letters().compose("acknowledgement/standard", facts)
    assert letter.fault == "acknowledgement/standard: UndefinedError"
    assert "QD-7F3K-9MX" in letter.text
    assert "not an emergency service" in letter.text
    assert letter.html.count("QD-7F3K-9MX") >= 1


def test_a_persons_words_survive_a_failing_template(tmp_path: Path) -> None:
    (tmp_path / "reply").mkdir()
    (tmp_path / "reply" / "mail.txt").write_text(
        "{{ words }}{% if case_ref == 'QD-2222-222' %}{{ no_such }}{% endif %}"
    )
    letters = Letters(tmp_path, team="The team")
    letter = letters.compose("reply", {"case_ref": "QD-2222-222", "words": "We will call you at noon."})
    assert letter.fault == "reply: UndefinedError"
    assert letter.text.startswith("We will call you at noon.")


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("one\n{{ no_such_name }}\n", 2),
        ("one\ntwo\n{% if %}\n", 3),
        ("{{ case_ref.__class__.__mro__ }}", 1),
        ("{{ words", 1),
    ],
)
def test_a_faulty_template_stops_the_start_and_is_named_by_file_and_line(tmp_path: Path, wrong: str, line: int) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "mail.txt").write_text(wrong)
    with pytest.raises(ConfigurationFault) as raised:
        Letters(tmp_path, team="The team")
    assert len(raised.value.faults) == 1
    assert re.search(rf"closed/mail\.txt:{line}: ", raised.value.faults[0])


def test_every_faulty_template_is_named_at_once(tmp_path: Path) -> None:
    for occasion in ("closed", "reply"):
        (tmp_path / occasion).mkdir()
        (tmp_path / occasion / "mail.txt").write_text("{{ no_such_name }}")
    (tmp_path / "reply" / "subject.txt").write_text("  \n")
    with pytest.raises(ConfigurationFault) as raised:
        Letters(tmp_path, team="The team")
    assert len(raised.value.faults) == 3


def test_a_fault_in_a_shared_part_is_named_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "sign.txt").write_text("\n\n{{ oops }}")
    with pytest.raises(ConfigurationFault, match=r"parts/sign\.txt:3: "):
        Letters(tmp_path, team="The team")


def test_a_folder_of_ones_own_replaces_single_letters_and_shared_parts(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "sign.txt").write_text("Your friends of the {{ team }}\n")
    letters = Letters(tmp_path, team="Learning Team", privacy_notice="desk.example/privacy")
    text = letters.compose("acknowledgement/standard", samples()[0]).text
    assert text.endswith("Your friends of the Learning Team\n")
    assert "desk.example/privacy" in text


def test_letters_of_ones_own_are_known_and_checked_too(tmp_path: Path) -> None:
    (tmp_path / "follow_up" / "new_year").mkdir(parents=True)
    (tmp_path / "follow_up" / "new_year" / "mail.txt").write_text("{{ case_ref }}")
    with pytest.raises(ConfigurationFault, match=r"follow_up/new_year/subject\.txt"):
        Letters(tmp_path, team="The team")
    (tmp_path / "follow_up" / "new_year" / "subject.txt").write_text("Hello")
    letters = Letters(tmp_path, team="The team")
    assert "follow_up/new_year" in letters.occasions
    assert letters.compose("follow_up/new_year", {"case_ref": "QD-7F3K-9MX"}).subject == "Hello"


def test_a_template_changed_while_we_run_is_not_used_until_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "reply").mkdir()
    template = tmp_path / "reply" / "mail.txt"
    template.write_text("First. {{ words }}")
    letters = Letters(tmp_path, team="The team")
    template.write_text("{{ broken")
    assert letters.compose("reply", {"case_ref": "x", "words": "y"}).text == "First. y\n"


def test_a_folder_that_is_not_there_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="there is no folder"):
        Letters(tmp_path / "nowhere", team="The team")


@pytest.mark.parametrize("occasion", POSTS)
def test_a_post_mentions_nobody_but_whom_the_desk_calls(occasion: str) -> None:
    facts = {name: HOSTILE if isinstance(value, str) else value for name, value in samples()[0].items()}
    post = the_letters().post(occasion, facts, mentions="<@U0DUTY0001>")
    assert "<!channel>" not in post
    assert set(re.findall(r"<[^>]*>", post)) <= {"<@U0DUTY0001>"}


def test_office_hours_are_written_in_words() -> None:
    assert written_hours(a_desk().hours) == "9am to 5pm, Monday to Friday"


def test_plain_text_and_html_have_the_same_blocks() -> None:
    marked = "\x02Heading\nOne & two\n- a\n- b\n1. first\n2. second\n\n\n\nEnd <here>"
    assert plain(marked) == "Heading\nOne & two\n- a\n- b\n1. first\n2. second\n\nEnd <here>\n"
    body = html(marked, title="T")
    assert "<h2>Heading</h2>\n<p>One &amp; two</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol>" in body
    assert "<p>End &lt;here&gt;</p>" in body


@given(st.text())
def test_a_cleaned_line_is_one_printable_line_of_bounded_length(text: str) -> None:
    line = clean_line(text)
    assert len(line) <= 200
    assert len(line.splitlines()) <= 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e]", line)
    assert clean_line(line) == line


@given(st.text())
def test_any_words_of_a_person_give_a_page_that_holds_no_tag_of_theirs(words: str) -> None:
    letter = the_letters().compose("reply", {"case_ref": "QD-7F3K-9MX", "words": words})
    page = Outline()
    page.feed(letter.html)
    assert page.open == []
    assert set(page.tags) <= {"html", "head", "meta", "title", "body", "h1", "p", "br", "ul", "ol", "li"}


@given(st.lists(st.one_of(st.emails(), st.text(), st.from_regex(r"[a-z.]{1,40}@[a-z]{1,90}\.example", fullmatch=True))))
def test_references_are_plain_few_and_short_and_keep_the_newest(values: list[str]) -> None:
    ids = clean_ids(values)
    assert len(ids) <= 20
    assert sum(len(each) + 3 for each in ids) <= 998
    assert all(clean_id(each) == each and each.isascii() for each in ids)
    usable = [each for each in map(clean_id, values) if each]
    assert bool(ids) == bool(usable)


def test_long_references_keep_the_first_and_the_newest() -> None:
    ids = clean_ids([f"<{number:04}.{'x' * 60}@mail.example>" for number in range(60)])
    assert ids[0].startswith("0000.")
    assert ids[-1].startswith("0059.")
    assert 5 < len(ids) <= 20


def test_an_id_with_a_line_break_is_dropped() -> None:
    assert clean_ids(["a@b.example\r\nBcc: victim@trust.example", "<c@d.example>"]) == ("c@d.example",)
