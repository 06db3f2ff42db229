"""What identifies is taken out of text; what only looks like it stays."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.queries.masking import masked, masked_data

ROBIN = [("Robin Vale", "Reporter 7F3K9")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Best wishes, Robin Vale", "Best wishes, [Reporter 7F3K9]"),
        ("VALE, Robin wrote", "[Reporter 7F3K9] wrote"),
        ("robin vale", "[Reporter 7F3K9]"),
        ("Yours, Robin", "Yours, [Reporter 7F3K9]"),
        ("Dr Vale's list", "Dr [Reporter 7F3K9]'s list"),
        ("mail me at r.vale@trust.example.", "mail me at [address]."),
        ("ring 07700 900123 or +44 (0)7700 900123", "ring [telephone] or [telephone]"),
        ("GMC number: 7654321", "GMC number: [number]"),
        ("NMC 12A3456B", "NMC [number]"),
        ("patient 943 476 5919 fell", "patient [NHS number] fell"),
    ],
)
def test_what_identifies_is_taken_out(text: str, shown: str) -> None:
    assert masked(text, ROBIN) == shown


@pytest.mark.parametrize(
    "text",
    [
        "a robin sang in the vale",
        "the 2026 survey had 1200 answers",
        "bleep 1234 at 20:30 on 23/11/2026",
        "patient 943 476 5918 has no valid number",
        "QD-7F3K-9MX",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert masked(text, ROBIN) == text


def test_a_name_that_is_a_word_is_masked_only_with_its_capital() -> None:
    assert masked("Will you ask Will? I will.", [("Will Short", "Reporter A")]) == (
        "[Reporter A] you ask [Reporter A]? I will."
    )


def test_a_title_an_initial_or_an_address_as_a_name_masks_no_common_word() -> None:
    assert masked("Dr Who is a Dr", [("Dr J", "Reporter A")]) == "Dr Who is a Dr"
    assert masked("at the desk", [("at@the.desk", "Reporter A")]) == "at the desk"


def test_every_text_within_data_is_masked() -> None:
    assert masked_data({"why": ["Robin Vale", 3, None]}, ROBIN) == {"why": ["[Reporter 7F3K9]", 3, None]}


@given(st.text(max_size=200), st.text(max_size=30))
def test_no_text_and_no_name_breaks_it(text: str, name: str) -> None:
    assert isinstance(masked(text, [(name, "Reporter A")]), str)


def test_it_takes_linear_time_on_hostile_text() -> None:
    for hostile in ("0" * 50_000, "a." * 25_000 + "@", "@" * 50_000, "GMC " * 12_000, "+44 (" * 10_000):
        began = time.process_time()
        masked(hostile, ROBIN)
        assert time.process_time() - began < 1
