"""Whose words count: the reporter's own, not the signature, the footer or the thread."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.understand.cues import packaged
from intake.understand.words import MOST_OF_A_SENTENCE, Voices, Words, split_sentences, straighten, words_of
from tests.intake.understand.messages import mail

VOICES = Voices(*(re.compile("|".join(packaged("voices.toml")[kind]), re.I) for kind in ("boilerplate", "banner")))


def words(text: str, **more: object) -> Words:
    return words_of(mail(text, **more), VOICES)  # type: ignore[arg-type]


def own(text: str, **more: object) -> list[str]:
    return [sentence.text for sentence in words(text, **more).voiced("own")]


def test_hard_wrapped_lines_are_one_sentence() -> None:
    text = "We have not had a registrar on the ward for three weeks and the\nconsultant comes on Tuesdays only. That is all."
    assert own(text) == [
        "We have not had a registrar on the ward for three weeks and the consultant comes on Tuesdays only.",
        "That is all.",
    ]


def test_a_title_does_not_end_a_sentence() -> None:
    assert own("I told Dr. Finch at St. Benedict's. He left.") == ["I told Dr. Finch at St. Benedict's.", "He left."]


def test_what_follows_a_sign_off_is_the_signature() -> None:
    said = words("No induction.\n\nKind regards\nPiers Langton\nConsultant, Freeman Hospital")
    assert [sentence.text for sentence in said.voiced("own")] == ["No induction."]
    assert any("Freeman" in sentence.text for sentence in said.voiced("signature"))


def test_a_cry_after_the_sign_off_still_counts() -> None:
    assert "I don't think I can get through tonight." in own(
        "Sorry to bother you.\n\nKind regards\nPiers\n\nI don't think I can get through tonight."
    )


@pytest.mark.parametrize(
    "footer",
    [
        "This email and any attachments are confidential and intended solely for the addressee.",
        "If you or someone you know is struggling or feeling suicidal, call Samaritans on 116 123.",
        "We do not tolerate violence or aggression towards our staff.",
        "Please consider the environment before printing this email.",
    ],
)
def test_a_footer_is_nobodys_words(footer: str) -> None:
    assert own(f"The rota is late again.\n\n{footer}") == ["The rota is late again."]


def test_what_was_said_before_a_footer_on_the_same_line_is_kept() -> None:
    text = "I can't go on like this. Please ring me. This email is confidential and may be privileged. Do not copy it."
    assert own(text) == ["I can't go on like this.", "Please ring me."]


def test_a_banner_takes_only_its_own_line() -> None:
    text = "CAUTION: This email came from outside the organisation.\nThe rota is late again."
    assert own(text) == ["The rota is late again."]


def test_the_earlier_thread_is_kept_apart() -> None:
    said = words("Any news?", quoted_text="He grabbed me by the arm.")
    assert [sentence.text for sentence in said.own] == ["Any news?"]
    assert [sentence.voice for sentence in said.sentences] == ["own", "thread"]


@pytest.mark.parametrize(
    "line",
    [
        "Requirement CD-09 (behaviours in the emergency department, Darlington): the second session took place.",
        "Anna Holm (" + "a" * 100 + "!",
        "A" * 20_000 + "!b",
        "Anna" + " " * 20_000 + "b",
        "Anna" + "." * 20_000 + " b",
    ],
)
def test_a_line_that_begins_like_a_name_is_read_at_once(line: str) -> None:
    assert own(f"Dear team\n\n{line}\n\nThe third is in December.\n")[-1] == "The third is in December."


@pytest.mark.parametrize("name", ["Anna Holm", "Anna Holm (she/her)", "Dr A. Holm xx", "J.Smith"])
def test_a_name_alone_ends_what_is_said(name: str) -> None:
    assert own(f"Nobody taught us this week.\n\n{name}\n") == ["Nobody taught us this week."]


@given(st.text(max_size=3000))
def test_lower_case_keeps_every_position(text: str) -> None:
    straight = straighten(text)
    assert len(straight) == len(straight.lower())


@given(st.text(max_size=3000))
def test_no_sentence_is_empty_or_longer_than_its_bound(text: str) -> None:
    for sentence in split_sentences(straighten(text)):
        assert sentence
        assert len(sentence) <= MOST_OF_A_SENTENCE


@given(st.lists(st.sampled_from(["alpha", "beta.", "Gamma", "\n\n", "delta!", "- item", "Dr."]), max_size=40))
def test_splitting_loses_no_word(parts: list[str]) -> None:
    text = " ".join(parts)
    split = " ".join(split_sentences(text))
    assert re.findall(r"\w+", split) == re.findall(r"\w+", text)
