"""Polarity and tense: what is denied, supposed, advised or over is not said."""

import pytest

from intake.understand.standing import Standing, is_over, standing_of, told_as_past


@pytest.mark.parametrize(
    ("sentence", "cue", "standing"),
    [
        ("i feel suicidal", "suicidal", "said"),
        ("i am not suicidal", "suicidal", "denied"),
        ("nobody has ever shouted at me", "shouted", "denied"),
        ("it is not only unsafe but cruel", "unsafe", "said"),
        ("i don't know how, but she shouted at me", "shouted", "said"),
        ("if someone shouted at me i would tell you", "shouted", "supposed"),
        ("i wonder if he shouted because he was tired", "shouted", "said"),
        ("if you are suicidal call 111", "suicidal", "advised"),
        ("six years ago a consultant shouted at me", "shouted", "past"),
    ],
)
def test_a_cue_stands_as_its_sentence_makes_it(sentence: str, cue: str, standing: Standing) -> None:
    assert standing_of(sentence, sentence.index(cue), sentence) == standing


def test_a_policy_in_the_next_sentence_speaks_for_an_impersonal_one() -> None:
    sentence = "bullying and racism are covered."
    assert standing_of(sentence, 0, f"{sentence} the module takes an hour.") == "advised"
    assert standing_of("she was bullied.", 8, "she was bullied. the module takes an hour.") == "said"


def test_past_tense_alone_is_seen() -> None:
    assert told_as_past("the reg was away and nobody came")
    assert not told_as_past("the reg was away and nobody is here")


def test_a_matter_put_right_is_over() -> None:
    assert is_over("the pump was wrong but it has all been sorted")
    assert not is_over("nothing has been sorted")
