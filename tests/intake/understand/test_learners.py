"""Grades and specialties as people write them."""

import pytest

from tests.intake.understand.messages import read

TROUBLE = " Nobody supervises us and teaching is cancelled."


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("I'm an F1 in surgery.", "FY1"),
        ("FY2 here, A&E.", "FY2"),
        ("I am an IM2 on the renal ward.", "CT2"),
        ("As an ST 4 in ENT I run clinics.", "ST4"),
        ("I'm a third year adult nursing student.", "STN_ADULT"),
        ("I'm a child branch student nurse.", "STN_CHILD"),
        ("I am a student physiotherapist.", "AHP_STUDENT"),
        ("HSST in medical physics.", "STP"),
        ("I'm an ST2 GP trainee.", "GPST2"),
        ("GPST1 in a practice.", "GPST1"),
        ("I'm a dental core trainee.", "DCT"),
        ("Our SHO left.", None),
        ("I'm a registrar in urology.", None),
        ("The F1s and the ST3s are both short.", None),
        ("When I was an F1 things were better; I'm an ST5 now.", "ST5"),
    ],
)
def test_a_grade_as_written(text: str, grade: str | None) -> None:
    assert read(text + TROUBLE).grade == grade


def test_the_writers_own_grade_goes_before_the_others_named() -> None:
    assert read("I'm an ST3 and the F1 and the F2 on my team have no rota." + TROUBLE).grade == "ST3"


def test_a_grade_in_the_signature_is_the_writers() -> None:
    assert read("Teaching is cancelled again.\n\nThanks\nIda Moss\nCT2 Anaesthetics").grade == "CT2"


@pytest.mark.parametrize(
    ("text", "specialty"),
    [
        ("I'm an F1 in general surgery.", {"general_surgery", "foundation"}),
        ("ST5 in T&O.", {"trauma_and_orthopaedic_surgery"}),
        ("Trainees in obs and gynae.", {"obstetrics_and_gynaecology"}),
        ("I'm a GPST2.", {"general_practice"}),
        ("Foundation trainee pharmacist.", {"ftp"}),
        ("I'm a registrar in opthalmology.", {"ophthalmology"}),
        ("I'm an ST4 in paeds and we refer to radiology all night.", {"paediatrics"}),
    ],
)
def test_the_specialty_of_the_post(text: str, specialty: set[str]) -> None:
    assert set(read(text + TROUBLE).specialty) == specialty


def test_the_group_follows_the_grade() -> None:
    assert read("I'm a student midwife." + TROUBLE).affected_group == ("midwifery",)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("I'm on placement with an ambulance crew, second year.", "PARA_STUDENT"),
        ("My placement is on a mental health ward and I am in my second year.", "STN_MH"),
        ("Our fifth years are sent home at noon; they are on a medicine block.", "MED_STUDENT"),
        ("Students from nursing, physiotherapy and paramedic courses share one room.", None),
        ("ST2 in a practice; the GP trainer is away.", "GPST2"),
        ("ACCS year 1 in the emergency department.", "CT1"),
    ],
)
def test_a_grade_told_by_course_year_or_trade(text: str, grade: str | None) -> None:
    assert read(text + TROUBLE).grade == grade


def test_a_setting_tells_the_specialty_of_a_doctors_post_only_where_none_is_named() -> None:
    assert read("I'm a CT2 at Hopewood Park." + TROUBLE).specialty == ("general_psychiatry", "cpt")
    assert read("I'm a CT2 in old age psychiatry at Hopewood Park." + TROUBLE).specialty == (
        "old_age_psychiatry",
        "cpt",
    )


def test_leave_and_associates_are_no_posts() -> None:
    assert read("I'm back from maternity leave as an F1 in urology." + TROUBLE).specialty == ("urology", "foundation")
