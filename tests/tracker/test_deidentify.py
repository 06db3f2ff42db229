"""What tells who somebody is goes from a text, whatever its form; what says that something is wrong stays."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.deidentified import measured
from tests.tracker.desk import the_field
from tracker.deidentify import Hidden, eraser_for

ROOT = Path(__file__).parent.parent.parent
ROBIN = [("VALE, Oluwarobin (Dr)", "o.vale-thornby@trust.example")]


def hidden(text: str, people: list[tuple[str, str]] | None = None) -> Hidden:
    return eraser_for(the_field(), ROBIN if people is None else people, [text])(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to o.vale@trust.example or ring 07700 900123", "write to [address] or ring [telephone]"),
        ("+44 (0)191 498 0123, GMC 7654321, bleep 4411", "[telephone], [register number], [number]"),
        ("my PIN is 12A3456B and my NHS number 943 476 5919", "my [register number] and my NHS number [number]"),
        ("I live at NE1 4XD, see www.mine.example/me", "I live at [postcode], see [web page]"),
        ("ask <@U0LEARNER1> or @ash.t", "ask [person] or [person]"),
        ("Kind regards\n\nOluwarobin Vale", "Kind regards\n\n[name]"),
        ("Robin x", "[name] x"),
        ("ROBIN VALE wrote", "[name] wrote"),
        ("vale said so, robin too", "vale said so, robin too"),
        ("Dr Ormsby-Quill's list", "Dr [name]'s list"),
        ("dr quillfeather was late", "dr [name] was late"),
        ("My supervisor Grace laughed", "My supervisor [name] laughed"),
        ("Hi Hope,\nthe grace period ended", "Hi [name],\nthe grace period ended"),
        ("Mrs van der Ashwick-Bell and J. R. Stonegarth", "Mrs [name] and [name]"),
        ("then Seun shouted, and seun left", "then [name] shouted, and [name] left"),
        ("my mentor quillie is off", "my mentor [name] is off"),
        ("I'm at the James Cook, in Sunderland, near the Queen Elizabeth Hospital", None),
        ("The Royal Victoria Infirmary and Newcastle University", None),
        ("The TPD and the Head of School were told by the ARCP panel", None),
        ("I'm the only doctor here tonight and a patient is deteriorating", None),
        ("I am the only female registrar on ward 12", "I am the only [colleague] on ward [number]"),
        ("I am the only F2 on D42", "I am the only [colleague] on [ward]"),
        ("as the only Black trainee there", "as the only [colleague] there"),
        ("aged 43, on 14 October and 03/11/2026", "[age], on [date] and [date]"),
        ("she is 29.", "[age]."),
        ("Nothing was wrong. However, Unfortunately nobody came.", None),
    ],
)
def test_what_tells_who_somebody_is_becomes_a_tag(text: str, shown: str | None) -> None:
    assert hidden(text).text == (text if shown is None else shown)


def test_what_was_taken_out_is_kept_apart() -> None:
    assert hidden("Dr Ormsby-Quill, 07700 900123").removed == (
        ("telephone", "07700 900123"),
        ("name", "Ormsby-Quill"),
    )


def test_a_place_that_shares_a_word_with_the_writer_stays_where_it_is_the_place() -> None:
    cook = [("Amelia Cook", "amelia@trust.example")]
    text = "At James Cook nobody supervises us.\nAmelia Cook"
    assert hidden(text, cook).text == "At James Cook nobody supervises us.\n[name]"


def test_an_office_names_nobody() -> None:
    office = [("Medical Education Team", "education@trust.example")]
    assert hidden("The education team in medical education", office).text == "The education team in medical education"


def test_names_of_the_whole_message_are_known_in_every_part_of_it() -> None:
    erase = eraser_for(the_field(), [], ["Our rota lead is Quillie Ashgarth.\nShe shouts.", "quillie"])
    assert erase("and quillie again").text == "and [name] again"
    assert erase.data({"why": ["Quillie", 3, None], "n": {"x": "Ashgarth"}}) == {
        "why": ["[name]", 3, None],
        "n": {"x": "[name]"},
    }


def test_private_marks_of_a_writer_cannot_confuse_it() -> None:
    assert hidden("\ue0007\ue001 and [name] by Quillfeather").text == " 7  and [name] by [name]"


@given(st.text(max_size=300), st.text(max_size=30), st.text(max_size=30))
def test_no_text_and_no_header_breaks_it(text: str, name: str, address: str) -> None:
    assert isinstance(hidden(text, [(name, address)]).text, str)


@pytest.mark.parametrize(
    "piece", ["a.b@", "Dr Aa ", "0 ", "only first ", "my a b ", "\n\nThanks ", "Xx-", "<@U", "GMC no "]
)
def test_it_takes_linear_time_on_hostile_text(piece: str) -> None:
    text = piece * (30_000 // len(piece))
    began = time.process_time()
    hidden(text)
    assert time.process_time() - began < 3


def test_no_card_and_next_to_no_text_tells_who_somebody_is_by_a_simpler_look() -> None:
    """Each ninth message of the hand that nobody trained on; what may be left are short forms that the look takes for names."""
    found, messages = measured(ROOT / "training" / "messages" / "e.jsonl", every=9)
    assert messages > 25
    assert [what for _, text, what in found if text == "summary"] == []
    assert len({ident for ident, text, _ in found if text != "summary"}) <= 2
