"""Who writes, for whom, and who may know."""

import pytest

from tests.intake.understand.messages import mail, read, slack, understanding
from tracker.submission import Address

TROUBLE = "The students have no assessor and nobody answers."


@pytest.mark.parametrize(
    ("closing", "role"),
    [
        ("Ida Moss\nDirector of Medical Education", "provider_lead"),
        ("Ida Moss\nTraining Programme Director", "programme_lead"),
        ("Ida Moss\nSenior Lecturer, Adult Nursing", "hei"),
        ("Ida Moss\nEducation Quality Assurance Manager, General Medical Council", "regulator"),
    ],
)
def test_a_role_in_the_signature(closing: str, role: str) -> None:
    assert read(f"{TROUBLE}\n\nKind regards\n{closing}").raiser_role == role


def test_a_learner_tells_it_in_so_many_words() -> None:
    assert read("I'm a student midwife. " + TROUBLE).raiser_role == "learner"


def test_a_parent_writes_for_themselves() -> None:
    reading = read("My daughter is a student nurse and comes home crying. Nobody answers her.")
    assert reading.raiser_role == "patient_public"
    assert not reading.proxy


def test_staff_who_tell_of_a_trainee_pass_it_on() -> None:
    reading = understanding().read(slack("one of our ST3s at the RVI has been left alone again", role="tpd"))
    assert reading.proxy
    assert reading.raiser_role == "programme_lead"


def test_a_forward_is_passed_on() -> None:
    office = Address(name="School Office", email="office@example.org")
    forwarded = mail("I'm an ST3 and have no supervisor.", is_forward=True, proxy=office, sender=office)
    assert understanding().read(forwarded).proxy


def test_an_educators_own_workload_is_not_passed_on() -> None:
    text = "I'm a consultant and supervise five trainees with no SPA time in my job plan. It was cut."
    assert not read(text).proxy


@pytest.mark.parametrize(
    ("text", "anonymity"),
    [
        ("Please don't tell the ward it was me.", "confidential"),
        ("I'd rather my consultant didn't know I wrote.", "confidential"),
        ("This is between us.", "confidential"),
        ("Please wait until I've left in February.", "confidential"),
        ("I am not giving my name.", "anonymous"),
        ("I wish to stay anonymous.", "anonymous"),
        ("You may use my name.", "open"),
        ("They did not know my name on the first day.", "open"),
    ],
)
def test_who_may_know(text: str, anonymity: str) -> None:
    assert read(f"I'm an F1. {TROUBLE} {text}").anonymity == anonymity


def test_no_name_anywhere_is_anonymous() -> None:
    assert read("I'm an F1. " + TROUBLE, name="").anonymity == "anonymous"
    assert read("I'm an F1. " + TROUBLE, name="concerned trainee").anonymity == "anonymous"
    assert read("I'm an F1. " + TROUBLE + "\n\nThanks\nIda Moss", name="").anonymity == "open"


def test_a_legal_footer_is_no_wish() -> None:
    footer = "This email is confidential. Do not disclose or copy its contents."
    assert read(f"I'm an F1. {TROUBLE}\n\n{footer}").anonymity == "open"


@pytest.mark.parametrize(
    ("title", "role"), [("FY2, acute medicine", "learner"), ("ST4 Anaesthetics", "learner"), ("Ward 7", "staff_other")]
)
def test_a_profile_that_begins_with_a_grade_is_a_learners(title: str, role: str) -> None:
    assert understanding().read(slack("There is no supervisor on nights.", role=title)).raiser_role == role
