"""Which of the places, specialties and grades named in a message it is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.understand.candidates import Candidate
from intake.understand.places import Gazetteer
from intake.understand.weighing import Weights
from tests.intake.understand.messages import mail, read, understanding
from tracker.field import load_field
from tracker.submission import Address

TROUBLE = " We have had no supervision for weeks and I am worried."
WEIGHTS = Weights(
    {"provider": 0.0, "site": 0.0, "specialty": 0.0, "grade": 0.0},
    {"provider": {"far": -2.0, "near": 2.0}, "site": {}, "specialty": {}, "grade": {"near": 2.0, "nearer": 3.0}},
    {"provider": 0.7, "site": 0.7, "specialty": 0.7, "grade": 0.7},
)


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("I'm a student paramedic with NWAS out of Carlisle, on a crew." + TROUBLE, "RX7"),
        ("I'm a CT1 at Roseberry Park, on nights." + TROUBLE, "RX3"),
        ("I'm an F1 on the surgical ward at Wansbeck. My sister works at the RVI." + TROUBLE, "RTF"),
    ],
)
def test_one_place_is_meant_and_another_only_named(text: str, provider: str) -> None:
    assert read(text).provider == (provider,)


def test_a_site_never_stands_without_its_trust() -> None:
    reading = read("Trainees in theatre at Rake Lane and at the Friarage." + TROUBLE)
    assert {"North Tyneside General Hospital": "RTF", "Friarage Hospital, Northallerton": "RTR"}.keys() >= set(
        reading.site
    )
    assert set(reading.provider) <= {"RTF", "RTR"}
    assert len(reading.provider) >= len(reading.site)


def test_a_whole_part_of_an_address_points_to_a_trust_and_a_hyphened_one_to_nobody() -> None:
    gazetteer = Gazetteer(load_field())
    assert [row.ods for row in gazetteer.pointed_to("mail.nuth.example")] == ["RTD"]
    assert gazetteer.pointed_to("friends-nuth.example") == []


def test_an_employer_alone_is_never_what_a_concern_is_about() -> None:
    who = Address(name="Alba Fern", email="alba.fern@nuth.nhs.uk")
    said = mail("I'm an F1 on nights." + TROUBLE, sender=who, author=who)
    weighed = [one for one in understanding().weighed(said) if one.candidate.value == "RTD"]
    assert [one.chance for one in weighed] == [0.0]


def test_what_decided_is_told_strongest_first() -> None:
    weighed = understanding().weighed(mail("I'm an F1 at the RVI." + TROUBLE))
    trust = next(one for one in weighed if one.candidate.value == "RTD")
    assert trust.candidate.words == ("RVI",)
    sizes = [abs(weight) for _, weight in trust.because]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) > 3


def test_one_grade_at_most_is_told() -> None:
    near, nearer = (Candidate("grade", name, (), frozenset({name.lower()})) for name in ("NEAR", "NEARER"))
    assert [one.candidate.value for one in WEIGHTS.about([near, nearer])["grade"]] == ["NEARER"]


def test_a_list_of_all_trusts_is_about_none() -> None:
    four = [Candidate("provider", name, (), frozenset({"near"})) for name in "abcd"]
    assert len(WEIGHTS.about(four[:3])["provider"]) == 3
    assert WEIGHTS.about(four)["provider"] == ()


def test_a_rule_that_decides_is_not_outweighed() -> None:
    barred = Candidate("provider", "a", (), frozenset({"near"}), decided=False)
    sure = Candidate("provider", "b", (), frozenset({"far"}), decided=True)
    assert [one.candidate.value for one in WEIGHTS.about([barred, sure])["provider"]] == ["b"]


@given(st.text(max_size=300))
def test_any_text_is_weighed_the_same_twice(text: str) -> None:
    submission = mail(text + " at the RVI and the Freeman, F1, ortho")
    first, second = understanding().weighed(submission), understanding().weighed(submission)
    assert first == second
    assert all(0 <= one.chance <= 1 for one in first)
