"""Short forms that mean two things: what stands around them decides, never the letters alone."""

import pytest

from tests.intake.understand.messages import read


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ("I am making a SAR: please send me all the personal data you hold about me.", True),
        ("Under the data protection law I request a copy of everything you hold on me (SAR).", True),
        ("Our SAR for 2026 is attached, with the evidence for each standard.", False),
        ("When is the SAR due this year, and is there a template?", False),
    ],
)
def test_a_sar_is_a_subject_access_request_only_where_somebody_asks_for_data(text: str, rights: bool) -> None:
    assert (read(text).kind == "information_rights") == rights


@pytest.mark.parametrize(
    ("text", "conflict"),
    [
        ("My complaint is about the DME himself, so please don't tell the DME.", True),
        ("I'm an F1 on DME (medicine for the elderly) and the rota has gaps every night.", False),
        ("I told the DME about the rota gaps and she was very helpful, but nothing changed.", False),
    ],
)
def test_a_dme_is_complained_of_only_where_somebody_complains_of_them(text: str, conflict: bool) -> None:
    assert ("person_named_is_recipient" in read(text).red_flags) == conflict


@pytest.mark.parametrize("text", ["No one at the QE gave us a rota. F2.", "UHT moved our on-call. We are F2s."])
def test_a_name_that_several_hospitals_share_names_none(text: str) -> None:
    assert read(text).provider == ()
