"""Nothing is said about the wrong hospital."""

import pytest

from tests.intake.understand.messages import mail, read, understanding
from tracker.field import load_field
from tracker.submission import Address

TROUBLE = " We have had no supervision for weeks and I am worried."


@pytest.mark.parametrize(
    ("text", "provider", "site"),
    [
        ("I'm an F1 at the RVI.", "RTD", "Royal Victoria Infirmary"),
        ("F2, jcuh, nights.", "RTR", "The James Cook University Hospital"),
        ("Trainees in theatre at Rake Lane.", "RTF", "North Tyneside General Hospital"),
        ("The ward at Dryburn.", "RXP", "University Hospital of North Durham"),
        ("I'm a student nurse at Roseberry Park.", "RX3", "Roseberry Park, Middlesbrough"),
        ("F1s in Whitehaven hold two bleeps.", "RNN", "West Cumberland Hospital, Whitehaven"),
        ("Our on-calls at the Friarage.", "RTR", "Friarage Hospital, Northallerton"),
    ],
)
def test_the_ways_people_name_a_hospital(text: str, provider: str, site: str) -> None:
    reading = read(text + TROUBLE)
    assert reading.provider == (provider,)
    assert reading.site == (site,)


@pytest.mark.parametrize(
    "text",
    [
        "The QE has no rota.",
        "UHT moved our on-call.",
        "I'm a GP registrar at a practice in Hexham and my trainer is away.",
        "Dr Darlington is my supervisor.",
        "I live in Carlisle and drive an hour.",
        "The flat is on Sunderland Road.",
        "I trained at Newcastle University.",
        "Trainees at NEAS, CNTW, TEWV, CDDFT and STSFT have all said so.",
    ],
)
def test_no_hospital_is_named_where_none_is_told(text: str) -> None:
    reading = read(text + TROUBLE)
    assert reading.provider == ()
    assert reading.site == ()


def test_the_town_makes_the_queen_elizabeth_sure() -> None:
    assert read("The QE in Gateshead has no rota." + TROUBLE).provider == ("RR7",)
    assert read("The QE has no rota. Gateshead Health say it is late." + TROUBLE).provider == ("RR7",)


def test_the_employer_makes_an_ambiguous_name_sure_and_proves_nothing_by_itself() -> None:
    who = Address(name="Alba Fern", email="alba.fern@gatesheadhealth.nhs.uk")
    sure = mail("The QE has no rota." + TROUBLE, sender=who, author=who)
    assert understanding().read(sure).provider == ("RR7",)
    alone = mail("My hospital has no rota." + TROUBLE, sender=who, author=who)
    assert understanding().read(alone).provider == ()


def test_the_signature_is_not_the_place_complained_of() -> None:
    text = "A student at Penrith told me she has no assessor.\n\nKind regards\nIda Moss\nSouth Tees Hospitals"
    assert read(text).provider == ("RNN",)


def test_the_earlier_thread_may_name_the_place_when_it_names_one() -> None:
    assert read("It happened again." + TROUBLE, quoted_text="the rota at Wansbeck").provider == ("RTF",)
    assert read("It happened again." + TROUBLE, quoted_text="the rota at Wansbeck and the RVI").provider == ()


def test_a_former_post_is_not_the_place_when_another_is_told() -> None:
    text = "I'm an ST4 at the Freeman. In my previous post at Hexham teaching was protected." + TROUBLE
    assert read(text).provider == ("RTD",)


def test_two_concerns_about_two_trusts_name_both() -> None:
    text = "The F1s at Wansbeck have no rota. The students at Lanchester Road have no assessor." + TROUBLE
    assert set(read(text).provider) == {"RTF", "RX3"}


@pytest.mark.parametrize(
    ("text", "hei"),
    [
        ("I'm a student nurse at Northumbria, on placement at the RVI.", "Northumbria University"),
        ("Two Teesside students at James Cook.", "Teesside University"),
        ("I'm a fourth year medic at Newcastle Uni.", "Newcastle University"),
        ("Student paramedic, University of Cumbria.", "University of Cumbria"),
    ],
)
def test_a_university_is_known_by_its_students(text: str, hei: str) -> None:
    assert read(text + TROUBLE).hei == (hei,)


def test_every_site_of_the_field_is_found_by_each_of_its_sure_names() -> None:
    for trust, site in load_field().organisations.sites():
        for alias in (site.name, *site.aliases):
            reading = read(f"The trainees on the ward at {alias} have no rota." + TROUBLE)
            assert trust.ods in reading.provider, alias


def test_the_trust_where_the_learner_is_goes_before_one_that_is_only_named() -> None:
    reading = read("I'm an F1 at the RVI. The policy was written by Wansbeck years back." + TROUBLE)
    assert reading.provider == ("RTD",)


@pytest.mark.parametrize(
    ("text", "hei"),
    [
        ("Northumbria students on the ward have no assessor.", "Northumbria University"),
        ("Our student (Sunderland, adult, 2nd year) was sent home from Rake Lane.", "University of Sunderland"),
        ("I'm a fourth year medical student at Newcastle, placed at Rake Lane.", "Newcastle University"),
        ("Cumbria second years are counted in the numbers.", "University of Cumbria"),
    ],
)
def test_a_town_beside_students_of_a_year_or_course_is_its_university(text: str, hei: str) -> None:
    assert read(text + TROUBLE).hei == (hei,)


def test_a_town_followed_by_a_ward_is_its_hospital() -> None:
    reading = read("Student nurse at Sunderland, ward 40." + TROUBLE)
    assert reading.site == ("Sunderland Royal Hospital",)
    assert reading.hei == ()
