"""The whole of understanding: total, the same each time, quick, explained, and without the writer's words on the card."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.understand import Understanding, labels_of
from tests.intake.understand.messages import lessons, mail, read, readings, submission_of, understanding
from tracker.field import load_field
from tracker.submission import Address, Automatic, Reading

LABELS = {
    "opens_case", "kind", "raiser_role", "affected_group", "grade", "provider", "site", "hei", "specialty", "themes",
    "red_flags", "urgency", "acknowledgement", "anonymity", "proxy", "isf", "because",
}  # fmt: skip
DANGER = "I'm the only doctor here tonight, the registrar has gone home and a patient is deteriorating. Please help."


@given(st.text(max_size=2000), st.text(max_size=80))
def test_no_text_makes_it_fail(text: str, subject: str) -> None:
    reading = read(text, subject=subject)
    assert Reading.model_validate_json(reading.model_dump_json()) == reading


@pytest.mark.parametrize(
    "text",
    ["", "\n" * 50_000, "x" * 200_000, "no consultant nobody no registrar " * 3000, "St. " * 30_000, "? " * 40_000],
    ids=["empty", "lines", "one word", "cues", "titles", "questions"],
)
def test_no_text_makes_it_slow(text: str) -> None:
    began = time.process_time()
    read(text)
    assert time.process_time() - began < 5.0


def test_the_same_message_is_understood_the_same_by_another_understanding() -> None:
    other = Understanding(load_field())
    for lesson, reading in list(zip(lessons(), readings(), strict=True))[::9]:
        assert other.read(submission_of(lesson)) == reading


def test_a_typical_message_takes_milliseconds() -> None:
    submissions = [submission_of(lesson) for lesson in lessons()[::5]]
    taken = []
    for submission in submissions:
        began = time.process_time()
        understanding().read(submission)
        taken.append(time.process_time() - began)
    assert sorted(taken)[len(taken) // 2] < 0.06


def test_labels_are_ready_for_json_and_complete() -> None:
    labels = labels_of(read(DANGER))
    assert set(labels) == LABELS
    json.dumps(labels)


def test_what_is_flagged_is_explained_by_words_of_the_message() -> None:
    for lesson, reading in zip(lessons(), readings(), strict=True):
        plain = " ".join((lesson.get("subject", "Message") + "\n" + lesson["text"]).lower().split())
        for flag in reading.red_flags:
            words = reading.because[flag]
            assert words
            assert all(" ".join(said.lower().split()) in plain for said in words), (flag, words)


def test_the_summary_carries_no_word_of_the_writer_but_labels() -> None:
    for lesson, reading in zip(lessons(), readings(), strict=True):
        submission, summary = submission_of(lesson), reading.summary
        assert submission.sender is not None
        assert "@" not in summary
        assert not re.search(r"\d{5}", summary)
        if "channel" not in lesson:
            assert submission.sender.name not in summary


def test_the_grade_stays_off_the_card_where_one_person_would_be_guessed() -> None:
    text = "I'm an ST5 in T&O at the RVI and nobody supervises us."
    expected = "Concern about clinical supervision; ST5, Trauma and orthopaedic surgery, Royal Victoria Infirmary"
    assert read(text).summary == expected
    assert "ST5" not in read(text + " Please don't tell the department it was me.").summary


def test_an_automatic_message_is_filed_whatever_it_says() -> None:
    automatic = Automatic(rule="1", why="Auto-Submitted: auto-replied", is_auto_reply=True)
    reading = understanding().read(mail(DANGER, automatic=automatic))
    assert (reading.kind, reading.opens_case, reading.urgency) == ("automatic", False, "none")
    assert reading.because["kind"] == ("Auto-Submitted: auto-replied",)


def test_danger_inside_thanks_or_a_chaser_is_not_filed_away() -> None:
    for opening in ("Thank you so much. ", "Any news on my case? "):
        reading = read(opening + DANGER, in_reply_to="<earlier@example.org>", subject="RE: our case")
        assert reading.opens_case
        assert reading.urgency == "immediate"


def test_a_list_header_does_not_silence_a_person_in_danger() -> None:
    header = Automatic(rule="4", why="List-Id")
    assert understanding().read(mail(DANGER, automatic=header)).urgency == "immediate"
    notice = understanding().read(mail("The next bulletin comes on Friday.", automatic=header))
    assert (notice.kind, notice.opens_case) == ("automatic", False)


def test_extortion_in_our_own_name_is_spam() -> None:
    ours = Understanding(load_field(), inboxes=("Quality@example.org",))
    text = "I have recorded you. Send bitcoin to my wallet within 48 hours or your boss sees the video."
    who = Address(name="Quality", email="quality@example.org")
    assert ours.read(mail(text, sender=who, author=who)).kind == "spam"


def test_every_office_of_a_conflict_is_among_its_words() -> None:
    text = "I'm an ST4. My concern is about the head of school himself, and the associate dean is married to him."
    reading = read(text)
    assert "person_named_is_recipient" in reading.red_flags
    words = " ".join(reading.because["person_named_is_recipient"])
    assert "head of school" in words
    assert "associate dean" in words
