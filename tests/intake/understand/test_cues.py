"""The language of cues, and how cues add up."""

from collections.abc import Iterable
from typing import Any

import pytest

from intake.understand.cues import CueBook, Script, compiled, packaged
from intake.understand.words import Sentence
from tracker.errors import ConfigurationFault

CLASSES = {"boss": ["consultants?", "reg"], "nobody": ["no one", "nobody"]}


def script(*texts: str) -> Script:
    return Script(Sentence(text, text.lower(), "own", place) for place, text in enumerate(texts))


def met(pattern: str, text: str) -> bool:
    return bool(compiled([pattern], CLASSES).search(text))


def book(**labels: Any) -> CueBook:
    return CueBook(labels, CLASSES, "test.toml")


def cues(*families: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"family": family, "weight": weight, "words": [words]} for family, weight, words in families]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("{nobody} .. {boss}", "there is nobody here, no consultant", True),
        ("{nobody} .. {boss}", "nobody one two three four five six consultant", False),
        ("{nobody} ... {boss}", "nobody one two three four five six consultant", True),
        ("{nobody} .. {boss}", "nobody came.\nthe consultant did", False),
        ("shout*", "she was shouting", True),
        ("reg", "regular teaching", False),
        ("can't cope", "i cant cope", True),
        ("no senior", "no, senior", True),
    ],
)
def test_a_pattern_means_what_it_says(pattern: str, text: str, expected: bool) -> None:
    assert met(pattern, text) is expected


def test_two_weak_cues_of_different_kinds_reach_what_one_does_not() -> None:
    weak = book(label={"cue": cues(("means", 0.6, "tablets"), ("final", 0.5, "goodbye"))})
    assert not weak.find("label", script("I have tablets. And tablets.")).shown
    assert weak.find("label", script("I have tablets.", "Goodbye.")).shown


def test_what_is_needed_must_stand_near_by() -> None:
    both = cues(("now", 1, "tonight"), ("danger", 1, "alone"))
    near = book(label={"threshold": 2.0, "needs": ["now", "danger"], "window": 2, "cue": both})
    assert near.find("label", script("Tonight.", "I am alone.")).shown
    assert not near.find("label", script("Tonight.", "A.", "B.", "I am alone.")).shown


def test_a_calming_word_anywhere_takes_away() -> None:
    calm = book(label={"window": 1, "cue": cues(("danger", 1, "alone"), ("habit", -0.5, "most nights"))})
    assert calm.find("label", script("I am alone.")).shown
    assert not calm.find("label", script("I am alone.", "It is so most nights.")).shown


def test_an_idiom_silences_only_the_words_it_covers() -> None:
    idiom = book(label={"idioms": ["killing me"], "cue": cues(("any", 1, "kill*"))})
    assert not idiom.find("label", script("This rota is killing me.")).shown
    assert idiom.find("label", script("This rota is killing me and I will kill someone.")).shown


def test_the_evidence_is_the_words_of_the_message() -> None:
    found = book(label={"cue": cues(("any", 1, "{nobody} came"))}).find("label", script("Nobody came when I called."))
    assert found.words == ("nobody came",)
    assert 0 < found.confidence < 1


def test_every_cue_that_cannot_be_read_is_named_with_its_label() -> None:
    with pytest.raises(ConfigurationFault) as caught:
        book(one={"cue": cues(("any", 1, "{nowhere}"))}, two={"cue": cues(("any", 1, "(open"))}, three={"cue": []})
    assert len(caught.value.faults) == 3
    assert all(fault.startswith("test.toml: [") for fault in caught.value.faults)


@pytest.mark.parametrize("name", ["flags.toml", "themes.toml", "kinds.toml", "people.toml"])
def test_no_packaged_cue_matches_nothing_at_all(name: str) -> None:
    classes = packaged("lexicon.toml")["class"]
    for label, table in packaged(name).items():
        for cue in table["cue"]:
            for words in cue["words"]:
                assert compiled([words], classes).search("a b") is None, (label, words)
